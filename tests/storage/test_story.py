"""The story of a job, its orders and tries: told once, counted without gaps."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import select

from domain.message import Message
from domain.orders import order_key, short_reference
from storage.core.database import Database
from storage.execution.attempts import Attempt, AttemptId, Attempts
from storage.execution.events import Events, append
from storage.execution.orders import OrderChanged, Orders, request_hash
from storage.jobs.steps import StepRows
from storage.jobs.tables import jobs
from tests.databases import MONDAY, a_job

HASH = "a" * 64


async def test_sixty_lines_at_once_are_counted_without_a_gap(database: Database) -> None:
    job_id, other = await a_job(database), await a_job(database)
    events = Events(database)
    await asyncio.gather(
        *(events.append(job, "note", MONDAY, params={"n": str(n)}) for n in range(60) for job in (job_id, other))
    )
    for job in (job_id, other):
        assert [event.seq for event in await events.since(job)] == list(range(1, 62))
    assert [event.seq for event in await events.since(job_id, 58)] == [59, 60, 61]
    assert await events.last(job_id) == 61


async def test_a_line_that_fails_leaves_no_gap(database: Database) -> None:
    job_id = await a_job(database)

    async def booking_that_fails() -> None:
        async with database.writing() as connection:
            await append(connection, job_id, "note", MONDAY)
            raise RuntimeError("the booking failed")

    with pytest.raises(RuntimeError):
        await booking_that_fails()
    await Events(database).append(job_id, "note", MONDAY)
    assert [event.seq for event in await Events(database).since(job_id)] == [1, 2]


async def test_twenty_tellings_by_one_source_are_one_line(database: Database) -> None:
    job_id = await a_job(database)
    events = Events(database)
    told = await asyncio.gather(*(events.append(job_id, "note", MONDAY, source="webhook-7") for _ in range(20)))
    assert sorted(told, key=str) == [2, *[None] * 19]


async def test_a_line_for_an_unknown_job_is_refused(database: Database) -> None:
    with pytest.raises(KeyError):
        await Events(database).append("NONE", "note", MONDAY)


async def test_the_last_line_is_the_jobs_last_change(database: Database) -> None:
    job_id = await a_job(database)
    await Events(database).append(job_id, "note", MONDAY + timedelta(hours=3))
    async with database.reading() as connection:
        changed = await connection.scalar(select(jobs.c.last_change_at).where(jobs.c.job_id == job_id))
    assert changed == MONDAY + timedelta(hours=3)


async def test_an_answered_order_gives_its_answer_again_and_is_told_once(database: Database) -> None:
    job_id = await a_job(database)
    orders, key = Orders(database), order_key(job_id, "van_rental", "van1", 1)
    assert await orders.begin(key, "hold", HASH, MONDAY) is None
    assert await orders.begin(key, "hold", HASH, MONDAY) is None, "a lost answer is not an answer"
    answers = await asyncio.gather(
        *(
            orders.answer(key, "hold", {"try": n}, reference="TOMP-1", told={"van": "1-ABC-123"}, at=MONDAY)
            for n in range(10)
        )
    )
    assert len({answer.answer["try"] for answer in answers}) == 1
    again = await orders.begin(key, "hold", HASH, MONDAY + timedelta(days=1))
    assert again is not None
    assert again == answers[0]
    assert await orders.begin(key, "confirm", HASH, MONDAY) is None
    _, line = await Events(database).since(job_id)
    assert (line.kind, line.step, line.params) == (
        "van_rental.hold",
        "van_rental:van1",
        {"van": "1-ABC-123"},
    )


async def test_the_same_key_with_another_request_is_refused(database: Database) -> None:
    orders, key = Orders(database), order_key(await a_job(database), "travel", "-", 1)
    await orders.begin(key, "hold", HASH, MONDAY)
    with pytest.raises(OrderChanged):
        await orders.begin(key, "hold", "b" * 64, MONDAY)


async def test_an_answer_never_begun_is_refused(database: Database) -> None:
    with pytest.raises(KeyError):
        await Orders(database).answer(order_key(await a_job(database), "travel", "-", 1), "hold", {}, at=MONDAY)


async def test_a_lapsed_hold_is_asked_again_and_told_again(database: Database) -> None:
    job_id = await a_job(database)
    orders, key = Orders(database), order_key(job_id, "van_rental", "van1", 1)
    await orders.begin(key, "hold", HASH, MONDAY)
    await orders.answer(key, "hold", {"reference": "1"}, at=MONDAY)
    await orders.reopen(key, "hold")
    assert await orders.begin(key, "hold", HASH, MONDAY) is None
    second = await orders.answer(key, "hold", {"reference": "2"}, at=MONDAY)
    assert second.answer == {"reference": "2"}
    assert [event.kind for event in await Events(database).since(job_id)][1:] == ["van_rental.hold"] * 2


async def test_an_order_is_found_by_what_partners_send_back(database: Database) -> None:
    job_id = await a_job(database)
    orders, key = Orders(database), order_key(job_id, "van_rental", "van1", 1)
    await orders.begin(key, "hold", HASH, MONDAY)
    (silent,) = await orders.unanswered(MONDAY + timedelta(minutes=1))
    assert (silent.order_key, silent.state) == (key, "begun")
    await orders.answer(key, "hold", {}, reference="TOMP-1", at=MONDAY)
    assert await orders.unanswered(MONDAY + timedelta(minutes=1)) == []
    for found in (
        await orders.by_reference("van_rental", "TOMP-1"),
        *await orders.of_job(job_id),
    ):
        assert found is not None
        assert (found.order_key, found.step, found.state) == (key, "van_rental:van1", "answered")
    assert await orders.by_reference("travel", "TOMP-1") is None
    for name in (key, short_reference(key)):
        assert await StepRows(database).of_order(name) == (job_id, "van_rental:van1", None), "not told of yet"
    assert await StepRows(database).of_order("NOBODY") is None


class Ask(Message):
    """A request as it was when the history was written."""

    seats: int


class AskLater(Ask):
    """The same request in a later release."""

    trailer: bool = False


def test_a_field_added_later_does_not_make_it_another_request() -> None:
    assert request_hash(Ask(seats=3)) == request_hash(AskLater(seats=3))
    assert request_hash(Ask(seats=3)) != request_hash(Ask(seats=4))


async def test_an_open_try_with_a_later_one_was_interrupted(database: Database) -> None:
    job_id = await a_job(database)
    attempts = Attempts(database)

    def a_try(number: int) -> Attempt:
        return Attempt(
            workflow_id=f"job-{job_id}",
            run_id="r1",
            activity_id="van_rental.hold",
            try_no=number,
            job_id=job_id,
            order_key=f"{job_id}/van_rental/-/1",
            operation="van_rental.hold",
            worker="w1",
            started_at=MONDAY + timedelta(minutes=number),
        )

    await attempts.opened(a_try(1))
    await attempts.opened(a_try(1))
    (only,) = await attempts.of_job(job_id)
    assert not only.interrupted
    await attempts.opened(a_try(2))
    which = AttemptId(workflow_id=f"job-{job_id}", run_id="r1", activity_id="van_rental.hold", try_no=2)
    await attempts.closed(which, MONDAY, "refused", error_type="NoVanLeft", error_text="No van left")
    await attempts.closed(which, MONDAY, "done")
    first, second = await attempts.of_job(job_id)
    assert (first.interrupted, first.closed_at) == (True, None)
    assert (second.interrupted, second.outcome, second.error_type) == (False, "refused", "NoVanLeft")
    assert [one.try_no for one in await attempts.open_since(MONDAY + timedelta(hours=1))] == [1]
