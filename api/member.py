"""What members do and see: their jobs, the story of each, its papers and dates."""

from collections.abc import AsyncIterable
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Header, Path, Query, Request, Response
from fastapi.sse import EventSourceResponse, ServerSentEvent

from api import reading
from api.answers import JobFull, JobList, PaperTold, job_full, job_told, paper_told
from api.errors import Wrong, responses
from api.following import follow
from api.house import Home
from api.story import LEVEL, Audience, Line
from api.timetable import timetable
from api.who import Asker, may
from domain.job import JobState
from domain.people import Language
from engine.words import spoken
from storage.jobs import JobFilter

router = APIRouter(prefix="/api/jobs", tags=["jobs"])

JobId = Annotated[str, Path(pattern=r"^[0-9A-Za-z]{1,20}$", examples=["7ZK4M2Q9XA"])]
Lang = Annotated[Language | None, Query(description="fr, nl or en; left out, the reader's own")]
Sees = Annotated[Asker, Depends(may("see_jobs"))]
WHO = ("signed-out", "not-allowed", "not-found")


def language(request: Request, asker: Asker, lang: Language | None) -> Language:
    """The language asked for, else the browser's, else the person's own."""
    return lang or spoken(request.headers.get("accept-language"), asker.language)


@router.get("", responses=responses("signed-out", "not-allowed", "wrong-cursor"))
async def list_jobs(
    request: Request,
    home: Home,
    asker: Sees,
    state: JobState | None = None,
    service: Annotated[str | None, Query(max_length=40)] = None,
    parked: bool | None = None,
    client: Annotated[str | None, Query(max_length=40)] = None,
    member: Annotated[str | None, Query(max_length=40)] = None,
    text: Annotated[str | None, Query(max_length=100)] = None,
    cursor: Annotated[str | None, Query(max_length=200)] = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 50,
    lang: Lang = None,
) -> JobList:
    """Jobs, the latest first; a member sees their own."""
    wanted = JobFilter(state=state, service=service, parked=parked, client_id=client, member_id=member, text=text)
    page = await reading.jobs(home, asker, wanted, cursor, limit)
    words = language(request, asker, lang)
    return JobList(jobs=[job_told(row, words) for row in page.rows], next=page.next)


@router.get("/{job_id}", responses=responses(*WHO))
async def show_job(request: Request, home: Home, asker: Sees, job_id: JobId, lang: Lang = None) -> JobFull:
    """One job with its steps, in the order of the process."""
    kept = await reading.job(home, asker, job_id)
    steps = reading.in_process_order(kept.plan, await home.steps.of_job(job_id))
    return job_full(kept, steps, asker.audience, language(request, asker, lang))


@router.get("/{job_id}/history", responses=responses(*WHO))
async def history(
    request: Request,
    home: Home,
    asker: Sees,
    job_id: JobId,
    audience: Annotated[Audience | None, Query(description="at most the reader's own level")] = None,
    lang: Lang = None,
) -> list[Line]:
    """The story of a job: what happened, sentence by sentence."""
    await reading.row(home, asker, job_id)
    level = audience or asker.audience
    if LEVEL[level] > LEVEL[asker.audience]:
        raise Wrong("not-allowed", f"your level is {asker.audience}")
    return await reading.told(home, job_id, level, language(request, asker, lang))


async def _allowed_to_follow(home: Home, asker: Sees, job_id: JobId) -> Asker:
    """Checked before the stream begins, so that a refusal is an answer and not a broken stream."""
    await reading.row(home, asker, job_id)
    return asker


@router.get("/{job_id}/events", response_class=EventSourceResponse, responses=responses(*WHO))
async def events(
    request: Request,
    home: Home,
    asker: Annotated[Asker, Depends(_allowed_to_follow)],
    job_id: JobId,
    last_event_id: Annotated[int | None, Header(ge=0, description="the last line already seen")] = None,
    lang: Lang = None,
) -> AsyncIterable[ServerSentEvent]:
    """The story as it happens: Server-Sent Events named `story`, resumable by Last-Event-ID."""
    words = language(request, asker, lang)
    async for line in follow(home, job_id, last_event_id or 0, asker.audience, words):
        yield ServerSentEvent(raw_data=line.model_dump_json(), event="story", id=str(line.seq))


@router.get("/{job_id}/documents", responses=responses(*WHO))
async def documents(home: Home, asker: Sees, job_id: JobId) -> list[PaperTold]:
    """The papers of a job that are for you."""
    return [paper_told(paper) for paper in await reading.papers(home, asker, job_id)]


@router.get("/{job_id}/documents/{name}", response_class=Response, responses=responses(*WHO))
async def document(home: Home, asker: Sees, job_id: JobId, name: Annotated[str, Path(max_length=200)]) -> Response:
    """One paper."""
    paper, content = await reading.paper(home, asker, job_id, name)
    return file(content, paper.name, paper.media_type, "inline")


@router.get("/{job_id}/calendar.ics", response_class=Response, responses=responses(*WHO))
async def calendar(request: Request, home: Home, asker: Sees, job_id: JobId, lang: Lang = None) -> Response:
    """The days, journeys and handovers of a job, for any calendar program (RFC 5545)."""
    kept = await reading.job(home, asker, job_id)
    content = timetable(kept, language(request, asker, lang))
    return file(content, f"{job_id}.ics", "text/calendar; charset=utf-8", "attachment")


def file(content: bytes, name: str, media_type: str, how: Literal["inline", "attachment"]) -> Response:
    """A file as an answer; its name is quoted so that no header can be broken with it.

    Source: RFC 6266 section 4.3 and RFC 8187.
    """
    plain = "".join(sign for sign in name if sign.isascii() and (sign.isalnum() or sign in "-_.")) or "file"
    return Response(content, media_type=media_type, headers={"content-disposition": f'{how}; filename="{plain}"'})
