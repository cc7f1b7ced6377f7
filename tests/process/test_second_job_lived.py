"""Whole lives of a second job of the same person on the same day: one contract, one declaration, two wages."""

from datetime import timedelta
from typing import Any

from allin.operations.reconcile import listed, looked_up, other_days
from allin.operations.watch import Eyes
from storage.jobs.deadlines import KeptDeadline
from tests.process.small import DAY, HOUR
from tests.process.test_questions import period_of
from tests.process.test_second_job import STEP, called_off, two_jobs
from tests.process.world import World
from workers.order_lookups import Lookups


async def over(house: World, job_id: str, state: str = "closed") -> None:
    """The job has come to its end, and nothing is owed to or by anybody."""
    await house.live_until(job_id, lambda job: job.state in ("closed", "withdrawn", "refused"), step=DAY, days=90)
    assert (await house.job(job_id)).state == state
    assert (await house.house.ledger.balances(job_id)).open == {}


async def agrees(house: World) -> None:
    """We and the partners think the same, and nothing alarms."""
    lookups, effects = Lookups(house.site), (await house.partners("GET", "/admin/effects"))["effects"]
    assert await listed(house.site.database, effects) == []
    assert await looked_up(house.site.database, lookups) == []
    assert await other_days(house.site.database, lookups) == []
    assert [
        str(one) for one in await Eyes(house.site.database, timedelta(minutes=5)).look(house.calendar.now())
    ] == []


async def declarations(house: World) -> list[str]:
    """What social security was ever told about anybody, in its order."""
    told = await house.effects("dimona")
    return [str(one["subject"]) for one in told]


async def deadlines(house: World, job_id: str) -> dict[str, KeptDeadline]:
    """Bob's deadlines of a job."""
    return {row.kind: row for row in await house.house.deadlines.of_job(job_id) if row.item == "bob"}


async def story(house: World, job_id: str) -> list[str]:
    """What is told of a job, in English."""
    return [line["text"] for line in await house.ask("ann", "GET", f"/api/jobs/{job_id}/history?lang=en")]


async def paid(house: World, job_id: str) -> Any:
    state = await house.step(job_id, "wages:bob")
    return state.state if state else None


async def test_a_second_job_is_lived_under_the_contract_of_the_first_from_declared_to_closed(house: World) -> None:
    first, second = await two_jobs(house)
    told = await story(house, second)
    assert (
        "Already under contract with the cooperative on these days: an assignment note, no second contract." in told
    )
    assert f"Nothing to sign for the cooperative: the contract of job {first} covers these days." in told
    assert len(await declarations(house)) == 2, "Ann and Bob, in the first job"
    await over(house, second)
    await over(house, first)
    papers = {paper.name for paper in await house.house.documents.of_job(second)}
    assert "assignment-note-bob.pdf" in papers
    assert not {name for name in papers if name.startswith("contract-")}
    assert [await paid(house, job_id) for job_id in (first, second)] == ["done", "done"]
    rows = await deadlines(house, second)
    assert [kind for kind, row in rows.items() if row.met_at is None or row.alarmed_at] == []
    assert len(await declarations(house)) == 2, "nothing more was declared until the end"
    assert (await house.job(second)).file.off_the_job == []
    await agrees(house)


async def test_the_first_is_withdrawn_and_the_second_is_lived_to_its_end_on_its_own(
    house: World,
) -> None:
    first, second = await two_jobs(house)
    await called_off(house, first)
    await ended_by_agreement(house, first, "ann")
    await house.pass_time(4 * HOUR)
    await house.until_step(second, STEP, "done")
    await over(house, second)
    await over(house, first, "withdrawn")
    assert [await paid(house, job_id) for job_id in (first, second)][1] == "done"
    rows = await deadlines(house, second)
    assert [kind for kind, row in rows.items() if row.met_at is None] == []
    period = await period_of(house, second, "bob")
    assert (period["startDate"], period["cancelled"]) == ("2026-02-10", False)
    await agrees(house)


async def test_the_second_is_withdrawn_before_the_first_and_nothing_of_either_is_left(house: World) -> None:
    first, second = await two_jobs(house)
    await called_off(house, second)  # what Bob was promised for the evening is a question to a person too
    await over(house, second, "withdrawn")
    assert not (await period_of(house, first, "bob"))["cancelled"], "the first job goes on"
    await called_off(house, first)
    await ended_by_agreement(house, first, "ann")
    await over(house, first, "withdrawn")
    assert (await period_of(house, first, "bob"))["cancelled"]
    await agrees(house)


async def test_the_first_ends_and_then_the_second_and_nothing_of_either_is_left(house: World) -> None:
    first, second = await two_jobs(house)
    await called_off(house, first)
    await ended_by_agreement(house, first, "ann")
    await house.pass_time(4 * HOUR)
    await house.until_step(second, STEP, "done")
    await called_off(house, second)
    for job_id in (first, second):
        await over(house, job_id, "withdrawn")
        assert (await period_of(house, job_id, "bob"))["cancelled"]
        assert await paid(house, job_id) != "done"
    await agrees(house)


async def ended_by_agreement(house: World, job_id: str, slug: str) -> None:
    """The other contract of a job that was called off ends by agreement too."""
    step = f"employment_contract:{slug}"
    await house.until_step(job_id, step, "parked")
    await house.decide(job_id, step, "answer", answer="end", who="iris")
    await house.until_step(job_id, step, "undone")
