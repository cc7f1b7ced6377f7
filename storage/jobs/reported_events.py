"""Happenings: something happened on a job, with its day, its story and the clock that runs from it."""

import secrets
from datetime import date, datetime
from typing import Any, Literal

from sqlalchemy import Column, Date, ForeignKey, Index, Row, String, Table, insert, select, update

from domain.incident_claims import IncidentClaim
from domain.message import Message
from storage.core.database import Database
from storage.core.tables import Encrypted, UtcDateTime, in_row, metadata
from storage.execution import events
from storage.jobs import deadlines
from storage.jobs.tables import jobs
from storage.people.members import members
from storage.services import insurance_claims

HappeningKind = Literal["accident", "damage", "theft", "no_show", "cancelled_on_the_spot"]

happenings = Table(
    "happenings",
    metadata,
    Column("happening_id", String(40), primary_key=True),
    Column("job_id", ForeignKey("jobs.job_id"), nullable=False),
    Column("kind", String(30), nullable=False),
    Column("happened_on", Date, nullable=False),
    Column("told_at", UtcDateTime, nullable=False),
    Column("told_by", ForeignKey("people.person_id"), nullable=False),
    Column("who", Encrypted("happenings.who")),
    Column("text", Encrypted("happenings.text"), nullable=False),
    Column("due_at", UtcDateTime),
    Column("basis", String(300), nullable=False),
    Column("closed_at", UtcDateTime),
    Index(None, "job_id", "told_at"),
    Index(None, "closed_at", "due_at"),
)


class Happening(Message):
    """Something that happened, and by when it must be reported."""

    happening_id: str
    job_id: str
    kind: HappeningKind
    happened_on: date
    told_at: datetime
    told_by: str
    who: str | None = None
    """Whom it happened to, by the name the member knows."""
    text: str
    due_at: datetime | None = None
    """The end of its clock; none where no law or policy sets one."""
    basis: str = ""
    """The law or the policy behind the clock."""
    closed_at: datetime | None = None


class Happenings:
    """Opens, lists and closes dossiers of what happened."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def open(self, new: Happening, claim: IncidentClaim | None = None) -> None:
        """Keep a dossier, with its line in the story of the job and the claim that follows from it.

        The same id again changes nothing.
        """
        row = dict(new) | {"happening_id": new.happening_id}
        async with self._database.writing() as connection:
            params = {"incident": new.kind, "on": new.happened_on.isoformat()}
            source, by = f"happening:{new.happening_id}", new.told_by
            told = await events.append(
                connection, new.job_id, "happening.told", new.told_at, by=by, params=params, source=source
            )
            if told is not None:
                await connection.execute(insert(happenings).values(in_row(happenings, row)))
                if new.due_at is not None:
                    await deadlines.ring(connection, _owed(new) | {"due_at": new.due_at, "basis": new.basis})
                if claim is not None:
                    entity = await insurance_claims.entity_of_job(connection, new.job_id)
                    await insurance_claims.begin(connection, new.job_id, entity, claim, new.told_at)

    async def one(self, happening_id: str) -> Happening:
        """One dossier; KeyError when it is unknown."""
        async with self._database.reading() as connection:
            wanted = select(happenings).where(happenings.c.happening_id == happening_id)
            row = (await connection.execute(wanted)).one_or_none()
        if row is None:
            raise KeyError(happening_id)
        return _happening(row)

    async def of_job(self, job_id: str) -> list[Happening]:
        """What happened on a job, the first first."""
        wanted = select(happenings).where(happenings.c.job_id == job_id).order_by(happenings.c.told_at)
        async with self._database.reading() as connection:
            return [_happening(row) for row in await connection.execute(wanted)]

    async def still_open(self, adviser_id: str | None = None, limit: int = 100) -> list[Happening]:
        """The dossiers nobody has closed, the next clock first; of one adviser's members only."""
        wanted = select(happenings).where(happenings.c.closed_at.is_(None))
        if adviser_id is not None:
            own = select(jobs.c.job_id).join(members, members.c.person_id == jobs.c.member_id)
            wanted = wanted.where(happenings.c.job_id.in_(own.where(members.c.adviser_id == adviser_id)))
        in_order = wanted.order_by(happenings.c.due_at.is_(None), happenings.c.due_at).limit(limit)
        async with self._database.reading() as connection:
            return [_happening(row) for row in await connection.execute(in_order)]

    async def close(self, happening_id: str, at: datetime, by: str | None) -> bool:
        """It was reported, or needs nothing more: its clock stops and the story says who did it.

        False when somebody closed it before. KeyError when it is unknown.
        """
        this = happenings.c.happening_id == happening_id
        async with self._database.writing() as connection:
            row = (await connection.execute(select(happenings).where(this))).one_or_none()
            if row is None:
                raise KeyError(happening_id)
            open_ = update(happenings).where(this, happenings.c.closed_at.is_(None)).values(closed_at=at)
            if (await connection.execute(open_)).rowcount == 0:
                return False
            one = _happening(row)
            params = {"incident": one.kind, "on": one.happened_on.isoformat()}
            kind, source = "happening.closed", f"happening:{happening_id}:closed"
            await events.append(connection, one.job_id, kind, at, by=by, params=params, source=source)
            await deadlines.met_on(connection, _owed(one), at)
            return True


def _owed(one: Happening) -> dict[str, Any]:
    """The deadline of its clock."""
    return {"job_id": one.job_id, "kind": f"{one.kind}_report", "item": one.happening_id}


def new_happening_id() -> str:
    """A random reference that says nothing about what happened."""
    return f"x-{secrets.token_hex(8)}"


def _happening(row: Row[Any]) -> Happening:
    return Happening.model_validate(dict(row._mapping))
