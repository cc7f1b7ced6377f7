"""What the process tells the outside: one coalescing note per burst of changes, and Temporal's own pages."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from temporalio import workflow
from temporalio.common import RetryPolicy, SearchAttributeKey
from temporalio.exceptions import ActivityError, ApplicationError

from activities.memory import Memory
from domain.job import INFRASTRUCTURE_DOWN, JobFile, News, Remembered

JOB_STATE = SearchAttributeKey.for_keyword("JobState")
PARKED = SearchAttributeKey.for_keyword_list("ParkedServices")
ONE_NOTE = timedelta(seconds=10)
"""A note is one short transaction in our own database."""
UNTIL_WRITTEN = RetryPolicy(maximum_interval=timedelta(minutes=1))
PAUSE_IN_MEMORY = timedelta(seconds=4)
"""A longer pause is a timer: kept in the worker's memory, a database away for an hour would cost 2,700 events."""


class NothingIsWritten(Exception):
    """A mistake of ours: the process goes on and nobody can see it. Its task fails with these words instead."""


class Projection:
    """Keeps the file and its news, and writes them down while the process goes on."""

    def __init__(self, file: JobFile, shift: timedelta) -> None:
        self.file = file
        self._shift = shift
        self._news: list[News] = []
        self._written = file.version
        self._on_the_way: list[int] = []
        self.at_hand = 0
        """Things done within this very decision: what only they changed is written down when they are done."""
        self._shown: tuple[str, tuple[str, ...]] | None = None
        self._rung: datetime | None = None
        self._broken: Exception | None = None

    def now(self) -> datetime:
        """Business time, the only clock of the process."""
        engine = workflow.now() + self._shift
        return engine if self._rung is None else max(engine, self._rung)

    def rung(self, instant: datetime) -> None:
        """An alarm rang: this instant has come, also where the engine's clock is a hair behind its own timer."""
        self._rung = instant if self._rung is None else max(self._rung, instant)

    def tell(self, kind: str, step: str | None = None, by: str | None = None, **params: str) -> None:
        """Add a line to the story."""
        self.file.told += 1
        self._news.append(News(n=self.file.told, at=self.now(), kind=kind, step=step, by=by, params=params))
        self.changed()

    def changed(self) -> None:
        """The file is not what was last written down."""
        self.file.version += 1

    @property
    def all_written(self) -> bool:
        """Whether the tables know everything."""
        return self._written == self.file.version

    async def keep(self) -> None:
        """Write down whatever changes, one note at a time, as long as the process lives."""
        try:
            while True:
                await workflow.wait_condition(lambda: not self._is_told and not (self.at_hand and not self._news))
                await self.write()
        except Exception as mistake:  # whoever waits for what is written must fail too
            self._broken = mistake
            raise

    async def beside(self, life: "asyncio.Task[Any]") -> None:
        """Live on only as long as it is written down what happens; NothingIsWritten otherwise, at once."""
        await workflow.wait_condition(lambda: life.done() or self._broken is not None)
        self._still_kept()
        await life

    async def until_written(self) -> None:
        """Until nobody says anything any more and the tables know everything."""
        await workflow.wait_condition(
            lambda: self._broken is not None or (workflow.all_handlers_finished() and self.all_written)
        )
        self._still_kept()

    def _still_kept(self) -> None:
        if self._broken is not None:
            raise NothingIsWritten(f"the file is not written down any more: {self._broken}") from self._broken

    @property
    def _is_told(self) -> bool:
        """Whether the tables know everything, or are being told by an activity that set out with it."""
        return not self._news and self.file.version in (self._written, *self._on_the_way[-1:])

    @contextmanager
    def taken_along(self) -> Iterator[Remembered | None]:
        """What an activity that sets out now writes down before its own work: it costs the history nothing.

        Nothing when the tables know. News is never taken along: it is told at once, and in its order.
        """
        if self._is_told or self._news:
            yield None
            return
        version = self.file.version
        self._on_the_way.append(version)
        arrived = False
        try:
            yield self._remembered()
            arrived = True
        except ActivityError as error:
            cause = error.cause
            arrived = isinstance(cause, ApplicationError) and cause.type != INFRASTRUCTURE_DOWN
            raise
        finally:
            self._on_the_way.remove(version)
            if arrived:
                self._written = max(self._written, version)

    def _remembered(self, *news: News) -> Remembered:
        return Remembered(workflow_id=workflow.info().workflow_id, file=self.file, news=news)

    async def write(self) -> None:
        """One note: the file as it is now and all news since the last note."""
        version, news = self.file.version, tuple(self._news)
        self._news.clear()
        self._show()
        await workflow.execute_local_activity_method(
            Memory.remember,
            self._remembered(*news),
            start_to_close_timeout=ONE_NOTE,
            retry_policy=UNTIL_WRITTEN,
            local_retry_threshold=PAUSE_IN_MEMORY,
        )
        self._written = max(self._written, version)

    def _show(self) -> None:
        """Keep Temporal's own list and pages readable: state and parked services, and a table of the steps."""
        parked = tuple(sorted({step.service for step in self.file.parked}))
        shown = (str(self.file.state), parked)
        if shown != self._shown:
            workflow.upsert_search_attributes([JOB_STATE.value_set(shown[0]), PARKED.value_set(list(parked))])
            self._shown = shown
        rows = [
            f"| {name} | {step.state} | {step.operation or ''} | {step.problem.type if step.problem else ''} |"
            for name, step in self.file.steps.items()
        ]
        workflow.set_current_details(
            "\n".join(
                [f"**{self.file.state}**", "", "| step | state | verb | problem |", "|---|---|---|---|", *rows]
            )
        )
