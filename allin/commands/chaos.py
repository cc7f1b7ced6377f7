"""`allin chaos`: whether anything is done twice, lost or told wrongly when processes die and partners misbehave."""

import asyncio
import tempfile
from collections.abc import Callable, Collection
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from allin.client.options import InJson
from allin.client.terminal import REFUSED, Stop, as_json

if TYPE_CHECKING:
    from allin.chaos import Chaos

GRACE = timedelta(hours=36)
"""One day of the demonstration and the night before it: lateness below is no alarm."""


def chaos(
    seed: Annotated[int, typer.Option("--seed", help="The same seed draws the same lives, kills and faults.")] = 1,
    jobs: Annotated[int, typer.Option("--jobs", min=1, max=500, help="How many lives are lived.")] = 3,
    kills: Annotated[int, typer.Option("--kills", min=0, help="How often something is killed.")] = 3,
    faults: Annotated[
        int | None, typer.Option("--faults", min=0, help="Faults at partners; left out, two for each partner.")
    ] = None,
    limit: Annotated[int, typer.Option("--limit", min=10, help="Seconds until it gives up.")] = 900,
    pages: Annotated[bool, typer.Option("--pages/--no-pages", help="Read every page of every job.")] = True,
    keep: Annotated[
        Path | None, typer.Option("--keep", help="A new folder for the installation; else a temporary one.")
    ] = None,
    json: InJson = False,
) -> None:
    """Live drawn jobs while processes are killed and partners misbehave, then check everything.

    An installation of its own on loopback, in a new folder; it ends by itself. Checked: what must hold of every
    life (allin/lives), one effect per order at every partner, books at zero, numbers without a gap, complete
    stories, deadlines met or alarmed, the audit's chain, and every page, paper and mail in three languages.
    `--kills 0 --faults 0` is a calm run. Exit code 1 when something does not hold.

    Example: allin chaos --seed 7 --jobs 5 --kills 6
    """
    from allin.chaos import Chaos

    found: list[str] = []

    def look(run: "Chaos") -> None:
        if pages:
            found.extend(asyncio.run(_read(run)))

    with tempfile.TemporaryDirectory(prefix="allin-chaos-") as place:
        run = Chaos(keep or Path(place) / "data", seed, jobs, kills, _say(json), faults)
        plan = run.run(limit, look)
        held, alarms = asyncio.run(checked(run))
    found = [*dict.fromkeys([*held, *found])]
    told = {
        "seed": seed,
        "lives": {one.life.name: one.state or f"refused: {', '.join(one.refused)}" for one in run.lives},
        "faults": len(plan.faults),
        "killed": dict(run.killed),
        "decided": dict(run.replayed),
        "effects": len(run.effects),
        "alarms": alarms,
        "broken": found,
    }
    print(as_json(told) if json else "\n".join([*(f"{name}: {value}" for name, value in told.items()), *found]))
    if found:
        raise Stop(f"seed {seed}: {len(found)} things do not hold: {found[0]}", REFUSED)


def _say(json: bool) -> Callable[[str], None]:
    return (lambda _: None) if json else print


async def _read(run: "Chaos") -> list[str]:
    """Slips on any page, paper or mail of any job."""
    from allin.crawling import Crawler, Slip
    from allin.crawling.slips import alike

    found: list[Slip] = []
    told = [one.declaration for one in run.lives]
    people = [*run.own_words(), *(one.life.member.model_dump() for one in run.lives)]
    async with Crawler(run.address, run.sandbox) as crawler:
        for one in run.lives:
            if one.job_id:
                found += await crawler.job(one.job_id, one.life.member.slug, told, people)
        found += await crawler.house("ann", told, people)
        found += await crawler.mails(told, people)
    return [f"{slip} ({n} times)" for slip, n in alike(found)]


def stopped_short(found: str, under_way: Collection[str]) -> bool:
    """Whether this only says that a job was not at its end when the time was over: that is told of its life."""
    return found.endswith("waits for nobody") and any(job_id in found for job_id in under_way)


async def checked(run: "Chaos") -> tuple[list[str], int]:
    """What does not hold, and how many deadlines were missed and so alarmed."""
    from allin.installation import opened
    from allin.invariants import broken
    from allin.lives.holding import unheld
    from allin.lives.seen import see
    from allin.operations.watch import Eyes
    from engine.settings import load_settings
    from sandbox.store import Store

    data = run.folder.path
    partners = Store(data / "sandbox.sqlite")
    async with opened(load_settings(data=data)) as here:
        now = here.calendar.now()
        late = await Eyes(here.database, GRACE).look(now)
        found = [str(one) for one in unheld(await see(here.database, now, run.effects, partners))]
        found += await broken(here.database, run.effects)
    under_way = [one.job_id for one in run.lives if run.late and one.job_id and not one.over]
    found = [one for one in found if not stopped_short(one, under_way)]
    for one in run.lives:
        found += [f"door: {one.life.name} {complaint}" for complaint in one.complaints]
        if run.late and not one.over:
            found.append(f"late: life {one.life.name} is {one.state or 'not declared'} when the time is over")
    return found, len(late)
