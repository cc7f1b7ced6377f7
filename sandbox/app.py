"""The sandbox as one program: every partner under its own prefix, and the desk they share."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.types import ASGIApp, Receive, Scope, Send

from sandbox import (
    admin,
    bailiff,
    bank,
    dimona,
    equipment,
    insurance,
    lawyer,
    mail,
    page,
    peppol,
    registered_mail,
    signature,
    travel,
    van_rental,
)

from . import bank_payees as bank_payees  # its operations are the bank's
from . import insurance_claims as insurance_claims  # its operations are the insurer's
from . import insurance_incidents as insurance_incidents  # these too
from . import peppol_answers as peppol_answers  # its operations are the access point's
from .desk import RequestHandler
from .problems import ConnectionCut, ProblemResponse, invalid
from .settings import SandboxSettings
from .store import Store
from .tick import Rounds

PARTNERS = (
    travel.router,
    van_rental.router,
    dimona.router,
    signature.router,
    insurance.router,
    equipment.router,
    peppol.router,
    mail.router,
    registered_mail.router,
    bank.router,
    lawyer.router,
    bailiff.router,
)


class HangUp:
    """Hangs up: over a socket nothing is answered, in the same process the caller meets the error."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve, or hang up."""
        try:
            await self.app(scope, receive, send)
        except ConnectionCut:
            # uvicorn's `receive` is a method of the request cycle, which knows the socket; ASGI itself has no
            # word for "hang up before any answer".
            transport = getattr(getattr(receive, "__self__", None), "transport", None)
            if transport is None:
                raise
            transport.abort()
            while (await receive())["type"] != "http.disconnect":
                pass


def create_app(data_file: Path, settings: SandboxSettings) -> FastAPI:
    """All partners behind one address, remembering in one file."""

    @asynccontextmanager
    async def life(app: FastAPI) -> AsyncIterator[None]:
        yield
        await app.state.rounds.close()
        store.db.close()

    store = Store(data_file)
    app = FastAPI(title="All Inclusive sandbox", version="1", lifespan=life)
    app.state.desk = RequestHandler(store, settings)
    app.state.rounds = Rounds(app.state.desk)
    app.state.partners = PARTNERS
    app.add_middleware(HangUp)
    app.add_exception_handler(ProblemResponse, _problem)
    app.add_exception_handler(RequestValidationError, _invalid)
    for router in (*PARTNERS, admin.router, page.router):
        app.router.routes.extend(router.routes)  # as they are; include_router would build each of them anew
    return app


async def _problem(request: Request, error: Exception) -> Response:
    if not isinstance(error, ProblemResponse):
        raise error
    return error.answer("sandbox")


async def _invalid(request: Request, error: Exception) -> Response:
    if not isinstance(error, RequestValidationError):
        raise error
    return invalid(error).answer("sandbox")
