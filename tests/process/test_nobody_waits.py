"""A question about one person holds up nobody else: who is told not to start is waited for by no one."""

from datetime import timedelta

from tests.patience import eventually
from tests.process.small import DAY, HOUR, NO_EXPENSES, NOTHING_BOOKED, START, crew, declare, engaged
from tests.process.test_questions import moved
from tests.process.world import World

ANN, BOB = "employment_contract:ann", "employment_contract:bob"


async def test_a_question_left_open_over_the_start_leaves_the_others_engaged_and_paid(house: World) -> None:
    """Both signed, neither could be declared, and the job moved from 10 to 11 February."""
    await house.fault("dimona", "422", detail="unavailable today")
    job_id = await declare(house, crew=crew("ann", "bob"), **NOTHING_BOOKED | NO_EXPENSES)
    await engaged(house, job_id)
    for step in (ANN, BOB):
        await house.until_step(job_id, step, "parked")
    await moved(house, job_id, day="2026-02-11")
    await house.partners("DELETE", "/admin/faults")
    await house.until(job_id, lambda job: job.plan.first_start_at.day == 11)
    await house.settle()
    for step in (ANN, BOB):
        asked = await house.until_step(job_id, step, "parked")
        assert asked.problem is not None
        assert asked.problem.type == "SignedContractChanges", step
    await house.decide(job_id, ANN, "answer", answer="amend", who="iris")
    await house.pass_time(4 * HOUR)
    await house.until_step(job_id, ANN, "done")
    assert (await house.job(job_id)).state == "ready"

    await house.reach(START + DAY + timedelta(minutes=5), step=2 * DAY)
    job = await house.until(job_id, lambda job: job.state == "taking_place")
    assert job.file.off_the_job == ["bob"]
    await house.live_until(job_id, lambda job: "wages:ann" in job.file.steps, step=DAY, days=12)
    assert (await house.until_step(job_id, BOB, "parked")).problem == asked.problem

    await house.decide(job_id, BOB, "answer", answer="keep", who="iris")
    await house.live_until(job_id, lambda job: "wages:bob" in job.file.steps, step=DAY, days=12)
    wage = await house.step(job_id, "wages:bob")
    assert wage is not None
    assert wage.request["gross_eur"] == "300.00"


async def signed_while_moving(house: World, moving: str) -> str:
    """The member moves the job while the cooperative is signing; what is signed is asked about afterwards."""
    job_id = await declare(house, crew=crew("ann", "bob"), **NOTHING_BOOKED | NO_EXPENSES)
    await house.pass_time(4 * HOUR)
    await house.until(job_id, lambda job: job.state == "ready")
    await house.fault("signature", "delay", "sign_hash", seconds=3)
    await house.pass_time(3 * HOUR)

    async def signing() -> bool | None:
        rows = {row.step: row.file for row in await house.house.steps.of_job(job_id)}
        return True if all(rows[one].operation == "sign" for one in (ANN, BOB)) else None

    await eventually(lambda: "the cooperative signs", signing)
    less = [one | ({"gross_eur": "250.00"} if one["item"] == "bob" else {}) for one in crew("ann", "bob")]
    changed = {"crew": less} if moving == "pay" else {}
    await moved(house, job_id, day="2026-02-10" if moving == "pay" else "2026-02-11", **changed)
    await house.partners("DELETE", "/admin/faults")
    for step in (ANN, BOB):
        asked = await house.until_step(job_id, step, "parked")
        assert asked.problem is not None
        assert asked.problem.type == "SignedContractChanges"
    return job_id


async def test_a_question_about_pay_that_was_signed_while_the_job_moved_keeps_nobody_from_work(
    house: World,
) -> None:
    """Seen: the question was asked inside the engagement, and the job stayed *ready* for ever."""
    job_id = await signed_while_moving(house, "pay")
    await house.until(job_id, lambda job: job.state == "engaged")
    await house.reach(START + timedelta(minutes=5), step=2 * DAY)
    job = await house.until(job_id, lambda job: job.state == "taking_place")
    assert job.file.off_the_job == []
    both = {"wages:ann", "wages:bob"}
    await house.live_until(job_id, lambda job: both <= set(job.file.steps), step=DAY, days=12)
    wage = await house.step(job_id, "wages:bob")
    assert wage is not None
    assert wage.request["gross_eur"] == "300.00"
    await house.until_step(job_id, BOB, "parked")


async def test_a_question_about_days_that_were_signed_while_the_job_moved_holds_up_nobody_else(
    house: World,
) -> None:
    job_id = await signed_while_moving(house, "day")
    await house.decide(job_id, ANN, "answer", answer="amend", who="iris")
    await house.pass_time(4 * HOUR)
    await house.until_step(job_id, ANN, "done")
    await house.reach(START + DAY + timedelta(minutes=5), step=2 * DAY)
    job = await house.until(job_id, lambda job: job.state == "taking_place")
    assert job.file.off_the_job == ["bob"]
    await house.live_until(job_id, lambda job: "wages:ann" in job.file.steps, step=DAY, days=12)
    await house.until_step(job_id, BOB, "parked")
