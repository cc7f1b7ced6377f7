"""The application: routers, pages and protection around one house. Everything it needs is handed in."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

from fastapi import FastAPI, Request, Response
from starlette.staticfiles import StaticFiles
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from api import demo, errors, health
from api.bulk import routes as bulk_routes
from api.container import Container, DemoClock, Printer
from api.decisions import advisor_routes, evidence, second_person
from api.decisions import outcome as decision_outcome
from api.decisions import routes as decision_routes
from api.declaring import move_and_withdraw
from api.declaring import routes as declaring_routes
from api.declaring.start_sweeper import keep_sweeping
from api.finance import (
    accountant,
    client_credits,
    debtors,
    debts,
    hand_over,
    instalments,
    payees,
    reopened_debts,
    returned_payments,
    unmatched,
)
from api.finance import routes as finance_routes
from api.history import routes as history_routes
from api.jobs import calendar_links, claims, due_deadlines
from api.jobs import incidents as incident_routes
from api.jobs import routes as job_routes
from api.jobs import search as job_search
from api.links import routes as link_routes
from api.measured import Gatherer, Measured, count_statements
from api.openapi_document import document
from api.pages.render import STATIC, Pages
from api.pages.routes import ROUTERS as PAGES
from api.partners import routes as partner_routes
from api.partners import webhooks
from api.people import account_for, me
from api.ports.bank import BankDeskPort
from api.ports.codec_access import CodecDoor
from api.ports.previews import Previews
from api.ports.process import Process
from api.security import oidc, session
from api.security.person_limits import PER_PERSON, PER_PERSON_IN_A_DEMONSTRATION, PersonLimits
from api.security.plain_text import PlainText
from api.security.request_checks import (
    IN_A_DEMONSTRATION,
    PER_ADDRESS,
    CrossOriginProtection,
    Floodgate,
    Limits,
    SecurityHeaders,
)
from api.security.streams import Streams
from api.temporal import codec
from api.unexpected import Unexpected
from engine.settings import Settings
from engine.telemetry import of_api
from storage.core.database import Clock, Database

ROUTERS = (
    declaring_routes,
    job_search,
    history_routes,
    job_routes,
    move_and_withdraw,
    advisor_routes,
    decision_routes,
    bulk_routes,
    partner_routes,
    codec,
    client_credits,
    payees,
    finance_routes,
    hand_over,
    unmatched,
    returned_payments,
    debts,
    debtors,
    accountant,
    instalments,
    reopened_debts,
    calendar_links,
    incident_routes,
    link_routes,
    me,
    account_for,
    oidc,
    session,
    webhooks,
    health,
)
DECISIONS = (decision_outcome, second_person, claims, evidence, due_deadlines)
ABOUT = (
    "Declare a job once; contract, covers, van, tickets, wages and invoice follow. Errors are problem details "
    "(RFC 9457) with a `type` that never changes. Send `Accept-Language: fr`, `nl` or `en`."
)


UNSAID: dict[str, Any] = {"openapi_url": None}
"""What programs may ask is told in a demonstration; in production only to whoever reads the code."""


def create_app(
    settings: Settings,
    database: Database,
    process: Process,
    clock: Clock,
    *,
    demo_clock: DemoClock | None = None,
    desk: BankDeskPort | None = None,
    foresight: Previews | None = None,
    printer: Printer | None = None,
    shift: timedelta = timedelta(0),
    sweeping: bool = True,
    limits: Limits | None = None,
) -> FastAPI:
    """The application over one database and one process.

    `shift` is business time minus engine time; `sweeping` starts what was declared and never begun; `limits`
    says how often an address may ask, instead of what is usual here.
    """
    home = Container(settings, database, process, clock, demo_clock, shift, desk, foresight, printer)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        sweeper = asyncio.create_task(keep_sweeping(home)) if sweeping else None
        yield
        if sweeper:
            sweeper.cancel()

    told: dict[str, Any] = UNSAID if settings.production else {}
    app = FastAPI(
        title="All Inclusive",
        version="1",
        description=ABOUT,
        lifespan=lifespan,
        redoc_url=None,
        docs_url=None,
        redirect_slashes=False,  # it would answer with whatever host the question named
        telemetry=of_api(),
        **told,
    )
    app.state.container = home
    app.state.pages = Pages(home)
    app.state.streams = Streams()
    app.state.gatherer = Gatherer(home)
    count_statements(database)
    rooms = [room.router for room in (*ROUTERS, *DECISIONS, *([demo] if demo_clock else []))]
    for router in (*rooms, *PAGES):
        app.router.routes.extend(router.routes)  # as they are; include_router would build each of them anew
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    errors.install(app)
    usual, usual_each = (
        (PER_ADDRESS, PER_PERSON) if settings.production else (IN_A_DEMONSTRATION, PER_PERSON_IN_A_DEMONSTRATION)
    )
    _protect(app, usual if limits is None else limits)
    app.state.person_limits = PersonLimits(usual_each if limits is None else {})
    app.openapi = lambda: _openapi(app)  # type: ignore[method-assign]  # FastAPI's documented way to extend it
    return app


def _protect(app: FastAPI, limits: Limits) -> None:
    """The last one added is the first one asked."""
    settings: Settings = app.state.container.settings

    def refuse(kind: str, request: Request) -> Response:
        return errors.answer(errors.Wrong(kind), request)

    app.add_middleware(PlainText)
    app.add_middleware(CrossOriginProtection, refuse=refuse)
    app.add_middleware(Floodgate, refuse=refuse, limits=limits)
    app.add_middleware(Unexpected, refuse=refuse, route_of=errors.route_of)
    app.add_middleware(SecurityHeaders, https=settings.https)
    app.add_middleware(CodecDoor, pages=settings.temporal_ui)
    app.add_middleware(Measured)
    if settings.proxies:
        app.add_middleware(ProxyHeadersMiddleware, trusted_hosts=settings.proxies)


def _openapi(app: FastAPI) -> dict[str, Any]:
    """OpenAPI 3.1, written once."""
    if app.openapi_schema is None:
        app.openapi_schema = document(app)
    return app.openapi_schema
