"""What people might pick instead: as many no-op steps as DBOS workflows, against no-op activities on our engine."""

import asyncio
import sys
import time
import uuid
from importlib.util import find_spec
from pathlib import Path

from temporalio.worker import Worker

from bench.figures import Figure
from bench.noop import Floor, Wave, nothing
from bench.stage import Stage
from workers.isolation import plain_runner
from workers.wiring import ACTIVITIES_AT_ONCE, EAGER

AT_ONCE, STEPS = 20, 45
"""About as many steps as the example job, one after the other."""
PATIENCE = 60.0


async def beside_dbos(here: Stage) -> list[Figure]:
    """Per step, with as many processes at once; DBOS keeps its steps in SQLite as our engine does."""
    if find_spec("dbos") is None:
        return [Figure.missing("a step, against DBOS", "DBOS is not installed: `pip install dbos` adds this line")]
    ours = await _ours(here)
    theirs = await _theirs(here.site.settings.data)
    each = AT_ONCE * STEPS / 1000
    note = f"{AT_ONCE} at once of {STEPS} no-op steps each, in a row; the floor column is DBOS; both on SQLite"
    return [Figure("a no-op step, against DBOS", ours / each, "ms", theirs / each, "ahead", ours <= theirs, note)]


async def _ours(here: Stage) -> float:
    queue = f"steps-{uuid.uuid4().hex[:6]}"
    worker = Worker(
        here.bare,
        task_queue=queue,
        workflows=[Floor],
        activities=[nothing],
        workflow_runner=plain_runner(),
        max_concurrent_activities=ACTIVITIES_AT_ONCE,
        max_eager_activity_reservations_per_workflow_task=EAGER,
    )
    async with worker:
        await _round(here, queue, 1)
        began = time.perf_counter()
        await _round(here, queue, AT_ONCE)
        return time.perf_counter() - began


async def _round(here: Stage, queue: str, jobs: int) -> None:
    waves = [Wave(0.0, 1)] * STEPS
    ids = [f"{queue}-{uuid.uuid4().hex[:6]}" for _ in range(jobs)]
    await asyncio.gather(*(here.bare.execute_workflow(Floor.run, waves, id=each, task_queue=queue) for each in ids))


async def _theirs(folder: Path) -> float:
    process = await asyncio.create_subprocess_exec(
        *(
            sys.executable,
            "-m",
            "bench.dbos_steps",
            f"sqlite:///{folder / 'dbos.sqlite'}",
            str(AT_ONCE),
            str(STEPS),
        ),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        out, problem = await asyncio.wait_for(process.communicate(), PATIENCE)
    finally:
        if process.returncode is None:
            process.kill()
    if process.returncode:
        raise RuntimeError(f"DBOS ended with {process.returncode}: {problem.decode()[-1000:]}")
    return float(out.split()[-1])
