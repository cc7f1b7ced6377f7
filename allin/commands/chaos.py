"""`allin chaos`: whether anything is done twice or lost when processes die and partners misbehave."""

import asyncio
import tempfile
from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer

from allin.asking import InJson
from allin.terminal import REFUSED, Stop, as_json

GRACE = timedelta(hours=36)
"""One day of the demonstration and the night before it: lateness below is no alarm."""


def chaos(
    seed: Annotated[int, typer.Option("--seed", help="The same seed draws the same kills and faults.")] = 1,
    jobs: Annotated[int, typer.Option("--jobs", min=1, max=50, help="How many jobs are lived.")] = 3,
    kills: Annotated[int, typer.Option("--kills", min=0, help="How often something is killed.")] = 3,
    day: Annotated[float, typer.Option("--day", min=0.05, help="Seconds that one calendar day takes.")] = 0.2,
    limit: Annotated[int, typer.Option("--limit", min=10, help="Seconds until it gives up.")] = 900,
    keep: Annotated[
        Path | None, typer.Option("--keep", help="A new folder for the installation; else a temporary one.")
    ] = None,
    json: InJson = False,
) -> None:
    """Live some jobs while processes are killed and partners misbehave, then check everything.

    An installation of its own on loopback, in a new folder; it ends by itself. Checked: one effect per order at
    every partner, books at zero, invoice numbers without a gap, legal states, complete stories, deadlines met or
    alarmed, the audit's chain. Exit code 1 when something does not hold.

    Example: allin chaos --seed 7 --jobs 5 --kills 6
    """
    from allin.chaos import Chaos

    with tempfile.TemporaryDirectory(prefix="allin-chaos-") as place:
        run = Chaos(keep or Path(place) / "data", seed, jobs, kills, day, _say(json))
        run.run(limit)
        found, alarms = asyncio.run(_checked(run.folder.path, run.effects))
    told = {
        "seed": seed,
        "jobs": len(run.job_ids),
        "killed": dict(run.killed),
        "replayed": sum(run.replayed.values()),
        "effects": len(run.effects),
        "alarms": alarms,
        "broken": found,
    }
    print(as_json(told) if json else "\n".join(f"{name}: {value}" for name, value in told.items()))
    if found:
        raise Stop(f"seed {seed}: {len(found)} things do not hold: {found[0]}", REFUSED)


def _say(json: bool) -> Callable[[str], None]:
    return (lambda _: None) if json else print


async def _checked(data: Path, effects: Iterable[Mapping[str, str | None]]) -> tuple[list[str], int]:
    """What does not hold, and how many deadlines were missed and so alarmed."""
    from allin.installation import opened
    from allin.invariants import broken
    from allin.watching import Eyes
    from engine.settings import load_settings

    async with opened(load_settings(data=data)) as here:
        late = await Eyes(here.database, GRACE).look(here.calendar.now())
        return await broken(here.database, effects), len(late)
