"""Who may call the codec from another address, and which look into a history is a new one."""

from datetime import datetime, timedelta
from urllib.parse import urlsplit

from starlette.datastructures import MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

DOOR = "/api/temporal/codec"
ONE_LOOK = timedelta(hours=1)
"""Opening the same job again within an hour is one look, one line in the audit."""


class Looks:
    """Who has looked into which process lately, so that each look is written down once."""

    def __init__(self) -> None:
        self._last: dict[tuple[str, str], datetime] = {}

    def new(self, person_id: str, workflow_id: str, now: datetime) -> bool:
        """Whether this begins a look."""
        self._last = {who: at for who, at in self._last.items() if now - at < ONE_LOOK}
        if (person_id, workflow_id) in self._last:
            return False
        self._last[person_id, workflow_id] = now
        return True


class CodecDoor:
    """Lets the pages of one other address, Temporal's own, call the codec from a browser; nobody else.

    Source: Fetch standard, CORS protocol. The session cookie comes along only where both are of one site.
    """

    def __init__(self, app: ASGIApp, pages: str) -> None:
        self.app = app
        self.origins = _origins(pages)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a preflight, or pass on as if our own page had asked."""
        origin = self._asking(scope)
        if origin is None:
            await self.app(scope, receive, send)
            return
        allowed = {
            "access-control-allow-origin": origin,
            "access-control-allow-credentials": "true",
            "vary": "Origin",
        }
        if scope["method"] == "OPTIONS":
            allowed["access-control-allow-methods"] = "POST"
            allowed["access-control-allow-headers"] = "authorization, content-type, x-namespace, caller-type"
            await Response(status_code=204, headers=allowed)(scope, receive, send)
            return

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(allowed)
            await send(message)

        own = [(name, value) for name, value in scope["headers"] if name not in (b"origin", b"sec-fetch-site")]
        await self.app({**scope, "headers": own}, receive, sending)

    def _asking(self, scope: Scope) -> str | None:
        if scope["type"] != "http" or not scope["path"].startswith(f"{DOOR}/"):
            return None
        origin = next((value.decode("latin-1") for name, value in scope["headers"] if name == b"origin"), "")
        return origin if origin in self.origins else None


def _origins(pages: str) -> frozenset[str]:
    """The origin of an address; one's own machine has two names."""
    where = urlsplit(pages)
    if not where.netloc:
        return frozenset()
    own = ("localhost", "127.0.0.1")
    port = f":{where.port}" if where.port else ""
    names = own if where.hostname in own else (where.hostname or "",)
    return frozenset(f"{where.scheme}://{name}{port}" for name in names)
