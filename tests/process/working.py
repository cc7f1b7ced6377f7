"""Who does the work in a world of the tests, and how another one takes over."""

from datetime import timedelta
from typing import Self

from temporalio.client import Client

from workers.wiring import OnSite, build_worker


class Working:
    """The worker of a world; another one can take over. Without `grace` what it is at is cut off in the middle."""

    def __init__(self, client: Client, site: OnSite, grace: timedelta) -> None:
        self._client, self._site, self._grace = client, site, grace
        self._worker = build_worker(client, site, grace=grace)

    async def __aenter__(self) -> Self:
        await self._worker.__aenter__()
        return self

    async def __aexit__(self, *why: object) -> None:
        await self._worker.__aexit__(None, None, None)

    async def replace(self) -> None:
        """The worker ends without finishing anything; the next one knows only what was written down."""
        await self._worker.__aexit__(None, None, None)
        self._worker = build_worker(self._client, self._site, grace=self._grace)
        await self._worker.__aenter__()
