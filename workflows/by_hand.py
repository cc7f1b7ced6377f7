"""What a person did by hand is booked before its step is over, as the step's own booking would have been."""

from typing import TypeVar

from temporalio import workflow

from activities.step import Step
from domain.job import StepState
from domain.message import Message
from workflows.borders import Again, Ended
from workflows.problems import ask
from workflows.revising import Revising

R = TypeVar("R", bound=Message)
B = TypeVar("B", bound=Message)


class ByHand(Revising):
    """Carries what was done by hand into the books."""

    async def _book_by_hand(self, step: Step[R, B], state: StepState) -> None:
        """Book a result by hand, once; whatever the step is called stays."""
        if step.record is None or not state.by_hand or state.state not in ("done", "undone"):
            return
        if not workflow.patched("by-hand-costs"):  # what was done by hand before was booked by nobody
            return
        ended = state.state
        told = self.order(step, state).model_copy(update={"by_hand": state.booking})
        try:
            await self._perform(step, state, step.record, order=told, keep_booking=True)
        except (Again, Ended):
            self.notebook.changed()
        self._close(state, ended)

    async def _park_undo_by_hand(self, step: Step[R, B], state: StepState) -> None:
        problem = ask("DoneByHand", self.notebook.now(), evidence=state.evidence or "-")
        await self._parked(step, state, problem, question=True)
