"""A job ends with its books closed: whatever ended the step that keeps them, its last verb is carried out."""

from typing import TypeVar

from temporalio import workflow
from temporalio.exceptions import ActivityError

from activities.step import Step, Verb
from domain.job import Problem, StepState
from domain.message import Message
from domain.orders import step_name
from workflows.borders import Again, Ended
from workflows.problems import explain
from workflows.standing import Standing
from workflows.steps import UNDER_WAY

R = TypeVar("R", bound=Message)
B = TypeVar("B", bound=Message)


GONE_TO_THE_BANK = "AlreadyPaidOut"
"""The refusal by which taking a payment off the list says that a file has it."""

NOTHING_ISSUED = "NothingIssued"
"""The refusal by which looking up says that there is nothing."""


class Closing(Standing):
    """The steps of a job, of which one closes the books."""

    def stopped_short(self, keep: list[str]) -> None:
        """The job stops, nobody runs these steps now: they wait to be given back, asked about or paid, or end."""
        for state in self.file.steps.values():
            if state.state in UNDER_WAY:
                waits = state.step in (*self.file.undo, *self.file.bound, *keep)
                self._close(state, "waiting" if waits else "superseded")

    def given_up(self, name: str) -> bool:
        """Whether a person gave the step up, and what it took is still to be given back."""
        state = self.file.steps.get(name)
        return state is not None and state.state == "failed" and name in self.file.undo

    def not_needed(self, names: list[str]) -> None:
        """Nothing comes of these steps any more."""
        for name in names:
            state = self.file.steps.get(name)
            if state and state.state in UNDER_WAY and name not in (*self.file.undo, *self.file.bound):
                self._close(state, "superseded")

    async def take_off(self, step: Step[R, B], item: str) -> bool:
        """Nothing of it is owed any more: what was ordered comes off the list again. False when it has gone to the
        bank: it stays paid, and the bank's answer is waited for.
        """
        state = self.file.steps.get(step_name(step.name, item))
        if state is None or step.correct is None or state.state not in UNDER_WAY:
            return True
        async with self._lock(state):
            while True:
                state.undoing = True
                try:
                    await self._try(state, step.correct, self.order(step, state))
                    break
                except ActivityError as error:
                    gone = explain(error, self.notebook.now())
                    if gone.type == GONE_TO_THE_BANK:
                        self._close(state, "waiting")
                        return False
                    if not await self._tried_again(step, state, gone):
                        break
            self._close(state, "superseded")
        return True

    async def _tried_again(self, step: Step[R, B], state: StepState, problem: Problem) -> bool:
        """Whether a person wants it tried again; else it is seen to, or left."""
        try:
            await self._parked(step, state, problem)
        except Ended:
            return False
        return workflow.patched(f"taken-off-again:{state.step}")

    async def find_lost(self, step: Step[R, B]) -> None:
        """What was cut off while it bound, and whose answer nobody has, is looked up, so that people are asked."""
        for state in [one for one in self.file.steps.values() if one.service == step.name]:
            cut_off = state.state == "superseded" and state.step not in self.file.bound
            if not cut_off or step.looked_up is None or state.operation != step.confirm[0].name:
                continue
            if not workflow.patched(f"looked-up:{state.step}"):
                continue
            async with self._lock(state):
                await self._look_up(step, state, step.looked_up)

    async def _look_up(self, step: Step[R, B], state: StepState, verb: Verb[R, B]) -> None:
        while True:
            try:
                booking = await self._try(state, verb, self.order(step, state))
            except ActivityError as error:
                problem = explain(error, self.notebook.now())
                if problem.type == NOTHING_ISSUED:
                    return self._close(state, "superseded")
                state.undoing = True
                if await self._tried_again(step, state, problem):
                    continue
                return self._close(state, "superseded")
            state.booking = booking.model_dump(mode="json")
            self._past_return(step, state)
            return self._close(state, "done")

    async def _book_what_is_left(self) -> None:
        """What was done by hand while the job was being stopped is booked before its books are closed."""
        for state in list(self.file.steps.values()):
            step = self._known.get(state.step)
            if step is not None and state.state == "done" and self._unrecorded(step, state):
                async with self._lock(state):
                    await self._book_by_hand(step, state)

    async def close_books(self, step: Step[R, B]) -> None:
        """Carry out the last verb until it succeeds; while anything is open, whoever can settle it is asked.

        A step that failed, was done by hand or was given back keeps that name: its money is settled all the same.
        """
        state = self.file.steps.get(step.name)
        if state is None or (state.state == "done" and not state.by_hand):
            return
        if not workflow.patched("books-closed"):  # jobs that ended before this was so
            return
        self._known[step.name] = step
        await self._book_what_is_left()
        async with self._lock(state):
            ended, state.decide_by = state.state, None
            while True:
                try:
                    self._take_up(state)
                    await self._perform(step, state, step.confirm[-1], keep_booking=ended != "held")
                    break
                except (Again, Ended):
                    continue
            self._close(state, "done" if ended == "held" else ended)
            if step.name in self.file.undo:
                self.file.undo.remove(step.name)
