"""The worker is killed in the middle of a bulk replay: another goes on, and no item happens twice."""

import asyncio
import os
import signal
import subprocess
import sys
import uuid
from collections import Counter
from contextlib import ExitStack
from pathlib import Path
from time import monotonic

import pytest
from sqlalchemy import func, select

from domain.bulk_replay import Replay
from storage.execution.events import job_events
from storage.jobs.tables import job_steps
from tests.patience import PATIENCE, eventually
from tests.process.many import Many, unserved

COUNT = int(os.environ.get("ALLIN_KILLED_ITEMS", "15"))
"""Fifteen in the suite; a thousand by hand:
`ALLIN_KILLED_ITEMS=1000 pytest -s tests/process/test_bulk_killed.py`."""
WITHIN = PATIENCE + COUNT / 2
"""Seconds one stage may take."""

UNDER_WAY = 20
"""Ten steps at once, each with at most a hold and a purchase whose answers were lost."""


class Worker:
    """A worker in a process of its own; at the latest it ends with the test."""

    def __init__(self, *given: str) -> None:
        command = [sys.executable, "-m", "tests.process.killed_worker", *given]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def __enter__(self) -> "Worker":
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()

    async def on_duty(self) -> None:
        """Have it begin, and wait until it serves."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write("begin\n")
        self.process.stdin.flush()
        line = await asyncio.to_thread(self.process.stdout.readline)
        assert line.strip() == "on duty"

    def kill(self) -> None:
        """As hard as can be."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()


class Stages:
    """What took how long."""

    def __init__(self) -> None:
        self._since = monotonic()

    def over(self, what: str) -> None:
        now = monotonic()
        seconds, self._since = now - self._since, now
        sys.stdout.write(f"{COUNT} items, {what}: {seconds:.1f} s\n")


async def done_so_far(here: Many, replay_id: str, at_least: int) -> int:
    async def enough() -> int | None:
        done = (await here.replays.progress(replay_id)).of("done")
        return done if done >= at_least else None

    return await eventually(f"{at_least} done", enough, WITHIN)


@pytest.mark.timeout(4 * WITHIN)
async def test_a_killed_worker_leaves_nothing_undone_and_nothing_twice(
    temporal_address: str, sqlite_url: str, tmp_path: Path
) -> None:
    queue = f"killed-{uuid.uuid4().hex[:8]}"
    given = (temporal_address, sqlite_url, str(tmp_path), queue)
    levers = unserved(temporal_address, sqlite_url, tmp_path, queue)
    stages = Stages()
    async with levers as here:
        with ExitStack() as standing_by, Worker(*given) as worker:
            await here.jobs(COUNT)
            await worker.on_duty()
            stages.over("declared, and a worker on duty")
            next_one = standing_by.enter_context(Worker(*given))
            items = await here.parked(COUNT, within=WITHIN)
            stages.over("parked")
            (tmp_path / "open").touch()
            await asyncio.sleep(0.2)
            replay = await here.begin(items, canary=2)
            before = await done_so_far(here, replay.replay_id, COUNT // 3)
            worker.kill()
            stages.over(f"{before} done, and the worker killed")
            await next_one.on_duty()
            ended = await here.ended(replay, within=WITHIN)
            stages.over("the others done by the next worker")
            await all_is_done_once(here, replay, ended)
    twice = effects_happened_once((tmp_path / "effects.txt").read_text().splitlines())
    sys.stdout.write(f"{COUNT} items: {twice} calls repeated under their key\n")


async def all_is_done_once(here: Many, replay: Replay, ended: Replay) -> None:
    counts = (await here.replays.progress(replay.replay_id)).counts
    assert (ended.state, counts) == ("done", {"done": COUNT})
    async with here.database.reading() as connection:
        decided = select(func.count()).where(job_events.c.kind == "step.decided.replay")
        assert await connection.scalar(decided) == COUNT, "nobody was decided about twice"
        attempts = select(job_steps.c.attempt, func.count()).group_by(job_steps.c.attempt)
        assert [tuple(row) for row in await connection.execute(attempts)] == [(2, COUNT)]


def effects_happened_once(told: list[str]) -> int:
    """How many calls were made again because their answer was lost; each under the key of the first."""
    effects = Counter(told)
    assert Counter(effect.split()[0] for effect in effects) == {"hold": COUNT, "confirm": COUNT}
    twice = sum(times - 1 for times in effects.values())
    assert twice <= UNDER_WAY, "only what was under way is tried again, and a partner knows it by its key"
    return twice
