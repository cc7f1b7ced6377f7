"""What may be asked of a consumer who pays late: first a free reminder and fourteen days, then capped sums.

Source: CDE/WER Book XIX, art. XIX.2 to XIX.4 and XIX.15, in force 1 September 2023.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from typing import Literal

from domain.figures import Figure, figure
from domain.message import Message
from domain.money import ZERO, Eur, cents
from domain.periods import ONE_DAY, nth_working_day_after, working_day_not_saturday
from domain.rates import Rate, rate
from domain.rules.interest import DatedPayment, LateInterest, late_interest

Channel = Literal["post", "electronic"]


class ConsumerTerm(Message):
    """The fourteen days a first reminder gives."""

    sent_on: date
    starts_on: date
    """The first of the fourteen days."""
    last_on: date
    """The last of them: paying on this day is in time."""
    applicable_on: date
    """From this day on the clause applies."""


class ConsumerTerms(Message):
    """What the accepted terms say about late payment; both parties bound alike (art. VI.83, 24°)."""

    lump_sum_clause: bool = False
    interest_clause_percent: Decimal | None = None
    """The agreed yearly rate; the law caps it."""
    small_enterprise: bool = False
    """Whether the creditor is small (CSA art. 1:24 § 1): then interest may run from the day after sending."""


class ConsumerClaim(Message):
    """What may be claimed on a day."""

    on: date
    principal_eur: Eur
    interest: LateInterest | None = None
    lump_sum: Figure | None = None

    @property
    def total_eur(self) -> Decimal:
        """Everything together."""
        extra = self.lump_sum.amount_eur if self.lump_sum else ZERO
        return self.principal_eur + extra + (self.interest.amount_eur if self.interest else ZERO)


def grace_term(sent_on: date, channel: Channel) -> ConsumerTerm:
    """The fourteen days after a first reminder.

    They start on the third working day after sending by post, or on the calendar day after an electronic one.
    Whether a third working day that is a Saturday counts is not decided in the text: the next working day is
    taken, never earlier than the law. Source: CDE/WER art. XIX.2 § 1 and art. I.1, 9°.
    """
    if channel == "post":
        starts_on = working_day_not_saturday(nth_working_day_after(sent_on, 3))
    else:
        starts_on = sent_on + ONE_DAY
    days = timedelta(days=int(rate("b2c_reminder_term", sent_on).value))
    return ConsumerTerm(
        sent_on=sent_on, starts_on=starts_on, last_on=starts_on + days - ONE_DAY, applicable_on=starts_on + days
    )


class LumpSumScale(Message):
    """The three slices of an agreed compensation, as they are printed. Source: CDE/WER art. XIX.4, 2°."""

    first_eur: Eur
    first_up_to_eur: Eur
    second_eur: Eur
    second_percent: Decimal
    second_up_to_eur: Eur
    third_eur: Eur
    third_percent: Decimal
    most_eur: Eur


def lump_sum_scale(on: date) -> LumpSumScale:
    """The slices in force on a day."""
    rows = {
        "first_eur": "b2c_slice_1",
        "first_up_to_eur": "b2c_slice_1_up_to",
        "second_eur": "b2c_slice_2",
        "second_percent": "b2c_slice_2_percent",
        "second_up_to_eur": "b2c_slice_2_up_to",
        "third_eur": "b2c_slice_3",
        "third_percent": "b2c_slice_3_percent",
        "most_eur": "b2c_lump_sum_max",
    }
    return LumpSumScale(**{name: rate(row, on).value for name, row in rows.items()})


def lump_sum(balance: Decimal, on: date) -> Figure:
    """The most an agreed clause may ask for all amicable costs: three slices, two thousand at most.

    Source: CDE/WER art. XIX.4, 2°.
    """
    first, second = rate("b2c_slice_1_up_to", on).value, rate("b2c_slice_2_up_to", on).value
    if balance <= first:
        return _lump(balance, first, [rate("b2c_slice_1", on)], "fixed up to {limit} EUR")
    if balance <= second:
        slices = [rate("b2c_slice_2", on), rate("b2c_slice_2_percent", on)]
        return _lump(balance, first, slices, "{base} + {percent} % above {limit}")
    slices = [rate("b2c_slice_3", on), rate("b2c_slice_3_percent", on), rate("b2c_lump_sum_max", on)]
    return _lump(balance, second, slices, "{base} + {percent} % above {limit}, at most {top}")


def _lump(balance: Decimal, limit: Decimal, rows: list[Rate], why: str) -> Figure:
    """A slice's fixed part, then its percentage above the limit, then its ceiling, as far as it has them."""
    places = dict(zip(("base", "percent", "top"), (row.value for row in rows), strict=False))
    amount = rows[0].value
    if len(rows) > 1:
        amount = cents(amount + (balance - limit) * rows[1].fraction)
    amount = min(amount, places.get("top", amount))
    return figure("lump_sum", "Agreed compensation", amount, why, *rows, limit=limit, **places)


def consumer_claim(
    balance: Decimal,
    term: ConsumerTerm | None,
    terms: ConsumerTerms,
    on: date,
    *,
    payments: Iterable[DatedPayment] = (),
) -> ConsumerClaim:
    """What may be claimed on a day from a consumer; before the fourteen days are over, the balance only.

    `balance` is what was owed when the reminder was sent; payments since then reduce it. Without a clause only
    ordinary legal interest runs, here from the end of the fourteen days. Source: CDE/WER art. XIX.2 § 4, XIX.4.
    """
    received = list(payments)
    open_eur = max(balance - sum((payment.amount_eur for payment in received if payment.on <= on), ZERO), ZERO)
    if term is None or on < term.applicable_on:
        return ConsumerClaim(on=on, principal_eur=open_eur)
    owed_after_term = balance - sum((p.amount_eur for p in received if p.on <= term.last_on), ZERO)
    if owed_after_term <= 0:
        return ConsumerClaim(on=on, principal_eur=open_eur)
    return ConsumerClaim(
        on=on,
        principal_eur=open_eur,
        interest=_interest(balance, term, terms, on, received),
        lump_sum=lump_sum(owed_after_term, on) if terms.lump_sum_clause else None,
    )


def _interest(
    balance: Decimal, term: ConsumerTerm, terms: ConsumerTerms, on: date, payments: list[DatedPayment]
) -> LateInterest:
    if terms.interest_clause_percent is None:
        return late_interest(balance, term.last_on, on, payments=payments, rate_name="interest_civil")
    runs_after = term.sent_on if terms.small_enterprise else term.last_on
    cap = terms.interest_clause_percent
    return late_interest(balance, runs_after, on, payments=payments, at_most_percent=cap)
