"""The invoice: numbered without a gap, as Peppol UBL and PDF, sent to the client."""

from datetime import date
from typing import ClassVar, Literal

from domain.errors import Decider, Refusal
from domain.message import Message
from domain.money import ZERO, Eur

VatCategory = Literal["S", "AE", "G", "O", "E", "Z"]
DocumentKind = Literal["deposit", "balance", "invoice", "credit_note", "debit_note"]


class InvoiceLine(Message):
    """One printed line."""

    label: str
    quantity: int = 1
    unit_price_eur: Eur
    net_eur: Eur


class InvoiceRequest(Message):
    """One document of the invoice schedule."""

    kind: DocumentKind
    client_id: str
    client_version: int
    issue_on: date
    due_on: date
    delivered_on: date
    lines: tuple[InvoiceLine, ...]
    vat_category: VatCategory
    vat_rate_percent: Eur
    vat_mention: str | None = None
    """The key of the legal mention that must be printed."""
    net_eur: Eur
    vat_eur: Eur
    total_eur: Eur
    prepaid_eur: Eur = ZERO
    purchase_order: str | None = None
    language: Literal["fr", "nl", "en"] = "fr"
    credits: str | None = None
    """The number of the invoice a credit note corrects."""
    collect: bool = True


class IssuedInvoice(Message):
    """The document that went out."""

    invoice_id: str
    number: str
    structured_communication: str
    total_eur: Eur
    payable_eur: Eur
    due_on: date
    document: str | None = None
    sent_by: Literal["peppol", "mail"] | None = None
    message_id: str | None = None

    def told(self) -> dict[str, str]:
        """The number, the amount and the day it is due."""
        return {"number": self.number, "total": str(self.payable_eur), "due_on": self.due_on.isoformat()}


class ClientAddressIncomplete(Refusal):
    """The invoice lacks something the law asks for."""

    text = "The client's {field} is missing: the invoice cannot be issued."
    decided_by: ClassVar[Decider] = "member"


class ReceiverRejected(Refusal):
    """The access point refused the document."""

    text = "The access point refused the invoice: {detail}"
    decided_by: ClassVar[Decider] = "ops"
