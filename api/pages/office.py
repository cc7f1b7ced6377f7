"""The pages of the office: what waits for an adviser, for operations, and decisions on parked steps."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from api import advisor, deciding, reading
from api.house import Home
from api.links import back, read_body
from api.member import JobId
from api.pages import office_shown
from api.pages.listed import job_card
from api.pages.render import Paged
from api.who import Known
from storage.jobs import JobFilter

router = APIRouter(include_in_schema=False)


@router.post("/jobs/{job_id}/approvals/{rule}")
async def approve(request: Request, home: Home, asker: Known, job_id: JobId, rule: str) -> Response:
    """An adviser's yes or no, from a form."""
    given = await read_body(request, advisor.ApprovalAnswer)
    asker.must("approve")
    await reading.row(home, asker, job_id)
    await deciding.approve(home, asker, job_id, rule, given.granted, given.reason)
    return back(request, "/advisor")


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
