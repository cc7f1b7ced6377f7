"""Orders: written down before a partner is asked and after it answered, so that nothing happens twice."""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel
from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, bindparam, case, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.errors import AllInclusiveError
from domain.message import Message
from domain.orders import short_reference, step_name
from storage.core.database import Database, insert_once, insert_or_see
from storage.core.tables import Json, UtcDateTime, metadata
from storage.execution import events

orders = Table(
    "orders",
    metadata,
    Column("order_key", String(200), primary_key=True),
    Column("job_id", ForeignKey("jobs.job_id"), nullable=False),
    Column("step", String(80), nullable=False),
    Column("service", String(40), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("short", String(16), nullable=False, unique=True),
    Column("request_hash", String(64), nullable=False),
    Column("operation", String(40), nullable=False),
    Column("state", String(10), nullable=False),
    Column("reference", String(200)),
    Column("at", UtcDateTime, nullable=False),
    Index(None, "job_id", "step"),
    Index(None, "reference"),
)
order_answers = Table(
    "order_answers",
    metadata,
    Column("order_key", ForeignKey("orders.order_key"), primary_key=True),
    Column("operation", String(40), primary_key=True),
    Column("round", Integer, nullable=False),
    Column("state", String(10), nullable=False),
    Column("answer", Json),
    Column("reference", String(200)),
    Column("begun_at", UtcDateTime, nullable=False),
    Column("answered_at", UtcDateTime),
    Index(None, "state", "begun_at"),
)


class OrderChanged(AllInclusiveError):
    """The same order key came with another request: a changed request needs a new revision."""


class OperationAnswer(Message):
    """What an operation on an order brought."""

    answer: dict[str, Any]
    """The service's booking, as JSON."""
    reference: str | None = None
    """The partner's own reference."""
    answered_at: datetime


class StoredOrder(Message):
    """One order as it stands."""

    order_key: str
    job_id: str
    step: str
    service: str
    revision: int
    short: str
    operation: str
    """The last operation answered; until then the first one begun."""
    state: Literal["begun", "answered"]
    reference: str | None = None
    at: datetime


def request_hash(request: BaseModel) -> str:
    """What tells two requests apart; a field added later with its default does not."""
    return hashlib.sha256(request.model_dump_json(exclude_defaults=True).encode()).hexdigest()


class Orders:
    """Reads and keeps orders."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def begin(self, key: str, operation: str, request: str, at: datetime) -> OperationAnswer | None:
        """Note that an operation is about to be tried; its answer when it was answered before.

        `request` is the request's hash; OrderChanged when the key was used for another request. None means
        "not known to have happened": the caller asks the partner by key before repeating.
        """
        async with self._database.writing() as connection:
            first = await begin_one(connection, key, operation, request, at)
            return None if first else await answer_of(connection, key, operation)

    async def answer(
        self,
        key: str,
        operation: str,
        answer: BaseModel | Mapping[str, Any],
        *,
        reference: str | None = None,
        told: Mapping[str, str] | None = None,
        at: datetime,
    ) -> OperationAnswer:
        """Keep an operation's answer and tell it in the job's story, in one transaction.

        A second answer changes nothing and the first is returned. KeyError when it was never begun.
        """
        async with self._database.writing() as connection:
            await answer_one(connection, key, operation, answer, reference=reference, told=told, at=at)
            kept = await answer_of(connection, key, operation)
            assert kept is not None  # it is answered now, or was before
            return kept

    async def reopen(self, key: str, operation: str) -> None:
        """The answer does not hold any more (a hold lapsed): the next try asks the partner again."""
        answered = update(order_answers).where(*_is(key, operation), order_answers.c.state == "answered")
        async with self._database.writing() as connection:
            again = {"state": "begun", "round": order_answers.c.round + 1, "answer": None, "answered_at": None}
            await connection.execute(answered.values(again))

    async def answered(self, key: str, operation: str) -> OperationAnswer | None:
        """What an operation brought, if it is known."""
        async with self._database.reading() as connection:
            return await answer_of(connection, key, operation)

    async def by_reference(self, service: str, reference: str) -> StoredOrder | None:
        """The order behind the partner's own reference; webhooks name it."""
        return await self._one(orders.c.service == service, orders.c.reference == reference)

    async def of_job(self, job_id: str) -> list[StoredOrder]:
        """The orders of one job, the oldest first."""
        async with self._database.reading() as connection:
            rows = await connection.execute(_ORDERS.where(orders.c.job_id == job_id))
            return sorted(map(_order, rows), key=lambda order: (order.at, order.order_key))

    async def unanswered(self, before: datetime, limit: int = 500) -> list[StoredOrder]:
        """Orders with an operation begun before this instant and never answered: what to reconcile."""
        open_ = select(order_answers.c.order_key).where(
            order_answers.c.state == "begun", order_answers.c.begun_at < before
        )
        wanted = _ORDERS.where(orders.c.order_key.in_(open_)).order_by(orders.c.at).limit(limit)
        async with self._database.reading() as connection:
            return [_order(row) for row in await connection.execute(wanted)]

    async def _one(self, *conditions: Any) -> StoredOrder | None:
        async with self._database.reading() as connection:
            row = (await connection.execute(_ORDERS.where(*conditions).limit(1))).one_or_none()
        return None if row is None else _order(row)


async def begin_one(connection: AsyncConnection, key: str, operation: str, request: str, at: datetime) -> bool:
    """`Orders.begin` within the caller's transaction; whether the operation was never begun before."""
    await _note(connection, key, operation, request, at)
    row = {"order_key": key, "operation": operation, "round": 1, "state": "begun", "begun_at": at}
    return await insert_once(connection, order_answers, row, key=["order_key", "operation"])


async def answer_one(
    connection: AsyncConnection,
    key: str,
    operation: str,
    answer: BaseModel | Mapping[str, Any],
    *,
    reference: str | None = None,
    told: Mapping[str, str] | None = None,
    at: datetime,
) -> None:
    """`Orders.answer` within the caller's transaction."""
    _, service, *_ = key.split("/")
    this = {"this_key": key, "this_operation": operation}
    values = {"state": "answered", "answer": answer, "reference": reference, "answered_at": at}
    if (round_ := await connection.scalar(_CLOSE, this | values)) is not None:
        if reference is not None:
            await connection.execute(_REFERENCE, {"this_key": key, "reference": reference})
        await events.append(
            connection,
            _job_of(key),
            f"{service}.{operation}",
            at,
            step=_step_of(key),
            params=told,
            source=f"{key}:{operation}#{round_}",
        )
    elif await answer_of(connection, key, operation) is None:
        raise KeyError(f"{key}:{operation}")


_THIS = (
    order_answers.c.order_key == bindparam("this_key"),
    order_answers.c.operation == bindparam("this_operation"),
)
_DONE = (order_answers.c.order_key == orders.c.order_key, order_answers.c.state == "answered")
_ANSWERED_AT = select(func.max(order_answers.c.answered_at)).where(*_DONE).scalar_subquery()
_LAST = select(order_answers.c.operation).where(*_DONE).order_by(order_answers.c.answered_at.desc()).limit(1)
_ORDERS = select(
    *(column for column in orders.c if column.name not in ("operation", "state", "at")),
    func.coalesce(_LAST.scalar_subquery(), orders.c.operation).label("operation"),
    case((_ANSWERED_AT.is_(None), "begun"), else_="answered").label("state"),
    func.coalesce(_ANSWERED_AT, orders.c.at).label("at"),
)
"""Orders as far as they have come: their answers say so, the row itself only how it began."""
_CLOSE = update(order_answers).where(*_THIS, order_answers.c.state == "begun").returning(order_answers.c.round)
_REFERENCE = update(orders).where(orders.c.order_key == bindparam("this_key"))
_ANSWERED = select(order_answers).where(*_THIS, order_answers.c.state == "answered")


async def _note(connection: AsyncConnection, key: str, operation: str, request: str, at: datetime) -> None:
    job_id, service, _, revision = key.split("/")
    row = {
        "order_key": key,
        "job_id": job_id,
        "step": _step_of(key),
        "service": service,
        "revision": int(revision),
        "short": short_reference(key),
        "request_hash": request,
        "operation": operation,
        "state": "begun",
        "at": at,
    }
    if await insert_or_see(connection, orders, row, key=["order_key"], seen="request_hash") != request:
        raise OrderChanged(key)


async def answer_of(connection: AsyncConnection, key: str, operation: str) -> OperationAnswer | None:
    """What an operation brought, if it is known, within the caller's transaction."""
    row = (await connection.execute(_ANSWERED, {"this_key": key, "this_operation": operation})).one_or_none()
    return None if row is None else OperationAnswer.model_validate(dict(row._mapping))


def _is(key: str, operation: str) -> tuple[Any, ...]:
    return order_answers.c.order_key == key, order_answers.c.operation == operation


def _job_of(key: str) -> str:
    return key.split("/")[0]


def _step_of(key: str) -> str:
    _, service, item, _ = key.split("/")
    return step_name(service, item)


def _order(row: Any) -> StoredOrder:
    return StoredOrder.model_validate(dict(row._mapping))
