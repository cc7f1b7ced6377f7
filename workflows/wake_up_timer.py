"""One alarm for every wait of a process: a timer of its own per strand would fill the history with timers."""

import asyncio
from collections.abc import Callable
from datetime import datetime

from temporalio import workflow

from workflows.projection import Projection


class WakeUpTimer:
    """Set to the earliest instant anybody waits for, and set again when that changes."""

    def __init__(self, notebook: Projection) -> None:
        self._notebook = notebook
        self._waiting: list[datetime] = []
        self._kept: asyncio.Task[None] | None = None

    async def until(self, instant: datetime, ready: Callable[[], bool]) -> bool:
        """Wait for something, at most until an instant; whether it came."""
        self._kept = self._kept or asyncio.create_task(self._keep())
        self._waiting.append(instant)
        try:
            await workflow.wait_condition(lambda: ready() or self._passed(instant))
        finally:
            self._waiting.remove(instant)
        return ready()

    async def _keep(self) -> None:
        """Ring whenever an instant has come that somebody waits for, as long as the process lives."""
        while True:
            await workflow.wait_condition(lambda: self._earliest() is not None)
            earliest = self._earliest()
            if earliest is not None:
                await self._ring_at(earliest)

    async def _ring_at(self, instant: datetime) -> None:
        """Ring at an instant, unless another becomes the earliest before."""
        left = instant - self._notebook.now()
        try:
            await workflow.wait_condition(lambda: self._earliest() != instant, timeout=left)
        except TimeoutError:
            self._notebook.rung(instant)

    def _earliest(self) -> datetime | None:
        return min((instant for instant in self._waiting if not self._passed(instant)), default=None)

    def _passed(self, instant: datetime) -> bool:
        return instant <= self._notebook.now()
