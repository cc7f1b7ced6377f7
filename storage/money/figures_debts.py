"""What clients owe, in figures: how old the debts are, how long paying takes, and what is lost."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from statistics import median
from typing import Any, get_args

from sqlalchemy import Row, case, func, literal, select, type_coerce
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.collection_state import BANDS, AgeBand, CollectionState, days_late
from domain.money import ZERO
from domain.periods import day_in_brussels
from domain.services.debt_collection import LossBearer
from storage.core.database import Database
from storage.core.tables import MoneyCents
from storage.money.bank_tables import receipts, received_for
from storage.services.debt_collection import WAITING, collections
from storage.services.invoicing import invoices

ENDED: tuple[CollectionState, ...] = ("paid", "credited", "written_off")


@dataclass(frozen=True)
class Aged:
    """What is owed in one band of age."""

    band: AgeBand
    invoices: int
    open_eur: Decimal


@dataclass(frozen=True)
class PaysIn:
    """How long one client takes to pay."""

    client_id: str
    invoices: int
    days: int
    """The median of days from the invoice to the last cent."""
    late_days: int
    """The median of days after the due day; zero when in time."""


@dataclass(frozen=True)
class Month:
    """What was asked for in the collections that ended in one month, and what was given up."""

    first_on: date
    asked_eur: Decimal
    lost_eur: Decimal

    @property
    def percent(self) -> Decimal:
        """The lost part of every hundred euros asked for; zero when nothing was."""
        return self.lost_eur * 100 / self.asked_eur if self.asked_eur else ZERO


@dataclass(frozen=True)
class Loss:
    """An invoice that was given up, and who bears it."""

    job_id: str
    number: str
    client_id: str
    on: date
    lost_eur: Decimal
    borne_by: LossBearer | None


class DebtFigures:
    """Reads the figures of what clients owe; changes nothing."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def aged(self, on: date, entity: str | None = None) -> list[Aged]:
        """What is owed in each band of age, to one entity or to all, the youngest first; a band without debts
        counts too."""
        late = [(collections.c.due_on >= on - timedelta(days=last), literal(band)) for last, band in BANDS]
        band = case(*late, else_=literal("90+")).label("band")
        owed = select(band, OPEN.label("open_eur")).where(collections.c.state.in_(WAITING), *_of(entity))
        debts = owed.subquery()
        wanted = select(debts.c.band, func.count(), func.sum(debts.c.open_eur)).group_by(debts.c.band)
        async with self._database.reading() as connection:
            found = {band: Aged(band, count, open_) for band, count, open_ in await connection.execute(wanted)}
        return [found.get(one, Aged(one, 0, ZERO)) for one in get_args(AgeBand)]

    async def pays_in(self, since_at: datetime, limit: int = 12, entity: str | None = None) -> list[PaysIn]:
        """How long each client took for what was paid since then, the slowest first."""
        async with self._database.reading() as connection:
            paid = await _paid(connection, since_at, entity)
        slowest = sorted(paid.items(), key=lambda one: (-median(days for days, _ in one[1]), one[0]))
        return [
            PaysIn(client, len(taken), round(median(d for d, _ in taken)), round(median(late for _, late in taken)))
            for client, taken in slowest[:limit]
        ]

    async def months(self, since_at: datetime, entity: str | None = None) -> list[Month]:
        """What was lost of what was asked for, by the month in which the collection ended, the earliest first."""
        ended = select(collections.c.closed_at, collections.c.payable_eur).where(
            collections.c.state.in_(ENDED), collections.c.closed_at >= since_at, *_of(entity)
        )
        async with self._database.reading() as connection:
            rows = (await connection.execute(ended)).all()
        asked: dict[date, Decimal] = {}
        for row in rows:
            month = day_in_brussels(row.closed_at).replace(day=1)
            asked[month] = asked.get(month, ZERO) + row.payable_eur
        lost: dict[date, Decimal] = {}
        for loss in await self.losses(since_at, limit=None, entity=entity):
            month = loss.on.replace(day=1)
            lost[month] = lost.get(month, ZERO) + loss.lost_eur
        return [Month(month, asked[month], lost.get(month, ZERO)) for month in sorted(asked)]

    async def losses(self, since_at: datetime, limit: int | None = 20, entity: str | None = None) -> list[Loss]:
        """The invoices given up since then, the latest first."""
        columns = (
            collections.c.job_id, invoices.c.number, collections.c.client_id, collections.c.closed_at,
            collections.c.borne_by, OPEN.label("lost_eur"),
        )  # fmt: skip
        given_up = select(*columns).join(invoices, invoices.c.invoice_id == collections.c.invoice_id)
        ended = collections.c.state == "written_off", collections.c.closed_at >= since_at
        given_up = given_up.where(*ended, *_of(entity))
        async with self._database.reading() as connection:
            rows = await connection.execute(given_up.order_by(collections.c.closed_at.desc()).limit(limit))
            return [_loss(row) for row in rows]


def _sum(column: Any, *conditions: Any) -> Any:
    return select(func.coalesce(func.sum(column), literal(ZERO, MoneyCents))).where(*conditions).scalar_subquery()


_credit_notes = invoices.alias()
OPEN = type_coerce(
    collections.c.payable_eur
    - received_for(collections.c.invoice_id)
    - _sum(_credit_notes.c.total_eur, _credit_notes.c.credits == collections.c.invoice_id),
    MoneyCents,
)
"""What an invoice still asks for."""


def _loss(row: Row[Any]) -> Loss:
    on = day_in_brussels(row.closed_at)
    return Loss(row.job_id, row.number, row.client_id, on, row.lost_eur, row.borne_by)


def _of(entity: str | None) -> list[Any]:
    """Of one legal entity; of all when none is named."""
    return [] if entity is None else [collections.c.entity == entity]


async def _paid(
    connection: AsyncConnection, since_at: datetime, entity: str | None
) -> dict[str, list[tuple[int, int]]]:
    """Per client, for each invoice paid since then: days from the invoice, and days late."""
    came_in = receipts()
    last = func.max(came_in.c.booked_on).label("paid_on")
    wanted = (
        select(collections.c.client_id, invoices.c.issued_on, collections.c.due_on, last)
        .join(invoices, invoices.c.invoice_id == collections.c.invoice_id)
        .join(came_in, came_in.c.invoice_id == collections.c.invoice_id)
        .where(collections.c.state == "paid", *_of(entity))
        .where(collections.c.closed_at >= since_at)
        .group_by(collections.c.invoice_id, collections.c.client_id, invoices.c.issued_on, collections.c.due_on)
    )
    found: dict[str, list[tuple[int, int]]] = {}
    for row in await connection.execute(wanted):
        taken = (row.paid_on - row.issued_on) // timedelta(days=1)
        found.setdefault(row.client_id, []).append((taken, days_late(row.due_on, row.paid_on)))
    return found
