"""Which steps many decisions are about: parked ones, or done ones by partner, day or rate."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Literal

from sqlalchemy import func, select

from domain.periods import day_in_brussels
from storage.core.database import Database
from storage.jobs.incidents import OPS
from storage.jobs.quotes import quote_rates
from storage.jobs.steps import ROWS, StepRow, step_row
from storage.jobs.tables import job_steps, jobs

LONGEST_JOB = timedelta(days=120)
"""House rule: a job's last day lies at most so long after its first; farther jobs are not looked through for a
day."""
ENDED = ("closed", "withdrawn", "refused", "written_off")


@dataclass(frozen=True, kw_only=True)
class Chosen:
    """Which steps; what is None does not matter."""

    state: Literal["parked", "done"] = "parked"
    services: Sequence[str] = ()
    partner: str | None = None
    error_type: str | None = None
    decided_by: str | None = None
    """Who decides about a parked step; one that names nobody is for operations."""
    since_at: datetime | None = None
    """Parked at or after this instant."""
    job_ids: Sequence[str] = ()
    member_id: str | None = None
    on: date | None = None
    """What was done serves this day."""
    rate_id: str | None = None
    """The job's quote rests on this rate."""


class Chooser:
    """Finds the steps of a filter."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def rows(self, wanted: Chosen, limit: int) -> list[StepRow]:
        """The steps, the longest parked first, else by the job's first day; at most so many."""
        statement = ROWS.where(*_conditions(wanted))
        if wanted.state == "parked":
            statement = statement.order_by(job_steps.c.parked_since_at, job_steps.c.job_id, job_steps.c.step)
        else:
            statement = statement.order_by(jobs.c.first_start_at, job_steps.c.job_id, job_steps.c.position)
        if wanted.on is None:
            statement = statement.limit(limit)
        found: list[StepRow] = []
        async with self._database.reading() as connection:
            for row in (await connection.execute(statement)).all():
                step = step_row(row)
                if wanted.on is None or serves(step.file.request, wanted.on):
                    found.append(step)
        return found[:limit]


def serves(request: dict[str, Any], on: date) -> bool:
    """Whether a request is about this day in Brussels: one of its instants lies on it, or its period covers it."""
    days = sorted(_days(request))
    if {"from_at", "until_at"} <= request.keys():
        return days[0] <= on <= days[-1] if days else False
    return on in days


def _days(part: Any) -> set[date]:
    """The days a request names: when something is used, not when somebody must answer."""
    if isinstance(part, dict):
        kept = {name: value for name, value in part.items() if name not in NOT_ABOUT_THE_DAY}
        return set().union(*map(_days, kept.values()))
    if isinstance(part, list | tuple):
        return set().union(*map(_days, part))
    if not isinstance(part, str):
        return set()
    try:
        if len(part) == len("2026-02-12"):
            return {date.fromisoformat(part)}
        at = datetime.fromisoformat(part)
    except ValueError:
        return set()
    return {day_in_brussels(at)} if at.tzinfo else set()


NOT_ABOUT_THE_DAY = frozenset({"answer_by", "remind_at", "hold_until_at", "expires_at", "decide_by"})


def _conditions(wanted: Chosen) -> list[Any]:
    found: list[Any] = [job_steps.c.state == "parked"]
    if wanted.state == "done":
        found = [job_steps.c.state.in_(("held", "done")), jobs.c.state.not_in(ENDED)]
    if wanted.services:
        found.append(job_steps.c.service.in_(wanted.services))
    if wanted.partner is not None:
        found.append(job_steps.c.partner == wanted.partner)
    if wanted.error_type is not None:
        found.append(job_steps.c.error_type == wanted.error_type)
    if wanted.decided_by is not None:
        found.append(func.coalesce(job_steps.c.decided_by, OPS) == wanted.decided_by)
    if wanted.since_at is not None:
        found.append(job_steps.c.parked_since_at >= wanted.since_at)
    if wanted.job_ids:
        found.append(job_steps.c.job_id.in_(wanted.job_ids))
    if wanted.member_id is not None:
        found.append(jobs.c.member_id == wanted.member_id)
    if wanted.on is not None:
        noon = datetime.fromisoformat(f"{wanted.on.isoformat()}T12:00:00+00:00")
        found.append(jobs.c.first_start_at.between(noon - LONGEST_JOB, noon + timedelta(days=2)))
    if wanted.rate_id is not None:
        resting = select(quote_rates.c.quote_id).where(quote_rates.c.rate_id == wanted.rate_id)
        found.append(jobs.c.quote_id.in_(resting))
    return found
