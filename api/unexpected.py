"""A fault of ours while answering: logged whole, told without its inside, and the connection stays usable.

Starlette's own handler answers and raises the error once more, upon which the server cuts the connection: the next
request on it would fail too.
"""

from collections.abc import Callable

import structlog
from fastapi import Request, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.security.request_checks import Refuse

log = structlog.get_logger()


class Unexpected:
    """Answers for whatever nobody else answered for."""

    def __init__(self, app: ASGIApp, refuse: Refuse, route_of: Callable[[Request], str]) -> None:
        self.app, self.refuse, self.route_of = app, refuse, route_of

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on; an error leaves a log line with its trace, and an answer where none was begun."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        begun = False

        async def sending(message: Message) -> None:
            nonlocal begun
            begun = begun or message["type"] == "http.response.start"
            await send(message)

        try:
            await self.app(scope, receive, sending)
        except Exception:  # what nobody foresaw: it leaves its trace, and whoever asked gets an answer
            request = Request(scope)
            log.exception("request_failed", method=scope["method"], path=self.route_of(request), begun=begun)
            if begun:
                raise  # half an answer must not look like a whole one: the server cuts the connection
            response: Response = self.refuse("broken", request)
            await response(scope, receive, send)
