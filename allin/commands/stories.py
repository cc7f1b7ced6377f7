"""Reading a job on the command line: its story, each step taken apart, and the whole of it in one file."""

from pathlib import Path
from typing import Annotated, Any

import typer

from allin.client.live_story import apart, line_row
from allin.client.options import Caller, asks
from allin.client.terminal import columns
from allin.commands.jobs import JobId


@asks
def history(
    caller: Caller,
    job_id: JobId,
    audience: Annotated[str | None, typer.Option("--audience", help="member, advisor or ops.")] = None,
    steps: Annotated[
        bool, typer.Option("--steps", help="Each step too: tries, waits, money, papers, decisions, undo.")
    ] = False,
    since: Annotated[int | None, typer.Option("--since", min=0, help="Only what came after this line.")] = None,
) -> None:
    """Tell the story of a job: what happened, and what was waited for in between.

    Example: allin history 7ZK4M2Q9XA --audience ops --steps --lang nl --as ops
    """
    lang = caller.remote.language
    told = caller.remote.get(f"/api/jobs/{job_id}/story", audience=audience, lang=lang, since=since)
    lines = [row for line in told["lines"] for row in line_row(line, lang)]
    if caller.in_json:
        caller.show(told if steps else told["lines"])
        return
    caller.show(told, *_head(told), *columns(lines), "", told["now"], *_steps(told, steps))


def _head(told: dict[str, Any]) -> list[str]:
    return [*(f"! {alert}" for alert in told["alerts"]), *([""] if told["alerts"] else [])]


def _steps(told: dict[str, Any], wanted: bool) -> list[str]:
    return [text for step in told["steps"] for text in ("", *apart(step, told["lang"]))] if wanted else []


@asks
def dossier(
    caller: Caller,
    job_id: JobId,
    out: Annotated[Path | None, typer.Option("--out", help="Where to write it; else ID.zip here.")] = None,
) -> None:
    """Take everything about one job along: papers, story, decisions with their proofs, and for ops its histories.

    Example: allin dossier 7ZK4M2Q9XA --out concert.zip --as ops
    """
    content = caller.remote.download(f"/api/jobs/{job_id}/dossier")
    path = out or Path(f"{job_id}.zip")
    path.write_bytes(content)
    caller.show({"file": str(path), "bytes": len(content)}, f"{path}: {len(content)} bytes")
