"""What every verb of invoicing leans on: paper, number, books and the way to the client."""

from typing import Literal

from activities.cancellation_fee import as_decided
from activities.invoice_books import InvoiceBooks
from activities.invoicing_papers import as_last_part, invoice_paper, totals_checked
from activities.invoicing_ports import AccessPoint, Collections, InvoicePrinter, Invoices
from activities.letterhead import Letterhead
from activities.ports import Clients, Deadlines, Entities, Jobs, Ledger, Papers, Post
from activities.step import Clock
from activities.together import together
from domain.errors import Refusal
from domain.orders import StepOrder, short_reference
from domain.papers import InvoiceMail, InvoicePaper
from domain.people import Client, Entity
from domain.periods import day_in_brussels
from domain.services.agreement import LateTerms
from domain.services.invoicing import (
    ClientAddressIncomplete,
    InvoiceDraft,
    InvoiceRequest,
    InvoiceToCreditUnknown,
    KeptInvoice,
)

SERIES: dict[str, Literal["invoice", "credit", "debit"]] = {"credit_note": "credit", "debit_note": "debit"}
ID_LENGTH = 12
"""60 bits: nobody meets the same one twice, and a stage of its collection still fits a step's name."""
SERIES_SIGN = {"invoice": "", "credit": "CN", "debit": "DN"}


class Billing:
    """The cooperative's invoice desk."""

    def __init__(
        self,
        *,
        invoices: Invoices,
        printer: InvoicePrinter,
        access_point: AccessPoint,
        ledger: Ledger,
        collections: Collections,
        entities: Entities,
        clients: Clients,
        jobs: Jobs,
        papers: Papers,
        post: Post,
        deadlines: Deadlines,
        letterhead: Letterhead,
        clock: Clock,
    ) -> None:
        self._invoices = invoices
        self._printer = printer
        self._access_point = access_point
        self._books = InvoiceBooks(invoices, ledger)
        self._collections = collections
        self._entities = entities
        self._clients = clients
        self._jobs = jobs
        self._papers = papers
        self._post = post
        self._deadlines = deadlines
        self._letterhead = letterhead
        self._clock = clock

    async def _as_decided(
        self, order: StepOrder[InvoiceRequest], issued: KeptInvoice | None = None
    ) -> StepOrder[InvoiceRequest]:
        """The order of a cancellation fee as the adviser decided it, or as it was issued; any other as it is."""
        if order.request.cancellation is None:
            return order
        deposits = await self._books.deposits(order.job_id, beneath=issued)
        return order.model_copy(update={"request": as_decided(order.request, deposits)})

    async def _credited(self, order: StepOrder[InvoiceRequest]) -> KeptInvoice | None:
        """The invoice a credit note corrects."""
        if order.request.kind != "credit_note":
            return None
        number = order.request.credits or "-"
        invoice = await self._invoices.by_number(order.entity, number)
        if invoice is None:
            raise InvoiceToCreditUnknown(number=number)
        return invoice

    async def _written(
        self,
        order: StepOrder[InvoiceRequest],
        key: str,
        request: InvoiceRequest,
        credited: KeptInvoice | None,
    ) -> KeptInvoice:
        """Everything that can be refused is checked, and the paper is proofed, before a number is taken."""
        request = as_last_part(request, credited)
        paper = await self._paper(order, request, credited)
        await self._books.within(order, key, paper, credited)
        draft = self._draft(order, key, request, paper, credited, await self._entities.entity(order.entity))
        await self._printer.invoice_files(paper)
        kept = await self._invoices.issue(draft, order.replaces)
        if kept.document is None:
            kept = await self._file(order, key, _numbered(paper, kept), kept)
        return kept

    async def _paper(
        self, order: StepOrder[InvoiceRequest], request: InvoiceRequest, credited: KeptInvoice | None
    ) -> InvoicePaper:
        totals_checked(request)
        client = await self._clients.client(request.client_id, request.client_version)
        taken_off = await self._books.taken_off(order, request, credited)
        return invoice_paper(
            request,
            entity=self._letterhead.entity(await self._entities.entity(order.entity)),
            client=client,
            card=await self._jobs.card(order.job_id),
            refers_to=[credited] if credited else taken_off,
            taken_off=taken_off,
            issued_on=max(request.issue_on, day_in_brussels(self._clock.now())),
            sandbox=self._letterhead.sandbox,
            late_terms=await self._late_terms(order.job_id, client),
        )

    async def _late_terms(self, job_id: str, client: Client) -> LateTerms:
        """What a private client accepted on the order form; a company owes what the law says."""
        if client.kind != "private_person":
            return LateTerms()
        return await self._jobs.late_terms(job_id) or LateTerms()

    def _draft(
        self,
        order: StepOrder[InvoiceRequest],
        key: str,
        request: InvoiceRequest,
        paper: InvoicePaper,
        credited: KeptInvoice | None,
        entity: Entity,
    ) -> InvoiceDraft:
        series = SERIES.get(request.kind, "invoice")
        return InvoiceDraft(
            order_key=key,
            invoice_id=invoice_id_of(key),
            job_id=order.job_id,
            entity=order.entity,
            prefix="-".join(filter(None, (entity.invoice_prefix, SERIES_SIGN[series]))),
            series=series,
            kind=request.kind,
            client_id=request.client_id,
            client_version=request.client_version,
            issued_on=paper.issued_on,
            due_on=paper.due_on,
            net_eur=paper.net_eur,
            vat_eur=paper.vat_eur,
            total_eur=paper.total_eur,
            payable_eur=paper.payable_eur,
            credits=credited.invoice_id if credited else None,
            payment_reference=credited.payment_reference if credited else None,
            abroad=paper.client.address.country != "BE",
        )

    async def _file(
        self, order: StepOrder[InvoiceRequest], key: str, paper: InvoicePaper, kept: KeptInvoice
    ) -> KeptInvoice:
        pdf, xml = await self._printer.invoice_files(paper)
        async with together():
            document, electronic = [
                await self._papers.file(
                    job_id=order.job_id,
                    step=order.step,
                    name=f"{kept.number}.{suffix}",
                    kind=kind,
                    media_type=media_type,
                    content=content,
                    audience=("client", "member", "advisor", "ops"),
                    order_key=key,
                )
                for kind, media_type, suffix, content in (
                    (kept.kind, "application/pdf", "pdf", pdf),
                    (f"{kept.kind}_ubl", "application/xml", "xml", xml),
                )
            ]
            await self._invoices.filed(kept.invoice_id, document, electronic)
        return kept.model_copy(update={"document": document, "xml": electronic})

    async def _whole(self, order_key: str) -> KeptInvoice:
        """What an order led to, with its papers; of a document made outside we have the proof alone."""
        kept = await self._invoices.of_order(order_key)
        return kept if kept is not None and kept.sent_by == "by_hand" else await self._issued(order_key)

    async def _issued(self, order_key: str) -> KeptInvoice:
        kept = await self._invoices.of_order(order_key)
        if kept is None or kept.document is None or kept.xml is None:
            raise Refusal(detail="The invoice has not been issued yet.")
        return kept

    async def _sent(self, order: StepOrder[InvoiceRequest], kept: KeptInvoice) -> KeptInvoice:
        if kept.sent_by is not None:
            return kept
        client = await self._clients.client(kept.client_id, kept.client_version)
        participant = client.participant
        if participant and kept.kind != "debit_note" and await self._access_point.reaches(participant):
            by: Literal["peppol", "mail"] = "peppol"
            xml = await self._papers.read(order.job_id, kept.xml or "")
            message_id = await self._access_point.send(
                key=f"{kept.order_key}:send", message_id=f"{kept.entity}-{kept.invoice_id}", document=xml
            )
        else:
            by, message_id = "mail", await self._mailed(order, kept, client)
        await self._invoices.sent(kept.invoice_id, by, message_id)
        return kept.model_copy(update={"sent_by": by, "message_id": message_id})

    async def _mailed(self, order: StepOrder[InvoiceRequest], kept: KeptInvoice, client: Client) -> str:
        if client.email is None:
            raise ClientAddressIncomplete(field="e-mail address")
        entity = await self._entities.entity(order.entity)
        card = await self._jobs.card(order.job_id)
        head = self._letterhead.mail(entity, language=order.request.language, to=client.name, job_title=card.title)
        mail = InvoiceMail(
            **head,
            document=kept.kind,
            number=kept.number,
            payable_eur=kept.payable_eur,
            due_on=kept.due_on,
            payment_reference=kept.payment_reference,
            iban=entity.iban,
        )
        document = kept.document or ""
        attached = (document, await self._papers.read(order.job_id, document))
        return await self._post.send(f"{kept.order_key}:send", client.email, mail, (attached,))


def invoice_id_of(order_key: str) -> str:
    """The id of the document an order leads to."""
    return short_reference(order_key)[:ID_LENGTH]


def _numbered(paper: InvoicePaper, kept: KeptInvoice) -> InvoicePaper:
    """The checked paper with what only the invoice book can give it."""
    return paper.model_copy(
        update={
            "number": kept.number,
            "payment_reference": kept.payment_reference,
            "issued_on": kept.issued_on,
            "due_on": kept.due_on,
            "printed_on": kept.issued_on,
        }
    )
