"""The night, rehearsed: all is killed in turn under load, a backup restored, the schema taken back and forth.

On an installation of its own on loopback. What it cannot do there (PostgreSQL, two wheels side by side) `make roll`
does.
"""

import asyncio
import shutil
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from allin.chaos import Chaos, Say
from allin.commands.chaos import checked
from allin.installation import opened
from allin.invariants import broken
from allin.operations.backup import back_up
from domain.message import Message
from engine.settings import load_settings
from storage.core.downgrade import NoWayBack, downgrade
from storage.core.migrate import check, current, upgrade
from storage.core.schema_range import RELEASES
from storage.jobs.tables import jobs

KEYS = "master.keys"


class Stage(Message):
    """One part of the night."""

    what: str
    seconds: float
    outcome: str
    broken: tuple[str, ...] = ()


def rehearsed(place: Path, seed: int, lives: int, limit: float, say: Say) -> list[Stage]:
    """Every stage in its turn; what does not hold is kept, and the next stage goes on."""
    run = Chaos(place / "data", seed, lives, kills=3, say=say, in_turn=True)
    copy: list[float] = []

    def back_it_up(run: Chaos) -> None:
        begun = time.monotonic()
        back_up(load_settings(data=run.folder.path), place / "backup")
        copy.append(time.monotonic() - begun)

    begun = time.monotonic()
    run.run(limit, back_it_up)
    held, alarms = asyncio.run(checked(run))
    killed = ", ".join(f"{victim} {count} times" for victim, count in sorted(run.killed.items()))
    night = f"{lives} lives, killed: {killed}; {len(run.effects)} effects, {alarms} alarms"
    stages = [Stage(what="kills under load", seconds=time.monotonic() - begun, outcome=night, broken=tuple(held))]
    stages.append(
        Stage(what="backup while everything runs", seconds=sum(copy), outcome="one copy of each database")
    )
    stages.append(asyncio.run(restored(place, run.effects, len(run.lives))))
    stages.append(asyncio.run(back_and_forth(place / "restored")))
    return stages


async def restored(place: Path, effects: Sequence[Mapping[str, Any]], lives: int) -> Stage:
    """The backup in an empty folder, with the keys beside it: whole, and it tells what the partners tell."""
    begun, folder = time.monotonic(), place / "restored"
    shutil.copytree(place / "backup", folder)
    shutil.copy2(place / "data" / KEYS, folder / KEYS)
    settings = load_settings(data=folder)
    async with opened(settings) as here:
        found = [*await check(settings.database), *await broken(here.database, effects)]
        async with here.database.reading() as connection:
            kept = await connection.scalar(select(func.count()).select_from(jobs)) or 0
    if not 0 < kept <= lives:
        found.append(f"restore: {kept} jobs of {lives} lives")
    outcome = f"{kept} jobs, books, story and audit as they were"
    return Stage(what="restore", seconds=time.monotonic() - begun, outcome=outcome, broken=tuple(found))


async def back_and_forth(folder: Path) -> Stage:
    """To the schema of the last release, where that loses nothing, and to today's again."""
    begun, url = time.monotonic(), load_settings(data=folder).database
    before, release = await current(url), list(RELEASES)[-1]
    try:
        outcome = f"{before} -> {await downgrade(url, release)}"
    except NoWayBack as refused:
        outcome = f"stays at {before}: {refused}"
    after = await upgrade(url)
    found = [*await check(url)] if after == before else [f"schema: {after} after going forward, {before} before"]
    told = f"{outcome} -> {after}" if outcome.startswith(before) else outcome
    return Stage(what="schema back and forth", seconds=time.monotonic() - begun, outcome=told, broken=tuple(found))
