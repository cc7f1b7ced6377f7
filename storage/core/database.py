"""One database, two doors: reading and writing, each a short transaction.

SQLite in the embedded stack, PostgreSQL in production; both behave alike through these doors.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from functools import cache
from typing import Any, Protocol

from sqlalchemy import URL, ColumnElement, Connection, Table, and_, event, literal_column, make_url, or_
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from engine.keys import MasterKeys
from engine.transactions import transaction_open
from storage.core.postgres import POOL_TIMEOUT, postgres_engine
from storage.core.shared import Sharing
from storage.core.sqlite_line import CountingConnection, line_to
from storage.core.tables import bind_keys, in_row

DRIVERS = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+psycopg", "postgres": "postgresql+psycopg"}


ONE: ColumnElement[int] = literal_column("1")
GLANCE, TOGETHER = Sharing("glance"), Sharing("together")


class Clock(Protocol):
    """Business time, for the stores whose callers do not say when."""

    def now(self) -> datetime:
        """This instant, in UTC."""
        ...


class Database:
    """Where everything is remembered.

    Keep a transaction short and never call a partner inside one. On SQLite one writer works at a time: a
    `writing()` inside another `writing()` of the same task would wait for itself.
    """

    def __init__(self, url: str, keys: MasterKeys | None = None, *, part: str = "allin") -> None:
        self.url = parsed(url)
        if self.is_sqlite:
            self._writer = sqlite_engine(self.url, "BEGIN IMMEDIATE", pool_size=1)
            self._reader = sqlite_engine(self.url, "BEGIN", pool_size=5, read_only=True)
        else:
            self._writer = postgres_engine(self.url, part)
            # one snapshot for the whole transaction, as SQLite gives
            self._reader = self._writer.execution_options(
                isolation_level="REPEATABLE READ", postgresql_readonly=True
            )
        if keys is not None:
            for engine in (self._writer, self._reader):
                bind_keys(engine.dialect, keys)

    @property
    def is_sqlite(self) -> bool:
        """Whether this is the embedded database."""
        return self.url.get_backend_name() == "sqlite"

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        """A transaction that sees one state of things and can change nothing.

        Within `glancing()` or `together()` it is the one already open, whose turn is waited for.
        """
        shared = TOGETHER.of(self) or GLANCE.of(self)
        async with self._reader.begin() if shared is None else shared.taken() as connection:
            yield connection

    @asynccontextmanager
    async def glancing(self) -> AsyncIterator[None]:
        """Whatever stores read in this block, they see one state of things, through one transaction.

        A page that asks twenty stores begins and ends one transaction instead of twenty.
        """
        if TOGETHER.of(self) or GLANCE.of(self):
            yield
            return
        async with self._reader.begin() as connection, GLANCE.over(self, connection):
            yield

    @asynccontextmanager
    async def together(self) -> AsyncIterator[None]:
        """Whatever stores write and read in this block is one transaction: all of it, or nothing when an exception
        leaves the block. One that leaves a single `writing()` and is caught within the block is a mistake of ours.
        """
        if TOGETHER.of(self):
            yield
            return
        with transaction_open():
            async with self._writer.begin() as connection, TOGETHER.over(self, connection):
                yield

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncConnection]:
        """A transaction that changes things: all of it, or nothing when an exception leaves the block.

        Within `together()` it is a part of the one already open.
        """
        shared = TOGETHER.of(self)
        if shared is None:
            async with self._writer.begin() as connection:
                yield connection
            return
        async with shared.taken() as connection:
            try:
                yield connection
            except BaseException:
                shared.broken = True
                raise

    @property
    def engines(self) -> tuple[AsyncEngine, ...]:
        """What stands behind the two doors, for whoever measures."""
        return (self._writer,) if not self.is_sqlite else (self._writer, self._reader)

    async def close(self) -> None:
        """Give back every connection."""
        await self._reader.dispose()
        await self._writer.dispose()


def parsed(url: str) -> URL:
    """The address with the driver we use; ValueError when it is neither a SQLite file nor PostgreSQL."""
    address = make_url(url)
    driver = DRIVERS.get(address.get_backend_name())
    if driver is None:
        raise ValueError(f"a database is sqlite:///file or postgresql://..., not {address.drivername}")
    if driver.startswith("sqlite") and address.database in (None, "", ":memory:"):
        raise ValueError("SQLite needs a file: readers and the writer share it")
    return address.set(drivername=driver)


def sqlite_engine(
    url: URL, begin: str, *, pool_size: int, read_only: bool = False, foreign_keys: bool = True
) -> AsyncEngine:
    """An engine whose transactions begin as told, on the way to their first statement.

    BEGIN IMMEDIATE takes the write lock at once: read-then-insert (a number, a seat) never meets a second
    writer half-way, as it would when the driver begins late.
    """
    line = line_to(str(url.database))
    engine = create_async_engine(
        url,
        async_creator=line,
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=POOL_TIMEOUT,
        hide_parameters=True,
    )

    @event.listens_for(engine.sync_engine, "connect")
    def set_up(connection: Any, _: object) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in (
            "synchronous=NORMAL",
            f"foreign_keys={'ON' if foreign_keys else 'OFF'}",
            f"query_only={'ON' if read_only else 'OFF'}",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def start(connection: Connection) -> None:
        line = connection.connection.driver_connection
        assert isinstance(line, CountingConnection)
        line.begin_with(begin)

    return engine


async def insert_once(
    connection: AsyncConnection,
    table: Table,
    values: Mapping[str, Any],
    *,
    key: Sequence[str] = (),
) -> bool:
    """Insert a row unless one with the same key is there; whether it was inserted.

    Waits for a rival transaction to end, so that afterwards the row can be read. Without `key` any unique
    constraint counts.
    """
    statement = _insert_once(connection.dialect.name, table, tuple(key))
    return await _wrote(connection, statement, in_row(table, values))


async def insert_new(
    connection: AsyncConnection, table: Table, values: Mapping[str, Any], *, key: Sequence[str], told: str
) -> Any:
    """`insert_once` that tells one column of the new row; None when one with the same key was there."""
    statement = _insert_once(connection.dialect.name, table, tuple(key), told)
    return await connection.scalar(statement, in_row(table, values))


async def insert_or_see(
    connection: AsyncConnection, table: Table, values: Mapping[str, Any], *, key: Sequence[str], seen: str
) -> Any:
    """Insert a row unless one with the same key is there; one column of the row that is there now, in one trip."""
    statement = _insert_or_see(connection.dialect.name, table, tuple(key), seen)
    return await connection.scalar(statement, in_row(table, values))


async def upsert(
    connection: AsyncConnection,
    table: Table,
    values: Mapping[str, Any],
    *,
    key: Sequence[str],
    if_newer: str | None = None,
) -> bool:
    """Insert a row or overwrite the one with the same key; with `if_newer` only when that column grows."""
    statement = _upsert(connection.dialect.name, table, tuple(values), tuple(key), if_newer)
    return await _wrote(connection, statement, in_row(table, values))


async def upsert_all(
    connection: AsyncConnection,
    table: Table,
    rows: Sequence[Mapping[str, Any]],
    *,
    key: Sequence[str],
    if_other: tuple[str, ...] = (),
) -> None:
    """Insert rows or overwrite those with the same key, in one go; all rows name the same columns.

    With `if_other` only those in which one of these columns says something else.
    """
    if not rows:
        return
    columns = tuple(rows[0])
    statement = _upsert(connection.dialect.name, table, columns, tuple(key), None, if_other, told=False)
    await connection.execute(statement, [in_row(table, row) for row in rows])


async def _wrote(connection: AsyncConnection, statement: Any, values: dict[str, Any]) -> bool:
    """Whether a row was written; a count of rows is not told by every driver for inserts."""
    done = await connection.execute(statement, values)
    return done.first() is not None


# Statements are built once: building one costs more than SQLite needs to carry it out.


@cache
def _insert_once(dialect: str, table: Table, key: tuple[str, ...], told: str | None = None) -> Any:
    back = ONE if told is None else table.c[told]
    return _insert(dialect, table).on_conflict_do_nothing(index_elements=key or None).returning(back)


@cache
def _insert_or_see(dialect: str, table: Table, key: tuple[str, ...], seen: str) -> Any:
    """The row that is there is written to itself: a row that nothing happens to is not returned."""
    same = {seen: table.c[seen]}
    return _insert(dialect, table).on_conflict_do_update(index_elements=key, set_=same).returning(table.c[seen])


@cache
def _upsert(
    dialect: str,
    table: Table,
    columns: tuple[str, ...],
    key: tuple[str, ...],
    if_newer: str | None,
    if_other: tuple[str, ...] = (),
    told: bool = True,
) -> Any:
    inserted = _insert(dialect, table)
    newer = () if if_newer is None else (table.c[if_newer] < inserted.excluded[if_newer],)
    other = (table.c[name].is_distinct_from(inserted.excluded[name]) for name in if_other)
    conditions = (*newer, *((or_(*other),) if if_other else ()))
    statement = inserted.on_conflict_do_update(
        index_elements=key,
        set_={name: inserted.excluded[name] for name in columns if name not in key},
        where=and_(*conditions) if conditions else None,
    )
    return statement.returning(ONE) if told else statement


def _insert(dialect: str, table: Table) -> Any:
    """Both dialects spell ON CONFLICT alike, through two unrelated classes."""
    return sqlite.insert(table) if dialect == "sqlite" else postgresql.insert(table)
