"""The schedule of a production begins the round, and a round that failed is tried again."""

import uuid
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.worker import Worker

from domain.bank import BankProblem, BatchCard, BatchesMade, Nudge, Nudges
from storage.core.database import Database
from storage.execution.regular_work import RegularWork
from tests.databases import StillClock
from tests.patience import eventually
from workers.isolation import workflow_runner
from workers.morning import SCHEDULE, MorningDuty, TemporalNudger, ensure_schedule
from workflows.morning import MorningWorkflow


@dataclass
class QuietDesk:
    """A desk on a day on which one collection's money came."""

    told_ones: list[Nudges] = field(default_factory=list)
    days: list[date] = field(default_factory=list)
    problems: tuple[BankProblem, ...] = ()

    async def make_batches(self, day: date) -> BatchesMade:
        self.days.append(day)
        return BatchesMade()

    async def batches(self, *states: str) -> list[BatchCard]:
        return []

    async def approve(self, batch_id: str, by: str) -> BatchCard:
        raise AssertionError("nobody approves by itself in production")

    async def send_approved(self) -> Nudges:
        return Nudges(problems=self.problems)

    async def fetch_statements(self, day: date) -> Nudges:
        return Nudges(nudges=(Nudge(workflow_id="collection-gone"),), statements=(7,))

    async def notify(self, nudges: Nudges) -> None:
        self.told_ones.append(nudges)


async def test_the_schedule_begins_the_round_and_is_made_once(temporal_address: str, sqlite_only: Database) -> None:
    client = await Client.connect(temporal_address, data_converter=pydantic_data_converter)
    queue, desk = f"morning-{uuid.uuid4().hex[:6]}", QuietDesk()
    clock = StillClock(datetime(2026, 3, 17, 23, 30, tzinfo=UTC))  # half past midnight in Brussels
    rounds = RegularWork(sqlite_only)
    duty = MorningDuty(desk, TemporalNudger(client), clock, rounds)
    async with Worker(
        client,
        task_queue=queue,
        workflows=[MorningWorkflow],
        activities=[duty.go_round],
        workflow_runner=workflow_runner(),
    ):
        for _ in range(2):
            await ensure_schedule(client, queue)
        handle = client.get_schedule_handle(SCHEDULE)
        described = (await handle.describe()).schedule
        assert described.spec.time_zone_name == "Europe/Brussels"
        assert [one.start for one in described.spec.calendars[0].hour] == [7, 10, 13, 16]
        await handle.trigger()

        async def told() -> bool | None:
            return True if desk.told_ones else None

        await eventually("the round", told)

        async def noted() -> bool | None:
            return await rounds.done_since("morning_round", clock.at) or None

        await eventually("the round noted as done", noted)
        await handle.delete()
    assert desk.days == [date(2026, 3, 18)]
    assert desk.told_ones[0].statements == (7,)
