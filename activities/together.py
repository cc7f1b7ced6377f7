"""What a step writes that belongs together is kept together: all of it or nothing, and beside the partner call.

The worker hands in how. Where nobody does, as in a test of one service, each thing is written by itself.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(frozen=True)
class Writing:
    """How a step writes several things at once."""

    together: Callable[[], AbstractAsyncContextManager[None]]
    with_the_answer: Callable[[], Awaitable[None]]


writing: ContextVar[Writing | None] = ContextVar("writing", default=None)


@asynccontextmanager
async def together() -> AsyncIterator[None]:
    """What is written in this block is one transaction; no partner is called in it."""
    how = writing.get()
    if how is None:
        yield
        return
    async with how.together():
        yield


async def with_the_answer() -> None:
    """From here to its end the step calls no partner and prints nothing: what it writes is one transaction with its
    answer and its line in the story, and nothing of it is kept when it fails."""
    how = writing.get()
    if how is not None:
        await how.with_the_answer()
