"""What every step goes through, on the real server."""

import asyncio
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from temporalio import activity
from temporalio.client import Client, WorkflowHandle, WorkflowUpdateFailedError
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.exceptions import ApplicationError
from temporalio.worker import ActivityInboundInterceptor, ExecuteActivityInput, Interceptor, Worker

from activities.memory import Memory
from domain.job import Decision, JobFile, JobInput, News, Remembered
from domain.plan import JobPlan
from domain.services.agreement import AgreementRequest
from engine.time_skipping import skipper
from tests.patience import eventually
from tests.process.toy import ToyBox, Toys
from workers.interceptors import told_apart
from workers.isolation import workflow_runner

NOW = datetime.now(UTC)
BLUE = {"colour": "blue", "answer_by": None, "remind_at": []}


class _Apart(ActivityInboundInterceptor):
    async def execute_activity(self, input: ExecuteActivityInput) -> Any:
        async with told_apart(activity.info()):
            return await super().execute_activity(input)


class TellApart(Interceptor):
    """Only the part of the worker that tells refusals apart."""

    def intercept_activity(self, next: ActivityInboundInterceptor) -> ActivityInboundInterceptor:
        return _Apart(next)


@dataclass
class Tables:
    """Remembers in memory what the process writes down."""

    files: dict[str, JobFile] = field(default_factory=dict)
    news: list[News] = field(default_factory=list)

    async def remember(self, remembered: Remembered) -> None:
        self.files[remembered.file.job_id] = remembered.file
        self.news.extend(remembered.news)

    def kinds(self) -> list[str]:
        return [each.kind for each in self.news]


@dataclass
class House:
    """A worker with toys."""

    client: Client
    queue: str
    box: ToyBox
    tables: Tables

    async def start(self, **plan: Any) -> WorkflowHandle[Any, JobFile]:
        job_id = uuid.uuid4().hex[:10]
        start = NOW + timedelta(days=30)
        base = {
            "entity": "house", "member_id": "m", "client_id": "c", "title": "red",
            "first_start_at": start, "last_end_at": start, "agree_by": start, "confirm_by": start,
            "report_by": start,
        }  # fmt: skip
        job = JobInput(job_id=job_id, quote_id="q", plan=JobPlan(**(base | plan)))
        return await self.client.start_workflow(Toys.run, job, id=f"toys-{job_id}", task_queue=self.queue)

    async def until(self, handle: WorkflowHandle[Any, JobFile], step: str, state: str) -> JobFile:
        async def there() -> JobFile | None:
            file = await handle.query(Toys.file)
            return file if step in file.steps and file.steps[step].state == state else None

        return await eventually(f"{step} {state}", there)


@asynccontextmanager
async def house(address: str) -> AsyncIterator[House]:
    client = await Client.connect(address, data_converter=pydantic_data_converter)
    box, tables, queue = ToyBox(), Tables(), f"toys-{uuid.uuid4()}"
    async with Worker(
        client,
        task_queue=queue,
        workflows=[Toys],
        activities=[box.hold, box.accept, box.confirm, box.release, box.remind, Memory(tables).remember],
        workflow_runner=workflow_runner(),
        interceptors=[TellApart()],
    ):
        yield House(client, queue, box, tables)


def decision(kind: str, attempt: int = 1, **more: Any) -> Decision:
    base = {"operation_id": uuid.uuid4().hex, "step": "toy", "expected_attempt": attempt}
    return Decision(kind=kind, by="olga", role="ops", reason="because", **(base | more))  # type: ignore[arg-type]


async def test_a_step_without_trouble_is_held_then_done(temporal_address: str) -> None:
    async with house(temporal_address) as here:
        file = await (await here.start()).result()
        assert file.steps["toy"].state == "done"
        assert file.steps["toy"].booking == {"toy": "red, taken"}
        key = f"{file.job_id}/toy/-/1"
        assert here.box.effects == [f"hold {key}", f"confirm {key}"]
        assert here.tables.files[file.job_id].version == file.version


async def test_a_refusal_parks_at_once_and_a_replay_books_once(temporal_address: str) -> None:
    async with house(temporal_address) as here:
        here.box.refuse = {"red"}
        handle = await here.start()
        file = await here.until(handle, "toy", "parked")
        problem = file.steps["toy"].problem
        assert problem is not None
        assert (problem.type, problem.text, file.steps["toy"].attempt) == ("NoToyLeft", "No red toy is left.", 1)

        here.box.refuse = set()
        await handle.execute_update(Toys.decide, decision("replay"))
        file = await handle.result()
        assert (file.steps["toy"].state, file.steps["toy"].attempt) == ("done", 2)
        assert [effect.split()[0] for effect in here.box.effects] == ["hold", "confirm"]
        assert "step.decided.replay" in here.tables.kinds()


async def test_trouble_is_retried_and_parks_when_patience_ends(temporal_address: str) -> None:
    async with house(temporal_address) as here:
        here.box.down = 1
        assert (await (await here.start()).result()).steps["toy"].attempt == 1

        here.box.down = 2
        file = await here.until(await here.start(), "toy", "parked")
        problem = file.steps["toy"].problem
        assert problem is not None
        assert (problem.type, problem.params) == ("PartnerDown", {"partner": "toys"})


async def test_an_edited_replay_gets_a_new_key_and_gives_the_old_order_back(temporal_address: str) -> None:
    async with house(temporal_address) as here:
        here.box.refuse = {"red"}
        handle = await here.start()
        await here.until(handle, "toy", "parked")
        await handle.execute_update(Toys.decide, decision("replay", request=BLUE))
        file = await handle.result()
        job = file.job_id
        assert file.steps["toy"].revision == 2
        assert here.box.effects == [f"release {job}/toy/-/1", f"hold {job}/toy/-/2", f"confirm {job}/toy/-/2"]
        told = next(each for each in here.tables.news if each.kind == "step.decided.replay")
        assert (told.by, told.params["changes"], told.params["attempt"]) == ("olga", "colour: red → blue", "1")


@pytest.mark.parametrize(
    ("kind", "more", "state"),
    [
        ("skip", {}, "skipped"),
        ("fail", {}, "failed"),
        ("by_hand", {"result": {"toy": "lent by a friend"}, "evidence": "letter.pdf"}, "done"),
    ],
)
async def test_a_person_may_end_a_parked_step(
    temporal_address: str, kind: str, more: dict[str, Any], state: str
) -> None:
    async with house(temporal_address) as here:
        here.box.refuse = {"red"}
        handle = await here.start()
        await here.until(handle, "toy", "parked")
        await handle.execute_update(Toys.decide, decision(kind, **more))
        file = await handle.result()
        assert file.steps["toy"].state == state
        assert [effect for effect in here.box.effects if not effect.startswith("release")] == []


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"expected_attempt": 2}, "StaleAttempt"),
        ({"step": "van"}, "UnknownStep"),
        ({"kind": "by_hand", "result": {"toy": "x"}}, "EvidenceMissing"),
        ({"kind": "by_hand", "result": {"nothing": 1}, "evidence": "e"}, "WrongForm"),
        ({"request": {"colour": "blue", "answer_by": "2026-01-01T00:00:00Z"}}, "NotEditable"),
        ({"reason": " "}, "ReasonMissing"),
    ],
)
async def test_an_impossible_decision_is_refused_with_its_reason(
    temporal_address: str, wrong: dict[str, Any], why: str
) -> None:
    async with house(temporal_address) as here:
        here.box.refuse = {"red"}
        handle = await here.start()
        await here.until(handle, "toy", "parked")
        base = decision("replay").model_dump() | wrong
        with pytest.raises(WorkflowUpdateFailedError) as refused:
            await handle.execute_update(Toys.decide, Decision(**base))
        assert isinstance(refused.value.cause, ApplicationError)
        assert refused.value.cause.type == why
        await handle.terminate()


async def test_a_withdrawal_in_flight_gives_everything_back(temporal_address: str) -> None:
    async with house(temporal_address) as here:
        here.box.slow = asyncio.Event()
        handle = await here.start()
        await here.box.begun.wait()
        stop = asyncio.create_task(handle.execute_update(Toys.stop))

        async def stopping() -> str | None:
            return (await handle.query(Toys.file)).stopping

        await eventually("the stop", stopping)
        here.box.slow.set()
        await stop
        file = await handle.result()
        assert file.steps["toy"].state == "undone"
        assert [effect.split()[0] for effect in here.box.effects] == ["hold", "release"]


async def test_a_question_waits_reminds_and_takes_the_answer(temporal_address: str) -> None:
    async with house(temporal_address) as here:
        question = AgreementRequest(
            client_id="c", client_version=1, price_ex_vat_eur="1.00", vat_eur="0.00", total_eur="1.00",  # type: ignore[arg-type]
            starts_at=NOW + timedelta(days=30), answer_by=NOW + timedelta(days=10),
            remind_at=(NOW + timedelta(days=5),),
        )  # fmt: skip
        handle = await here.start(agreement=question)
        file = await here.until(handle, "asking", "waiting")
        assert file.steps["asking"].waiting is not None
        await here.until(handle, "toy", "done")

        assert await skipper(here.client).fast_forward(handle, timedelta(days=6))

        async def reminded() -> bool | None:
            return True if "step.reminded" in here.tables.kinds() else None

        await eventually("the reminder", reminded)
        assert [e.split()[0] for e in here.box.effects].count("remind") == 1

        here.box.answers.add(f"{file.job_id}/asking/-/1")
        await handle.signal(Toys.answered, "asking")
        assert (await handle.result()).steps["asking"].booking == {"toy": "asked, accepted"}


async def test_a_parked_step_past_its_time_is_missed(temporal_address: str) -> None:
    async with house(temporal_address) as here:
        here.box.refuse = {"red"}
        handle = await here.start()
        await here.until(handle, "toy", "parked")
        await skipper(here.client).fast_forward(handle, timedelta(days=31))
        assert (await handle.result()).steps["toy"].state == "missed"


async def test_an_answer_that_comes_when_the_step_has_parked_ends_its_waiting(temporal_address: str) -> None:
    """Nobody decides: told that somebody answered, the step looks again; what is unchanged is told once."""
    async with house(temporal_address) as here:
        question = AgreementRequest(
            client_id="c", client_version=1, price_ex_vat_eur="1.00", vat_eur="0.00", total_eur="1.00",  # type: ignore[arg-type]
            starts_at=NOW + timedelta(days=30), answer_by=NOW + timedelta(days=2),
        )  # fmt: skip
        handle = await here.start(agreement=question)
        await here.until(handle, "toy", "done")
        await here.until(handle, "asking", "waiting")
        assert await skipper(here.client).fast_forward(handle, timedelta(days=3))
        file = await here.until(handle, "asking", "parked")
        looked = (await handle.describe()).history_length
        await handle.signal(Toys.answered, "asking")  # a call too many: nothing has come

        async def looked_again() -> bool | None:
            return True if (await handle.describe()).history_length > looked + 4 else None

        await eventually("the look", looked_again)
        await here.until(handle, "asking", "parked")
        here.box.answers.add(f"{file.job_id}/asking/-/1")
        await handle.signal(Toys.answered, "asking")
        asked = (await handle.result()).steps["asking"]
        assert (asked.booking, asked.attempt, asked.problem) == ({"toy": "asked, accepted"}, 1, None)
        kinds = here.tables.kinds()
        assert (kinds.count("step.parked"), kinds.count("step.proof_came")) == (1, 1)
