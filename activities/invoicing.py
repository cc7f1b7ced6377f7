"""Invoicing: numbered, printed, filed, booked, sent, and its money awaited."""

from temporalio import activity

from activities.invoicing_by_hand import BillingByHand, credit_drafted, credit_lacking, drafted, lacking
from activities.step import AT_ONCE, HELD, PARTNER, BackByHand, Step, Verb
from domain.orders import NO_ITEM, StepOrder
from domain.services.debt_collection import DebtCollectionRequest
from domain.services.invoicing import CreditedByHand, InvoiceRequest, IssuedInvoice, NothingIssued, sound


class Invoicing(BillingByHand):
    """Issues the documents of a job's invoice schedule."""

    @activity.defn(name="invoicing.issue")
    async def issue(self, order: StepOrder[InvoiceRequest]) -> IssuedInvoice:
        """Number the invoice, print and file it, and book it."""
        order = await self._as_decided(order)
        credited = await self._credited(order)
        kept = await self._written(order, order.key, order.request, credited)
        await self._books.book(order, kept, credited)
        return kept.issued()

    @activity.defn(name="invoicing.send")
    async def send(self, order: StepOrder[InvoiceRequest]) -> IssuedInvoice:
        """Send it by Peppol when the client is on the network, else by e-mail."""
        kept = await self._sent(order, await self._issued(order.key))
        await self._schedule_ends(order)
        client = await self._clients.client(kept.client_id, kept.client_version)
        unreached = kept.sent_by == "mail" and kept.kind != "debit_note" and client.participant is not None
        return kept.issued().model_copy(update={"unreached": unreached})

    @activity.defn(name="invoicing.start_collection")
    async def start_collection(self, order: StepOrder[InvoiceRequest]) -> IssuedInvoice:
        """Let somebody wait for the money; what was sent by hand meets its deadline here."""
        kept = await self._whole(order.key)
        await self._schedule_ends(order)
        if kept.payable_eur > 0 and kept.kind != "credit_note":
            client = await self._clients.client(kept.client_id, kept.client_version)
            card = await self._jobs.card(order.job_id)
            await self._collections.start(
                job_id=order.job_id,
                entity=order.entity,
                request=DebtCollectionRequest(
                    invoice_id=kept.invoice_id,
                    number=kept.number,
                    client_id=kept.client_id,
                    client_version=kept.client_version,
                    member_id=card.member_id,
                    payable_eur=kept.payable_eur,
                    due_on=kept.due_on,
                    consumer=client.kind == "private_person",
                    language=order.request.language,
                    reminded=order.request.collect,
                ),
            )
        return kept.issued()

    async def _schedule_ends(self, order: StepOrder[InvoiceRequest]) -> None:
        """The last invoice of a job is with the client: its deadline is met, the first time."""
        if order.request.ends_the_schedule:
            await self._deadlines.met(order.job_id, "invoice_issued", NO_ITEM, self._clock.now())

    @activity.defn(name="invoicing.book_by_hand")
    async def book_by_hand(self, order: StepOrder[InvoiceRequest]) -> IssuedInvoice:
        """Keep and book what somebody made or sent outside, and let its money be awaited like any other's."""
        done = IssuedInvoice.model_validate(order.by_hand)
        if done.document is None:
            await self._kept_by_hand(order, done)
        return await self.start_collection(order)

    @activity.defn(name="invoicing.look_up")
    async def look_up(self, order: StepOrder[InvoiceRequest]) -> IssuedInvoice:
        """The document this order has its number for, made whole; NothingIssued when it has none."""
        if await self._invoices.of_order(order.key) is None:
            raise NothingIssued
        return await self.issue(order)

    @activity.defn(name="invoicing.credit_by_hand")
    async def credit_by_hand(self, order: StepOrder[InvoiceRequest]) -> IssuedInvoice:
        """Keep and book the credit note somebody made outside; nobody waits for the invoice's money any more."""
        return (await self._credit_by_hand(order, CreditedByHand.model_validate(order.by_hand))).issued()

    @activity.defn(name="invoicing.credit")
    async def credit(self, order: StepOrder[InvoiceRequest]) -> IssuedInvoice:
        """Take all that this invoice asked for back, with a credit note that has its own number."""
        invoice = await self._whole(order.key)
        order = await self._as_decided(order, issued=invoice)
        request = order.request.model_copy(update={"kind": "credit_note", "credits": invoice.number})
        kept = await self._written(order, order.key_for("credit"), request, invoice)
        await self._books.book(order, kept, invoice)
        kept = await self._sent(order, kept)
        await self._collections.nudge(invoice.invoice_id)
        return kept.issued()


PRINTED = {
    "client_version": "the client's corrected address; what went out keeps its own version",
    "issue_on": HELD,
    "due_on": HELD,
    "purchase_order": "the client's own number, which the client corrects",
    "language": "each document says its own language",
}


def sent_invoice(booking: IssuedInvoice) -> str | None:
    """The invoice the client has; only a credit note changes it."""
    return booking.number if booking.sent_by else None


STEP = Step(
    name="invoicing",
    request=InvoiceRequest,
    booking=IssuedInvoice,
    partners=("peppol", "mail"),
    on_paper=True,
    question="IssuedInvoice",
    confirm=(
        Verb(Invoicing.issue, AT_ONCE),
        Verb(Invoicing.send, PARTNER),
        Verb(Invoicing.start_collection, AT_ONCE),
    ),
    correct=Verb(Invoicing.credit, PARTNER),
    looked_up=Verb(Invoicing.look_up, AT_ONCE),
    essential=True,
    skippable=False,
    editable={
        **PRINTED,
        "collect": "whether its client is reminded is nobody else's",
        "claimed_as": "what a cancellation fee is: no other step asks for one",
    },
    printed=frozenset({*PRINTED, "claimed_as"}),
    signed=sent_invoice,
    by_hand_goes_on=frozenset({"send"}),
    lacking=lacking,
    drafted=drafted,
    record=Verb(Invoicing.book_by_hand, AT_ONCE),
    back_by_hand=BackByHand(
        CreditedByHand, Verb(Invoicing.credit_by_hand, AT_ONCE), credit_lacking, credit_drafted
    ),
    recorded_since="invoices-by-hand",
    sound=sound,
)
