"""No-op steps as DBOS workflows, in a process of their own: prints the seconds one round took.

`python -m bench.dbos_steps ADDRESS WORKFLOWS STEPS`; needs `pip install dbos`, which nothing else here does.
"""

import asyncio
import sys
import time
from collections.abc import Awaitable, Callable
from importlib import import_module
from typing import Any

Workflow = Callable[[int], Awaitable[None]]


async def nothing() -> None:
    """Do nothing, durably."""


def _walk(durable: Any) -> Workflow:
    """A workflow of one step after the other."""
    step: Callable[[], Awaitable[None]] = durable.step()(nothing)

    async def walk(steps: int) -> None:
        for _ in range(steps):
            await step()

    made: Workflow = durable.workflow()(walk)
    return made


async def _round(durable: Any, walk: Workflow, workflows: int, steps: int) -> float:
    began = time.perf_counter()
    handles = [await durable.start_workflow_async(walk, steps) for _ in range(workflows)]
    for handle in handles:
        await handle.get_result()
    return time.perf_counter() - began


async def _measured(durable: Any, walk: Workflow, workflows: int, steps: int) -> float:
    await _round(durable, walk, 1, steps)
    return await _round(durable, walk, workflows, steps)


def main() -> None:
    """Warm once, then measure."""
    address, workflows, steps = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    durable: Any = import_module("dbos").DBOS  # installed by whoever wants the comparison; mypy must do without
    walk = _walk(durable)
    durable(config={"name": "bench", "system_database_url": address})
    durable.launch()
    print(asyncio.run(_measured(durable, walk, workflows, steps)))
    durable.destroy()


if __name__ == "__main__":
    main()
