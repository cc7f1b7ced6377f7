"""An answer that comes late: a step that parked for want of it looks again when it is told that it may be there."""

from typing import Any

from temporalio import workflow

from activities.step import Step
from domain.job import Problem, StepState
from workflows.projection import Projection

ENDS_WITH_MONEY = frozenset({"AccountsNotSettled"})
"""Problems that money on the bank account ends: whoever books it says so, and the step looks again."""


class LateProof:
    """Which parked steps look again at a nudge, and what they were parked for before they looked."""

    def __init__(self, notebook: Projection, nudged: set[str]) -> None:
        self._notebook = notebook
        self._nudged = nudged
        self._listening: set[str] = set()
        self._looking: dict[str, Problem] = {}

    def parked(self, step: Step[Any, Any], state: StepState, problem: Problem, question: bool) -> Problem:
        """Listen while the step is parked for want of its answer. What it looked at again and found unchanged
        is the same problem, told once."""
        at_answer = step.answer is not None and state.operation == step.answer.name
        if at_answer and not question and not state.undoing and workflow.patched("late-proof"):
            self._listening.add(state.step)
        if problem.type in ENDS_WITH_MONEY and not question and workflow.patched("books-awaited"):
            self._listening.add(state.step)
        before = self._looking.pop(state.step, None)
        same = before is not None and (before.type, before.params) == (problem.type, problem.params)
        return before if before is not None and same else problem

    def ended(self, state: StepState) -> None:
        """The step is not parked any more."""
        self._listening.discard(state.step)

    def may_be_there(self, state: StepState) -> bool:
        """Whether somebody said that the answer may have come. Looking is up to whoever waits for it."""
        return state.step in self._listening and state.step in self._nudged

    def looks(self, state: StepState) -> bool:
        """Whether the step looks again now; in the same attempt, because nobody decided anything."""
        if not self.may_be_there(state):
            return False
        if state.problem is not None:
            self._looking[state.step] = state.problem
            if state.problem.type in ENDS_WITH_MONEY and workflow.patched("one-look-a-nudge"):
                self._nudged.discard(state.step)  # no answer is waited for that would take it
        state.state, state.problem = "trying", None
        self._notebook.changed()
        return True

    def was_looking(self, state: StepState) -> bool:
        """Whether the answer just read is one the step was parked for; what was put off for it is off."""
        if self._looking.pop(state.step, None) is None:
            return False
        state.postponed_until_at, state.until_partner = None, None
        return True
