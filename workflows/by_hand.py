"""What a person did by hand is booked before its step is over, as the step's own booking would have been."""

from typing import Any, TypeVar

from temporalio import workflow

from activities.step import Step
from domain.job import StepState
from domain.message import Message
from workflows.borders import Again, Ended
from workflows.revising import Revising

R = TypeVar("R", bound=Message)
B = TypeVar("B", bound=Message)


class ByHand(Revising):
    """Carries what was done by hand into the books."""

    async def _book_by_hand(self, step: Step[R, B], state: StepState) -> None:
        """Book a result by hand, once; whatever the step is called stays.

        What the books refuse is put right by entering the result anew, or by trying again.
        """
        if not self._unrecorded(step, state):
            return
        if not workflow.patched(step.recorded_since):  # what was done by hand before was booked by nobody
            return
        ended = state.state
        self._recording.add(state.step)
        try:
            while not state.recorded and await self._recorded(step, state):
                self._close(state, ended)
        finally:
            self._recording.discard(state.step)
            if state.state != "missed":
                self._close(state, ended)

    async def _recorded(self, step: Step[R, B], state: StepState) -> bool:
        """Whether it is worth trying again, because a person entered the result anew."""
        assert step.record is not None
        self._given.pop(state.step, None)
        told = self.order(step, state).model_copy(update={"by_hand": state.booking, "evidence": state.evidence})
        try:
            booked = await self._perform(step, state, step.record, order=told, keep_booking=True)
        except (Again, Ended):
            return self._given.get(state.step) == "by_hand"
        state.booking, state.recorded = booked.model_dump(mode="json"), True
        return False

    def _unrecorded(self, step: Step[Any, Any], state: StepState) -> bool:
        """Whether what was done by hand is still to be booked."""
        done = state.by_hand and not state.recorded and state.state in ("done", "undone")
        return step.record is not None and done
