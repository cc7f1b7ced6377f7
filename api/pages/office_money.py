"""The pages of the fund and of the books: what is held, owed, lost, and every entry behind it."""

from collections.abc import AsyncIterator
from datetime import date, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, BeforeValidator, ConfigDict

from api.errors import Wrong
from api.house import Home
from api.pages import office_books, office_figures
from api.pages.render import Paged
from api.pages.sheets import sheet
from api.who import Known
from domain.ledger import Account
from domain.money import ZERO
from domain.people import Language
from domain.rates import rate
from domain.rules.prefinancing import Whose
from engine.words import money, say
from storage.figures_books import BookFilter, BookLine, Books
from storage.figures_debts import DebtFigures
from storage.figures_fund import FundFigures
from storage.pages import BadCursor

router = APIRouter(include_in_schema=False)
WEEKS = 16
"""A quarter and what led to it."""
A_YEAR = timedelta(days=365)
SHEET = ("day", "job", "entry", "line", "account", "text", "amount_eur")


@router.get("/fund")
async def fund(request: Request, home: Home, page: Paged, asker: Known) -> Response:
    """What the fund holds against its limits, what clients owe, how they pay, and what is lost."""
    asker.must("see_figures")
    lang, today = page.language(request, asker), home.today()
    reads, debts, since_at = FundFigures(home.database), DebtFigures(home.database), home.now() - A_YEAR
    per = {whose: await reads.held_per(whose) for whose in ("entity", "client", "member")}
    slow, lost = await debts.pays_in(since_at), await debts.losses(since_at)
    clients = {*(one.whose for one in per["client"]), *(one.client_id for one in (*slow, *lost))}
    labels = await home.clients.names(clients) | await home.people.names(one.whose for one in per["member"])
    labels |= {one.slug: one.name for one in await home.entities.all()}
    leads = {"client": "/advisor?client={}", "member": "/advisor?member={}"}
    limits: dict[str, Whose] = {"entity": "entity", "client": "client", "member": "member"}
    pictures = [
        office_figures.held(
            f"per_{whose}", lang, per[whose], rate(f"fund_limit_{limit}", today).value, labels, leads.get(whose, "")
        )
        for whose, limit in limits.items()
    ]
    bands, months = await debts.aged(today), await debts.months(since_at)
    pictures += [
        office_figures.flows(lang, await reads.weeks(today, WEEKS)),
        office_figures.aged(lang, bands),
        office_figures.pays_in(lang, slow, labels),
        office_figures.losses(lang, months),
    ]
    held, jobs = await reads.held()
    limit = rate("fund_limit_fund", today).value
    asked = sum((one.asked_eur for one in months), ZERO)
    gone = sum((one.lost_eur for one in months), ZERO)
    return page.page(
        request,
        "fund.html",
        asker,
        pictures=pictures,
        stats=[
            (money(lang, held), say(lang, "office.fund.held", limit=money(lang, limit), jobs=str(jobs))),
            (money(lang, sum((one.open_eur for one in bands), ZERO)), say(lang, "office.fund.owed")),
            (money(lang, sum((one.open_eur for one in bands[1:]), ZERO)), say(lang, "office.fund.overdue")),
            (office_figures.percent(lang, gone * 100 / asked if asked else ZERO), say(lang, "office.fund.lost")),
        ],
        used={"max": str(limit), "value": str(held), "tone": office_figures.tone(held, limit)},
        given_up=office_figures.given_up(lang, lost, labels),
    )


def _left_empty(value: object) -> object:
    return None if value == "" else value


class BooksAsked(BaseModel):
    """What of the books is looked at; an empty field of the form does not matter."""

    model_config = ConfigDict(extra="ignore")

    job: Annotated[str | None, BeforeValidator(_left_empty)] = None
    account: Annotated[Account | None, BeforeValidator(_left_empty)] = None
    from_on: Annotated[date | None, BeforeValidator(_left_empty)] = None
    until_on: Annotated[date | None, BeforeValidator(_left_empty)] = None

    def filter(self) -> BookFilter:
        """The same for the store."""
        return BookFilter(job_id=self.job, account=self.account, from_on=self.from_on, until_on=self.until_on)

    def query(self) -> dict[str, str]:
        """The same for an address."""
        return {name: str(value) for name, value in self.model_dump(mode="json", exclude_none=True).items()}


Asked = Annotated[BooksAsked, Query()]
After = Annotated[str | None, Query(max_length=300)]


@router.get("/ledger")
async def ledger(
    request: Request, home: Home, page: Paged, asker: Known, asked: Asked, after: After = None
) -> Response:
    """Every account with its balance, which add up to zero, and the entries behind them."""
    asker.must("see_figures")
    lang, books = page.language(request, asker), Books(home.database)
    try:
        lines, more = await books.entries(asked.filter(), after)
    except BadCursor as wrong:
        raise Wrong("wrong-cursor", str(wrong)) from None
    told = office_books.told(lang, await books.balances(asked.filter()), lines)
    return page.page(request, "ledger.html", asker, **told, **_asked(asked, more, lang))


def _asked(asked: BooksAsked, more: str | None, lang: Language) -> dict[str, Any]:
    query = asked.query()
    return {
        "asked": dict.fromkeys(BooksAsked.model_fields, "") | query,
        "accounts": [("", say(lang, "office.ledger.any")), *office_books.labels(lang)],
        "sheet": office_books.address("/ledger.csv", query),
        "more": office_books.address("/ledger", query | {"after": more}) if more else None,
    }


@router.get("/ledger.csv")
async def ledger_sheet(home: Home, asker: Known, asked: Asked) -> Response:
    """The same entries as a file, from the first day on."""
    asker.must("see_figures")
    return sheet(f"ledger-{home.today()}.csv", SHEET, _rows(Books(home.database).every(asked.filter())))


async def _rows(lines: AsyncIterator[BookLine]) -> AsyncIterator[tuple[object, ...]]:
    async for one in lines:
        yield one.on, one.job_id, one.key, one.n + 1, one.account.value, one.text, one.amount_eur
