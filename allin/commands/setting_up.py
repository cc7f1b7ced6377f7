"""`allin setup`: what a cooperative has and who belongs to it, from files."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from allin.client.options import Data, settings_for

setup = typer.Typer(
    help="Set a cooperative up from files: entities, vans, rooms, stock, members.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
File = Annotated[Path, typer.Argument(help="A list in CSV, YAML or JSON.", show_default=False)]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only say what would change.")]


def _take(what: str, file: Path, data: Path | None, dry_run: bool) -> None:
    from allin.operations.setting_up import taken

    print(asyncio.run(taken(settings_for(data), what, file, dry_run=dry_run)))


@setup.command()
def entities(file: File, data: Data = None, dry_run: DryRun = False) -> None:
    """Write the legal entities down, or bring them up to date; none is ever removed.

    Example: allin setup entities entities.yaml --dry-run
    """
    _take("entities", file, data, dry_run)


@setup.command()
def vans(file: File, data: Data = None, dry_run: DryRun = False) -> None:
    """Write the vans of the own fleet down; one that is sold says in_service: false.

    Example: allin setup vans vans.csv --dry-run
    """
    _take("vans", file, data, dry_run)


@setup.command()
def rooms(file: File, data: Data = None, dry_run: DryRun = False) -> None:
    """Write the own rooms and studios down; one that is given up says in_service: false.

    Example: allin setup rooms rooms.yaml
    """
    _take("rooms", file, data, dry_run)


@setup.command()
def stock(file: File, data: Data = None, dry_run: DryRun = False) -> None:
    """Write the articles of the own stock down: how many there are, and what a piece costs a job per day.

    Example: allin setup stock stock.csv
    """
    _take("stock", file, data, dry_run)


@setup.command()
def members(file: File, data: Data = None, dry_run: DryRun = False) -> None:
    """Write members down with an account each, thousands at a time; what they entered themselves stays.

    No password travels in the file: each chooses one by "forgotten password", or comes in by OIDC.

    Example: allin setup members members.csv --dry-run
    """
    _take("members", file, data, dry_run)


@setup.command()
def show(data: Data = None) -> None:
    """Say how much is set up, and what is missing before the first job.

    Example: allin setup show
    """
    from allin.operations.setting_up import shown

    print(asyncio.run(shown(settings_for(data))))
