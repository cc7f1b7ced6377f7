"""What a step has read already is not read again while it runs: persons, entities, what papers say of the job.

Only inside `reading_once()`, which surrounds one try of one step; elsewhere each question goes to the database.
Whoever changes such a thing says so with `forget()`, so that a step never sees an older state of what it wrote.
"""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

Known = TypeVar("Known")
_read: ContextVar[dict[tuple[object, ...], Any] | None] = ContextVar("_read", default=None)


@contextmanager
def reading_once() -> Iterator[None]:
    """In this block the same question is asked of the database once."""
    before = _read.set({})
    try:
        yield
    finally:
        _read.reset(before)


async def once(question: tuple[object, ...], read: Callable[[], Awaitable[Known]]) -> Known:
    """The answer to a question: the one known in this block, else read now. A question names its database."""
    known = _read.get()
    if known is None:
        return await read()
    if question not in known:
        known[question] = await read()
    answer: Known = known[question]
    return answer


def forget() -> None:
    """Something was changed: whatever was read before is asked for anew."""
    known = _read.get()
    if known is not None:
        known.clear()
