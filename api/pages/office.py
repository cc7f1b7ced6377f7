"""The pages of the office: what waits for an adviser, for operations, and decisions on parked steps."""

import json
from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from pydantic import TypeAdapter, ValidationError

from api import advisor, deciding, reading
from api.deciding import CompleteGiven, Given, Kind, ReplayGiven
from api.errors import FieldProblem, Wrong
from api.house import Home
from api.links import back, read_body
from api.member import JobId
from api.ops import StepName
from api.pages import office_shown
from api.pages.listed import job_card
from api.pages.render import Cursor, Paged
from api.who import Known
from storage.jobs import JobFilter
from storage.steps import ParkedFilter

router = APIRouter(include_in_schema=False)


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


@router.post("/jobs/{job_id}/approvals/{rule}")
async def approve(request: Request, home: Home, asker: Known, job_id: JobId, rule: str) -> Response:
    """An adviser's yes or no, from a form."""
    given = await read_body(request, advisor.ApprovalAnswer)
    asker.must("approve")
    await reading.row(home, asker, job_id)
    await deciding.approve(home, asker, job_id, rule, given.granted, given.reason)
    return back(request, "/advisor")


@router.get("/ops")
async def ops(request: Request, home: Home, page: Paged, asker: Known, cursor: Cursor = None) -> Response:
    """The steps that wait for a person."""
    asker.must("see_parked")
    lang = page.language(request, asker)
    found = await home.steps.parked(ParkedFilter(), cursor, 30)
    cards = [office_shown.decision_card(row, asker.audience, lang) for row in found.rows]
    more = f"/ops?cursor={found.next}" if found.next else None
    return page.page(request, "ops.html", asker, parked=cards, more=more)


@router.get("/advisor")
async def approvals(
    request: Request, home: Home, page: Paged, asker: Known, text: Annotated[str, Query(max_length=100)] = ""
) -> Response:
    """What waits for an adviser's yes, and a search."""
    asker.must("approve")
    lang = page.language(request, asker)
    asked = (await reading.jobs(home, asker, JobFilter(state="agreeing"), None, 100)).rows
    waiting = [card for row in asked for card in office_shown.approvals(await home.jobs.job(row.job_id), lang)]
    found = await reading.jobs(home, asker, JobFilter(text=text or None), None, 20)
    cards = [await job_card(home, row.job_id, lang) for row in found.rows]
    return page.page(request, "advisor.html", asker, approvals=waiting, jobs=cards, text=text)
