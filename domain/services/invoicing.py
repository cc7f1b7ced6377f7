"""The invoice: numbered without a gap, as Peppol UBL and PDF, sent to the client."""

from collections.abc import Iterator
from datetime import date
from typing import ClassVar, Final, Literal

from domain.errors import Decider, Refusal
from domain.frame import NO_SUCH_VERSION, Flaw, JobFrame, in_order
from domain.message import Message
from domain.money import ZERO, Eur

VatCategory = Literal["S", "AE", "G", "O", "E", "Z"]
SentBy = Literal["peppol", "mail", "by_hand"]
Series = Literal["invoice", "credit", "debit", "by_hand"]
"""`by_hand`: made outside under a number of its own, so that no series of ours gets a gap."""
DocumentKind = Literal["deposit", "balance", "invoice", "credit_note", "debit_note"]
CANCELLATION: Final = "cancellation"
"""The document that asks for the fee of a client who cancelled."""
FEE_STEP: Final = f"invoicing:{CANCELLATION}"
"""Its step: taken because the job stops, and carried on while it does."""
ClaimedAs = Literal["compensation", "price"]
"""A fee for cancelling: by debit note without VAT, or the price of a service, invoiced with its VAT."""


class InvoiceLine(Message):
    """One printed line."""

    label: str
    description: str | None = None
    """What was done, in the member's words."""
    quantity: int = 1
    unit_price_eur: Eur
    net_eur: Eur


class CancellationClaim(Message):
    """What the accepted table says a client owes for cancelling, and how the cancelled price was taxed."""

    days_before: int
    """Days from the cancellation to the first start."""
    percent: Eur
    price_eur: Eur
    """The agreed price without VAT."""
    fee_eur: Eur
    vat_category: VatCategory
    vat_rate_percent: Eur
    vat_mention: str | None = None
    source: str
    verified: bool = False

    @property
    def usual(self) -> ClaimedAs:
        """What an adviser usually decides: below the price a compensation, all of it a price."""
        return "price" if self.fee_eur >= self.price_eur else "compensation"


class InvoiceRequest(Message):
    """One document of the invoice schedule."""

    kind: DocumentKind
    client_id: str
    client_version: int
    issue_on: date
    due_on: date
    delivered_on: date
    """The last day of the performance."""
    performed_from: date | None = None
    """Its first day; None in requests from before it was kept."""
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
    """Whether we remind the client; when the member does, its money is awaited all the same."""
    vat_included: bool = False
    """The price was agreed with VAT: the total is what was agreed, and the VAT is taken out of it."""
    last: bool | None = None
    """Whether nothing is left to invoice after it; None in requests that do not say: then its kind tells."""

    cancellation: CancellationClaim | None = None
    """Of the fee that a client owes for cancelling: what it is made of."""
    claimed_as: ClaimedAs | None = None
    """What an adviser decided the fee is; None while nobody has."""

    @property
    def ends_the_schedule(self) -> bool:
        """Whether this document is the last of the job's price."""
        return self.kind in ("invoice", "balance") if self.last is None else self.last


class IssuedInvoice(Message):
    """The document that went out."""

    invoice_id: str = ""
    number: str
    structured_communication: str = ""
    """The reference the client is asked to name; made here when a document by hand bears none."""
    total_eur: Eur
    payable_eur: Eur
    due_on: date
    document: str | None = None
    sent_by: SentBy | None = None
    message_id: str | None = None
    issued_on: date | None = None
    """Of a document made by hand: the day it bears."""
    net_eur: Eur | None = None
    vat_eur: Eur | None = None
    """Of a document made by hand: what of its total is VAT."""
    unreached: bool = False
    """The client should be on Peppol and could not be reached there: it went by e-mail."""

    def story_values(self) -> dict[str, str]:
        """The number, the amount and the day it is due; that it went by mail where Peppol was expected."""
        shown = {"number": self.number, "total": str(self.payable_eur), "due_on": self.due_on.isoformat()}
        return shown | ({"about": "by_mail"} if self.unreached else {})


class CreditedByHand(Message):
    """A credit note that somebody made outside: what stands on it."""

    number: str
    """As it is printed; of no series of ours."""
    issued_on: date
    net_eur: Eur
    vat_eur: Eur
    total_eur: Eur
    """With VAT; a credit note takes all of its invoice back."""


class InvoiceDraft(Message):
    """What an invoice will say, before it has its number."""

    order_key: str
    invoice_id: str
    job_id: str
    entity: str
    prefix: str
    """What stands before year and number, for instance `AI` or `AI-CN`."""
    abroad: bool = False
    """Whether the client pays from another country: only Belgian banks know the Belgian reference."""
    series: Series = "invoice"
    kind: DocumentKind
    client_id: str
    client_version: int
    issued_on: date
    due_on: date
    net_eur: Eur
    vat_eur: Eur
    total_eur: Eur
    payable_eur: Eur
    credits: str | None = None
    """The id of the invoice a credit note corrects."""
    payment_reference: str | None = None
    """A credit note keeps the reference of its invoice; everything else gets its own."""


class KeptInvoice(InvoiceDraft):
    """A numbered invoice as it is kept."""

    number: str
    payment_reference: str = ""
    document: str | None = None
    xml: str | None = None
    sent_by: SentBy | None = None
    message_id: str | None = None
    credited_eur: Eur = ZERO
    credited_net_eur: Eur = ZERO
    """The same without VAT."""
    """What credit notes have taken off."""

    def issued(self) -> IssuedInvoice:
        """The same as the step's result."""
        return IssuedInvoice(
            invoice_id=self.invoice_id,
            number=self.number,
            structured_communication=self.payment_reference,
            total_eur=self.total_eur,
            payable_eur=self.payable_eur,
            due_on=self.due_on,
            document=self.document,
            sent_by=self.sent_by,
            message_id=self.message_id,
        )


class CancellationFeeUndecided(Refusal):
    """A client who cancelled owes a fee, and an adviser says whether it bears VAT.

    Source: CJEU C-277/05 (a lump sum for withdrawing is no price); C-295/17, C-242/18 and C-43/19 (what equals the
    price for what was agreed, or for a place kept free, is the price of a service). Secondary sources, unverified.
    """

    text = (
        "The client cancelled {days} days before the start: by the accepted table {percent} % of {price} EUR are "
        "owed, {fee} EUR. Say in claimed_as what it is. A lump sum below the price is a compensation: debit note "
        "without VAT. An amount equal to the price, or a slot kept free for this client, is the price of a "
        "service: invoice with VAT. Usual here: {usual}."
    )
    decided_by: ClassVar[Decider] = "advisor"


class AmountsDoNotAddUp(Refusal):
    """The lines, the VAT and the total of an invoice disagree by a cent or more."""

    text = "The invoice does not add up: {what} should be {right} EUR and is {stated} EUR."


class AlreadyIssued(Refusal):
    """A changed invoice would be a second one."""

    text = "Invoice {number} has already been sent: only a credit note can change it."


class NothingLeftToInvoice(Refusal):
    """The price is invoiced already."""

    text = "The price is invoiced already, by {numbers}: nothing is left to invoice. A credit note makes room."
    decided_by: ClassVar[Decider] = "finance"


class CreditAboveInvoice(Refusal):
    """A credit note would give back more than its invoice asked for."""

    text = "Invoice {number} has {left} EUR left to credit, not {wanted} EUR."
    decided_by: ClassVar[Decider] = "finance"


class NothingIssued(Refusal):
    """No number was taken for it."""

    text = "Nothing was issued for this order."


class CreditsOtherTotal(Refusal):
    """A credit note made outside is not for the amount of its invoice."""

    text = "Invoice {number} is of {total} EUR, and its credit note of {wanted} EUR: it takes all of it back."
    decided_by: ClassVar[Decider] = "finance"


class InvoiceToCreditUnknown(Refusal):
    """A credit note names an invoice we have not issued."""

    text = "There is no invoice {number} to credit."


class NumberNotForThis(Refusal):
    """The number of a document made by hand cannot be this document's."""

    text = "This number cannot be this document's."
    decided_by: ClassVar[Decider] = "finance"


class NumberOfOurSeries(NumberNotForThis):
    """Made outside it would leave a gap, or be there twice, in a series that has neither."""

    text = "Number {number} is of our own series: number it apart, as in a book kept by hand."


class NumberInUse(NumberNotForThis):
    """Another document has it."""

    text = "Number {number} is another document's already, of job {job}."


class ReferenceInUse(NumberNotForThis):
    """Its money would be taken for another one's."""

    text = "Invoice {other} asks for money under the same reference as number {number}."


class NumberedAlready(NumberNotForThis):
    """It has a number of ours, which would be lost."""

    text = "This document is {ours} of {total} EUR already: make it under that number, not under {number}."


class MoreThanAgreed(Refusal):
    """A document made by hand asks for more than is left of the price."""

    text = "{total} EUR stand on it, and only {left} EUR of the agreed price are left to invoice."
    decided_by: ClassVar[Decider] = "finance"


class ClientAddressIncomplete(Refusal):
    """The invoice lacks something the law asks for."""

    text = "The client's {field} is missing: the invoice cannot be issued."
    decided_by: ClassVar[Decider] = "member"


class ReceiverRejected(Refusal):
    """The access point refused the document."""

    text = "The access point refused the invoice: {detail}"
    decided_by: ClassVar[Decider] = "ops"


def sound(request: InvoiceRequest, _: JobFrame | None) -> Iterator[Flaw]:
    """What is wrong with an edited request, by this service's own rules and the job it belongs to."""
    yield from in_order(issue_on=request.issue_on, due_on=request.due_on)
    if request.claimed_as is not None and request.cancellation is None:
        yield Flaw(("claimed_as",), "this document asks for no cancellation fee")
    if request.client_version < 1:
        yield Flaw(("client_version",), NO_SUCH_VERSION)
