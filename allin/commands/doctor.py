"""`allin doctor`: whether this installation is well."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from allin.client.options import Data, InJson, folder_of, settings_for
from allin.client.terminal import REFUSED, Stop, as_json

if TYPE_CHECKING:
    from allin.operations.doctor import CheckResult


def doctor(
    data: Data = None,
    json: InJson = False,
    rebuild: Annotated[
        str | None,
        typer.Option("--rebuild", metavar="JOB", help="Write the rows of one job anew from its processes."),
    ] = None,
) -> None:
    """Check the installation: database, keys, calendar, Temporal, printing, each partner; a clear line for each.

    Exit code 1 when something is wrong; a warning is not. With --rebuild nothing is checked: the row and the steps
    of one job are written anew from what its processes know, also when they have ended; a worker must be running.

    Example: allin doctor
    """
    if rebuild is not None:
        print(asyncio.run(_rebuild(data, rebuild, json)))
        return
    found = asyncio.run(_look(data, not json))
    if json:
        print(as_json([each.model_dump() for each in found]))
    if wrong := [each.what for each in found if each.state == "wrong"]:
        raise Stop(f"wrong: {', '.join(wrong)}", REFUSED)


async def _rebuild(data: Path | None, job_id: str, in_json: bool) -> str:
    from allin.operations.rebuild_projection import rebuild  # leans on Temporal and the database

    done = await rebuild(settings_for(data), folder_of(data), job_id)
    if in_json:
        return as_json([each.model_dump() for each in done])
    return "\n".join(f"{each.workflow_id}: {each.state}, {each.steps} steps written anew" for each in done)


async def _look(data: Path | None, aloud: bool) -> "list[CheckResult]":
    from allin.operations.doctor import Checkup  # leans on every room; other commands do not wait for it

    found: list[CheckResult] = []
    async for finding in Checkup(settings_for(data), folder_of(data)).findings():
        found.append(finding)
        if aloud:
            print(finding, flush=True)
    return found
