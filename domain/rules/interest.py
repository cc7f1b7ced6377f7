"""What a late payment costs an enterprise or a public body: legal interest, and forty euro.

Simple interest on the balance with VAT, act/365, from the day after the due date, the day of payment counted,
cut where the rate changes, rounded once at the end. Source: law of 2 August 2002, art. 2, 4, 5 and 6; that it
is simple and by 365 days is practice, not the text of the law.
"""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import ROUND_CEILING, Decimal
from typing import Final

from domain.figures import Figure, figure
from domain.message import Message
from domain.money import ZERO, Eur, cents
from domain.periods import ONE_DAY
from domain.rates import rate, spans

DAYS_A_YEAR: Final = Decimal(365)
HALF: Final = Decimal("0.5")


class DatedPayment(Message):
    """Money received on a day."""

    on: date
    amount_eur: Eur


class InterestPeriod(Message):
    """Days on which balance and rate stay the same."""

    first_on: date
    last_on: date
    days: int
    balance_eur: Eur
    percent: Decimal
    rate_id: str
    interest: Decimal
    """Not rounded: only the sum is."""


class LateInterest(Message):
    """Interest up to a day, with the lines it is made of."""

    lines: tuple[InterestPeriod, ...]
    amount_eur: Eur
    source: str
    verified: bool

    @property
    def days(self) -> int:
        """How many days late."""
        return sum(line.days for line in self.lines)

    def figure(self) -> Figure:
        """The interest with its formula."""
        terms = " + ".join(f"{line.balance_eur} x {line.percent} % x {line.days}/365" for line in self.lines)
        return Figure(
            key="late_interest",
            label="Late interest",
            amount_eur=self.amount_eur,
            why="{terms}",
            params={"terms": terms or "0"},
            rate_ids=tuple(dict.fromkeys(line.rate_id for line in self.lines)),
            source=self.source,
            verified=self.verified,
        )


def legal_rate(ecb_percent: Decimal, margin_percent: Decimal = Decimal(8)) -> Decimal:
    """The legal rate of a semester: the ECB's main refinancing rate of its first day + 8 points, rounded up.

    Rounded up to the next half point. Source: law of 2 August 2002, art. 2, 4° and art. 5.
    """
    return ((ecb_percent + margin_percent) / HALF).to_integral_value(ROUND_CEILING) * HALF


def late_interest(
    balance: Decimal,
    due_on: date,
    until_on: date,
    *,
    payments: Iterable[DatedPayment] = (),
    rate_name: str = "interest_b2b",
    at_most_percent: Decimal | None = None,
) -> LateInterest:
    """Interest from the day after `due_on` to `until_on` included.

    Each payment reduces the principal (house rule: principal before interest) from the day after it: the day of
    payment still counts. Raises RateNotKnownYet when a semester has no rate, because a claim is never a guess.
    """
    lines = []
    for first, last, owed in _balances(balance, due_on, until_on, list(payments)):
        for span in spans(rate_name, first, last):
            percent = span.rate.value if at_most_percent is None else min(span.rate.value, at_most_percent)
            exact = owed * percent / 100 * span.days / DAYS_A_YEAR
            lines.append(
                InterestPeriod(
                    first_on=span.first_on,
                    last_on=span.last_on,
                    days=span.days,
                    balance_eur=owed,
                    percent=percent,
                    rate_id=span.rate.id,
                    interest=exact,
                )
            )
    rows = [rate(rate_name, line.first_on) for line in lines]
    return LateInterest(
        lines=tuple(lines),
        amount_eur=cents(sum((line.interest for line in lines), Decimal(0))),
        source="; ".join(dict.fromkeys(row.source for row in rows)),
        verified=all(row.verified for row in rows),
    )


def _balances(
    balance: Decimal, due_on: date, until_on: date, payments: Sequence[DatedPayment]
) -> Iterable[tuple[date, date, Decimal]]:
    """The stretches of late days with one balance each."""
    first, owed = due_on + ONE_DAY, balance - _received(payments, due_on)
    for paid_on in sorted({payment.on for payment in payments if due_on < payment.on <= until_on}):
        if owed <= 0:
            return
        yield first, paid_on, owed
        first, owed = paid_on + ONE_DAY, balance - _received(payments, paid_on)
    if owed > 0 and first <= until_on:
        yield first, until_on, owed


def _received(payments: Sequence[DatedPayment], until_on: date) -> Decimal:
    return sum((payment.amount_eur for payment in payments if payment.on <= until_on), ZERO)


def b2b_lump_sum(due_on: date, on: date) -> Figure | None:
    """Forty euro for recovery costs as soon as interest is due, without notice. Source: law of 2002, art. 6."""
    if on <= due_on:
        return None
    row = rate("b2b_lump_sum", on)
    return figure("lump_sum", "Recovery costs", row.value, "fixed by law as soon as interest is due", row)


def due_on(received_on: date, agreed_days: int | None, on: date) -> date:
    """The last day to pay an invoice received on a day: the agreed term, at most 60 days, else 30.

    A longer term is deemed unwritten, then 30 days hold. Source: law of 2 August 2002, art. 4; law of
    14 August 2021.
    """
    lawful = int(rate("b2b_term_max", on).value)
    ordinary = int(rate("b2b_term", on).value)
    days = agreed_days if agreed_days is not None and agreed_days <= lawful else ordinary
    return received_on + timedelta(days=days)
