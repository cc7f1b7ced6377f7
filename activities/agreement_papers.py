"""What the client is asked to accept, on paper: price, days, terms, and the yes once given."""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from itertools import pairwise
from typing import Any, Protocol

from activities.invoicing_papers import VAT_CASES
from activities.letterhead import client_party
from domain.declaration import JobDeclaration
from domain.money import ZERO
from domain.orders import StepOrder
from domain.papers import (
    AgreedBefore,
    AgreementEvidence,
    CancellationLine,
    EntityParty,
    OrderFormPaper,
    PriceLine,
    PrintedWorkDay,
    ScheduleLine,
    VatCase,
)
from domain.people import Address, Client
from domain.periods import BRUSSELS, ONE_DAY, day_in_brussels, instant
from domain.plan import JobPlan
from domain.rules.cancellation import terms_called
from domain.services.agreement import AgreementRequest, LateTerms
from domain.services.invoicing import InvoiceRequest

AgreementOrder = StepOrder[AgreementRequest]


class DeclaredJob(Protocol):
    """A job with what was declared and planned."""

    @property
    def declaration(self) -> dict[str, Any]:
        """As the member wrote it."""
        ...

    @property
    def plan(self) -> JobPlan:
        """As it is turned into orders."""
        ...


class DeclaredJobs(Protocol):
    """The jobs as they were declared and planned."""

    async def proposed(self, job_id: str, operation_id: str | None) -> DeclaredJob:
        """One job as a move would make it, or as it is in force; KeyError when unknown."""
        ...


def order_form(
    order: AgreementOrder,
    job: DeclaredJob,
    *,
    entity: EntityParty,
    client: Client,
    printed_on: date,
    sandbox: bool,
    agreed: AgreementEvidence | None = None,
    in_force: DeclaredJob | None = None,
) -> OrderFormPaper:
    """The order form of one question to the client; with `agreed`, the same paper carrying the client's yes.

    `in_force` is the job as the client has agreed to it, when the question is about a change of it.
    """
    declared = JobDeclaration.model_validate(job.declaration)
    documents = list(job.plan.invoicing.values())
    return OrderFormPaper(
        language=order.request.language,
        sandbox=sandbox,
        printed_on=printed_on,
        entity=entity,
        client=client_party(client, client.address or _no_address(client)),
        number=f"{order.job_id}-{order.revision}",
        title=job.plan.title,
        lines=_lines(order.request, documents, job.plan.title),
        agreed_total_eur=order.request.total_eur,
        description=declared.description or job.plan.title,
        days=_days(declared),
        before=None if in_force is None else _before(in_force),
        valid_until=day_in_brussels(order.request.answer_by),
        payment_days=client.payment_days,
        purchase_order=client.purchase_order,
        schedule=tuple(_schedule(documents)),
        cancellation=tuple(_cancellation(order.request)),
        withdrawal=order.request.withdrawal,
        **clauses(order.request.late_terms),
        agreement=agreed,
    )


def clauses(agreed: LateTerms | None) -> dict[str, Any]:
    """What is printed about late payment beside what the law says."""
    terms = agreed or LateTerms()
    return {"penalty_clause": terms.lump_sum_clause, "penalty_interest_percent": terms.interest_clause_percent}


def _days(declared: JobDeclaration) -> tuple[PrintedWorkDay, ...]:
    return tuple(
        PrintedWorkDay(
            on=day.date,
            starts=day.starts,
            ends=day.ends,
            place=day.place,
            local=day.clock != BRUSSELS.key,
        )
        for day in declared.days
    )


def _before(job: DeclaredJob) -> AgreedBefore | None:
    """What the client agreed to, as it is in force."""
    if job.plan.agreement is None:
        return None
    declared = JobDeclaration.model_validate(job.declaration)
    total_eur = job.plan.agreement.total_eur
    return AgreedBefore(
        days=_days(declared), description=declared.description or job.plan.title, total_eur=total_eur
    )


MOST_NAMED = 3
"""Days a mail names one by one; the order form has them all."""


def old_beside_new(old: DeclaredJob, new: DeclaredJob) -> dict[str, Any]:
    """What of a change the mail with the question says: the total, the days and the place, where they differ."""
    was, becomes = _before(old), _before(new)
    if was is None or becomes is None:
        return {}
    told: dict[str, Any] = {"is_change": True}
    if was.total_eur != becomes.total_eur:
        told["was_total_eur"] = was.total_eur
    if _starts(was) != _starts(becomes):
        told |= {"was_starts_at": _starts(was), "starts_at": _starts(becomes)}
    places = [" + ".join(dict.fromkeys(day.place for day in one.days)) for one in (was, becomes)]
    if places[0] != places[1]:
        told |= {"was_place": places[0], "place": places[1]}
    return told


def _starts(one: AgreedBefore) -> tuple[datetime, ...]:
    return tuple(instant(day.on, day.starts) for day in one.days)[:MOST_NAMED]


def _no_address(client: Client) -> Address:
    """An order may be agreed to before the address is known; the invoice will ask for it."""
    return Address(street="-", postal_code="-", city="-", country=client.country)


def _lines(wish: AgreementRequest, documents: list[InvoiceRequest], title: str) -> tuple[PriceLine, ...]:
    """The lines as they will be invoiced, so that the client agrees to the very same cents."""
    whole = next((document for document in documents if document.kind in ("invoice", "balance")), None)
    if whole is not None and whole.net_eur == wish.price_ex_vat_eur:
        return tuple(_line(whole, line.label, line.quantity, line.unit_price_eur) for line in whole.lines)
    percent = ZERO
    if wish.vat_eur:
        percent = (wish.vat_eur * 100 / wish.price_ex_vat_eur).quantize(Decimal(1))
    case: VatCase = "standard" if percent else "outside_eu"
    price_eur = wish.price_ex_vat_eur
    return (PriceLine(name=title, unit_price_eur=price_eur, vat_case=case, vat_percent=percent),)


def _line(document: InvoiceRequest, label: str, quantity: int, unit_price_eur: Decimal) -> PriceLine:
    return PriceLine(
        name=label,
        quantity=Decimal(quantity),
        unit_price_eur=unit_price_eur,
        vat_case=VAT_CASES[document.vat_category],
        vat_percent=document.vat_rate_percent,
        mention=document.vat_mention,
    )


def _schedule(documents: list[InvoiceRequest]) -> Iterable[ScheduleLine]:
    deposit = next((document.total_eur for document in documents if document.kind == "deposit"), ZERO)
    for document in documents:
        if document.kind == "deposit":
            amount = {"on": document.issue_on, "due_on": document.due_on, "amount_eur": document.total_eur}
            yield ScheduleLine.model_validate({"kind": "deposit", **amount})
        elif document.kind == "balance":
            yield ScheduleLine(kind="balance", on=document.issue_on, amount_eur=document.total_eur - deposit)
        elif document.kind == "invoice":
            yield ScheduleLine(kind="all", on=document.issue_on, amount_eur=document.total_eur)


def _cancellation(wish: AgreementRequest) -> Iterable[CancellationLine]:
    """A row holds from the day on which the one before it no longer does, counted back from the first start."""
    start_on = day_in_brussels(wish.starts_at)
    agreed = terms_called(wish.cancellation_terms)
    for before, row in pairwise(agreed.rows if agreed else ()):
        yield CancellationLine(from_on=start_on - ONE_DAY * (before.days_before - 1), percent=row.percent)
