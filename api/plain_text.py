"""No text with control characters comes in; a line break only where several lines are asked for."""

import json
import unicodedata
from collections.abc import Callable, Iterator
from urllib.parse import parse_qsl, unquote

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.errors import FieldProblem, Wrong, answer
from domain.printing import texts_in

SEVERAL_LINES = frozenset(
    {
        "description",
        "note",
        "text",
        "reason",
        "why_later",
        "wish",
        "override_reason",
        "subsidy",
        "justification",
        "why",
    }
    | {"answer", "message", "question", "declaration", "input"}
)
"""Fields that a page shows as a large box, or in which a whole file is pasted."""
BREAKS = "\n\r\t"
FOR_PROGRAMS = ("/api/webhooks", "/api/temporal", "/api/bank/statements")
"""What partners and the bank send is checked against their own specification."""
JSON_TYPES, FORM_TYPE = ("application/json", "+json"), "application/x-www-form-urlencoded"

Refuse = Callable[[Wrong, Request], Response]


class PlainText:
    """Refuses a request that carries a control character in its address, its question, its form or its JSON.

    Such a sign has no shape on paper, breaks a bank file and a mail's header, and hides text. Source: Unicode
    general category Cc; RFC 5322 section 2.2 for header fields of mails.
    """

    def __init__(self, app: ASGIApp, refuse: Refuse = answer) -> None:
        self.app, self.refuse = app, refuse

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on with the same body, or refuse."""
        if scope["type"] != "http" or scope["path"].startswith(FOR_PROGRAMS):
            await self.app(scope, receive, send)
            return
        kind = Headers(scope=scope).get("content-type", "").partition(";")[0].strip().lower()
        read_it = kind == FORM_TYPE or kind.endswith(JSON_TYPES)
        body, receive = await _kept(receive) if read_it else (b"", receive)
        flaws = [*_of_address(scope), *_of_body(kind, body)]
        if flaws:
            response = self.refuse(Wrong("invalid", errors=flaws), Request(scope))
            await response(scope, receive, send)
            return
        await self.app(scope, receive, send)


def controls(text: str, *, several_lines: bool = False) -> bool:
    """Whether a text holds a control character that does not belong in it."""
    if text.isprintable():
        return False
    allowed = BREAKS if several_lines else ""
    return any(unicodedata.category(one) == "Cc" and one not in allowed for one in text)


def _of_address(scope: Scope) -> Iterator[FieldProblem]:
    if controls(unquote(scope["path"])):
        yield _flaw("path")
    for name, value in _pairs(scope["query_string"]):
        if controls(value, several_lines=name in SEVERAL_LINES):
            yield _flaw(f"query.{name}")


def _of_body(kind: str, body: bytes) -> Iterator[FieldProblem]:
    if kind == FORM_TYPE:
        told: Iterator[tuple[str, str]] = iter(_pairs(body))
    else:
        try:
            told = texts_in(json.loads(body)) if body else iter(())
        except (ValueError, RecursionError):
            return  # no JSON at all: the route says so
    for name, value in told:
        if controls(value, several_lines=bool(SEVERAL_LINES & set(name.split(".")))):
            yield _flaw(f"body.{name}")


def _pairs(text: bytes) -> list[tuple[str, str]]:
    try:
        return parse_qsl(text.decode("latin-1"), keep_blank_values=True)
    except ValueError:
        return []


def _flaw(where: str) -> FieldProblem:
    return FieldProblem(where=where, why="a control character or a line break does not belong here")


async def _kept(receive: Receive) -> tuple[bytes, Receive]:
    """The whole body, and a way to read it once more."""
    parts: list[bytes] = []
    while True:
        message = await receive()
        if message["type"] != "http.request":
            break
        parts.append(message.get("body", b""))
        if not message.get("more_body", False):
            break
    body = b"".join(parts)
    given = iter([{"type": "http.request", "body": body, "more_body": False}])

    async def again() -> Message:
        return next(given, None) or await receive()

    return body, again
