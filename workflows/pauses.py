"""What a step waits for without asking anybody: a partner whose calls are paused, a debt that is collected on."""

from abc import abstractmethod
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from domain.job import Problem, StepState, Waiting
from workflows.binding import Binding
from workflows.late_proof import LateProof

LOOK_AGAIN_FIRST, LOOK_AGAIN_LAST = timedelta(minutes=10), timedelta(hours=2)
"""A paused partner's steps are told when it goes on; they look by themselves in case nobody told them."""

DEBT_AWAITED, TAKINGS_AWAITED = "DebtAwaited", "TakingsAwaited"
"""The refusals by which the books say that money is still to come, from a debtor or from the member."""

LOOK_FOR_TAKINGS: Final = timedelta(days=1)
"""What comes in wakes the books; once a day they look whether the time to pay in is over."""
LOOK_AT_THE_DEBT: Final = timedelta(days=30)
"""The collection says when it has ended; the books look by themselves in case nobody told them."""


class Pauses(Binding):
    """Waiting that needs no decision."""

    _nudged: set[str]
    _late_proof: LateProof
    _awaiting: set[str]
    """Who is known to wait for a debt: said once."""

    async def _until_resumed(self, state: StepState, problem: Problem, again: timedelta) -> None:
        """The calls to the partner are paused: wait until told, no attempt is used up. Past its time it parks."""
        self._nudged.discard(state.step)
        partner = problem.params.get("partner", "")
        state.state, state.waiting = "waiting", Waiting(who="partner", partner=partner)
        if again == LOOK_AGAIN_FIRST:
            self.notebook.tell("step.partner_paused", step=state.step, partner=partner)
        self.notebook.changed()
        look_at = self.notebook.now() + again
        until = min(filter(None, (look_at, self._limit(state))))
        await self.wait(lambda: state.step in self._nudged or self.interrupted(state), until)
        self._nudged.discard(state.step)

    async def _until_money_came(self, state: StepState, problem: Problem) -> None:
        """The books wait for a debt, whose own collection asks people whatever there is to decide; or for takings
        that the member pays in, until their time is over."""
        self._nudged.discard(state.step)
        self._late_proof.was_looking(state)
        takings = problem.type == TAKINGS_AWAITED
        if state.step not in self._awaiting:
            self.notebook.tell("job.takings_awaited" if takings else "job.debt_awaited", **problem.params)
        self._awaiting.add(state.step)
        state.state, state.waiting = "waiting", Waiting(who="member" if takings else "client")
        self.notebook.changed()
        look_at = self.notebook.now() + (LOOK_FOR_TAKINGS if takings else LOOK_AT_THE_DEBT)
        await self.wait(lambda: state.step in self._nudged or self.interrupted(state), look_at)
        self._nudged.discard(state.step)

    @abstractmethod
    async def wait(self, ready: Callable[[], bool], until: datetime | None = None) -> bool:
        """Wait for something, at most until an instant. False when the instant came first."""

    @abstractmethod
    def interrupted(self, state: StepState | None = None) -> bool:
        """Whether the border has something to say."""
