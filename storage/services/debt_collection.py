"""Collections: whose money is awaited, which stages are over, and how old each debt is."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    Row,
    String,
    Table,
    exists,
    func,
    select,
    tuple_,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from domain import workflow_ids
from domain.collection_state import (
    CollectionCard,
    CollectionState,
    KeptCollection,
    KeptStage,
    NewCollection,
    StageEnding,
    days_late,
)
from domain.money import ZERO
from domain.services.debt_collection import LossBearer, StageKind
from storage.core.database import Database, insert_once
from storage.core.tables import Json, MoneyCents, UtcDateTime, metadata
from storage.execution import events
from storage.jobs.tables import jobs
from storage.money.bank_tables import received_for
from storage.services.collection_costs import costs_of
from storage.services.counsel_answers import answers_of
from storage.services.instalments import plans_of
from storage.services.invoicing import invoices

WAITING: tuple[CollectionState, ...] = ("open", "disputed")
ENDED = ("closed", "written_off", "withdrawn", "refused")
"""A job that is over; an invoice of a withdrawn or refused one may have been kept and paid."""
"""How a job ends whose money was awaited to the end."""

collections = Table(
    "collections",
    metadata,
    Column("invoice_id", ForeignKey("invoices.invoice_id"), primary_key=True),
    Column("job_id", String(20), nullable=False),
    Column("entity", String(40), nullable=False),
    Column("client_id", String(40), nullable=False),
    Column("client_version", Integer, nullable=False),
    Column("payable_eur", MoneyCents, nullable=False),
    Column("due_on", Date, nullable=False),
    Column("terms", Json, nullable=False),
    Column("opened_at", UtcDateTime, nullable=False),
    Column("state", String(12), nullable=False),
    Column("disputed_at", UtcDateTime),
    Column("closed_at", UtcDateTime),
    Column("borne_by", String(10)),
    Column("turn", Integer, nullable=False, server_default="1"),
    CheckConstraint("state IN ('open', 'disputed', 'paid', 'credited', 'written_off')", name="state"),
    Index(None, "state", "due_on", "invoice_id"),
    Index(None, "job_id"),
    Index(None, "client_id"),
)
collection_stages = Table(
    "collection_stages",
    metadata,
    Column("invoice_id", ForeignKey("collections.invoice_id"), primary_key=True),
    Column("kind", String(20), primary_key=True),
    Column("order_key", String(160), nullable=False),
    Column("begun_at", UtcDateTime, nullable=False),
    Column("ended", String(10)),
    Column("ended_on", Date),
    Column("channel", String(10), nullable=False),
    Column("document", String(200)),
    Column("reference", String(200)),
    Column("claimed_eur", MoneyCents, nullable=False),
    Column("costs_eur", MoneyCents, nullable=False),
    Column("choice", String(10)),
    CheckConstraint("(ended IS NULL) = (ended_on IS NULL)", name="ended_on_a_day"),
)

_RECEIVED = received_for(collections.c.invoice_id).label("received_eur")
_credit_notes = invoices.alias()
_CREDITED = (
    select(func.coalesce(func.sum(_credit_notes.c.total_eur), ZERO))
    .where(_credit_notes.c.credits == collections.c.invoice_id)
    .scalar_subquery()
    .label("credited_eur")
)


_WITH_SUMS = select(collections, invoices.c.number, _RECEIVED, _CREDITED).join(
    invoices, invoices.c.invoice_id == collections.c.invoice_id
)


class Collections:
    """Reads and keeps collections; satisfies the activities' Collections."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def open(self, new: NewCollection) -> KeptCollection:
        """Begin to await an invoice's money, once; a second time shows what is kept."""
        row = dict(new) | {"state": "open"}
        async with self._database.writing() as connection:
            await insert_once(connection, collections, row, key=["invoice_id"])
            return await _one(connection, new.invoice_id)

    async def collection(self, invoice_id: str) -> KeptCollection:
        """One collection with its stages; KeyError when unknown."""
        async with self._database.reading() as connection:
            return await _one(connection, invoice_id)

    async def of_job(self, job_id: str) -> list[KeptCollection]:
        """The collections of one job, by due day."""
        wanted = select(collections.c.invoice_id).where(collections.c.job_id == job_id)
        async with self._database.reading() as connection:
            ids = await connection.scalars(wanted.order_by(collections.c.due_on, collections.c.invoice_id))
            return [await _one(connection, invoice_id) for invoice_id in ids.all()]

    async def begin(self, invoice_id: str, kind: StageKind, order_key: str, at: datetime) -> KeptStage:
        """Note that a stage is about to be carried out; the first order that began it keeps its key."""
        async with self._database.writing() as connection:
            await _begin(connection, invoice_id, kind, order_key, at)
            return await _stage(connection, invoice_id, kind)

    async def end(self, invoice_id: str, kind: StageKind, ending: StageEnding) -> KeptStage:
        """Note how a begun stage ended, once; KeyError when it was never begun."""
        async with self._database.writing() as connection:
            await _end(connection, invoice_id, kind, ending)
            return await _stage(connection, invoice_id, kind)

    async def ended_outside(
        self, invoice_id: str, kind: StageKind, order_key: str, ending: StageEnding, at: datetime
    ) -> None:
        """A stage was done by hand or given up; one that was really sent stays as it was."""
        async with self._database.writing() as connection:
            await _begin(connection, invoice_id, kind, order_key, at)
            await _end(connection, invoice_id, kind, ending)

    async def dispute(self, invoice_id: str, at: datetime) -> None:
        """The client contests the invoice: no further stage until a person has settled it."""
        await self._change(invoice_id, ("open",), state="disputed", disputed_at=at)

    async def dispute_settled(self, invoice_id: str) -> None:
        """The stages go on."""
        await self._change(invoice_id, ("disputed",), state="open", disputed_at=None)

    async def write_off(self, invoice_id: str, borne_by: LossBearer) -> None:
        """The rest is given up; who bears it stays as first named."""
        await self._change(invoice_id, WAITING, state="written_off", borne_by=borne_by)

    async def close(self, invoice_id: str, state: CollectionState, at: datetime) -> KeptCollection:
        """The collection is over, once; a second time shows how it ended."""
        async with self._database.writing() as connection:
            open_ = collections.c.invoice_id == invoice_id, collections.c.closed_at.is_(None)
            await connection.execute(update(collections).where(*open_).values(state=state, closed_at=at))
            kept = await _one(connection, invoice_id)
            await closed_again(connection, kept.job_id, at)
            return kept

    async def aged(
        self,
        on: date,
        *,
        states: Sequence[CollectionState] = WAITING,
        entity: str | None = None,
        after: tuple[date, str] | None = None,
        limit: int = 50,
    ) -> list[CollectionCard]:
        """The debtors by age, the oldest debt first; `after` is due day and invoice of the last line seen."""
        place = collections.c.due_on, collections.c.invoice_id
        wanted = _WITH_SUMS.where(collections.c.state.in_(states))
        if entity is not None:
            wanted = wanted.where(collections.c.entity == entity)
        if after is not None:
            wanted = wanted.where(tuple_(*place) > after)
        async with self._database.reading() as connection:
            rows = (await connection.execute(wanted.order_by(*place).limit(limit))).all()
            last = await _last_stages(connection, [row.invoice_id for row in rows])
        return [_card(row, last.get(row.invoice_id), on) for row in rows]

    async def of_client(self, client_id: str, on: date) -> list[CollectionCard]:
        """Every invoice of one client, of all entities, by due day."""
        place = collections.c.due_on, collections.c.invoice_id
        wanted = _WITH_SUMS.where(collections.c.client_id == client_id).order_by(*place)
        async with self._database.reading() as connection:
            rows = (await connection.execute(wanted)).all()
            last = await _last_stages(connection, [row.invoice_id for row in rows])
        return [_card(row, last.get(row.invoice_id), on) for row in rows]

    async def of_member(self, member_id: str, on: date) -> list[CollectionCard]:
        """What is still awaited for the jobs of one member, by due day."""
        theirs = select(jobs.c.job_id).where(jobs.c.member_id == member_id)
        wanted = _WITH_SUMS.where(collections.c.job_id.in_(theirs), collections.c.state.in_(WAITING))
        async with self._database.reading() as connection:
            rows = (await connection.execute(wanted.order_by(collections.c.due_on, collections.c.invoice_id))).all()
        return [_card(row, None, on) for row in rows]

    async def owed(self, job_id: str, on: date) -> list[CollectionCard]:
        """What the client of one job owes or owed, by due day."""
        wanted = _WITH_SUMS.where(collections.c.job_id == job_id)
        async with self._database.reading() as connection:
            rows = (await connection.execute(wanted.order_by(collections.c.due_on))).all()
        return [_card(row, None, on) for row in rows]

    async def _change(self, invoice_id: str, states: Sequence[CollectionState], **values: Any) -> None:
        this = collections.c.invoice_id == invoice_id, collections.c.state.in_(states)
        async with self._database.writing() as connection:
            still_open = collections.c.closed_at.is_(None)
            await connection.execute(update(collections).where(*this, still_open).values(**values))


async def closed_again(connection: AsyncConnection, job_id: str, at: datetime) -> None:
    """A job that was open again for money taken back is over, once nothing of it is awaited any more."""
    job = (await connection.execute(select(jobs.c.state, jobs.c.file).where(jobs.c.job_id == job_id))).one_or_none()
    if (
        job is None
        or job.state != "collecting"
        or job.file["state"] not in ENDED
        or await awaited(connection, job_id)
    ):
        return
    lost = exists().where(collections.c.job_id == job_id, collections.c.state == "written_off")
    state = job.file["state"]
    if state not in ("withdrawn", "refused"):
        state = "written_off" if await connection.scalar(select(lost)) else "closed"
    await connection.execute(update(jobs).where(jobs.c.job_id == job_id).values(state=state))
    await events.append(connection, job_id, f"job.{state}_again", at)


async def awaited(connection: AsyncConnection, job_id: str) -> bool:
    """Whether money of a client is awaited for this job."""
    open_ = exists().where(collections.c.job_id == job_id, collections.c.closed_at.is_(None))
    return bool(await connection.scalar(select(open_)))


async def process_of(connection: AsyncConnection, invoice_id: str) -> str:
    """The process that awaits an invoice's money now, or awaited it last."""
    turn = await connection.scalar(select(collections.c.turn).where(collections.c.invoice_id == invoice_id))
    return workflow_ids.of_collection(invoice_id, turn or 1)


async def _one(connection: AsyncConnection, invoice_id: str) -> KeptCollection:
    wanted = select(collections).where(collections.c.invoice_id == invoice_id)
    row = (await connection.execute(wanted)).one_or_none()
    if row is None:
        raise KeyError(invoice_id)
    its = select(collection_stages).where(collection_stages.c.invoice_id == invoice_id)
    stages = await connection.execute(its.order_by(collection_stages.c.begun_at, collection_stages.c.kind))
    kept = {name: value for name, value in row._mapping.items() if value is not None}
    told = {"stages": tuple(map(_stored_stage, stages)), "heard": await answers_of(connection, invoice_id)}
    told |= {"spent": await costs_of(connection, invoice_id), "plans": await plans_of(connection, invoice_id)}
    return KeptCollection.model_validate(kept | told)


async def _stage(connection: AsyncConnection, invoice_id: str, kind: StageKind) -> KeptStage:
    row = (await connection.execute(select(collection_stages).where(*_is(invoice_id, kind)))).one_or_none()
    if row is None:
        raise KeyError(f"{invoice_id} {kind}")
    return _stored_stage(row)


async def _begin(
    connection: AsyncConnection, invoice_id: str, kind: StageKind, order_key: str, at: datetime
) -> None:
    row = {
        "invoice_id": invoice_id,
        "kind": kind,
        "order_key": order_key,
        "begun_at": at,
        "channel": "electronic",
        "claimed_eur": ZERO,
        "costs_eur": ZERO,
    }
    await insert_once(connection, collection_stages, row, key=["invoice_id", "kind"])


async def _end(connection: AsyncConnection, invoice_id: str, kind: StageKind, ending: StageEnding) -> None:
    under_way = *_is(invoice_id, kind), collection_stages.c.ended.is_(None)
    await connection.execute(update(collection_stages).where(*under_way).values(**dict(ending)))


async def _last_stages(connection: AsyncConnection, invoice_ids: Sequence[str]) -> dict[str, Row[Any]]:
    """The latest stage of each invoice that was carried out."""
    done = collection_stages.c.invoice_id.in_(invoice_ids), collection_stages.c.ended.in_(("sent", "by_hand"))
    in_order = collection_stages.c.ended_on, collection_stages.c.begun_at
    rows = await connection.execute(select(collection_stages).where(*done).order_by(*in_order))
    return {row.invoice_id: row for row in rows}


def _is(invoice_id: str, kind: StageKind) -> tuple[Any, ...]:
    return collection_stages.c.invoice_id == invoice_id, collection_stages.c.kind == kind


def _stored_stage(row: Row[Any]) -> KeptStage:
    return KeptStage.model_validate(dict(row._mapping))


def _card(row: Row[Any], last: Row[Any] | None, on: date) -> CollectionCard:
    return CollectionCard.model_validate(
        dict(row._mapping)
        | {
            "open_eur": row.payable_eur - (row.received_eur or ZERO) - (row.credited_eur or ZERO),
            "last_stage": last.kind if last else None,
            "last_stage_on": last.ended_on if last else None,
            "days_late": days_late(row.due_on, on),
        }
    )
