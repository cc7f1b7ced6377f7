"""A question about one person holds up nobody else: who is told not to start is waited for by no one."""

from datetime import timedelta

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
