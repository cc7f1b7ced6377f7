"""Starting the process of a declared job: tried once while the member waits, else by whoever finds it first.

The same sweep passes on what partners told and nobody passed on.
"""

import asyncio
from datetime import timedelta

import structlog

from api.bulk.service import set_going
from api.container import Container
from api.partners import nudges
from api.ports.process import ProcessUnreachable
from domain.incident_claims import ClaimInput
from domain.job import JobInput
from engine.outages import outage
from storage.core.unavailable import is_storage_trouble
from storage.jobs.jobs import Unstarted

AT_ONCE_SECONDS = 1.0
"""A declaration is answered after at most this; the job itself is already safe in the database."""
SWEEP_EVERY_SECONDS = 2.0
BEGIN_WITHIN = timedelta(seconds=5)
"""A bulk replay that has handed nothing over by then may have lost its beginning."""

log = structlog.get_logger()


async def start_job(home: Container, job: Unstarted) -> bool:
    """Start one job's process and note it; False when it could not be reached now.

    Two callers at once start one process: its id is the job's, and a second start changes nothing.
    """
    try:
        await home.process.start(
            JobInput(job_id=job.job_id, quote_id=job.quote_id, plan=job.plan, shift=home.shift)
        )
    except ProcessUnreachable as error:
        log.warning("job not started yet", job_id=job.job_id, why=str(error))
        return False
    await home.jobs.mark_started(job.job_id, home.now())
    return True


async def start_at_once(home: Container, job: Unstarted) -> bool:
    """One try within the member's request."""
    try:
        async with asyncio.timeout(AT_ONCE_SECONDS):
            return await start_job(home, job)
    except TimeoutError:
        return False


async def start_claim(home: Container, claim: ClaimInput) -> bool:
    """Start the process of one claim and note it; False when it could not be reached now."""
    try:
        await home.process.follow_claim(claim.model_copy(update={"shift": home.shift}))
    except ProcessUnreachable as error:
        log.warning("claim not started yet", job_id=claim.job_id, why=str(error))
        return False
    await home.insurance_claims.mark_started(claim.job_id, claim.claim.item, home.now())
    return True


async def start_claim_at_once(home: Container, job_id: str, incident_id: str) -> None:
    """One try within the request of whoever told what happened; else the sweep starts it."""
    ours = [one for one in await home.insurance_claims.unstarted() if one.claim.incident_id == incident_id]
    try:
        async with asyncio.timeout(AT_ONCE_SECONDS):
            for claim in ours:
                await start_claim(home, claim)
    except TimeoutError:
        log.warning("claim not started yet", job_id=job_id, why="took too long")


async def sweep(home: Container) -> int:
    """Start every declared job that no process was confirmed for; how many were started."""
    started = 0
    for job in await home.jobs.unstarted():
        started += await start_job(home, job)
    for replay in await home.replays.unbegun(home.now() - BEGIN_WITHIN):
        started += await set_going(home, replay)
    for claim in await home.insurance_claims.unstarted():
        started += await start_claim(home, claim)
    await nudges.sweep(home)
    return started


async def keep_sweeping(home: Container, every: float = SWEEP_EVERY_SECONDS) -> None:
    """Sweep for as long as the application lives."""
    while True:
        try:
            await sweep(home)
        except Exception as error:  # the sweeper outlives a database that is away; it says so now and then
            if not is_storage_trouble(error):
                log.exception("sweep failed")
            else:
                outage.tell(error, part="sweep")
        await asyncio.sleep(every)
