"""The concert made small: near, and with no more of it than a story needs."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from domain.declaration import load_declaration
from tests.process.world import EXAMPLES, World

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
START = datetime(2026, 2, 10, 14, 0, tzinfo=UTC)
"""15:00 in Liège on Tuesday 10 February 2026, eight days after the declaration."""
READY_OR_LATER = frozenset({"ready", "engaged", "taking_place"})
"""Agreed: on a quick day a job may be further when a test looks."""
CLIENT = "nora.claes@client.example"
ANN = "ann@all-inclusive.example"
BOB = "bob.lambert@crew.example"
CHLOE = "chloe.janssens@crew.example"
NOTHING_BOOKED: dict[str, Any] = {"van_rental": None, "equipment": None, "insurance": None, "travel": None}
NO_EXPENSES: dict[str, Any] = {"expenses": None}


def concert() -> dict[str, Any]:
    """The example as it is written."""
    told = load_declaration((EXAMPLES / "concert.yaml").read_text())
    return told.model_dump(mode="json", exclude_unset=True)


def crew(*slugs: str) -> list[dict[str, Any]]:
    """Some of the three people."""
    return [person for person in concert()["crew"] if person["item"] in slugs]


def client(**changes: Any) -> dict[str, Any]:
    """The client, with eight days to pay."""
    return {**concert()["client"], "payment_days": 8, **changes}


async def declare(house: World, on: date | None = None, key: str | None = None, **changes: Any) -> str:
    """The concert on another day; what a story does not need is left out with None."""
    days = [{"date": (on or START.date()).isoformat(), "starts": "15:00", "ends": "22:30", "place": "Liège"}]
    return await house.declare("concert", key, **{"days": days, "client": client()} | changes)


async def alone(house: World, **changes: Any) -> str:
    """Ann sings by herself; nothing is booked."""
    return await declare(house, **{**NOTHING_BOOKED, **NO_EXPENSES, "crew": crew("ann")} | changes)


async def engaged(house: World, job_id: str) -> None:
    """The client said yes, everybody signed and is declared; who need not sign may be declared already."""
    await house.pass_time(4 * HOUR)
    await house.until(job_id, lambda job: job.state in ("ready", "engaged"))
    await house.pass_time(3 * HOUR)


async def states(house: World, job_id: str) -> dict[str, str]:
    """Every step's state."""
    return {row.step: row.file.state for row in await house.house.steps.of_job(job_id)}


async def played(house: World, job_id: str) -> None:
    """Everybody is engaged, it took place, and nobody said anything else for two days."""
    await engaged(house, job_id)
    await house.reach(START + 2 * DAY, step=8 * DAY)
    await house.until(job_id, lambda job: job.file.report == "as_declared")
