"""No text with control characters comes in, and nothing with more parts than any form of ours has."""

import json
import unicodedata
from collections.abc import AsyncGenerator, Callable, Iterable, Iterator
from urllib.parse import parse_qsl, unquote

from starlette.datastructures import Headers, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.errors import MOST_FLAWS, FieldProblem, Wrong, answer
from api.security.request_checks import LARGEST_BODY
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
PARTS_TYPE = "multipart/form-data"
LARGEST_TEXT = 1_000_000
"""Bytes of JSON or of a form without files: five times the longest declaration."""
MOST_PARTS = 20_000
"""Values in one body, names counted too; a declaration of 200 people with their days has about 12,000."""
DEEPEST = 30
"""Levels in one body; a declaration has six."""
NEVER = ("Cc", "Cs")
"""Control characters, and halves of characters that no text can be written down with."""

Refuse = Callable[[Wrong, Request], Response]


class PlainText:
    """Refuses a request that carries a control character in its address, its question, its form, the name of a file
    in it, or its JSON.

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
        kind = media_type(Headers(scope=scope))
        read_it = kind in (FORM_TYPE, PARTS_TYPE) or kind.endswith(JSON_TYPES)
        most = LARGEST_BODY if kind == PARTS_TYPE else LARGEST_TEXT
        body, receive = await _kept(receive, most) if read_it else (b"", receive)
        if len(body) > most:  # sent in pieces, without saying how much it would be
            await self.refuse(Wrong("too-large", f"at most {most:,} bytes"), Request(scope))(scope, receive, send)
            return
        try:
            told = await _parts(scope, body) if kind == PARTS_TYPE else _texts(kind, body)
            flaws = [*_of_address(scope), *_of_body(told)][:MOST_FLAWS]
        except TooManyParts as error:
            flaws = [FieldProblem(where="body", why=str(error))]
        if flaws:
            response = self.refuse(Wrong("invalid", errors=flaws), Request(scope))
            await response(scope, receive, send)
            return
        await self.app(scope, receive, send)


def media_type(headers: Headers) -> str:
    """What a body says it is, without its parameters: read in one way by whoever checks it and whoever takes it."""
    return headers.get("content-type", "").partition(";")[0].strip().lower()


def is_json(headers: Headers) -> bool:
    """Whether a body says it is JSON."""
    return media_type(headers).endswith(JSON_TYPES)


def controls(text: str, *, several_lines: bool = False) -> bool:
    """Whether a text holds a control character that does not belong in it."""
    if text.isprintable():
        return False
    allowed = BREAKS if several_lines else ""
    return any(unicodedata.category(one) in NEVER and one not in allowed for one in text)


class TooManyParts(ValueError):
    """A body has more parts, or more levels, than anything we ask for."""


def _of_address(scope: Scope) -> Iterator[FieldProblem]:
    if controls(unquote(scope["path"])):
        yield _flaw("path")
    for name, value in _pairs(scope["query_string"]):
        if controls(value, several_lines=name in SEVERAL_LINES):
            yield _flaw(f"query.{name}")


def _texts(kind: str, body: bytes) -> list[tuple[str, str]]:
    """Each text of a form or of JSON, with its place; none of what cannot be read: the route says so."""
    if kind == FORM_TYPE:
        if body.count(b"&") >= MOST_PARTS // 2:
            raise TooManyParts(f"at most {MOST_PARTS // 2:,} fields")
        return _pairs(body)
    try:
        told = json.loads(body) if body else None
    except ValueError:
        return []
    except RecursionError:
        raise TooManyParts(f"at most {DEEPEST} levels") from None
    return [*_names(told), *texts_in(told)]


def _names(told: object) -> Iterator[tuple[str, str]]:
    """Every name in what was told, while its parts are counted."""
    parts, level = 0, [told]
    for _ in range(DEEPEST):
        below: list[object] = []
        for one in level:
            if isinstance(one, dict):
                yield from (("a name", name) for name in one)
                parts += 2 * len(one)
                below += one.values()
            elif isinstance(one, list):
                parts += len(one)
                below += one
            if parts > MOST_PARTS:
                raise TooManyParts(f"at most {MOST_PARTS:,} values")
        if not below:
            return
        level = below
    raise TooManyParts(f"at most {DEEPEST} levels")


async def _parts(scope: Scope, body: bytes) -> list[tuple[str, str]]:
    """Each field of a form in parts, and the name of each file; what is in the file is no text of ours."""

    async def whole() -> AsyncGenerator[bytes, None]:
        yield body

    try:
        form = await MultiPartParser(Headers(scope=scope), whole()).parse()
    except (MultiPartException, KeyError, UnicodeDecodeError):
        return []  # the route says so
    try:
        parts = form.multi_items()
        return [(name, (one.filename or "") if isinstance(one, UploadFile) else one) for name, one in parts]
    finally:
        await form.close()


def _of_body(told: Iterable[tuple[str, str]]) -> Iterator[FieldProblem]:
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


async def _kept(receive: Receive, most: int) -> tuple[bytes, Receive]:
    """The whole body, and a way to read it once more."""
    parts: list[bytes] = []
    while True:
        message = await receive()
        if message["type"] != "http.request":
            break
        parts.append(message.get("body", b""))
        if not message.get("more_body", False) or sum(map(len, parts)) > most:
            break
    body = b"".join(parts)
    given = iter([{"type": "http.request", "body": body, "more_body": False}])

    async def again() -> Message:
        return next(given, None) or await receive()

    return body, again
