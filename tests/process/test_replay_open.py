"""Before a release goes out, what is under way is replayed with it; nothing is carried out meanwhile."""

import asyncio

import pytest

from allin.operations.replay_open import in_words
from tests.process.small import alone
from tests.process.world import World
from workers.open_processes import ReplayedProcess, replayed_now
from workflows.projection import Projection


async def now(house: World, job_id: str) -> ReplayedProcess:
    """The job among what is under way; Temporal's list of it comes a moment late."""
    for _ in range(50):
        found = {each.workflow_id: each async for each in replayed_now(house.client, house.queue)}
        if f"job-{job_id}" in found:
            return found[f"job-{job_id}"]
        await asyncio.sleep(0.2)
    raise AssertionError("Temporal lists no such job")


async def events(house: World, job_id: str) -> int:
    return len((await house.client.get_workflow_handle(f"job-{job_id}").fetch_history()).events)


async def otherwise(self: Projection) -> None:
    """Another release, which thinks a moment before it writes down what it knows."""
    await asyncio.sleep(1)


async def test_jobs_under_way_are_replayed_and_one_that_would_stand_still_is_named(
    house: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    job_id = await alone(house)
    await house.until_step(job_id, "agreement", "waiting")
    await house.settle()
    before = await events(house, job_id)
    seen = await now(house, job_id)
    assert (seen.why_not, seen.events >= 10) == ("", True)
    assert in_words([seen]).endswith(", 1 replayed (1 job): each would go on")

    with monkeypatch.context() as other:
        other.setattr(Projection, "write", otherwise)
        stands = await now(house, job_id)
    assert "TMPRL1100" in stands.why_not
    told = in_words([stands])
    assert f"1 would stand still\n  job-{job_id}: " in told
    assert await events(house, job_id) == before, "nothing was done"
