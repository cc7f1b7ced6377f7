"""Rows that were damaged are written anew from the process, of a job under way and of one that has ended."""

import pytest
from sqlalchemy import delete, select, update

from allin.client.terminal import Stop
from allin.installation import Installation
from allin.operations.rebuild_projection import rebuild_job
from storage.jobs.tables import job_steps, job_workflows, jobs
from tests.process.conftest import house
from tests.process.small import alone, engaged
from tests.process.world import World

__all__ = ["house"]

CALCULATED = ("seq", "last_change_at")
"""They grow with the story, which gets a line."""


async def _rows(house: World, job_id: str) -> tuple[dict[str, object], list[dict[str, object]]]:
    async with house.site.database.reading() as connection:
        job = (await connection.execute(select(jobs).where(jobs.c.job_id == job_id))).one()
        found = select(job_steps).where(job_steps.c.job_id == job_id).order_by(job_steps.c.step)
        steps = [dict(row._mapping) for row in await connection.execute(found)]
    return {name: value for name, value in job._mapping.items() if name not in CALCULATED}, steps


async def _damage(house: World, job_id: str) -> None:
    async with house.site.database.writing() as connection:
        wrong = {"state": "quoted", "parked": True, "next_at": None, "file": {"job_id": job_id}}
        await connection.execute(update(jobs).where(jobs.c.job_id == job_id).values(wrong))
        one = job_steps.c.step == "employment_contract:ann"
        await connection.execute(delete(job_steps).where(job_steps.c.job_id == job_id, one))
        lost = {"state": "failed", "attempt": 99, "step": "travel:nobody"}
        this = job_steps.c.step == "agreement"
        await connection.execute(update(job_steps).where(job_steps.c.job_id == job_id, this).values(lost))
        await connection.execute(update(job_workflows).values(version=99_999))


async def test_damaged_rows_are_written_anew_from_the_process_also_after_its_end(house: World) -> None:
    here = Installation(house.site.settings, house.site.database, house.calendar)
    job_id = await alone(house)
    await engaged(house, job_id)
    await house.until(job_id, lambda job: job.state == "engaged")
    await house.settle()
    before = await _rows(house, job_id)

    await _damage(house, job_id)
    assert await _rows(house, job_id) != before
    (done,) = await rebuild_job(here, house.client, job_id)
    assert (done.state, done.steps) == ("engaged", len(before[1]))
    assert await _rows(house, job_id) == before
    assert (await house.kinds(job_id))[-1] == "job.rebuilt"

    # the process goes on telling: what it tells next is newer than what was written anew
    body = {"reason": "the hall burned down"}
    await house.ask("ann", "POST", f"/api/jobs/{job_id}/withdraw", json=body)
    await house.until_step(job_id, "employment_contract:ann", "parked")
    ended = {"evidence": "both signed the end", "result": {"terminated_on": "2026-02-02"}}
    await house.decide(job_id, "employment_contract:ann", "complete", **ended)
    await house.until(job_id, lambda job: job.state == "withdrawn")
    await house.handle(job_id).result()
    ended = await _rows(house, job_id)
    await _damage(house, job_id)
    await rebuild_job(here, house.client, job_id)
    assert await _rows(house, job_id) == ended

    with pytest.raises(Stop, match="there is no job NOBODY"):
        await rebuild_job(here, house.client, "NOBODY")
