"""The register of engagements: who was offered, signed and declared work, and the adviser's call list."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, Literal, Unpack

from sqlalchemy import JSON, Column, Date, Index, Integer, Row, String, Table, case, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.message import Message
from domain.services.employment_contract import EngagementNote, EngagementOffer, KeptEngagement, covers, holds_for
from storage.core.database import Database, insert_once
from storage.core.tables import UtcDateTime, metadata

engagements = Table(
    "engagements",
    metadata,
    Column("order_key", String(160), primary_key=True),
    Column("job_id", String(20), nullable=False),
    Column("item", String(40), nullable=False),
    Column("entity", String(40), nullable=False),
    Column("person_id", String(40), nullable=False),
    Column("first_on", Date, nullable=False),
    Column("last_on", Date, nullable=False),
    Column("starts_at", UtcDateTime, nullable=False),
    Column("offered_at", UtcDateTime, nullable=False),
    Column("contract_number", String(60)),
    Column("contract", String(200)),
    Column("person_signed_at", UtcDateTime),
    Column("binding_at", UtcDateTime),
    Column("cooperative_signed_at", UtcDateTime),
    Column("assigned_to", String(160)),
    Column("dimona_turn", Integer, nullable=False),
    Column("dimona_declaration", String(40)),
    Column("dimona_period", String(40)),
    Column("dimona_result", String(1)),
    Column("dimona_parts", JSON(none_as_null=True)),
    Column("declared_at", UtcDateTime),
    Column("withdrawn_at", UtcDateTime),
    Column("taken_off_at", UtcDateTime),
    Column("terminated_on", Date),
    Column("amends", String(160)),
    Column("amended_by", String(160)),
    Column("student_hours", Integer),
    Column("student_hours_next_year", Integer),
    Index(None, "person_id", "entity"),
    Index(None, "job_id"),
)
adviser_calls = Table(
    "adviser_calls",
    metadata,
    Column("order_key", String(160), primary_key=True),
    Column("level", String(10), primary_key=True),
    Column("job_id", String(20), nullable=False),
    Column("step", String(80), nullable=False),
    Column("person_id", String(40), nullable=False),
    Column("starts_at", UtcDateTime, nullable=False),
    Column("added_at", UtcDateTime, nullable=False),
    Column("settled_at", UtcDateTime),
    Index(None, "settled_at", "starts_at"),
)


class Call(Message):
    """Somebody the adviser should ring: work starts soon and nothing is signed."""

    order_key: str
    level: Literal["call", "loud"]
    job_id: str
    step: str
    person_id: str
    starts_at: datetime
    added_at: datetime


class Engagements:
    """Reads and keeps engagements; satisfies the activities' Engagements."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def offer(self, offer: EngagementOffer) -> KeptEngagement:
        """Enter an offer, once per order key."""
        async with self._database.writing() as connection:
            row = dict(offer) | {"dimona_turn": 1}
            await insert_once(connection, engagements, row, key=("order_key",))
            return await _one(connection, offer.order_key)

    async def of_order(self, order_key: str) -> KeptEngagement | None:
        """What an order led to."""
        wanted = select(engagements).where(engagements.c.order_key == order_key)
        async with self._database.reading() as connection:
            row = (await connection.execute(wanted)).one_or_none()
        return None if row is None else _engagement(row)

    async def bind(self, order_key: str, at: datetime) -> KeptEngagement:
        """Begin to sign for the cooperative, unless another contract already covers these days.

        Two jobs that sign for the same person at once get one contract and one assignment note: whoever comes
        second finds `assigned_to` filled.
        """
        async with self._database.writing() as connection:
            mine = await _one(connection, order_key)
            theirs = (engagements.c.person_id == mine.person_id, engagements.c.entity == mine.entity)
            rows = [_engagement(row) for row in await connection.execute(_LOCKED.where(*theirs))]
            other, mine = _covering(mine, rows), next(row for row in rows if row.order_key == order_key)
            if mine.binding_at is not None or mine.assigned_to is not None:
                return mine
            found = {"binding_at": at} if other is None else {"assigned_to": other.order_key}
            return await _change(connection, order_key, found)

    async def covering(self, offer: EngagementOffer) -> KeptEngagement | None:
        """The contract with the same entity under which this person already works on those days."""
        theirs = (engagements.c.person_id == offer.person_id, engagements.c.entity == offer.entity)
        async with self._database.reading() as connection:
            rows = await connection.execute(select(engagements).where(*theirs))
            return _covering(offer, map(_engagement, rows))

    async def covers(self, person_id: str, entity: str, first_on: date, last_on: date, *, except_job: str) -> bool:
        """Whether another job's contract that binds covers these days: what a quote can know beforehand."""
        theirs = (engagements.c.person_id == person_id, engagements.c.entity == entity)
        others = engagements.c.job_id != except_job
        async with self._database.reading() as connection:
            rows = await connection.execute(select(engagements).where(*theirs, others))
            return any(holds_for(kept, first_on, last_on) for kept in map(_engagement, rows))

    async def student_hours(self, person_id: str, year: int, *, except_job: str) -> int:
        """The hours of this year that count against a student's quota already, over all entities."""
        first, last, hours = date(year, 1, 1), date(year, 12, 31), engagements.c.student_hours
        later = func.coalesce(engagements.c.student_hours_next_year, 0)
        here = case((engagements.c.first_on < first, later), else_=hours - later)
        days = (engagements.c.first_on <= last, engagements.c.last_on >= first)
        mine = (engagements.c.person_id == person_id, engagements.c.job_id != except_job, *days)
        # an amendment takes the place of its contract once both have signed it
        stands = engagements.c.amends.is_(None) | engagements.c.cooperative_signed_at.is_not(None)
        wanted = select(func.coalesce(func.sum(here), 0))
        gone = (engagements.c.withdrawn_at, engagements.c.taken_off_at, engagements.c.amended_by)
        async with self._database.reading() as connection:
            return int(await connection.scalar(wanted.where(*mine, stands, *(one.is_(None) for one in gone))) or 0)

    async def earlier(
        self, person_id: str, entity: str, before_on: date, *, except_job: str
    ) -> tuple[int, date | None]:
        """How many fixed-term contracts with the entity came before a day, and when the first of them began."""
        theirs = (engagements.c.person_id == person_id, engagements.c.entity == entity)
        signed = (engagements.c.cooperative_signed_at.is_not(None), engagements.c.amends.is_(None))
        gone = (engagements.c.withdrawn_at.is_(None), engagements.c.taken_off_at.is_(None))
        others = (engagements.c.job_id != except_job, engagements.c.first_on < before_on)
        wanted = select(func.count(), func.min(engagements.c.first_on))
        async with self._database.reading() as connection:
            count, first_on = (await connection.execute(wanted.where(*theirs, *signed, *gone, *others))).one()
        return count, first_on

    async def leaning_on(self, order_key: str) -> list[KeptEngagement]:
        """The assignment notes, not withdrawn, that lean on this contract."""
        here = (engagements.c.assigned_to == order_key, engagements.c.withdrawn_at.is_(None))
        async with self._database.reading() as connection:
            return [_engagement(row) for row in await connection.execute(select(engagements).where(*here))]

    async def overlapping(self, kept: KeptEngagement) -> list[KeptEngagement]:
        """Other contracts of the same person and entity that were declared and lie over days of this one."""
        e = engagements.c
        theirs = (e.person_id == kept.person_id, e.entity == kept.entity, e.order_key != kept.order_key)
        declared = or_(e.dimona_period.is_not(None), e.dimona_parts.is_not(None))
        stands = (e.withdrawn_at.is_(None), e.amended_by.is_(None), e.order_key != (kept.amends or ""))
        days = (e.first_on <= kept.last_on, e.last_on >= kept.first_on)
        wanted = select(engagements).where(*theirs, declared, *stands, *days).order_by(e.order_key)
        async with self._database.reading() as connection:
            return [_engagement(row) for row in await connection.execute(wanted)]

    async def note(self, order_key: str, **changes: Unpack[EngagementNote]) -> KeptEngagement:
        """Write down what happened."""
        row: dict[str, Any] = dict(changes)
        if "dimona_parts" in changes:
            row["dimona_parts"] = [part.model_dump(mode="json") for part in changes["dimona_parts"]]
        async with self._database.writing() as connection:
            return await _change(connection, order_key, row)

    async def of_job(self, job_id: str) -> list[KeptEngagement]:
        """The engagements of one job, by crew member."""
        wanted = select(engagements).where(engagements.c.job_id == job_id).order_by(engagements.c.item)
        async with self._database.reading() as connection:
            return [_engagement(row) for row in await connection.execute(wanted)]


class CallList:
    """Whom advisers should ring; satisfies the activities' CallList."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(
        self,
        *,
        order_key: str,
        level: Literal["call", "loud"],
        job_id: str,
        step: str,
        person_id: str,
        starts_at: datetime,
        at: datetime,
    ) -> None:
        """Put somebody on the list, once per order and level."""
        row = {
            "order_key": order_key,
            "level": level,
            "job_id": job_id,
            "step": step,
            "person_id": person_id,
            "starts_at": starts_at,
            "added_at": at,
        }
        async with self._database.writing() as connection:
            await insert_once(connection, adviser_calls, row, key=("order_key", "level"))

    async def settle(self, order_key: str, at: datetime) -> None:
        """Signed or off the job: nobody needs to ring any more."""
        open_ = adviser_calls.c.order_key == order_key, adviser_calls.c.settled_at.is_(None)
        async with self._database.writing() as connection:
            await connection.execute(update(adviser_calls).where(*open_).values(settled_at=at))

    async def open(self) -> list[Call]:
        """Who is still to be rung, the nearest start first."""
        wanted = select(adviser_calls).where(adviser_calls.c.settled_at.is_(None))
        async with self._database.reading() as connection:
            rows = await connection.execute(wanted.order_by(adviser_calls.c.starts_at, adviser_calls.c.order_key))
            return [Call.model_validate(dict(row._mapping)) for row in rows]


def _covering(offer: EngagementOffer, others: Iterable[KeptEngagement]) -> KeptEngagement | None:
    return next((other for other in others if covers(other, offer)), None)


async def _one(connection: AsyncConnection, order_key: str) -> KeptEngagement:
    row = (await connection.execute(select(engagements).where(engagements.c.order_key == order_key))).one()
    return _engagement(row)


async def _change(connection: AsyncConnection, order_key: str, changes: dict[str, Any]) -> KeptEngagement:
    """The engagement as it is from now on."""
    this = update(engagements).where(engagements.c.order_key == order_key).values(**changes)
    return _engagement((await connection.execute(this.returning(*engagements.c))).one())


_LOCKED = select(engagements).with_for_update()
"""Read again once nobody else changes them."""


def _engagement(row: Row[Any]) -> KeptEngagement:
    return KeptEngagement.model_validate(dict(row._mapping))
