"""Prolonging partners' holds: one timer for all of them, until everybody has signed."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Protocol

from workflows.steps import Steps

EXTEND_BEFORE = timedelta(minutes=30)
"""How long before its end a partner's hold is prolonged."""
EARLIEST = timedelta(minutes=1)
"""Two wake-ups for holds are never closer than this."""


class Until(Protocol):
    """Waits for something at most until an instant; ends when the job is stopped."""

    def __call__(self, ready: Callable[[], bool], by: datetime | None = None) -> Awaitable[bool]:
        """False when the instant came first."""
        ...


async def keep_holds(steps: Steps, until: Until, over: Callable[[], bool]) -> None:
    """Prolong whatever ends soonest, again and again, until it is over."""
    while not over():
        await _keep_soonest(steps, until, over, steps.held_until())


async def _keep_soonest(steps: Steps, until: Until, over: Callable[[], bool], holds: dict[str, datetime]) -> None:
    soonest = min(holds.values(), default=None)
    wake = soonest and max(soonest - EXTEND_BEFORE, steps.notebook.now() + EARLIEST)
    if not await until(lambda: over() or steps.held_until() != holds, by=wake):
        for name in [name for name, ends in holds.items() if ends == soonest]:
            await steps.extend(name)
