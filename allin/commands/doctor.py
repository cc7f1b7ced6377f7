"""`allin doctor`: whether this installation is well."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from allin.asking import Data, InJson, folder_of, settings_for
from allin.terminal import REFUSED, Stop, as_json

if TYPE_CHECKING:
    from allin.checkup import Finding

NO_REBUILD = (
    "the process of {job} writes its whole file at each change by itself; there is no way yet to make it do so "
    "without a change. A decision on any of its steps, or its next wake-up, does it"
)
"""Rebuilding needs the process to be asked for its file; no update of it gives that so far."""


def doctor(
    data: Data = None,
    json: InJson = False,
    rebuild: Annotated[
        str | None,
        typer.Option("--rebuild", metavar="JOB", help="Write a job's steps anew (not possible yet)."),
    ] = None,
) -> None:
    """Check the installation: database, keys, calendar, Temporal, printing, each partner; a clear line for each.

    Exit code 1 when something is wrong; a warning is not.

    Example: allin doctor
    """
    if rebuild is not None:
        raise Stop(NO_REBUILD.format(job=rebuild))
    found = asyncio.run(_look(data, not json))
    if json:
        print(as_json([each.model_dump() for each in found]))
    if wrong := [each.what for each in found if each.state == "wrong"]:
        raise Stop(f"wrong: {', '.join(wrong)}", REFUSED)


async def _look(data: Path | None, aloud: bool) -> "list[Finding]":
    from allin.checkup import Checkup  # leans on every room; other commands do not wait for it

    found: list[Finding] = []
    async for finding in Checkup(settings_for(data), folder_of(data)).findings():
        found.append(finding)
        if aloud:
            print(finding, flush=True)
    return found
