"""Doing anew what is done: a booking is taken again under a new order, what is signed is put to people."""

from typing import Any, TypeVar

from temporalio import workflow
from temporalio.exceptions import ApplicationError

from activities.step import Step
from domain.job import Decision, JobFile
from domain.message import Message
from domain.orders import step_name
from domain.promises import FUND
from workflows.beside import Beside
from workflows.steps import Steps

R = TypeVar("R", bound=Message)
B = TypeVar("B", bound=Message)

BEFORE_IT_BEGINS = frozenset({"quoted", "agreeing", "ready", "engaged"})
"""Bookings are only taken again while they still serve."""


class RedoableSteps(Beside):
    """The steps of a job, of which done ones may be done anew."""

    async def redo(self, decision: Decision) -> None:
        """Take a booking again with the same or a changed request, or ask the people who decide."""
        step, state = self._known[decision.step], self.file.steps[decision.step]
        if step.name == "invoicing":
            credited = await self.correct(step, state.item, step.question)
            if credited:
                self._books_look_again(state.step)
        elif is_signed(step):
            await self._put_to_people(step, state.item, step.question)
        else:
            await self._renew(step, state.item, decision.request)

    def _books_look_again(self, credited: str) -> None:
        """Books that stand open say something else after a credit note, or close."""
        books = self.file.steps.get(FUND)
        if books is not None and books.state == "parked" and workflow.patched(f"credit-tells-the-books:{credited}"):
            self.nudge(FUND)

    async def _renew(self, step: Step[R, B], item: str, request: dict[str, Any] | None) -> None:
        """Give back what was booked and take it again under a new order, also with the same request."""
        state = self.file.steps[step_name(step.name, item)]
        async with self._lock(state):
            if state.state in ("held", "done"):
                self._wanted.setdefault(state.step, step.request.model_validate(request or state.request))
                await self._run(step, state, state.state)

    async def _put_to_people(self, step: Step[R, B], item: str, problem: str) -> None:
        """What people signed is perhaps wrong: whoever decides about it is asked."""
        state = self.file.steps[step_name(step.name, item)]
        async with self._lock(state):
            await self._ask(step, state, problem)


def is_signed(step: Step[Any, Any]) -> bool:
    """Whether people signed, received or were paid what the step brought: never done anew by itself."""
    return step.is_for_people() or step.essential


def check_redo(file: JobFile, steps: Steps, decision: Decision) -> None:
    """Raise the reason why this cannot be done anew; nothing is changed by it."""
    state, step = file.steps.get(decision.step), steps.knows(decision.step)
    if state is None or step is None:
        raise _no("UnknownStep", f"this job has no step {decision.step!r}")
    if state.state not in ("held", "done"):
        raise _no("NotDone", f"{decision.step} is {state.state}, not done")
    if step.correct is not None and state.step not in file.bound:
        raise _no("NotDone", f"{decision.step} binds nobody yet: nothing of it is done")
    if decision.expected_attempt != state.attempt:
        raise _no("StaleAttempt", f"{decision.step} is at attempt {state.attempt}, not {decision.expected_attempt}")
    if not decision.reason.strip():
        raise _no("ReasonMissing", "say why")
    if file.stopping or state.undoing:
        raise _no("AlreadyStopping", "it is being given back already")
    if state.by_hand:
        raise _no("DoneByHand", f"{decision.step} was done by hand: a person does it again")
    if not is_signed(step) and file.state not in BEFORE_IT_BEGINS:
        raise _no("TooLateToRedo", "the job has begun: this booking has served")
    if not is_signed(step) and step.release is None:
        raise _no("NotRedone", f"{decision.step} cannot be given back, so it is not taken twice")


def _no(kind: str, why: str) -> ApplicationError:
    return ApplicationError(why, type=kind, non_retryable=True)
