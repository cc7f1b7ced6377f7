"""What watch, reconcile, audit and the morning round do once they know with which settings."""

import asyncio
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import httpx2

from allin.client.terminal import REFUSED, Stop, as_json
from allin.embedded.data_folder import DataFolder
from allin.installation import Installation, opened
from allin.operations.alarms import Bell
from allin.operations.watching import AWAY_FOR, Watching
from allin.stopping import signals
from domain.periods import day_in_brussels
from engine import logs
from engine.calendar import wall_clock
from engine.settings import Settings
from storage.execution.regular_work import RegularWork
from storage.security import audit_notes
from storage.security.audit import Audit
from storage.security.data_keys import DataKeys

if TYPE_CHECKING:
    from allin.operations.reconcile import Mismatch


async def keep_watch(settings: Settings, once: bool, every: float, grace: timedelta, in_json: bool) -> int:
    """Look now and then until told to stop; how much was late at the last look."""
    logs.set_up(settings)
    logs.started("watch")
    bell, stopped = Bell(settings, print if once and not in_json else None), signals()
    async with Watching(settings, grace, away_for=timedelta(0) if once else AWAY_FOR) as watching:
        while True:
            late = await watching.look()
            await bell.ring(late)
            if once and in_json:
                print(as_json([alarm.model_dump(mode="json") for alarm in late]))
            if once or await _told_to_stop(stopped, every):
                return len(late)


async def _told_to_stop(stopped: asyncio.Event, seconds: float) -> bool:
    """Wait for the next look; true when there is to be none."""
    try:
        await asyncio.wait_for(stopped.wait(), seconds)
    except TimeoutError:
        return False
    return True


async def compared(settings: Settings) -> "list[Mismatch]":
    """What differs between the partners and us: simulated ones list all they did, real ones are asked by key."""
    from allin.operations.reconcile import listed, looked_up, other_days
    from allin.operations.reconcile_ended import still_declared
    from allin.operations.reconcile_parts import other_parts
    from workers.order_lookups import Lookups
    from workers.wiring import OnSite

    found: list[Mismatch] = []
    if not settings.production:
        settings = settings.model_copy(
            update={"sandbox_url": settings.sandbox_url or _running_sandbox(settings.data)}
        )
    async with opened(settings) as here:
        if settings.sandbox_url:
            found += await listed(here.database, await _effects(settings.sandbox_url))
        lookups = Lookups(OnSite(settings, here.database, here.calendar))
        known = {(each.kind, each.partner, each.key) for each in found}
        asked = await looked_up(here.database, lookups) + await other_days(here.database, lookups)
        asked += await other_parts(here.database, lookups)
        asked += await still_declared(here.database, lookups, day_in_brussels(here.calendar.now()))
        return found + [each for each in asked if (each.kind, each.partner, each.key) not in known]


async def _effects(address: str) -> list[dict[str, str | None]]:
    try:
        async with httpx2.AsyncClient(base_url=address, trust_env=False) as http:
            answer = (await http.get("/admin/effects")).raise_for_status()
    except httpx2.HTTPError as error:
        raise Stop(f"the sandbox at {address} cannot be asked: {error}") from error
    effects: list[dict[str, str | None]] = answer.json()["effects"]
    return effects


def _running_sandbox(data: Path) -> str:
    running = DataFolder(data).running()
    if running is None:
        raise Stop("there is no sandbox to compare with: start `allin up`, or set ALLIN_SANDBOX_URL")
    return f"http://127.0.0.1:{running.sandbox_port}"


async def chain(
    settings: Settings, noted: tuple[int, str] | None = None, notes: Path | None = None
) -> tuple[list[str], int, str]:
    """What is broken in the audit, also measured by heads that were noted earlier; and its head."""
    async with opened(settings) as here:
        kept = Audit(here.database)
        heads = [one.head for one in await _heads(here, notes)] if notes else []
        broken = [f"line {one.n}: {one.why}" for one in await kept.verify(noted, *heads)]
        return broken, *await kept.head()


async def _heads(here: Installation, notes: Path) -> list[audit_notes.NotedHead]:
    """What a file of heads says; Stop when a line in it is not ours."""
    keys = here.settings.keys()
    ring = DataKeys(here.database, keys, here.calendar)
    secrets = [*await ring.past("audit"), *keys.derive_all("audit")]
    try:
        text = await asyncio.to_thread(notes.read_text, encoding="utf-8")
        return [*audit_notes.read(text.splitlines(), secrets)]
    except (OSError, UnicodeDecodeError, audit_notes.NotOurs) as error:
        raise Stop(f"{notes}: {error}", REFUSED) from error


async def note_head(settings: Settings) -> str:
    """The audit's head as one signed line."""
    async with opened(settings) as here:
        head = await Audit(here.database).head()
        return audit_notes.noted(wall_clock(), head, settings.keys().derive("audit"))


async def this_morning(settings: Settings, on: datetime | None) -> str:
    """The round of a day, today by default."""
    async with opened(settings) as here:
        return await round_of(here, on)


async def round_of(here: Installation, on: datetime | None) -> str:
    """One morning's round for an installation."""
    from workers.answers import answers_desk
    from workers.bank_desk import (  # the watch needs none of this, and starts beside everything else
        bank_desk,
        nudger,
    )
    from workers.morning import MORNING, morning_round
    from workers.wiring import OnSite

    site = OnSite(here.settings, here.database, here.calendar)
    day = on.date() if on else day_in_brussels(here.calendar.now())
    begun_at, rounds, client = here.calendar.now(), RegularWork(here.database), await here.temporal()
    done = await morning_round(day, bank_desk(site), nudger(client), answers=answers_desk(site, client))
    if not done.again:
        await rounds.done(MORNING, begun_at, here.calendar.now(), "; ".join(done.problems))
    if done.problems:
        raise Stop("; ".join(done.problems))
    return f"{done.on}: {done.made} batches made, {done.nudged} processes told"


async def forgotten(settings: Settings, person_id: str, reason: str) -> str:
    """Erase one person, and say what went."""
    from allin.operations.erase_person import erase

    async with opened(settings) as here:
        jobs = await erase(here, person_id, reason)
    return f"{person_id} is forgotten, and with them the histories of {len(jobs)} jobs"
