"""The pages of what we wait for: money by week, and one debtor with everything that was done about them."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, ConfigDict

from api.container import Home
from api.finance import debtors as told
from api.finance.debtors import AwaitedPart, AwaitedWeek, DebtorInvoice
from api.pages.office.books import address
from api.pages.office.figures import Cell, written_on
from api.pages.office.query import Choice, Day
from api.pages.render import Paged
from api.security.permissions import Known
from domain.people import Language
from domain.services.debt_collection import OFFICES, CounselAnswer
from engine.words import dressed, money, say
from storage.services.counsel_answers import TOLD

router = APIRouter(include_in_schema=False)
WEEKS = 13
"""A quarter."""


class WaitingAsked(BaseModel):
    """Whose money is looked at, and which week of it."""

    model_config = ConfigDict(extra="ignore")

    entity: Choice = None
    week: Day = None


@router.get("/waiting")
async def waiting(
    request: Request, home: Home, page: Paged, asker: Known, asked: Annotated[WaitingAsked, Query()]
) -> Response:
    """What is late, what should come in and go out by week, and the invoices behind each figure."""
    asker.must("see_figures")
    entities = {one.slug: one.name for one in await home.entities.all()}
    chosen = asked.entity if asked.entity in entities else None
    lang = page.language(request, asker)
    weeks = (await told.awaited(home, asker, chosen, WEEKS)).weeks
    shown = [one for one in weeks if asked.week is None or one.monday == asked.week]
    parts = [part for one in shown for part in one.parts]
    names = await home.clients.names({one.client_id for one in parts})
    return page.page(
        request,
        "waiting.html",
        asker,
        weeks=[_week(lang, one, chosen) for one in weeks],
        parts=[_part(lang, one, names, entities) for one in parts],
        week=written_on(lang, asked.week) if asked.week else "",
        entity=chosen or "",
        entities=[("", say(lang, "office.ledger.any_entity")), *entities.items()],
    )


@router.get("/debtors/{client_id}")
async def debtor(request: Request, home: Home, page: Paged, asker: Known, client_id: told.ClientId) -> Response:
    """One client: what is owed, late and lost, and for each invoice its letters, answers, money and costs."""
    asker.must("see_figures")
    lang, found = page.language(request, asker), await told.debtor(home, asker, client_id)
    entities = {one.slug: one.name for one in await home.entities.all()}
    figures = ("open", "late", "lost")
    amounts = (found.open_eur, found.late_eur, found.lost_eur)
    return page.page(
        request,
        "debtor.html",
        asker,
        name=found.name,
        stats=[
            (money(lang, one), say(lang, f"office.debtor.{what}"))
            for one, what in zip(amounts, figures, strict=True)
        ],
        invoices=[_invoice(lang, one, entities) for one in found.invoices],
    )


def _week(lang: Language, week: AwaitedWeek, entity: str | None) -> tuple[Cell, ...]:
    query = {name: value for name, value in (("entity", entity), ("week", week.monday)) if value}
    name = written_on(lang, week.monday) if week.monday else say(lang, "office.waiting.late")
    return (
        Cell(name, address("/waiting", query) + "#parts"),
        Cell(money(lang, week.comes_in_eur)),
        Cell(money(lang, week.insured_eur)),
        Cell(money(lang, week.to_pay_eur)),
        Cell(money(lang, week.comes_in_eur - week.to_pay_eur)),
    )


def _part(lang: Language, part: AwaitedPart, names: dict[str, str], entities: dict[str, str]) -> tuple[Cell, ...]:
    return (
        Cell(part.number, f"/ledger?job={part.job_id}&account=receivable"),
        Cell(names.get(part.client_id, part.client_id), f"/debtors/{part.client_id}"),
        Cell(entities.get(part.entity, part.entity)),
        Cell(written_on(lang, part.on) if part.on else say(lang, "office.waiting.late")),
        Cell(money(lang, part.amount_eur)),
        Cell(money(lang, part.insured_eur)),
    )


def _invoice(lang: Language, one: DebtorInvoice, entities: dict[str, str]) -> dict[str, Any]:
    card = one.invoice
    return {
        "number": card.number,
        "job": card.job_id,
        "entity": entities.get(card.entity, card.entity),
        "due": written_on(lang, card.due_on),
        "asked": money(lang, card.payable_eur),
        "open": money(lang, card.open_eur),
        "state": say(lang, f"office.debt.{card.state}"),
        "late": say(lang, "office.days", n=str(card.days_late)) if card.days_late and card.open_eur > 0 else "",
        "lines": sorted(_lines(lang, one)),
    }


def _lines(lang: Language, one: DebtorInvoice) -> list[tuple[str, str, str, str]]:
    """What happened, each with its day: letters, answers, money, costs and promises."""
    found = [
        (
            stage.on,
            say(lang, f"value.stage.{stage.kind}"),
            money(lang, stage.claimed_eur) if stage.claimed_eur else "",
        )
        for stage in one.stages
        if stage.on
    ]
    found += [(came.on, say(lang, "office.debtor.received"), money(lang, came.amount_eur)) for came in one.received]
    found += [(said.on, _heard(lang, one.invoice.number, said), "") for said in one.heard if said.status in TOLD]
    for cost in one.costs:
        stage, bearer = say(lang, f"value.stage.{cost.stage}"), say(lang, f"office.bearer.{cost.borne_by}")
        what = say(lang, "office.debtor.cost", stage=stage, borne_by=bearer)
        found.append((cost.on, what, money(lang, cost.amount_eur)))
    found += [(part.on, say(lang, "office.debtor.promised"), money(lang, part.amount_eur)) for part in one.promised]
    return [(on.isoformat(), written_on(lang, on), what, amount) for on, what, amount in found]


def _heard(lang: Language, number: str, said: CounselAnswer) -> str:
    """The same sentence as in the story."""
    told = {
        "counsel": OFFICES[said.stage],
        "number": number,
        "on": said.on.isoformat(),
        "reason": said.reason or "-",
    }
    told |= {"title": said.title or "-", "parts": str(len(said.plan))}
    told |= {"until": said.plan[-1].on.isoformat() if said.plan else "-"}
    return say(lang, f"story.debt.counsel.{said.status}", **dressed(lang, told))
