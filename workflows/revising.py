"""A request that changes: taken up as a new revision, and what the earlier one may have taken given back.

A wish stands beside the step until whoever runs it takes it up. It is taken up before anything waits again: it
interrupts every wait, so a wait that began with the wish still standing would end at once, for ever.
"""

from typing import Literal, TypeVar

from temporalio import workflow

from activities.step import Step
from domain.decisions import DecisionKind
from domain.job import Problem, StepState, StepStateName
from domain.message import Message
from domain.orders import StepOrder
from domain.questions import OUTCOMES
from workflows.answers import Answers
from workflows.borders import Ended
from workflows.problems import ask
from workflows.projection import Projection

R = TypeVar("R", bound=Message)
B = TypeVar("B", bound=Message)

NOT_DONE: frozenset[StepStateName] = frozenset({"missed", "failed", "skipped"})
GIVEN_BACK: frozenset[StepStateName] = frozenset({"undone", "superseded"})


class Revising(Answers):
    """Takes up changed requests."""

    def __init__(self, notebook: Projection, entity: str) -> None:
        super().__init__(notebook, entity)
        self._wish_count = 0
        self._wished_at: dict[str, int] = {}
        """The order in which wishes came: a step is as the newest has it, also when it was given back between."""
        self._newest: dict[str, tuple[int, Message]] = {}
        """The newest wish for each step, also one for what it was already."""
        self._given_back_at: dict[str, int] = {}
        """How many wishes there had been when the step was last given back."""

    def _take_up(self, state: StepState) -> Literal["moved", "edited"] | None:
        """Take up a changed request as a new revision: a moved job's before what somebody edited."""
        moved = None if state.step in self.file.bound else self._wanted.pop(state.step, None)
        edited = self._edited.pop(state.step, None)
        lost = self._leaning.taken(state)
        if lost is not None and moved is None:
            self._stand_alone(state, lost)
            return "moved"
        if moved is not None:
            self._change(state, moved)
            return "moved"
        if edited is not None:
            self._change(state, edited)
            return "edited"
        return None

    def _read_last(self, step: Step[R, B], state: StepState) -> bool:
        """Whether what somebody edited is read by the last verb alone, which is what stands still."""
        edited = self._edited.get(state.step)
        if edited is None or state.step in self._wanted:
            return False
        alone = step.goes_on_with(state, edited.model_dump(mode="json"))
        return alone and workflow.patched(f"read-last:{state.step}")

    def _stand_alone(self, state: StepState, lost: Problem) -> None:
        """The same request under an order of its own; a person decides where the work has begun already."""
        wanted = self._known[state.step].request.model_validate(self._leaning.anew(state))
        self._change(state, wanted, "step.stands_alone")
        if state.decide_by is None:
            state.state, state.problem = "parked", lost
            self.notebook.tell("step.parked", step=state.step, problem=lost.type, **lost.params)

    def _change(self, state: StepState, wanted: Message, kind: str = "step.changed") -> None:
        """A new revision, not tried yet. A decision about what was parked is no decision about this."""
        if state.state in (*GIVEN_BACK, *NOT_DONE, "parked"):
            state.attempt += 1
            state.state, state.problem, state.waiting = "waiting", None, None
            state.postponed_until_at, state.until_partner = None, None
        state.given_up = {**state.given_up, state.revision: state.request}
        if state.by_hand and not state.by_hand_verbs:
            state.by_hand_given_up = {**state.by_hand_given_up, state.revision: state.evidence or "-"}
        state.request = wanted.model_dump(mode="json")
        held = next((n for n, one in state.proposed.items() if one == state.request), None)
        state.revision = held or max(state.revision, state.latest) + 1
        state.proposed = {n: one for n, one in state.proposed.items() if n != held}
        state.booking = None
        state.by_hand, state.evidence, state.evidence_reference = False, None, None
        state.by_hand_verbs = []
        self.notebook.tell(kind, step=state.step, revision=str(state.revision))

    async def _give_back_edited(self, step: Step[R, B], state: StepState) -> None:
        """Who edits a request wants something else: what the old order has goes back before the new one is made.

        A moved job keeps what it has until the new is held.
        """
        if workflow.patched("old-order-first"):
            await self._release_given_up(step, state)

    async def _call_off(self, step: Step[R, B], state: StepState) -> None:
        """What a person arranged for the request that changed: asked about before anything is arranged anew."""
        if workflow.patched(f"called-off-first:{state.step}"):
            await self._release_given_up(step, state)

    async def _release_given_up(self, step: Step[R, B], state: StepState) -> None:
        """Give back what earlier requests may have taken. A person who sees to it, sees to the old order alone."""
        if not step.goes_back:
            return
        for revision, request in sorted(state.given_up.items()):
            old = state.model_copy(update={"revision": revision, "request": request, "given_up": {}})
            order = self.order(step, old).model_copy(update={"replaced": True})
            await self._release_old(step, state, order)
            state.given_up = {n: kept for n, kept in state.given_up.items() if n != revision}
            state.by_hand_given_up = {n: kept for n, kept in state.by_hand_given_up.items() if n != revision}

    async def _release_old(self, step: Step[R, B], state: StepState, order: StepOrder[R]) -> None:
        before = state.undoing, state.by_hand, state.evidence, state.evidence_reference
        state.undoing, state.said_back = True, None
        by_hand = state.by_hand_given_up.get(order.revision)
        try:
            if by_hand is not None and workflow.patched(f"old-by-hand-asked:{state.step}"):
                state.evidence = by_hand
                await self._park_undo_by_hand(step, state)
            if step.release:
                await self._perform(step, state, step.release, order=order, keep_booking=True)
            await self._book_back(step, state, order)
        except Ended:
            await self._book_back(step, state, order)
            state.state = "trying"
        finally:
            state.undoing, state.by_hand, state.evidence, state.evidence_reference = before

    async def _book_back(self, step: Step[R, B], state: StepState, order: StepOrder[R] | None = None) -> None:
        """Book what a person gave back by hand; refused by the books, it is entered anew or tried again.

        The step's own order, unless an earlier one is named. Whoever asked closes the step.
        """
        if step.back_by_hand is None or not workflow.patched(f"back-by-hand:{state.step}"):
            state.said_back = None
        self._recording.add(state.step)
        try:
            while step.back_by_hand is not None and state.said_back is not None:
                state.undoing = True
                told = {"by_hand": state.said_back, "evidence": state.evidence}
                asked = (order or self.order(step, state)).model_copy(update=told)
                try:
                    await self._perform(step, state, step.back_by_hand.record, order=asked, keep_booking=True)
                    state.said_back = None
                except Ended:
                    continue
        finally:
            self._recording.discard(state.step)

    async def _park_undo_by_hand(self, step: Step[R, B], state: StepState) -> None:
        problem = ask("DoneByHand", self.notebook.now(), evidence=state.evidence or "-")
        self._given.pop(state.step, None)
        try:
            await self._parked(step, state, problem, question=True)
        except Ended:
            if self._given.get(state.step) != "by_hand" or not workflow.patched(f"order-too:{state.step}"):
                raise
            state.undoing = True  # the order of the step may have taken something as well: an answer may be lost
        finally:
            self._tell_answered(state, problem.type, self._given.pop(state.step, None))

    def _tell_answered(self, state: StepState, problem: str, answer: DecisionKind | None) -> None:
        """What became of a question, once, in the story."""
        outcome = OUTCOMES.get(problem, {}).get(answer) if answer else None
        if outcome is not None:
            self.notebook.tell(f"step.settled.{outcome}", step=state.step)

    def _open_anew(self, state: StepState, request: R, since: int) -> None:
        """What was given back and is wanted again after all is a new order, never the old one; as the newest wish
        has it, when one came since whoever takes it began to wait."""
        again = state.state in NOT_DONE and state.step in self._retaken
        if (state.state in GIVEN_BACK or again) and not self.stopped:
            self._change(state, self._wanted_since(state, request, since))
        self._retaken.discard(state.step)

    def _wanted_since(self, state: StepState, request: Message, since: int) -> Message:
        """Somebody may have asked for what the step was before it was given back: that wish was fulfilled then."""
        which, newest = self._newest.get(state.step, (0, request))
        if which <= since or state.step in self._wanted or newest == request:
            return request
        return newest if workflow.patched(f"newest-wish:{state.step}") else request

    def missed(self, name: str) -> bool:
        """Whether the step's time passed before it was done."""
        state = self.file.steps.get(name)
        return state is not None and state.state == "missed"

    def retake(self, name: str) -> None:
        """Whoever takes this step next takes it anew: it was missed or given up, and is wanted all the same."""
        self._retaken.add(name)

    def _wish(self, name: str, request: Message) -> int:
        """Somebody wants the step otherwise; which wish it is."""
        self._wish_count += 1
        self._wanted[name], self._wished_at[name] = request, self._wish_count
        self._newest[name] = self._wish_count, request
        return self._wish_count

    def _wish_again(self, state: StepState, request: Message, which: int) -> None:
        """The newest wish was taken up by what has been given back since: it is wanted all the same."""
        newest = self._wished_at.get(state.step) == which and state.step not in self._wanted
        given_back = self._given_back_at.get(state.step, 0) >= which
        if newest and given_back and state.request != request.model_dump(mode="json"):
            self._wanted[state.step] = request

    def _forget_wishes(self, name: str) -> None:
        """Whoever gives a step back heeds what was said until then; who wants it otherwise sees to that in turn."""
        self._abandoned.discard(name)
        self._edited.pop(name, None)
