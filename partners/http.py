"""The manners every partner is spoken to with: keyed calls, business time, and errors told apart.

A partner's own no (422 and the like) is a `PartnerRefused` that a person answers. Everything that says
nothing about the request itself (cut connection, 5xx, "come back later", "another try is under way") is a
`PartnerDown`.
"""

import ssl
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from functools import cache
from http import HTTPStatus
from typing import Protocol, TypeVar
from urllib.parse import quote

import httpx2
from pydantic import BaseModel, ConfigDict, ValidationError

from domain.errors import HoldExpired, PartnerDown, PartnerRefused
from domain.partner_codes import meaning
from engine.telemetry import calling
from engine.transactions import outside_of_transactions

T = TypeVar("T", bound=BaseModel)

SLOWEST_ANSWER = httpx2.Timeout(10, connect=3)
"""Shorter than the 20 seconds one try of an activity may take: then the cause is told, not just a timeout."""
TRY_LATER = frozenset(
    {
        HTTPStatus.REQUEST_TIMEOUT,
        HTTPStatus.CONFLICT,
        HTTPStatus.TOO_EARLY,
        HTTPStatus.TOO_MANY_REQUESTS,
    }
)
"""Another try of the same order got there first, as with a reused key: a new try looks, and adopts what it finds.

Source: IETF draft idempotency-key-header (409 in flight, 422 reused), consulted 23-11-2026.
"""


class Clock(Protocol):
    """Business time."""

    def now(self) -> datetime:
        """This instant, in UTC."""
        ...


class Watch(Protocol):
    """Who decides whether a partner is called now, and hears how each call ended."""

    async def may_call(self, partner: str) -> None:
        """PartnerPaused when ops paused the calls to this partner."""
        ...

    async def answered(self, partner: str) -> None:
        """It answered, be it with a no."""
        ...

    async def failed(self, partner: str, what: str) -> None:
        """It could not be reached, or broke."""
        ...


class PartnerMessage(BaseModel):
    """A message in a partner's own words: read tolerantly, sent with the partner's field names."""

    model_config = ConfigDict(extra="ignore", frozen=True, populate_by_name=True)


class Nothing(PartnerMessage):
    """An empty body."""


class PartnerProblem(PartnerMessage):
    """A partner's explanation. Source: RFC 9457 section 3.1."""

    type: str = "about:blank"
    title: str = ""
    detail: str = ""

    @property
    def kind(self) -> str:
        """The last part of the type: `hold-expired`, `refused`; empty when the partner names none."""
        return "" if self.type == "about:blank" else self.type.rstrip("/").rpartition("/")[2]


@cache
def _trusted() -> ssl.SSLContext:
    """Whose certificates are believed; read once, because each reading costs 45 ms and there are a dozen lines."""
    return httpx2.create_ssl_context()


def connect(
    address: str,
    *,
    headers: Mapping[str, str] | None = None,
    transport: httpx2.AsyncBaseTransport | None = None,
) -> httpx2.AsyncClient:
    """A connection pool to one partner's address."""
    return httpx2.AsyncClient(
        base_url=address,
        timeout=SLOWEST_ANSWER,
        headers={"User-Agent": "allin/1", **(headers or {})},
        transport=transport,
        verify=_trusted(),
    )


class PartnerHttp:
    """One partner over HTTP."""

    def __init__(self, partner: str, http: httpx2.AsyncClient, clock: Clock, watch: Watch | None = None) -> None:
        self.partner = partner
        self._http = http
        self._clock = clock
        self._watch = watch

    async def send(
        self,
        method: str,
        path: str,
        *,
        key: str | None = None,
        body: BaseModel | None = None,
        content: bytes | None = None,
        form: Mapping[str, str] | None = None,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> httpx2.Response:
        """One request, with its key and the date of business time; anything but a success is raised."""
        outside_of_transactions(self.partner)
        sent = self._headers(key, headers)
        if body is not None:
            content = body.model_dump_json(by_alias=True, exclude_none=True).encode()
            sent["Content-Type"] = "application/json"
        if self._watch:
            await self._watch.may_call(self.partner)
        try:
            with calling(self.partner, method):
                response = await self._http.request(
                    method, path, content=content, data=form, params=params, headers=sent
                )
        except (httpx2.TransportError, httpx2.DecodingError) as error:
            await self._heard(f"{type(error).__name__} at {method} {path}")
            raise PartnerDown(self.partner, f"{type(error).__name__} at {method} {path}") from error
        await self._heard(f"status {response.status_code} at {method}" if is_broken(response) else None)
        self._judge(response)
        return response

    async def _heard(self, trouble: str | None) -> None:
        """Tell whoever watches the partners how a call ended."""
        if self._watch is None:
            return
        if trouble:
            await self._watch.failed(self.partner, trouble)
        else:
            await self._watch.answered(self.partner)

    async def ask(
        self,
        method: str,
        path: str,
        reads: type[T],
        *,
        key: str | None = None,
        body: BaseModel | None = None,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> T:
        """One request and its JSON answer, read as `reads`."""
        response = await self.send(method, path, key=key, body=body, params=params, headers=headers)
        return self.read(response, reads)

    async def look(
        self,
        path: str,
        reads: type[T],
        *,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> T | None:
        """What the partner has there, None when it has nothing."""
        try:
            return await self.ask("GET", path, reads, params=params, headers=headers)
        except NotThere:
            return None

    def read(self, response: httpx2.Response, reads: type[T]) -> T:
        """The JSON answer, or PartnerDown when it cannot be understood."""
        try:
            return reads.model_validate_json(response.content)
        except ValidationError as error:
            raise PartnerDown(self.partner, f"an answer we cannot read to {response.url.path}") from error

    def _headers(self, key: str | None, more: Mapping[str, str] | None) -> dict[str, str]:
        """RFC 9110 section 6.6.1: `Date` is when the message originated; here, in business time."""
        headers = {"Date": format_datetime(self._clock.now().astimezone(UTC), usegmt=True), **(more or {})}
        if key is not None:
            headers["Idempotency-Key"] = key
        return headers

    def _judge(self, response: httpx2.Response) -> None:
        if response.is_success:
            return
        status, problem = response.status_code, _problem(response)
        said = problem.detail or problem.title or f"status {status}"
        if problem.kind == "hold-expired":
            raise HoldExpired(self.partner, said)
        known = meaning(self.partner, problem.kind)
        again = status >= HTTPStatus.INTERNAL_SERVER_ERROR or status in TRY_LATER
        if again or (known is not None and known.retry):
            raise PartnerDown(self.partner, said, self._retry_after(response))
        coded = {"code": problem.kind} if problem.kind else {}
        if status == HTTPStatus.NOT_FOUND:
            raise NotThere(partner=self.partner, detail=said, **coded)
        raise PartnerRefused(partner=self.partner, detail=said, **coded)

    def _retry_after(self, response: httpx2.Response) -> timedelta | None:
        """Source: RFC 9110 section 10.2.3: seconds, or a date."""
        told = response.headers.get("Retry-After", "")
        if told.isdecimal():
            return timedelta(seconds=int(told))
        try:
            return max(parsedate_to_datetime(told) - self._clock.now(), timedelta(0))
        except (TypeError, ValueError):
            return None


class NotThere(PartnerRefused):
    """The partner knows no such thing."""


def is_broken(response: httpx2.Response) -> bool:
    """Whether an answer says that the partner itself is unwell, whatever was asked."""
    return response.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR


def in_path(part: str) -> str:
    """A value as one part of a path."""
    return quote(part, safe="")


def _problem(response: httpx2.Response) -> PartnerProblem:
    try:
        return PartnerProblem.model_validate_json(response.content)
    except ValidationError:
        return PartnerProblem()
