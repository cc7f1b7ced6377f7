"""The page of an adviser: what needs me first, and every job found by words, reasons, days and amounts."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Annotated, Any, Literal
from urllib.parse import parse_qsl

import structlog
from fastapi import APIRouter, Form, Query, Request, Response
from pydantic import ConfigDict, ValidationError

from api.container import Container, Home
from api.decisions import advisor_routes
from api.decisions import service as decision_service
from api.decisions.advisor_routes import CrewItem
from api.errors import FieldProblem, Wrong
from api.jobs import access, due_deadlines
from api.jobs import search as job_search
from api.jobs.routes import JobId
from api.links.routes import back, read_body
from api.pages.office import views as shown
from api.pages.office.books import address
from api.pages.office.decision import proposal
from api.pages.render import Paged
from api.ports.process import NotTaken
from api.security.permissions import Asker, Known
from domain.people import Language
from storage.jobs.steps import ParkedFilter
from storage.money.figures_approvals import ApprovalFigures

router = APIRouter(include_in_schema=False)
AHEAD = timedelta(hours=48)
"""An adviser has two working days to act."""
AT_ONCE = 20
MOST_DUE = 60
Whose = Literal["mine", "all"]
Count = Annotated[int | None, Query(ge=0, le=500)]
MOST_AT_ONCE = 300
log = structlog.get_logger()


class AnswerToMany(advisor_routes.ApprovalAnswer):
    """One answer to the lines that the same form names."""

    model_config = ConfigDict(extra="ignore")


@router.get("/advisor")
async def desk(
    request: Request,
    home: Home,
    page: Paged,
    asker: Known,
    whose: Whose | None = None,
    answered: Count = None,
    not_asked: Count = None,
) -> Response:
    """What needs an adviser first; then search, with counts beside it."""
    asker.must("see_all_jobs")
    lang = page.language(request, asker)
    async with home.database.glancing():
        own = [one.person_id for one in await home.members.advised_by(asker.person_id)]
        mine = bool(own) and whose != "all"
        data = await _needs(home, asker, own if mine else None, lang) | await _found(request, home, asker, lang)
    data |= {"answered": answered, "not_asked": not_asked}
    return page.page(request, "advisor.html", asker, mine=mine, has_members=bool(own), **data)


async def _needs(home: Container, asker: Asker, members: Sequence[str] | None, lang: Language) -> dict[str, Any]:
    """Approvals, deadlines at risk, messages, parked steps and proposals; of one's own members, or of all."""
    asked = await ApprovalFigures(home.database).pending(members)
    messages = await home.messages.unanswered(asker.person_id if members is not None else None, AT_ONCE)
    parked = (await home.steps.parked(ParkedFilter(decided_by="advisor"), None, 100, now=home.now())).rows
    parked = [row for row in parked if members is None or row.member_id in members]
    due = [
        one
        for one in await due_deadlines.upcoming(home, asker, lang, AHEAD, MOST_DUE)
        if one.rank == 0 or one.parked
    ]
    claims = await home.insurance_claims.running()
    happened = await home.happenings.still_open(asker.person_id if members is not None else None, AT_ONCE)
    named = {one.job_id for one in messages} | {one.job_id for one in due} | {one.job_id for one in happened}
    jobs = await home.jobs.rows(named)
    due = [one for one in due if members is None or jobs[one.job_id].member_id in members]
    waiting = await home.proposals.all(limit=AT_ONCE)
    steps = await home.steps.known_by_name({(one.job_id, one.step) for one in waiting})
    waiting = [one for one in waiting if "advisor" in decision_service.may_confirm(steps[one.job_id, one.step])]
    people = {one.member_id for one in asked} | {one.from_id for one in messages} | {one.by for one in waiting}
    names = await home.people.names(people | {id_ for row in parked for id_ in shown.persons(row)})
    now = home.now()
    return {
        "approvals": sum(len(one.approvals) for one in asked),
        "groups": shown.by_rule([card for one in asked for card in shown.approvals(one, names, lang)]),
        "due": [shown.due(one, now, lang) for one in due[:AT_ONCE]],
        "happened": [
            shown.happening(one, jobs[one.job_id], one.happening_id in claims, now, lang) for one in happened
        ],
        "messages": [shown.message(one, jobs[one.job_id], names, now, lang) for one in messages],
        "parked": [shown.parked(row, asker, {}, {}, names, now, lang) for row in parked[:AT_ONCE]],
        "proposals": [proposal(one, steps[one.job_id, one.step], asker, names, lang) for one in waiting],
    }


async def _found(request: Request, home: Container, asker: Asker, lang: Language) -> dict[str, Any]:
    """The jobs that answer the question in the address, and how they can be narrowed."""
    given = {name: value for name, value in request.query_params.items() if value}
    cursor = given.pop("cursor", None)
    names = job_search.JobQuestion.model_fields
    question = _question({n: v for n, v in given.items() if n in names})
    page = await access.jobs(home, asker, question.filter(), cursor, AT_ONCE)
    asked = question.as_query()
    facets = await job_search.counted(home, asker, question, lang)
    members = {one.value: one.label for one in facets.member}
    members |= await home.people.names({row.member_id for row in page.rows} - members.keys())
    return {
        "asked": dict.fromkeys(names, "") | asked,
        "narrowed": bool(asked),
        "jobs": [shown.job_line(row, members, lang) for row in page.rows],
        "total": facets.total,
        "facets": shown.facets(facets, asked, lang),
        "chosen": shown.chosen(facets, asked, lang),
        "views": await job_search.views(home, asker),
        "here": address("", asked).removeprefix("?"),
        "more": address("/advisor", asked | {"cursor": page.next}) + "#jobs" if page.next else None,
    }


def _question(given: dict[str, str]) -> job_search.JobQuestion:
    """A question as it stands in an address; invalid when it is none."""
    try:
        return job_search.JobQuestion.model_validate(given)
    except ValidationError as error:
        raise Wrong("invalid", f"{error.errors()[0]['loc']}: {error.errors()[0]['msg']}") from None


@router.post("/advisor/approvals")
async def approve_many(request: Request, home: Home, asker: Known) -> Response:
    """One yes or no, with one reason, to every line that was ticked; what nobody asks any more is left alone."""
    asker.must("approve")
    form = await request.form()
    ticked = form.getlist("every" if form.get("all") else "one")
    given = await read_body(request, AnswerToMany)
    if not ticked:
        raise Wrong("invalid", errors=[FieldProblem(where="body.one", why="tick a line", code="approvals_none")])
    answered = 0
    for job_id, rule in (str(one).partition(" ")[::2] for one in ticked[:MOST_AT_ONCE]):
        try:
            await access.row(home, asker, job_id)
            await decision_service.approve(home, asker, job_id, rule, given.granted, given.reason)
            answered += 1
        except (NotTaken, Wrong) as error:
            log.info("an approval was not taken", job_id=job_id, rule=rule, why=str(error))
    return back(request, f"/advisor?answered={answered}&not_asked={len(ticked) - answered}")


@router.post("/jobs/{job_id}/approvals/{rule}")
async def approve(request: Request, home: Home, asker: Known, job_id: JobId, rule: str) -> Response:
    """An adviser's yes or no, from a form."""
    given = await read_body(request, advisor_routes.ApprovalAnswer)
    asker.must("approve")
    await access.row(home, asker, job_id)
    await decision_service.approve(home, asker, job_id, rule, given.granted, given.reason)
    return back(request, "/advisor")


@router.post("/jobs/{job_id}/crew/{item}/withholding")
async def withholding(request: Request, home: Home, asker: Known, job_id: JobId, item: CrewItem) -> Response:
    """Which withholding tax applies to somebody on the crew, from a form."""
    given = await read_body(request, advisor_routes.WithholdingGiven)
    asker.must("approve")
    await advisor_routes.set_withholding(home, asker, job_id, item, given)
    return back(request, f"/jobs/{job_id}/story")


@router.post("/advisor/views")
async def keep(
    request: Request,
    home: Home,
    asker: Known,
    name: Annotated[str, Form(min_length=1, max_length=80, pattern=r"\S")],
    question: Annotated[str, Form(max_length=1500)] = "",
    shared: Annotated[str, Form()] = "",
) -> Response:
    """Keep the question in the address under a name."""
    asker.must("see_all_jobs")
    asked = _question(dict(parse_qsl(question)))
    await job_search.save_view(home, asker, job_search.ViewGiven(name=name, asked=asked, shared=bool(shared)))
    return back(request, address("/advisor", asked.as_query()) + "#jobs")


@router.post("/advisor/views/{view_id}")
async def remove(
    request: Request, home: Home, asker: Known, view_id: str, here: Annotated[str, Query(max_length=1500)] = ""
) -> Response:
    """Take one's own view away."""
    asker.must("see_all_jobs")
    await job_search.remove_view(home, asker, view_id)
    return back(request, address("/advisor", dict(parse_qsl(here))) + "#jobs")
