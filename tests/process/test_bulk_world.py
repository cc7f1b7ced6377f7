"""Railway and social security fail for many jobs: one replay per incident clears each, and a strike is rebooked."""

import asyncio
from collections import Counter
from typing import Any

from tests.process.small import HOUR, NOTHING_BOOKED, crew, declare
from tests.process.world import World

TRAIN = {"from_place": "Bruxelles", "to_place": "Liège"}
WHO = ("ann", "chloe")
JOBS = len(WHO)
"""Each job has a person of its own: a second one for the same person falls under the contract that runs."""


async def ended(house: World, replay_id: str) -> Any:
    for _ in range(400):
        told = await house.ask("omar", "GET", f"/api/ops/replays/{replay_id}")
        if told["ended_at"] and not told["outcomes"].get("trying"):
            return told
        await asyncio.sleep(0.1)
    raise AssertionError(told)


async def replayed(house: World, **wish: Any) -> Any:
    begun = await house.ask("omar", "POST", "/api/ops/replays", json={"reason": "they are back"} | wish)
    return await ended(house, begun["replay_id"])


async def test_one_replay_per_incident_clears_all_and_a_strike_is_rebooked(house: World) -> None:
    await house.partners("POST", "/admin/partners/railway/stop")
    await house.fault("dimona", "422", detail="maintenance")
    small = {**NOTHING_BOOKED, "expenses": None, "travel": TRAIN}
    ids = {who: await declare(house, key=f"many-jobs-{who}", crew=crew(who), **small) for who in WHO}
    await house.pass_time(4 * HOUR)
    for job_id in ids.values():
        await house.until(job_id, lambda job: job.state == "ready")
    await house.pass_time(3 * HOUR)
    for who, job_id in ids.items():
        await house.until_step(job_id, f"employment_contract:{who}", "parked", within=30)
    incidents = {one["partner"]: one for one in (await house.ask("omar", "GET", "/api/ops/incidents"))["incidents"]}
    assert (incidents["dimona"]["count"], incidents["dimona"]["jobs"]) == (JOBS, JOBS)
    assert incidents["dimona"]["error_type"] == "PartnerRefused"

    first = await replayed(house, partner="dimona", canary=1)
    assert first["state"] == "stopped"
    assert first["outcomes"] == {"parked_again": 1, "chosen": JOBS - 1}
    assert "maintenance" in first["why"]

    await house.partners("DELETE", "/admin/faults")
    counted = await house.ask("omar", "POST", "/api/ops/replays?dry_run=true", json={"partner": "dimona"})
    assert (counted["count"], counted["outcomes"]) == (JOBS, {"done_now": JOBS})
    second = await replayed(house, partner="dimona", canary=1, token=counted["token"])
    assert (second["state"], second["outcomes"]) == ("done", {"done": JOBS})
    for who, job_id in ids.items():
        await house.until_step(job_id, f"employment_contract:{who}", "done")

    for who, job_id in ids.items():
        await house.until_step(job_id, f"travel:{who}", "parked", within=60)
    await house.partners("POST", "/admin/partners/railway/start")
    third = await replayed(house, partner="railway", canary=1)
    assert (third["state"], third["outcomes"]) == ("done", {"done": JOBS})
    for who, job_id in ids.items():
        await house.until_step(job_id, f"travel:{who}", "done")
    assert Counter(e["kind"] for e in await house.effects("dimona")) == {"declaration": JOBS}
    assert Counter(e["kind"] for e in await house.effects("railway")) == {"booking": JOBS, "fulfillment": JOBS}

    strike = {"state": "done", "partner": "railway", "on": "2026-02-10"}
    again = await replayed(house, **strike, canary=1)
    assert (again["kind"], again["state"], again["outcomes"]) == ("redo", "done", {"done": JOBS})
    for who, job_id in ids.items():
        step = await house.until_step(job_id, f"travel:{who}", "done")
        assert step.revision == 2
    effects = Counter(e["kind"] for e in await house.effects("railway"))
    assert effects["booking"] == 2 * JOBS
    assert max(Counter((e["kind"], e["key"]) for e in await house.effects("railway") if e["key"]).values()) == 1
    csv = await house.ask("omar", "GET", f"/api/ops/replays/{again['replay_id']}/items")
    assert {item["state"] for item in csv["items"]} == {"done"}
