"""What collecting a debt has cost: booked once, with who bears it and since when the debtor is asked."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import Column, Date, ForeignKey, Integer, Row, String, Table, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from domain import costs_of_collecting
from domain.collection_state import KeptCost
from domain.ledger import Account
from domain.money import ZERO
from domain.periods import day_in_brussels
from domain.services.debt_collection import CollectionCost
from storage.core.database import Database
from storage.core.tables import MoneyCents, metadata
from storage.execution import events
from storage.money.ledger import balances_of, book, one_at_a_time

collection_costs = Table(
    "collection_costs",
    metadata,
    Column("invoice_id", ForeignKey("collections.invoice_id"), primary_key=True),
    Column("stage", String(20), primary_key=True),
    Column("n", Integer, primary_key=True, autoincrement=False),
    Column("job_id", String(20), nullable=False),
    Column("on", Date, nullable=False),
    Column("amount_eur", MoneyCents, nullable=False),
    Column("borne_by", String(10), nullable=False),
    Column("charged", String(10), nullable=False),
    Column("charged_on", Date),
)
"""`charged`: whether and when the debtor may be asked for it; `charged_on`: since when they are."""


class CollectionCosts:
    """Books costs of collecting; satisfies the activities' CostBook."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def spent(self, cost: CollectionCost) -> None:
        """Book what is new of what a stage has cost, and charge the debtor what may be asked by now."""
        async with self._database.writing() as connection:
            await one_at_a_time(connection, cost.job_id)
            on = day_in_brussels(cost.at)
            known = [one for one in await _rows(connection, cost.invoice_id) if one.stage == cost.stage]
            new = cost.total_eur - sum((one.amount_eur for one in known), ZERO)
            if new > ZERO:
                await _spend(connection, cost, len(known) + 1, new)
            if cost.charged == "at_once" or cost.titled:
                await _charge(connection, cost.invoice_id, on, titled=cost.titled)

    async def titled(self, invoice_id: str, on: date) -> None:
        """There is a title: the debtor is charged what waited for it."""
        async with self._database.writing() as connection:
            await _charge(connection, invoice_id, on, titled=True)

    async def given_up(self, invoice_id: str, on: date) -> None:
        """The debtor is not asked any more: whoever was named bears what is unpaid, the latest costs first."""
        async with self._database.writing() as connection:
            rows = [one for one in await _rows(connection, invoice_id) if one.charged_on is not None]
            if not rows:
                return
            await one_at_a_time(connection, rows[0].job_id)
            left = max((await balances_of(connection, rows[0].job_id)).of(Account.LATE_COSTS), ZERO)
            for row in reversed(rows):
                part = min(left, row.amount_eur)
                entry = costs_of_collecting.given_up(_key(row, "given-up"), row.job_id, on, part, _bearer(row))
                left -= part if await book(connection, entry) else ZERO


async def costs_of(connection: AsyncConnection, invoice_id: str) -> tuple[KeptCost, ...]:
    """What collecting an invoice has cost, the earliest first."""
    return tuple([KeptCost.model_validate(dict(row._mapping)) for row in await _rows(connection, invoice_id)])


async def _spend(connection: AsyncConnection, cost: CollectionCost, n: int, new: Decimal) -> None:
    row = cost.model_dump(include={"invoice_id", "stage", "job_id", "borne_by", "charged"})
    on = day_in_brussels(cost.at)
    await connection.execute(collection_costs.insert().values(**row, n=n, on=on, amount_eur=new))
    key = f"{cost.job_id}/collection-cost/{cost.invoice_id}/{cost.stage}/{n}"
    bearer = Account.called(cost.borne_by)
    await book(connection, costs_of_collecting.paid(key, cost.job_id, on, new, bearer))
    told = {"stage": cost.stage, "number": cost.number, "amount": str(new), "borne_by": cost.borne_by}
    kind = f"debt.cost.{cost.charged}"
    await events.append(connection, cost.job_id, kind, cost.at, params=told, source=key)


async def _charge(connection: AsyncConnection, invoice_id: str, on: date, *, titled: bool) -> None:
    for row in await _rows(connection, invoice_id):
        if row.charged_on is not None or not (row.charged == "at_once" or (titled and row.charged == "with_title")):
            continue
        await one_at_a_time(connection, row.job_id)
        entry = costs_of_collecting.charged(_key(row, "charge"), row.job_id, on, row.amount_eur, _bearer(row))
        await book(connection, entry)
        this = [collection_costs.c[name] == getattr(row, name) for name in ("invoice_id", "stage", "n")]
        await connection.execute(update(collection_costs).where(*this).values(charged_on=on))


async def _rows(connection: AsyncConnection, invoice_id: str) -> Sequence[Row[Any]]:
    wanted = select(collection_costs).where(collection_costs.c.invoice_id == invoice_id)
    in_order = collection_costs.c.on, collection_costs.c.stage, collection_costs.c.n
    return (await connection.execute(wanted.order_by(*in_order))).all()


def _key(row: Row[Any], what: str) -> str:
    return f"{row.job_id}/collection-{what}/{row.invoice_id}/{row.stage}/{row.n}"


def _bearer(row: Row[Any]) -> Account:
    return Account.called(row.borne_by)
