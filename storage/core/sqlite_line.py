"""The line to a SQLite file: one trip to its thread per statement, instead of one per move of a cursor.

aiosqlite makes, runs, reads and closes a cursor in four trips between two threads, and a transaction begins and
is tidied up by two more; on a busy machine these trips cost several times what SQLite does. Here a statement is
made, run and read in one trip, the first one begins its transaction on the way, and where nothing was begun
there is nothing to end.
"""

import random
import sqlite3
import time
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Self

import aiosqlite

CHUNK = 64  # aiosqlite's own default; rows are never read in chunks here
BUSY_MS = 8_000  # how long a writer of another process is waited for; our transactions last milliseconds
LOOK_AGAIN_SECONDS = 0.02  # between two looks at a file that somebody else is opening


class CountingConnection(aiosqlite.Connection):
    """A connection that counts what its thread has not finished, and begins a transaction when it is used."""

    def __init__(self, connector: Callable[[], sqlite3.Connection]) -> None:
        super().__init__(connector, CHUNK)
        self._under_way = 0
        self._begin: str | None = None

    def begin_with(self, statement: str) -> None:
        """Begin a transaction, so, on the way to the next statement."""
        self._begin = statement

    def cursor(self) -> "WholeCursor":  # type: ignore[override]  # no trip is needed to make one, so no awaiting
        """A cursor; it costs nothing until it runs something."""
        return WholeCursor(self)

    async def run(self, work: Callable[[sqlite3.Cursor], object]) -> "Ran":
        """Do some work on a fresh cursor and read all its rows, in one trip."""
        begin, self._begin = self._begin, None
        ran: Ran = await self._execute(self._run, begin, work)
        return ran

    def _run(self, begin: str | None, work: Callable[[sqlite3.Cursor], object]) -> "Ran":
        """In the thread. What begins is handed over by value: a rollback meanwhile must not remove it."""
        if begin:
            try:
                self._conn.execute(begin)
            except sqlite3.Error:
                self._begin = begin  # whoever goes on after a busy database still works in a transaction
                raise
        cursor = self._conn.cursor()
        work(cursor)
        return Ran(cursor)

    async def commit(self) -> None:
        """Keep what was changed."""
        if self._may_be_in_transaction():
            await super().commit()

    async def rollback(self) -> None:
        """Leave everything as it was."""
        if self._may_be_in_transaction():
            await super().rollback()

    def _may_be_in_transaction(self) -> bool:
        """A statement whose waiter was cancelled may still be beginning one: then the end queues up behind it."""
        self._begin = None
        return self._under_way > 0 or self.in_transaction

    async def _execute(self, fn: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        self._under_way += 1
        return await super()._execute(self._counted, fn, *args, **kwargs)  # type: ignore[no-untyped-call]  # theirs

    def _counted(self, fn: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        try:
            return fn(*args, **kwargs)
        finally:
            self._under_way -= 1


class Ran:
    """What a statement gave, apart from the thread it ran in."""

    def __init__(self, cursor: sqlite3.Cursor) -> None:
        self.description = cursor.description
        self.rows: deque[Any] = deque(cursor.fetchall() if cursor.description else ())
        self.rowcount = cursor.rowcount
        self.lastrowid = cursor.lastrowid
        cursor.close()


class WholeCursor:
    """A cursor whose rows are all there as soon as its statement has run; what SQLAlchemy asks of aiosqlite's."""

    arraysize = 1

    def __init__(self, line: CountingConnection) -> None:
        self._line = line
        self._ran: Ran | None = None

    async def __aenter__(self) -> Self:
        return self

    @property
    def description(self) -> Any:
        """The columns; None when the statement gives no rows."""
        return self._ran.description if self._ran else None

    @property
    def rowcount(self) -> int:
        """How many rows were changed; -1 when that is not told."""
        return self._ran.rowcount if self._ran else -1

    @property
    def lastrowid(self) -> int | None:
        """The number of the last row inserted."""
        return self._ran.lastrowid if self._ran else None

    async def execute(self, sql: str, parameters: Iterable[Any] = ()) -> Self:
        """Run a statement and read everything it gives."""
        self._ran = await self._line.run(lambda cursor: cursor.execute(sql, tuple(parameters)))
        return self

    async def executemany(self, sql: str, parameters: Iterable[Sequence[Any]]) -> Self:
        """Run a statement once per row of parameters."""
        self._ran = await self._line.run(lambda cursor: cursor.executemany(sql, parameters))
        return self

    async def fetchone(self) -> Any:
        """The next row; None after the last."""
        return self._rows.popleft() if self._rows else None

    async def fetchmany(self, size: int | None = None) -> list[Any]:
        """The next rows."""
        return [self._rows.popleft() for _ in range(min(size or self.arraysize, len(self._rows)))]

    async def fetchall(self) -> list[Any]:
        """The rows that are left."""
        rows = list(self._rows)
        self._rows.clear()
        return rows

    async def close(self) -> None:
        """Nothing is held: the statement was read to its end."""

    @property
    def _rows(self) -> deque[Any]:
        return self._ran.rows if self._ran else deque()


def line_to(file: str | Path) -> Callable[[], Awaitable[CountingConnection]]:
    """How SQLAlchemy opens a line to this file."""

    async def opened() -> CountingConnection:
        line = CountingConnection(partial(_connected, file))
        line._thread.daemon = True  # a process that ends does not wait for an idle line
        await line
        return line

    return opened


def _connected(file: str | Path) -> sqlite3.Connection:
    """In the line's own thread: a connection that waits for other writers, on a file in WAL mode."""
    connection = sqlite3.connect(file)
    try:
        connection.execute(f"PRAGMA busy_timeout={BUSY_MS}")
        _set_wal(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def _set_wal(connection: sqlite3.Connection) -> None:
    """Put a new file into WAL mode; OperationalError when somebody else keeps it busy for BUSY_MS.

    The switch needs the file for itself, and the busy timeout does not cover it: two processes that open a new
    file together would meet "database is locked". In WAL mode already, it costs one read.
    """
    until = time.monotonic() + BUSY_MS / 1000
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL").close()
            return
        except sqlite3.OperationalError as error:
            busy = error.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
            if not busy or time.monotonic() > until:
                raise
        time.sleep(LOOK_AGAIN_SECONDS * random.uniform(0.5, 1.5))  # noqa: S311  # apart from the one it met
