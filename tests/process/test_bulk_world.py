"""Railway and social security fail for many jobs: one replay per incident clears each, and a strike is rebooked."""

import asyncio
import os
import sys
from collections import Counter
from dataclasses import replace
from datetime import date
from time import monotonic
from typing import Any

import pytest
from sqlalchemy import func, select

from api.declaring.start_sweeper import sweep
from domain import rates
from domain.rules import prefinancing
from storage.jobs.tables import job_steps, jobs
from tests.patience import PATIENCE, eventually
from tests.process.small import HOUR, NOTHING_BOOKED, crew, declare
from tests.process.world import World

TRAIN = {"from_place": "Bruxelles", "to_place": "Liège"}
JOBS = int(os.environ.get("ALLIN_INCIDENT_JOBS", "2"))
"""Two in the suite; five hundred by hand: `ALLIN_INCIDENT_JOBS=500 pytest -s tests/process/test_bulk_world.py`.

Each job has a person of its own: a second one for the same person falls under the contract that runs."""
AT_ONCE = 8
WITHIN = PATIENCE + JOBS
"""Seconds one stage may take."""


class Stages:
    """What took how long."""

    def __init__(self) -> None:
        self._since = monotonic()

    def over(self, what: str) -> None:
        now = monotonic()
        seconds, self._since = now - self._since, now
        sys.stdout.write(f"{JOBS} jobs, {what}: {seconds:.1f} s, {JOBS / seconds:.1f} a second\n")


async def ended(house: World, replay_id: str) -> Any:
    async def over() -> Any:
        told = await house.ask("omar", "GET", f"/api/ops/replays/{replay_id}")
        return told if told["ended_at"] and not told["outcomes"].get("trying") else None

    return await eventually(f"the end of {replay_id}", over, WITHIN)


async def replayed(house: World, **wish: Any) -> Any:
    begun = await house.ask("omar", "POST", "/api/ops/replays", json={"reason": "they are back"} | wish)
    return await ended(house, begun["replay_id"])


@pytest.fixture
def deep_fund(monkeypatch: pytest.MonkeyPatch) -> None:
    """A fund that carries so many concerts of one member and one client."""
    known = rates.rate

    def deeper(name: str, on: date) -> Any:
        row = known(name, on)
        return replace(row, value=row.value * JOBS)

    monkeypatch.setattr(prefinancing, "rate", deeper)


async def all_declared(house: World) -> None:
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(n: int) -> None:
        who = crew("chloe")[0] | {"item": f"p{n}", "name": f"Player {n}", "email": f"player{n}@crew.example"}
        small = {**NOTHING_BOOKED, "expenses": None, "travel": TRAIN, "crew": [who]}
        async with gate:
            await declare(house, key=f"many-jobs-{n}", **small)

    await asyncio.gather(*map(one, range(JOBS)))


async def all_steps(house: World, service: str, state: str, turn: bool = False) -> None:
    """Wait, without time passing, until this step of every job is in a state."""
    here = (job_steps.c.service == service, job_steps.c.state == state)
    count, until = 0, monotonic() + WITHIN
    while monotonic() < until:
        async with house.site.database.reading() as connection:
            count = await connection.scalar(select(func.count()).select_from(job_steps).where(*here)) or 0
        if count == JOBS:
            return
        await sweep(house.house)
        if turn:
            await house.turn()
        await asyncio.sleep(0.1)
    async with house.site.database.reading() as connection:
        by = (job_steps.c.service, job_steps.c.state, job_steps.c.error_type)
        rows = await connection.execute(select(*by, func.count()).group_by(*by))
        asked = (jobs.c.state, jobs.c.file["approvals"])
        waiting = await connection.execute(select(*asked, func.count()).group_by(*asked))
        told = [tuple(row) for row in (*rows, *waiting)]
        raise AssertionError(f"{count} of {JOBS} {service} are {state}: {told}")


async def incidents(house: World) -> dict[str, Any]:
    found = (await house.ask("omar", "GET", "/api/ops/incidents"))["incidents"]
    return {one["partner"]: one for one in found}


async def effects(house: World, partner: str) -> Counter[str]:
    """What really happened, none of it twice under one key."""
    found = await house.effects(partner)
    assert max(Counter((e["kind"], e["key"]) for e in found if e["key"]).values()) == 1
    return Counter(e["kind"] for e in found)


@pytest.mark.timeout(600 + 4 * JOBS)
@pytest.mark.usefixtures("deep_fund")
async def test_one_replay_per_incident_clears_all_and_a_strike_is_rebooked(house: World) -> None:
    stages = Stages()
    await house.partners("POST", "/admin/partners/railway/stop")
    await house.fault("dimona", "422", detail="maintenance")
    await all_declared(house)
    await all_steps(house, "agreement", "waiting")
    stages.over("declared")
    await house.pass_time(4 * HOUR)
    await all_steps(house, "agreement", "done", turn=True)
    await all_steps(house, "employment_contract", "waiting")
    stages.over("agreed")
    await house.pass_time(3 * HOUR)
    await all_steps(house, "employment_contract", "parked", turn=True)
    stages.over("signed, and refused by social security")
    told = (await incidents(house))["dimona"]
    assert (told["count"], told["jobs"], told["error_type"]) == (JOBS, JOBS, "PartnerRefused")

    first = await replayed(house, partner="dimona", canary=1)
    assert first["state"] == "stopped"
    assert first["outcomes"] == {"parked_again": 1, "chosen": JOBS - 1}
    assert "maintenance" in first["why"]

    await house.partners("DELETE", "/admin/faults")
    counted = await house.ask("omar", "POST", "/api/ops/replays?dry_run=true", json={"partner": "dimona"})
    assert (counted["count"], counted["outcomes"]) == (JOBS, {"done_now": JOBS})
    stages.over("the canary stopped the first replay")
    second = await replayed(house, partner="dimona", canary=1, token=counted["token"])
    assert (second["state"], second["outcomes"]) == ("done", {"done": JOBS})
    await all_steps(house, "employment_contract", "done")
    stages.over("declared to social security by one replay")

    await all_steps(house, "travel", "parked")
    stages.over("the railway did not answer")
    told = (await incidents(house))["railway"]
    assert (told["count"], told["jobs"], told["error_type"]) == (JOBS, JOBS, "PartnerDown")
    await house.partners("POST", "/admin/partners/railway/start")
    third = await replayed(house, partner="railway", canary=1)
    assert (third["state"], third["outcomes"]) == ("done", {"done": JOBS})
    await all_steps(house, "travel", "done")
    stages.over("booked by one replay")
    assert await effects(house, "dimona") == {"declaration": JOBS}
    assert await effects(house, "railway") == {"booking": JOBS, "fulfillment": JOBS}
    assert await incidents(house) == {}

    strike = {"state": "done", "partner": "railway", "on": "2026-02-10"}
    again = await replayed(house, **strike, canary=1)
    assert (again["kind"], again["state"], again["outcomes"]) == ("redo", "done", {"done": JOBS})
    await all_steps(house, "travel", "done")
    stages.over("a strike: booked anew")
    assert (await effects(house, "railway"))["booking"] == 2 * JOBS
    async with house.site.database.reading() as connection:
        wanted = select(job_steps.c.revision).where(job_steps.c.service == "travel").distinct()
        assert (await connection.scalars(wanted)).all() == [2]
    lines = await house.house.replays.items(again["replay_id"], limit=JOBS + 1)
    assert [line.state for line in lines] == ["done"] * JOBS
    assert all(line.told_by and line.told_by > line.seq for line in lines), "seen in the story, not believed"
