"""Parked steps taken again by a bulk replay, against one update and one activity each on the same server."""

import asyncio
import time
import uuid

from temporalio.client import WorkflowHandle
from temporalio.worker import Worker

from bench import noop
from bench.clock import until
from bench.figures import Figure
from bench.noop import Waiting, nothing
from bench.stage import Stage
from domain.bulk_replay import Item
from storage.core.migrate import upgrade
from tests.process.many import Many, many
from workers.isolation import plain_runner
from workers.wiring import ACTIVITIES_AT_ONCE, EAGER

STEPS = 120
AT_ONCE = 10
"""Under way at one partner at most, for both."""
A_FEW, A_MOMENT = 20, 0.5
"""The jobs are not started all at once: what is measured is taking them again."""
GOAL = 0.5
PATIENCE = 60.0


async def replays(here: Stage) -> list[Figure]:
    """First the floor, then ours, each until the last step was seen to have succeeded."""
    floor = STEPS / await _floor(here)
    rate = STEPS / await _replayed(here)
    note = (
        f"{STEPS} steps of a service without a partner, {AT_ONCE} at once; ours makes two calls a step, with their "
        "orders, tries and story, and ends when each outcome was seen"
    )
    return [Figure("parked steps replayed per second", rate, "/s", floor, f"{GOAL} x", rate >= GOAL * floor, note)]


async def _replayed(here: Stage) -> float:
    folder = here.site.settings.data
    url = f"sqlite:///{folder / 'replays.sqlite'}"
    await upgrade(url)
    async with many(str(here.site.settings.temporal_address), url, folder) as toys:
        items = await _parked(toys)
        began = time.perf_counter()
        replay = await toys.begin(items, at_once=AT_ONCE)
        ended = await toys.ended(replay, within=PATIENCE)
        took = time.perf_counter() - began
        outcomes = (await toys.replays.progress(ended.replay_id)).counts
    if outcomes != {"done": STEPS}:
        raise RuntimeError(f"not every step was replayed: {outcomes}")
    return took


async def _floor(here: Stage) -> float:
    queue = f"waiting-{uuid.uuid4().hex[:6]}"
    worker = Worker(
        here.bare,
        task_queue=queue,
        workflows=[Waiting],
        activities=[nothing],
        workflow_runner=plain_runner(),
        max_concurrent_activities=ACTIVITIES_AT_ONCE,
        max_eager_activity_reservations_per_workflow_task=EAGER,
    )
    async with worker:
        starts = (here.bare.start_workflow(Waiting.run, id=f"{queue}-{n}", task_queue=queue) for n in range(STEPS))
        waiting = await asyncio.gather(*starts)
        served, began, gate = noop.done, time.perf_counter(), asyncio.Semaphore(AT_ONCE)
        await asyncio.gather(*(_told(handle, gate) for handle in waiting))
        await until(served + STEPS)
        return time.perf_counter() - began


async def _told(handle: WorkflowHandle[Waiting, None], gate: asyncio.Semaphore) -> None:
    async with gate:
        await handle.execute_update(Waiting.again)


async def _parked(toys: Many) -> list[Item]:
    toys.box.refuse.add("red")
    for _ in range(0, STEPS, A_FEW):
        await toys.jobs(A_FEW)
        await asyncio.sleep(A_MOMENT)
    items = await toys.parked(STEPS, within=PATIENCE)
    toys.box.refuse.clear()
    return items
