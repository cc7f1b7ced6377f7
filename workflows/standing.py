"""Steps that lean on another job's: told that it may have gone, they look, and stand alone where they must."""

from typing import TypeVar

from temporalio import workflow

from activities.step import Step
from domain.message import Message
from domain.orders import step_name
from workflows.borders import Again, Changing
from workflows.steps import Steps

R = TypeVar("R", bound=Message)
B = TypeVar("B", bound=Message)


class Standing(Steps):
    """The steps of a job, of which some lean on what another job has."""

    def told_to_look(self, name: str) -> bool:
        """What a step leans on may have changed. False when it leans on nothing."""
        step, state = self._known.get(name), self.file.steps.get(name)
        if (
            step is None
            or state is None
            or self.stopped
            or self.winding_down
            or not self._leaning.leans(step, state)
        ):
            return False
        if not workflow.patched("stands-on-its-own"):
            return False
        for key, handle in self._in_flight.items():
            if key.rpartition("/")[0] == name and self._leaning.look(state):
                handle.cancel()
        if name in self._asking:
            self._nudged.add(name)  # it waits between two tries: the next one is now
        return True

    async def look_again(self, step: Step[R, B], item: str) -> B | None:
        """Whether what a done step leans on is still there; if not, it begins anew. None when it ends without."""
        state = self.file.steps[step_name(step.name, item)]
        async with self._lock(state):
            if state.state == "done" and step.leans_still and self._leaning.leans(step, state):
                self._standing += 1
                try:
                    await self._perform(step, state, step.leans_still, keep_booking=True)
                    self._close(state, "done")
                except Again:
                    await self._run(step, state, "done")
                except Changing:
                    self._close(state, "done")  # people are asked about it in any case
                finally:
                    self._standing -= 1
        return self._booking(step, state)

    def is_done(self, name: str) -> bool:
        """Whether the step has brought what it was asked for."""
        state = self.file.steps.get(name)
        return state is not None and state.state == "done"

    def let_loose(self, step: Step[R, B], item: str) -> bool:
        """A moved job: what only leans on another job's contract was signed by nobody, so it is simply renewed."""
        state = self.file.steps[step_name(step.name, item)]
        if state.state != "done" or not self._leaning.leans(step, state) or not workflow.patched("note-renewed"):
            return False
        self.file.bound.remove(state.step)
        return True
