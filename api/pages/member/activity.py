"""All of a member's jobs together: the activity account with its file, the clients and what they owe, the days."""

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from fastapi import APIRouter, Request, Response

from api.container import Container, Home
from api.history.sections import money_text
from api.jobs import access
from api.jobs.calendar_entries import timetables
from api.links.service import job_days
from api.pages.member.job_view import BEFORE_THE_END
from api.pages.render import Paged
from api.pages.sheets import sheet
from api.security.permissions import Asker, Known
from api.security.uploads import file
from api.wording.work_days import work_days
from domain.collection_state import CollectionCard
from domain.money import ZERO
from domain.people import Language
from domain.promises import takes_place
from engine.words import day, money, say
from storage.jobs.jobs import KeptJob
from storage.jobs.search import JobFilter
from storage.money.activity_account import ActivityAccount, ActivityLine

router = APIRouter(include_in_schema=False)
SHEET = ("day", "job", "title", "what", "amount_eur")
SHOWN = 60
"""Lines on the page; the file has all of them."""
MOST_JOBS = 300
"""Jobs whose days are looked through for the calendar; the latest declared first."""


@router.get("/account")
async def account(request: Request, home: Home, page: Paged, asker: Known) -> Response:
    """What came in, what went out, what is left; by month and by job; what clients owe; the days to come."""
    asker.must("declare")
    lang = page.language(request, asker)
    async with home.database.glancing():
        lines = await ActivityAccount(home.database).lines(asker.person_id)
        owed = await ActivityAccount(home.database).owed(asker.person_id, home.today())
        of_these = await home.jobs.rows({one.job_id for one in owed})
        clients = {one.client_id: one.client_name for one in of_these.values()}
        ahead = [
            one for one in await _jobs(home, asker) if takes_place(one.file) and one.plan.last_end_at > home.now()
        ]
    return page.page(
        request,
        "account.html",
        asker,
        sums=_sums(lines, lang),
        months=_grouped(((one.on.strftime("%Y-%m"), day(lang, one.on, "LLLL y")) for one in lines), lines, lang),
        jobs=_grouped(((one.job_id, one.title) for one in lines), lines, lang),
        lines=[
            (day(lang, one.on), one.job_id, one.title, money_text(one.text, lang), money(lang, one.amount_eur))
            for one in lines[:SHOWN]
        ],
        more=max(len(lines) - SHOWN, 0),
        clients=_clients(owed, clients, lang),
        ahead=[_ahead(one, lang) for one in sorted(ahead, key=lambda one: one.plan.first_start_at)],
    )


@router.get("/account.csv")
async def account_sheet(request: Request, home: Home, page: Paged, asker: Known) -> Response:
    """Every line of the account as a file for a spreadsheet."""
    asker.must("declare")
    lines = await ActivityAccount(home.database).lines(asker.person_id)
    return sheet(f"account-{home.today()}.csv", SHEET, _rows(lines, page.language(request, asker)))


@router.get("/calendar.ics")
async def calendar(request: Request, home: Home, page: Paged, asker: Known) -> Response:
    """The days of all jobs that take place, in one file for a calendar program."""
    asker.must("declare")
    lang = page.language(request, asker)
    jobs = [(one, await access.crew_names(home, one.plan)) for one in await _jobs(home, asker)]
    return file(timetables(jobs, lang), "all-inclusive.ics", "text/calendar; charset=utf-8", "attachment")


async def _jobs(home: Container, asker: Asker) -> list[KeptJob]:
    """One's own jobs that are still to take place or do so now, the latest declared first."""
    found = await home.jobs.page(JobFilter(member_id=asker.person_id), None, MOST_JOBS)
    return [await home.jobs.job(row.job_id) for row in found.rows if row.state in BEFORE_THE_END]


async def _rows(lines: Sequence[ActivityLine], lang: Language) -> AsyncIterator[Iterable[object]]:
    for one in lines:
        yield one.on, one.job_id, one.title, money_text(one.text, lang), one.amount_eur


def _sums(lines: Sequence[ActivityLine], lang: Language) -> list[tuple[str, str]]:
    came, went = _came(lines), _went(lines)
    amounts = {"in": came, "out": -went, "left": came + went}
    return [(say(lang, f"page.account.{name}"), money(lang, amount)) for name, amount in amounts.items()]


def _came(lines: Iterable[ActivityLine]) -> Decimal:
    return sum((one.amount_eur for one in lines if one.amount_eur > 0), ZERO)


def _went(lines: Iterable[ActivityLine]) -> Decimal:
    return sum((one.amount_eur for one in lines if one.amount_eur < 0), ZERO)


def _grouped(
    named: Iterable[tuple[str, str]], lines: Sequence[ActivityLine], lang: Language
) -> list[tuple[str, str, str, str, str]]:
    """In, out and what is left by month or by job: its key, its name, and the three amounts."""
    groups: dict[tuple[str, str], list[ActivityLine]] = {}
    for name, one in zip(named, lines, strict=True):
        groups.setdefault(name, []).append(one)
    return [
        (
            key,
            name,
            money(lang, _came(its)),
            money(lang, -_went(its)),
            money(lang, _came(its) + _went(its)),
        )
        for (key, name), its in groups.items()
    ]


def _clients(owed: Sequence[CollectionCard], names: Mapping[str, str], lang: Language) -> list[dict[str, Any]]:
    """Each client with open invoices: what they owe in all, what of it is late, and which invoices."""
    by_client: dict[str, list[CollectionCard]] = {}
    for one in owed:
        by_client.setdefault(one.client_id, []).append(one)
    return [
        {
            "name": names.get(client_id) or say(lang, "value.who.unnamed"),
            "open": money(lang, sum((one.open_eur for one in its), ZERO)),
            "late": money(lang, late)
            if (late := sum((one.open_eur for one in its if one.days_late), ZERO))
            else "",
            "invoices": [
                (one.number, f"/jobs/{one.job_id}#money", money(lang, one.open_eur), day(lang, one.due_on))
                for one in its
            ],
        }
        for client_id, its in by_client.items()
    ]


def _ahead(one: KeptJob, lang: Language) -> tuple[str, str, list[str]]:
    return f"/jobs/{one.job_id}", one.title, work_days(job_days(one.plan.employment_contract.values()), lang)
