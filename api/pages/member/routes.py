"""The pages of members: one job, live, and one's own private data."""

from typing import Literal

from fastapi import APIRouter, Request, Response

from api.container import Container, Home
from api.decisions import advisor_routes
from api.decisions import service as decision_service
from api.errors import Wrong
from api.jobs import access
from api.jobs.routes import JobId
from api.links.routes import back, read_body
from api.links.service import OwnData
from api.pages.member import job_view
from api.pages.render import Paged
from api.people import own_data
from api.security.permissions import Asker, Known, Maybe

router = APIRouter(include_in_schema=False)


@router.get("/jobs/{job_id}")
async def job(
    request: Request, home: Home, page: Paged, asker: Maybe, job_id: JobId, part: Literal["live"] | None = None
) -> Response:
    """One job, live."""
    if asker is None:
        raise Wrong("signed-out")
    data = await job_view.whole(home, asker, job_id, page.language(request, asker))
    if not part:
        await _mark_messages_read(home, asker, job_id)
    return page.page(request, "job_live.html" if part else "job.html", asker, **data)


async def _mark_messages_read(home: Container, asker: Asker, job_id: str) -> None:
    """What was written to whoever looks has been read; somebody else's look changes nothing."""
    if asker.may("approve"):
        await home.messages.read(job_id, "advisor", home.now())
    elif not asker.may("see_all_jobs"):
        await home.messages.read(job_id, "member", home.now())


@router.post("/jobs/{job_id}/report")
async def report(request: Request, home: Home, asker: Known, job_id: JobId) -> Response:
    """The answer to "everything as declared?", from a form."""
    given = await read_body(request, advisor_routes.ReportGiven)
    asker.must("report")
    await access.row(home, asker, job_id)
    await decision_service.report(home, asker, job_id, given.outcome, given.note)
    return back(request, f"/jobs/{job_id}")


@router.get("/me")
async def me(request: Request, home: Home, page: Paged, asker: Known, saved: bool = False) -> Response:
    """One's own private data."""
    person = await home.people.person(asker.person_id)
    return page.page(request, "me.html", asker, person=person, saved=saved, errors={})


@router.post("/me")
async def enter(request: Request, home: Home, page: Paged, asker: Known) -> Response:
    """Keep one's own private data, from a form; what is wrong is told at its field."""
    try:
        await own_data.enter(home, asker.person_id, await read_body(request, OwnData), asker.role)
    except Wrong as wrong:
        if not wrong.errors:
            raise
        person = await home.people.person(asker.person_id)
        errors = page.at_fields(request, asker, wrong.errors)
        return page.page(request, "me.html", asker, status=422, person=person, saved=False, errors=errors)
    return back(request, "/me?saved=true")
