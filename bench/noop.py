"""The engine's floor: processes that do nothing, in the same order and at the same times as a real job."""

import asyncio
from dataclasses import dataclass
from datetime import timedelta

from temporalio import activity, workflow

LONGEST = timedelta(seconds=20)
"""What a real step is given for one try."""
done = 0
"""How many no-op activities this worker has served."""


@dataclass
class Wave:
    """Activities that one decision of a real job set going together."""

    after_seconds: float
    """How long after its start the process is that far."""
    size: int


@workflow.defn(name="Empty")
class Empty:
    """A process without content."""

    @workflow.run
    async def run(self) -> None:
        """End at once."""


@workflow.defn(name="Floor")
class Floor:
    """A job that waits when a real one waits, and calls nothing where a real one calls a service."""

    @workflow.run
    async def run(self, waves: list[Wave]) -> None:
        """Every wave in its time; the next one when all of the last are back."""
        began = workflow.now()
        for wave in waves:
            pause = began + timedelta(seconds=wave.after_seconds) - workflow.now()
            if pause > timedelta(0):
                await workflow.sleep(pause)
            await asyncio.gather(
                *(workflow.execute_activity(nothing, start_to_close_timeout=LONGEST) for _ in range(wave.size))
            )


@activity.defn(name="nothing")
async def nothing() -> None:
    """Do nothing, and be counted."""
    global done  # one counter per worker process is all a floor needs
    done += 1
