"""What the database says about the work under way: is it quiet, who is asked, what is near."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select

from domain.job import JobFile
from storage.core.database import Database
from storage.execution.attempts import attempts
from storage.jobs.tables import job_steps, jobs

ENDED = ("closed", "written_off", "withdrawn", "refused")
BEFORE_THE_JOB = ("quoted", "agreeing", "ready", "engaged", "taking_place")


@dataclass(frozen=True)
class Look:
    """One look at everything; two equal looks in a row mean that nothing moves."""

    told: int
    """Lines in all stories."""
    tries: int
    """Tries of activities so far."""
    open_tries: int
    """Tries under way since a given instant."""
    unstarted: int


class ActivityLevel:
    """Reads how busy an installation is."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def look(self, since: datetime) -> Look:
        """How much was told and tried so far, and what is under way that began since an instant."""
        under_way = attempts.c.closed_at.is_(None), attempts.c.started_at >= since
        questions = (
            select(func.coalesce(func.sum(jobs.c.seq), 0)),
            select(func.count()).select_from(attempts),
            select(func.count()).select_from(attempts).where(*under_way),
            select(func.count()).select_from(jobs).where(jobs.c.started_at.is_(None)),
        )
        async with self._database.reading() as connection:
            told, tries, open_tries, unstarted = [int(await connection.scalar(one) or 0) for one in questions]
        return Look(told, tries, open_tries, unstarted)

    async def somebody_is_asked(self) -> str | None:
        """A parked step or an unanswered approval: what a person at the demonstration must decide first."""
        parked = select(job_steps.c.job_id, job_steps.c.step).where(job_steps.c.state == "parked").limit(1)
        agreeing = select(jobs.c.job_id, jobs.c.file).where(jobs.c.state == "agreeing")
        async with self._database.reading() as connection:
            step = (await connection.execute(parked)).one_or_none()
            files = (await connection.execute(agreeing)).all()
        if step is not None:
            return f"{step.step} of {step.job_id} is parked"
        for job_id, file in files:
            for approval in JobFile.model_validate(file).approvals.values():
                if approval.granted is None:
                    return f"{job_id} waits for an adviser's answer: {approval.rule}"
        return None

    async def something_near(self, now: datetime, within: timedelta) -> bool:
        """Whether a job that has not taken place starts this soon."""
        near = jobs.c.first_start_at <= now + within, jobs.c.first_start_at >= now - within
        wanted = select(jobs.c.job_id).where(*near, jobs.c.state.in_(BEFORE_THE_JOB)).limit(1)
        async with self._database.reading() as connection:
            return await connection.scalar(wanted) is not None

    async def anybody_waits(self) -> bool:
        """Whether any job is still open: with none, time may stand still."""
        wanted = select(jobs.c.job_id).where(or_(jobs.c.state.not_in(ENDED), jobs.c.started_at.is_(None))).limit(1)
        async with self._database.reading() as connection:
            return await connection.scalar(wanted) is not None
