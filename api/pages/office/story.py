"""The page on which the whole of a job is read: its story, and each step from its request to its undo."""

from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from api.container import Container, Home
from api.history.permalinks import anchor
from api.history.service import with_facts
from api.jobs.routes import JobId
from api.pages.render import Paged
from api.pages.view_values import TONE
from api.security.permissions import Asker, Known
from api.wording.timeline import LEVEL, Audience
from domain.orders import crew_of
from domain.people import Language
from domain.plan import JobPlan
from engine.words import day, moment, money
from storage.jobs.steps import StepRow

Json = dict[str, object]
router = APIRouter(include_in_schema=False)


@router.get("/jobs/{job_id}/story")
async def story(
    request: Request,
    home: Home,
    page: Paged,
    asker: Known,
    job_id: JobId,
    level: Annotated[Audience | None, Query()] = None,
) -> Response:
    """The whole of a job at the reader's level; an adviser or operations may read it as a member does."""
    lang, audience = page.language(request, asker), level or asker.audience
    facts, told = await with_facts(home, asker, job_id, audience, lang)
    rows = {row.step: row for row in facts.rows}
    return page.page(
        request,
        "story.html",
        asker,
        told=told,
        decidable={one.step for one in told.steps if decidable(asker, rows.get(one.step))},
        moving=[one for one in told.steps if one.state in ("parked", "trying", "missed", "failed")],
        withheld=await _withheld(home, facts.job.plan) if asker.may("approve") else [],
        levels=[one for one in ("member", "advisor", "ops") if may_read(asker, one)],
        **words(lang),
    )


async def _withheld(home: Container, plan: JobPlan) -> list[Json]:
    """Everybody who is paid a wage as an artist, and which withholding tax their adviser has set."""
    people = {crew_of(item): wage.person_id for item, wage in plan.wages.items() if wage.chain == "artist"}
    names, chosen = await home.people.names(people.values()), await home.people.withholding(people.values())
    return [
        {"item": item, "name": names.get(person_id, item), "chosen": chosen.get(person_id)}
        for item, person_id in people.items()
    ]


def may_read(asker: Asker, audience: Audience) -> bool:
    """Whether somebody may read at this level."""
    return LEVEL[audience] <= LEVEL[asker.audience]


def decidable(asker: Asker, row: StepRow | None) -> bool:
    """Whether this person may open the decision on a step."""
    if row is None or row.state != "parked":
        return False
    return asker.may("decide") or (asker.may("decide_own") and row.decided_by in asker.roles)


def words(lang: Language) -> dict[str, Any]:
    """How instants, days and amounts are written on a page."""
    return {
        "when": partial(moment, lang, form="EEE d MMM, HH:mm"),
        "on": partial(day, lang),
        "eur": partial(money, lang),
        "tone_of": lambda state: TONE.get(state, ""),
        "anchor": anchor,
    }
