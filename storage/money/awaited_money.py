"""What we wait for: every debtor with all that was done about them, and what should come in and go out by week."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from itertools import chain

from sqlalchemy import func, select, type_coerce
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.bank import ClientReceipt
from domain.collection_state import CollectionCard, KeptCollection
from domain.money import ZERO
from domain.services.debt_collection import Instalment
from storage.core.database import Database
from storage.core.tables import MoneyCents
from storage.money.bank_tables import receipts
from storage.money.figures_fund import A_WEEK, monday_of
from storage.money.fund_tables import HELD, fund_reservations
from storage.money.payment_tables import payments
from storage.services.debt_collection import WAITING, Collections

TO_PAY = ("ordered", "batched", "approved", "sent")
"""Payments of ours that have not left the account yet."""
MOST = 500
"""So many open invoices are laid out at most."""


@dataclass(frozen=True)
class Owed:
    """One invoice of a debtor, with everything that was done about it."""

    card: CollectionCard
    kept: KeptCollection
    received: tuple[ClientReceipt, ...]

    @property
    def promised(self) -> tuple[Instalment, ...]:
        """The instalments that were agreed to and are not broken, with us or through lawyer or bailiff."""
        if self.kept.plan is not None:
            return self.kept.plan.parts
        said = [one.status for one in self.kept.heard]
        if "plan_agreed" not in said or "plan_broken" in said:
            return ()
        return next((one.plan for one in reversed(self.kept.heard) if one.plan), ())


@dataclass(frozen=True)
class Expected:
    """Money a client should pay on a day; no day when it is late and nothing is promised."""

    card: CollectionCard
    on: date | None
    amount_eur: Decimal
    insured_eur: Decimal = ZERO
    """So much of it the guarantee fund has paid ahead or set aside."""


@dataclass(frozen=True)
class WeekAhead:
    """What should move in one week; without a Monday: what is late and nobody has promised."""

    monday: date | None
    expected: tuple[Expected, ...] = ()
    to_pay_eur: Decimal = ZERO

    @property
    def comes_in_eur(self) -> Decimal:
        """All of it together."""
        return sum((one.amount_eur for one in self.expected), ZERO)

    @property
    def insured_eur(self) -> Decimal:
        """What of it the fund covers."""
        return sum((one.insured_eur for one in self.expected), ZERO)


class AwaitedMoney:
    """Reads what is awaited; changes nothing."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def debtor(self, client_id: str, on: date) -> list[Owed]:
        """Every invoice of a client whose money is or was awaited, of all entities, the earliest due day first."""
        reads = Collections(self._database)
        cards = await reads.of_client(client_id, on)
        async with self._database.reading() as connection:
            came = await _received(connection, [one.invoice_id for one in cards])
        return [Owed(one, await reads.collection(one.invoice_id), came[one.invoice_id]) for one in cards]

    async def weeks(self, on: date, entity: str | None = None, count: int = 13) -> list[WeekAhead]:
        """What is late first, then the weeks ahead; what comes after the last one counts with it."""
        reads = Collections(self._database)
        cards = await reads.aged(on, states=WAITING, entity=entity, limit=MOST)
        owed = [Owed(one, await reads.collection(one.invoice_id), ()) for one in cards]
        async with self._database.reading() as connection:
            insured = await _insured(connection, {one.job_id for one in cards})
            to_pay = await _to_pay(connection, entity)
        expected = _insure(chain.from_iterable(_expected(one, on) for one in owed), insured)
        return _by_week(expected, to_pay, on, count)


def _expected(owed: Owed, on: date) -> list[Expected]:
    """The days on which the rest should come: by the plan, else on the due day, else on none."""
    card, left = owed.card, owed.card.open_eur
    found: list[Expected] = []
    for part in owed.promised:
        amount = min(part.amount_eur, left)
        if part.on >= on and amount > ZERO:
            found.append(Expected(card, part.on, amount))
            left -= amount
    if left > ZERO:
        found.append(Expected(card, card.due_on if card.due_on >= on else None, left))
    return found


def _insure(expected: Iterable[Expected], insured: Mapping[str, Decimal]) -> list[Expected]:
    left, found = dict(insured), []
    for one in expected:
        part = min(one.amount_eur, left.get(one.card.job_id, ZERO))
        left[one.card.job_id] = left.get(one.card.job_id, ZERO) - part
        found.append(replace(one, insured_eur=part))
    return found


def _by_week(
    expected: Sequence[Expected], to_pay: Sequence[tuple[date, Decimal]], on: date, count: int
) -> list[WeekAhead]:
    first = monday_of(on)
    mondays = [first + A_WEEK * n for n in range(count)]
    parts: defaultdict[date | None, list[Expected]] = defaultdict(list)
    for one in expected:
        parts[min(monday_of(one.on), mondays[-1]) if one.on else None].append(one)
    out: defaultdict[date, Decimal] = defaultdict(lambda: ZERO)
    for day, amount in to_pay:
        out[min(max(monday_of(day), first), mondays[-1])] += amount
    late = WeekAhead(None, tuple(parts[None]))
    return [late, *(WeekAhead(monday, tuple(parts[monday]), out[monday]) for monday in mondays)]


async def _received(connection: AsyncConnection, ids: Sequence[str]) -> defaultdict[str, tuple[ClientReceipt, ...]]:
    came = receipts()
    wanted = select(came).where(came.c.invoice_id.in_(ids)).order_by(came.c.booked_on)
    found: defaultdict[str, tuple[ClientReceipt, ...]] = defaultdict(tuple)
    for row in await connection.execute(wanted):
        if row.amount_eur:
            found[row.invoice_id] += (ClientReceipt(on=row.booked_on, amount_eur=row.amount_eur),)
    return found


async def _insured(connection: AsyncConnection, jobs: set[str]) -> dict[str, Decimal]:
    total = type_coerce(func.sum(HELD), MoneyCents)
    job = fund_reservations.c.job_id
    rows = await connection.execute(select(job, total).where(job.in_(jobs)).group_by(job))
    return {job_id: held for job_id, held in rows if held and held > ZERO}


async def _to_pay(connection: AsyncConnection, entity: str | None) -> list[tuple[date, Decimal]]:
    total = type_coerce(func.sum(payments.c.amount_eur), MoneyCents)
    its = [payments.c.state.in_(TO_PAY), *([payments.c.entity == entity] if entity else [])]
    rows = await connection.execute(select(payments.c.pay_on, total).where(*its).group_by(payments.c.pay_on))
    return [(on, amount) for on, amount in rows if amount]
