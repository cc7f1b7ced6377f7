"""When each person works on which job: what a new job of the same person is compared with."""

from collections.abc import Iterable

from sqlalchemy import Column, ForeignKey, Index, String, Table, delete, insert
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.rules.overlaps import CrewHours
from storage.core.tables import UtcDateTime, metadata

crew_hours = Table(
    "crew_hours",
    metadata,
    Column("job_id", ForeignKey("jobs.job_id"), primary_key=True),
    Column("item", String(40), primary_key=True),
    Column("starts_at", UtcDateTime, primary_key=True),
    Column("ends_at", UtcDateTime, nullable=False),
    Column("person_id", String(40), nullable=False),
    Index(None, "person_id", "starts_at"),
)
"""As the plan in force says: a move that waits for its yes changes nothing here."""


async def write(connection: AsyncConnection, job_id: str, hours: Iterable[CrewHours]) -> None:
    """These are the hours of a job from now on."""
    await connection.execute(delete(crew_hours).where(crew_hours.c.job_id == job_id))
    rows = {(one.item, one.starts_at): dict(one) | {"job_id": job_id} for one in hours}
    if rows:
        await connection.execute(insert(crew_hours), list(rows.values()))
