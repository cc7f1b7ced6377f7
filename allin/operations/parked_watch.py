"""What waits for people, or for our own repair, longer than its urgency allows."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta

from sqlalchemy import select

from allin.operations.alarms import Alarm
from domain.job import StepState
from storage.core.database import Database
from storage.jobs.incidents import SOON, Incidents, endangered
from storage.jobs.tables import job_steps

URGENT, PATIENT = timedelta(hours=1), timedelta(hours=24)
"""House rule: a parked step whose time, or a legal deadline, is less than two days away waits for an hour; any
other for a day."""
MANY = 5
"""So many steps parked for one reason are one incident, told at once."""
MOST = 100
"""Alarms of one kind at one look; the oldest first."""


class ParkedWatch:
    """Looks at the steps that do not go on."""

    def __init__(self, database: Database, grace: timedelta) -> None:
        self._database = database
        self._grace = grace

    async def steps(self, now: datetime) -> AsyncIterator[Alarm]:
        """Each parked step whose patience is over."""
        step, at_risk = job_steps.c, endangered(now + SOON).label("at_risk")
        columns = (step.job_id, step.step, step.error_type, step.decided_by, step.decide_by, step.parked_since_at)
        long = (step.state == "parked", step.parked_since_at < now - URGENT)
        wanted = select(*columns, at_risk).where(*long).order_by(step.parked_since_at)
        async with self._database.reading() as connection:
            rows = (await connection.execute(wanted)).all()
        late = [row for row in rows if row.at_risk or row.parked_since_at < now - PATIENT]
        for row in late[:MOST]:
            limit = f", until {row.decide_by:%Y-%m-%d %H:%M} UTC" if row.decide_by else ""
            yield Alarm(
                kind="step-parked",
                subject=f"{row.job_id} {row.step}",
                since_at=row.parked_since_at,
                why=f"{row.error_type or 'parked'}: {row.decided_by or 'somebody'} has to decide{limit}",
            )

    async def incidents(self, now: datetime) -> AsyncIterator[Alarm]:
        """Many steps parked for one reason: a partner is in trouble, or we are."""
        for one in await Incidents(self._database).all(now):
            if one.count < MANY or one.asks:
                continue
            at_risk = f", {one.endangered} of them endangered" if one.endangered else ""
            yield Alarm(
                kind="incident",
                subject=f"{one.partner or 'no partner'} {one.error_type}",
                since_at=one.since_at,
                why=f"{one.count} steps of {one.jobs} jobs are parked for one reason{at_risk}",
            )

    async def held_up(self, late: datetime) -> AsyncIterator[Alarm]:
        """Steps that our own infrastructure holds up: they go on by themselves once it is repaired."""
        wanted = select(job_steps.c.file).where(job_steps.c.state == "trying")
        async with self._database.reading() as connection:
            files = [StepState.model_validate(file) for file in await connection.scalars(wanted)]
        since = sorted(one.held_up_since_at for one in files if one.held_up_since_at)
        if since and since[0] < late:
            why = f"{len(since)} steps are tried again and again: our database, keys, disk or engine are in trouble"
            yield Alarm(kind="held-up", subject="steps", since_at=since[0], why=why)
