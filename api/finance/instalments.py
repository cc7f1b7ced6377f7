"""Paying in parts: offered to the client or asked for by them, answered, and taken up again after a late part."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Annotated, Final

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field

from api.container import Container, Home
from api.errors import FieldProblem, Wrong, responses
from api.finance.debts import Because, InvoiceId, known, of_another
from api.finance.routes import audited_here
from api.jobs import access
from api.partners.nudges import money_moved
from api.security.permissions import Asker, may
from domain.collection_state import KeptCollection
from domain.instalments import InstalmentPlan, Interest, Pace, PlanState, answerable
from domain.rules.instalments import MOST_PARTS, NoSuchPlan, split, standing_of
from domain.services.debt_collection import Instalment
from storage.services.debt_collection import Collections
from storage.services.instalments import Instalments, PlanNotOpen
from storage.services.invoicing import Invoices

router = APIRouter(prefix="/api/debts", tags=["finance"])
ON_PLAN = ("signed-out", "not-allowed", "not-found", "not-now")
MEMBERS_PARTS, MEMBERS_DAYS = 6, timedelta(days=180)
"""House rule: a member offers so many parts, over so many days; more than that an adviser or finance offers."""
FIRST_WITHIN: Final = timedelta(days=60)
"""House rule: the first part comes within two months."""


class PlanAsked(BaseModel):
    """Into how many parts, and from when."""

    model_config = ConfigDict(
        extra="forbid",
        use_attribute_docstrings=True,
        json_schema_extra={"examples": [{"parts": 3, "first_on": "2026-05-15", "reason": "a hard season"}]},
    )

    parts: Annotated[int, Field(ge=2, le=MOST_PARTS)]
    first_on: date
    """The day of the first part; the others follow at the same pace, and the last one takes the remainder."""
    pace: Pace = "month"
    reason: Annotated[str, Field(min_length=5, max_length=500)]


class PlanProposed(PlanAsked):
    """The same, and whether interest runs on meanwhile."""

    interest: Interest = "runs"


class PlanAnswer(BaseModel):
    """The cooperative's answer to what a client asked for."""

    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)

    agreed: bool
    reason: Annotated[str, Field(min_length=5, max_length=500)]


@router.post("/{invoice_id}/instalments", responses=responses(*ON_PLAN, "refused"))
async def propose(
    home: Home,
    asker: Annotated[Asker, Depends(may("propose_instalments"))],
    invoice_id: InvoiceId,
    given: PlanProposed,
) -> KeptCollection:
    """Offer the client to pay what is open in parts; the client answers on the page of the order."""
    kept = await known(home, invoice_id)
    job = await access.job(home, asker, kept.job_id)
    parts = await parts_of(home, kept, given)
    long = len(parts) > MEMBERS_PARTS or parts[-1].on > home.today() + MEMBERS_DAYS
    if asker.person_id == job.member_id and long:
        raise Wrong("not-allowed", f"more than {MEMBERS_PARTS} parts, or than half a year, is offered by finance")
    async with audited_here(home, asker, "debt.instalments", f"{invoice_id}: {given.reason}", kept.job_id):
        await keep(home, kept, parts, "proposed", given, given.interest, asker.person_id)
        return await looked_at(home, kept)


@router.post("/{invoice_id}/instalments/answer", responses=responses(*ON_PLAN))
async def answer(
    home: Home, asker: Annotated[Asker, Depends(may("dispute"))], invoice_id: InvoiceId, given: PlanAnswer
) -> KeptCollection:
    """Say yes or no to the parts a client asked for, or take back what we offered."""
    kept = await of_another(home, asker, await known(home, invoice_id))
    plan = answerable(kept.plans)
    if plan is None:
        raise Wrong("not-now", "no plan waits for an answer")
    state: PlanState = "agreed" if given.agreed else "refused"
    if plan.state == "proposed":
        if given.agreed:
            raise Wrong("not-now", "the client answers what we offered")
        state = "withdrawn"
    async with audited_here(home, asker, "debt.instalments.answer", f"{invoice_id}: {given.reason}", kept.job_id):
        await become(home, plan, state, (plan.state,), told_by=asker.person_id, reason=given.reason)
        return await looked_at(home, kept)


@router.post("/{invoice_id}/instalments/resume", responses=responses(*ON_PLAN))
async def resume(
    home: Home, asker: Annotated[Asker, Depends(may("dispute"))], invoice_id: InvoiceId, given: Because
) -> KeptCollection:
    """A plan that was broken goes on: what was late has come."""
    kept = await of_another(home, asker, await known(home, invoice_id))
    plan = kept.plans[-1] if kept.plans else None
    if plan is None or plan.state != "broken":
        raise Wrong("not-now", "no plan was broken")
    held = standing_of(plan, await open_eur(home, kept), home.today())
    if held.broken:
        raise Wrong("not-now", f"{held.missing_eur} EUR of the parts that are due have not come")
    async with audited_here(home, asker, "debt.instalments.resume", f"{invoice_id}: {given.reason}", kept.job_id):
        await become(
            home, plan, "agreed", ("broken",), on=plan.agreed_on, told_by=asker.person_id, reason=given.reason
        )
        return await looked_at(home, kept)


async def parts_of(home: Container, kept: KeptCollection, given: PlanAsked) -> tuple[Instalment, ...]:
    """The parts of what is open now; not-now or invalid where there is nothing to divide."""
    if kept.state != "open" or kept.plan is not None:
        raise Wrong("not-now", "a plan is agreed already" if kept.plan else f"this invoice is {kept.state}")
    today, owed = home.today(), await open_eur(home, kept)
    if owed <= 0:
        raise Wrong("not-now", "nothing is owed any more")
    if not today <= given.first_on <= today + FIRST_WITHIN:
        why = f"the first part comes from {today} to {today + FIRST_WITHIN}"
        raise Wrong("invalid", errors=[FieldProblem(where="first_on", why=why)])
    try:
        return split(owed, given.parts, given.first_on, given.pace)
    except NoSuchPlan as no:
        raise Wrong("invalid", errors=[FieldProblem(where="parts", why=str(no))]) from None


async def keep(
    home: Container,
    kept: KeptCollection,
    parts: tuple[Instalment, ...],
    state: PlanState,
    given: PlanAsked,
    interest: Interest,
    by: str,
) -> None:
    """Keep a plan that waits for the other side."""
    await Instalments(home.database).propose(
        invoice_id=kept.invoice_id,
        job_id=kept.job_id,
        number=(await Invoices(home.database).invoice(kept.invoice_id)).number,
        state=state,
        parts=parts,
        interest=interest,
        by=by,
        on=home.today(),
        at=home.now(),
        reason=given.reason,
        told_by=None if state == "asked" else by,
    )


async def become(
    home: Container,
    plan: InstalmentPlan,
    state: PlanState,
    instead_of: tuple[PlanState, ...],
    *,
    on: date | None = None,
    told_by: str | None = None,
    reason: str = "",
    circumstances: dict[str, str] | None = None,
) -> None:
    """Note what became of a plan; an agreement counts from today. not-now when somebody was faster."""
    agreed_on = (on or home.today()) if state == "agreed" else None
    try:
        await Instalments(home.database).become(
            plan.invoice_id,
            plan.n,
            state,
            home.now(),
            instead_of=instead_of,
            on=agreed_on,
            told_by=told_by,
            reason=reason,
            circumstances=circumstances,
        )
    except PlanNotOpen as changed:
        raise Wrong("not-now", str(changed)) from None


async def open_eur(home: Container, kept: KeptCollection) -> Decimal:
    """What is still owed of the invoice."""
    owed = await Collections(home.database).owed(kept.job_id, home.today())
    return next(one.open_eur for one in owed if one.invoice_id == kept.invoice_id)


async def looked_at(home: Container, kept: KeptCollection) -> KeptCollection:
    """The collection looks again, or as soon as it can be told; what is kept of it now."""
    await money_moved(home, kept.process)
    return await known(home, kept.invoice_id)
