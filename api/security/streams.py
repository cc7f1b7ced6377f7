"""Answers that stay open: a few for each person, and none beyond the session it was opened with."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Annotated, Final

from fastapi import Depends, Request

from api.container import Container
from api.errors import Wrong
from api.security.permissions import Known, asking

MOST_STREAMS: Final = 12
"""Open at once for one person: a dozen pages in a browser."""
LOOKED_EVERY: Final = 5.0
"""Seconds after which an open stream asks again whether its session is still there."""


class Streams:
    """How many each person has open, in this process."""

    def __init__(self, most: int = MOST_STREAMS) -> None:
        self._most, self._open = most, Counter[str]()

    @contextmanager
    def one_more(self, person_id: str) -> Iterator[None]:
        """Counted until the block ends; too-many when there are enough."""
        if self._open[person_id] >= self._most:
            raise Wrong("too-many", f"at most {self._most} open at once")
        self._open[person_id] += 1
        try:
            yield
        finally:
            self._open[person_id] -= 1
            self._open += Counter()  # drops who has none left


async def counted(request: Request, asker: Known) -> AsyncIterator[None]:
    """Counts the stream a route is about to open, until its answer has ended."""
    streams: Streams = request.app.state.streams
    with streams.one_more(asker.person_id):
        yield


OneStream = Annotated[None, Depends(counted)]


async def while_signed_in(request: Request, home: Container, every: float) -> AsyncIterator[None]:
    """A turn every so many seconds, until the reader's session has ended; the first one at once."""
    looked = monotonic()
    while True:
        yield
        await asyncio.sleep(every)
        if monotonic() - looked >= LOOKED_EVERY:
            if await asking(request, home) is None:
                return
            looked = monotonic()
