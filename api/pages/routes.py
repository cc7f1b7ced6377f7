"""The pages people open; each form posts to the same business as the API and comes back with a redirect."""

import json
from collections.abc import Mapping
from typing import Annotated, Any, Literal, get_args

from fastapi import APIRouter, Depends, Form, Query, Request, Response
from pydantic import TypeAdapter, ValidationError

from api import advisor, changing, deciding, linked, reading
from api.answers import paper_told
from api.deciding import CompleteGiven, Given, Kind, ReplayGiven
from api.errors import FieldProblem, Wrong
from api.house import ClockCommand, Home
from api.linked import OwnData
from api.links import back, read_body
from api.member import JobId
from api.ops import StepName
from api.pages import shown
from api.pages.render import Pages
from api.session import SignIn, close_session, keep_cookie, open_session
from api.who import COOKIE, Asker, Known, Maybe
from domain.people import Language
from storage.accounts import Role
from storage.jobs import JobFilter, KeptJob
from storage.steps import ParkedFilter

router = APIRouter(include_in_schema=False)
Cursor = Annotated[str | None, Query(max_length=300)]


def pages(request: Request) -> Pages:
    """The renderer of this application."""
    kept: Pages = request.app.state.pages
    return kept


Paged = Annotated[Pages, Depends(pages)]


@router.get("/")
async def home(request: Request, home: Home, page: Paged, asker: Maybe, cursor: Cursor = None) -> Response:
    """My jobs and the one glowing button; signed out, the way in."""
    if asker is None:
        return await _way_in(request, home, page)
    lang = page.language(request, asker)
    found = await reading.jobs(home, asker, JobFilter(), cursor, 20)
    cards = [await _card(home, row.job_id, lang) for row in found.rows]
    more = f"/?cursor={found.next}" if found.next else None
    return page.page(request, "home.html", asker, jobs=cards, more=more)


async def _card(home: Home, job_id: str, lang: Language) -> shown.JobCard:
    kept = await home.jobs.job(job_id)
    steps = reading.in_process_order(kept.plan, await home.steps.of_job(job_id))
    return shown.job_card(kept, steps, lang)


async def _way_in(request: Request, home: Home, page: Pages) -> Response:
    people: list[dict[str, str]] = []
    if not home.settings.production:
        for account in await home.accounts.demo():
            person = await home.people.person(account.person_id)
            people.append({"slug": account.login, "name": person.name, "role": account.roles[0]})
    order = list(get_args(Role))
    people.sort(key=lambda one: (order.index(one["role"]), one["name"]))
    return page.page(request, "sign_in.html", people=people, next=request.query_params.get("next", "/"))


@router.post("/sign-in")
async def sign_in(
    request: Request,
    home: Home,
    person: Annotated[str, Form(max_length=200)],
    next_: Annotated[str, Form(alias="next", max_length=300)] = "/",
    password: Annotated[str | None, Form(max_length=200)] = None,
) -> Response:
    """Come in, and go on to where one was going; never to another site."""
    session = await open_session(home, SignIn(person=person, password=password))
    response = back(request, next_ if next_.startswith("/") and not next_.startswith(("//", "/\\")) else "/")
    keep_cookie(response, request, session.token)
    return response


@router.post("/sign-out")
async def sign_out(request: Request, home: Home) -> Response:
    """Leave."""
    await close_session(home, request)
    response = back(request, "/")
    response.delete_cookie(COOKIE)
    return response


@router.get("/jobs/{job_id}")
async def job(
    request: Request, home: Home, page: Paged, asker: Maybe, job_id: JobId, part: Literal["live"] | None = None
) -> Response:
    """One job, live."""
    if asker is None:
        return back(request, f"/?next=/jobs/{job_id}")
    kept = await reading.job(home, asker, job_id)
    data = await _job(home, asker, kept, page.language(request, asker))
    return page.page(request, "job_live.html" if part else "job.html", asker, **data)


async def _job(home: Home, asker: Asker, kept: KeptJob, lang: Language) -> dict[str, Any]:
    rows = await home.steps.of_job(kept.job_id)
    steps = reading.in_process_order(kept.plan, rows)
    lines = await reading.told(home, kept.job_id, asker.audience, lang)
    last = {line.step: line.text for line in lines if line.step}
    own = kept.member_id == asker.person_id or asker.may("approve")
    decidable = [row for row in rows if row.state == "parked" and _may_decide(asker, row.decided_by)]
    return {
        "job": shown.job_card(kept, steps, lang, shown.what_next(kept, kept.file, steps, lang)),
        "steps": [shown.step_card(kept.job_id, one, last.get(one.step, ""), asker.audience, lang) for one in steps],
        "decisions": [shown.decision_card(row, asker.audience, lang) for row in decidable],
        "lines": shown.story(lines, lang),
        "papers": [shown.paper(paper_told(one), lang) for one in await reading.papers(home, asker, kept.job_id)],
        "ask_report": own and asker.may("report") and kept.state == "taking_place" and kept.file.report is None,
        "can_withdraw": own and asker.may("withdraw") and kept.state in shown.STILL_STOPPABLE,
    }


def _may_decide(asker: Asker, decided_by: str | None) -> bool:
    return asker.may("decide") or (asker.may("decide_own") and decided_by in asker.roles)


@router.post("/jobs/{job_id}/steps/{step}")
async def decide(request: Request, home: Home, asker: Known, job_id: JobId, step: StepName) -> Response:
    """A decision on a parked step, from a form."""
    row = await reading.step(home, asker, job_id, step)
    form = {name: value for name, value in (await request.form()).items() if isinstance(value, str) and value}
    kind, given = _given(form)
    await deciding.decide(home, asker, row, deciding.decision(kind, row, given, asker))
    return back(request, f"/jobs/{job_id}")


FORMS: Mapping[str, type[Given]] = {"replay": ReplayGiven, "by_hand": CompleteGiven}


def _given(form: dict[str, str]) -> tuple[Kind, Given]:
    kind: Kind = _valid(TypeAdapter(Kind), form.pop("kind", ""))
    model = FORMS.get(kind, Given)
    content: dict[str, Any] = {name: value for name, value in form.items() if name in model.model_fields}
    for name in ("request", "result"):
        if name in content:
            content[name] = _json(name, content[name])
    given: Given = _valid(TypeAdapter(model), content)
    return kind, given


def _json(name: str, text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError as error:
        raise Wrong("invalid", errors=[FieldProblem(where=name, why=str(error))]) from None


def _valid(adapter: TypeAdapter[Any], value: Any) -> Any:
    try:
        return adapter.validate_python(value)
    except ValidationError as error:
        fields = [FieldProblem(where=".".join(map(str, e["loc"])), why=e["msg"]) for e in error.errors()]
        raise Wrong("invalid", errors=fields) from None


@router.post("/jobs/{job_id}/report")
async def report(request: Request, home: Home, asker: Known, job_id: JobId) -> Response:
    """The answer to "everything as declared?", from a form."""
    given = await read_body(request, advisor.ReportGiven)
    _need(asker, "report")
    await reading.row(home, asker, job_id)
    await deciding.report(home, asker, job_id, given.outcome, given.note)
    return back(request, f"/jobs/{job_id}")


@router.post("/jobs/{job_id}/withdraw")
async def withdraw(request: Request, home: Home, asker: Known, job_id: JobId) -> Response:
    """Stop a job, from a form."""
    given = await read_body(request, changing.WithdrawalGiven)
    _need(asker, "withdraw")
    await reading.row(home, asker, job_id)
    await deciding.withdraw(home, asker, job_id, given.reason)
    return back(request, f"/jobs/{job_id}")


@router.post("/jobs/{job_id}/approvals/{rule}")
async def approve(request: Request, home: Home, asker: Known, job_id: JobId, rule: str) -> Response:
    """An adviser's yes or no, from a form."""
    given = await read_body(request, advisor.ApprovalAnswer)
    _need(asker, "approve")
    await reading.row(home, asker, job_id)
    await deciding.approve(home, asker, job_id, rule, given.granted, given.reason)
    return back(request, "/advisor")


def _need(asker: Asker, doing: Literal["report", "withdraw", "approve", "see_parked"]) -> None:
    if not asker.may(doing):
        raise Wrong("not-allowed")


@router.get("/ops")
async def ops(request: Request, home: Home, page: Paged, asker: Known, cursor: Cursor = None) -> Response:
    """The steps that wait for a person."""
    _need(asker, "see_parked")
    lang = page.language(request, asker)
    found = await home.steps.parked(ParkedFilter(), cursor, 30)
    cards = [shown.decision_card(row, asker.audience, lang) for row in found.rows]
    more = f"/ops?cursor={found.next}" if found.next else None
    return page.page(request, "ops.html", asker, parked=cards, more=more)


@router.get("/advisor")
async def approvals(
    request: Request, home: Home, page: Paged, asker: Known, text: Annotated[str, Query(max_length=100)] = ""
) -> Response:
    """What waits for an adviser's yes, and a search."""
    _need(asker, "approve")
    lang = page.language(request, asker)
    asked = (await reading.jobs(home, asker, JobFilter(state="agreeing"), None, 100)).rows
    waiting = [card for row in asked for card in shown.approvals(await home.jobs.job(row.job_id), lang)]
    found = await reading.jobs(home, asker, JobFilter(text=text or None), None, 20)
    cards = [await _card(home, row.job_id, lang) for row in found.rows]
    return page.page(request, "advisor.html", asker, approvals=waiting, jobs=cards, text=text)


@router.get("/me")
async def me(request: Request, home: Home, page: Paged, asker: Known, saved: bool = False) -> Response:
    """One's own private data."""
    person = await home.people.person(asker.person_id)
    return page.page(request, "me.html", asker, person=person, saved=saved)


@router.post("/me")
async def enter(request: Request, home: Home, asker: Known) -> Response:
    """Keep one's own private data, from a form."""
    await linked.enter(home, asker.person_id, await read_body(request, OwnData))
    return back(request, "/me?saved=true")


@router.post("/demo/clock")
async def turn(request: Request, home: Home, asker: Known, do: Annotated[ClockCommand, Form()]) -> Response:
    """The demonstration's bar."""
    if home.demo_clock is None:
        raise Wrong("not-found")
    await home.demo_clock.turn(do)
    return back(request, request.headers.get("referer") or "/")
