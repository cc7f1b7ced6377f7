"""The books as finance people read them: every account with its balance, and the entries one after the other."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import Row, and_, case, func, literal, or_, select, tuple_

from domain.ledger import Account
from domain.money import ZERO
from storage.core.database import Database
from storage.core.pagination import BadCursor
from storage.core.tables import MoneyCents
from storage.jobs.tables import jobs
from storage.money.ledger import ledger_entries, ledger_postings

AT_ONCE = 2_000
"""Lines read at once for a file of all of them."""


@dataclass(frozen=True)
class AccountBalance:
    """One account: what was booked on each side, and what stands on it."""

    account: Account
    debit_eur: Decimal
    credit_eur: Decimal

    @property
    def balance_eur(self) -> Decimal:
        """Above zero debit, below zero credit."""
        return self.debit_eur - self.credit_eur


@dataclass(frozen=True)
class BookLine:
    """One amount of one entry."""

    key: str
    n: int
    job_id: str
    on: date
    text: str
    account: Account
    amount_eur: Decimal
    entity: str | None
    """The legal entity in whose books it stands."""


@dataclass(frozen=True)
class OwedBetween:
    """What one legal entity owes another."""

    owes: str
    to: str
    amount_eur: Decimal


@dataclass(frozen=True, kw_only=True)
class BookFilter:
    """Which lines to list; what is None does not matter."""

    job_id: str | None = None
    account: Account | None = None
    entity: str | None = None
    """In whose books; an entry that names none stands in those of its job's entity."""
    from_on: date | None = None
    until_on: date | None = None


class BookFigures:
    """Reads the books; changes nothing."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def balances(self, wanted: BookFilter) -> list[AccountBalance]:
        """Every account in the order of the chart; one on which nothing was booked counts too."""
        amount, nothing = ledger_postings.c.amount_eur, literal(ZERO, MoneyCents)
        debit = func.sum(case((amount > ZERO, amount), else_=nothing))
        credit = func.sum(case((amount < ZERO, -amount), else_=nothing))
        statement = select(ledger_postings.c.account, debit, credit).group_by(ledger_postings.c.account)
        if conditions := _conditions(wanted):
            statement = statement.join(ledger_entries).where(*conditions)
        async with self._database.reading() as connection:
            rows = (await connection.execute(statement)).all()
        found = {
            Account.called(account): AccountBalance(Account.called(account), one, other)
            for account, one, other in rows
        }
        return [found.get(account, AccountBalance(account, ZERO, ZERO)) for account in Account]

    async def between(self) -> list[OwedBetween]:
        """What the legal entities owe each other, the most first."""
        total = func.sum(ledger_postings.c.amount_eur)
        pair = ledger_entries.c.entity, ledger_entries.c.other_entity
        wanted = (
            select(*pair, total)
            .join(ledger_postings)
            .where(ledger_postings.c.account == Account.BETWEEN.value)
            .group_by(*pair)
            .having(total < ZERO)
        )
        async with self._database.reading() as connection:
            rows = (await connection.execute(wanted.order_by(total, *pair))).all()
        return [OwedBetween(owes, to, -amount) for owes, to, amount in rows]

    async def entries(
        self, wanted: BookFilter, after: str | None = None, limit: int = 100
    ) -> tuple[list[BookLine], str | None]:
        """Some lines with the latest day first, and where the next ones begin; BadCursor when it is not ours.

        An entry is never cut in two: its lines stand together, and `limit` counts entries.
        """
        heads = select(ledger_entries.c.on, ledger_entries.c.key).where(*_heads(wanted))
        if after is not None:
            heads = heads.where(tuple_(ledger_entries.c.on, ledger_entries.c.key) < _place(after))
        order = ledger_entries.c.on.desc(), ledger_entries.c.key.desc()
        async with self._database.reading() as connection:
            found = (await connection.execute(heads.order_by(*order).limit(limit + 1))).all()
            keys = [row.key for row in found[:limit]]
            lines = _LINES.where(ledger_entries.c.key.in_(keys)).order_by(*order, ledger_postings.c.n)
            rows = (await connection.execute(lines)).all()
        last = found[limit - 1] if len(found) > limit else None
        return [_line(row) for row in rows], f"{last.on.isoformat()}~{last.key}" if last else None

    async def every(self, wanted: BookFilter) -> AsyncIterator[BookLine]:
        """All lines from the first day on, however many there are."""
        place = ledger_entries.c.on, ledger_entries.c.key, ledger_postings.c.n
        in_order = _LINES.where(*_conditions(wanted)).order_by(*place).limit(AT_ONCE)
        last: BookLine | None = None
        while True:
            here = in_order if last is None else in_order.where(tuple_(*place) > (last.on, last.key, last.n))
            async with self._database.reading() as connection:
                rows = (await connection.execute(here)).all()
            for row in rows:
                last = _line(row)
                yield last
            if len(rows) < AT_ONCE:
                return


WHOSE = func.coalesce(ledger_entries.c.entity, jobs.c.entity).label("whose")
_LINES = (
    select(ledger_entries, ledger_postings.c.n, ledger_postings.c.account, ledger_postings.c.amount_eur, WHOSE)
    .join(ledger_postings)
    .join(jobs, jobs.c.job_id == ledger_entries.c.job_id, isouter=True)
)


def _conditions(wanted: BookFilter) -> list[Any]:
    found = _of_entry(wanted)
    if wanted.account is not None:
        found.append(ledger_postings.c.account == wanted.account.value)
    return found


def _heads(wanted: BookFilter) -> list[Any]:
    """Entries that touch the account, all their lines shown."""
    found = _of_entry(wanted)
    if wanted.account is not None:
        its = select(ledger_postings.c.entry_key).where(ledger_postings.c.account == wanted.account.value)
        found.append(ledger_entries.c.key.in_(its))
    return found


def _of_entry(wanted: BookFilter) -> list[Any]:
    found: list[Any] = []
    if wanted.job_id is not None:
        found.append(ledger_entries.c.job_id == wanted.job_id)
    if wanted.entity is not None:
        its_jobs = select(jobs.c.job_id).where(jobs.c.entity == wanted.entity)
        by_job = and_(ledger_entries.c.entity.is_(None), ledger_entries.c.job_id.in_(its_jobs))
        found.append(or_(ledger_entries.c.entity == wanted.entity, by_job))
    if wanted.from_on is not None:
        found.append(ledger_entries.c.on >= wanted.from_on)
    if wanted.until_on is not None:
        found.append(ledger_entries.c.on <= wanted.until_on)
    return found


def _place(cursor: str) -> tuple[date, str]:
    on, _, key = cursor.partition("~")
    try:
        return date.fromisoformat(on), key
    except ValueError as error:
        raise BadCursor(f"not a cursor of this list: {cursor[:40]}") from error


def _line(row: Row[Any]) -> BookLine:
    return BookLine(
        row.key, row.n, row.job_id, row.on, row.text, Account.called(row.account), row.amount_eur, row.whose
    )
