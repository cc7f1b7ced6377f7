"""Trouble with our own infrastructure: a step is tried again, with growing pauses, until its time is up. Nobody is
asked, because nobody can decide anything about it."""

from datetime import datetime, timedelta
from typing import TypeVar

from temporalio import workflow
from temporalio.exceptions import ActivityError

from activities.step import Verb
from domain.job import StepState
from domain.message import Message
from domain.orders import StepOrder
from workflows.activity_calls import JobStopped
from workflows.attempts import Attempts
from workflows.problems import is_infrastructure

R = TypeVar("R", bound=Message)
B = TypeVar("B", bound=Message)

PAUSE_FIRST, PAUSE_LAST = timedelta(seconds=5), timedelta(minutes=5)
"""A restart is over within seconds; a repair by people takes longer, and a try costs the history ten events."""
TOLD_AFTER = timedelta(minutes=1)
"""What is repaired sooner is no line in a story."""


class Infrastructure(Attempts):
    """Tries again what failed for no reason of the job, its partners or its rules."""

    async def _try(self, state: StepState, verb: Verb[R, B], order: StepOrder[R], *final: str) -> B:
        """One attempt, however often our own infrastructure stands in its way."""
        pause, told = PAUSE_FIRST, False
        try:
            while True:
                try:
                    return await super()._try(state, verb, order, *final)
                except ActivityError as error:
                    if not is_infrastructure(error, verb.patience.at_hand) or self._too_late(state):
                        raise
                    since = await self._held_up(state, pause)
                    if self.stopped:
                        raise JobStopped from error
                    if self.interrupted(state):
                        raise  # whoever tries leaves by the reason there is
                if not told and self.notebook.now() - since >= TOLD_AFTER:
                    self.notebook.tell("step.held_up", step=state.step)
                    told = True
                pause = min(pause * 2, PAUSE_LAST)
        finally:
            state.held_up_since_at = None

    async def _held_up(self, state: StepState, pause: timedelta) -> datetime:
        """Wait for a while; since when the step is held up. Not all at once: each takes its own part of a pause."""
        since = state.held_up_since_at = state.held_up_since_at or self.notebook.now()
        self.notebook.changed()
        again = self.notebook.now() + pause * (0.5 + workflow.random().random() / 2)
        until = min(filter(None, (again, self._limit(state))))
        beside = state is not self.file.steps.get(state.step)  # what is held beside is known to this run only
        self._standing += beside
        try:
            await self.wait(lambda: self.interrupted(state), until)
        finally:
            self._standing -= beside
        return since
