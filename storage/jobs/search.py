"""Finding jobs among very many: by what they are, who they are for, what stopped them, and any word of theirs.

A list never reads all jobs. A question only few jobs answer (a rare word, one partner, an amount) is asked of its
own index first, and the few are looked at; what many answer is found quickly in the order of the list.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Select, false, func, literal, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.job import JobState
from domain.message import Message
from domain.money import Eur
from storage.core.database import Database
from storage.core.pagination import Page, after, cursor
from storage.core.tables import UtcDateTime
from storage.jobs.deadlines import deadlines
from storage.jobs.search_words import begins_with, job_words, search_prefixes
from storage.jobs.tables import job_steps, jobs

FEW = 1_000
"""Up to so many jobs are taken one by one by their id; more are dense enough to be met on the way."""
MOST = 12
"""Members and clients named beside a list; the rest is found by typing."""
HEAVY = {"declaration", "plan", "file", "seq"}
LIGHT = [column for column in jobs.c if column.name not in HEAVY]


class JobRow(Message):
    """A job as lists show it."""

    job_id: str
    quote_id: str
    entity: str
    member_id: str
    client_id: str
    client_name: str
    title: str
    state: JobState
    parked: bool
    amount_eur: Eur
    declared_at: datetime
    first_start_at: datetime
    next_at: datetime | None = None
    last_change_at: datetime
    started_at: datetime | None = None
    """When the process was confirmed to be under way."""


@dataclass(frozen=True, kw_only=True)
class JobFilter:
    """Which jobs to list; what is None does not matter."""

    state: str | None = None
    service: str | None = None
    """With `parked`, jobs in which this service is parked."""
    parked: bool | None = None
    error_type: str | None = None
    """A step is parked for this reason."""
    partner: str | None = None
    """A step is parked because of this partner."""
    member_id: str | None = None
    members: Sequence[str] | None = None
    """Any of these members, for an adviser."""
    client_id: str | None = None
    entity: str | None = None
    amount_from_eur: Decimal | None = None
    amount_to_eur: Decimal | None = None
    """Included."""
    starts_from_at: datetime | None = None
    starts_before_at: datetime | None = None
    """Not included."""
    deadline_before_at: datetime | None = None
    """Something unmet is due before this instant."""
    text: str | None = None
    """Beginnings of words of the title, the client, the member, the job's id, an invoice's number or reference."""


@dataclass(frozen=True)
class Facet:
    """One value of one property, and how many of the jobs have it."""

    value: str
    count: int


@dataclass(frozen=True)
class Facets:
    """How many jobs there are, by what one may narrow them."""

    total: int
    state: Sequence[Facet]
    service: Sequence[Facet]
    """The services in which a step is parked."""
    error: Sequence[Facet]
    partner: Sequence[Facet]
    member: Sequence[Facet]
    client: Sequence[Facet]


class JobSearch:
    """Lists and counts jobs."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def page(self, wanted: JobFilter, after_cursor: str | None = None, limit: int = 50) -> Page[JobRow]:
        """Some jobs, the latest declared first; BadCursor when the cursor is not one of ours."""
        here = _after(after_cursor) if after_cursor else []
        async with self._database.reading() as connection:
            conditions = await found_by(connection, wanted)
            found = await connection.execute(listed(conditions + here, limit + 1))
            rows = [JobRow.model_validate(dict(row._mapping)) for row in found]
        last = rows[limit - 1] if len(rows) > limit else None
        return Page(rows[:limit], cursor(last.declared_at, last.job_id) if last else None)

    async def facets(self, wanted: JobFilter) -> Facets:
        """The same jobs counted, each property by its most frequent values."""
        async with self._database.reading() as connection:
            conditions = await found_by(connection, wanted)
            states = await _counted(connection, by_state(conditions))
            return Facets(
                total=sum(one.count for one in states),
                state=states,
                service=await _counted(connection, by_step(job_steps.c.service, conditions)),
                error=await _counted(connection, by_step(job_steps.c.error_type, conditions)),
                partner=await _counted(connection, by_step(job_steps.c.partner, conditions)),
                member=await _counted(connection, by_party(jobs.c.member_id, conditions)),
                client=await _counted(connection, by_party(jobs.c.client_id, conditions)),
            )


# -- conditions ----------------------------------------------------------------------------------------------


async def found_by(connection: AsyncConnection, wanted: JobFilter) -> list[ColumnElement[bool]]:
    """What a job must be to be among the wanted; first of all one of few, where few can be told quickly."""
    conditions = [*_own(wanted), *_related_rows(wanted)]
    for narrow in narrowing(wanted):
        ids = list(await connection.scalars(narrow.distinct().limit(FEW + 1)))
        if len(ids) <= FEW:
            return [jobs.c.job_id.in_(ids), *conditions]
    return conditions


def narrowing(wanted: JobFilter) -> Iterator[Select[tuple[str]]]:
    """Questions that an index of their own answers with the ids of jobs, the most telling first."""
    for word in search_prefixes(wanted.text or ""):
        yield select(job_words.c.job_id).where(begins_with(word))
    if parked := _parked_where(wanted):
        yield select(job_steps.c.job_id).where(*parked)
    if wanted.deadline_before_at is not None:
        yield select(deadlines.c.job_id).where(*_due(wanted.deadline_before_at))
    if wanted.amount_from_eur is not None or wanted.amount_to_eur is not None:
        yield select(jobs.c.job_id).where(*_amounts(wanted))
    if wanted.starts_from_at is not None or wanted.starts_before_at is not None:
        yield select(jobs.c.job_id).where(*_starts(wanted))


def _own(wanted: JobFilter) -> list[ColumnElement[bool]]:
    """What stands on the job itself."""
    columns = ("state", "member_id", "client_id", "entity", "parked")
    found = [jobs.c[name] == value for name in columns if (value := getattr(wanted, name)) is not None]
    if wanted.members is not None:
        found.append(jobs.c.member_id.in_(wanted.members))
    return [*found, *_amounts(wanted), *_starts(wanted)]


def _amounts(wanted: JobFilter) -> list[ColumnElement[bool]]:
    found = []
    if wanted.amount_from_eur is not None:
        found.append(jobs.c.amount_eur >= wanted.amount_from_eur)
    if wanted.amount_to_eur is not None:
        found.append(jobs.c.amount_eur <= wanted.amount_to_eur)
    return found


def _starts(wanted: JobFilter) -> list[ColumnElement[bool]]:
    found = []
    if wanted.starts_from_at is not None:
        found.append(jobs.c.first_start_at >= wanted.starts_from_at)
    if wanted.starts_before_at is not None:
        found.append(jobs.c.first_start_at < wanted.starts_before_at)
    return found


def _related_rows(wanted: JobFilter) -> list[ColumnElement[bool]]:
    """What stands beside the job: its words, its steps, its deadlines."""
    found: list[ColumnElement[bool]] = []
    if wanted.text:
        its = select(job_words.c.word).where(job_words.c.job_id == jobs.c.job_id)
        found += [
            its.where(begins_with(word)).correlate(jobs).exists() for word in search_prefixes(wanted.text)
        ] or [false()]
    if parked := _parked_where(wanted):
        found.append(
            select(job_steps.c.step).where(job_steps.c.job_id == jobs.c.job_id, *parked).correlate(jobs).exists()
        )
    elif wanted.service is not None:
        its_step = select(job_steps.c.step).where(job_steps.c.job_id == jobs.c.job_id)
        found.append(its_step.where(job_steps.c.service == wanted.service).correlate(jobs).exists())
    if wanted.deadline_before_at is not None:
        due = select(deadlines.c.kind).where(deadlines.c.job_id == jobs.c.job_id, *_due(wanted.deadline_before_at))
        found.append(due.correlate(jobs).exists())
    return found


def _parked_where(wanted: JobFilter) -> list[ColumnElement[bool]]:
    """What the parked step that is looked for must be; nothing when none is."""
    given = {"service": wanted.service if wanted.parked else None, "error_type": wanted.error_type,
             "partner": wanted.partner}  # fmt: skip
    if wanted.error_type is not None or wanted.partner is not None:
        given["service"] = wanted.service
    found = [job_steps.c[name] == value for name, value in given.items() if value is not None]
    return [job_steps.c.state == "parked", *found] if found else []


def _due(before: datetime) -> list[ColumnElement[bool]]:
    return [deadlines.c.met_at.is_(None), deadlines.c.due_at < before]


def _after(text: str) -> list[ColumnElement[bool]]:
    at, (job_id,) = after(text)
    here = tuple_(literal(at, UtcDateTime), literal(job_id))
    return [tuple_(jobs.c.declared_at, jobs.c.job_id) < here]


# -- statements ----------------------------------------------------------------------------------------------


def listed(conditions: Sequence[ColumnElement[bool]], limit: int) -> Select[Any]:
    """The first of the wanted jobs, the latest declared first."""
    order = (jobs.c.declared_at.desc(), jobs.c.job_id.desc())
    return select(*LIGHT).where(*conditions).order_by(*order).limit(limit)


def by_state(conditions: Sequence[ColumnElement[bool]]) -> Select[Any]:
    """The jobs counted by their state."""
    count = func.count().label("n")
    return (
        select(jobs.c.state, count).where(*conditions).group_by(jobs.c.state).order_by(count.desc(), jobs.c.state)
    )


def by_step(column: Any, conditions: Sequence[ColumnElement[bool]]) -> Select[Any]:
    """The jobs counted by a property of their parked steps; a job counts once per value."""
    count = func.count(job_steps.c.job_id.distinct()).label("n")
    counted = select(column, count).where(job_steps.c.state == "parked", column.is_not(None))
    if conditions:
        counted = counted.join_from(job_steps, jobs).where(*conditions)
    return counted.group_by(column).order_by(count.desc(), column)


def by_party(column: Any, conditions: Sequence[ColumnElement[bool]]) -> Select[Any]:
    """The jobs counted by member or client, those with most first."""
    count = func.count().label("n")
    return select(column, count).where(*conditions).group_by(column).order_by(count.desc(), column).limit(MOST)


async def _counted(connection: AsyncConnection, statement: Select[Any]) -> list[Facet]:
    return [Facet(str(row[0]), int(row[1])) for row in await connection.execute(statement)]
