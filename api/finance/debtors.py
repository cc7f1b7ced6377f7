"""One debtor with everything that was done about them, and what should come in and go out by week."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query
from pydantic import BaseModel, ConfigDict

from api.container import Home
from api.errors import Wrong, responses
from api.jobs.schemas import Answered
from api.security.permissions import Asker, may
from domain.bank import ClientReceipt
from domain.collection_state import CollectionCard, KeptCost, StageEnd
from domain.money import ZERO, Eur
from domain.services.debt_collection import CounselAnswer, Instalment, LateCostsChoice, LossBearer, StageKind
from storage.money.awaited_money import AwaitedMoney, Expected, Owed, WeekAhead

router = APIRouter(prefix="/api", tags=["finance"])
ClientId = Annotated[
    str, Path(pattern=r"^[A-Za-z0-9-]{1,40}$", examples=["CL0001"], description="the client's reference")
]


class DebtorStage(BaseModel):
    """One thing that was done about an invoice."""

    kind: StageKind
    on: date | None
    """None while it is under way."""
    ended: StageEnd | None
    claimed_eur: Eur
    document: str | None
    choice: LateCostsChoice | None


class DebtorInvoice(BaseModel):
    """One invoice of the debtor."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    invoice: CollectionCard
    borne_by: LossBearer | None
    """Who bears it, when it was written off."""
    received: list[ClientReceipt]
    stages: list[DebtorStage]
    heard: list[CounselAnswer]
    """What lawyer and bailiff answered."""
    promised: list[Instalment]
    """Instalments that are agreed to and not broken."""
    costs: list[KeptCost]
    """What collecting it has cost."""


class Debtor(Answered):
    """Everything one client owes or owed, to every entity."""

    client_id: str
    name: str
    open_eur: Eur
    late_eur: Eur
    """What of it is past its due day."""
    lost_eur: Eur
    """What was written off and has not come after all."""
    invoices: list[DebtorInvoice]


class AwaitedPart(BaseModel):
    """Money that should come."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    invoice_id: str
    number: str
    job_id: str
    entity: str
    client_id: str
    on: date | None
    """By the plan or the due day; none when it is late and nothing is promised."""
    amount_eur: Eur
    insured_eur: Eur
    """So much of it the guarantee fund has paid ahead or set aside."""


class AwaitedWeek(BaseModel):
    """One week; without a Monday: what is late and nobody has promised."""

    monday: date | None
    comes_in_eur: Eur
    insured_eur: Eur
    to_pay_eur: Eur
    parts: list[AwaitedPart]


class Awaited(Answered):
    """What is late, then the weeks ahead."""

    weeks: list[AwaitedWeek]


@router.get("/debtors/{client_id}", responses=responses("signed-out", "not-allowed", "not-found"))
async def debtor(home: Home, asker: Annotated[Asker, Depends(may("see_figures"))], client_id: ClientId) -> Debtor:
    """Every invoice of one client with its letters, answers, money, promises and costs."""
    owed = await AwaitedMoney(home.database).debtor(client_id, home.today())
    names = await home.clients.names([client_id])
    if client_id not in names:
        raise Wrong("not-found")
    waiting = [one.card for one in owed if one.card.state in ("open", "disputed")]
    lost = [one.card.open_eur for one in owed if one.card.state == "written_off"]
    return Debtor(
        client_id=client_id,
        name=names[client_id],
        open_eur=sum((one.open_eur for one in waiting), ZERO),
        late_eur=sum((one.open_eur for one in waiting if one.days_late), ZERO),
        lost_eur=sum(lost, ZERO),
        invoices=[_invoice(one) for one in owed],
    )


@router.get("/awaited", responses=responses("signed-out", "not-allowed"))
async def awaited(
    home: Home,
    asker: Annotated[Asker, Depends(may("see_figures"))],
    entity: Annotated[str | None, Query(max_length=40)] = None,
    weeks: Annotated[int, Query(ge=1, le=52, description="so many weeks from this one on")] = 13,
) -> Awaited:
    """What clients should pay and what leaves the accounts, week by week, with what the fund covers of it."""
    found = await AwaitedMoney(home.database).weeks(home.today(), entity, weeks)
    return Awaited(weeks=[_week(one) for one in found])


def _invoice(owed: Owed) -> DebtorInvoice:
    kept = owed.kept
    return DebtorInvoice(
        invoice=owed.card,
        borne_by=kept.borne_by,
        received=list(owed.received),
        stages=[
            DebtorStage(
                kind=one.kind,
                on=one.ended_on,
                ended=one.ended,
                claimed_eur=one.claimed_eur,
                document=one.document,
                choice=one.choice,
            )
            for one in kept.stages
        ],
        heard=list(kept.heard),
        promised=list(owed.promised),
        costs=list(kept.spent),
    )


def _week(week: WeekAhead) -> AwaitedWeek:
    return AwaitedWeek(
        monday=week.monday,
        comes_in_eur=week.comes_in_eur,
        insured_eur=week.insured_eur,
        to_pay_eur=week.to_pay_eur,
        parts=[_part(one) for one in week.expected],
    )


def _part(one: Expected) -> AwaitedPart:
    card = one.card.model_dump(include={"invoice_id", "number", "job_id", "entity", "client_id"})
    return AwaitedPart(**card, on=one.on, amount_eur=one.amount_eur, insured_eur=one.insured_eur)
