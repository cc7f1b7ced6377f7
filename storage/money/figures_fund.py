"""The guarantee fund in figures: for whom it holds how much, and what moved on the bank accounts by week."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Literal

from sqlalchemy import case, func, literal, select, type_coerce

from domain.money import ZERO
from storage.core.database import Database
from storage.core.tables import MoneyCents
from storage.money.bank_tables import bank_entries, bank_statements
from storage.money.fund_tables import HELD, PAID_AHEAD, fund_reservations

A_WEEK = timedelta(days=7)
One = Literal["client", "member", "entity"]
WHOSE: Mapping[One, str] = {"entity": "entity", "client": "client_id", "member": "member_id"}


@dataclass(frozen=True)
class Held:
    """What the fund holds for one client, member or entity."""

    whose: str
    """The reference of the one it is held for."""
    held_eur: Decimal
    jobs: int


@dataclass(frozen=True)
class Week:
    """What moved on the bank accounts in one week."""

    monday: date
    came_in_eur: Decimal
    went_out_eur: Decimal
    """Above zero."""

    @property
    def net_eur(self) -> Decimal:
        """In less out."""
        return self.came_in_eur - self.went_out_eur


class FundFigures:
    """Reads the fund's figures; changes nothing."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def held(self, entity: str | None = None) -> tuple[Decimal, int]:
        """What the fund holds, for one entity or in all, and for how many jobs."""
        summed = type_coerce(func.sum(HELD), MoneyCents)
        wanted = select(summed, func.count()).where(HELD > ZERO, *_of(entity))
        async with self._database.reading() as connection:
            total, jobs = (await connection.execute(wanted)).one()
        return total or ZERO, jobs

    async def paid_ahead(self, entity: str | None = None) -> Decimal:
        """What the fund has paid for jobs before their clients, and has not got back yet."""
        wanted = select(type_coerce(func.sum(PAID_AHEAD), MoneyCents)).where(*_of(entity))
        async with self._database.reading() as connection:
            return await connection.scalar(wanted) or ZERO

    async def held_per(self, whose: One, limit: int = 12, entity: str | None = None) -> list[Held]:
        """For whom the fund holds most."""
        column = fund_reservations.c[WHOSE[whose]]
        total = type_coerce(func.sum(HELD), MoneyCents)
        wanted = select(column, total, func.count()).where(HELD > ZERO, *_of(entity)).group_by(column)
        async with self._database.reading() as connection:
            rows = await connection.execute(wanted.order_by(total.desc(), column).limit(limit))
            return [Held(whose, held, jobs) for whose, held, jobs in rows if held]

    async def weeks(self, until_on: date, count: int, iban: str | None = None) -> list[Week]:
        """The last weeks up to this day, on one account or on all, the earliest first; a week without any movement
        counts too."""
        last = monday_of(until_on)
        first = last - A_WEEK * (count - 1)
        entry, nothing = bank_entries.c, literal(ZERO, MoneyCents)
        sums: Sequence[Any] = (
            func.sum(case((entry.amount_eur > ZERO, entry.amount_eur), else_=nothing)),
            func.sum(case((entry.amount_eur < ZERO, entry.amount_eur), else_=nothing)),
        )
        days = select(entry.booked_on, *sums).where(entry.booked_on.between(first, until_on))
        if iban is not None:
            days = days.where(
                entry.statement.in_(select(bank_statements.c.id).where(bank_statements.c.iban == iban))
            )
        found: dict[date, tuple[Decimal, Decimal]] = {}
        async with self._database.reading() as connection:
            for on, came_in, went_out in await connection.execute(days.group_by(entry.booked_on)):
                before = found.get(monday_of(on), (ZERO, ZERO))
                found[monday_of(on)] = (before[0] + came_in, before[1] - went_out)
        mondays = [first + A_WEEK * n for n in range(count)]
        return [Week(monday, *found.get(monday, (ZERO, ZERO))) for monday in mondays]


def _of(entity: str | None) -> list[Any]:
    """Of one legal entity; of all when none is named."""
    return [] if entity is None else [fund_reservations.c.entity == entity]


def monday_of(on: date) -> date:
    """The Monday of the week a day is in."""
    return on - timedelta(days=on.weekday())
