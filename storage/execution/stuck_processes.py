"""Processes that stand still because our own code fails: what the watch saw at its last look."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Column, Integer, String, Table, Text, delete, insert, select

from domain.message import Message
from storage.core.database import Database
from storage.core.tables import UtcDateTime, metadata

stuck_processes = Table(
    "stuck_processes",
    metadata,
    Column("workflow_id", String(80), primary_key=True),
    Column("job_id", String(20), nullable=False),
    Column("failures", Integer, nullable=False),
    Column("since_at", UtcDateTime, nullable=False),
    Column("seen_at", UtcDateTime, nullable=False),
    Column("cause", Text, nullable=False),
)


class StuckProcess(Message):
    """One process that stands still until our code is repaired."""

    workflow_id: str
    job_id: str
    """Empty for a process that belongs to no job."""
    failures: int
    """How often its task has failed in a row."""
    since_at: datetime
    seen_at: datetime
    cause: str
    """The mistake, for whoever repairs the code."""


class StuckProcesses:
    """What stands still now."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def note(self, found: Sequence[StuckProcess]) -> None:
        """What was seen at one look replaces what was seen before."""
        async with self._database.writing() as connection:
            await connection.execute(delete(stuck_processes))
            if found:
                await connection.execute(insert(stuck_processes), [one.model_dump() for one in found])

    async def all(self) -> list[StuckProcess]:
        """Everything that stands still, the longest first."""
        wanted = select(stuck_processes).order_by(stuck_processes.c.since_at, stuck_processes.c.workflow_id)
        async with self._database.reading() as connection:
            rows = await connection.execute(wanted)
            return [StuckProcess.model_validate(dict(row._mapping)) for row in rows]
