"""Many parked steps are replayed at once: the first few before the rest, each outcome seen, nothing twice."""

from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from storage.security.audit import Audit
from tests.process.many import Many, many


@pytest.fixture
async def here(temporal_address: str, sqlite_url: str, tmp_path: Path) -> AsyncIterator[Many]:
    async with many(temporal_address, sqlite_url, tmp_path) as opened:
        yield opened


async def test_forty_parked_steps_are_cleared_by_one_replay_with_one_effect_each(here: Many) -> None:
    here.box.refuse = {"red"}
    ids = await here.jobs(40)
    items = await here.parked(40)
    here.box.refuse = set()

    ended = await here.ended(await here.begin(items, canary=3, slices_a_history=2))
    assert (ended.state, ended.count, ended.why) == ("done", 40, "")
    assert (await here.replays.progress(ended.replay_id)).counts == {"done": 40}
    outcomes = await here.replays.items(ended.replay_id, limit=100)
    assert {item.job_id for item in outcomes} == set(ids)
    assert all(item.told_by and item.told_by > item.seq for item in outcomes), "seen in the story, not believed"
    assert Counter(effect.split()[0] for effect in here.box.effects) == {"hold": 40, "confirm": 40}
    assert max(Counter(here.box.effects).values()) == 1
    lines = await Audit(here.database).page(limit=100)
    assert Counter(line.what for line in lines) == {"step.replay": 40, "bulk.replay": 1}
    assert {line.why for line in lines} == {"the toys are back"}
    assert await Audit(here.database).verify() == []


async def test_the_first_ones_stop_the_run_while_the_partner_is_still_down(here: Many) -> None:
    here.box.refuse = {"red"}
    await here.jobs(12)
    items = await here.parked(12)

    ended = await here.ended(await here.begin(items, canary=2))
    assert ended.state == "stopped"
    assert ended.why.startswith("stopped after the first ones: toy of ")
    assert "NoToyLeft: No red toy is left." in ended.why
    assert (await here.replays.progress(ended.replay_id)).counts == {"parked_again": 2, "chosen": 10}
    assert here.box.effects == []
