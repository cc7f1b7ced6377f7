"""`allin rehearse`: a bad night, on purpose, with a report."""

import tempfile
from pathlib import Path
from typing import Annotated

import typer

from allin.client.options import InJson
from allin.client.terminal import REFUSED, Stop, as_json, columns


def rehearse(
    seed: Annotated[int, typer.Option("--seed", help="The same seed draws the same lives and faults.")] = 1,
    jobs: Annotated[int, typer.Option("--jobs", min=1, max=100, help="How many lives are lived.")] = 3,
    limit: Annotated[int, typer.Option("--limit", min=10, help="Seconds the lives have.")] = 900,
    keep: Annotated[
        Path | None, typer.Option("--keep", help="A new folder for all of it; else a temporary one.")
    ] = None,
    json: InJson = False,
) -> None:
    """Rehearse the night: every process is killed in turn under load, a backup restored, the schema taken back.

    An installation of its own on loopback, in a new folder. Exit code 1 when something does not hold. A release
    forward and back with two programs, on PostgreSQL, is `make roll` in the project.

    Example: allin rehearse --jobs 5 --keep /tmp/night
    """
    from allin.operations.rehearsal import rehearsed

    with tempfile.TemporaryDirectory(prefix="allin-rehearse-") as place:
        stages = rehearsed(keep or Path(place), seed, jobs, limit, (lambda _: None) if json else print)
    broken = [one for stage in stages for one in stage.broken]
    if json:
        print(as_json(stages))
    else:
        rows = [(each.what, f"{each.seconds:.0f} s", each.outcome) for each in stages]
        print("\n".join([*columns(rows), *broken]))
    if broken:
        raise Stop(f"seed {seed}: {len(broken)} things do not hold: {broken[0]}", REFUSED)
