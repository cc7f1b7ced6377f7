"""A declaration and its quote turned into orders; what a move or a withdrawal would change and cost."""

from dataclasses import replace
from datetime import date

from domain.bookable import bookable
from domain.bookable.insurance import claim_terms
from domain.declaration import JobDeclaration
from domain.parties import DeclaredClient
from domain.people import Address, Client
from domain.periods import JobDay, last_end_at
from domain.plan import ApprovalRule, JobPlan
from domain.plans import client, people
from domain.plans.context import CannotPlan, PlanContext, PlanRefs
from domain.plans.move import Coming, Leaving, MoveConsequences, StepChange, consequences
from domain.plans.withdrawal import StopEffect, WithdrawalConsequences, withdrawal_consequences
from domain.profiles import profile
from domain.quoting.defaults import complete
from domain.quoting.models import Quote
from domain.quoting.sheet import QuoteInput
from domain.rules.asked_work import AskedWork
from domain.rules.deadlines import CrewDays, Deadline, PayDayPolicy, as_declared_at, deadlines
from domain.services.employment_contract import EmploymentContractRequest, WorkDay

__all__ = [
    "CannotPlan",
    "Coming",
    "Deadline",
    "Leaving",
    "MoveConsequences",
    "PlanRefs",
    "StepChange",
    "StopEffect",
    "WithdrawalConsequences",
    "asked_work",
    "consequences",
    "declared_client",
    "legal_deadlines",
    "plan",
    "withdrawal_consequences",
]


def plan(declaration: JobDeclaration, quote: Quote, refs: PlanRefs, on: date) -> JobPlan:
    """Every order of a job, with its instants, frozen for the months it lives.

    `on` is the day of the quote and of the declaration. Raises CannotPlan for a quote that lacks something or
    refuses, KeyError for a crew member nobody knows.
    """
    if not quote.declarable:
        raise CannotPlan(", ".join([*(lack.field for lack in quote.missing), *(no.rule for no in quote.refusals)]))
    desk = PlanContext(_completed(declaration, refs, on), quote, refs)
    return JobPlan(
        entity=refs.entity,
        member_id=refs.member_id,
        client_id=refs.client_id,
        title=declaration.title or "",
        first_start_at=desk.first_start_at,
        last_end_at=last_end_at(list(desk.sheet.days)),
        short_notice=desk.short_notice,
        agree_by=desk.agree_by,
        confirm_by=desk.confirm_by,
        report_by=as_declared_at(list(desk.sheet.days)),
        approvals=tuple(
            ApprovalRule(
                rule=asked.rule, why=asked.text.format(**asked.params), answer_by=desk.agree_by, params=asked.params
            )
            for asked in quote.approvals
        ),
        agreement=client.agreement(desk),
        prefinancing=client.prefinancing(desk),
        claim_terms=claim_terms(desk),
        employment_contract=people.contracts(desk),
        expenses=people.expenses(desk),
        wages=people.wages(desk),
        invoicing=client.invoices(desk),
        uninvoiced=client.uninvoiced(desk),
        **{service: its.order(desk) for service, its in bookable().items()},
    )


def _completed(declaration: JobDeclaration, refs: PlanRefs, on: date) -> QuoteInput:
    """The sheet of the quote again, with what All inclusive filled in."""
    sheet = QuoteInput(declaration, profile(declaration.profile), refs.context, on)
    return complete(replace(sheet))[0]


def declared_client(declared: DeclaredClient, client_id: str, version: int, payment_days: int = 30) -> Client:
    """The client as declared, to be kept as one version; a foreign company's number is its VAT number."""
    given = declared.address
    return Client(
        client_id=client_id,
        version=version,
        kind=declared.kind,
        name=declared.name or "",
        enterprise_number=declared.enterprise_number or _number(declared),
        country=declared.country,
        address=Address.model_validate(given.model_dump()) if given else None,
        language=declared.language,
        email=declared.email,
        peppol_id=declared.peppol_id,
        contact=declared.contact,
        registration_number=declared.registration_number,
        purchase_order=declared.purchase_order,
        payment_days=payment_days if declared.payment_days is None else declared.payment_days,
    )


def _number(declared: DeclaredClient) -> str | None:
    """The VAT number; a Belgian one is kept as the enterprise number it is made from."""
    number = declared.vat_number
    return number.removeprefix("BE") if number and declared.country == "BE" else number


def legal_deadlines(made: JobPlan, policy: PayDayPolicy | None = None) -> list[Deadline]:
    """What the law, the promises and the guards want done by when: rows for the table watched from outside.

    The earliest first; `legal` tells the law from the cooperative's own promises and guards.
    """
    crew = [_crew_days(item, contract) for item, contract in made.employment_contract.items()]
    days = [day for person in crew for day in person.days]
    return deadlines(days, crew, invoiced=bool(made.invoicing), policy=policy) if days else []


def contract_deadlines(item: str, contract: EmploymentContractRequest) -> list[Deadline]:
    """The deadlines of one person's contract, as it stands."""
    person = _crew_days(item, contract)
    return deadlines(person.days, [person], invoiced=False)


def asked_work(made: JobPlan) -> dict[str, AskedWork]:
    """By crew member, whose work on which days the contracts and declarations of a plan are for."""
    return {item: AskedWork.of(made.entity, contract) for item, contract in made.employment_contract.items()}


def _crew_days(item: str, contract: EmploymentContractRequest) -> CrewDays:
    return CrewDays(
        item=item,
        days=tuple(_job_day(day) for day in contract.days),
        under_contract=contract.status == "standing_contract",
    )


def _job_day(day: WorkDay) -> JobDay:
    """The day again from its instants, as a clock at the place shows it."""
    starts, ends = day.local_start, day.local_end
    return JobDay(date=day.on, starts=starts.time(), ends=ends.time(), place=day.place, timezone=day.timezone)
