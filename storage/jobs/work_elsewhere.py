"""Reads on which other jobs people work around some days."""

from collections.abc import Collection
from datetime import datetime
from typing import Final

from sqlalchemy import select

from domain.message import Message
from domain.promises import works_on
from domain.rules.overlaps import CrewHours
from storage.core.database import Database
from storage.jobs.crew_hours import crew_hours
from storage.jobs.jobs import Jobs, KeptJob

MOST_ROWS: Final = 500
"""Hours read for one quote: far more than anybody really works in the days of one job."""


class HoursOnJob(Message):
    """Hours of one person on one job, and whose job it is."""

    person_id: str
    member_id: str
    title: str
    starts_at: datetime
    ends_at: datetime


class WorkOnJobs:
    """Reads who works where and when; changes nothing."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def between(
        self, person_ids: Collection[str], from_at: datetime, until_at: datetime, except_job: str | None
    ) -> list[HoursOnJob]:
        """The hours of these people on jobs that take place, as far as they reach into this time; the first ones
        first. Who was taken off a job, or whose job was called off, does not work there."""
        row = crew_hours.c
        wanted = select(crew_hours).where(
            row.person_id.in_(list(person_ids)), row.starts_at < until_at, row.ends_at > from_at
        )
        if except_job is not None:
            wanted = wanted.where(row.job_id != except_job)
        async with self._database.reading() as connection:
            rows = (await connection.execute(wanted.order_by(row.starts_at, row.job_id).limit(MOST_ROWS))).all()
        jobs = {job_id: await Jobs(self._database).job(job_id) for job_id in {one.job_id for one in rows}}
        return [
            _hours_on_job(jobs[one.job_id], CrewHours.model_validate(dict(one._mapping)))
            for one in rows
            if works_on(jobs[one.job_id].file, one.item)
        ]


def _hours_on_job(job: KeptJob, hours: CrewHours) -> HoursOnJob:
    return HoursOnJob(
        person_id=hours.person_id,
        member_id=job.member_id,
        title=job.title,
        starts_at=hours.starts_at,
        ends_at=hours.ends_at,
    )
