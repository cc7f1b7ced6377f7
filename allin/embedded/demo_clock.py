"""The demonstration's clock: lets days pass for everybody at once, and gives people their turn in between.

By days while nothing is near, by six hours around a job, so that the guards of one day do not fall together. It
stands still while a person is asked. No process knows of it.
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import date, datetime, time, timedelta
from time import monotonic

import httpx2
import structlog
from temporalio.client import Client
from temporalio.service import RPCError

from allin.embedded.activity_level import ActivityLevel, Look
from api.container import ClockCommand
from domain.periods import day_in_brussels
from engine.calendar import Calendar
from engine.time_skipping import catch_up
from engine.words import BRUSSELS
from storage.core.calendar_state import CalendarState
from storage.core.database import Database
from workers.morning import Morning

MORNING = time(8, 0)
"""When a day of the demonstration begins: people are at work."""
NEAR = timedelta(hours=72)
"""From here on a job's own guards come hour by hour. Source: engine decisions, the demo clock."""
STRIDE = timedelta(hours=6)
QUIET_LOOKS = 2
LOOK_EVERY = 0.04
PATIENCE = 6.0
"""Seconds a tick waits for work to end; what takes longer is caught up with at the next one."""
ROUNDS = 3
"""How often the sandbox's people get their turn within one tick, for answers that lead to questions."""

log = structlog.get_logger(__name__)
MorningRound = Callable[[date], Awaitable[Morning]]


class DemoClockController:
    """The hands of one demonstration; satisfies the API's DemoClock."""

    def __init__(
        self,
        client: Client,
        database: Database,
        calendar: Calendar,
        sandbox: httpx2.AsyncClient,
        morning: MorningRound,
        *,
        seconds_a_day: float,
        playing: bool = True,
    ) -> None:
        self._client = client
        self._state = CalendarState(database)
        self._pulse = ActivityLevel(database)
        self._calendar = calendar
        self._sandbox = sandbox
        self._morning = morning
        self._seconds_a_day = seconds_a_day
        self._playing = asyncio.Event()
        self._one_day = asyncio.Event()
        self._one_at_a_time = asyncio.Lock()
        self._asked: str | None = None
        if playing:
            self._playing.set()

    async def turn(self, command: ClockCommand) -> None:
        """Play, pause, or go to the next morning at once, also while a person is asked."""
        if command == "play":
            self._playing.set()
        elif command == "pause":
            self._playing.clear()
        else:
            await self._to_the_next_morning()

    async def run(self) -> None:
        """Let time pass for as long as this task lives."""
        while True:
            await self._playing.wait()
            began = monotonic()
            async with self._one_at_a_time:
                passed = await self._go_on()
            pace = self._seconds_a_day * (passed / timedelta(days=1))
            await asyncio.sleep(max(pace - (monotonic() - began), LOOK_EVERY))

    async def _go_on(self) -> timedelta:
        """One tick, unless a person is asked or nobody waits for time to pass."""
        if await self._must_wait():
            return STRIDE
        return await self._tick(await self._stride())

    async def _must_wait(self) -> bool:
        asked = await self._pulse.somebody_is_asked()
        if asked and asked != self._asked:
            log.info("the clock waits for a person", why=asked)
        self._asked = asked
        return asked is not None or not await self._pulse.anybody_waits()

    async def _to_the_next_morning(self) -> None:
        async with self._one_at_a_time:
            morning = next_stop(self._calendar.now(), timedelta(days=1))
            while self._calendar.now() < morning:
                await self._tick(await self._stride())

    async def _stride(self) -> timedelta:
        """To the next morning; around a job to the next quarter of the day."""
        now = self._calendar.now()
        near = await self._pulse.something_near(now, NEAR)
        return next_stop(now, STRIDE if near else timedelta(days=1)) - now

    async def _tick(self, by: timedelta) -> timedelta:
        """Let this much time pass: written down first, so that after a kill everybody catches up to it."""
        morning = next_stop(self._calendar.now(), timedelta(days=1))
        await self._state.skip_to(self._calendar.skipped + by)
        self._calendar.skipped += by
        began = monotonic()
        await self._move_everybody()
        moved = monotonic()
        await self._people_act()
        acted = monotonic()
        if self._calendar.now() >= morning:
            await self._in_the_morning(day_in_brussels(self._calendar.now()))
        log.debug(
            "tick",
            now=self._calendar.now().isoformat(timespec="minutes"),
            moving=round(moved - began, 2),
            people=round(acted - moved, 2),
            morning=round(monotonic() - acted, 2),
        )
        return by

    async def _move_everybody(self) -> None:
        try:
            behind = await catch_up(self._client, self._calendar, PATIENCE)
        except RPCError as error:  # a server that is busy or gone: the next tick heals the difference
            log.warning("the clock could not move everybody", why=str(error))
            return
        if behind:
            log.debug("still behind", workflows=sorted(behind))
        await self._settle()

    async def _people_act(self) -> None:
        """Clients, collaborators, bank and administrations get their turn, until nobody has anything to do."""
        for _ in range(ROUNDS):
            answer = await self._sandbox.post("/admin/tick", json={"now": self._calendar.now().isoformat()})
            answer.raise_for_status()
            did = answer.json()
            if not (did["acts"] or did["webhooks"]):
                return
            await self._settle()

    async def _in_the_morning(self, today: date) -> None:
        try:
            done = await self._morning(today)
        except Exception:  # a failed round is done again tomorrow and must not stop the clock; it says so loudly
            log.exception("the morning round failed", on=today.isoformat())
            return
        for problem in done.problems:
            log.warning("the bank desk has a problem", why=problem)
        if done.nudged:
            await self._settle()

    async def _settle(self) -> None:
        """Wait until nothing moves any more."""
        since, until = self._calendar.now() - STRIDE, monotonic() + PATIENCE
        last: Look | None = None
        calm = 0
        while calm < QUIET_LOOKS and monotonic() < until:
            look = await self._pulse.look(since)
            calm = calm + 1 if look == last and not look.open_tries and not look.unstarted else 0
            last = look
            await asyncio.sleep(LOOK_EVERY)


def next_stop(now: datetime, stride: timedelta) -> datetime:
    """The next morning, or the next full stride after one: ticks always fall on the same hours of the day."""
    morning = _morning_of(now)
    while morning <= now:
        morning = _morning_of(morning + timedelta(days=1))
    stop = morning
    while stride < timedelta(days=1) and stop - stride > now:  # a day may have 25 hours
        stop -= stride
    return stop


def _morning_of(at: datetime) -> datetime:
    """Eight o'clock in Brussels on the day of an instant, whatever the season."""
    return datetime.combine(at.astimezone(BRUSSELS).date(), MORNING, BRUSSELS).astimezone(at.tzinfo)
