"""A step that leans on another job's: when what it leans on has gone, it begins anew and stands on its own.

Who leans is told to look again at once. What it finds decides: it still leans, it leans on something else, or it
takes what it needs itself, in its own time; past that time a person decides.
"""

from datetime import datetime, timedelta
from typing import Any

from temporalio import workflow

from activities.step import Step
from domain.job import Problem, StepState
from workflows.problems import COVER_GONE
from workflows.projection import Projection

TIME_TO_ANSWER = timedelta(days=8)
"""House rule: who works already and is asked to sign afterwards has as long as anybody who is asked anew."""


class Leaning:
    """Which steps look again at what they lean on, and which have lost it."""

    def __init__(self, notebook: Projection) -> None:
        self._notebook = notebook
        self._look: set[str] = set()
        self._lost: dict[str, Problem] = {}

    def leans(self, step: Step[Any, Any], state: StepState) -> bool:
        """Whether the step has only what another job has."""
        if step.leaning is None or state.booking is None or state.by_hand:
            return False
        return step.leaning(step.booking.model_validate(state.booking))

    def look(self, state: StepState) -> bool:
        """Told to look again while a verb is under way: stopped, it is done once more. False when it is undone."""
        if state.undoing:
            return False
        self._look.add(state.step)
        return True

    def looks_again(self, state: StepState) -> bool:
        """Whether the verb that has just ended is to be done once more, because something changed meanwhile."""
        if state.step not in self._look:
            return False
        self._look.discard(state.step)
        return True

    def lost(self, step: Step[Any, Any], state: StepState, problem: Problem) -> bool:
        """Whether the step has just learned that what it leans on has gone, and is to begin anew."""
        if problem.type != COVER_GONE or step.leaning is None or state.undoing:
            return False
        if not workflow.patched("stands-on-its-own"):
            return False
        self._lost[state.step] = problem
        bound = self._notebook.file.bound
        if state.step in bound:  # a note binds nobody once there is nothing behind it
            bound.remove(state.step)
        return True

    def taken(self, state: StepState) -> Problem | None:
        """What the step lost, told once; None when it lost nothing."""
        return self._lost.pop(state.step, None)

    def anew(self, state: StepState) -> dict[str, Any]:
        """The request to begin anew with, answered by the start; no start ahead leaves the time to a person."""
        starts_at = datetime.fromisoformat(state.request["starts_at"])
        ahead = starts_at > self._notebook.now()
        state.decide_by = starts_at if ahead else None
        answer_by = starts_at if ahead else self._notebook.now() + TIME_TO_ANSWER
        return {**state.request, "answer_by": answer_by.isoformat()}
