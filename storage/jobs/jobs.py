"""Jobs: declared once whatever happens on the way, and listed without asking the process."""

import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from pydantic import BaseModel
from sqlalchemy import insert, select, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.contracts_in_force import in_force
from domain.errors import AllInclusiveError
from domain.job import JobFile, Remembered
from domain.message import Message
from domain.plan import JobPlan
from domain.plans.hours import hours_of
from domain.rules.overlaps import CrewHours
from domain.sentences import Sentence
from storage.core.database import Database, insert_once
from storage.core.pagination import Page
from storage.core.read_once import in_one_glance
from storage.core.tables import in_row
from storage.execution import events, projection
from storage.jobs import crew_hours, proposed_moves, search_words
from storage.jobs.deadlines import StoredDeadline
from storage.jobs.deadlines import write as write_deadlines
from storage.jobs.proposed_moves import Moved as Moved
from storage.jobs.proposed_moves import ProposedJob as ProposedJob
from storage.jobs.search import LIGHT, JobSearch
from storage.jobs.search import JobFilter as JobFilter
from storage.jobs.search import JobRow as JobRow
from storage.jobs.tables import earlier_declarations, job_keys, jobs
from storage.security import audit as security_audit
from storage.security.audit import AuditEntry

CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LOCK_NOT_AVAILABLE = "55P03"  # PostgreSQL, appendix A: error codes
PATIENCE = "SET LOCAL lock_timeout = '2s'"  # a twin still declaring after this is told of as in flight


class KeyInFlight(AllInclusiveError):
    """A declaration with this key is being taken right now."""


class KeyReused(AllInclusiveError):
    """This key was used before for another declaration."""


@dataclass(frozen=True, kw_only=True)
class NewJob:
    """Everything that is written down when a job is declared."""

    caller: str
    """Who sent the Idempotency-Key."""
    key: str
    body_hash: str
    at: datetime
    quote_id: str
    declaration: BaseModel | Mapping[str, Any]
    plan: JobPlan
    client_name: str
    amount_eur: Decimal
    deadlines: Sequence[StoredDeadline] = ()
    others: Sequence[CrewHours] = ()
    """The hours of those the plan does not name: who sends an invoice."""
    overlaps: Sequence[Sentence] = ()
    """Who already works at these hours on another job, a line of the story each."""
    on_behalf: AuditEntry | None = None
    """The line of the audit, when somebody else than the member declares it."""


class EarlierDeclaration(Message):
    """What a job was declared as until it was moved."""

    n: int
    declaration: dict[str, Any]
    until_at: datetime


@dataclass(frozen=True)
class DeclaredJob:
    """The job a declaration became; not fresh when the same key declared it before."""

    job_id: str
    fresh: bool


class KeptJob(JobRow):
    """A job with all that was declared, planned and remembered."""

    declaration: dict[str, Any]
    plan: JobPlan
    file: JobFile
    """As the job's own process last told; the steps of its collections are in Steps."""

    @property
    def in_force(self) -> JobPlan:
        """The plan as it binds people: whoever signed has the contract and the pay that were signed."""
        return in_force(self.file, self.plan)


class Unstarted(Message):
    """A declared job whose process is not confirmed to run."""

    job_id: str
    quote_id: str
    plan: JobPlan


def new_job_id() -> str:
    """Ten random characters that are easily read aloud: 50 bits."""
    return "".join(secrets.choice(CROCKFORD) for _ in range(10))


class Jobs:
    """Declares, remembers, lists and finds jobs."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._search = JobSearch(database)

    async def declare(self, new: NewJob) -> DeclaredJob:
        """Write a job down once per caller and key, with its deadlines and the first line of its story.

        KeyReused when the key came with another body before; KeyInFlight when its twin is not finished yet.
        """
        try:
            async with self._database.writing() as connection:
                if not self._database.is_sqlite:
                    await connection.exec_driver_sql(PATIENCE)
                return await _declare(connection, new)
        except OperationalError as error:
            if getattr(error.orig, "sqlstate", None) == LOCK_NOT_AVAILABLE:
                raise KeyInFlight(new.key) from error
            raise

    async def declared(self, caller: str, key: str, body_hash: str) -> str | None:
        """The job this key already declared; KeyReused when it was for another body."""
        async with self._database.reading() as connection:
            return await _declared(connection, caller, key, body_hash)

    async def propose(self, job_id: str, move: Moved) -> None:
        """Keep what a move asks for, before its process is told; nothing of the job changes by it."""
        async with self._database.writing() as connection:
            await proposed_moves.propose(connection, job_id, move)

    async def proposed(self, job_id: str, operation_id: str | None) -> KeptJob | ProposedJob:
        """The job as a move would make it; as it is in force when no such move was asked for."""
        if operation_id is not None:
            async with self._database.reading() as connection:
                if found := await proposed_moves.proposed(connection, job_id, operation_id):
                    return found
        return await self.job(job_id)

    async def moved(self, job_id: str, move: Moved) -> None:
        """Write down what a moved job is from now on; what was declared before is kept beside it.

        The same move again changes nothing. KeyError when the job is unknown.
        """
        async with self._database.writing() as connection:
            await proposed_moves.propose(connection, job_id, move)
            await proposed_moves.follow(connection, job_id, move.operation_id)

    async def earlier(self, job_id: str) -> list[EarlierDeclaration]:
        """What a job was declared as before it was moved, the first declaration first."""
        wanted = select(earlier_declarations).where(earlier_declarations.c.job_id == job_id)
        async with self._database.reading() as connection:
            rows = await connection.execute(wanted.order_by(earlier_declarations.c.n))
            return [EarlierDeclaration.model_validate(dict(row._mapping)) for row in rows]

    async def unstarted(self, limit: int = 100) -> list[Unstarted]:
        """Declared jobs whose process was never confirmed to run, the oldest first."""
        wanted = select(jobs.c.job_id, jobs.c.quote_id, jobs.c.plan).where(jobs.c.started_at.is_(None))
        async with self._database.reading() as connection:
            rows = await connection.execute(wanted.order_by(jobs.c.declared_at).limit(limit))
            return [Unstarted.model_validate(dict(row._mapping)) for row in rows]

    async def mark_started(self, job_id: str, at: datetime) -> None:
        """The process of this job runs; a second time changes nothing."""
        first = update(jobs).where(jobs.c.job_id == job_id, jobs.c.started_at.is_(None))
        async with self._database.writing() as connection:
            await connection.execute(first.values(started_at=at))

    async def remember(self, told: Remembered) -> None:
        """Write down what a process says of its job, unless something newer is already there."""
        async with self._database.writing() as connection:
            await projection.remember(connection, told)

    async def row(self, job_id: str) -> JobRow:
        """One job as lists show it; KeyError when unknown."""
        async with self._database.reading() as connection:
            return JobRow.model_validate(await _one(connection, job_id, LIGHT))

    async def job(self, job_id: str) -> KeptJob:
        """One job with everything; KeyError when unknown."""
        return await in_one_glance((self._database, "job", job_id), lambda: self._job(job_id))

    async def _job(self, job_id: str) -> KeptJob:
        async with self._database.reading() as connection:
            kept = await _one(connection, job_id, list(jobs.c))
            steps = await projection.own_steps(connection, job_id)
        return KeptJob.model_validate(kept | {"file": kept["file"] | {"steps": steps}})

    async def rows(self, job_ids: Collection[str]) -> dict[str, JobRow]:
        """Several jobs as lists show them, by their id; those that are unknown are left out."""
        if not job_ids:
            return {}
        wanted = select(*LIGHT).where(jobs.c.job_id.in_(list(job_ids)))
        async with self._database.reading() as connection:
            found = [JobRow.model_validate(dict(row._mapping)) for row in await connection.execute(wanted)]
        return {row.job_id: row for row in found}

    async def plans(self, job_ids: Collection[str]) -> dict[str, JobPlan]:
        """What several jobs ask for, by their id; what was declared stays closed."""
        wanted = select(jobs.c.job_id, jobs.c.plan).where(jobs.c.job_id.in_(list(job_ids)))
        async with self._database.reading() as connection:
            return {row.job_id: JobPlan.model_validate(row.plan) for row in await connection.execute(wanted)}

    async def page(self, wanted: JobFilter, after_cursor: str | None = None, limit: int = 50) -> Page[JobRow]:
        """Some jobs, the latest declared first; BadCursor when the cursor is not one of ours."""
        return await self._search.page(wanted, after_cursor, limit)


async def _declare(connection: AsyncConnection, new: NewJob) -> DeclaredJob:
    job_id = await _unused_id(connection)
    claim = {"caller": new.caller, "key": new.key, "body_hash": new.body_hash, "job_id": job_id, "at": new.at}
    if not await insert_once(connection, job_keys, claim, key=["caller", "key"]):
        known = await _declared(connection, new.caller, new.key, new.body_hash)
        if known is None:
            raise KeyInFlight(new.key)
        return DeclaredJob(known, fresh=False)
    await connection.execute(insert(jobs).values(in_row(jobs, _new_row(job_id, new))))
    await search_words.write(connection, job_id, new.plan.title, new.client_name, new.plan.member_id)
    await write_deadlines(connection, job_id, new.deadlines)
    await crew_hours.write(connection, job_id, [*hours_of(new.plan), *new.others])
    await _tell_declared(connection, job_id, new)
    return DeclaredJob(job_id, fresh=True)


async def _tell_declared(connection: AsyncConnection, job_id: str, new: NewJob) -> None:
    """The first lines of the story; who declared it for the member stands in the audit too."""
    member_id = new.plan.member_id
    if new.on_behalf is None:
        await events.append(connection, job_id, "job.declared", new.at, by=member_id)
    else:
        who = {"adviser_id": new.caller, "member_id": member_id}
        await events.append(connection, job_id, "job.declared_for", new.at, by=new.caller, params=who)
        await security_audit.record(connection, new.on_behalf.model_copy(update={"job_id": job_id}))
    for found in new.overlaps:
        await events.append(connection, job_id, f"job.{found.code}", new.at, params=found.params)


async def _declared(connection: AsyncConnection, caller: str, key: str, body_hash: str) -> str | None:
    wanted = select(job_keys).where(job_keys.c.caller == caller, job_keys.c.key == key)
    row = (await connection.execute(wanted)).one_or_none()
    if row is None:
        return None
    if row.body_hash != body_hash:
        raise KeyReused(key)
    return str(row.job_id)


async def _unused_id(connection: AsyncConnection) -> str:
    while True:
        job_id = new_job_id()
        if await connection.scalar(select(jobs.c.job_id).where(jobs.c.job_id == job_id)) is None:
            return job_id


def _new_row(job_id: str, new: NewJob) -> dict[str, Any]:
    return proposed_moves.planned(job_id, new.plan, new.client_name) | {
        "job_id": job_id,
        "quote_id": new.quote_id,
        "amount_eur": new.amount_eur,
        "state": "quoted",
        "parked": False,
        "declared_at": new.at,
        "last_change_at": new.at,
        "seq": 0,
        "declaration": new.declaration,
        "file": JobFile(job_id=job_id).model_dump(mode="json", exclude={"steps"}),
    }


async def _one(connection: AsyncConnection, job_id: str, columns: Sequence[Any]) -> dict[str, Any]:
    row = (await connection.execute(select(*columns).where(jobs.c.job_id == job_id))).one_or_none()
    if row is None:
        raise KeyError(job_id)
    return dict(row._mapping)
