"""A second job for the same person on the same day: under the first contract, and on its own when that goes."""

from datetime import timedelta
from typing import Any

from tests.process.small import NO_EXPENSES, NOTHING_BOOKED, START, crew, declare, engaged
from tests.process.world import World

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
BOB = "bob.lambert@crew.example"
STEP = "employment_contract:bob"
EVENING = [{"date": "2026-02-10", "starts": "20:00", "ends": "22:00", "place": "Gent"}]
SMALL: dict[str, Any] = {**NOTHING_BOOKED, **NO_EXPENSES}


async def two_jobs(house: World, *people: str) -> tuple[str, str]:
    """Bob is under contract in the first job, and works in the second one that evening under the same contract."""
    first = await declare(house, **SMALL, crew=crew("ann", "bob"))
    await engaged(house, first)
    await house.until_step(first, STEP, "done")
    second = await declare(house, **SMALL, crew=crew(*(people or ("bob",))), days=EVENING)
    await engaged(house, second)
    state = await house.until_step(second, STEP, "done")
    assert state.booking is not None
    assert state.booking["assignment_note"]
    return first, second


async def called_off(house: World, job_id: str) -> None:
    """The job is withdrawn, and Bob's contract ended by agreement."""
    await house.ask("ann", "POST", f"/api/jobs/{job_id}/withdraw", json={"reason": "the hall is flooded"})
    await house.until_step(job_id, STEP, "parked")
    await house.decide(job_id, STEP, "answer", answer="end", who="iris")
    await house.until_step(job_id, STEP, "undone")


async def open_deadlines(house: World, job_id: str) -> set[str]:
    """What the law asks for before Bob starts, and is not met."""
    rows = await house.house.deadlines.of_job(job_id)
    open_ = {row.kind for row in rows if row.item == "bob" and row.met_at is None}
    return open_ & {"contract_signed", "dimona"}


async def test_when_the_first_job_is_withdrawn_the_second_takes_its_own_contract_at_once(house: World) -> None:
    first, second = await two_jobs(house)
    assert await open_deadlines(house, second) == set()
    await called_off(house, first)
    waiting = await house.until_step(second, STEP, "waiting")  # no time has passed: it was told
    assert (waiting.revision, waiting.operation) == (2, "person_signs")
    assert await open_deadlines(house, second) == {"contract_signed", "dimona"}
    await house.pass_time(4 * HOUR)
    done = await house.until_step(second, STEP, "done")
    assert done.booking is not None
    assert (done.booking["assignment_note"], done.booking["dimona_result"]) == (False, "A")
    assert done.booking["contract"] == "contract-bob.pdf"
    assert await open_deadlines(house, second) == set()
    told = await house.kinds(second)
    assert told.count("step.stands_alone") == 1
    assert "job.taken_off" not in told
    found = await house.ask("ann", "GET", f"/api/jobs/{second}")
    assert found["state"] == "engaged"


async def test_who_has_not_signed_the_contract_of_their_own_by_the_start_is_told_not_to_start(house: World) -> None:
    first, second = await two_jobs(house, "ann", "bob")
    await house.person(BOB, role="collaborator", behaviour="silent")
    await called_off(house, first)
    await house.until_step(second, STEP, "waiting")
    await house.reach(START + 5 * HOUR + timedelta(minutes=1))
    await house.until_step(second, STEP, "missed")
    told = await house.kinds(second)
    assert "employment_contract.take_off" in told or "job.taken_off" in told
    file = (await house.job(second)).file
    assert file.off_the_job == ["bob"]
    assert (await house.step(second, "employment_contract:ann")).state == "done"  # type: ignore[union-attr]


async def test_called_off_while_the_second_job_is_under_way_a_person_decides(house: World) -> None:
    morning = [{"date": "2026-02-10", "starts": "08:00", "ends": "20:00", "place": "Gent"}]
    first = await declare(house, **SMALL, crew=crew("ann", "bob"))
    await engaged(house, first)
    second = await declare(house, **SMALL, crew=crew("bob"), days=morning)
    await engaged(house, second)
    await house.until_step(second, STEP, "done")
    await house.reach(START - 2 * HOUR)  # Bob has worked in Gent since eight, Liège begins at three
    await house.until(second, lambda job: job.state == "taking_place")
    await called_off(house, first)
    parked = await house.until_step(second, STEP, "parked")
    assert parked.problem is not None
    assert (parked.problem.type, parked.decide_by) == ("CoverGone", None)
    assert await open_deadlines(house, second) == {"contract_signed", "dimona"}
    assert "job.taken_off" not in await house.kinds(second)
    await house.decide(second, STEP, "replay")
    await house.until_step(second, STEP, "waiting")
    await house.pass_time(3 * HOUR)
    done = await house.until_step(second, STEP, "done")
    assert done.booking is not None
    assert (done.booking["assignment_note"], done.booking["dimona_result"]) == (False, "A")


async def test_a_moved_second_job_under_another_contract_is_renewed_and_asks_nobody_about_an_amendment(
    house: World,
) -> None:
    _, second = await two_jobs(house)
    job = await house.job(second)
    told = {name: value for name, value in job.declaration.items() if value is not None}
    days = [{**EVENING[0], "date": "2026-02-12"}]
    body = {"declaration": told | {"days": days}, "reason": "the hall is free then"}
    await house.ask("ann", "POST", f"/api/jobs/{second}/move", json=body)
    await house.pass_time(4 * HOUR)  # the client says yes to the change
    waiting = await house.until_step(second, STEP, "waiting")
    assert (waiting.revision, waiting.operation) == (2, "person_signs")
    await house.pass_time(8 * HOUR)
    done = await house.until_step(second, STEP, "done")
    assert done.booking is not None
    assert (done.booking["assignment_note"], done.booking["dimona_result"]) == (False, "A")
    assert (await house.job(second)).file.off_the_job == []
