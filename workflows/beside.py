"""What a proposed plan needs is held beside what is booked, and goes back when the proposal falls."""

from typing import Any, TypeVar

from temporalio.exceptions import ActivityError

from activities.step import Step
from domain.job import StepState
from domain.message import Message
from domain.orders import step_name
from workflows.activity_calls import JobStopped
from workflows.borders import Ended
from workflows.closing import Closing
from workflows.problems import explain, is_cancelled

R = TypeVar("R", bound=Message)
B = TypeVar("B", bound=Message)


class Beside(Closing):
    """Steps that can hold two sets and never confirm but one."""

    async def hold_beside(self, step: Step[R, B], item: str, request: R) -> None:
        """Hold what may be wanted, under an order of its own. What cannot be had is told, and tried again once it
        is wanted for good; a hold of minutes is not taken yet."""
        state = self.file.steps.get(step_name(step.name, item))
        wanted = request.model_dump(mode="json")
        if state is None or step.hold is None or step.release is None or step.short_hold:
            return
        if state.state not in ("held", "done") or state.request == wanted:
            return
        beside = self._proposed(state, request)
        try:
            await self._try(beside, step.hold, self.order(step, beside))
        except ActivityError as error:
            if is_cancelled(error):
                raise JobStopped from error
            problem = explain(error, self.notebook.now())
            self.notebook.tell("step.not_held_beside", step=state.step, problem=problem.text)

    async def swap(self, step: Step[R, B], item: str, request: R) -> bool:
        """Take the new instead of the old in one stroke; False, and the old stays, when it cannot be had."""
        state = self.file.steps.get(step_name(step.name, item))
        if state is None or step.hold is None or state.request == request.model_dump(mode="json"):
            return True
        before = state.revision, state.request
        beside = self._proposed(state, request)
        beside.given_up = {before[0]: before[1]}
        try:
            await self._try(beside, step.hold, self.order(step, beside))
        except ActivityError as error:
            if is_cancelled(error):
                raise JobStopped from error
            return False
        await self.amend(step, item, request)
        return True

    async def let_go_beside(self, name: str) -> None:
        """Give back what was held for a plan that is not coming; what is booked stays as it is."""
        step, state = self._known[name], self.file.steps[name]
        async with self._lock(state):
            if not state.proposed or name not in self.file.undo:
                return
            was = state.model_copy()
            state.given_up, state.proposed = {**state.given_up, **state.proposed}, {}
            state.undoing = True
            try:
                await self._release_given_up(step, state)
            except Ended:
                state.given_up = {}
            state.by_hand, state.evidence = was.by_hand, was.evidence
            state.evidence_reference, state.operation = was.evidence_reference, was.operation
            self._close(state, was.state)

    async def take_back(self, step: Step[Any, Any], before: StepState) -> None:
        """A question that is not asked any more: its link is closed, and what was agreed before stands again."""
        state = self.file.steps[before.step]
        self.abandon(before.step)
        async with self._lock(state):
            self._forget_wishes(before.step)
            if state.revision == before.revision:
                return
            last = max(state.revision, state.latest)
            asked = {state.revision: state.request}
            for name, value in before:
                setattr(state, name, value)
            state.latest, state.given_up, state.undoing = last, asked, True
            try:
                await self._release_given_up(step, state)
            except Ended:
                state.given_up = {}
            state.operation = before.operation
            self._close(state, before.state)

    def _proposed(self, state: StepState, request: R) -> StepState:
        """The step as it would be under the new request; written down before anything is tried."""
        revision = max(state.revision, state.latest) + 1
        wanted = request.model_dump(mode="json")
        state.latest, state.proposed = revision, {**state.proposed, revision: wanted}
        if state.step not in self.file.undo:
            self.file.undo.append(state.step)
        self.notebook.changed()
        fresh = {"revision": revision, "request": wanted, "booking": None, "given_up": {}, "proposed": {}}
        return state.model_copy(update=fresh)
