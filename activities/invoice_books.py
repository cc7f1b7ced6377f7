"""What a numbered document does to the books: one posting per number, and fees that add up to the quoted one."""

from decimal import Decimal

from activities.invoicing_ports import Invoices
from activities.ports import Ledger
from domain.entries import credit_note
from domain.entries import invoice as invoice_entry
from domain.ledger import Account, document_fact
from domain.money import ZERO
from domain.orders import StepOrder
from domain.papers import InvoicePaper
from domain.rules.price import fee
from domain.services.invoicing import CreditAboveInvoice, InvoiceRequest, KeptInvoice, NothingLeftToInvoice

InvoiceOrder = StepOrder[InvoiceRequest]


class InvoiceBooks:
    """The invoice desk's side of the ledger."""

    def __init__(self, invoices: Invoices, ledger: Ledger) -> None:
        self._invoices = invoices
        self._ledger = ledger

    async def book(self, order: InvoiceOrder, kept: KeptInvoice, credited: KeptInvoice | None = None) -> None:
        """Book a document; printed anew under the same number, it replaces what was booked for that number."""
        key, fact = f"{kept.order_key}:issue", document_fact(kept.entity, kept.number)
        fee_eur = await (self._fee_back(order, kept, credited) if credited else self._fee(order))
        amounts = (key, order.job_id, kept.issued_on, kept.net_eur, kept.vat_eur, fee_eur)
        if credited:
            await self._ledger.replace_from(
                key, order.job_id, fact, lambda before: credit_note(*amounts, before=before, fact=fact)
            )
        else:
            await self._ledger.replace(invoice_entry(*amounts, fact=fact))

    async def taken_off(
        self, order: InvoiceOrder, request: InvoiceRequest, credited: KeptInvoice | None = None
    ) -> list[KeptInvoice]:
        """The deposit invoices a balance takes off; its credit note takes the same ones off, credited or not."""
        if not request.prepaid_eur:
            return []
        if credited is None:
            return await self.deposits(order.job_id)
        return await self.deposits(order.job_id, credited) if credited.net_eur < request.net_eur else []

    async def deposits(self, job_id: str, beneath: KeptInvoice | None = None) -> list[KeptInvoice]:
        """The deposit invoices of a job that stand, or, beneath a document that was issued, all of them."""
        deposits = [kept for kept in await self._invoices.of_job(job_id) if kept.kind == "deposit"]
        return deposits if beneath is not None else [kept for kept in deposits if kept.credited_eur == ZERO]

    async def within(
        self, order: InvoiceOrder, key: str, paper: InvoicePaper, credited: KeptInvoice | None
    ) -> None:
        """A credit note gives back no more than was asked; no deposit comes after the balance."""
        if await self._invoices.of_order(key) is not None:
            return
        if credited is not None:
            left = credited.total_eur - credited.credited_eur
            if paper.total_eur > left:
                raise CreditAboveInvoice(number=credited.number, left=str(left), wanted=str(paper.total_eur))
        elif paper.kind == "deposit":
            issued = await self._invoices.of_job(order.job_id)
            whole = [kept.number for kept in issued if kept.kind == "balance" and kept.credited_eur == ZERO]
            if whole:
                raise NothingLeftToInvoice(numbers=", ".join(whole))

    async def _fee(self, order: InvoiceOrder) -> Decimal:
        """The fee on the price, as quoted, less what the deposits taken off were charged.

        The last part takes the cents that are left.
        """
        request = order.request
        left = fee(request.net_eur, request.delivered_on).amount_eur
        for deposit in await self.taken_off(order, request):
            left -= await self._charged(deposit, request)
        return left

    async def _fee_back(self, order: InvoiceOrder, kept: KeptInvoice, credited: KeptInvoice) -> Decimal:
        """What the credited invoice was charged; of a part of it, the fee on it; the last part takes the rest."""
        charged = await self._charged(credited, order.request)
        issued = await self._invoices.of_job(order.job_id)
        earlier = [one for one in issued if one.credits == credited.invoice_id and one.number != kept.number]
        if earlier and sum((one.net_eur for one in earlier), kept.net_eur) == credited.net_eur:
            return charged - sum([await self._given_back(one) for one in earlier], ZERO)
        if kept.net_eur == credited.net_eur:
            return charged
        return min(fee(kept.net_eur, order.request.delivered_on).amount_eur, charged)

    async def _given_back(self, credit: KeptInvoice) -> Decimal:
        """The fee an earlier credit note gave back, collected or not."""
        booked = await self._ledger.in_force(document_fact(credit.entity, credit.number))
        if booked is None:
            return ZERO
        return booked.on_account(Account.FEE_TO_COLLECT) + booked.on_account(Account.FEES)

    async def _charged(self, kept: KeptInvoice, request: InvoiceRequest) -> Decimal:
        booked = await self._ledger.in_force(document_fact(kept.entity, kept.number))
        if booked is None:
            return fee(kept.net_eur, request.delivered_on).amount_eur
        return -booked.on_account(Account.FEE_TO_COLLECT)
