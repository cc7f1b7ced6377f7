"""One transaction that many stores read or write through, one after the other."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection


@dataclass
class Shared:
    """A transaction of one database, and whose turn it is."""

    database: object
    connection: AsyncConnection
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    holder: "asyncio.Task[object] | None" = None
    """Whose turn it is; one who reads inside its own reading does not wait for itself."""
    over: bool = False
    known: dict[tuple[object, ...], Any] = field(default_factory=dict)
    """What was read through it already, where it can change nothing: one state of things answers the same again."""
    broken: bool = False
    """A part of it failed: nothing of it can be kept."""

    @asynccontextmanager
    async def taken(self) -> AsyncIterator[AsyncConnection]:
        """Its connection, once it is our turn."""
        me = asyncio.current_task()
        if self.holder is me:
            yield self.connection
            return
        async with self.turn:
            self.holder = me
            try:
                yield self.connection
            finally:
                self.holder = None


class Sharing:
    """Which transaction is shared where."""

    def __init__(self, name: str) -> None:
        self._here: ContextVar[Shared | None] = ContextVar(name, default=None)

    def of(self, database: object) -> Shared | None:
        """The one that is shared here, of this database."""
        shared = self._here.get()
        return None if shared is None or shared.database is not database or shared.over else shared

    @asynccontextmanager
    async def over(self, database: object, connection: AsyncConnection) -> AsyncIterator[None]:
        """Share a transaction in this block; RuntimeError when a part of it failed and the rest went on."""
        shared = Shared(database, connection)
        before = self._here.set(shared)
        try:
            yield
            if shared.broken:
                raise RuntimeError("a part of what is written together failed, and the rest went on")
        finally:
            self._here.reset(before)
            async with shared.turn:
                shared.over = True  # a task that outlives the block works on its own
