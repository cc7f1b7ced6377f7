"""The page of the quarterly hand-over: what the social secretariat receives of one entity, and the file to send."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from api.container import Home
from api.pages.office.figures import written_on
from api.pages.office.query import Choice
from api.pages.render import Paged
from api.security.permissions import Known
from domain.hand_over import HandOver, HandOverLine
from domain.money import cents
from domain.people import Language
from domain.periods import quarter
from engine.words import money, say
from storage.people.hand_over import HandOvers

router = APIRouter(include_in_schema=False)
QUARTERS = 6
"""So many are offered, the one that ended last first."""
SUMS = ("gross_cents", "worker_contribution_cents", "withholding_cents", "net_cents", "employer_contribution_cents")


def _quarter(value: object) -> object:
    return None if value == "" else value


class HandOverAsked(BaseModel):
    """Which entity and which quarter."""

    model_config = ConfigDict(extra="ignore")

    entity: Choice = None
    quarter: Annotated[Annotated[str, Field(pattern=r"^20[2-9][0-9]-[1-4]$")] | None, BeforeValidator(_quarter)] = (
        None
    )


@router.get("/hand-over")
async def show(
    request: Request, home: Home, page: Paged, asker: Known, asked: Annotated[HandOverAsked, Query()]
) -> Response:
    """Each contract of the quarter in short, the totals to compare, and both files to take along."""
    asker.must("export_batch")
    lang = page.language(request, asker)
    entities = {one.slug: one for one in await home.entities.all()}
    offered = _offered(home.today())
    slug = asked.entity if asked.entity in entities else next(iter(entities), None)
    chosen = asked.quarter or offered[0]
    year, number = (int(part) for part in chosen.split("-"))
    made = None
    if slug is not None:
        made = await HandOvers(home.database).of(entities[slug], quarter(date(year, 3 * number, 1)))
    query = f"/api/hand-over?entity={slug}&year={year}&number={number}"
    return page.page(
        request,
        "hand_over.html",
        asker,
        entities=[(one.slug, one.name) for one in entities.values()],
        entity=slug or "",
        quarters=[(one, _named(one)) for one in dict.fromkeys((*offered, chosen))],
        quarter=chosen,
        made=_view(made, lang) if made else None,
        files={"csv": f"{query}&form=csv", "json": query},
    )


def _offered(today: date) -> list[str]:
    """The quarters a hand-over is usually asked for: those that ended, and the one that runs."""
    found, first_on = [], quarter(today).first_on
    for _ in range(QUARTERS):
        found.append(f"{first_on.year}-{(first_on.month + 2) // 3}")
        first_on = quarter(first_on - timedelta(days=1)).first_on
    return [found[1], found[0], *found[2:]]


def _named(chosen: str) -> str:
    year, number = chosen.split("-")
    return f"Q{number} {year}"


def _view(made: HandOver, lang: Language) -> dict[str, Any]:
    totals = made.totals
    return {
        "lines": [_line(one, lang) for one in made.lines],
        "sums": [(say(lang, f"office.hand_over.{name}"), _euros(totals[name], lang)) for name in SUMS],
        "until": written_on(lang, made.last_on),
        "checksum": made.checksum,
    }


def _line(one: HandOverLine, lang: Language) -> dict[str, Any]:
    return {
        "job": one.job,
        "name": one.name,
        "contract": one.contract,
        "kind": say(lang, f"office.hand_over.kind.{one.kind}"),
        "dimona": one.dimona_period or ("" if one.covered_by else "–"),
        "missing": not one.dimona_period and not one.covered_by,
        "on": written_on(lang, one.ends_on),
        "hours": f"{one.minutes // 60}:{one.minutes % 60:02d}",
        "days": one.days,
        "gross": _euros(one.gross_cents, lang),
        "withholding": _euros(one.withholding_cents, lang),
        "net": _euros(one.net_cents, lang),
    }


def _euros(amount: int, lang: Language) -> str:
    return money(lang, cents(Decimal(amount) / 100))
