"""Who worked is paid: once, or by the month where a contract lasts longer than one."""

import asyncio
from abc import abstractmethod
from collections.abc import Awaitable, Coroutine, Mapping
from datetime import datetime, timedelta
from typing import Any

from temporalio import workflow

from activities import wages
from domain.job import JobInput
from domain.money import ZERO
from domain.orders import crew_of, month_of, step_name
from domain.periods import ONE_DAY
from domain.plan import JobPlan
from domain.services.wages import WagesRequest
from workflows.move import midnight
from workflows.stopping import Stopping

PAY_AHEAD = timedelta(days=3)
"""A wage is set going this long before its promised day, whether or not the whole job is over by then."""


class Paying(Stopping):
    """A job that pays its people."""

    def __init__(self, job: JobInput) -> None:
        super().__init__(job)
        self._under_way: dict[str, asyncio.Task[object]] = {}
        """By item who pays the month of a contract that goes on."""
        self._begun: dict[str, WagesRequest] = {
            state.item: WagesRequest.model_validate(state.request)
            for state in self._file.steps.values()
            if state.service == wages.STEP.name and month_of(state.item)
        }
        """By item every monthly pay as it was set going, also before a long history was cut."""

    async def _pay(self, slug: str) -> None:
        """One person's wage, and beside it the expenses. Who was engaged is always paid, nobody else ever."""
        if slug in self._paying and workflow.patched("paid-by-one"):
            return
        self._paying.add(slug)
        try:
            await self._pay_when_due(slug)
        finally:
            self._paying.discard(slug)

    async def _pay_when_due(self, slug: str) -> None:
        await self._pay_by_month(slug)
        if slug in self._engaged and slug in self._plan.wages:
            ahead = midnight(self._plan.wages[slug].pay_on) - PAY_AHEAD
            await self._until(lambda: self._file.report is not None or self._steps.winding_down, by=ahead)
        if slug in self._engaged:
            await self._paid(slug, self._plan)

    async def _pay_by_month(self, slug: str) -> None:
        """Each month of a contract of several when its pay day comes; no month waits for another."""

        def over() -> bool:
            return self._steps.winding_down or slug not in self._engaged

        while not over() and (month := self._next_month(slug)) is not None:
            item, request = month
            if not await self._until(lambda: over() or self._next_month(slug) != month, by=_due_at(request)):
                (self._under_way[item],) = self._strands.beside(self._month_paid(item, request))

    def _next_month(self, slug: str) -> tuple[str, WagesRequest] | None:
        """The first month of the plan in force that is not set going yet."""
        months = _months(self._plan.wages, slug)
        return next(((item, one) for item, one in months.items() if item not in self._under_way), None)

    @abstractmethod
    async def _paid(self, slug: str, plan: JobPlan) -> None:
        """Everything that is still to be paid to one person, by a plan."""

    def _months_awaited(self, slug: str, plan: JobPlan) -> list[Awaitable[object]]:
        """The pay of every month but the last, whoever set it going."""
        months = _months(plan.wages | self._begun, slug)
        return [self._month_awaited(item, request) for item, request in months.items()]

    def _month_awaited(self, item: str, request: WagesRequest) -> Awaitable[object]:
        """The pay of one month, whoever set it going; of a stopped job it is taken up again."""
        going = self._under_way.get(item)
        return self._month_paid(item, request) if going is None or going.done() else going

    def _month_paid(self, item: str, planned: WagesRequest) -> Coroutine[Any, Any, object]:
        """Set the pay of one month going: what is earned by its end and was not paid in months before."""
        before = [one.gross_eur for other, one in _months(self._begun, crew_of(item)).items() if other != item]
        request = self._begun.get(item) or planned.after(sum(before, ZERO))
        self._begun[item] = request
        return self._steps.do(wages.STEP, request if request.gross_eur else None, item)

    def _what_is_left(self, slug: str, plan: JobPlan) -> WagesRequest | None:
        """The last pay of a contract, or its only one; None when months before it paid everything already."""
        begun, last = self._file.steps.get(step_name(wages.STEP.name, slug)), plan.wages.get(slug)
        if last is None or begun is not None:
            return last
        left = last.after(sum((one.gross_eur for one in _months(self._begun, slug).values()), ZERO))
        return left if left.gross_eur or not left.earlier_eur else None


def _months(pays: Mapping[str, WagesRequest], slug: str) -> dict[str, WagesRequest]:
    """One person's monthly pays but the last, by item, the earliest first."""
    own = {item: one for item, one in pays.items() if month_of(item) and crew_of(item) == slug}
    return dict(sorted(own.items()))


def _due_at(request: WagesRequest) -> datetime:
    """When the pay of a month is set going: before its pay day, but not before its last day of work is over."""
    return max(midnight(request.pay_on) - PAY_AHEAD, midnight(request.last_day_on + ONE_DAY))
