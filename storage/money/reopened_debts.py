"""A client's money that the bank takes back when its collection is over: owed again, told, watched, and decided."""

from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import Row, and_, delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.bank import MoneyMove
from domain.collection_state import ReopenedDebt
from domain.money import ZERO
from storage.core.database import Database
from storage.execution import events
from storage.jobs import deadlines
from storage.jobs.deadlines import deadlines as due
from storage.jobs.tables import jobs
from storage.money import recovered_losses
from storage.money.recognition import open_of
from storage.services.debt_collection import ENDED, awaited, closed_again, collection_stages, collections
from storage.services.invoicing import invoices

KIND: Final = "collected_again"
BASIS: Final = "house rule: a person decides at once about money the bank took back after the end"


async def after(connection: AsyncConnection, move: MoneyMove, at: datetime) -> None:
    """What a booked movement of a client's money means once nobody awaits it any more.

    Taken back: the invoice is owed again, the job is open again, and finance decides. Paid after all: it is over.
    """
    row = await _collection(connection, move.invoice_id)
    if row is None:
        return
    invoice = (await connection.execute(select(invoices).where(invoices.c.invoice_id == row.invoice_id))).one()
    left = await open_of(connection, invoice)
    if move.kind == "recall" and row.closed_at is not None and left > ZERO:
        await _reopen(connection, row, invoice.number, left, move, at)
    elif move.kind == "receipt" and left <= ZERO and await _undecided(connection, row):
        await _paid_after_all(connection, row, invoice.number, at)
    if move.kind == "receipt":
        await recovered_losses.after(connection, row.invoice_id, move.on, at, source=move.key)


async def _reopen(
    connection: AsyncConnection, row: Row[Any], number: str, left: Decimal, move: MoneyMove, at: datetime
) -> None:
    told = {"number": number, "amount": str(move.amount_eur), "open": str(left)}
    source = f"bank:{move.key}"
    if await events.append(connection, row.job_id, "debt.reopened", at, params=told, source=source) is None:
        return
    again = {"state": "open", "closed_at": None, "disputed_at": None, "borne_by": None, "turn": row.turn + 1}
    this = collections.c.invoice_id == row.invoice_id
    await connection.execute(update(collections).where(this).values(**again))
    given_up = collection_stages.c.invoice_id == row.invoice_id, collection_stages.c.kind == "write_off"
    await connection.execute(delete(collection_stages).where(*given_up))
    owed = {"job_id": row.job_id, "kind": KIND, "item": _item(row.invoice_id)}
    await deadlines.ring(connection, owed | {"due_at": at, "basis": BASIS, "met_at": None, "alarmed_at": None})
    ended = jobs.c.job_id == row.job_id, jobs.c.state.in_(ENDED)
    await connection.execute(update(jobs).where(*ended).values(state="collecting"))


async def _paid_after_all(connection: AsyncConnection, row: Row[Any], number: str, at: datetime) -> None:
    this = collections.c.invoice_id == row.invoice_id
    await connection.execute(update(collections).where(this).values(state="paid", closed_at=at))
    await events.append(connection, row.job_id, "debt.paid_after_all", at, params={"number": number})
    await deadlines.met_on(connection, {"job_id": row.job_id, "kind": KIND, "item": _item(row.invoice_id)}, at)
    await closed_again(connection, row.job_id, at)


async def collected_on(connection: AsyncConnection, job_id: str) -> bool:
    """Whether a client's money is awaited for this job, and nobody is asked first whether it is."""
    asked = select(due.c.kind).where(due.c.job_id == job_id, due.c.kind == KIND, due.c.met_at.is_(None))
    return await awaited(connection, job_id) and await connection.scalar(asked.limit(1)) is None


class ReopenedDebts:
    """Lists the debts that wait for finance to decide, and keeps what was decided."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def open(self) -> list[ReopenedDebt]:
        """Nobody has decided about these yet, the oldest first."""
        again = and_(due.c.job_id == collections.c.job_id, due.c.kind == KIND, due.c.met_at.is_(None))
        wanted = select(collections, due.c.item, due.c.due_at.label("since_at")).join(due, again)
        async with self._database.reading() as connection:
            rows = (await connection.execute(wanted.order_by(due.c.due_at, collections.c.invoice_id))).all()
            mine = [row for row in rows if row.item == _item(row.invoice_id)]
            return [await _reopened_debt(connection, row) for row in mine]

    async def record_decision(self, debt: ReopenedDebt, how: str, reason: str, by: str, at: datetime) -> None:
        """A person decided: the process that goes on has begun. A second time changes nothing."""
        owed = {"job_id": debt.job_id, "kind": KIND, "item": _item(debt.invoice_id)}
        told = {"number": debt.number, "reason": reason}
        async with self._database.writing() as connection:
            source = f"debt-{debt.invoice_id}-{debt.turn}"
            kind = f"debt.again_{how}"
            await events.append(connection, debt.job_id, kind, at, by=by, params=told, source=source)
            await deadlines.met_on(connection, owed, at)


async def _collection(connection: AsyncConnection, invoice_id: str | None) -> Row[Any] | None:
    wanted = select(collections).where(collections.c.invoice_id == invoice_id)
    return (await connection.execute(wanted)).one_or_none()


async def _undecided(connection: AsyncConnection, row: Row[Any]) -> bool:
    this = due.c.job_id == row.job_id, due.c.kind == KIND, due.c.item == _item(row.invoice_id)
    waits = await connection.scalar(select(due.c.kind).where(*this, due.c.met_at.is_(None)))
    return row.closed_at is None and waits is not None


async def _reopened_debt(connection: AsyncConnection, row: Row[Any]) -> ReopenedDebt:
    invoice = (await connection.execute(select(invoices).where(invoices.c.invoice_id == row.invoice_id))).one()
    left = await open_of(connection, invoice)
    facts = {name: row._mapping[name] for name in ReopenedDebt.model_fields if name in row._mapping}
    return ReopenedDebt.model_validate(facts | {"number": invoice.number, "open_eur": left})


def _item(invoice_id: str) -> str:
    return invoice_id.lower()
