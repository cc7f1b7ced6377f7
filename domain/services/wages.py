"""The wage of one crew member: computed, ordered at the bank, done when booked."""

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import ClassVar, Literal

from domain.errors import Decider, Refusal
from domain.frame import Flaw, JobFrame, in_order
from domain.message import Message
from domain.money import ZERO, Eur
from domain.periods import day_in_brussels


class WagesRequest(Message):
    """What one crew member is paid for the job, or for one month of a contract that is paid by the month."""

    person_id: str
    gross_eur: Eur
    chain: Literal["artist", "manual", "employee", "student"]
    withholding: Literal["prudent", "flat"] = "prudent"
    """Set for the person by an adviser; the prudent one while nobody has."""
    days: int
    minutes: int | None = None
    """Working time of all the days, breaks taken off."""
    last_day_on: date
    pay_on: date
    """The promised day, counted from this person's last day."""
    answer_by: datetime
    """The latest lawful day, after which the missing booking is loud."""
    remind_at: tuple[datetime, ...] = ()
    function: str = ""
    joint_committee: str = ""
    language: Literal["fr", "nl"] | None = None
    """The language of the contract, which the pay statement speaks too. Source: laws of 18 July 1966, art. 52."""
    first_day_on: date | None = None
    leaving: bool = True
    """Whether the employment ends with the job: then holiday pay is due with this pay."""
    earlier_eur: Eur = ZERO
    """The gross that months before it pay of the same contract."""
    contract_ends_on: date | None = None
    """The last day of the contract, when it is paid by the month."""

    @property
    def costed_on(self) -> date:
        """The day whose coefficient the quote reckoned with: the contract's last."""
        return self.contract_ends_on or self.last_day_on

    def after(self, paid_eur: Decimal) -> "WagesRequest":
        """The same once it is known what months before it were paid: what is earned by its end and not paid yet.
        Nothing is taken back. Source: law of 12 April 1965, art. 23."""
        if paid_eur == self.earlier_eur:
            return self
        owed = max(self.earlier_eur + self.gross_eur - paid_eur, ZERO)
        return self.model_copy(update={"gross_eur": owed, "earlier_eur": paid_eur})


class WagePayment(Message):
    """The pay statement and its payment."""

    net_eur: Eur = ZERO
    cost_eur: Eur = ZERO
    """Both as the pay is computed, also when it was paid by hand."""
    pay_statement: str | None = None
    payment_id: str | None = None
    booked_on: date | None = None
    transferred_eur: Eur | None = None
    """What was paid by hand, as the bank shows it."""

    def story_values(self) -> dict[str, str]:
        """Nothing of the net pay, which is private."""
        return {"booked_on": str(self.booked_on or "-")}


class PaymentReturned(Refusal):
    """The bank gave the payment back."""

    text = "The bank returned the payment: {reason}"
    decided_by: ClassVar[Decider] = "finance"


class NoBankAccount(Refusal):
    """The person has not given a bank account."""

    text = "No bank account is known for this person."
    decided_by: ClassVar[Decider] = "member"


class NotBookedInTime(Refusal):
    """The bank has not booked the payment by the latest lawful day."""

    text = "The bank has not booked the payment by {answer_by}."
    decided_by: ClassVar[Decider] = "finance"


class PaidInTheFuture(Refusal):
    """What is to be paid is not paid by hand."""

    text = "It is said to be paid on {on}, which has not come yet: say it once the bank has booked it."
    decided_by: ClassVar[Decider] = "finance"


class AlreadyPaidOut(Refusal):
    """A changed wage or note would be a second payment."""

    text = "A payment for this has already gone to the bank: what differs is settled by hand."
    decided_by: ClassVar[Decider] = "finance"


def sound(request: WagesRequest, _: JobFrame | None) -> Iterator[Flaw]:
    """What is wrong with an edited request, by this service's own rules and the job it belongs to."""
    yield from in_order(last_day_on=request.last_day_on, pay_on=request.pay_on)
    yield from in_order(pay_on=request.pay_on, answer_by=day_in_brussels(request.answer_by))
