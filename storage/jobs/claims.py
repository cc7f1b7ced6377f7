"""Who is busy with a parked step, and what they noted: a claim warns others and ends by itself."""

from datetime import datetime
from typing import Any

from sqlalchemy import Column, ForeignKey, Integer, Row, String, Table, Text, delete, func, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.message import Message
from storage.core.database import Database, upsert
from storage.core.tables import UtcDateTime, metadata
from storage.execution import events

step_claims = Table(
    "step_claims",
    metadata,
    Column("job_id", ForeignKey("jobs.job_id"), primary_key=True),
    Column("step", String(80), primary_key=True),
    Column("by", String(40), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("until_at", UtcDateTime, nullable=False),
)
step_notes = Table(
    "step_notes",
    metadata,
    Column("job_id", ForeignKey("jobs.job_id"), primary_key=True),
    Column("step", String(80), primary_key=True),
    Column("n", Integer, primary_key=True, autoincrement=False),
    Column("by", String(40), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("text", Text, nullable=False),
)


class Claim(Message):
    """Somebody is busy with a step."""

    job_id: str
    step: str
    by: str
    at: datetime
    until_at: datetime


class Note(Message):
    """What somebody wrote down about a step."""

    job_id: str
    step: str
    n: int
    by: str
    at: datetime
    text: str


class Claims:
    """Keeps claims and notes."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def claim(self, wanted: Claim, *, take_over: bool = False) -> Claim:
        """Claim a step, or prolong one's own claim. The claim of somebody else that still holds is answered instead
        of made, unless it is taken over."""
        async with self._database.writing() as connection:
            kept = await _claim(connection, wanted.job_id, wanted.step)
            if kept and kept.by != wanted.by and kept.until_at > wanted.at and not take_over:
                return kept
            await upsert(connection, step_claims, dict(wanted), key=["job_id", "step"])
            await events.append(
                connection,
                wanted.job_id,
                "step.claimed",
                wanted.at,
                step=wanted.step,
                by=wanted.by,
                params={"until": wanted.until_at.isoformat()},
            )
        return wanted

    async def release(self, job_id: str, step: str, by: str, at: datetime) -> bool:
        """Give a claim back; False when there was none."""
        gone = delete(step_claims).where(step_claims.c.job_id == job_id, step_claims.c.step == step)
        async with self._database.writing() as connection:
            if (await connection.execute(gone)).rowcount == 0:
                return False
            await events.append(connection, job_id, "step.unclaimed", at, step=step, by=by)
        return True

    async def note(self, job_id: str, step: str, by: str, at: datetime, text: str) -> Note:
        """Write something down; the story says that, and who."""
        last = select(func.max(step_notes.c.n)).where(step_notes.c.job_id == job_id, step_notes.c.step == step)
        async with self._database.writing() as connection:
            await events.append(connection, job_id, "step.noted", at, step=step, by=by, params={"note": text})
            n = (await connection.scalar(last) or 0) + 1
            note = Note(job_id=job_id, step=step, n=n, by=by, at=at, text=text)
            await connection.execute(step_notes.insert().values(**dict(note)))
        return note

    async def of_steps(self, steps: list[tuple[str, str]], now: datetime) -> dict[tuple[str, str], Claim]:
        """The claims that hold now, by job and step."""
        these = tuple_(step_claims.c.job_id, step_claims.c.step).in_(steps)
        async with self._database.reading() as connection:
            rows = await connection.execute(select(step_claims).where(these, step_claims.c.until_at > now))
            found = [Claim.model_validate(dict(row._mapping)) for row in rows]
        return {(one.job_id, one.step): one for one in found}

    async def notes(self, steps: list[tuple[str, str]]) -> dict[tuple[str, str], list[Note]]:
        """The notes about some steps, the oldest first."""
        these = tuple_(step_notes.c.job_id, step_notes.c.step).in_(steps)
        async with self._database.reading() as connection:
            rows = await connection.execute(select(step_notes).where(these).order_by(step_notes.c.n))
            found: dict[tuple[str, str], list[Note]] = {}
            for row in rows:
                note = _note(row)
                found.setdefault((note.job_id, note.step), []).append(note)
        return found


async def _claim(connection: AsyncConnection, job_id: str, step: str) -> Claim | None:
    wanted = select(step_claims).where(step_claims.c.job_id == job_id, step_claims.c.step == step)
    row = (await connection.execute(wanted)).one_or_none()
    return None if row is None else Claim.model_validate(dict(row._mapping))


def _note(row: Row[Any]) -> Note:
    return Note.model_validate(dict(row._mapping))
