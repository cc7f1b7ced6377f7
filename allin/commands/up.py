"""`allin up`: everything in one process, and the example job's story live in the terminal."""

import asyncio
import gc
import sys
from pathlib import Path
from typing import Annotated

import typer

from allin.client.options import Data, Lang, folder_of
from allin.client.terminal import Stop, language_of, live
from allin.commands.quote import read

PATIENCE_SECONDS = 600
"""The whole story takes two minutes on two cores; a loaded machine takes longer."""


def up(
    data: Data = None,
    port: Annotated[int, typer.Option("--port", min=1, max=65535, help="Where the pages are.")] = 8000,
    demo: Annotated[bool, typer.Option("--demo", help="Demo people, own vans and stock; 2 February 2026.")] = False,
    day: Annotated[
        float | None, typer.Option("--day", min=0.05, help="With --demo: seconds that one calendar day takes.")
    ] = None,
    declare: Annotated[
        Path | None, typer.Option("--declare", help="With --demo: declare this job and tell its story.")
    ] = None,
    until_closed: Annotated[
        bool, typer.Option("--until-closed", help="Leave when the job is closed; so also without a terminal.")
    ] = False,
    limit: Annotated[int, typer.Option("--limit", min=1, help="Seconds to wait for the job.")] = PATIENCE_SECONDS,
    ui: Annotated[bool, typer.Option("--temporal-ui", help="Temporal's own pages, on port 8233.")] = False,
    lang: Lang = None,
) -> None:
    """Start everything in one process; Ctrl-C stops it all, starting again continues where it was.

    Example: allin up --demo --day 0.3 --declare examples/concert.yaml
    """
    if not demo and (day is not None or declare is not None):
        raise Stop("--day and --declare belong to a demonstration: add --demo")
    if declare is not None:
        read(declare)
    gc.disable()  # what is imported stays: looking for garbage meanwhile costs a tenth of the start
    from allin.embedded.console import Story, run  # the whole product: other commands do not wait for it
    from allin.embedded.stack import StackOptions

    gc.freeze()
    gc.enable()

    if not demo and live() and sys.stdin.isatty():
        from allin.embedded.first_account import ask_for_the_first_person

        ask_for_the_first_person(folder_of(data).path)
    wanted = StackOptions(folder_of(data).path, port, demo, day, ui)
    leaving = declare is not None and (until_closed or not live())
    story = Story(declare, language_of(lang), limit, leaving) if declare else None
    raise typer.Exit(asyncio.run(run(wanted, story)))
