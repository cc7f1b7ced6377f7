"""The story of a job: an append-only line per thing that happened, counted without gaps."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Column, ForeignKey, Integer, Row, String, Table, bindparam, exists, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.message import Message
from storage.core.database import Database
from storage.core.tables import Json, UtcDateTime, metadata
from storage.jobs.tables import jobs

job_events = Table(
    "job_events",
    metadata,
    Column("job_id", ForeignKey("jobs.job_id"), primary_key=True),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("at", UtcDateTime, nullable=False),
    Column("kind", String(80), nullable=False),
    Column("step", String(80)),
    Column("by", String(80)),
    Column("params", Json, nullable=False),
    Column("source", String(200), unique=True),
)


class JobEvent(Message):
    """One line of a job's story."""

    job_id: str
    seq: int
    """1, 2, 3, ... per job: a reader resumes after the last one seen and misses none."""
    at: datetime
    kind: str
    """The key of the sentence: `job.declared`, `van_rental.hold`, `step.parked`."""
    step: str | None = None
    by: str | None = None
    params: dict[str, str] = {}
    source: str | None = None
    """What told it; the same source is told once."""


async def append(
    connection: AsyncConnection,
    job_id: str,
    kind: str,
    at: datetime,
    *,
    step: str | None = None,
    by: str | None = None,
    params: Mapping[str, str] | None = None,
    source: str | None = None,
) -> int | None:
    """Add a line within the caller's transaction and return its number; None when its source already told it.

    The job's row is the counter and the lock: numbers become visible in their order, which a database-wide
    sequence would not give. KeyError when the job is unknown.
    """
    counted = {"this_job": job_id, "last_change_at": at}
    if source is None:
        seq = await connection.scalar(_COUNT, counted)
    else:
        seq = await _count_once(connection, counted, source)
    if seq is None:
        if source is not None and await connection.scalar(_KNOWN, {"this_job": job_id}) is not None:
            return None
        raise KeyError(job_id)
    line = {"job_id": job_id, "seq": seq, "at": at, "kind": kind, "step": step, "by": by}
    await connection.execute(_LINE, {**line, "params": dict(params or {}), "source": source})
    return int(seq)


async def _count_once(connection: AsyncConnection, counted: Mapping[str, object], source: str) -> int | None:
    """The number of a line whose source has not spoken yet; None when it has, or when the job is unknown.

    The job's row is locked first, so that a rival cannot speak between; on SQLite the transaction has the whole
    file to itself already.
    """
    if connection.dialect.name != "sqlite":
        await connection.execute(_LOCK, {"this_job": counted["this_job"]})
    seq: int | None = await connection.scalar(_COUNT_ONCE, {**counted, "this_source": source})
    return seq


_COUNT = update(jobs).where(jobs.c.job_id == bindparam("this_job")).values(seq=jobs.c.seq + 1).returning(jobs.c.seq)
_TOLD = exists().where(job_events.c.source == bindparam("this_source"))
_COUNT_ONCE = _COUNT.where(~_TOLD)
_LINE = insert(job_events)
_KNOWN = select(jobs.c.seq).where(jobs.c.job_id == bindparam("this_job"))
_LOCK = _KNOWN.with_for_update(key_share=True)


class Events:
    """Reads and adds lines of stories."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def append(
        self,
        job_id: str,
        kind: str,
        at: datetime,
        *,
        step: str | None = None,
        by: str | None = None,
        params: Mapping[str, str] | None = None,
        source: str | None = None,
    ) -> int | None:
        """Add a line in a transaction of its own; see `append`."""
        async with self._database.writing() as connection:
            return await append(connection, job_id, kind, at, step=step, by=by, params=params, source=source)

    async def since(self, job_id: str, seq: int = 0, limit: int = 500) -> list[JobEvent]:
        """The lines after this number, in order."""
        wanted = select(job_events).where(job_events.c.job_id == job_id, job_events.c.seq > seq)
        async with self._database.reading() as connection:
            rows = await connection.execute(wanted.order_by(job_events.c.seq).limit(limit))
            return [_event(row) for row in rows]

    async def last(self, job_id: str) -> int:
        """The number of the last line; 0 when the job is unknown."""
        async with self._database.reading() as connection:
            return int(await connection.scalar(select(jobs.c.seq).where(jobs.c.job_id == job_id)) or 0)


def _event(row: Row[Any]) -> JobEvent:
    return JobEvent.model_validate(dict(row._mapping))
