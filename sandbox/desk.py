"""The manners all partners share: one turn at a time, keys honoured, faults, a log of what happened."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import datetime
from typing import Any
from urllib.parse import unquote

from fastapi import APIRouter, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute

from . import clock, faults, journal
from .faults import Fault
from .problems import ConnectionCut, ProblemResponse, invalid, missing
from .settings import SandboxSettings
from .store import Json, Store
from .visit import Call as Call
from .visit import Visit as Visit

Serve = Callable[[Request], Coroutine[Any, Any, Response]]
KINDS = {"409": "conflict", "422": "refused", "500": "broken", "503": "unavailable", "504": "no-answer"}


class RequestHandler:
    """Where every call arrives, whichever partner it is for."""

    def __init__(self, store: Store, settings: SandboxSettings) -> None:
        self.store, self.settings = store, settings
        self._turn = asyncio.Lock()
        self._in_flight: set[tuple[str, str]] = set()

    def now(self, request: Request) -> datetime:
        """The caller's date; without one the last tick's, else the wall clock's."""
        told = self.store.get("admin", "clock", "now") if "date" not in request.headers else None
        return clock.instant(told["now"]) if told else clock.now_of(request.headers.get("date"))

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[Store]:
        """One transaction, alone."""
        async with self._turn:
            with self.store.transaction():
                yield self.store

    async def attend(self, request: Request, partner: str, operation: str, serve: Serve) -> Response:
        """Serve one call: stopped, in flight, struck by a fault, answered before, or really done."""
        visit = await self._visit(request, partner, operation)
        hit: list[Fault] = []
        try:
            with self._alone(visit):
                hit = await self._strikes(visit)
                return await self._misbehave(request, visit, hit, serve)
        except ProblemResponse as problem:
            await self._log(visit, problem.status, _names(hit))
            return problem.answer(partner)
        except ConnectionCut:
            await self._log(visit, 0, _names(hit) or "stopped")
            raise

    async def _visit(self, request: Request, partner: str, operation: str) -> Visit:
        key = request.headers.get("idempotency-key") if request.method != "GET" else None
        visit = Visit(partner, operation, key, self.now(request), self.store, self.settings)
        visit.method, visit.path = request.method, request.url.path
        visit.about = f"{key or ''} {unquote(str(request.url))}"
        visit.fingerprint = journal.fingerprint(request, await request.body())
        request.state.visit = visit
        return visit

    @contextmanager
    def _alone(self, visit: Visit) -> Iterator[None]:
        """A second request with a key whose first is under way is told so."""
        if visit.key is None:
            yield
            return
        pair = (visit.partner, visit.key)
        if pair in self._in_flight:
            raise ProblemResponse("idempotency-in-flight", f"key {visit.key}")
        self._in_flight.add(pair)
        try:
            yield
        finally:
            self._in_flight.discard(pair)

    async def _strikes(self, visit: Visit) -> list[Fault]:
        async with self.turn() as store:
            if store.get("admin", "stopped", visit.partner) is not None:
                raise ConnectionCut(visit.partner)
            return faults.struck(store, visit.partner, visit.operation, faults.OF_CALLS, visit.about)

    async def _misbehave(self, request: Request, visit: Visit, hit: list[Fault], serve: Serve) -> Response:
        """Late, not at all, done and then not answered, or as it should be."""
        visit.holds_run_out = any(fault.fault == "expire_hold" for fault in hit)
        for fault in hit:
            if fault.fault == "delay":
                await asyncio.sleep(fault.seconds)
        ending = next((fault for fault in hit if fault.fault in faults.ENDING), None)
        if ending is None:
            return await self._once(request, visit, serve, hit)
        if ending.fault == "execute_then_fail":
            await self._once(request, visit, serve, None)
            raise _failure(visit, ending.answer, ending)
        raise _failure(visit, ending.fault, ending)

    async def _once(self, request: Request, visit: Visit, serve: Serve, hit: list[Fault] | None) -> Response:
        """The effect and the stored answer are one transaction; a no leaves nothing behind.

        Without `hit` the call is logged by its later end, not here.
        """
        try:
            async with self.turn():
                response = journal.replayed_response(visit)
                if response is None:
                    response = await serve(request)
                    journal.keep(visit, response)
                if hit is not None:
                    journal.log(visit, response.status_code, _names(hit))
                return response
        except RequestValidationError as error:
            raise invalid(error) from error
        except ProblemResponse:
            visit.done = None
            raise

    async def _log(self, visit: Visit, status: int, fault: str | None) -> None:
        async with self.turn():
            journal.log(visit, status, fault)

    def in_flight(self, partner: str, key: str) -> bool:
        """Whether the first request with this key is still under way."""
        return (partner, key) in self._in_flight


def _names(hit: list[Fault]) -> str | None:
    return ",".join(fault.fault for fault in hit) or None


def _failure(visit: Visit, how: str, fault: Fault) -> Exception:
    """How an arranged fault ends the call."""
    if how == "cut":
        return ConnectionCut(visit.partner)
    wait = {"Retry-After": str(fault.retry_after)} if fault.retry_after is not None else None
    return ProblemResponse(KINDS[how], fault.detail or f"arranged: {fault.fault}", wait)


class DeskRoute(APIRoute):
    """A partner's operation; every call goes over the desk."""

    def get_route_handler(self) -> Serve:
        """The operation with the shared manners around it."""
        serve, partner, operation = super().get_route_handler(), str(self.tags[0]), self.endpoint.__name__

        async def attend(request: Request) -> Response:
            desk: RequestHandler = request.app.state.desk
            return await desk.attend(request, partner, operation, serve)

        return attend


def partner_router(name: str) -> APIRouter:
    """A partner's own prefix, with the question every caller may ask: did it already happen?"""
    router = APIRouter(prefix=f"/{name}", tags=[name], route_class=DeskRoute)

    @router.get("/by-key/{key:path}")
    async def by_key(key: str, request: Request, call: Call) -> Json:
        """The stored answer to the request with this Idempotency-Key."""
        desk: RequestHandler = request.app.state.desk
        row = journal.stored_answer(call.store, call.partner, key)
        if row is None and desk.in_flight(call.partner, key):
            raise ProblemResponse("idempotency-in-flight", f"key {key}")
        if row is None:
            raise missing(f"a request with key {key}")
        headers = json.loads(row["headers"])
        return {
            "key": key,
            "operation": row["operation"],
            "status": row["status"],
            "at": row["at"],
            "location": headers.get("location"),
            "body": _parsed_body(row["body"], headers.get("content-type", "")),
        }

    return router


def _parsed_body(body: bytes, content_type: str) -> object:
    if not body:
        return None
    return json.loads(body) if "json" in content_type else body.decode()
