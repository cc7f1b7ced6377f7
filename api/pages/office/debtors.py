"""The pages of what we wait for: money by week, and one debtor with everything that was done about them."""

from collections.abc import Sequence
from typing import Annotated, Any, NamedTuple

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, ConfigDict

from api.container import Container, Home
from api.finance import debtors as told
from api.finance.debtors import AwaitedPart, AwaitedWeek, DebtorInvoice
from api.finance.instalments import FIRST_WITHIN
from api.pages.office.books import address
from api.pages.office.figures import Cell, written_on
from api.pages.office.query import Choice, Day
from api.pages.render import Paged, Pages
from api.security.permissions import Asker, Known
from domain.instalments import OPEN
from domain.people import Language
from domain.rules.instalments import MOST_PARTS
from domain.services.debt_collection import OFFICES, CounselAnswer, Instalment
from engine.words import dressed, money, say
from storage.services.counsel_answers import TOLD
from storage.services.debt_collection import Collections

router = APIRouter(include_in_schema=False)
WEEKS = 13
"""A quarter."""


class PlanShown(NamedTuple):
    """Parts that were asked to be shown, and what was filled in for them."""

    invoice_id: str
    parts: tuple[Instalment, ...]
    given: dict[str, str]


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
    return await debtor_page(request, home, page, asker, client_id)


async def debtor_page(
    request: Request, home: Container, page: Pages, asker: Asker, client_id: str, plan: PlanShown | None = None
) -> Response:
    """The page of one client; `plan` is what was asked to be shown before it is offered."""
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
        client_id=client_id,
        plans=await _plans(home, asker, lang, found.invoices, plan),
        first_on=home.today().isoformat(),
        latest_on=(home.today() + FIRST_WITHIN).isoformat(),
        most_parts=MOST_PARTS,
    )


async def _plans(
    home: Container, asker: Asker, lang: Language, found: Sequence[DebtorInvoice], plan: PlanShown | None
) -> dict[str, dict[str, Any]]:
    """By invoice number: what may be done about paying it in parts, and the parts that were asked to be shown."""
    ways = {}
    for one in found:
        card, kept = one.invoice, await Collections(home.database).collection(one.invoice.invoice_id)
        last, here = (kept.plans[-1] if kept.plans else None), plan and plan.invoice_id == one.invoice.invoice_id
        parts = plan.parts if plan and here else last.parts if last and last.state in OPEN else ()
        ways[card.number] = {
            "address": f"/debtors/{card.client_id}/plans/{card.invoice_id}",
            "offer": card.state == "open"
            and card.open_eur > 0
            and asker.may("propose_instalments")
            and not kept.plan,
            "answer": last.state if last and last.state in ("asked", "proposed") and asker.may("dispute") else "",
            "resume": bool(last and last.state == "broken") and asker.may("dispute"),
            "given": plan.given if plan and here else {},
            "parts": [(written_on(lang, part.on), money(lang, part.amount_eur)) for part in parts],
        }
    return ways


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
