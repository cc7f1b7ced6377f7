"""What requests cost, and the figures of the business at the moment somebody gathers them."""

from contextvars import ContextVar
from time import monotonic, perf_counter
from typing import Any

from sqlalchemy import event
from sqlalchemy.pool import QueuePool
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.container import Container
from engine import metrics
from engine.outages import outage
from storage.core.database import Database
from storage.core.unavailable import is_storage_trouble
from storage.execution.business_figures import BusinessFigures, business_figures

FRESH_SECONDS = 10.0
"""Several gatherers, or an impatient one, count once in so long."""
_statements: ContextVar[list[int] | None] = ContextVar("_statements", default=None)


class Measured:
    """Times each request and counts its statements; a route's name never holds a token or a person."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, and note."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        status, begun, count = "500", perf_counter(), [0]

        async def sending(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = str(message["status"])
            await send(message)

        before = _statements.set(count)
        try:
            await self.app(scope, receive, sending)
        finally:
            _statements.reset(before)
            route = str(getattr(scope.get("route"), "path", "")) or "-"
            metrics.REQUESTS.labels(scope["method"], route, status).observe(perf_counter() - begun)
            metrics.REQUEST_STATEMENTS.labels(route).observe(count[0])


def count_statements(database: Database) -> None:
    """Let each statement count for the request it serves."""
    for engine in database.engines:

        @event.listens_for(engine.sync_engine, "before_cursor_execute")
        def counted(*_: Any) -> None:
            if (count := _statements.get()) is not None:
                count[0] += 1


class Gatherer:
    """Reads the figures of the business now and then, for whoever gathers them."""

    def __init__(self, home: Container) -> None:
        self._home = home
        self._looked = float("-inf")

    async def gather(self) -> None:
        """Bring every gauge up to date; a database that is away is a figure too."""
        _pools(self._home.database)
        if monotonic() - self._looked < FRESH_SECONDS:
            return
        try:
            found = await business_figures(self._home.database, self._home.now())
        except Exception as error:  # each driver has errors of its own; what is no trouble of storage goes on
            if not is_storage_trouble(error):
                raise
            outage.tell(error, part="metrics")
            metrics.DATABASE_UP.set(0)
            return
        self._looked = monotonic()
        metrics.DATABASE_UP.set(1)
        _show(found)


def _pools(database: Database) -> None:
    used = idle = 0
    for engine in database.engines:
        pool = engine.sync_engine.pool
        if isinstance(pool, QueuePool):
            used, idle = used + pool.checkedout(), idle + pool.checkedin()
    metrics.CONNECTIONS.labels("used").set(used)
    metrics.CONNECTIONS.labels("idle").set(idle)


def _show(found: BusinessFigures) -> None:
    for labelled in (
        metrics.JOBS, metrics.PARKED, metrics.PARKED_OLDEST, metrics.DEADLINES, metrics.PAYMENTS,
        metrics.PAYMENTS_EUR, metrics.WORK_AGE,
    ):  # fmt: skip
        labelled.clear()  # what there is none of any more is not told for ever
    for state, count in found.jobs.items():
        metrics.JOBS.labels(state).set(count)
    for (service, partner), count in found.parked.items():
        metrics.PARKED.labels(service, partner).set(count)
    for service, age in found.oldest_seconds.items():
        metrics.PARKED_OLDEST.labels(service).set(age)
    for (kind, within), count in found.deadlines.items():
        metrics.DEADLINES.labels(kind, within).set(count)
    for state, (count, eur) in found.payments.items():
        metrics.PAYMENTS.labels(state).set(count)
        metrics.PAYMENTS_EUR.labels(state).set(float(eur))
    for name, age in found.work_age_seconds.items():
        metrics.WORK_AGE.labels(name).set(age)
    metrics.ENDANGERED.set(found.endangered)
    metrics.HELD_UP.set(found.held_up)
    metrics.UNSTARTED.set(found.unstarted)
    metrics.WEBHOOKS.set(found.webhooks)
    metrics.STUCK.set(found.stuck)
    metrics.BANK_DAYS.set(found.bank_days)
