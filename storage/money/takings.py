"""Own takings: what the member collected pays the job once it is paid in, under the job's own reference."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.bank import Nudge
from domain.matching import NotToBeMatched, PartsDoNotFit, PartWish
from domain.message import Message
from domain.money import ZERO, Eur
from domain.notices import Notice
from domain.people import Entity
from domain.plan import Uninvoiced
from domain.remittance import job_reference, jobs_in
from domain.services.prefinancing import TakingsAwaited
from domain.workflow_ids import of_job
from storage.core.database import Database
from storage.jobs import due_notices
from storage.jobs.tables import jobs
from storage.money.matching import HandMatches, MatchDecision
from storage.money.whose_books import came_in
from storage.people.entities import entities

OF_THE_JOB = "prefinancing"
RECOGNISED = "recognised by its reference"
OVER = frozenset({"closed", "written_off", "withdrawn", "refused"})


class PayIn(Message):
    """What a member is to pay in still, and where."""

    amount_eur: Eur
    by_on: date
    beneficiary: str
    iban: str
    bic: str
    reference: str


async def to_pay_in(connection: AsyncConnection, job_id: str) -> PayIn | None:
    """What of own takings has not come in; None where nothing is missing, or nobody of ours pays it in."""
    job = await _expecting(connection, job_id)
    told = Uninvoiced.model_validate(job.plan["uninvoiced"]) if job is not None else None
    if job is None or told is None or told.paid_in_by is None:
        return None
    missing = told.expected_eur - await came_in(connection, job_id)
    wanted = select(entities.c.entity).where(entities.c.slug == job.entity)
    entity = Entity.model_validate(await connection.scalar(wanted))
    if missing <= ZERO:
        return None
    return PayIn(
        amount_eur=missing, by_on=told.paid_in_by, beneficiary=entity.name, iban=entity.iban, bic=entity.bic,
        reference=job_reference(job_id),
    )  # fmt: skip


async def awaited(database: Database, job_id: str, on: date, at: datetime) -> TakingsAwaited | None:
    """What the member is to pay in still, told by mail once; None when all of it came or its time is over."""
    async with database.writing() as connection:
        left = await to_pay_in(connection, job_id)
        state = await connection.scalar(select(jobs.c.state).where(jobs.c.job_id == job_id))
        if left is None or on > left.by_on or state != "collecting":
            return None
        told = {"amount": str(left.amount_eur), "iban": left.iban, "reference": left.reference}
        params, key = told | {"by_on": str(left.by_on)}, f"{job_id}/notice/takings"
        notice = Notice(key=key, kind="money", audience="member", news="job.takings_awaited", params=params)
        await due_notices.owe(connection, job_id, notice, at)
    return TakingsAwaited(**params)


async def named_by(connection: AsyncConnection, entry: Row[Any]) -> str | None:
    """The job whose own takings or subsidy a movement nobody knows pays in, by its reference."""
    for job_id in jobs_in(entry.structured or "", entry.text or ""):
        job = await _expecting(connection, job_id)
        if job is not None and job.state not in OVER:
            return str(job.job_id)
    return None


def closing(job_id: str) -> Nudge:
    """The closing of the job's books looks again."""
    return Nudge(workflow_id=of_job(job_id), step=OF_THE_JOB)


async def recognise(database: Database, movement: str, job_id: str, amount_eur: Decimal, at: datetime) -> None:
    """Book a movement that names a job to that job, once; what a person has explained already stays explained."""
    part = PartWish(kind="job", subject_id=job_id, amount_eur=amount_eur)
    said = MatchDecision(parts=(part,), by="allin", reason=RECOGNISED, operation_id=f"named:{movement}", at=at)
    try:
        await HandMatches(database).match(movement, said)
    except (NotToBeMatched, PartsDoNotFit):
        return


async def _expecting(connection: AsyncConnection, job_id: str) -> Row[Any, Any, Any, Any] | None:
    """A job that expects income without an invoice."""
    columns = jobs.c.job_id, jobs.c.entity, jobs.c.state, jobs.c.plan
    wanted = select(*columns).where(jobs.c.job_id == job_id)
    job = (await connection.execute(wanted)).one_or_none()
    return job if job is not None and job.plan.get("uninvoiced") else None
