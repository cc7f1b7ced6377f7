"""What becomes unlawful next: unmet deadlines, social security first, each with the step that endangers it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from pydantic import Field

from api.container import Container, Home
from api.errors import responses
from api.jobs import access
from api.jobs.routes import Lang, language
from api.jobs.schemas import Answered, ParkedTold, parked_told
from api.security.permissions import Asker, may
from api.wording.legal_bases import legal_basis
from api.wording.timeline import Names, item_title
from domain.orders import crew_of
from domain.people import Language
from domain.rules.urgency import urgency
from storage.jobs.deadlines import KeptDeadline
from storage.jobs.steps import StepRow

router = APIRouter(prefix="/api/ops", tags=["ops"])
FURTHEST = timedelta(days=60)


class DeadlineTold(Answered):
    """An unmet deadline."""

    job_id: str
    job_title: str
    kind: str
    """`dimona`, `contract_signed`, `wages_paid`, ..."""
    item: str
    """The crew member or document it is about."""
    who: str = ""
    """The same person by name."""
    due_at: datetime
    late: bool
    """Whether it is over already."""
    basis: str
    """The law and article, or the promise, that asks for it."""
    rank: int
    """0 comes first: what makes work unlawful."""
    service: str
    step: str | None = None
    """The step that meets it."""
    step_state: str | None = None
    parked: ParkedTold | None = None
    """That step, when it waits for a person: what endangers the deadline."""


@router.get("/deadlines", responses=responses("signed-out", "not-allowed"))
async def deadlines(
    request: Request,
    home: Home,
    asker: Annotated[Asker, Depends(may("see_parked"))],
    within: Annotated[
        timedelta, Query(description="ISO 8601 duration", examples=["PT12H"]), Field(ge=timedelta(0), le=FURTHEST)
    ] = timedelta(hours=12),
    lang: Lang = None,
) -> list[DeadlineTold]:
    """What is unmet and late or due within a time: Dimona first, then by urgency and instant."""
    return await upcoming(home, asker, language(request, asker, lang), within)


async def upcoming(
    home: Container, asker: Asker, lang: Language, within: timedelta, limit: int = 500
) -> list[DeadlineTold]:
    """The same, for pages, which show the first few."""
    now = home.now()
    found = await home.deadlines.due_unmet(now + within, limit)
    rows = await home.steps.of_jobs({one.job_id for one in found})
    plans = await home.jobs.plans({one.job_id for one in found})
    names = await access.crew_names_by_job(home, plans)
    told = [
        _deadline_view(one, plans[one.job_id].title, names[one.job_id], meeting(one, rows), asker, lang, now)
        for one in found
    ]
    return sorted(told, key=lambda one: (one.rank, one.due_at, one.job_id, one.item))


def meeting(one: KeptDeadline, rows: Sequence[StepRow]) -> StepRow | None:
    """The step that meets a deadline, a parked one first."""
    service = urgency(one.kind).service
    fit = [row for row in rows if row.job_id == one.job_id and row.service == service]
    fit = [row for row in fit if one.item in ("-", row.item)]
    return min(fit, key=lambda row: row.state != "parked", default=None)


def _deadline_view(
    one: KeptDeadline,
    title: str,
    names: Names,
    row: StepRow | None,
    asker: Asker,
    lang: Language,
    now: datetime,
) -> DeadlineTold:
    rank = urgency(one.kind)
    return DeadlineTold(
        job_id=one.job_id,
        job_title=title,
        kind=one.kind,
        item=one.item,
        who=item_title(one.item, lang, names) if crew_of(one.item) in names else "",
        due_at=one.due_at,
        late=one.due_at <= now,
        basis=legal_basis(one.kind, one.basis, lang),
        rank=rank.rank,
        service=rank.service,
        step=row.step if row else None,
        step_state=row.state if row else None,
        parked=parked_told(row, asker.audience, lang, _persons(row, names))
        if row and row.state == "parked"
        else None,
    )


def _persons(row: StepRow, names: Names) -> dict[str, str]:
    """The name of the person a step is about, by the person's id."""
    slug = crew_of(row.item)
    return {str(row.file.request.get("person_id")): names[slug]} if slug in names else {}
