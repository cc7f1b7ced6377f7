"""Money a client paid above what is owed: given back through a payment batch, or kept because the client agrees."""

from typing import ClassVar, Literal

from domain.errors import Decider, Refusal
from domain.message import Message
from domain.money import ZERO, Eur

CreditKind = Literal["refund", "invoice", "keep"]


class OwedBack(Message):
    """What is owed back to the client of one job."""

    job_id: str
    entity: str
    client_id: str
    owed_eur: Eur
    """Not decided yet."""
    under_way_eur: Eur = ZERO
    """Refunds on the list, in a batch or at the bank."""
    numbers: tuple[str, ...] = ()
    """The invoices of the job."""
    payee_name: str | None = None
    payee_iban: str | None = None
    """Who the money came from, and the account it came from."""


class CreditWish(Message):
    """What a person decides about money that is owed back, or about a part of it."""

    kind: CreditKind
    """Given back, taken for another invoice of the same client, or kept because the client agrees."""
    amount_eur: Eur
    payee_name: str = ""
    iban: str = ""
    """For a refund; left out, the account the money came from."""
    invoice: str = ""
    """The number or id of the other invoice."""


class LessIsOwedBack(Refusal):
    """More would be given back than is owed."""

    text = "{owed} EUR of this job are owed back to the client, not {wanted} EUR."
    decided_by: ClassVar[Decider] = "finance"


class NoAccountToRefund(Refusal):
    """Nobody knows where the money should go."""

    text = "A refund needs the holder and the account number (IBAN) it goes to."
    decided_by: ClassVar[Decider] = "finance"


class NotThatInvoice(Refusal):
    """The money cannot be taken for this invoice."""

    text = "Invoice {number} is no open invoice of this client, or asks for less than {wanted} EUR."
    decided_by: ClassVar[Decider] = "finance"
