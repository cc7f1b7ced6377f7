"""Who does the work in a world of the tests, and how another one takes over."""

import asyncio
from datetime import timedelta
from typing import Self

from temporalio.client import Client
from temporalio.worker import Worker

from workers.wiring import OnSite, build_worker


class Working:
    """The worker of a world; another one can take over. Without `grace` what it is at is cut off in the middle.

    `watched`: workflow code runs in the sandbox that notices what must not be done there, which takes its time.
    """

    def __init__(self, client: Client, site: OnSite, grace: timedelta, *, watched: bool = True) -> None:
        self._client, self._site, self._grace, self._watched = client, site, grace, watched
        self.worker = self._new()
        self._turn = asyncio.Lock()
        self._cuts = set[asyncio.Task[None]]()

    def _new(self) -> Worker:
        return build_worker(self._client, self._site, watched=self._watched, grace=self._grace)

    async def __aenter__(self) -> Self:
        await self.worker.__aenter__()
        return self

    async def __aexit__(self, *why: object) -> None:
        await asyncio.gather(*self._cuts)
        await self.worker.__aexit__(None, None, None)

    async def replace(self) -> None:
        """The worker ends without finishing anything; the next one knows only what was written down."""
        async with self._turn:
            await self.worker.__aexit__(None, None, None)
            self.worker = self._new()
            await self.worker.__aenter__()

    def cut(self, after_seconds: float) -> None:
        """The same in a moment, whatever is under way then; nobody waits for it."""
        cut = asyncio.create_task(self._cut(after_seconds))
        self._cuts.add(cut)
        cut.add_done_callback(self._cuts.discard)

    async def _cut(self, after_seconds: float) -> None:
        await asyncio.sleep(after_seconds)
        await self.replace()
