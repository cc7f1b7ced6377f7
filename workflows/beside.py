"""What a proposed plan needs is held beside what is booked, and goes back when the proposal falls."""

from typing import Any, TypeVar

from temporalio import workflow
from temporalio.exceptions import ActivityError

from activities.step import Step, Verb
from domain.job import StepState, StepStateName, Waiting
from domain.message import Message
from domain.orders import step_name
from workflows.activity_calls import JobStopped
from workflows.borders import Ended
from workflows.closing import Closing
from workflows.problems import explain, is_cancelled
from workflows.revising import GIVEN_BACK

R = TypeVar("R", bound=Message)
B = TypeVar("B", bound=Message)


MAY_HOLD_TWO: frozenset[StepStateName] = frozenset({"held", "done", "missed", *GIVEN_BACK})
"""Nothing is under way in them: what they have, or no longer have, stays as it is while another order is held."""


class Beside(Closing):
    """Steps that can hold two sets and never confirm but one."""

    async def hold_beside(self, step: Step[R, B], item: str, request: R) -> StepState | None:
        """Hold what may be wanted, under an order of its own; also what the job has not had so far.

        The step as it is held; None when there is nothing to hold. What cannot be had is told, and tried again
        once it is wanted for good. A hold of minutes shows that it can be had, and is taken again then.
        """
        state = self.file.steps.get(step_name(step.name, item))
        if step.hold is None or step.release is None:
            return None
        if (state is None or step.short_hold) and not workflow.patched("added-held-beside"):
            return None
        if state is None:
            state = self._added(step, item, request)
        elif state.state not in MAY_HOLD_TWO or state.request == request.model_dump(mode="json"):
            return None
        beside = self._proposed(state, request)
        return beside if await self._beside(step, beside, step.hold, "step.not_held_beside") else None

    async def extend_beside(self, step: Step[R, B], beside: StepState) -> bool:
        """Prolong a partner's hold while the answer is awaited; False when it lapses."""
        if step.extend is None:
            return False
        return await self._beside(step, beside, step.extend, "step.hold_lapsed")

    async def _beside(self, step: Step[R, B], beside: StepState, verb: Verb[R, B], failed: str) -> bool:
        """Try a verb once for what is held beside; what was in the way is told."""
        try:
            booking = await self._try(beside, verb, self.order(step, beside))
        except ActivityError as error:
            if is_cancelled(error):
                raise JobStopped from error
            problem = explain(error, self.notebook.now())
            self.notebook.tell(failed, step=beside.step, problem=problem.text)
            return False
        beside.booking = booking.model_dump(mode="json")
        return True

    def _added(self, step: Step[R, B], item: str, request: R) -> StepState:
        """A step the job has not had so far: it waits, as the proposal does, for a yes."""
        state = self._open(step, request, item, None)
        proposal = self.file.proposal
        asked = proposal is not None and proposal.asks_client
        state.waiting = Waiting(
            who="client" if asked else "advisor", until_at=proposal.until_at if proposal else None
        )
        return state

    def wanted_for_good(self) -> None:
        """The proposal is in force: what it adds is not held beside any more, but taken as any other step."""
        for state in self.file.steps.values():
            state.proposed.pop(state.revision, None)

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
            ended = "superseded" if state.revision in state.proposed else was.state
            state.given_up, state.proposed = {**state.given_up, **state.proposed}, {}
            state.undoing = True
            try:
                await self._release_given_up(step, state)
            except Ended:
                state.given_up = {}
            state.by_hand, state.evidence = was.by_hand, was.evidence
            state.evidence_reference, state.operation = was.evidence_reference, was.operation
            self._close(state, ended)
            if ended in GIVEN_BACK:
                self.file.undo.remove(name)

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
        first = state.state == "waiting"
        revision = state.revision if first else max(state.revision, state.latest) + 1
        wanted = request.model_dump(mode="json")
        state.latest, state.proposed = revision, {**state.proposed, revision: wanted}
        if state.step not in self.file.undo:
            self.file.undo.append(state.step)
        self.notebook.changed()
        fresh = {"revision": revision, "request": wanted, "booking": None, "given_up": {}, "proposed": {}}
        return state.model_copy(update=fresh)
