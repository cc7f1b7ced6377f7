"""What papers and mails say of a job: its title, its member, its client, and the adviser with a name."""

from typing import Any

from sqlalchemy import bindparam, select

from domain.people import JobSummary
from domain.services.agreement import AgreementRequest, LateTerms
from storage.core.database import Database
from storage.core.read_once import once
from storage.jobs.tables import job_steps, jobs
from storage.people.members import members
from storage.people.people import people


class JobSummaries:
    """Puts a job's card together when a paper is made."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def card(self, job_id: str) -> JobSummary:
        """The card of one job; KeyError when unknown."""
        return await once((self._database, "card", job_id), lambda: self._read(job_id))

    async def _read(self, job_id: str) -> JobSummary:
        async with self._database.reading() as connection:
            row = (await connection.execute(CARD, {"this_job": job_id})).one_or_none()
        if row is None:
            raise KeyError(job_id)
        return card_from(job_id, row)

    async def late_terms(self, job_id: str) -> LateTerms | None:
        """The penalty clauses on the order form that a private client accepted through the link; None where there
        were none. A file of the client's own says what it says."""
        wanted = select(job_steps.c.file).where(job_steps.c.job_id == job_id, job_steps.c.step == "agreement")
        async with self._database.reading() as connection:
            asked = await connection.scalar(wanted)
        if asked is None or (asked.get("booking") or {}).get("accepted_how") != "link":
            return None
        return AgreementRequest.model_validate(asked["request"]).late_terms


_adviser = people.alias()
CARD = (
    select(
        jobs.c.title,
        jobs.c.member_id,
        jobs.c.client_name,
        people.c.given_name,
        people.c.family_name,
        _adviser.c.given_name.label("adviser_given"),
        _adviser.c.family_name.label("adviser_family"),
        _adviser.c.email.label("adviser_email"),
        _adviser.c.phone.label("adviser_phone"),
    )
    .join(people, people.c.person_id == jobs.c.member_id)
    .join(members, members.c.person_id == jobs.c.member_id)
    .join(_adviser, _adviser.c.person_id == members.c.adviser_id, isouter=True)
    .where(jobs.c.job_id == bindparam("this_job"))
)


def card_from(job_id: str, row: Any) -> JobSummary:
    """A job's card from the columns of `CARD`."""
    return JobSummary(
        job_id=job_id,
        title=row.title,
        member_id=row.member_id,
        member_name=_name(row.given_name, row.family_name),
        client_name=row.client_name,
        adviser_name=_name(row.adviser_given, row.adviser_family),
        adviser_email=row.adviser_email,
        adviser_phone=row.adviser_phone or "",
    )


def _name(given: str | None, family: str | None) -> str:
    return f"{given or ''} {family or ''}".strip()
