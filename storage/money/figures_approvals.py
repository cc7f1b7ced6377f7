"""What waits on an adviser's desk: jobs in which a rule asks for a yes, read without opening the jobs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import select

from domain.job import Approval
from storage.core.database import Database
from storage.jobs.tables import jobs

ASKED_IN = ("quoted", "agreeing")
"""Rules ask before anybody is bound."""
MOST = 300


@dataclass(frozen=True)
class PendingApprovals:
    """One job with the rules that wait for a yes."""

    job_id: str
    title: str
    client_name: str
    member_id: str
    amount_eur: Decimal
    first_start_at: datetime
    approvals: tuple[Approval, ...]


class ApprovalFigures:
    """Reads what waits for a yes; changes nothing."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def pending(self, members: Sequence[str] | None = None) -> list[PendingApprovals]:
        """The jobs with an unanswered approval, the nearest answer first; of these members only."""
        columns = (
            jobs.c.job_id, jobs.c.title, jobs.c.client_name, jobs.c.member_id, jobs.c.amount_eur,
            jobs.c.first_start_at,
        )  # fmt: skip
        wanted = select(*columns, jobs.c.file["approvals"].label("approvals")).where(jobs.c.state.in_(ASKED_IN))
        if members is not None:
            wanted = wanted.where(jobs.c.member_id.in_(members))
        async with self._database.reading() as connection:
            rows = (await connection.execute(wanted.order_by(jobs.c.first_start_at).limit(MOST))).all()
        found = [PendingApprovals(*row[:6], _open(row.approvals or {})) for row in rows]
        return sorted((one for one in found if one.approvals), key=lambda one: one.approvals[0].answer_by)


def _open(approvals: dict[str, object]) -> tuple[Approval, ...]:
    told = [Approval.model_validate(one) for one in approvals.values()]
    return tuple(sorted((one for one in told if one.granted is None), key=lambda one: one.answer_by))
