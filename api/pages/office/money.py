"""The pages of the fund and of the books: what is held, owed, lost, and every entry behind it."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, BeforeValidator, ConfigDict

from api.container import Container, Home
from api.errors import Wrong
from api.pages.office import books as office_books
from api.pages.office import figures
from api.pages.office.query import Choice, Day
from api.pages.render import Paged
from api.pages.sheets import sheet
from api.security.permissions import Known
from domain.ledger import Account
from domain.money import ZERO
from domain.people import Entity, Language
from domain.rates import rate
from engine.words import money, say
from storage.core.pagination import BadCursor
from storage.money.figures_books import BookFigures, BookFilter, BookLine
from storage.money.figures_debts import Aged, DebtFigures, Loss, Month, PaysIn
from storage.money.figures_fund import WHOSE, FundFigures, Held, One, Week

router = APIRouter(include_in_schema=False)
WEEKS = 13
"""A quarter."""
ENTRIES = 25
MOST = 8
"""So many of a list are shown: the rest is small."""
A_YEAR = timedelta(days=365)
SHEET = ("day", "job", "entry", "line", "account", "text", "amount_eur", "entity")


@dataclass(frozen=True)
class FundRead:
    """Everything the page of the fund is made from."""

    held_eur: Decimal
    paid_ahead_eur: Decimal
    jobs: int
    per: Mapping[One, Sequence[Held]]
    weeks: Sequence[Week]
    bands: Sequence[Aged]
    slow: Sequence[PaysIn]
    months: Sequence[Month]
    lost: Sequence[Loss]
    names: Mapping[str, str]


class FundAsked(BaseModel):
    """Whose figures are looked at."""

    model_config = ConfigDict(extra="ignore")

    entity: Choice = None


@router.get("/fund")
async def fund(
    request: Request, home: Home, page: Paged, asker: Known, asked: Annotated[FundAsked, Query()]
) -> Response:
    """What the fund holds against its limits, what clients owe, how they pay, and what is lost; of one entity or of
    the whole cooperative."""
    asker.must("see_figures")
    entities = {one.slug: one for one in await home.entities.all()}
    chosen = entities.get(asked.entity or "")
    lang, today, read = page.language(request, asker), home.today(), await _read(home, chosen)
    limit = rate("fund_limit_fund", today).value
    return page.page(
        request,
        "fund.html",
        asker,
        pictures=_pictures(read, lang, today),
        stats=_stats(read, lang, limit),
        used={"max": limit, "value": read.held_eur, "tone": figures.tone(read.held_eur, limit)},
        given_up=figures.given_up(lang, read.lost, read.names),
        entity=chosen.slug if chosen else "",
        entities=[
            ("", say(lang, "office.ledger.any_entity")),
            *((one.slug, one.name) for one in entities.values()),
        ],
    )


async def _read(home: Container, entity: Entity | None) -> FundRead:
    reads, debts, since_at = FundFigures(home.database), DebtFigures(home.database), home.now() - A_YEAR
    of, iban = (entity.slug, entity.iban) if entity else (None, None)
    per = {whose: await reads.held_per(whose, MOST, of) for whose in WHOSE}
    slow, lost = await debts.pays_in(since_at, MOST, of), await debts.losses(since_at, MOST, of)
    clients = {one.whose for one in per["client"]} | {one.client_id for one in slow}
    names = await home.clients.names(clients | {one.client_id for one in lost})
    names |= await home.people.names(one.whose for one in per["member"])
    names |= {one.slug: one.name for one in await home.entities.all()}
    held, jobs = await reads.held(of)
    weeks, bands = await reads.weeks(home.today(), WEEKS, iban), await debts.aged(home.today(), of)
    ahead, months = await reads.paid_ahead(of), await debts.months(since_at, of)
    return FundRead(held, ahead, jobs, per, weeks, bands, slow, months, lost, names)


def _pictures(read: FundRead, lang: Language, today: date) -> list[figures.ChartWithTable]:
    leads = {"client": "/advisor?client={}", "member": "/advisor?member={}"}
    limits = {whose: rate(f"fund_limit_{whose}", today).value for whose in WHOSE}
    return [
        figures.flows(lang, read.weeks),
        figures.aged(lang, read.bands),
        figures.pays_in(lang, read.slow, read.names),
        figures.losses(lang, read.months),
        *(
            figures.held(f"per_{whose}", lang, held, limits[whose], read.names, leads.get(whose, ""))
            for whose, held in read.per.items()
        ),
    ]


def _stats(read: FundRead, lang: Language, limit: Decimal) -> list[tuple[str, str]]:
    asked = sum((one.asked_eur for one in read.months), ZERO)
    lost = sum((one.lost_eur for one in read.months), ZERO)
    owed, overdue = (sum((one.open_eur for one in bands), ZERO) for bands in (read.bands, read.bands[1:]))
    return [
        (money(lang, read.held_eur), say(lang, "office.fund.held", limit=limit, jobs=str(read.jobs))),
        (money(lang, read.paid_ahead_eur), say(lang, "office.fund.paid_ahead")),
        (money(lang, owed), say(lang, "office.fund.owed")),
        (money(lang, overdue), say(lang, "office.fund.overdue")),
        (figures.percent(lang, lost * 100 / asked if asked else ZERO), say(lang, "office.fund.lost")),
    ]


class BooksAsked(BaseModel):
    """What of the books is looked at; an empty field of the form does not matter."""

    model_config = ConfigDict(extra="ignore")

    job: Choice = None
    account: Annotated[Account | None, BeforeValidator(lambda value: value or None)] = None
    entity: Choice = None
    from_on: Day = None
    until_on: Day = None

    def filter(self) -> BookFilter:
        """The same for the store."""
        return BookFilter(
            job_id=self.job,
            account=self.account,
            entity=self.entity,
            from_on=self.from_on,
            until_on=self.until_on,
        )

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
    lang, books = page.language(request, asker), BookFigures(home.database)
    try:
        lines, more = await books.entries(asked.filter(), after, ENTRIES)
    except BadCursor as wrong:
        raise Wrong("wrong-cursor", str(wrong)) from None
    told = office_books.books_view(lang, await books.balances(asked.filter()), lines)
    names = {one.slug: one.name for one in await home.entities.all()}
    told |= office_books.entities_view(lang, names, await books.between())
    told["months"] = office_books.months(lang, asked.entity, home.today()) if asked.entity in names else []
    return page.page(request, "ledger.html", asker, **told, **_query_values(asked, more, lang))


def _query_values(asked: BooksAsked, more: str | None, lang: Language) -> dict[str, Any]:
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
    return sheet(f"ledger-{home.today()}.csv", SHEET, _rows(BookFigures(home.database).every(asked.filter())))


async def _rows(lines: AsyncIterator[BookLine]) -> AsyncIterator[tuple[object, ...]]:
    async for one in lines:
        yield one.on, one.job_id, one.key, one.n + 1, one.account.value, one.text, one.amount_eur, one.entity or ""
