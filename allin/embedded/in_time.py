"""A request comes in whole within a while: nobody holds a connection open by sending one a sign at a time."""

import asyncio
from typing import Any, Final

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

HEAD_WITHIN: Final = 20.0
"""Seconds from the connection to the last line of a request's head."""
WHOLE_WITHIN: Final = 300.0
"""Seconds for a body: a photo of 8 MB over a bad line in a hall. Source: OWASP ASVS 5.0, 13.1.3 and 15.1.3."""


class InTime(H11Protocol):
    """The HTTP of the server, with an end to waiting for what somebody sends."""

    _limit: asyncio.TimerHandle | None = None
    _waits_for = ""

    def connection_made(self, transport: Any) -> None:
        """Somebody is there, and has yet to ask."""
        super().connection_made(transport)
        self._wait("head")

    def data_received(self, data: bytes) -> None:
        """Something more of a request."""
        super().data_received(data)
        their = self.conn.their_state
        if their is h11.SEND_BODY:
            self._wait("body")
        elif their is h11.IDLE and self.conn.trailing_data[0]:
            self._wait("head")
        else:
            self._wait("")

    def connection_lost(self, exc: Exception | None) -> None:
        """Nobody is there any more."""
        self._wait("")
        super().connection_lost(exc)

    def _wait(self, what: str) -> None:
        if what == self._waits_for:
            return
        if self._limit is not None:
            self._limit.cancel()
        self._waits_for, self._limit = what, None
        if what:
            within = HEAD_WITHIN if what == "head" else WHOLE_WITHIN
            self._limit = self.loop.call_later(within, self._too_slow)

    def _too_slow(self) -> None:
        if not self.transport.is_closing():
            self.transport.abort()
