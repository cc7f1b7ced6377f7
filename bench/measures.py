"""What can be measured, by name, and what measures share: one stage and one real job, made when first needed."""

import tempfile
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

from bench.beside_dbos import beside_dbos
from bench.declaring import declare_to_accepted
from bench.figures import Figure
from bench.pages import page_times
from bench.papers import papers
from bench.quoting import quoting
from bench.replaying import replays
from bench.stage import Stage, stage
from bench.starting import starts
from bench.stories import story_times
from bench.whole import one_job, whole_jobs


class Setting:
    """Opened once for however many measures want it."""

    def __init__(self) -> None:
        self._rooms = AsyncExitStack()
        self._stage: Stage | None = None
        self._job_id: str | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._rooms.aclose()

    async def stage(self) -> Stage:
        """Everything a real installation has."""
        if self._stage is None:
            folder = self._rooms.enter_context(tempfile.TemporaryDirectory(prefix="allin-bench-"))
            self._stage = await self._rooms.enter_async_context(stage(Path(folder)))
        return self._stage

    async def job_id(self) -> str:
        """A job that was lived until its money is collected."""
        if self._job_id is None:
            self._job_id = await one_job(await self.stage())
        return self._job_id


async def _start(_: Setting) -> list[Figure]:
    return await starts()


async def _declare(here: Setting) -> list[Figure]:
    return await declare_to_accepted(await here.stage())


async def _whole(here: Setting) -> list[Figure]:
    await here.job_id()  # warm: modules, templates, statements and fonts are loaded on first use
    return await whole_jobs(await here.stage())


async def _dbos(here: Setting) -> list[Figure]:
    return await beside_dbos(await here.stage())


async def _documents(_: Setting) -> list[Figure]:
    return papers()


async def _quote(_: Setting) -> list[Figure]:
    return quoting()


async def _bulk(here: Setting) -> list[Figure]:
    return await replays(await here.stage())


async def _stories(here: Setting) -> list[Figure]:
    return await story_times(await here.stage(), await here.job_id())


async def _pages(here: Setting) -> list[Figure]:
    return await page_times(await here.stage(), await here.job_id())


MEASURES: dict[str, Callable[[Setting], Awaitable[list[Figure]]]] = {
    "start": _start,
    "declare": _declare,
    "whole": _whole,
    "dbos": _dbos,
    "documents": _documents,
    "quote": _quote,
    "replays": _bulk,
    "stories": _stories,
    "pages": _pages,
}
"""In the order they are taken; pages last, because they fill the stage's own database."""
