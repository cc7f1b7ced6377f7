"""Whether this process lives, whether it can serve, and its figures for Prometheus."""

import asyncio
import secrets

from fastapi import APIRouter, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, generate_latest
from pydantic import BaseModel, ConfigDict
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from api.container import Container, Home
from api.errors import Wrong, responses
from api.measured import Gatherer
from api.security.permissions import asking

router = APIRouter(prefix="/api/health", tags=["health"])
PATIENCE_SECONDS = 2


class Health(BaseModel):
    """How it goes."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    status: str = "ok"
    checks: dict[str, str] = {}
    """Each thing that is needed, and whether it answers."""


@router.get("/live")
async def live() -> Health:
    """The process answers."""
    return Health()


@router.get("/ready", responses=responses("not-ready"))
async def ready(home: Home) -> Health:
    """The process can serve: its database answers."""
    checks = {"database": await _database(home)}
    if any(value != "ok" for value in checks.values()):
        raise Wrong("not-ready", checks=checks)
    return Health(checks=checks)


async def _database(home: Container) -> str:
    try:
        async with asyncio.timeout(PATIENCE_SECONDS), home.database.reading() as connection:
            await connection.execute(text("SELECT 1"))
    except (SQLAlchemyError, OSError, TimeoutError) as error:
        return type(error).__name__
    return "ok"


def _gathers(request: Request, home: Container) -> bool:
    known, given = home.settings.metrics_token, request.headers.get("authorization", "")
    return bool(known) and secrets.compare_digest(f"Bearer {known}".encode(), given.encode())


async def _of_the_office(request: Request, home: Container) -> bool:
    asker = await asking(request, home)
    return asker is not None and asker.may("see_parked")


@router.get("/metrics", response_class=Response, responses=responses("not-found"))
async def metrics(request: Request, home: Home) -> Response:
    """Figures in Prometheus' text format; in production for the one who gathers them, and the office."""
    if home.settings.production and not (_gathers(request, home) or await _of_the_office(request, home)):
        raise Wrong("not-found")
    gatherer: Gatherer = request.app.state.gatherer
    await gatherer.gather()
    return Response(generate_latest(REGISTRY), media_type=CONTENT_TYPE_LATEST)
