"""Steps as pages and bulk replays look for them, whichever process carries them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import and_, case, func, literal, or_, select, tuple_

from domain import workflow_ids
from domain.errors import Decider
from domain.job import OPEN_STATES, StepState, StepStateName
from domain.message import Message
from storage.core.database import Database
from storage.core.pagination import BadCursor, Page, after, cursor
from storage.core.tables import UtcDateTime
from storage.execution.operations import operations
from storage.execution.orders import orders
from storage.jobs.tables import job_steps, job_workflows, jobs


class StepRow(Message):
    """One step of one job, and whom to ask about it."""

    job_id: str
    title: str
    """The job's title."""
    member_id: str
    first_start_at: datetime
    step: str
    workflow_id: str
    """The process that takes decisions on it."""
    service: str
    item: str
    state: StepStateName
    attempt: int
    revision: int
    error_type: str | None = None
    parked_since_at: datetime | None = None
    decided_by: Decider | None = None
    decide_by: datetime | None = None
    partner: str | None = None
    file: StepState
    """Request, booking, problem and the rest."""


@dataclass(frozen=True, kw_only=True)
class ParkedFilter:
    """Which parked steps to list; what is None does not matter."""

    service: str | None = None
    error_type: str | None = None
    decided_by: str | None = None
    partner: str | None = None
    since_at: datetime | None = None
    """Parked at or after this instant."""
    text: str | None = None
    """Words in the title of the job, or its id."""


@dataclass(frozen=True)
class ParkedGroup:
    """How many steps are parked for the same reason: one line on the ops page."""

    service: str
    error_type: str
    partner: str | None
    count: int
    oldest_at: datetime


LAWFUL = ("employment_contract", "wages", "invoicing", "insurance")
"""Services whose steps meet what the law asks; see domain.rules.urgency."""
SOON = timedelta(days=2)
"""Weeks ahead, what the law asks stands among everything else, by its date."""
NEVER = datetime(9999, 12, 31, tzinfo=UTC)
BEFORE_ALL = datetime(1, 1, 1, tzinfo=UTC)
_DECIDE_BY = func.coalesce(job_steps.c.decide_by, literal(NEVER, UtcDateTime))

_COLUMNS = [column for column in job_steps.c if column.name != "position"]
_OF_JOB = jobs.c.title, jobs.c.member_id, jobs.c.first_start_at
ROWS = select(*_COLUMNS, *_OF_JOB).join_from(job_steps, jobs)
"""Every step with what lists show of its job."""


class StepRows:
    """Finds steps."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of_job(self, job_id: str) -> list[StepRow]:
        """All steps of a job in the order of its process, its collections last."""
        wanted = ROWS.where(job_steps.c.job_id == job_id)
        collection = job_steps.c.workflow_id != literal(workflow_ids.JOB) + job_steps.c.job_id
        async with self._database.reading() as connection:
            rows = await connection.execute(
                wanted.order_by(collection, job_steps.c.workflow_id, job_steps.c.position)
            )
            return [step_row(row) for row in rows]

    async def step(self, job_id: str, step: str) -> StepRow:
        """One step by its name; KeyError when unknown."""
        async with self._database.reading() as connection:
            wanted = ROWS.where(job_steps.c.job_id == job_id, job_steps.c.step == step)
            row = (await connection.execute(wanted)).one_or_none()
        if row is None:
            raise KeyError(f"{job_id} {step}")
        return step_row(row)

    async def of_order(self, name: str) -> tuple[str, str, StepRow | None] | None:
        """The job, the step's name and the step itself of the order a partner names, by its key or its short
        reference; None when it is no order of ours."""
        here = (job_steps.c.job_id == orders.c.job_id) & (job_steps.c.step == orders.c.step)
        ours = orders.c.job_id.label("order_job_id"), orders.c.step.label("order_step")
        wanted = select(*ours, *_COLUMNS, *_OF_JOB).join_from(orders, jobs).outerjoin(job_steps, here)
        async with self._database.reading() as connection:
            found = await connection.execute(wanted.where((orders.c.order_key == name) | (orders.c.short == name)))
            row = found.first()
        if row is None:
            return None
        return row.order_job_id, row.order_step, None if row.step is None else step_row(row)

    async def job_of(self, workflow_id: str) -> str | None:
        """The job a process belongs to; None when it never told anything."""
        wanted = select(job_workflows.c.job_id).where(job_workflows.c.workflow_id == workflow_id)
        async with self._database.reading() as connection:
            found: str | None = await connection.scalar(wanted)
        return found

    async def parked(
        self,
        wanted: ParkedFilter,
        after_cursor: str | None = None,
        limit: int = 50,
        *,
        now: datetime | None = None,
    ) -> Page[StepRow]:
        """Some parked steps: what becomes unlawful within two days of `now`, then by decide-by, then the oldest.

        BadCursor when the cursor is not one of ours.
        """
        soon = (now or BEFORE_ALL) + SOON
        unlawful = and_(job_steps.c.service.in_(LAWFUL), job_steps.c.decide_by <= soon)
        rank = case((unlawful, literal(0)), else_=literal(1))
        order = (rank, _DECIDE_BY, job_steps.c.parked_since_at, job_steps.c.job_id, job_steps.c.step)
        statement = ROWS.where(job_steps.c.state == "parked", *_conditions(wanted))
        if after_cursor:
            statement = statement.where(tuple_(*order) > _place(after_cursor))
        async with self._database.reading() as connection:
            found = await connection.execute(statement.order_by(*order).limit(limit + 1))
            rows = [step_row(row) for row in found]
        last = rows[limit - 1] if len(rows) > limit else None
        if last is None or last.parked_since_at is None:
            return Page(rows[:limit], None)
        by = last.decide_by or NEVER
        first = "0" if last.service in LAWFUL and by <= soon else "1"
        return Page(rows[:limit], cursor(last.parked_since_at, first, by.isoformat(), last.job_id, last.step))

    async def of_jobs(self, job_ids: Collection[str]) -> list[StepRow]:
        """The steps of several jobs that are not over yet."""
        if not job_ids:
            return []
        wanted = ROWS.where(job_steps.c.job_id.in_(list(job_ids)), job_steps.c.state.in_(sorted(OPEN_STATES)))
        async with self._database.reading() as connection:
            return [step_row(row) for row in await connection.execute(wanted)]

    async def known_by_name(self, places: Collection[tuple[str, str]]) -> dict[tuple[str, str], StepRow]:
        """Several steps by job and name; those that are unknown are left out."""
        if not places:
            return {}
        wanted = ROWS.where(tuple_(job_steps.c.job_id, job_steps.c.step).in_(list(places)))
        async with self._database.reading() as connection:
            rows = [step_row(row) for row in await connection.execute(wanted)]
        return {(row.job_id, row.step): row for row in rows}

    async def how_far(self, job_ids: Collection[str]) -> dict[str, dict[str, StepStateName]]:
        """The state of every step of several jobs, by job and step, without opening a step."""
        columns = (job_steps.c.job_id, job_steps.c.step, job_steps.c.state)
        wanted = select(*columns).where(job_steps.c.job_id.in_(list(job_ids)))
        found: dict[str, dict[str, StepStateName]] = {}
        async with self._database.reading() as connection:
            for row in await connection.execute(wanted):
                found.setdefault(row.job_id, {})[row.step] = row.state
        return found

    async def postponed_for(self, partner: str, limit: int = 1000) -> list[StepRow]:
        """The parked steps that were postponed until this partner answers again, the longest parked first."""
        wanted = ROWS.where(job_steps.c.state == "parked", job_steps.c.partner == partner)
        async with self._database.reading() as connection:
            rows = await connection.execute(wanted.order_by(job_steps.c.parked_since_at).limit(limit))
            found = [step_row(row) for row in rows]
        return [row for row in found if row.file.until_partner == partner and not row.file.undoing]

    async def told_to_wait_for(self, partner: str) -> bool:
        """Whether the last decision about a parked step is to wait for this partner: a step's own file says so a
        moment later than the decision was taken."""
        here = (operations.c.job_id == job_steps.c.job_id) & (operations.c.step == job_steps.c.step)
        taken = here & (operations.c.attempt == job_steps.c.attempt) & (operations.c.outcome == "taken")
        last = select(operations.c.until_partner).where(taken).order_by(operations.c.asked_at.desc()).limit(1)
        wanted = ROWS.where(
            job_steps.c.state == "parked",
            job_steps.c.partner == partner,
            last.scalar_subquery() == partner,
        )
        async with self._database.reading() as connection:
            rows = (await connection.execute(wanted)).all()
        return any(not step_row(row).file.undoing for row in rows)

    async def parked_groups(self) -> list[ParkedGroup]:
        """Parked steps counted by reason, the most frequent first."""
        by = (job_steps.c.service, job_steps.c.error_type, job_steps.c.partner)
        count = func.count().label("count")
        oldest = func.min(job_steps.c.parked_since_at, type_=UtcDateTime).label("oldest")
        statement = select(*by, count, oldest).where(job_steps.c.state == "parked").group_by(*by)
        async with self._database.reading() as connection:
            rows = await connection.execute(statement.order_by(count.desc(), *by))
            return [ParkedGroup(row.service, row.error_type or "", row.partner, row[3], row.oldest) for row in rows]


def _conditions(wanted: ParkedFilter) -> list[Any]:
    columns = ("service", "error_type", "decided_by", "partner")
    found = [job_steps.c[name] == value for name in columns if (value := getattr(wanted, name)) is not None]
    if wanted.since_at is not None:
        found.append(job_steps.c.parked_since_at >= wanted.since_at)
    if wanted.text:
        named = func.lower(jobs.c.title).contains(wanted.text.lower(), autoescape=True)
        found.append(or_(named, jobs.c.job_id == wanted.text.strip().upper()))
    return found


def _place(after_cursor: str) -> Any:
    """The row a cursor names, to be compared with the order of the list."""
    at, (rank, by, job_id, step) = after(after_cursor, ids=4)
    try:
        decide_by, ranked = datetime.fromisoformat(by), int(rank)
    except ValueError as error:
        raise BadCursor(f"not a cursor of this list: {after_cursor[:40]}") from error
    instants = (literal(one, UtcDateTime) for one in (decide_by, at))
    return tuple_(literal(ranked), *instants, literal(job_id), literal(step))


def step_row(row: Any) -> StepRow:
    """A step from one of `ROWS`."""
    return StepRow.model_validate(dict(row._mapping))
