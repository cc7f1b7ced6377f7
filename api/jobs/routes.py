"""What members do and see: their jobs, the story of each, its papers and dates."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request, Response

from api.container import Home
from api.errors import responses
from api.jobs import access
from api.jobs.calendar_entries import timetable
from api.jobs.schemas import JobFull, PaperTold, job_full, paper_told
from api.security.permissions import Asker, may
from api.security.uploads import file, paper_file
from domain.people import Language
from engine.words import pick_language

router = APIRouter(prefix="/api/jobs", tags=["jobs"])

JobId = Annotated[str, Path(pattern=r"^[0-9A-Za-z]{1,20}$", examples=["7ZK4M2Q9XA"])]
Lang = Annotated[Language | None, Query(description="fr, nl or en; left out, the reader's own")]
Sees = Annotated[Asker, Depends(may("see_jobs"))]
WHO = ("signed-out", "not-allowed", "not-found")


def language(request: Request, asker: Asker | None, lang: Language | None) -> Language:
    """The language asked for, else the browser's, else the person's own."""
    return lang or pick_language(request.headers.get("accept-language"), asker.language if asker else "fr")


@router.get("/{job_id}", responses=responses(*WHO))
async def show_job(request: Request, home: Home, asker: Sees, job_id: JobId, lang: Lang = None) -> JobFull:
    """One job with its steps, in the order of the process."""
    kept = await access.job(home, asker, job_id)
    steps = access.in_process_order(kept, await home.steps.of_job(job_id))
    names = await access.crew_names(home, kept.plan, steps)
    return job_full(kept, steps, asker.audience, language(request, asker, lang), names)


@router.get("/{job_id}/documents", responses=responses(*WHO))
async def documents(home: Home, asker: Sees, job_id: JobId) -> list[PaperTold]:
    """The papers of a job that are for you."""
    return [paper_told(paper) for paper in await access.papers(home, asker, job_id)]


@router.get("/{job_id}/documents/{name}", response_class=Response, responses=responses(*WHO))
async def document(home: Home, asker: Sees, job_id: JobId, name: Annotated[str, Path(max_length=200)]) -> Response:
    """One paper."""
    paper, content = await access.paper(home, asker, job_id, name)
    return paper_file(content, paper.name, paper.kind, paper.media_type)


@router.get("/{job_id}/calendar.ics", response_class=Response, responses=responses(*WHO))
async def calendar(request: Request, home: Home, asker: Sees, job_id: JobId, lang: Lang = None) -> Response:
    """The days, journeys and handovers of a job, for any calendar program (RFC 5545)."""
    kept = await access.job(home, asker, job_id)
    content = timetable(kept, language(request, asker, lang), await access.crew_names(home, kept.plan))
    return file(content, f"{job_id}.ics", "text/calendar; charset=utf-8", "attachment")
