"""Many small jobs that carry one toy each, on real tables: what bulk replays are tried on."""

import asyncio
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.worker import Worker

from activities.memory import Memory
from domain.bulk_replay import BulkInput, Item, Replay
from domain.job import JobInput
from engine.calendar import Calendar
from engine.settings import Settings
from storage.core.database import Database
from storage.execution.attempts import Attempts
from storage.execution.bulk_replays import Begun, Replays
from storage.execution.order_attempts import OrderAttempts
from storage.jobs.jobs import Jobs
from storage.jobs.steps import ParkedFilter, StepRows
from tests.databases import a_job, a_plan
from tests.patience import PATIENCE, eventually
from tests.process.toy import STEP, ToyBox, Toys
from workers.bulk import bulk_replay
from workers.interceptors import OnDuty, roles
from workers.isolation import workflow_runner
from workers.site import OnSite
from workflows.bulk_replay import BulkReplayWorkflow

TAKEN_OVER = timedelta(seconds=2)
"""After so long somebody else does what a worker that died was thinking about."""
STARTED_AT_ONCE = 40
"""Processes begun together; a thousand at the same instant would wait for each other beyond their patience."""


@dataclass
class Many:
    """A worker with toys, its tables, and the levers of a test."""

    client: Client
    queue: str
    box: ToyBox
    site: OnSite

    @property
    def database(self) -> Database:
        """Where everything is remembered."""
        return self.site.database

    @property
    def replays(self) -> Replays:
        """The bulk replays."""
        return Replays(self.database)

    async def jobs(self, count: int) -> list[str]:
        """So many jobs, each with a toy under way."""
        plan = a_plan(title="red")
        ids = [await a_job(self.database, plan=plan) for _ in range(count)]
        gate = asyncio.Semaphore(STARTED_AT_ONCE)

        async def one(job_id: str) -> None:
            async with gate:
                await self._start(job_id)

        await asyncio.gather(*map(one, ids))
        return ids

    async def _start(self, job_id: str) -> None:
        start = a_plan().first_start_at + (Calendar().now() - a_plan().first_start_at) * 2
        plan = a_plan(title="red", confirm_by=start, first_start_at=start)
        job = JobInput(job_id=job_id, quote_id="q", plan=plan)
        await self.client.start_workflow(
            Toys.run, job, id=f"toys-{job_id}", task_queue=self.queue, task_timeout=TAKEN_OVER
        )

    async def parked(self, count: int, within: float = PATIENCE) -> list[Item]:
        """Wait until so many are parked, and choose them."""
        steps = StepRows(self.database)

        async def enough() -> bool | None:
            return True if sum(group.count for group in await steps.parked_groups()) >= count else None

        await eventually(f"{count} parked", enough, within)
        page = await steps.parked(ParkedFilter(service="toy"), limit=5000)
        assert len(page.rows) == count
        return [
            Item(
                n=n, job_id=row.job_id, step=row.step, workflow_id=row.workflow_id, service=row.service,
                partner=row.partner, error_type=row.error_type, attempt=row.attempt, revision=row.revision,
            )
            for n, row in enumerate(page.rows, 1)
        ]  # fmt: skip

    async def begin(self, items: list[Item], *, safe: bool = False, canary: int = 0, **pace: int) -> Replay:
        """Freeze a selection and begin it."""
        begun = await self.frozen(items, safe=safe, canary=canary, **pace)
        bulk = BulkInput(
            replay_id=begun.replay_id, canary=canary, rate_per_minute=begun.rate_per_minute,
            at_once=begun.at_once, slices_a_history=pace.get("slices_a_history", 50),
        )  # fmt: skip
        await self.client.start_workflow(
            BulkReplayWorkflow.run,
            bulk,
            id=f"bulk-{begun.replay_id}",
            task_queue=self.queue,
            task_timeout=TAKEN_OVER,
        )
        return begun

    async def frozen(self, items: list[Item], *, safe: bool = False, canary: int = 0, **pace: int) -> Replay:
        """A selection begun in the tables, without its process."""
        now = self.site.calendar.now()
        frozen = await self.replays.freeze("replay", {"service": "toy"}, items, "p-olga", "ops", now)
        how = Begun(
            by="p-olga", role="ops", reason="the toys are back", canary=canary, safe=safe, at=now,
            rate_per_minute=pace.get("rate_per_minute", 0), at_once=pace.get("at_once", 10),
        )  # fmt: skip
        begun, fresh = await self.replays.begin(frozen.token, how)
        assert fresh
        return begun

    async def ended(self, replay: Replay, within: float = PATIENCE) -> Replay:
        """Wait for the end of a bulk replay, over all its histories."""
        handle = self.client.get_workflow_handle(f"bulk-{replay.replay_id}")
        await asyncio.wait_for(handle.result(), within)
        return await self.replays.replay(replay.replay_id)


@asynccontextmanager
async def unserved(address: str, database_url: str, folder: Path, queue: str) -> AsyncIterator[Many]:
    """The levers alone: somebody else works on the queue."""
    settings = Settings(data=folder, sandbox_url="http://sandbox", _env_file=None)
    database = Database(database_url, settings.keys())
    client = await Client.connect(address, data_converter=pydantic_data_converter)
    yield Many(client, queue, ToyBox(), OnSite(settings, database, Calendar()))
    await database.close()


@asynccontextmanager
async def many(address: str, database_url: str, folder: Path, queue: str = "") -> AsyncIterator[Many]:
    """A worker with toys on a migrated database."""
    async with unserved(address, database_url, folder, queue or f"many-{uuid.uuid4().hex[:8]}") as here:
        client, box, database = here.client, here.box, here.database
        bulk = bulk_replay(client, here.site)
        duty = OnDuty(OrderAttempts(database), Attempts(database), here.site.clock, roles([STEP]))
        async with Worker(
            client,
            task_queue=here.queue,
            workflows=[Toys, BulkReplayWorkflow],
            activities=[
                box.hold, box.accept, box.confirm, box.release, box.remind, Memory(Jobs(database)).remember,
                bulk.carry_out, bulk.look, bulk.note,
            ],
            workflow_runner=workflow_runner(),
            interceptors=[duty],
            sticky_queue_schedule_to_start_timeout=timedelta(seconds=1),
        ):  # fmt: skip
            yield here
