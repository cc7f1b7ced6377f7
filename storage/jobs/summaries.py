"""What papers and mails say of a job: its title, its member, its client, and the adviser with a name."""

from domain.people import JobSummary, Person
from storage.core.database import Database
from storage.jobs.jobs import Jobs
from storage.people.members import Members
from storage.people.people import People


class JobSummaries:
    """Puts a job's card together when a paper is made."""

    def __init__(self, database: Database) -> None:
        self._jobs = Jobs(database)
        self._members = Members(database)
        self._people = People(database)

    async def card(self, job_id: str) -> JobSummary:
        """The card of one job; KeyError when unknown."""
        job = await self._jobs.row(job_id)
        member = await self._people.person(job.member_id)
        adviser = await self._adviser(job.member_id)
        return JobSummary(
            job_id=job_id,
            title=job.title,
            member_id=job.member_id,
            member_name=member.name,
            client_name=job.client_name,
            adviser_name=adviser.name if adviser else "",
            adviser_email=adviser.email if adviser else None,
            adviser_phone=(adviser.phone or "") if adviser else "",
        )

    async def _adviser(self, member_id: str) -> Person | None:
        adviser_id = (await self._members.member(member_id)).adviser_id
        return await self._people.person(adviser_id) if adviser_id else None
