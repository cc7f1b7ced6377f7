"""A long history is cut where nothing is lost: the process goes on in a new one, from its own file."""

from collections.abc import Callable

from temporalio import workflow

from workflows.borders import Renew
from workflows.questions import Questions


class Renewing(Questions):
    """The steps of a process that may be renewed."""

    busy: Callable[[], bool] = staticmethod(lambda: False)
    """Whether who carries the process is at something that only this run knows of."""

    @property
    def quiet(self) -> bool:
        """Whether nothing is under way that only this run knows of: tries, decisions, questions, a stop, a move."""
        if self.file.stopping is not None or self.file.plan_revision > 1 or self.file.proposal is not None:
            return False
        if self._standing or self.busy() or any(lock.waiting for lock in self._locks.values()):
            return False
        asked = any(state.undoing for state in self.file.steps.values())
        wished = self.decisions or self._wanted or self._edited or self._abandoned
        return not (asked or self._in_flight or wished)

    async def renew_when_long(self, longest: int) -> None:
        """End every wait with Renew once the history is long and can be cut without losing anything."""

        def due() -> bool:
            info = workflow.info()
            long = info.get_current_history_length() > longest if longest else info.is_continue_as_new_suggested()
            return long and self.quiet and self.notebook.all_written and workflow.all_handlers_finished()

        await workflow.wait_condition(due)
        self.broken = Renew()
