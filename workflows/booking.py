"""The bookings of a job: held early, bought when everybody whose yes they need has given it."""

from collections.abc import Coroutine
from typing import Any, TypeVar

from temporalio import workflow

from activities.step import Step
from domain.job import JobInput
from domain.message import Message
from domain.orders import NO_ITEM, step_name
from domain.plan import JobPlan
from workflows.job_waits import JobWaits
from workflows.move import limit, requests

R = TypeVar("R", bound=Message)
B = TypeVar("B", bound=Message)

NO = ("ClientRefused", "ClientAsksForChanges")
"""Answers of a client that are no yes to what was asked."""


class Booking(JobWaits):
    """A job that books, and knows who has agreed by now."""

    def __init__(self, job: JobInput) -> None:
        super().__init__(job)
        self._engaged: set[str] = set()
        self._paying: set[str] = set()
        """Whose pay is awaited or under way."""
        self._people_settled = False

    async def _book(self, step: Step[R, B], request: R | None, item: str = NO_ITEM) -> None:
        """Hold, wait until the people it serves are engaged, confirm. Past its time it is missed."""
        if request is None:
            return
        if step.short_hold:
            await self._agreed_for(item)
        if not self._still_wanted(step, item):
            return
        await self._steps.take(step, request, item, until=limit(step, self._plan))
        await self._agreed_for(item)
        if self._still_wanted(step, item):
            await self._steps.confirm(step, item, until=limit(step, self._plan))
        await self._steps.give_back_ended(step_name(step.name, item), self._still_wanted(step, item))

    def _still_wanted(self, step: Step[R, B], item: str) -> bool:
        """Whether the job still has this booking, and whoever it is for."""
        return item in requests(self._plan, step.name) and item not in self._file.off_the_job

    def _each(self, step: Step[R, B], wanted: dict[str, R]) -> list[Coroutine[Any, Any, None]]:
        return [self._book(step, request, item) for item, request in wanted.items()]

    def _missed(self, step: Step[R, B], old: JobPlan, new: JobPlan) -> dict[str, R]:
        """What was missed on the old days and can be had on the new ones: it is taken again, as a new order."""
        wanted = getattr(new, step.name)
        wanted = wanted if isinstance(wanted, dict) else {NO_ITEM: wanted}
        missed = [item for item in requests(old, step.name) if self._steps.missed(step_name(step.name, item))]
        again = {item: wanted[item] for item in missed if wanted.get(item) is not None}
        if not again or limit(step, new) <= self._notebook.now():
            return {}
        if not workflow.patched(f"missed-and-moved:{self._file.plan_revision}"):
            return {}
        for item in again:
            self._steps.retake(step_name(step.name, item))
        return again

    async def _agreed_for(self, item: str) -> None:
        """A ticket waits for its traveller's signature; a shared booking for everybody's or, from its day on, for
        Go and the first one. No clock decides for people: what nobody agreed to is never bought."""
        await self._until(lambda: self._has_signed(item), by=self._plan.confirm_by)
        if self._has_signed(item) or not workflow.patched("confirm-after-go"):
            return
        while not self._may_be_bought(item):
            by = None if self._is_its_day() else self._plan.confirm_by
            await self._until_or_moved(lambda: self._may_be_bought(item), by=by)

    def _may_be_bought(self, item: str) -> bool:
        return self._has_signed(item) or (self._somebody_signed(item) and self._is_its_day())

    def _has_signed(self, item: str) -> bool:
        return (self._people_settled or item in self._engaged) and not self._client_said_no()

    def _somebody_signed(self, item: str) -> bool:
        """Somebody is bound by now, which nobody is before Go; a ticket is its traveller's own."""
        return item not in self._plan.travel and bool(self._engaged) and not self._client_said_no()

    def _is_its_day(self) -> bool:
        return self._notebook.now() >= self._plan.confirm_by

    def _client_said_no(self) -> bool:
        """At short notice people sign before the client's yes: then a no, until somebody makes it a yes, counts."""
        state = self._file.steps.get("agreement")
        if state is None or not self._plan.short_notice:
            return False
        said = state.problem.type if state.problem else state.ended_with
        return state.state == "failed" or (state.state in ("parked", "missed") and said in NO)
