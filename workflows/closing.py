"""A job ends with its books closed: whatever ended the step that keeps them, its last verb is carried out."""

from typing import TypeVar

from temporalio import workflow

from activities.step import Step
from domain.message import Message
from workflows.borders import Again, Ended
from workflows.standing import Standing
from workflows.steps import UNDER_WAY

R = TypeVar("R", bound=Message)
B = TypeVar("B", bound=Message)


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
