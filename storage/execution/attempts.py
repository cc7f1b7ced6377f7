"""Attempts: every try of every activity, so that a killed worker's unfinished work can be seen."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Column, Index, Integer, Row, String, Table, Text, bindparam, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.message import Message
from storage.core.database import Database, insert_once
from storage.core.tables import UtcDateTime, metadata

Outcome = Literal["done", "refused", "not_yet", "failed", "cancelled"]

attempts = Table(
    "attempts",
    metadata,
    Column("workflow_id", String(80), primary_key=True),
    Column("run_id", String(40), primary_key=True),
    Column("activity_id", String(80), primary_key=True),
    Column("try_no", Integer, primary_key=True, autoincrement=False),
    Column("job_id", String(20)),
    Column("order_key", String(200)),
    Column("operation", String(80), nullable=False),
    Column("worker", String(120), nullable=False),
    Column("started_at", UtcDateTime, nullable=False),
    Column("closed_at", UtcDateTime),
    Column("outcome", String(20)),
    Column("error_type", String(80)),
    Column("error_text", Text),
    Column("technical", Text),
    Index(None, "job_id", "started_at"),
    Index(None, "closed_at", "started_at"),
)


class AttemptId(Message):
    """One try of one activity, as the engine counts it."""

    workflow_id: str
    run_id: str
    activity_id: str
    try_no: int


class Attempt(AttemptId):
    """What was tried, by whom, and how it ended."""

    job_id: str | None = None
    order_key: str | None = None
    operation: str
    """The activity's name: `van_rental.hold`."""
    worker: str
    started_at: datetime
    closed_at: datetime | None = None
    outcome: Outcome | None = None
    error_type: str | None = None
    error_text: str | None = None
    technical: str | None = None
    """The cause behind it, for ops only."""
    interrupted: bool = False
    """Never closed, and a later try exists: its worker died or lost touch."""


async def open_one(connection: AsyncConnection, attempt: Attempt) -> None:
    """A try begins, within the caller's transaction."""
    await insert_once(connection, attempts, attempt.model_dump(exclude={"interrupted"}))


async def close_one(
    connection: AsyncConnection, which: AttemptId, at: datetime, outcome: Outcome, **why: str | None
) -> None:
    """A try ended, within the caller's transaction; the first end counts."""
    this = {f"this_{name}": getattr(which, name) for name in AttemptId.model_fields}
    await connection.execute(_CLOSE, {**this, "closed_at": at, "outcome": outcome, **why})


_CLOSE = update(attempts).where(
    *(attempts.c[name] == bindparam(f"this_{name}") for name in AttemptId.model_fields),
    attempts.c.closed_at.is_(None),
)


class Attempts:
    """Reads and keeps attempts."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def opened(self, attempt: Attempt) -> None:
        """A try begins; told twice it is one try."""
        async with self._database.writing() as connection:
            await open_one(connection, attempt)

    async def closed(
        self,
        which: AttemptId,
        at: datetime,
        outcome: Outcome,
        *,
        error_type: str | None = None,
        error_text: str | None = None,
        technical: str | None = None,
    ) -> None:
        """A try ended; the first end counts."""
        async with self._database.writing() as connection:
            await close_one(
                connection, which, at, outcome, error_type=error_type, error_text=error_text, technical=technical
            )

    async def of_job(self, job_id: str) -> list[Attempt]:
        """Every try for one job, in order of start."""
        wanted = select(attempts).where(attempts.c.job_id == job_id)
        async with self._database.reading() as connection:
            rows = await connection.execute(wanted.order_by(attempts.c.started_at, attempts.c.try_no))
            return _judged([_attempt(row) for row in rows])

    async def open_since(self, before: datetime, limit: int = 500) -> list[Attempt]:
        """Tries begun before this instant and not closed: a worker is slow, silent or dead."""
        wanted = select(attempts).where(attempts.c.closed_at.is_(None), attempts.c.started_at < before)
        async with self._database.reading() as connection:
            rows = await connection.execute(wanted.order_by(attempts.c.started_at).limit(limit))
            return [_attempt(row) for row in rows]


def _judged(tries: Sequence[Attempt]) -> list[Attempt]:
    """The tries with `interrupted` filled in: open, and the same work was begun again later."""
    last = {(one.workflow_id, one.operation, one.order_key or one.activity_id): one for one in tries}
    return [
        one.model_copy(update={"interrupted": True})
        if one.closed_at is None
        and last[one.workflow_id, one.operation, one.order_key or one.activity_id] is not one
        else one
        for one in tries
    ]


def _attempt(row: Row[Any]) -> Attempt:
    return Attempt.model_validate(dict(row._mapping))
