"""What belongs to a client's order beside its price: who, when it is paid, what cancelling costs, the papers."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from api.container import Container
from api.errors import FieldProblem, Wrong
from api.jobs.access import EVERYTHING
from api.jobs.schemas import Answered, PaperTold, paper_told
from api.links import cancelling, whose
from api.links.cancelling import Cancelling
from api.links.worked_days import WorkedDays, worked_days_of
from api.partners.nudges import money_moved
from domain.collection_state import CollectionCard, CollectionState
from domain.identifiers import enterprise_number_text, iban_text, structured_communication_text
from domain.instalments import InstalmentPlan
from domain.money import ZERO, Eur, cents
from domain.people import Address, Client, Entity
from domain.periods import ONE_DAY, day_in_brussels
from domain.plan import JobPlan
from domain.rules.cancellation import terms_called
from domain.services.agreement import AgreementRequest
from domain.services.invoicing import KeptInvoice
from storage.security.links import LinkRow
from storage.services.debt_collection import WAITING, Collections
from storage.services.invoicing import Invoices

YEAR = timedelta(days=366)
"""A deposit may be paid before its invoice; nothing is paid a year before."""
BELGIAN_REFERENCE = 12
"""Digits of a structured communication; any other reference is printed as it is."""


class Party(Answered):
    """One side of the order."""

    name: str
    number: str = ""
    """The enterprise number, as it is printed."""
    address: str = ""
    email: str = ""
    """Where the seller is written to; of a buyer none is shown."""


class PaymentPart(Answered):
    """One part of the price and when it is invoiced."""

    kind: Literal["deposit", "balance", "all"]
    on: date
    due_on: date | None = None
    """By when a deposit is to be paid: agreed to with the order."""
    amount_eur: Eur


class CancellationPart(Answered):
    """What cancelling costs from a day on."""

    from_on: date | None
    """None: as long as nothing is owed."""
    percent: str
    owed_eur: Eur
    today: bool = False
    """Whether this line is the one that counts today."""


class InvoiceDue(Answered):
    """One invoice of the order and how it is paid."""

    invoice_id: str
    number: str
    issued_on: date
    due_on: date
    payable_eur: Eur
    open_eur: Eur
    state: CollectionState
    beneficiary: str
    iban: str
    bic: str
    reference: str
    """As it is printed on the invoice."""
    bare_reference: str
    document: str | None = None
    said_paid: bool = False
    """The client says that it is paid; the bank has not shown it yet."""
    plan: InstalmentPlan | None = None
    """The instalments that are offered, asked for or agreed."""


class ClientPlace(Answered):
    """Everything about an order that its price does not say."""

    seller: Party
    buyer: Party
    performer: str
    """The member who performs, or who answers for the crew."""
    crew: int
    """How many people work."""
    payment_days: int
    payments: list[PaymentPart]
    cancellation: list[CancellationPart]
    order_form: str | None = None
    """The name of the paper the client accepts."""
    papers: list[PaperTold] = []
    invoices: list[InvoiceDue] = []
    worked: WorkedDays
    """The client's word on the days that were worked."""
    cancelling: Cancelling | None = None
    """What cancelling the accepted order costs now; None when it cannot be cancelled any more."""
    cancelled_because: str | None = None
    """Why the job was called off, once it is."""


class InvoiceAnswer(BaseModel):
    """What a client says about an invoice."""

    model_config = ConfigDict(
        extra="ignore", use_attribute_docstrings=True, json_schema_extra={"examples": [{"do": "paid"}]}
    )

    do: Literal["paid", "dispute"]
    paid_on: date | None = None
    """The day the client paid; today when it is left out."""
    reason: Annotated[str, Field(max_length=500)] = ""
    """Why the invoice is contested."""


async def place(home: Container, row: LinkRow, plan: JobPlan, asked: AgreementRequest) -> ClientPlace:
    """What belongs to the order behind a link."""
    client = await whose.client_of(home, row)
    names = await home.people.names([plan.member_id])
    papers = await whose.papers(home, row)
    form = next((one.name for one in papers if one.kind == "order_form" and one.order_key == row.order_key), None)
    return ClientPlace(
        seller=_seller(await home.entities.entity(plan.entity)),
        buyer=_buyer(client),
        performer=names.get(plan.member_id, ""),
        crew=len(plan.employment_contract),
        payment_days=client.payment_days,
        payments=list(_payments(plan)),
        cancellation=list(_cancellation(asked, home.today())),
        order_form=form,
        papers=[paper_told(one) for one in papers if one.name != form],
        invoices=await _invoices(home, row),
        worked=await worked_days_of(home, await home.jobs.job(row.job_id)),
        **await cancelling.place(home, row),
    )


def _address(one: Address | None) -> str:
    if one is None:
        return ""
    return f"{one.street} {one.house_number}".strip() + f", {one.postal_code} {one.city}"


def _seller(entity: Entity) -> Party:
    number = enterprise_number_text(entity.enterprise_number)
    name, address = f"{entity.name}, {entity.legal_form}", _address(entity.address)
    return Party(name=name, number=number, address=address, email=entity.email)


def _buyer(client: Client) -> Party:
    number, abroad = client.enterprise_number or client.registration_number or "", client.country != "BE"
    number = number if abroad or not number else enterprise_number_text(number)
    address = _address(client.address)
    return Party(name=client.name, number=number, address=f"{address}, {client.country}" if abroad else address)


def _payments(plan: JobPlan) -> Iterator[PaymentPart]:
    """As the order form prints them: the balance is what the deposit leaves."""
    documents = list(plan.invoicing.values())
    deposit = next((one.total_eur for one in documents if one.kind == "deposit"), ZERO)
    for one in documents:
        if one.kind == "deposit":
            yield PaymentPart(kind="deposit", on=one.issue_on, due_on=one.due_on, amount_eur=one.total_eur)
        elif one.kind == "balance":
            yield PaymentPart(kind="balance", on=one.issue_on, amount_eur=one.total_eur - deposit)
        elif one.kind == "invoice":
            yield PaymentPart(kind="all", on=one.issue_on, amount_eur=one.total_eur)


def _cancellation(asked: AgreementRequest, today: date) -> Iterator[CancellationPart]:
    """The table on the order form, with the line that counts today: a compensation, so without VAT."""
    start_on = day_in_brussels(asked.starts_at)
    if today >= start_on:
        return
    agreed = terms_called(asked.cancellation_terms)
    if agreed is None:
        return
    lines: list[tuple[date | None, Decimal]] = [(None, agreed.rows[0].percent)]
    lines += [(start_on - ONE_DAY * (before.days_before - 1), one.percent) for before, one in pairwise(agreed.rows)]
    now = max(n for n, (from_on, _) in enumerate(lines) if from_on is None or from_on <= today)
    for n, (from_on, percent) in enumerate(lines):
        owed = cents(asked.price_ex_vat_eur * percent / 100)
        yield CancellationPart(from_on=from_on, percent=f"{percent.normalize():f}", owed_eur=owed, today=n == now)


async def _invoices(home: Container, row: LinkRow) -> list[InvoiceDue]:
    """Every invoice of the order whose money is awaited, or was."""
    kept = {one.invoice_id: one for one in await Invoices(home.database).of_job(row.job_id)}
    owed = await Collections(home.database).owed(row.job_id, home.today())
    entities = {one.slug: one for one in await home.entities.all()}
    said = await _said_paid(home, row.job_id) if owed else set()
    plans = {one.invoice_id: one.plans for one in await Collections(home.database).of_job(row.job_id)}
    return [
        _due(one, kept[one.invoice_id], entities[one.entity], one.number in said, _shown(plans[one.invoice_id]))
        for one in owed
        if one.client_id == row.subject_id
    ]


def _due(
    owed: CollectionCard, invoice: KeptInvoice, entity: Entity, said_paid: bool, plan: InstalmentPlan | None
) -> InvoiceDue:
    bare = invoice.payment_reference
    belgian = len(bare) == BELGIAN_REFERENCE and bare.isdigit()
    return InvoiceDue(
        **owed.model_dump(include={"invoice_id", "number", "due_on", "payable_eur", "open_eur", "state"}),
        issued_on=invoice.issued_on,
        beneficiary=entity.name,
        iban=iban_text(entity.iban),
        bic=entity.bic,
        reference=structured_communication_text(bare) if belgian else bare,
        bare_reference=bare,
        document=invoice.document,
        said_paid=said_paid and owed.state == "open",
        plan=plan,
    )


def _shown(plans: tuple[InstalmentPlan, ...]) -> InstalmentPlan | None:
    """The latest plan, unless it was taken back."""
    last = plans[-1] if plans else None
    return None if last is None or last.state == "withdrawn" else last


async def answer_invoice(home: Container, row: LinkRow, invoice_id: str, given: InvoiceAnswer) -> InvoiceDue:
    """The client says that an invoice is paid, or contests it; the same again changes nothing.

    That it is paid stands in the story until the bank shows it. A contested invoice is reminded of no more until
    somebody at the cooperative has settled it.
    """
    invoice = next((one for one in await _invoices(home, row) if one.invoice_id == invoice_id), None)
    if invoice is None:
        raise Wrong("not-found")
    if given.do == "dispute" and len(given.reason.strip()) < 5:
        raise Wrong("invalid", errors=[FieldProblem(where="reason", why="say why")])
    if given.paid_on is not None and not invoice.issued_on - YEAR <= given.paid_on <= home.today():
        raise Wrong("invalid", errors=[FieldProblem(where="paid_on", why="this is no day on which it was paid")])
    if invoice.state not in WAITING or (given.do == "dispute" and invoice.state == "disputed"):
        return invoice
    params = {"number": invoice.number}
    if given.do == "dispute":
        await Collections(home.database).dispute(invoice_id, home.now())
        await home.events.append(
            row.job_id, "debt.disputed", home.now(), params=params | {"reason": given.reason.strip()}
        )
    else:
        if not invoice.said_paid:
            on = (given.paid_on or home.today()).isoformat()
            await home.events.append(row.job_id, "debt.said_paid", home.now(), params=params | {"on": on})
    await money_moved(home, (await Collections(home.database).collection(invoice_id)).process)
    return next(one for one in await _invoices(home, row) if one.invoice_id == invoice_id)


async def _said_paid(home: Container, job_id: str) -> set[str]:
    """The numbers of the invoices the client says are paid."""
    events = await home.events.since(job_id, 0, EVERYTHING)
    return {one.params["number"] for one in events if one.kind == "debt.said_paid"}
