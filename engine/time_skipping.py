"""Folding idle time for demonstrations and tests: the server's experimental time skipping, isolated here.

Moves every open workflow by its *difference to the target*, so that lateness heals. Nothing in workflow code
knows of it. Never enabled in production.
"""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from time import monotonic

from temporalio.api.common import v1 as api
from temporalio.client import (
    Client,
    Interceptor,
    OutboundInterceptor,
    StartWorkflowInput,
    WorkflowHandle,
)
from temporalio.service import RPCError, RPCStatusCode
from temporalio.testing import TimeSkipper, TimeSkippingConfig

from engine.calendar import Calendar

SKIPS = 10_000
"""Skips per session; the server's own default of 200 is a month of ticks."""
ON_BUSINESS_TIME = ("Job", "DebtCollection", "InsuranceClaim")
"""What lives on business time; everything else, bulk replays for instance, keeps real time."""
OPEN = f"ExecutionStatus='Running' AND WorkflowType IN {ON_BUSINESS_TIME}"
SETTLED = timedelta(seconds=2)
"""Nearer than this to the target counts as there."""
BEGUN = 5
"""Events a workflow has after its first task; an earlier skip would jump over that task."""


class StartOnDemoDay(Interceptor):
    """Makes a workflow that starts on demo day 40 begin with its clock on day 40."""

    def __init__(self, calendar: Calendar) -> None:
        self._calendar = calendar

    def intercept_client(self, next: OutboundInterceptor) -> OutboundInterceptor:
        """Put ourselves before every start."""
        return _Start(next, self._calendar)


class _Start(OutboundInterceptor):
    def __init__(self, next: OutboundInterceptor, calendar: Calendar) -> None:
        super().__init__(next)
        self._calendar = calendar

    async def start_workflow(self, input: StartWorkflowInput) -> WorkflowHandle[object, object]:
        if input.workflow in ON_BUSINESS_TIME and (ahead := self._calendar.skipped):
            skip = api.TimeSkippingConfig(enabled=True, disable_propagation=True, max_session_skip_count=SKIPS)
            skip.fast_forward_config.id = "start"
            skip.fast_forward_config.duration.FromTimedelta(ahead)
            input.start_delay, input.time_skipping_config = ahead, skip
        return await super().start_workflow(input)


def skipper(client: Client) -> TimeSkipper:
    """The server's time skipping for one client, with room for months of ticks."""
    return TimeSkipper(client, config=TimeSkippingConfig(disable_propagation=True, max_session_skip_count=SKIPS))


async def advance(
    client: Client,
    calendar: Calendar,
    persist: Callable[[timedelta], None],
    by: timedelta,
    patience: float = 5,
    which: str = OPEN,
) -> set[str]:
    """Let `by` pass for everybody; returns the ids of workflows that are still behind after `patience` seconds.

    The new time is persisted before anybody moves: after a kill everyone catches up to it.
    """
    persist(calendar.skipped + by)
    calendar.skipped += by
    return await catch_up(client, calendar, patience, which)


async def catch_up(client: Client, calendar: Calendar, patience: float = 5, which: str = OPEN) -> set[str]:
    """Bring every open workflow to the calendar's time; visibility lags, so list until nobody is behind."""
    moving = _Moving(client, calendar)
    until = monotonic() + patience
    while todo := {w.id async for w in client.list_workflows(which)} - moving.there:
        if monotonic() > until:
            return todo
        await asyncio.gather(*map(moving.move, todo))
    return set()


class _Moving:
    """One pass over the open workflows."""

    def __init__(self, client: Client, calendar: Calendar) -> None:
        self.there: set[str] = set()
        self._client = client
        self._calendar = calendar
        self._skipper = skipper(client)
        self._gate = asyncio.Semaphore(8)

    async def move(self, workflow_id: str) -> None:
        """Move one workflow to the calendar's time, if it has begun and nothing is under way in it."""
        handle = self._client.get_workflow_handle(workflow_id)
        async with self._gate:
            try:
                if (await handle.describe()).history_length < BEGUN:
                    return
                behind = self._calendar.engine_now() - await self._skipper.get_current_time(handle)
                if behind < SETTLED:
                    self.there.add(workflow_id)
                else:
                    await asyncio.wait_for(self._skipper.fast_forward(handle, behind), timeout=1)
            except TimeoutError:
                return  # an activity is under way: next pass, next tick
            except RPCError as error:
                if error.status is not RPCStatusCode.NOT_FOUND:
                    raise
                self.there.add(workflow_id)  # closed meanwhile
