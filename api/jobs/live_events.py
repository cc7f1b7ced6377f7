"""Following a job live: the lines of its story, from the table they are written to."""

from collections.abc import AsyncIterator

from api.container import Container
from api.jobs import access
from api.wording.timeline import Audience, Line, is_for, line
from domain.people import Language

EVERY_SECONDS = 0.3
"""How often the table is looked at: soon enough for eyes, and one indexed row per look."""


async def follow(
    home: Container, job_id: str, after: int, audience: Audience, lang: Language, turns: AsyncIterator[None]
) -> AsyncIterator[Line]:
    """The lines after one of them, and then each new one as it comes; ends with the turns, or when the reader
    leaves."""
    async for _ in turns:
        for event in await access.with_person_names(home, await home.events.since(job_id, after)):
            after = event.seq
            if is_for(event.kind, audience):
                yield line(event, audience, lang)
