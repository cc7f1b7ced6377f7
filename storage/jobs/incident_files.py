"""What people told of something that happened, and the papers they gave with it, for whoever tells the insurer."""

from datetime import datetime

from domain.incident_claims import EvidenceFile
from storage.jobs.documents import Documents, StoredDocument
from storage.jobs.reported_events import Happening, Happenings

KIND = "incident"
"""The kind of a paper that was given with something that happened."""


class IncidentFiles:
    """Satisfies the activities' IncidentRecord."""

    def __init__(self, happenings: Happenings, papers: Documents) -> None:
        self._happenings = happenings
        self._papers = papers

    async def incident(self, incident_id: str) -> Happening:
        """One thing that happened; KeyError when it is unknown."""
        return await self._happenings.one(incident_id)

    async def evidence(self, job_id: str, incident_id: str, more: tuple[str, ...]) -> tuple[EvidenceFile, ...]:
        """The papers given with it, and those named beside; a name nobody knows is left out."""
        wanted = [
            one for one in await self._papers.of_job(job_id) if given_with(one, incident_id) or one.name in more
        ]
        return tuple(
            [EvidenceFile(one.name, one.media_type, await self._papers.read(job_id, one.name)) for one in wanted]
        )

    async def close(self, incident_id: str, at: datetime) -> None:
        """It is dealt with; the story says so once."""
        await self._happenings.close(incident_id, at, None)


def given_with(paper: StoredDocument, incident_id: str) -> bool:
    """Whether a paper was given with something that happened."""
    return paper.kind == KIND and paper.order_key.startswith(order_of(paper.job_id, incident_id, ""))


def order_of(job_id: str, incident_id: str, content: str) -> str:
    """Under which key a paper given with it is kept once; `content` is its checksum."""
    return f"{job_id}/incident/{incident_id}/{content}"
