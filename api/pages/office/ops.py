"""The page operations open first: what becomes unlawful, what went wrong, what waits, and how the partners are."""

from datetime import timedelta
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from api.bulk import service as bulk_service
from api.container import Container, Home
from api.decisions import outcome as decision_outcome
from api.decisions.service import Reason
from api.errors import Wrong
from api.jobs import access, due_deadlines
from api.links.routes import back, read_body
from api.pages.office import ops_view as shown
from api.pages.office.books import address
from api.pages.office.decision import proposal
from api.pages.office.query import Choice
from api.pages.render import Paged
from api.partners import routes as partner_routes
from api.security.permissions import Asker, Known
from domain.people import Language
from storage.core.pagination import BadCursor
from storage.jobs.steps import ParkedFilter

router = APIRouter(include_in_schema=False)
NIGHT = timedelta(hours=12)
"""What is due further ahead can wait until people are at work."""
AT_ONCE = 50
RUNNING = 5
MOST_DUE = 24
"""More than that on one night is an incident, which stands right below."""


class ParkedAsked(BaseModel):
    """Which parked steps are listed; an empty field of the form does not matter."""

    model_config = ConfigDict(extra="ignore")

    service: Choice = None
    partner: Choice = None
    error: Choice = None
    decided_by: Choice = None
    text: Choice = None

    def filter(self) -> ParkedFilter:
        """The same for the store."""
        return ParkedFilter(
            service=self.service,
            partner=self.partner,
            error_type=self.error,
            decided_by=self.decided_by,
            text=self.text,
        )

    def query(self) -> dict[str, str]:
        """The same for an address."""
        return self.model_dump(exclude_none=True)


@router.get("/ops")
async def ops(
    request: Request,
    home: Home,
    page: Paged,
    asker: Known,
    asked: Annotated[ParkedAsked, Query()],
    cursor: Annotated[str | None, Query(max_length=300)] = None,
    part: Literal["live"] | None = None,
) -> Response:
    """Deadlines first, then incidents, parked steps, second persons, partners and what runs."""
    asker.must("see_parked")
    lang = page.language(request, asker)
    async with home.database.glancing():
        data = await _first(home, asker, lang) | await _parked(home, asker, asked, cursor, lang)
        data |= await _aside(home, asker, lang)
    return page.page(request, "ops_live.html" if part else "ops.html", asker, **data)


async def _first(home: Container, asker: Asker, lang: Language) -> dict[str, Any]:
    """What cannot wait until the morning, and what went wrong."""
    due = await due_deadlines.upcoming(home, asker, lang, NIGHT, MOST_DUE)
    incidents = await home.incidents.all(home.now())
    return {
        "due": [shown.due(one, home.now(), lang) for one in due],
        "stuck": [shown.stuck(one, home.now(), lang) for one in await home.stuck.all()],
        "incidents": [shown.incident(one, home.now(), asker.audience, lang) for one in incidents],
        "parked_count": sum(one.count for one in incidents),
        "choices": shown.choices(incidents, lang),
    }


async def _parked(
    home: Container, asker: Asker, asked: ParkedAsked, cursor: str | None, lang: Language
) -> dict[str, Any]:
    try:
        found = await home.steps.parked(asked.filter(), cursor, AT_ONCE, now=home.now())
    except BadCursor as wrong:
        raise Wrong("wrong-cursor", str(wrong)) from None
    places = [(row.job_id, row.step) for row in found.rows]
    claims, notes = await home.claims.of_steps(places, home.now()), await home.claims.notes(places)
    people = {one.by for one in claims.values()} | {kept[-1].by for kept in notes.values()}
    names = await home.people.names(people | {id_ for row in found.rows for id_ in shown.persons(row)})
    query = asked.query()
    return {
        "parked": [shown.parked(row, asker, claims, notes, names, home.now(), lang) for row in found.rows],
        "asked": dict.fromkeys(ParkedAsked.model_fields, "") | query,
        "narrowed": bool(query),
        "more": address("/ops", query | {"cursor": found.next}) + "#parked" if found.next else None,
        "live": address("/ops", query | ({"cursor": cursor} if cursor else {}) | {"part": "live", "lang": lang}),
    }


async def _aside(home: Container, asker: Asker, lang: Language) -> dict[str, Any]:
    """Who waits for a second person or a look, how the partners are, and what runs."""
    proposed, reviews = await home.proposals.all(limit=AT_ONCE), await home.operations.to_review(limit=AT_ONCE)
    steps = await home.steps.known_by_name([(one.job_id, one.step) for one in proposed])
    called = await access.names_by_step(home, {(one.job_id, one.step) for one in reviews})
    told = await partner_routes.partners_told(home)
    running = [await bulk_service.replay_status(home, one) for one in (await home.replays.page(limit=RUNNING)).rows]
    people = {one.by for one in running} | {one.by for one in proposed} | {one.by for one in reviews}
    names = await home.people.names(people | {one.switch.by for one in told})
    return {
        "proposals": [proposal(one, steps.get((one.job_id, one.step)), asker, names, lang) for one in proposed],
        "reviews": [shown.review(one, asker, names, called, lang) for one in reviews],
        "partners": [shown.partner(one, names, home.now(), asker.audience, lang) for one in told],
        "replays": [shown.replay(one, names, lang) for one in running],
    }


class SwitchGiven(BaseModel):
    """How a partner's switch is turned, from a form."""

    model_config = ConfigDict(extra="ignore")

    do: Literal["pause", "resume", "by_itself_on", "by_itself_off"]
    reason: Reason
    rate_per_minute: Annotated[int, Field(ge=1, le=6000)] = 30


@router.post("/ops/partners/{partner}")
async def turn(
    request: Request, home: Home, asker: Known, partner: Annotated[str, Path(pattern=r"^[a-z-]{1,40}$")]
) -> Response:
    """Pause the calls to a partner, let them go on at a rate, or let parked steps be replayed by themselves."""
    asker.must("decide")
    given = await read_body(request, SwitchGiven)
    if given.do == "pause":
        await partner_routes.turn(home, asker, partner, given.reason, "paused")
    elif given.do == "resume":
        await partner_routes.turn(home, asker, partner, given.reason, "resuming", given.rate_per_minute)
    else:
        await partner_routes.replay_by_itself(home, asker, partner, given.reason, given.do == "by_itself_on")
    return back(request, "/ops#partners")


@router.post("/ops/reviews/{operation_id}")
async def review(request: Request, home: Home, asker: Known, operation_id: str) -> Response:
    """A second look at what one person decided."""
    given = await read_body(request, decision_outcome.ReviewGiven)
    asker.must("review")
    await decision_outcome.review(request, home, asker, operation_id, given)
    return back(request, "/ops#reviews")
