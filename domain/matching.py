"""What a person says a movement on the account is, when nobody recognised it; and why that cannot be."""

from typing import ClassVar, Literal

from domain.errors import Decider, Refusal
from domain.message import Message
from domain.money import Eur

PartKind = Literal["invoice", "late_costs", "payment", "claim", "job", "costs", "between"]


class PartWish(Message):
    """What a person says a movement, or a part of it, is."""

    kind: PartKind
    """An invoice of ours (of money that went out: it is owed again), interest and costs of one, a payment of ours,
    an insurer's claim, money for a job without an invoice, costs of the account, or money between our entities."""
    subject_id: str = ""
    """The invoice's id or number, the payment's id, the insurer's number of the claim, the job's id, the other
    entity's short name; none for costs."""
    amount_eur: Eur
    """Above zero, whichever way the movement went."""


class MatchedPart(PartWish):
    """A part as it was matched, with who said so and why."""

    n: int
    by: str
    reason: str


class NotToBeMatched(Refusal):
    """The movement is recognised already."""

    text = "This movement of {amount} EUR is recognised already: only what nobody knows is matched by hand."
    decided_by: ClassVar[Decider] = "finance"


class PartsDoNotFit(Refusal):
    """The parts are more than the movement."""

    text = "The parts add up to {parts} EUR; only {left} EUR of this movement are open."
    decided_by: ClassVar[Decider] = "finance"


class WrongDirection(Refusal):
    """Money that went out is no income of a job."""

    text = "A movement of {amount} EUR cannot be {kind}: the money went the other way."
    decided_by: ClassVar[Decider] = "finance"


class MoreThanIsOwed(Refusal):
    """The invoice asks for less."""

    text = "Invoice {number} asks for {open} EUR, not for {part} EUR: leave the rest open or name another one."
    decided_by: ClassVar[Decider] = "finance"


class MoreThanCameIn(Refusal):
    """Less came in for the invoice than is said to have gone back, or more than it asked for."""

    text = "For invoice {number} {received} EUR came in: {part} EUR cannot have gone back of what it asked for."
    decided_by: ClassVar[Decider] = "finance"


class PaymentDoesNotFit(Refusal):
    """The payment has another amount, or is not on its way."""

    text = "Payment {payment} is {state} with {amount} EUR: this movement cannot be it."
    decided_by: ClassVar[Decider] = "finance"


class NoSuchSubject(Refusal):
    """Nothing of ours has this name."""

    text = "There is no {kind} called {subject}."
    decided_by: ClassVar[Decider] = "finance"
