"""Finding jobs: lists, counts beside them, and views under a name whose address carries the question itself."""

from collections.abc import Callable, Sequence
from datetime import date, time, timedelta
from decimal import Decimal
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from api.container import Container, Home
from api.errors import Wrong, responses
from api.history.waiting_times import partner_name
from api.jobs import access
from api.jobs.routes import Sees, language
from api.jobs.schemas import Answered, JobList, job_told
from api.security.permissions import Asker, may
from api.wording.timeline import general_reason
from domain.job import JobState
from domain.money import Eur
from domain.people import Language
from domain.periods import instant
from engine.words import knows, say
from storage.jobs.saved_views import JobView, TooManyViews
from storage.jobs.search import Facet, JobFilter

router = APIRouter(prefix="/api", tags=["jobs"])
Amount = Annotated[Eur, Field(ge=0, le=Decimal(100_000_000))]
PAGE = "/advisor"
"""The page on which a view opens; its address carries the question itself."""


class JobQuestion(BaseModel):
    """Which jobs are looked for; what is left out does not matter. Days are days in Brussels, both included."""

    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True, populate_by_name=True)

    state: JobState | None = None
    service: Annotated[str, Field(max_length=40)] | None = None
    """With `parked`, only jobs in which this service waits for a decision."""
    parked: bool | None = None
    error: Annotated[str, Field(max_length=80)] | None = None
    """Why a step waits for a decision: a refusal's name or the kind of failure."""
    partner: Annotated[str, Field(max_length=40)] | None = None
    """Because of whom a step waits for a decision."""
    member: Annotated[str, Field(max_length=40)] | None = None
    client: Annotated[str, Field(max_length=40)] | None = None
    entity: Annotated[str, Field(max_length=40)] | None = None
    amount_from: Amount | None = None
    amount_to: Amount | None = None
    starts_from: date | None = None
    """The first day of the job."""
    starts_to: date | None = None
    deadline_before: AwareDatetime | None = None
    """Something is due before this instant and not done."""
    text: Annotated[str, Field(max_length=100)] | None = None
    """Beginnings of words: title, client, member, job id, invoice number, payment reference."""

    def filter(self) -> JobFilter:
        """The same question for the database."""
        return JobFilter(
            state=self.state,
            service=self.service,
            parked=self.parked,
            error_type=self.error,
            partner=self.partner,
            member_id=self.member,
            client_id=self.client,
            entity=self.entity,
            amount_from_eur=self.amount_from,
            amount_to_eur=self.amount_to,
            starts_from_at=instant(self.starts_from, time.min) if self.starts_from else None,
            starts_before_at=instant(self.starts_to + timedelta(days=1), time.min) if self.starts_to else None,
            deadline_before_at=self.deadline_before,
            text=self.text or None,
        )

    def as_query(self) -> dict[str, str]:
        """The question as an address carries it, without what does not matter."""
        given = self.model_dump(mode="json", exclude_none=True)
        return {
            name: str(value).lower() if isinstance(value, bool) else str(value) for name, value in given.items()
        }


class PageOf(JobQuestion):
    """A question, and which part of its answer."""

    cursor: Annotated[str, Field(max_length=200)] | None = None
    limit: Annotated[int, Field(ge=1, le=100)] = 50
    lang: Language | None = None
    """fr, nl or en; left out, the reader's own."""


class CountsOf(JobQuestion):
    """A question whose jobs are counted."""

    lang: Language | None = None
    """fr, nl or en; left out, the reader's own."""


class Counted(Answered):
    """One value by which the jobs can be narrowed, and how many have it."""

    value: str
    """As the question takes it."""
    label: str
    """In the reader's language."""
    count: int


class FacetsTold(Answered):
    """How many jobs answer the question, counted by what they can be narrowed with."""

    total: int
    state: list[Counted]
    service: list[Counted]
    """Services that wait for a decision."""
    error: list[Counted]
    partner: list[Counted]
    member: list[Counted]
    client: list[Counted]


class ViewGiven(BaseModel):
    """A question to keep under a name."""

    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)

    name: Annotated[str, Field(min_length=1, max_length=80, pattern=r"\S")]
    asked: JobQuestion
    shared: bool = False
    """Whether colleagues see it too."""


class ViewTold(Answered):
    """A saved view."""

    view_id: str
    name: str
    shared: bool
    mine: bool
    owner: str
    asked: dict[str, str]
    address: str
    """Where it opens; whoever gets the address sees the same question, within what they may see."""
    api: str
    """The same for programs."""


@router.get("/jobs", responses=responses("signed-out", "not-allowed", "wrong-cursor"))
async def list_jobs(request: Request, home: Home, asker: Sees, asked: Annotated[PageOf, Query()]) -> JobList:
    """Jobs, the latest first; a member sees their own. A page stays where it is while new jobs come."""
    page = await access.jobs(home, asker, asked.filter(), asked.cursor, asked.limit)
    words = language(request, asker, asked.lang)
    return JobList(jobs=[job_told(row, words) for row in page.rows], next=page.next)


@router.get("/jobs/facets", responses=responses("signed-out", "not-allowed"))
async def facets(request: Request, home: Home, asker: Sees, asked: Annotated[CountsOf, Query()]) -> FacetsTold:
    """The jobs of the same question counted by state, service, reason, partner, member and client."""
    return await counted(home, asker, asked, language(request, asker, asked.lang))


async def counted(home: Container, asker: Asker, asked: JobQuestion, lang: Language) -> FacetsTold:
    """The counts beside a list, with their names."""
    found = await home.job_search.facets(access.own(asker, asked.filter()))
    members = await home.people.names([one.value for one in found.member])
    clients = await home.clients.names([one.value for one in found.client])

    def labelled(facets: Sequence[Facet], label: Callable[[str], str]) -> list[Counted]:
        return [Counted(value=one.value, label=label(one.value), count=one.count) for one in facets]

    return FacetsTold(
        total=found.total,
        state=labelled(found.state, lambda state: say(lang, f"state.job.{state}")),
        service=labelled(found.service, lambda service: _known(f"service.{service}", service, lang)),
        error=labelled(found.error, lambda name: _reason(name, lang)),
        partner=labelled(found.partner, lambda name: partner_name(name, lang)),
        member=labelled(found.member, lambda person: members.get(person) or say(lang, "value.who.unnamed")),
        client=labelled(found.client, lambda client: clients.get(client) or say(lang, "value.who.unnamed")),
    )


def _known(msgid: str, otherwise: str, lang: Language) -> str:
    return say(lang, msgid) if knows(msgid) else otherwise


def _reason(name: str, lang: Language) -> str:
    """A reason without the figures of one case."""
    return general_reason(name, lang)


# -- saved views ---------------------------------------------------------------------------------------------

Keeps = Annotated[Asker, Depends(may("see_all_jobs"))]


@router.get("/views", responses=responses("signed-out", "not-allowed"))
async def views(home: Home, asker: Keeps) -> list[ViewTold]:
    """One's own views and those shared by colleagues."""
    found = await home.views.seen_by(asker.person_id)
    names = await home.people.names({one.owner_id for one in found})
    return [view_told(one, asker, names.get(one.owner_id, "")) for one in found]


@router.post("/views", status_code=201, responses=responses("signed-out", "not-allowed", "too-many"))
async def save_view(home: Home, asker: Keeps, given: ViewGiven) -> ViewTold:
    """Keep a question under a name; the same name again changes it."""
    try:
        kept = await home.views.save(
            asker.person_id, given.name.strip(), given.asked.as_query(), given.shared, home.now()
        )
    except TooManyViews:
        raise Wrong("too-many", "take a view away that you do not use any more") from None
    return view_told(kept, asker, asker.name)


@router.delete("/views/{view_id}", status_code=204, responses=responses("signed-out", "not-allowed", "not-found"))
async def remove_view(home: Home, asker: Keeps, view_id: Annotated[str, Path(max_length=40)]) -> Response:
    """Take one's own view away."""
    if not await home.views.remove(asker.person_id, view_id):
        raise Wrong("not-found")
    return Response(status_code=204)


def view_told(kept: JobView, asker: Asker, owner: str) -> ViewTold:
    """One view with its addresses."""
    query = urlencode(sorted(kept.asked.items()))
    return ViewTold(
        view_id=kept.view_id,
        name=kept.name,
        shared=kept.shared,
        mine=kept.owner_id == asker.person_id,
        owner=owner,
        asked=kept.asked,
        address=f"{PAGE}?{query}" if query else PAGE,
        api=f"/api/jobs?{query}" if query else "/api/jobs",
    )
