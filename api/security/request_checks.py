"""What stands at the door: nobody acts from another site, nothing foreign runs on a page, nobody floods us."""

from collections.abc import Callable, Mapping
from ipaddress import ip_address, ip_network
from urllib.parse import urlsplit

from limits import RateLimitItem, parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
LARGEST_BODY = 10_000_000
"""Bytes; a year of bank statements has fewer."""

SECURITY_HEADERS = {
    "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; font-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "x-frame-options": "DENY",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=()",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}
"""Source: OWASP Secure Headers Project. Links of clients carry a token: `same-origin` keeps it out of Referer."""

KEPT = "public, max-age=31536000, immutable"
"""A style or script is asked for by its content's hash: a new one has a new address. Source: RFC 8246."""

Limits = Mapping[str, RateLimitItem]

PER_ADDRESS: Limits = {
    "/api/quotes": parse("120/minute"),
    "/declare": parse("120/minute"),
    "/api/temporal/codec": parse("1200/minute"),
    "/api/session": parse("20/minute"),
    "/sign-in": parse("20/minute"),
    "/forgotten": parse("5/minute"),
    "/a/": parse("60/minute"),
    "/i/": parse("60/minute"),
    "/c/": parse("60/minute"),
}
"""What anybody may ask without being known, per network address; a form asks for a quote while typing, a page of
Temporal's for each event it shows."""

IN_A_DEMONSTRATION: Limits = {path: parse("3000/minute") for path in PER_ADDRESS}
"""All simulated people, the command line and the visitor share one address there."""

Refuse = Callable[[str, Request], Response]


class CrossOriginProtection:
    """Refuses what a browser marks as coming from another site.

    Source: OWASP CSRF Prevention, Fetch Metadata. Programs send neither header and carry a token of their own.
    """

    def __init__(self, app: ASGIApp, refuse: Refuse) -> None:
        self.app, self.refuse = app, refuse

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, or refuse."""
        if scope["type"] == "http" and scope["method"] not in SAFE and not self.same_origin(Headers(scope=scope)):
            response = self.refuse("cross-site", Request(scope))
            await response(scope, receive, send)
            return
        await self.app(scope, receive, send)

    @staticmethod
    def same_origin(headers: Headers) -> bool:
        """Whether the page that asks is ours, or no page asks at all."""
        if site := headers.get("sec-fetch-site"):
            return site in ("same-origin", "none")
        origin = headers.get("origin")
        return origin is None or urlsplit(origin).netloc == headers.get("host")


ONLY_TLS = {"strict-transport-security": "max-age=31536000; includeSubDomains"}
"""Source: RFC 6797; OWASP ASVS 5.0 V3.4.1: at least a year, where people come in over TLS."""


class SecurityHeaders:
    """Adds the headers that keep a page to itself, and keeps private answers out of caches."""

    def __init__(self, app: ASGIApp, *, https: bool = False) -> None:
        self.app = app
        self.headers = SECURITY_HEADERS | (ONLY_TLS if https else {})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, with the headers added."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self.headers.items():
                    headers.setdefault(name, value)
                kept = scope["path"].startswith("/static/") and b"v=" in scope["query_string"]
                headers.setdefault("cache-control", KEPT if kept else "no-store")
            await send(message)

        await self.app(scope, receive, sending)


class BodyTooLarge(HTTPException):
    """A body that came in pieces, without saying how long it would be, is longer than any of ours."""

    def __init__(self) -> None:
        super().__init__(413, f"at most {LARGEST_BODY:,} bytes")


def _counted(receive: Receive) -> Receive:
    """The same messages, until their bytes are too many: a body is never kept whole beyond that."""
    taken = 0

    async def counting() -> Message:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        if taken > LARGEST_BODY:
            raise BodyTooLarge
        return message

    return counting


def network_of(address: str) -> str:
    """What one person is given: an address, and of the sixth version a whole network of 64 bits.

    Source: RFC 6177: a site gets a /64 at the least, and with it more addresses than can be counted.
    """
    try:
        known = ip_address(address)
    except ValueError:
        return address
    return str(ip_network((known, 64), strict=False)) if known.version == 6 else address


class Floodgate:
    """Limits how often one network address may ask what is open to anybody, and how much it may send."""

    def __init__(self, app: ASGIApp, refuse: Refuse, limits: Limits) -> None:
        self.app, self.refuse, self.limits = app, refuse, limits
        self.window = MovingWindowRateLimiter(MemoryStorage())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, or refuse."""
        if scope["type"] == "http" and (kind := self._flooded(scope)):
            response = self.refuse(kind, Request(scope))
            response.headers["retry-after"] = "60"
            await response(scope, receive, send)
            return
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        try:
            await self.app(scope, _counted(receive), send)
        except BodyTooLarge:
            response = self.refuse("too-large", Request(scope))
            await response(scope, receive, send)

    def _flooded(self, scope: Scope) -> str | None:
        length = Headers(scope=scope).get("content-length", "0")
        if length.isdigit() and int(length) > LARGEST_BODY:
            return "too-large"
        limit = next((item for path, item in self.limits.items() if scope["path"].startswith(path)), None)
        client = scope.get("client") or ("unknown", 0)
        if limit and not self.window.hit(limit, scope["path"].split("/")[1], network_of(client[0])):
            return "too-many"
        return None
