"""The watch asks Temporal which processes stand still, and notes it where pages and alarms read it."""

import asyncio
from datetime import datetime, timedelta

from temporalio.client import Client
from temporalio.service import RPCError

from allin.client.terminal import Stop
from allin.installation import Installation
from domain import workflow_ids
from engine.outages import outage
from engine.stuck import Stuck, business_time, stuck_processes
from storage.execution.stuck_processes import StuckProcess, StuckProcesses

PATIENCE = 10
"""Seconds Temporal has; without its answer what was seen last stays noted, and the next look asks again."""


class StuckWatch:
    """Looks at Temporal; what is read from the database alone never waits for it."""

    def __init__(self, here: Installation) -> None:
        self._here = here
        self._client: Client | None = None

    async def look(self) -> str | None:
        """Note what stands still now; why Temporal could not be asked, None when it could."""
        try:
            async with asyncio.timeout(PATIENCE):
                self._client = self._client or await self._here.temporal()
                found = await stuck_processes(self._client)
        except (Stop, RPCError, TimeoutError) as error:
            outage.tell(error, part="watch", asked="temporal")
            return str(error) or type(error).__name__
        calendar = self._here.calendar
        told = [noted(one, calendar.shift, calendar.now()) for one in found]
        await StuckProcesses(self._here.database).note(told)
        return None


def noted(one: Stuck, shift: timedelta, now: datetime) -> StuckProcess:
    """As it is kept: with its job, and by the calendar that people live by."""
    return StuckProcess(
        workflow_id=one.workflow_id,
        job_id=workflow_ids.job_id(one.workflow_id),
        failures=one.failures,
        since_at=business_time(one, shift),
        seen_at=now,
        cause=one.cause,
    )
