"""Reading a job: its story line by line and step by step, and the story as it goes on."""

from collections.abc import AsyncIterable
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Query, Request
from fastapi.sse import EventSourceResponse, ServerSentEvent

from api.container import Home
from api.errors import responses
from api.history.schemas import JobStory
from api.history.service import inspect
from api.jobs import access
from api.jobs.live_events import EVERY_SECONDS, follow
from api.jobs.routes import WHO, JobId, Lang, Sees, language
from api.security.permissions import Asker
from api.security.streams import OneStream, while_signed_in
from api.wording.timeline import Audience, Line

router = APIRouter(prefix="/api/jobs", tags=["jobs"])

Level = Annotated[Audience | None, Query(description="at most the reader's own level")]
Since = Annotated[
    int | None, Query(ge=0, le=2**31 - 1, description="the number of a line: only what is new after it")
]


@router.get("/{job_id}/history", responses=responses(*WHO))
async def history(
    request: Request,
    home: Home,
    asker: Sees,
    job_id: JobId,
    audience: Level = None,
    lang: Lang = None,
    since: Since = None,
) -> list[Line]:
    """The story of a job: what happened, sentence by sentence."""
    told = await inspect(home, asker, job_id, audience or asker.audience, language(request, asker, lang), since)
    return told.lines


@router.get("/{job_id}/story", responses=responses(*WHO))
async def story(
    request: Request,
    home: Home,
    asker: Sees,
    job_id: JobId,
    audience: Level = None,
    lang: Lang = None,
    since: Since = None,
) -> JobStory:
    """The whole of a job: its story, and per step every try, wait, paper, decision and euro, and its undo."""
    return await inspect(home, asker, job_id, audience or asker.audience, language(request, asker, lang), since)


async def _allowed_to_follow(home: Home, asker: Sees, job_id: JobId) -> Asker:
    """Checked before the stream begins, so that a refusal is an answer and not a broken stream."""
    await access.row(home, asker, job_id)
    return asker


@router.get("/{job_id}/events", response_class=EventSourceResponse, responses=responses(*WHO))
async def events(
    request: Request,
    home: Home,
    asker: Annotated[Asker, Depends(_allowed_to_follow)],
    job_id: JobId,
    _: OneStream,
    last_event_id: Annotated[int | None, Header(ge=0, description="the last line already seen")] = None,
    lang: Lang = None,
) -> AsyncIterable[ServerSentEvent]:
    """The story as it happens: Server-Sent Events named `story`, resumable by Last-Event-ID."""
    words = language(request, asker, lang)
    turns = while_signed_in(request, home, EVERY_SECONDS)
    async for line in follow(home, job_id, last_event_id or 0, asker.audience, words, turns):
        yield ServerSentEvent(raw_data=line.model_dump_json(), event="story", id=str(line.seq))
