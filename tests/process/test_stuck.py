"""A process that fails in our own code: seen within a minute, told as what it is, free once it is repaired."""

import asyncio
from datetime import timedelta

import pytest

from allin.operations.stuck_watch import noted
from allin.operations.watch import Eyes
from api.ports.process import NotTaken, ProcessStuck
from api.temporal.processes import TemporalProcess
from domain.job import Withdrawal
from engine.stuck import FAILED_TWICE, Stuck, stuck_processes
from storage.execution.stuck_processes import StuckProcesses
from tests.process.small import NO_EXPENSES, NOTHING_BOOKED, alone, crew
from tests.process.test_changed_while_parked import move
from tests.process.world import World
from workflows.revising import Revising

WITHIN = 60
"""Seconds: house rule for an alarm about a job that stands still."""
SOLO = {**NOTHING_BOOKED, **NO_EXPENSES}


async def until_stuck(house: World, job_id: str) -> Stuck:
    """Look now and then, as the watch does."""
    for _ in range(WITHIN):
        found = [one for one in await stuck_processes(house.client) if one.workflow_id == f"job-{job_id}"]
        if found:
            return found[0]
        await asyncio.sleep(1)
    raise AssertionError("nobody saw it within a minute")


async def test_a_job_whose_process_fails_is_alarmed_told_as_stuck_and_free_once_repaired(
    house: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await house.person("nora.claes@client.example", role="client", behaviour="asks_for_changes", after_hours=0)
    job_id = await alone(house)
    await house.until_step(job_id, "agreement", "waiting")
    await house.turn()
    await house.until_step(job_id, "agreement", "parked")
    with monkeypatch.context() as broken:
        broken.setattr(Revising, "_take_up", lambda self, state: None)
        with pytest.raises(AssertionError, match="503"):
            await move(house, job_id, **SOLO, crew=crew("ann"))

        seen = await until_stuck(house, job_id)
        assert seen.failures > FAILED_TWICE
        assert "rounds without anything new; wishes and nudges: agreement" in seen.cause
        now = house.calendar.now()
        await StuckProcesses(house.site.database).note([noted(seen, house.calendar.shift, now)])
        (alarm,) = [
            one
            for one in await Eyes(house.site.database, timedelta(minutes=15)).look(now)
            if one.kind == "job-stuck"
        ]
        assert (alarm.subject, alarm.runbook) == (job_id, "docs/operations/runbooks/job-stuck.md")
        assert "GoesInCircles" in alarm.why

        process = TemporalProcess(house.client, house.queue)
        wish = Withdrawal(operation_id="w-1", by="ann", role="member", reason="enough")
        with pytest.raises(ProcessStuck):
            await process.withdraw(job_id, wish)

    await until_free(house, job_id)
    job = await house.until(
        job_id, lambda job: job.file.steps["agreement"].revision == 2 or bool(job.file.stopping)
    )
    assert job.file.steps["agreement"].request["starts_at"].startswith("2026-02-11") or job.file.stopping


async def until_free(house: World, job_id: str) -> None:
    """Repaired code is there: whoever tries again is heard, and nothing is done twice."""
    for _ in range(WITHIN):
        try:
            await move(house, job_id, **SOLO, crew=crew("ann"))
        except AssertionError as refused:
            if "503" not in str(refused):
                return  # what had been said before is carried out already: it is being stopped
        else:
            return
        await asyncio.sleep(1)
    raise AssertionError("it does not come free")


async def test_a_process_that_has_ended_is_told_as_ended(house: World) -> None:
    job_id = await alone(house)
    await house.ask("ann", "POST", f"/api/jobs/{job_id}/withdraw", json={"reason": "another offer"})
    await house.until(job_id, lambda job: job.state == "withdrawn")
    process = TemporalProcess(house.client, house.queue)
    await house.handle(job_id).result()
    with pytest.raises(NotTaken, match="has ended"):
        await process.withdraw(job_id, Withdrawal(operation_id="w-2", by="ann", role="member", reason="again"))
