"""How long a test waits for a state or an event: one generous limit for all.

A test never says how fast something is: on a busy machine everything comes later, and is right all the same.
What must not happen is another thing: that is asserted after something else, which comes later, has come.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

PATIENCE = 120.0
"""Seconds until something that was to come is said not to come; far more than any of it takes."""
LOOK_EVERY = 0.05
"""Seconds between two looks."""

T = TypeVar("T")


def wait_for(what: str, look: Callable[[], T | None], within: float = PATIENCE) -> T:
    """What `look` finds, as soon as it finds something; AssertionError when it never does."""
    until = time.monotonic() + within
    while (found := look()) is None:
        assert time.monotonic() < until, f"{what} did not come within {within:.0f} s"
        time.sleep(LOOK_EVERY)
    return found


async def eventually(
    what: str | Callable[[], object], look: Callable[[], Awaitable[T | None]], within: float = PATIENCE
) -> T:
    """As `wait_for`, without holding up the loop; `what` may be asked for when it never came."""
    until = time.monotonic() + within
    while (found := await look()) is None:
        told = what if isinstance(what, str) or time.monotonic() < until else what()
        assert time.monotonic() < until, f"{told} did not come within {within:.0f} s"
        await asyncio.sleep(LOOK_EVERY)
    return found
