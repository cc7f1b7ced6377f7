"""The hands of the demonstration's clock; these addresses exist in a demonstration only."""

from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict

from api.container import ClockCommand, Home
from api.errors import Wrong, responses
from api.security.permissions import Asker, may

router = APIRouter(tags=["demonstration"])


class Turn(BaseModel):
    """What the clock is to do."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"do": "next_day"}]})

    do: ClockCommand


class Turned(BaseModel):
    """What day it is in the demonstration."""

    today: str


@router.post("/api/demo/clock", responses=responses("signed-out", "not-found"))
async def turn(home: Home, asker: Annotated[Asker, Depends(may("run_demo_clock"))], given: Turn) -> Turned:
    """Let days pass, stop, or go to the next day."""
    if home.demo_clock is None:
        raise Wrong("not-found")
    await home.demo_clock.turn(given.do)
    return Turned(today=home.today().isoformat())
