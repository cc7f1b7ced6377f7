"""Waiting for a partner's answer: here, where whoever hears it first wakes the step, never inside the engine's
retry, which hears nobody."""

from datetime import timedelta
from typing import TypeVar

from temporalio import workflow
from temporalio.exceptions import ActivityError, ApplicationError

from activities.step import Verb
from domain.job import StepState, Waiting
from domain.message import Message
from domain.orders import StepOrder
from workflows.activity_calls import JobStopped
from workflows.infrastructure import Infrastructure
from workflows.problems import NOT_YET

R = TypeVar("R", bound=Message)
B = TypeVar("B", bound=Message)

ASK_FIRST, ASK_LAST = timedelta(minutes=15), timedelta(hours=6)
"""An answer that does not say when asking makes sense is asked for less and less often."""


class PartnerAnswers(Infrastructure):
    """Tries again when a partner has answered, or when it is time to ask."""

    async def _try(self, state: StepState, verb: Verb[R, B], order: StepOrder[R], *final: str) -> B:
        """One attempt, however often the partner has to be asked for its answer."""
        if NOT_YET in final:  # whoever tries waits for the answer itself
            return await super()._try(state, verb, order, *final)
        looks, pause = 0, ASK_FIRST
        while True:
            try:
                return await super()._try(state, verb, order, NOT_YET, *final)
            except ActivityError as error:
                cause = error.cause
                if not isinstance(cause, ApplicationError) or cause.type != NOT_YET or self._too_late(state):
                    raise
                if looks >= verb.patience.tries or not workflow.patched("answers-are-awaited-here"):
                    raise
                told = await self._until_answer(state, cause.next_retry_delay or pause)
                if self.stopped:
                    raise JobStopped from error
                if self.interrupted(state):
                    raise  # whoever tries leaves by the reason there is
            looks, pause = looks + (not told), min(pause * 2, ASK_LAST)

    async def _until_answer(self, state: StepState, pause: timedelta) -> bool:
        """Until somebody says that the answer may be there, or it is time to ask; whether somebody said so."""
        state.state, state.waiting = "waiting", Waiting(who="partner")
        self.notebook.changed()
        until = min(filter(None, (self.notebook.now() + pause, self._limit(state))))
        self._asking.add(state.step)
        try:
            await self.wait(lambda: state.step in self._nudged or self.interrupted(state), until)
        finally:
            self._asking.discard(state.step)
        told = state.step in self._nudged  # perhaps while the try was under way, which may not have seen it
        self._nudged.discard(state.step)
        return told
