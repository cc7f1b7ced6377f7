"""Whether this process lives, whether it can serve, and its figures for Prometheus."""

import asyncio

from fastapi import APIRouter, Response
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, generate_latest
from pydantic import BaseModel, ConfigDict
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from api.container import Container, Home
from api.errors import Wrong, responses

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


@router.get("/metrics", response_class=Response)
async def metrics() -> Response:
    """Figures in Prometheus' text format."""
    return Response(generate_latest(REGISTRY), media_type=CONTENT_TYPE_LATEST)
