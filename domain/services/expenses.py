"""Expenses of one crew member: kilometres, per diem and receipts, paid beside the wage."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import ClassVar

from domain.errors import Decider, Refusal
from domain.frame import PREPARING, Flaw, JobFrame, in_order, near
from domain.message import Message
from domain.money import ZERO, Eur
from domain.periods import day_in_brussels


class ExpenseLine(Message):
    """One expected or real expense."""

    kind: str
    """`kilometres`, `per_diem` or `receipt`."""
    label: str
    amount_eur: Eur
    on: date
    rate_id: str | None = None
    document: str | None = None


class ExpensesRequest(Message):
    """What one crew member is paid back."""

    person_id: str
    lines: tuple[ExpenseLine, ...]
    pay_on: date
    """The promised day: the same as the wage's."""
    answer_by: datetime
    remind_at: tuple[datetime, ...] = ()


class ExpensePayment(Message):
    """The expense note and its payment."""

    amount_eur: Eur = ZERO
    note: str | None = None
    payment_id: str | None = None
    booked_on: date | None = None
    transferred_eur: Eur | None = None
    """What was paid back by hand, as the bank shows it."""

    def story_values(self) -> dict[str, str]:
        """The amount."""
        return {"amount": str(self.amount_eur)}


class ExpenseAboveRule(Refusal):
    """An expense is above what the rules shown beforehand allow."""

    text = "{label}: {amount} EUR is above the allowed {allowed} EUR."
    decided_by: ClassVar[Decider] = "advisor"


class ExpenseTooLate(Refusal):
    """An expense of an earlier year is handed in after its last day."""

    text = "{label}: expenses of {year} had to be handed in by {last}."
    decided_by: ClassVar[Decider] = "advisor"


class ExpenseInTheFuture(Refusal):
    """An expense is dated after the day on which it is paid back."""

    text = "{label}: dated {on}, which has not come yet."
    decided_by: ClassVar[Decider] = "member"


class NothingSpent(Refusal):
    """An expense of nothing, or less."""

    text = "{label}: {amount} EUR was not spent."
    decided_by: ClassVar[Decider] = "member"


class ReceiptMissing(Refusal):
    """A receipt is claimed and not handed in."""

    text = "{label}: the receipt is missing."
    decided_by: ClassVar[Decider] = "member"


def spent_by(request: ExpensesRequest, day: date) -> ExpensesRequest | None:
    """What of it was spent by a day; None when nothing was. Whoever does not go does not spend what lies ahead."""
    spent = tuple(line for line in request.lines if line.on <= day)
    return request.model_copy(update={"lines": spent}) if spent else None


def sound(request: ExpensesRequest, job: JobFrame | None) -> Iterator[Flaw]:
    """What is wrong with an edited request, by this service's own rules and the job it belongs to."""
    for line in request.lines:
        if line.amount_eur <= ZERO:
            yield Flaw(("lines",), f"{line.label}: {line.amount_eur} EUR pays nothing back; say what was spent")
        yield from near(job, PREPARING, lines=line.on)
    yield from in_order(pay_on=request.pay_on, answer_by=day_in_brussels(request.answer_by))
