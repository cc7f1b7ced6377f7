"""A history that grows long is cut, and the job goes on from its own file."""

from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from storage.money.ledger import LedgerStore
from tests.process.small import DAY, declare, played, states
from tests.process.test_partners import EFFECTS, HEAVY
from tests.process.world import World, world

SHORT = 40
"""Events; the example job has nearly three hundred."""


@pytest.fixture
async def forgetful(
    temporal_address: str, sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[World]:
    """A cooperative whose histories are cut after forty events."""
    monkeypatch.setattr("activities.dimona.POLLS_SECONDS", (0.1,))
    async with world(temporal_address, sqlite_url, tmp_path, longest_history=SHORT) as opened:
        yield opened


async def test_a_job_cut_in_many_pieces_ends_closed_with_nothing_doubled(forgetful: World) -> None:
    house = forgetful
    job_id = await declare(house, van_rental=HEAVY)
    await played(house, job_id)
    await house.live_until(job_id, lambda job: job.state == "closed", step=2 * DAY, days=60)

    runs = [run async for run in house.client.list_workflows(f"WorkflowId='job-{job_id}'")]
    assert len(runs) >= 3
    assert set((await states(house, job_id)).values()) == {"done"}
    effects = (await house.partners("GET", "/admin/effects"))["effects"]
    assert Counter((effect["partner"], effect["kind"]) for effect in effects) == EFFECTS
    kinds = await house.kinds(job_id)
    assert max(kinds.count(kind) for kind in kinds if kind.startswith("job.")) == 1
    assert (await LedgerStore(house.site.database).balances(job_id)).open == {}
