"""What goes wrong at the door, told as problem details: what, where, why, and what to do about it.

Source: RFC 9457. The `type` never changes once published; title and advice follow the reader's language.
"""

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote

import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException

from api.not_taken import FIELD_NAMED, NOT_TAKEN, named_fields
from api.ports.process import NotTaken, ProcessStuck, ProcessUnreachable
from api.problem_bodies import body_of
from api.wording.flaws import flaw_sentence
from domain.errors import PartnerDown, PartnerPaused, Refusal
from domain.people import Language
from domain.quote import Quote
from engine.outages import outage
from engine.wording import worded
from engine.words import pick_language, say
from storage.core.unavailable import STORAGE_ERRORS, TRIED_AGAIN_AFTER, is_storage_trouble

log = structlog.get_logger()
PREFIX = "tag:all-inclusive,2026:problem/"
"""RFC 4151: a tag stays the same wherever the program runs."""
MEDIA_TYPE = "application/problem+json"

KINDS: Mapping[str, int] = {
    "not-json": 400,
    "key-missing": 400,
    "wrong-cursor": 400,
    "event-unreadable": 400,
    "signed-out": 401,
    "signature-wrong": 401,
    "wrong-sign-in": 401,
    "code-needed": 401,
    "sign-in-elsewhere": 401,
    "no-account": 403,
    "not-allowed": 403,
    "second-person": 403,
    "second-factor-missing": 403,
    "cross-site": 403,
    "not-found": 404,
    "method-not-allowed": 405,
    "key-in-flight": 409,
    "quote-changed": 409,
    "cancelling-costs": 409,
    "stale": 409,
    "not-parked": 409,
    "someone-else-decides": 409,
    "already-proposed": 409,
    "claimed": 409,
    "stale-selection": 409,
    "partner-paused": 503,
    "nothing-chosen": 422,
    "which-step": 409,
    "not-now": 409,
    "adviser-makes-move": 409,
    "against-deposit": 409,
    "already-answered": 409,
    "not-yet": 409,
    "link-expired": 410,
    "too-large": 413,
    "invalid": 422,
    "key-reused": 422,
    "quote-refuses": 422,
    "unreadable-file": 422,
    "evidence-missing": 422,
    "never-skipped": 422,
    "question-needs-answer": 422,
    "work-has-begun": 422,
    "signed-paper": 422,
    "held-elsewhere": 422,
    "person-unclear": 422,
    "refused": 422,
    "too-many": 429,
    "broken": 500,
    "storage-unavailable": 503,
    "process-unreachable": 503,
    "process-stuck": 503,
    "not-ready": 503,
}
"""Every type of problem and its status; each has a title and an advice in the catalogs."""
TURNED_AWAY = (401, 403, 429)
"""What is written to the log, with the network address it came from. Source: OWASP ASVS 5.0, 16.3.1 and 16.3.2."""
MOST_FLAWS = 50
"""Flaws told in one answer: whoever sends more than that reads the first ones first."""
BY_STATUS = {404: "not-found", 405: "method-not-allowed", 413: "too-large", 429: "too-many"}


class FieldProblem(BaseModel):
    """One field that is wrong."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    where: str
    """The place of the field, such as `body.client.email`."""
    why: str
    code: str | None = Field(default=None, exclude=True)
    """Which sentence a page tells, when it is not the field's own."""
    kind: str | None = Field(default=None, exclude=True)
    """The text `flaw.<kind>` that says what is wrong in every language."""
    values: dict[str, Any] = Field(default={}, exclude=True)


class Problem(BaseModel):
    """A problem as it is sent."""

    model_config = ConfigDict(use_attribute_docstrings=True, extra="allow")

    type: str
    """A name that never changes, for programs."""
    title: str
    """What is wrong, in one line, in the reader's language."""
    status: int
    detail: str = ""
    """Why, this time."""
    instance: str = ""
    """Where: the address that was asked."""
    what_to_do: str = ""
    errors: list[FieldProblem] = []


class Wrong(Exception):  # said as it is read: `raise Wrong("key-missing")`
    """A problem on its way out; `kind` is one of KINDS, `more` are extra members of the answer.

    `why` is the same for every reader, or is told to each in their own language.
    """

    def __init__(
        self,
        kind: str,
        why: str | Callable[[Language], str] = "",
        *,
        errors: list[FieldProblem] | None = None,
        **more: Any,
    ) -> None:
        self.kind, self.errors, self.more = kind, errors or [], more
        self.in_language: Callable[[Language], str] = why if callable(why) else lambda _: str(why)
        self.headers: dict[str, str] = {}
        super().__init__(f"{kind}: {self.why}")

    @property
    def why(self) -> str:
        """Why, in English."""
        return self.in_language("en")

    @property
    def status(self) -> int:
        """The HTTP status of this kind."""
        return KINDS[self.kind]


def problem(wrong: Wrong, request: Request, wanted: Language | None = None) -> Problem:
    """The problem in the reader's language."""
    lang = wanted or pick_language(request.query_params.get("lang") or request.headers.get("accept-language"), "en")
    return Problem(
        type=PREFIX + wrong.kind,
        title=say(lang, f"problem.{wrong.kind}"),
        status=wrong.status,
        detail=wrong.in_language(lang),
        instance=request.url.path,
        what_to_do=say(lang, f"problem.{wrong.kind}.todo"),
        errors=[_flaw_in(lang, one) for one in wrong.errors],
        **{name: _worded(value, lang) for name, value in wrong.more.items()},
    )


def _flaw_in(lang: Language, one: FieldProblem) -> FieldProblem:
    """A wrong field in the reader's language; programs that ask in English read what they always read."""
    told = flaw_sentence(lang, one.kind, one.values) if lang != "en" else ""
    return one.model_copy(update={"why": told}) if told else one


def _worded(value: Any, lang: Language) -> Any:
    """A quote that goes with a problem is told in the reader's language, as when it was asked for."""
    return worded(value, lang).model_dump(mode="json") if isinstance(value, Quote) else value


def answer(wrong: Wrong, request: Request) -> Response:
    """A page for people, problem details for programs."""
    if wants_page(request):
        if wrong.kind == "signed-out":
            return RedirectResponse(f"/sign-in?next={quote(request.url.path)}", 303)
        pages = request.app.state.pages
        return pages.problem(request, problem(wrong, request, pages.language(request)))  # type: ignore[no-any-return]  # app.state is untyped
    told = problem(wrong, request)
    return JSONResponse(told.model_dump(mode="json"), wrong.status, headers=wrong.headers, media_type=MEDIA_TYPE)


def wants_page(request: Request) -> bool:
    """Whether a person with a browser is asking, and not a program."""
    if request.url.path.startswith("/api/"):
        return False
    return "text/html" in request.headers.get("accept", "")


def route_of(request: Request) -> str:
    """The address with its places empty: what stands in them may be a token or a person."""
    return str(getattr(request.scope.get("route"), "path", ""))


def install(app: FastAPI) -> None:
    """Let every problem of this app leave as problem details."""

    @app.exception_handler(Wrong)
    async def wrong(request: Request, error: Wrong) -> Response:
        if error.status in TURNED_AWAY:
            where = request.client.host if request.client else ""
            log.info("turned away", kind=error.kind, method=request.method, path=route_of(request), address=where)
        return answer(error, request)

    @app.exception_handler(RequestValidationError)
    async def invalid(request: Request, error: RequestValidationError) -> Response:
        return answer(from_validation(error), request)

    @app.exception_handler(HTTPException)
    async def http(request: Request, error: HTTPException) -> Response:
        kind = BY_STATUS.get(error.status_code, "not-json" if error.status_code == 400 else "broken")
        told = Wrong(kind, str(error.detail))
        told.headers = dict(error.headers or {})
        return answer(told, request)

    @app.exception_handler(Refusal)
    async def refusal(request: Request, error: Refusal) -> Response:
        return answer(from_refusal(error), request)

    @app.exception_handler(NotTaken)
    async def not_taken(request: Request, error: NotTaken) -> Response:
        field, _, why = str(error).partition(": ")
        named = error.kind in FIELD_NAMED and bool(why)
        errors = [FieldProblem(where=f"body.request.{field}", why=why)] if named else []
        if error.kind == "ResultIncomplete":
            errors = [FieldProblem(where=f"body.result.{name}", why=one) for name, one in named_fields(str(error))]
        kind = NOT_TAKEN.get(error.kind, "not-now")
        return answer(Wrong(kind, str(error), errors=errors, reason=error.kind), request)

    @app.exception_handler(ProcessUnreachable)
    async def unreachable(request: Request, error: ProcessUnreachable) -> Response:
        return answer(Wrong("process-unreachable", str(error)), request)

    @app.exception_handler(ProcessStuck)
    async def stands_still(request: Request, error: ProcessStuck) -> Response:
        return answer(Wrong("process-stuck", str(error)), request)

    @app.exception_handler(PartnerPaused)
    async def paused(request: Request, error: PartnerPaused) -> Response:
        return answer(Wrong("partner-paused", str(error)), request)

    @app.exception_handler(PartnerDown)
    async def down(request: Request, error: PartnerDown) -> Response:
        return answer(Wrong("process-unreachable", str(error)), request)

    for family in STORAGE_ERRORS:
        app.add_exception_handler(family, storage_unavailable)


async def storage_unavailable(request: Request, error: Exception) -> Response:
    """Our database cannot be used now; what else it says is a fault of ours, which is logged whole."""
    if not is_storage_trouble(error):
        raise error
    outage.tell(error, path=route_of(request))
    response = answer(Wrong("storage-unavailable"), request)
    response.headers["retry-after"] = str(TRIED_AGAIN_AFTER)
    return response


def from_refusal(error: Refusal) -> Wrong:
    """A business "no" met while answering."""
    return Wrong(
        "refused", str(error), refusal=type(error).__name__, params=error.params, decided_by=error.decided_by
    )


def from_validation(error: RequestValidationError) -> Wrong:
    """What the declared fields refused, as a problem."""
    flaws = error.errors()
    if any(flaw["type"] == "json_invalid" for flaw in flaws):
        return Wrong("not-json", str(flaws[0].get("ctx", {}).get("error", "")))
    missing_key = any(tuple(flaw["loc"]) == ("header", "idempotency-key") for flaw in flaws)
    fields = [_flaw(flaw) for flaw in flaws[:MOST_FLAWS]]
    return Wrong("key-missing" if missing_key else "invalid", errors=fields)


def _flaw(flaw: dict[str, Any]) -> FieldProblem:
    """One wrong field. Its name is the sender's own word: told short, and never with half a character in it."""
    where = ".".join(map(str, flaw["loc"])).encode(errors="replace").decode()
    why = str(flaw["msg"]).encode(errors="replace").decode()
    if flaw["type"] == "too_long" and "max_length" in (told := flaw.get("ctx", {})):
        why = f"at most {told['max_length']} here"
    return FieldProblem(where=where[:200], why=why[:500], kind=flaw["type"], values=flaw.get("ctx", {}))


def responses(*kinds: str) -> dict[int | str, dict[str, Any]]:
    """The problems a route documents; what any route may answer is always among them."""
    by_status: dict[int, list[str]] = {}
    for kind in ("not-json", "too-many", "invalid", *kinds):
        by_status.setdefault(KINDS[kind], []).append(kind)
    return {status: _documented(each) for status, each in by_status.items()}


def _documented(kinds: list[str]) -> dict[str, Any]:
    """One status: what it may mean, and the body each meaning has."""
    text = " / ".join(dict.fromkeys(say("en", f"problem.{kind}") for kind in kinds))
    return {"description": text, "content": {MEDIA_TYPE: {"schema": body_of(kinds)}}}
