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


@workflow.defn(name="Waiting")
class Waiting:
    """A process that waits to be told, and then calls nothing once."""

    def __init__(self) -> None:
        self._told = False

    @workflow.run
    async def run(self) -> None:
        """Wait for the word, call nothing, end."""
        await workflow.wait_condition(lambda: self._told)
        await workflow.execute_activity(nothing, start_to_close_timeout=LONGEST)

    @workflow.update
    async def again(self) -> None:
        """The word; it is taken before the call is made, as a person's decision is."""
        self._told = True


@activity.defn(name="nothing")
async def nothing() -> None:
    """Do nothing, and be counted."""
    global done  # one counter per worker process is all a floor needs
    done += 1
