"""The process that waits for the money of one invoice, on the real server."""

import asyncio
import uuid
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.worker import Worker

from activities.memory import Memory
from domain.job import CollectionInput, Decision
from domain.ledger import Account
from tests.databases import sqlite_database
from tests.patience import eventually
from tests.process.test_steps import Tables, TellApart
from tests.services.conftest import Partners, TestClock
from tests.services.debt_desk import Desk
from tests.services.office import HALL, open_office
from workers.isolation import workflow_runner
from workflows.debt_collection import DebtCollectionWorkflow

TUESDAY = datetime(2026, 2, 3, 9, 0, tzinfo=UTC)
STEP = "debt_collection:inv000000001-friendly-reminder"


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    from sandbox.app import create_app
    from sandbox.settings import SandboxSettings

    clock = TestClock(TUESDAY)
    partners = Partners(create_app(tmp_path / "sandbox.sqlite", SandboxSettings()), clock)
    async with open_office(sqlite_database(tmp_path), partners, clock) as office:
        yield Desk(office)


async def until(tables: Tables, job_id: str, kind: str) -> None:
    async def there() -> bool | None:
        known = kind in tables.kinds() or (job_id in tables.files and tables.files[job_id].next_why == kind)
        return True if known else None

    await eventually(lambda: f"{kind} after {tables.kinds()}", there)


async def test_a_stage_given_up_is_not_taken_up_again_and_money_ends_the_waiting(
    temporal_address: str, desk: Desk
) -> None:
    await desk.invoiced(
        "2000.00", "420.00", "2026-01-30", HALL.model_copy(update={"address": None, "name": "Sans"})
    )
    client = await Client.connect(temporal_address, data_converter=pydantic_data_converter)
    tables, queue, job_id = Tables(), f"debt-{uuid.uuid4()}", desk.office.job_id
    service = desk.service
    async with Worker(
        client,
        task_queue=queue,
        workflows=[DebtCollectionWorkflow],
        activities=[service.look, service.settle, service.remind, Memory(tables).remember],
        workflow_runner=workflow_runner(),
        interceptors=[TellApart()],
    ):
        handle = await client.start_workflow(
            DebtCollectionWorkflow.run,
            CollectionInput(job_id=job_id, entity="liege", request=desk.request, shift=TUESDAY - datetime.now(UTC)),
            id=f"collection-{uuid.uuid4()}",
            task_queue=queue,
        )
        await until(tables, job_id, "step.parked")
        given_up = Decision(
            operation_id="1", step=STEP, kind="skip", expected_attempt=1, by="olga", role="ops", reason="no address"
        )
        await handle.execute_update(DebtCollectionWorkflow.decide, given_up)
        await until(tables, job_id, "first_reminder")
        events = (await handle.describe()).history_length
        await asyncio.sleep(0.5)
        assert (await handle.describe()).history_length == events < 60
        assert tables.files[job_id].next_at == datetime(2026, 2, 10, 8, 0, tzinfo=UTC)

        await desk.paid("2420.00", "2026-02-03")
        await handle.signal(DebtCollectionWorkflow.money_moved)
        assert await handle.result() == "paid"
    assert (await desk.collections.collection("INV000000001")).state == "paid"


@pytest.mark.parametrize("give_up", [True, False])
async def test_awaited_again_it_goes_on_under_names_of_its_own(
    temporal_address: str, desk: Desk, give_up: bool
) -> None:
    """2,420.00 came and went back; given up, the bearer of the loss is asked at once and bears 2,420.00 once."""
    await desk.invoiced("2000.00", "420.00", "2026-01-30", HALL)
    client = await Client.connect(temporal_address, data_converter=pydantic_data_converter)
    tables, queue, job_id = Tables(), f"debt-{uuid.uuid4()}", desk.office.job_id
    service = desk.service
    request = desk.request.model_copy(update={"give_up": give_up})
    async with Worker(
        client,
        task_queue=queue,
        workflows=[DebtCollectionWorkflow],
        activities=[service.look, service.settle, service.remind, service.write_off, Memory(tables).remember],
        workflow_runner=workflow_runner(),
        interceptors=[TellApart()],
    ):
        shift = TUESDAY - datetime.now(UTC)
        handle = await client.start_workflow(
            DebtCollectionWorkflow.run,
            CollectionInput(job_id=job_id, entity="liege", request=request, shift=shift, turn=2),
            id=f"collection-{uuid.uuid4()}",
            task_queue=queue,
        )
        if not give_up:
            await until(tables, job_id, "first_reminder")
            assert "debt_collection:inv000000001-friendly-reminder2" in tables.files[job_id].steps
            await desk.paid("2420.00", "2026-02-03")
            await handle.signal(DebtCollectionWorkflow.money_moved)
            assert await handle.result() == "paid"
            return
        await until(tables, job_id, "step.parked")
        step = tables.files[job_id].steps["debt_collection:inv000000001-write-off2"]
        assert step.problem is not None
        assert (step.problem.type, step.problem.params["open"]) == ("WriteOffNeedsDecision", "2420.00")
        yes = Decision(
            operation_id="1", step=step.step, kind="replay", expected_attempt=1, by="fay", role="finance",
            reason="bankrupt", request=(step.request or {}) | {"decided": True, "borne_by": "community"},
        )  # fmt: skip
        await handle.execute_update(DebtCollectionWorkflow.decide, yes)
        assert await handle.result() == "written_off"
    assert (await desk.collections.collection("INV000000001")).state == "written_off"
    assert (await desk.ledger.balances(job_id)).of(Account.RECEIVABLE) == Decimal("0.00")


async def test_an_answer_of_the_lawyer_makes_another_question_of_the_one_that_waits(
    temporal_address: str, desk: Desk
) -> None:
    """The bailiff is asked about while the lawyer hears that the debt is contested: the court is the question."""
    contests = {"email": "client@example.org", "on_lawyer": "contests"}
    await desk.office.partners._admin("POST", "/admin/people", json=contests)
    await desk.invoiced("2000.00", "420.00", "2026-01-30", HALL)
    await desk.reminded("2026-02-02", "2026-02-09", "2026-02-19")
    desk.on("2026-03-06")
    await desk.stage("lawyer", decided=True)
    desk.on("2026-03-23")
    client = await Client.connect(temporal_address, data_converter=pydantic_data_converter)
    tables, queue, job_id = Tables(), f"debt-{uuid.uuid4()}", desk.office.job_id
    service = desk.service
    bailiff, court = (f"debt_collection:inv000000001-{kind}" for kind in ("bailiff", "court"))
    stopped = await desk.office.partners.stop("lawyer")
    assert stopped is None
    async with Worker(
        client,
        task_queue=queue,
        workflows=[DebtCollectionWorkflow],
        activities=[service.look, service.settle, service.hear, service.hand_over, Memory(tables).remember],
        workflow_runner=workflow_runner(),
        interceptors=[TellApart()],
    ):
        handle = await client.start_workflow(
            DebtCollectionWorkflow.run,
            CollectionInput(
                job_id=job_id, entity="liege", request=desk.request, shift=desk.office.clock.at - datetime.now(UTC)
            ),
            id=f"collection-{uuid.uuid4()}",
            task_queue=queue,
        )
        await until(tables, job_id, "bailiff")  # who cannot be reached now holds nothing up
        await desk.office.partners.start("lawyer")
        await handle.signal(DebtCollectionWorkflow.money_moved)

        async def asked_about_the_court() -> bool | None:
            steps = tables.files[job_id].steps
            return True if court in steps and steps[court].state == "parked" else None

        await eventually(lambda: f"{tables.kinds()} {tables.files[job_id]}", asked_about_the_court, within=25)
        assert tables.files[job_id].steps[bailiff].state in ("superseded", "parked")
        problem = tables.files[job_id].steps[court].problem
        assert problem is not None
        assert problem.type == "ContestedNeedsDecision"
        await desk.paid("2484.37", "2026-03-23")
        await handle.signal(DebtCollectionWorkflow.money_moved)
        assert await handle.result() == "paid"
