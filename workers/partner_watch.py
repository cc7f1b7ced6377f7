"""Who watches the partners from a worker: how they are is written down, and a paused one is not called."""

import asyncio
from collections.abc import Awaitable, Callable
from time import monotonic

from temporalio import activity

from domain.errors import PartnerPaused
from engine.calendar import ActivityClock
from storage.execution.partner_states import PartnerStates
from storage.execution.partner_switches import PartnerSwitch, Switches

SEEN_FOR_SECONDS = 1.0
"""A switch that is turned holds everywhere within this."""
KEPT_FOR_SECONDS = 600.0
"""A step that was let through goes on to its end, hold and purchase; later it queues again."""

Trouble = Callable[[str], Awaitable[None]]


class PartnerWatch:
    """Reads the switches, and keeps the partners' signs of life."""

    def __init__(self, states: PartnerStates, switches: Switches, clock: ActivityClock) -> None:
        self._states = states
        self._switches = switches
        self._clock = clock
        self._seen: dict[str, PartnerSwitch] = {}
        self._seen_at = float("-inf")
        self._looking = asyncio.Lock()
        self._let_through: dict[tuple[str, str], float] = {}
        self.on_trouble: Trouble | None = None
        """Told of a partner that failed, so that somebody asks when it answers again."""

    async def may_call(self, partner: str) -> None:
        """PartnerPaused when ops paused the calls to it, or while it begins again and its minute is full."""
        switch = (await self._switches_now()).get(partner)
        if switch is None or switch.state == "open":
            return
        if switch.state == "paused":
            self._let_through.clear()
            raise PartnerPaused(partner)
        this = (partner, _whose_work())
        if self._let_through.get(this, float("-inf")) > monotonic() - KEPT_FOR_SECONDS:
            return
        if not await self._switches.may_go(partner, self._clock.calendar.now()):
            raise PartnerPaused(partner)
        self._forget_old()
        self._let_through[this] = monotonic()

    async def answered(self, partner: str) -> None:
        """It answered, be it with a no."""
        await self._states.succeeded(partner, self._clock.now())

    async def failed(self, partner: str, what: str) -> None:
        """It could not be reached, or broke."""
        await self._states.failed(partner, self._clock.now(), what)
        if self.on_trouble:
            await self.on_trouble(partner)

    def _forget_old(self) -> None:
        old = monotonic() - KEPT_FOR_SECONDS
        self._let_through = {this: at for this, at in self._let_through.items() if at > old}

    async def _switches_now(self) -> dict[str, PartnerSwitch]:
        async with self._looking:
            if monotonic() - self._seen_at >= SEEN_FOR_SECONDS:
                self._seen = {switch.partner: switch for switch in await self._switches.all()}
                self._seen_at = monotonic()
            return self._seen


def _whose_work() -> str:
    """The step of which process this is done for; outside of one, this very task."""
    if not activity.in_activity():
        return f"task {id(asyncio.current_task())}"
    this = activity.info()
    return f"{this.workflow_id}/{this.activity_id.partition('.')[0]}"
