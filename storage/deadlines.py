"""Legal deadlines, written with the declaration and watched from outside the process that should meet them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Column, ForeignKey, Index, Row, String, Table, delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.job import JobFile
from domain.message import Message
from domain.orders import NO_ITEM
from domain.rules.lapsing import binds
from domain.rules.urgency import CAME_UP
from storage.database import Database, insert_once, upsert, upsert_all
from storage.tables import UtcDateTime, metadata

deadlines = Table(
    "deadlines",
    metadata,
    Column("job_id", ForeignKey("jobs.job_id"), primary_key=True),
    Column("kind", String(60), primary_key=True),
    Column("item", String(40), primary_key=True),
    Column("due_at", UtcDateTime, nullable=False),
    Column("basis", String(300), nullable=False),
    Column("met_at", UtcDateTime),
    Column("alarmed_at", UtcDateTime),
    Index(None, "met_at", "due_at"),
)
UNWRITTEN = "not written with the declaration"


class Deadline(Message):
    """Something the law wants done by an instant."""

    kind: str
    """`dimona`, `contract_signed`, `wages_paid`, ..."""
    item: str = NO_ITEM
    """The crew member or document it is about."""
    due_at: datetime
    basis: str
    """The law and article that ask for it."""


class KeptDeadline(Deadline):
    """A deadline of one job, and what became of it."""

    job_id: str
    met_at: datetime | None = None
    alarmed_at: datetime | None = None


async def write(connection: AsyncConnection, job_id: str, given: Sequence[Deadline]) -> None:
    """Write a job's deadlines within the caller's transaction.

    A moved job writes anew: what is already met stays as it was, what is not asked for any more goes, and an
    alarm rings again only for another instant. What came up since (an accident, money that came back) stays.
    """
    kept = {(row.kind, row.item): row for row in await _of_job(connection, job_id)}
    wanted = {(deadline.kind, deadline.item): deadline for deadline in given}
    for (kind, item), row in kept.items():
        if kind not in CAME_UP and (kind, item) not in wanted and row.met_at is None:
            await connection.execute(delete(deadlines).where(*_is(job_id, kind, item)))
    fresh = [
        dict(deadline) | {"job_id": job_id, "alarmed_at": None}
        for place, deadline in wanted.items()
        if (known := kept.get(place)) is None or (known.met_at is None and known.due_at != deadline.due_at)
    ]
    await upsert_all(connection, deadlines, fresh, key=["job_id", "kind", "item"])


async def lapse(connection: AsyncConnection, file: JobFile) -> None:
    """What a stopped job need not meet any more goes, within the caller's transaction; what binds stays."""
    unmet = [one for one in await _of_job(connection, file.job_id) if one.met_at is None]
    for one in unmet:
        if not binds(one.kind, one.item, file):
            await connection.execute(delete(deadlines).where(*_is(file.job_id, one.kind, one.item)))


async def ring(connection: AsyncConnection, row: Mapping[str, Any]) -> None:
    """Something is due anew, within the caller's transaction: what was met or told of before counts no more."""
    await upsert(connection, deadlines, dict(row), key=["job_id", "kind", "item"])


async def met_on(connection: AsyncConnection, owed: Mapping[str, str], at: datetime) -> None:
    """A deadline that was written down is met, within the caller's transaction."""
    this = *_is(owed["job_id"], owed["kind"], owed["item"]), deadlines.c.met_at.is_(None)
    await connection.execute(update(deadlines).where(*this).values(met_at=at))


class Deadlines:
    """Reads and keeps deadlines; satisfies the activities' Deadlines."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def met(self, job_id: str, kind: str, item: str, at: datetime) -> None:
        """This deadline is met; a second time changes nothing.

        One nobody wrote down is kept as met, so that the dossier shows that it was done.
        """
        unwritten = {"job_id": job_id, "kind": kind, "item": item, "due_at": at, "basis": UNWRITTEN}
        async with self._database.writing() as connection:
            await insert_once(connection, deadlines, unwritten, key=["job_id", "kind", "item"])
            first = update(deadlines).where(*_is(job_id, kind, item), deadlines.c.met_at.is_(None))
            await connection.execute(first.values(met_at=at))

    async def reopened(self, job_id: str, kind: str, item: str) -> None:
        """What met this deadline has gone: it is due again, and told of again; nothing when none was written."""
        again = update(deadlines).where(*_is(job_id, kind, item))
        async with self._database.writing() as connection:
            await connection.execute(again.values(met_at=None, alarmed_at=None))

    async def alarmed(self, job_id: str, kind: str, item: str, at: datetime) -> bool:
        """Somebody was told; whether this was the first time."""
        async with self._database.writing() as connection:
            first = update(deadlines).where(*_is(job_id, kind, item), deadlines.c.alarmed_at.is_(None))
            return (await connection.execute(first.values(alarmed_at=at))).rowcount == 1

    async def due_unmet(self, now: datetime, limit: int = 500) -> list[KeptDeadline]:
        """What should have been done by now and is not, the oldest first."""
        wanted = select(deadlines).where(deadlines.c.met_at.is_(None), deadlines.c.due_at <= now)
        async with self._database.reading() as connection:
            rows = await connection.execute(wanted.order_by(deadlines.c.due_at).limit(limit))
            return [_deadline(row) for row in rows]

    async def of_job(self, job_id: str) -> list[KeptDeadline]:
        """The deadlines of one job, the earliest first."""
        async with self._database.reading() as connection:
            return await _of_job(connection, job_id)


async def _of_job(connection: AsyncConnection, job_id: str) -> list[KeptDeadline]:
    wanted = select(deadlines).where(deadlines.c.job_id == job_id).order_by(deadlines.c.due_at)
    return [_deadline(row) for row in await connection.execute(wanted)]


def _is(job_id: str, kind: str, item: str) -> tuple[Any, ...]:
    return deadlines.c.job_id == job_id, deadlines.c.kind == kind, deadlines.c.item == item


def _deadline(row: Row[Any]) -> KeptDeadline:
    return KeptDeadline.model_validate(dict(row._mapping))
