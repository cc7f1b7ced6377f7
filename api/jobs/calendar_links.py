"""A job's dates in one's own calendar: a private address its program asks by itself, until it is stopped.

Source: RFC 5545; RFC 7986 section 5.7 for how often a program asks again.
"""

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response

from api.container import Container, Home
from api.errors import Wrong, responses
from api.jobs import access
from api.jobs.calendar_entries import timetable
from api.jobs.routes import JobId
from api.links import service as link_service
from api.links import whose
from api.links.routes import Token, back
from api.security.permissions import Asker, Known, asker_of
from api.security.uploads import file
from domain.message import Message
from storage.security.links import LinkRow

router = APIRouter(tags=["links"])
KEPT_FOR = timedelta(days=400)
"""After the last day: long enough to look back at for the tax return of that year."""


class Subscription(Message):
    """The private addresses of one calendar."""

    https: str
    webcal: str


async def subscription(home: Container, asker: Asker, job_id: str) -> Subscription | None:
    """The private address this person has for a job, when one was made and not stopped."""
    still = [one for one in await _made(home, asker, job_id) if one.closed_at is None]
    if not still:
        return None
    https = f"{home.links.url(still[-1])}/job.ics"
    return Subscription(https=https, webcal="webcal:" + https.partition(":")[2])


async def _made(home: Container, asker: Asker, job_id: str) -> list[LinkRow]:
    links = await home.links.of_job(job_id)
    return [one for one in links if one.audience == "calendar" and one.subject_id == asker.person_id]


@router.post("/jobs/{job_id}/calendar", include_in_schema=False)
async def subscribe(
    request: Request, home: Home, asker: Known, job_id: JobId, stop: Annotated[bool, Form()] = False
) -> Response:
    """Make a private address, or another one instead, or only stop the one there is."""
    job = await access.job(home, asker, job_id)
    made = await _made(home, asker, job_id)
    for one in made:
        if one.closed_at is None:
            await home.links.close(one.order_key)
    if not stop:
        await home.links.link(
            order_key=f"{job_id}/calendar/{asker.person_id}/{len(made) + 1}",
            job_id=job_id,
            step="calendar",
            audience="calendar",
            subject_id=asker.person_id,
            expires_at=max(job.plan.last_end_at, home.now()) + KEPT_FOR,
        )
    return back(request, f"/jobs/{job_id}#calendar")


@router.get("/c/{token}/job.ics", response_class=Response, responses=responses("not-found", "link-expired"))
async def calendar_file(home: Home, token: Token) -> Response:
    """The dates of a job, for the calendar program of whoever made this address; nothing else opens with it."""
    row = await whose.opened(home, token, "calendar")
    link_service.still_open(home, row)
    asker = await asker_of(home, row.subject_id)
    if asker is None or not asker.may("see_jobs"):
        raise Wrong("not-found")
    await access.row(home, asker, row.job_id)
    person = await home.people.person(row.subject_id)
    job = await home.jobs.job(row.job_id)
    content = timetable(job, person.language, await access.crew_names(home, job.plan))
    return file(content, f"{row.job_id}.ics", "text/calendar; charset=utf-8", "attachment")
