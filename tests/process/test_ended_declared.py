"""A contract that ended is not declared any more: a refusal is told, and what stays behind is found."""

from datetime import date, timedelta

from allin.operations.reconcile import listed, other_days
from allin.operations.reconcile_ended import still_declared
from domain.people import Person
from storage.security.accounts import SignInAccount
from tests.process.small import DAY, HOUR, START
from tests.process.test_declared_days import instead
from tests.process.test_questions import moved, numbers, period_of, signed
from tests.process.world import World
from workers.order_lookups import Lookups

STEP = "employment_contract:bob"
TODAY = date(2026, 2, 3)


async def withdrawn_and_ended(house: World) -> str:
    """Bob signed for 10 February and is declared; the job is withdrawn, and his contract ends by agreement."""
    job_id = await signed(house, "bob")
    await house.ask("ann", "POST", f"/api/jobs/{job_id}/withdraw", json={"reason": "the hall is flooded"})
    await house.until_step(job_id, STEP, "parked")
    return job_id


async def another_of_ops(house: World) -> None:
    """Two of them look at the end of a contract."""
    olga = Person(person_id="olga", given_name="Olga", family_name="Maes", email="olga@all-inclusive.example")
    await house.house.people.save(olga, house.calendar.now(), demo=True)
    await house.house.accounts.save(SignInAccount(person_id="olga", login="olga", roles=("ops",), demo=True))


async def test_social_security_refuses_the_end_of_a_contract_and_a_person_is_told(house: World) -> None:
    job_id = await withdrawn_and_ended(house)
    number = (await numbers(house, job_id))["bob"]
    await house.partners("POST", "/admin/dimona/results", json={"result": "B", "code": "SANDBOX-SSIN"})
    await house.decide(job_id, STEP, "answer", answer="end", who="iris")
    refused = await house.until_step(job_id, STEP, "parked")
    for _ in range(200):
        refused = await house.until_step(job_id, STEP, "parked")
        if refused.problem is not None and refused.problem.type == "DimonaRefused":
            break
        await house.pass_time(timedelta(minutes=15))
    assert refused.problem is not None
    assert (refused.problem.type, refused.problem.decided_by) == ("DimonaRefused", "ops")
    assert (await house.job(job_id)).state != "withdrawn"
    assert (await house.kinds(job_id)).count("employment_contract.terminate") == 0
    assert not (await period_of(house, job_id, "bob"))["cancelled"]

    await another_of_ops(house)
    await house.decide(job_id, STEP, "replay", who="olga")
    await house.until_step(job_id, STEP, "undone")
    await house.until(job_id, lambda job: job.state == "withdrawn")
    lookups = Lookups(house.site)
    found = await lookups.period(number)
    assert found is not None
    assert found.cancelled
    assert await still_declared(house.site.database, lookups, TODAY) == []

    instead(lookups, number, cancelled=False)
    (left,) = await still_declared(house.site.database, lookups, TODAY)
    assert (
        left.said
        == f"still has 2026-02-10 to 2026-02-10 for {job_id}/{STEP.replace(':', '/')}/1: no day of it counts"
    )
    assert await still_declared(house.site.database, lookups, TODAY + timedelta(days=63)) == []
    assert await other_days(house.site.database, lookups) == []


async def test_the_mail_that_tells_somebody_not_to_start_belongs_to_the_job(house: World) -> None:
    job_id = await signed(house, "ann", "bob")
    await moved(house, job_id, day="2026-02-12")
    await house.until_step(job_id, STEP, "parked")
    await house.reach(START + 2 * DAY + HOUR, step=2 * DAY)
    await house.settle()
    assert "bob" in (await house.job(job_id)).file.off_the_job
    effects = (await house.partners("GET", "/admin/effects"))["effects"]
    assert any(":take_off" in (one["key"] or "") for one in effects)
    assert await listed(house.site.database, effects) == []
