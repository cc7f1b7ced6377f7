"""How a step ends, and what binds: signed, issued or paid, it is only corrected by a person's decision."""

import asyncio
from typing import Literal, TypeVar

from temporalio import workflow

from activities.step import Step, Verb
from domain.job import Problem, StepState, StepStateName
from domain.message import Message
from domain.orders import StepOrder
from workflows.activity_calls import ActivityCalls

R = TypeVar("R", bound=Message)
B = TypeVar("B", bound=Message)


class StepLock(asyncio.Lock):
    """One strand at a time runs a step; it knows how many others wait to."""

    def __init__(self) -> None:
        super().__init__()
        self.waiting = 0

    async def acquire(self) -> Literal[True]:
        """Wait until nobody else has it."""
        self.waiting += 1
        try:
            return await super().acquire()
        finally:
            self.waiting -= 1


class Binding(ActivityCalls):
    """Closes steps, and keeps the list of what binds apart from the list of what is given back by itself."""

    def _close(self, state: StepState, name: StepStateName) -> None:
        state.state, state.waiting, state.problem, state.undoing = name, None, None, False
        state.postponed_until_at, state.until_partner = None, None
        self.notebook.changed()

    def _next_attempt(self, state: StepState) -> None:
        state.attempt += 1
        state.state, state.problem = "trying", None
        state.postponed_until_at, state.until_partner = None, None
        self.notebook.changed()

    def _past_return(self, step: Step[R, B], state: StepState) -> None:
        """The point of no return: from here on only a person's decision corrects the step."""
        if step.correct and state.step not in self.file.bound:
            self.file.bound.append(state.step)
            if state.step in self.file.undo:
                self.file.undo.remove(state.step)

    def _bound_by_hand(self, step: Step[R, B], state: StepState) -> None:
        """What a person did by hand binds; what a person gave back by hand does not."""
        if workflow.patched(f"by-hand-binds:{state.step}"):
            if not state.undoing:
                self._past_return(step, state)
        elif step.correct and state.step not in self.file.bound:
            self.file.bound.append(state.step)

    def _goes_back_by_hand(self, step: Step[R, B], state: StepState) -> None:
        """What only people do is theirs to call off, once one of them did it."""
        if not step.people_only or state.undoing or state.step in self.file.undo:
            return
        if workflow.patched(f"called-off-by-hand:{state.step}"):
            self.file.undo.append(state.step)

    def _found_signed(
        self, step: Step[R, B], state: StepState, verb: Verb[R, B], order: StepOrder[R] | None, problem: Problem
    ) -> int | None:
        """The revision that is signed although nobody here knew: the answer got lost. None when none is."""
        if problem.type != step.binds_already or state.signed is not None or state.step in self.file.bound:
            return None
        if not workflow.patched(f"found-signed:{state.step}"):
            return None
        if verb is step.release:
            return order.revision if order else state.revision
        return max(state.given_up, default=None)

    def _turns_out_signed(self, step: Step[R, B], state: StepState, revision: int) -> None:
        """It binds as it was signed; what was asked for since has an order that is given back."""
        if revision != state.revision:
            signed = state.given_up[revision]
            others = {n: request for n, request in state.given_up.items() if n != revision}
            state.given_up = {**others, state.revision: state.request}
            state.latest = max(state.latest, state.revision)
            state.last_revision = max(state.last_revision, state.revision)
            state.revision, state.request, state.booking = revision, signed, None
            state.by_hand_verbs = []
        self._past_return(step, state)
        self.notebook.tell("step.found_signed", step=state.step)
