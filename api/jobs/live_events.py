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
        new = await home.events.since(job_id, after)
        names = await access.crew_names(home, (await home.jobs.plans([job_id]))[job_id]) if new else {}
        for event in await access.with_person_names(home, new):
            after = event.seq
            if is_for(event.kind, audience):
                yield line(event, audience, lang, names)
