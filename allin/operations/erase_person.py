"""A person is forgotten once the law no longer asks to keep what was done with them."""

from datetime import date

from sqlalchemy import func, or_, select, update

from allin.client.terminal import REFUSED, Stop
from allin.installation import Installation
from domain.message import Message
from domain.periods import day_in_brussels
from storage.jobs.tables import jobs
from storage.people.people import People
from storage.security.accounts import accounts
from storage.security.audit import Audit, AuditEntry
from storage.security.data_keys import DataKeys
from storage.services.employment_contract import engagements
from storage.services.invoicing import invoices

KEPT_YEARS = 10
"""Years that invoices and what belongs to them are kept, from 1 January after the invoice's date; everything else
about a job is kept as long. Source: Belgian VAT Code art. 60 § 4 (law of 20 November 2022)."""
ENDED = frozenset({"closed", "written_off", "withdrawn", "refused"})


class RetainedJob(Message):
    """A job somebody had a part in, and from when on it may be forgotten."""

    job_id: str
    state: str
    free_on: date


async def erase(here: Installation, person_id: str, reason: str) -> list[RetainedJob]:
    """Forget a person and the keys of their jobs' histories; Stop, and nothing is changed, when it is too early."""
    if not reason.strip():
        raise Stop("say why: --reason")
    try:
        await People(here.database).person(person_id)
    except KeyError:
        raise Stop(f"nobody is called {person_id} here") from None
    today, theirs = day_in_brussels(here.calendar.now()), await _jobs_of(here, person_id)
    for job in theirs:
        if job.state not in ENDED:
            raise Stop(f"{person_id} has a part in the job {job.job_id}, which is {job.state}", REFUSED)
        if today < job.free_on:
            raise Stop(f"the job {job.job_id} is kept until {job.free_on} (VAT Code art. 60 § 4)", REFUSED)
    await _forget(here, person_id, theirs, reason)
    return theirs


async def _forget(here: Installation, person_id: str, theirs: list[RetainedJob], reason: str) -> None:
    """The line in the audit first: that somebody was forgotten is never in doubt, whatever fails after it."""
    now = here.calendar.now()
    line = AuditEntry(at=now, who=person_id, role="ops", what="person.erase", why=reason, outcome="forgotten")
    await Audit(here.database).record(line)
    keys = DataKeys(here.database, here.settings.keys(), here.calendar)
    for job in theirs:
        await keys.erase_job(job.job_id, now)
    async with here.database.writing() as connection:
        closed = update(accounts).where(accounts.c.person_id == person_id)
        await connection.execute(closed.values(active=False, password_hash=None))
    await People(here.database).erase(person_id, now)


async def _jobs_of(here: Installation, person_id: str) -> list[RetainedJob]:
    engaged = select(engagements.c.job_id).where(engagements.c.person_id == person_id)
    issued = select(func.max(invoices.c.issued_on)).where(invoices.c.job_id == jobs.c.job_id).scalar_subquery()
    worked = select(func.max(engagements.c.last_on)).where(engagements.c.job_id == jobs.c.job_id).scalar_subquery()
    wanted = select(jobs.c.job_id, jobs.c.state, jobs.c.first_start_at, issued, worked).where(
        or_(jobs.c.member_id == person_id, jobs.c.job_id.in_(engaged))
    )
    async with here.database.reading() as connection:
        rows = (await connection.execute(wanted.order_by(jobs.c.declared_at))).all()
    return [RetainedJob(job_id=row[0], state=row[1], free_on=_free(row[2].date(), row[3], row[4])) for row in rows]


def _free(*days: date | None) -> date:
    """The first of January after the years counted from the latest of these days."""
    return date(max(day for day in days if day).year + 1 + KEPT_YEARS, 1, 1)
