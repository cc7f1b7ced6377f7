"""What the bank did on a day is known the next morning: nothing gives up before; late proof ends the waiting."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from allin.operations.watch import Eyes
from domain.bank import Nudge
from domain.job import StepState
from storage.execution.attempts import Attempts
from tests.process.small import HOUR, alone
from tests.process.world import World, world
from workers.bank_desk import nudger

DAY = timedelta(days=1)
WAGE = "wages:ann"
TICK = timedelta(minutes=15)
"""How much lateness `allin watch` forgives in production."""


def at(month: int, day: int, hour: int, minute: int = 0) -> datetime:
    """A clock in Brussels in summer time."""
    return datetime(2026, month, day, hour, minute, tzinfo=UTC) - 2 * HOUR


async def opened(
    begins_at: datetime, temporal_address: str, sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[World]:
    monkeypatch.setattr("activities.dimona.POLLS_SECONDS", (0.1,))
    async with world(temporal_address, sqlite_url, tmp_path, born_at=begins_at) as house:
        yield house


@pytest.fixture
async def march(
    temporal_address: str, sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[World]:
    """A cooperative on Thursday 19 March 2026, 08:00."""
    begins_at = datetime(2026, 3, 19, 7, 0, tzinfo=UTC)
    async for house in opened(begins_at, temporal_address, sqlite_url, tmp_path, monkeypatch):
        yield house


@pytest.fixture
async def april(
    temporal_address: str, sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[World]:
    """A cooperative on Monday 20 April 2026, 08:00."""
    async for house in opened(at(4, 20, 8), temporal_address, sqlite_url, tmp_path, monkeypatch):
        yield house


async def rings(house: World) -> list[str]:
    """What `allin watch` says in production."""
    found = await Eyes(house.site.database, TICK).look(house.calendar.now())
    return [f"{alarm.kind} {alarm.subject}" for alarm in found if "wages" in alarm.subject]


async def wage(house: World, job_id: str) -> StepState:
    state = await house.step(job_id, WAGE)
    assert state is not None
    return state


async def met_on(house: World, job_id: str) -> dict[str, datetime | None]:
    rows = await house.house.deadlines.of_job(job_id)
    return {row.kind: row.met_at for row in rows if row.item == "ann" and row.kind.startswith("wages_")}


async def parked(house: World, job_id: str) -> list[str]:
    """Why the wage waited for a person."""
    events = await house.house.events.since(job_id, 0, 1000)
    return [str(one.params) for one in events if one.kind == "step.parked" and one.step == WAGE]


async def sings_on(house: World, on: date) -> str:
    """Ann sings by herself."""
    return await alone(house, on=on)


async def test_jobs_of_the_last_days_of_march_are_paid_before_easter_and_nobody_is_alarmed(march: World) -> None:
    """28 and 29 March: booked on Thursday 2 April, the last bank day before Easter; shown on Friday or Tuesday."""
    jobs = [await sings_on(march, date(2026, 3, 28)), await sings_on(march, date(2026, 3, 29))]
    await march.reach(at(4, 2, 8), step=12 * HOUR)
    for hour in (at(4, 2, 23), at(4, 3, 0, 30), at(4, 3, 1, 45)):
        await march.reach(hour, step=12 * HOUR)
        assert [(await wage(march, job_id)).state for job_id in jobs] == ["waiting", "waiting"], hour
        assert await rings(march) == [], hour
    for morning in (at(4, 3, 8), at(4, 8, 8)):
        await march.reach(morning, step=12 * HOUR)
    for job_id in jobs:
        assert (await march.until_step(job_id, WAGE, "done")).problem is None
        assert await parked(march, job_id) == []
        assert await met_on(march, job_id) == {
            "wages_promised": at(4, 3, 2) - 2 * HOUR,
            "wages_paid": at(4, 3, 2) - 2 * HOUR,
        }
    assert await rings(march) == []


async def test_jobs_of_the_last_days_of_april_are_paid_on_the_last_day_and_nobody_is_alarmed(april: World) -> None:
    """29 and 30 April: booked on Wednesday 6 May, the last lawful day; shown on Thursday 7 May."""
    jobs = [await sings_on(april, date(2026, 4, 29)), await sings_on(april, date(2026, 4, 30))]
    await april.reach(at(5, 6, 8), step=12 * HOUR)
    for hour in (at(5, 6, 23), at(5, 7, 0, 30), at(5, 7, 1, 45)):
        await april.reach(hour, step=12 * HOUR)
        assert [(await wage(april, job_id)).state for job_id in jobs] == ["waiting", "waiting"], hour
        assert await rings(april) == [], hour
    for morning in (at(5, 7, 8), at(5, 8, 8)):
        await april.reach(morning, step=12 * HOUR)
    for job_id in jobs:
        assert (await april.until_step(job_id, WAGE, "done")).problem is None
        assert await parked(april, job_id) == []
        booked = (await wage(april, job_id)).booking
        assert booked is not None
        assert booked["booked_on"] == "2026-05-06"
        assert (await met_on(april, job_id))["wages_paid"] == at(5, 7, 0)
    assert await rings(april) == []


async def test_a_statement_that_does_not_come_rings_and_the_late_one_ends_it_all(april: World) -> None:
    job_id = await sings_on(april, date(2026, 4, 29))
    await april.reach(at(5, 6, 8), step=12 * HOUR)
    await april.fault("bank", "503", operation="get_statement")
    await april.reach(at(5, 7, 9), step=12 * HOUR)
    assert (await wage(april, job_id)).state == "waiting"
    assert await rings(april) == [], "until ten it can still come"
    await april.reach(at(5, 7, 11), step=12 * HOUR)
    stuck = await april.until_step(job_id, WAGE, "parked")
    assert stuck.problem is not None
    assert (stuck.problem.type, stuck.problem.params) == ("NotBookedInTime", {"answer_by": "2026-05-06"})
    missed = [f"deadline-missed {job_id} ann {kind}" for kind in ("wages_paid", "wages_promised")]
    assert sorted(await rings(april)) == [*missed, f"step-parked {job_id} {WAGE}"]

    await april.partners("DELETE", "/admin/faults")
    await april.reach(at(5, 8, 8), step=12 * HOUR)
    await april.reach(at(5, 9, 8), step=12 * HOUR)
    assert (await april.until_step(job_id, WAGE, "done")).attempt == 1, "nobody decided anything"
    kinds = await april.kinds(job_id)
    assert kinds.count("step.parked") == 1
    assert kinds.index("step.parked") < kinds.index("step.proof_came")
    assert (await met_on(april, job_id))["wages_paid"] == at(5, 7, 0), "that very day"
    assert await rings(april) == []


async def test_who_looks_again_and_finds_nothing_new_is_seen_parked_as_before(april: World) -> None:
    job_id = await sings_on(april, date(2026, 4, 29))
    await april.reach(at(5, 6, 8), step=12 * HOUR)
    await april.fault("bank", "503", operation="get_statement")
    await april.reach(at(5, 7, 11), step=12 * HOUR)
    before = await april.until_step(job_id, WAGE, "parked")
    looked = await looks(april, job_id)

    await nudger(april.client)(Nudge(workflow_id=f"job-{job_id}", step=WAGE))
    for _ in range(100):
        if await looks(april, job_id) > looked:
            break
        await asyncio.sleep(0.05)
    await april.settle()
    assert await looks(april, job_id) == looked + 1
    assert await wage(april, job_id) == before
    assert (await april.kinds(job_id)).count("step.parked") == 1
    await april.decide(job_id, WAGE, "replay")
    await april.settle()
    assert "step.decided.replay" in await april.kinds(job_id), "people can decide about it"


async def looks(house: World, job_id: str) -> int:
    """How often the tables were asked whether the bank has booked it."""
    tries = await Attempts(house.site.database).of_job(job_id)
    return sum(one.operation == "wages.booked" for one in tries)
