"""The quarterly hand-over to the social secretariat, read from contracts, plans and payments."""

from datetime import date
from typing import Final

from sqlalchemy import or_, select

from domain.contracts_in_force import in_force
from domain.hand_over import HandOver, HandOverLine, hand_over, line_of
from domain.job import JobFile
from domain.people import Entity
from domain.periods import Period
from domain.plan import JobPlan
from domain.services.employment_contract import KeptEngagement
from domain.services.wages import WagesRequest
from storage.core.database import Database
from storage.jobs.tables import jobs
from storage.money.payment_tables import payments
from storage.people.people import People
from storage.services.employment_contract import engagements

TAKEN_OFF: Final = frozenset({"superseded", "undone"})
"""States of a wage that pays nothing."""
GONE: Final = (engagements.c.withdrawn_at, engagements.c.taken_off_at, engagements.c.amended_by)


def _as_paid(file: JobFile, plan: JobPlan) -> JobPlan:
    """The contracts as they are signed, and the pay as it was set going where it was."""
    now, begun = in_force(file, plan), {}
    for state in file.steps.values():
        if state.service == "wages" and state.state not in TAKEN_OFF:
            begun[state.item] = WagesRequest.model_validate(state.request)
    return now.model_copy(update={"wages": now.wages | begun})


class HandOvers:
    """Reads what is handed over; changes nothing."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(self, entity: Entity, quarter: Period) -> HandOver:
        """Every contract of an entity with work in a quarter, and the work done under running ones."""
        in_it = (engagements.c.first_on <= quarter.last_on, engagements.c.last_on >= quarter.first_on)
        bound = or_(engagements.c.cooperative_signed_at.is_not(None), engagements.c.assigned_to.is_not(None))
        wanted = (
            select(engagements, jobs.c.plan, jobs.c.file)
            .join(jobs, jobs.c.job_id == engagements.c.job_id)
            .where(engagements.c.entity == entity.slug, *in_it, bound, *(one.is_(None) for one in GONE))
        )
        async with self._database.reading() as connection:
            rows = (await connection.execute(wanted)).all()
        found = []
        for row in rows:
            told = dict(row._mapping)
            plan = _as_paid(JobFile.model_validate(told.pop("file")), JobPlan.model_validate(told.pop("plan")))
            found.append(await self._line(entity, KeptEngagement.model_validate(told), plan, quarter))
        return hand_over(entity, quarter, [line for line in found if line is not None])

    async def _line(
        self, entity: Entity, kept: KeptEngagement, plan: JobPlan, quarter: Period
    ) -> HandOverLine | None:
        person = await People(self._database).person(kept.person_id)
        return line_of(entity, kept, plan, person, await self._paid(kept), quarter)

    async def _paid(self, kept: KeptEngagement) -> dict[str, date]:
        """By item, when the bank booked each wage of this person on this job."""
        wage = payments.c.order_key.startswith(f"{kept.job_id}/wages/{kept.item}", autoescape=True)
        wanted = select(payments.c.order_key, payments.c.booked_on).where(wage, payments.c.state == "booked")
        async with self._database.reading() as connection:
            rows = (await connection.execute(wanted.order_by(payments.c.booked_on))).all()
        return {row.order_key.split("/")[2]: row.booked_on for row in rows}
