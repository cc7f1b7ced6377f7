"""Time for a measured run: every process is moved by the same strides, and work is awaited between two of them."""

import asyncio
import sqlite3
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from time import monotonic

from temporalio.client import Client

from allin.embedded.demo_data import APPROVERS
from bench import noop
from bench.stage import Stage
from domain.periods import day_in_brussels
from engine.calendar import Calendar
from engine.time_skipping import advance
from workers.bank_desk import bank_desk, nudger
from workers.morning import morning_round

STRIDE = timedelta(days=1)
LOOK_EVERY = 0.01
QUIET = 0.15
"""Seconds without a commit and without a try under way, after which nothing moves any more."""
PATIENCE = 60.0
ROUNDS = 4
"""How often people get their turn within one stride, for answers that lead to questions."""
UNDER_WAY = "SELECT count(*) FROM attempts WHERE closed_at IS NULL"
ALL = "ExecutionStatus='Running' AND TaskQueue='{queue}'"


async def forward(client: Client, calendar: Calendar, queue: str) -> None:
    """One stride for every open process of a queue; whoever has work under way is caught up with next time."""
    await advance(client, calendar, lambda _: None, STRIDE, which=ALL.format(queue=queue))


@dataclass
class Days:
    """The days of a run of real jobs."""

    here: Stage
    _eye: sqlite3.Connection = field(init=False)
    waited: float = 0.0
    """Seconds spent only on being sure that nothing moves any more; no part of any figure."""
    instants: list[datetime] = field(default_factory=list)
    """Engine time after each stride."""

    def __post_init__(self) -> None:
        self._eye = sqlite3.connect(str(self.here.database.url.database))

    async def pass_one(self) -> None:
        """Time passes, then people, partners and the bank desk have their turn."""
        calendar = self.here.calendar
        day = day_in_brussels(calendar.now())
        await forward(self.here.client, calendar, self.here.site.settings.task_queue)
        self.instants.append(calendar.engine_now())
        await self.quiet()
        await self._people_act()
        if (today := day_in_brussels(calendar.now())) != day:
            done = await morning_round(
                today, bank_desk(self.here.site), nudger(self.here.client), approvers=APPROVERS
            )
            if done.problems:
                raise RuntimeError("; ".join(done.problems))
            await self.quiet()

    async def _people_act(self) -> None:
        for _ in range(ROUNDS):
            now = self.here.calendar.now().isoformat()
            answer = (await self.here.partners.post("/admin/tick", json={"now": now})).raise_for_status().json()
            if not (answer["acts"] or answer["webhooks"]):
                return
            await self.quiet()

    async def quiet(self) -> None:
        """Wait until nothing moves any more; what came after the last change was no work."""
        changed, until = monotonic(), monotonic() + PATIENCE
        last = -1
        while monotonic() - changed < QUIET:
            version, under_way = self._look()
            if version != last or under_way:
                last, changed = version, monotonic()
            if changed > until:
                raise TimeoutError(f"after {PATIENCE} s work is still under way")
            await asyncio.sleep(LOOK_EVERY)
        self.waited += monotonic() - changed

    def _look(self) -> tuple[int, int]:
        """How often others changed the database, and the tries under way: a look that costs next to nothing."""
        version = self._eye.execute("PRAGMA data_version").fetchone()[0]
        return version, self._eye.execute(UNDER_WAY).fetchone()[0]


async def until(due: int, patience: float = PATIENCE) -> None:
    """Wait until the floor has served this many activities."""
    end = monotonic() + patience
    while noop.done < due:
        if monotonic() > end:
            raise TimeoutError(f"{noop.done} of {due} no-op activities after {patience} s")
        await asyncio.sleep(0.005)
