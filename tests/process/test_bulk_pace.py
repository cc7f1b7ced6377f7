"""A bulk replay is paused, goes on, is stopped and keeps its pace; in safe mode what is there is left alone."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from time import monotonic

import pytest
from temporalio.client import WorkflowUpdateFailedError

from activities.bulk_replay import BulkReplay
from domain.bulk_replay import Item, Replay, Slice, Turned
from storage.execution.bulk_replay_items import ReplayBook
from storage.execution.operations import Proposals
from tests.patience import eventually
from tests.process.many import Many, many
from workers.bulk import SecondPersons, TemporalDoors

WHY = Turned(by="p-olga", reason="the toys fall apart")


class Shown:
    """A partner that shows an effect of some jobs."""

    def __init__(self, jobs: set[str]) -> None:
        self._jobs = jobs

    async def shows(self, item: Item) -> bool:
        return item.job_id in self._jobs


@pytest.fixture
async def here(temporal_address: str, sqlite_url: str, tmp_path: Path) -> AsyncIterator[Many]:
    async with many(temporal_address, sqlite_url, tmp_path) as opened:
        yield opened


async def parked(here: Many, count: int) -> list[Item]:
    here.box.refuse = {"red"}
    await here.jobs(count)
    items = await here.parked(count)
    here.box.refuse = set()
    return items


async def told(here: Many, replay: Replay, how: str) -> None:
    await here.client.get_workflow_handle(f"bulk-{replay.replay_id}").execute_update(how, WHY)


async def done(here: Many, replay: Replay, at_least: int) -> int:
    async def enough() -> int | None:
        count = (await here.replays.progress(replay.replay_id)).of("done")
        return count if count >= at_least else None

    return await eventually(f"{at_least} done", enough)


async def halfway(here: Many, replay: Replay) -> int:
    """How much has happened, once what was under way has come to its end."""

    async def ended() -> int | None:
        counts = (await here.replays.progress(replay.replay_id)).counts
        happened = len(here.box.effects)
        return happened if counts.keys() <= {"done", "chosen"} and happened == 2 * counts["done"] else None

    return await eventually("the end of what was under way", ended)


async def test_paused_nothing_more_is_begun_and_resumed_it_goes_on_where_it_was(here: Many) -> None:
    replay = await here.begin(await parked(here, 10), at_once=1)
    await done(here, replay, 2)
    await told(here, replay, "pause")
    kept = await here.replays.replay(replay.replay_id)
    assert (kept.state, kept.why, kept.ended_at) == ("paused", "the toys fall apart", None)
    with pytest.raises(WorkflowUpdateFailedError) as twice:
        await told(here, replay, "pause")
    assert "paused already" in str(twice.value.cause)
    halted = await halfway(here, replay)
    await asyncio.sleep(0.5)
    assert len(here.box.effects) == halted < 20

    await told(here, replay, "resume")
    ended = await here.ended(replay)
    assert (ended.state, ended.why) == ("done", "")
    assert (await here.replays.progress(replay.replay_id)).counts == {"done": 10}
    assert len(here.box.effects) == len(set(here.box.effects)) == 20


async def test_stopped_it_begins_nothing_more_and_what_is_under_way_is_seen_to_its_end(here: Many) -> None:
    replay = await here.begin(await parked(here, 10), at_once=1)
    await done(here, replay, 2)
    await told(here, replay, "stop")
    ended = await here.ended(replay)
    counts = (await here.replays.progress(replay.replay_id)).counts
    assert (ended.state, ended.why) == ("stopped", "the toys fall apart")
    assert counts.keys() == {"done", "chosen"}
    assert len(here.box.effects) == 2 * counts["done"], "what was begun has ended, and nothing else was begun"
    await here.parked(counts["chosen"])


async def test_so_many_a_minute_and_no_more(here: Many) -> None:
    items, began = await parked(here, 6), monotonic()
    ended = await here.ended(await here.begin(items, rate_per_minute=120))
    assert ended.state == "done"
    assert monotonic() - began >= 2.5, "the sixth begins two and a half seconds after the first"


async def test_in_safe_mode_what_the_partner_shows_already_is_left_alone(here: Many) -> None:
    items = await parked(here, 4)
    there = {item.job_id for item in items[:2]}
    kept = await here.frozen(items, safe=True)
    doors, people = TemporalDoors(here.client), SecondPersons(here.database)
    bulk = BulkReplay(ReplayBook(here.database), doors, people, Shown(there), here.site.calendar)
    progress = await bulk.carry_out(Slice(replay_id=kept.replay_id, size=10, at_once=10))
    assert progress.counts == {"already_there": 2, "done": 2}
    assert not [effect for effect in here.box.effects for job in there if f" {job}/" in effect]
    left = await here.parked(2)
    assert {item.job_id for item in left} == there
    assert {item.attempt for item in left} == {1}, "they are as they were"


async def test_what_takes_two_is_proposed_once_and_nothing_is_done(here: Many) -> None:
    items = [item.model_copy(update={"rule": "two"}) for item in await parked(here, 2)]
    kept = await here.begin(items)
    ended = await here.ended(kept)
    assert ended.state == "done"
    assert (await here.replays.progress(kept.replay_id)).counts == {"proposed": 2}
    proposed = [await Proposals(here.database).all(job_id=item.job_id) for item in items]
    assert [len(each) for each in proposed] == [1, 1]
    assert here.box.effects == []
