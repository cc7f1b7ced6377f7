"""The manners all partners share: one turn at a time, keys honoured, faults, a log of what happened."""

import asyncio
import hashlib
import json
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute

from . import clock, faults
from .problems import ConnectionCut, Problem, invalid, missing
from .settings import SandboxSettings
from .store import Json, Store

Serve = Callable[[Request], Coroutine[Any, Any, Response]]
KEPT_HEADERS = ("content-type", "location", "expires", "rollback-expires")


@dataclass
class Visit:
    """One call at a partner's desk, as the partner's own file sees it."""

    partner: str
    operation: str
    key: str | None
    now: datetime
    store: Store
    settings: SandboxSettings
    holds_run_out: bool = False
    done: int | None = None

    def effect(self, kind: str, subject: str, reference: str | None = None) -> None:
        """Something really happened: tests count these."""
        self.done = self.store.effect(clock.text(self.now), self.partner, kind, subject, self.key, reference)

    def notify(
        self, type: str, subject: str, status: str, reference: str | None, due_at: datetime | None = None
    ) -> None:
        """The caller will hear of it by webhook, now or later."""
        occurred = clock.text(due_at or self.now)
        self.store.event(
            self.partner,
            occurred,
            {
                "type": type,
                "reference": reference,
                "subject": subject,
                "status": status,
                "occurred_at": occurred,
            },
        )

    def held_until(self, length: timedelta) -> datetime:
        """When a hold taken now runs out."""
        return self.now if self.holds_run_out else self.now + length

    def passed(self, expires_at: str) -> bool:
        """Whether a hold has run out."""
        return self.holds_run_out or clock.instant(expires_at) <= self.now

    def must(self, kind: str, id: str) -> Json:
        """The thing with this number, or not found."""
        found = self.store.get(self.partner, kind, id)
        if found is None:
            raise missing(f"{kind} {id}")
        return found


def current(request: Request) -> Visit:
    """The call being served."""
    visit: Visit = request.state.visit
    return visit


Call = Annotated[Visit, Depends(current)]


class Desk:
    """Where every call arrives, whichever partner it is for."""

    def __init__(self, store: Store, settings: SandboxSettings) -> None:
        self.store, self.settings = store, settings
        self._turn = asyncio.Lock()
        self._in_flight: set[tuple[str, str]] = set()

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[Store]:
        """One transaction, alone."""
        async with self._turn:
            with self.store.transaction():
                yield self.store

    async def attend(self, request: Request, partner: str, operation: str, serve: Serve) -> Response:
        """Serve one call: stopped, in flight, struck by a fault, answered before, or really done."""
        body = await request.body()
        key = request.headers.get("idempotency-key") if request.method != "GET" else None
        now = clock.now_of(request.headers.get("date"))
        visit = Visit(partner, operation, key, now, self.store, self.settings)
        request.state.visit = visit
        async with self.turn() as store:
            stopped = store.get("admin", "stopped", partner) is not None
            hit = [] if stopped else faults.struck(store, partner, operation, faults.OF_CALLS)
            if stopped:
                self._log(request, visit, 0, "stopped")
        if stopped:
            raise ConnectionCut(partner)
        try:
            with self._alone(visit):
                return await self._misbehave(request, visit, hit, body, serve)
        except Problem as problem:
            async with self.turn():
                self._log(request, visit, problem.status, _name(hit))
            return problem.answer(partner)

    @contextmanager
    def _alone(self, visit: Visit) -> Iterator[None]:
        """A second request with a key whose first is under way is told so."""
        if visit.key is None:
            yield
            return
        pair = (visit.partner, visit.key)
        if pair in self._in_flight:
            raise Problem("idempotency-in-flight", f"key {visit.key}")
        self._in_flight.add(pair)
        try:
            yield
        finally:
            self._in_flight.discard(pair)

    async def _misbehave(
        self, request: Request, visit: Visit, hit: list[faults.Fault], body: bytes, serve: Serve
    ) -> Response:
        visit.holds_run_out = any(fault.fault == "expire_hold" for fault in hit)
        for fault in hit:
            if fault.fault == "delay":
                await asyncio.sleep(fault.seconds)
        ending = next((fault for fault in hit if fault.fault in faults.ENDING), None)
        if ending and ending.fault != "execute_then_fail":
            await self._fail(request, visit, ending.fault, ending)
        response = await self._once(request, visit, body, serve, _name(hit))
        if ending:
            await self._fail(request, visit, ending.answer, ending)
        return response

    async def _fail(self, request: Request, visit: Visit, how: str, fault: faults.Fault) -> None:
        detail = fault.detail or f"arranged: {fault.fault}"
        if how == "cut":
            async with self.turn():
                self._log(request, visit, 0, fault.fault)
            raise ConnectionCut(visit.partner)
        kind = {
            "409": "conflict",
            "422": "refused",
            "500": "broken",
            "503": "unavailable",
            "504": "no-answer",
        }[how]
        wait = {"Retry-After": str(fault.retry_after)} if fault.retry_after is not None else None
        raise Problem(kind, detail, wait)

    async def _once(self, request: Request, visit: Visit, body: bytes, serve: Serve, fault: str | None) -> Response:
        """The effect and the stored answer are one transaction; a no leaves nothing behind."""
        print_ = _fingerprint(request, body)
        try:
            async with self.turn():
                if stored := self._stored(visit, print_):
                    self._log(request, visit, stored.status_code, fault, replayed=True)
                    return stored
                response = await serve(request)
                if visit.key and response.status_code < 300:
                    self._keep(visit, print_, response)
                self._log(request, visit, response.status_code, fault)
                return response
        except RequestValidationError as error:
            raise invalid(error) from error

    def _stored(self, visit: Visit, fingerprint: str) -> Response | None:
        if visit.key is None:
            return None
        row = answered(self.store, visit.partner, visit.key)
        if row is None:
            return None
        if row["fingerprint"] != fingerprint:
            raise Problem("idempotency-key-reused", f"key {visit.key}")
        headers = json.loads(row["headers"]) | {"Idempotent-Replayed": "true"}
        return Response(row["body"], row["status"], headers)

    def _keep(self, visit: Visit, fingerprint: str, response: Response) -> None:
        headers = {name: response.headers[name] for name in KEPT_HEADERS if name in response.headers}
        self.store.db.execute(
            "INSERT INTO answers VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                visit.partner,
                visit.key,
                fingerprint,
                visit.operation,
                clock.text(visit.now),
                response.status_code,
                json.dumps(headers),
                bytes(response.body),
            ),
        )

    def _log(
        self, request: Request, visit: Visit, status: int, fault: str | None, *, replayed: bool = False
    ) -> None:
        self.store.db.execute(
            "INSERT INTO calls (at, partner, operation, method, path, key, status, effect, fault, replayed) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                clock.text(visit.now),
                visit.partner,
                visit.operation,
                request.method,
                request.url.path,
                visit.key,
                status,
                visit.done,
                fault,
                replayed,
            ),
        )

    def in_flight(self, partner: str, key: str) -> bool:
        """Whether the first request with this key is still under way."""
        return (partner, key) in self._in_flight


def _name(hit: list[faults.Fault]) -> str | None:
    return ",".join(fault.fault for fault in hit) or None


def _fingerprint(request: Request, body: bytes) -> str:
    told = f"{request.method} {request.url.path}?{request.url.query}\n".encode()
    return hashlib.sha256(told + body).hexdigest()


def answered(store: Store, partner: str, key: str) -> Json | None:
    """The stored answer to the request with this key."""
    found = store.rows("SELECT * FROM answers WHERE partner=? AND key=?", partner, key)
    return found[0] if found else None


class DeskRoute(APIRoute):
    """A partner's operation; every call goes over the desk."""

    def get_route_handler(self) -> Serve:
        """The operation with the shared manners around it."""
        serve, partner, operation = super().get_route_handler(), str(self.tags[0]), self.endpoint.__name__

        async def attend(request: Request) -> Response:
            desk: Desk = request.app.state.desk
            return await desk.attend(request, partner, operation, serve)

        return attend


def partner_router(name: str) -> APIRouter:
    """A partner's own prefix, with the question every caller may ask: did it already happen?"""
    router = APIRouter(prefix=f"/{name}", tags=[name], route_class=DeskRoute)

    @router.get("/by-key/{key:path}")
    async def by_key(key: str, request: Request, call: Call) -> Json:
        """The stored answer to the request with this Idempotency-Key."""
        desk: Desk = request.app.state.desk
        row = answered(call.store, call.partner, key)
        if row is None and desk.in_flight(call.partner, key):
            raise Problem("idempotency-in-flight", f"key {key}")
        if row is None:
            raise missing(f"a request with key {key}")
        headers = json.loads(row["headers"])
        return {
            "key": key,
            "operation": row["operation"],
            "status": row["status"],
            "at": row["at"],
            "location": headers.get("location"),
            "body": _told(row["body"], headers.get("content-type", "")),
        }

    return router


def _told(body: bytes, content_type: str) -> object:
    if not body:
        return None
    return json.loads(body) if "json" in content_type else body.decode()
