"""Strands that run beside each other, and the rules for ending them all."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from workflows.activity_calls import JobStopped
from workflows.steps import Steps


class Strands:
    """What runs beside the main line. No strand is ever cancelled: each ends at its own next border."""

    def __init__(self, steps: Steps, border: Callable[[], None]) -> None:
        self._steps = steps
        self._border = border
        self._tasks: list[asyncio.Task[Any]] = []

    def beside(self, *work: Coroutine[Any, Any, Any]) -> list["asyncio.Task[Any]"]:
        """Start strands that nothing here waits for. A mistake in one of them is still everybody's."""
        tasks = [asyncio.create_task(self._watched(each)) for each in work]
        self._tasks.extend(tasks)
        return tasks

    async def together(self, *work: Awaitable[Any]) -> None:
        """Wait for all of them, also when one is stopped, so that nothing is under way afterwards."""
        results = await asyncio.gather(*work, return_exceptions=True)
        for result in results:
            if isinstance(result, BaseException):
                raise result
        self._border()

    async def ended(self) -> None:
        """Wait until every strand has ended, stopped or not; also those that others started meanwhile."""
        await asyncio.gather(*self._tasks, return_exceptions=True)
        while any(not task.done() for task in self._tasks):
            await asyncio.gather(*self._tasks, return_exceptions=True)

    async def finished(self) -> None:
        """Wait until every strand has done its work; also those that others started meanwhile."""
        await self.together(*self._tasks)
        while any(not task.done() for task in self._tasks):
            await self.together(*self._tasks)

    async def _watched(self, work: Awaitable[Any]) -> Any:
        try:
            return await work
        except JobStopped:
            raise
        except BaseException as mistake:
            self._steps.broken = mistake
            raise
