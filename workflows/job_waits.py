"""The pace of a job: its states in order, its waits, and the borders at which it can be stopped."""

from collections.abc import Callable, Coroutine
from datetime import datetime
from typing import Any, get_args

from domain.job import JobInput, JobState
from workflows.activity_calls import JobStopped
from workflows.job_messages import JobMessages
from workflows.strands import Strands

ORDER = get_args(JobState)


class JobWaits(JobMessages):
    """A job that waits, goes on, and ends at a border when it is stopped."""

    def __init__(self, job: JobInput) -> None:
        super().__init__(job)
        self._strands = Strands(self._steps, self._border)

    def _beside(self, work: Coroutine[Any, Any, None]) -> None:
        self._strands.beside(work)

    def _enter(self, state: JobState) -> None:
        if ORDER.index(state) > ORDER.index(self._file.state):
            self._file.state = state
            self._notebook.tell(f"job.{state}")

    def _border(self) -> None:
        if self._steps.stopped:
            raise JobStopped

    async def _until(self, ready: Callable[[], bool], by: datetime | None = None) -> bool:
        """Wait for something at most until an instant; ends when the job is stopped."""
        came = await self._steps.wait(lambda: bool(self._steps.interrupted() or ready()), until=by)
        self._border()
        return came

    async def _until_or_moved(self, ready: Callable[[], bool], by: datetime | None) -> bool:
        """Wait for something, at most until an instant that counts again when the job is moved."""
        moved = self._plan_changed()
        return await self._until(lambda: ready() or moved(), by=by)

    async def _reach(self, instant: Callable[[], datetime]) -> None:
        """Wait for an instant that a moved job may shift."""
        while self._notebook.now() < instant():
            await self._until(self._plan_changed(), by=instant())

    def _plan_changed(self) -> Callable[[], bool]:
        revision = self._file.plan_revision
        return lambda: self._file.plan_revision != revision
