"""What a step has read already is not read again while it runs: persons, entities, what papers say of the job.

Only inside `reading_once()`, which surrounds one try of one step, and within `Database.glancing()`, where all is
one state of things; elsewhere each question goes to the database.
Whoever changes such a thing says so with `forget()`, so that a step never sees an older state of what it wrote.
"""

from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, TypeVar

from storage.core.database import GLANCE, TOGETHER

Known = TypeVar("Known")
Question = tuple[object, ...]


@dataclass(frozen=True)
class Together:
    """Questions that one trip to the database answers: asked one of them, it answers the others too."""

    questions: frozenset[Question] = frozenset()
    read: Callable[[], Awaitable[Mapping[Question, Any]]] | None = None
    """The answers; what is not there is left out, and asked for by itself."""


@dataclass
class _Read:
    together: Together
    known: dict[Question, Any] = field(default_factory=dict)


_read: ContextVar[_Read | None] = ContextVar("_read", default=None)


@contextmanager
def reading_once(together: Together = Together()) -> Iterator[None]:  # frozen, and empty
    """In this block the same question is asked of the database once."""
    before = _read.set(_Read(together))
    try:
        yield
    finally:
        _read.reset(before)


async def in_one_glance(question: Question, read: Callable[[], Awaitable[Known]]) -> Known:
    """The answer to a question: within a glance the one known, for nothing changes there; else read now.

    A question names its database first.
    """
    database = question[0]
    glance = None if TOGETHER.of(database) else GLANCE.of(database)
    if glance is None:
        return await read()
    if question not in glance.known:
        glance.known[question] = await read()
    answer: Known = glance.known[question]
    return answer


async def once(question: Question, read: Callable[[], Awaitable[Known]]) -> Known:
    """The answer to a question: the one known in this block, else read now. A question names its database first."""
    here = _read.get()
    if here is None:
        return await in_one_glance(question, read)
    if question not in here.known and here.together.read and question in here.together.questions:
        here.known.update(await here.together.read())
    if question not in here.known:
        here.known[question] = await read()
    answer: Known = here.known[question]
    return answer


def forget() -> None:
    """Something was changed: whatever was read before is asked for anew."""
    here = _read.get()
    if here is not None:
        here.known.clear()
