"""Invoices and credit notes made outside: numbered there, kept and booked here like every other."""

import re
from decimal import Decimal
from typing import Any

from activities.invoicing_desk import Billing, invoice_id_of
from domain.money import ZERO, cents
from domain.orders import StepOrder
from domain.remittance import payment_reference_in
from domain.services.invoicing import (
    CreditedByHand,
    CreditsOtherTotal,
    InvoiceDraft,
    InvoiceRequest,
    IssuedInvoice,
    KeptInvoice,
    MoreThanAgreed,
)

InvoiceOrder = StepOrder[InvoiceRequest]
UNFIT = re.compile(r"[^A-Za-z0-9._-]+")
"""Signs of a number that no file's name holds."""


class BillingByHand(Billing):
    """What the invoice desk does with a document somebody made outside."""

    async def _kept_by_hand(self, order: InvoiceOrder, done: IssuedInvoice) -> KeptInvoice:
        """Keep an invoice or a debit note under the number it bears, and book it; once per order."""
        credited = await self._credited(order)
        kept = await self._invoices.of_order(order.key)
        if kept is None or kept.sent_by != "by_hand":
            await self._within_the_price(order, done)
            draft = await self._draft_by_hand(order, order.key, order.request, done, credited)
            kept = await self._invoices.by_hand(
                draft, done.number.strip(), _reference(done), order.evidence or "", order.replaces
            )
        kept = await self._filed_by_hand(order, order.key, kept)
        await self._books.book(order, kept, credited)
        return kept

    async def _filed_by_hand(self, order: InvoiceOrder, key: str, kept: KeptInvoice) -> KeptInvoice:
        """The paper somebody handed in as its proof is the document: the client reads it, and whoever is given the
        papers of a debt. Of a proof that is no file, or no PDF, there is only the reference."""
        if not order.evidence or kept.document != order.evidence:
            return kept
        try:
            content = await self._papers.read(order.job_id, order.evidence)
        except KeyError:
            return kept
        if not content.startswith(b"%PDF"):
            return kept
        document = await self._papers.file(
            job_id=order.job_id,
            step=order.step,
            name=f"{UNFIT.sub('-', kept.number)}.pdf",
            kind=kept.kind,
            media_type="application/pdf",
            content=content,
            audience=("client", "member", "advisor", "ops"),
            order_key=key,
        )
        await self._invoices.filed(kept.invoice_id, document, None)
        return kept.model_copy(update={"document": document})

    async def _credit_by_hand(self, order: InvoiceOrder, done: CreditedByHand) -> KeptInvoice:
        """Keep a credit note under the number it bears, and book it; once per order."""
        invoice = await self._whole(order.key)
        key = order.key_for("credit")
        kept = await self._invoices.of_order(key)
        if kept is None or kept.sent_by != "by_hand":
            if done.total_eur != invoice.total_eur:
                raise CreditsOtherTotal(
                    number=invoice.number, total=str(invoice.total_eur), wanted=str(done.total_eur)
                )
            request = order.request.model_copy(update={"kind": "credit_note", "credits": invoice.number})
            draft = await self._draft_by_hand(order, key, request, _as_issued(done), invoice)
            kept = await self._invoices.by_hand(
                draft, done.number.strip(), invoice.payment_reference, order.evidence or "", None
            )
        kept = await self._filed_by_hand(order, key, kept)
        await self._books.book(order, kept, invoice)
        await self._collections.nudge(invoice.invoice_id)
        return kept

    async def _within_the_price(self, order: InvoiceOrder, done: IssuedInvoice) -> None:
        deposits = await self._books.taken_off(order, order.request)
        left = order.request.total_eur - sum((one.total_eur for one in deposits), ZERO)
        if done.total_eur > left:
            raise MoreThanAgreed(total=str(done.total_eur), left=str(left))

    async def _draft_by_hand(
        self,
        order: InvoiceOrder,
        key: str,
        request: InvoiceRequest,
        done: IssuedInvoice,
        credited: KeptInvoice | None,
    ) -> InvoiceDraft:
        entity, client = await self._entities.entity(order.entity), request.client_id
        country = (await self._clients.client(client, request.client_version)).country
        net_eur = done.total_eur if done.net_eur is None else done.net_eur
        return InvoiceDraft(
            order_key=key,
            invoice_id=invoice_id_of(key),
            job_id=order.job_id,
            entity=order.entity,
            prefix=entity.invoice_prefix,
            series="by_hand",
            kind=request.kind,
            client_id=client,
            client_version=request.client_version,
            issued_on=done.issued_on or request.issue_on,
            due_on=done.due_on,
            net_eur=net_eur,
            vat_eur=done.total_eur - net_eur,
            total_eur=done.total_eur,
            payable_eur=done.total_eur,
            credits=credited.invoice_id if credited else None,
            payment_reference=credited.payment_reference if credited else None,
            abroad=country != "BE",
        )


def _reference(done: IssuedInvoice) -> str:
    """As it is kept: Belgian digits, or RF and its digits."""
    return payment_reference_in(done.structured_communication) or ""


def _as_issued(done: CreditedByHand) -> IssuedInvoice:
    return IssuedInvoice(
        number=done.number,
        issued_on=done.issued_on,
        net_eur=done.net_eur,
        vat_eur=done.vat_eur,
        total_eur=done.total_eur,
        payable_eur=done.total_eur,
        due_on=done.issued_on,
    )


def credit_lacking(_: InvoiceRequest, invoice: IssuedInvoice | None, done: CreditedByHand) -> str | None:
    """What a credit note made outside does not say, or says wrongly: it takes the whole invoice back."""
    if not done.number.strip():
        return "number: say the number that stands on the credit note"
    if min(done.net_eur, done.vat_eur) < ZERO or done.total_eur <= ZERO:
        return "total_eur: the amounts of a credit note are written without a minus; no part of it is below zero"
    if done.net_eur + done.vat_eur != done.total_eur:
        right = done.net_eur + done.vat_eur
        return f"total_eur: {done.net_eur} and {done.vat_eur} of VAT are {right} EUR, not {done.total_eur}"
    if invoice is not None and done.total_eur != invoice.total_eur:
        return (
            f"total_eur: invoice {invoice.number} asks for {invoice.total_eur} EUR; its credit note takes all back"
        )
    return None


def credit_drafted(request: InvoiceRequest, invoice: IssuedInvoice) -> dict[str, Any]:
    """The amounts of the invoice; number and day of the credit note are still to be said."""
    rate = request.vat_rate_percent
    vat_eur = cents(invoice.total_eur * rate / (100 + rate)) if invoice.vat_eur is None else invoice.vat_eur
    amounts = {"net_eur": invoice.total_eur - vat_eur, "vat_eur": vat_eur, "total_eur": invoice.total_eur}
    return {name: str(amount) for name, amount in amounts.items()}


def lacking(request: InvoiceRequest, done: IssuedInvoice) -> str | None:
    """What a document made outside does not say, or says wrongly; one we issued is whole."""
    if done.document is not None:
        return None
    if not done.number.strip() or done.issued_on is None or done.net_eur is None or done.vat_eur is None:
        return (
            "number, issued_on, net_eur, vat_eur: say what stands on the invoice: its number, its day, the price "
            "without VAT, the VAT and the total"
        )
    if done.due_on < done.issued_on:
        return f"due_on: {done.due_on} comes before the day of the invoice, {done.issued_on}"
    if min(done.net_eur, done.vat_eur) < ZERO or done.total_eur <= ZERO:
        return "total_eur: an invoice asks for something, and no part of it is below zero"
    if done.structured_communication and payment_reference_in(done.structured_communication) is None:
        return "structured_communication: this is no valid reference; leave it out when the invoice bears none"
    return _sums(request, done, done.net_eur, done.vat_eur)


def drafted(request: InvoiceRequest) -> IssuedInvoice:
    """The invoice as it would have been issued; its number and its day are still to be said."""
    return IssuedInvoice(
        number="",
        net_eur=request.net_eur,
        vat_eur=request.vat_eur,
        total_eur=request.total_eur,
        payable_eur=request.total_eur,
        due_on=request.due_on,
    )


def _sums(request: InvoiceRequest, done: IssuedInvoice, net_eur: Decimal, vat_eur: Decimal) -> str | None:
    if net_eur + vat_eur != done.total_eur or done.payable_eur != done.total_eur:
        return f"total_eur: {net_eur} and {vat_eur} of VAT are {net_eur + vat_eur} EUR, to be paid whole; say that"
    if abs(vat_eur - cents(net_eur * request.vat_rate_percent / 100)) > CENT:
        return (
            f"vat_eur: the VAT of this job is {request.vat_rate_percent} %; a credit note and a right one mend it"
        )
    if done.total_eur > request.total_eur:
        return f"total_eur: the client agreed to {request.total_eur} EUR; move the job to the new price first"
    return None


CENT = Decimal("0.01")
"""What rounding line by line may leave."""
