"""Moves as they were asked for: a job's tables follow one only when its plan comes into force."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from pydantic import BaseModel, TypeAdapter
from pydantic_core import to_jsonable_python
from sqlalchemy import func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.message import Message
from domain.orders import NO_ITEM, step_name
from domain.plan import JobPlan
from domain.plans.hours import hours_of
from domain.rules.overlaps import CrewHours
from storage.core.database import insert_once
from storage.core.tables import in_row
from storage.jobs import crew_hours, search_words
from storage.jobs.deadlines import StoredDeadline, unmet_again
from storage.jobs.deadlines import write as write_deadlines
from storage.jobs.tables import earlier_declarations, job_steps, jobs, proposed_moves

DEADLINES = TypeAdapter(list[StoredDeadline])
HOURS = TypeAdapter(list[CrewHours])
INVOICED = "invoice_issued"


@dataclass(frozen=True, kw_only=True)
class Moved:
    """What a moved job is from the day on which its plan is in force."""

    operation_id: str
    at: datetime
    declaration: BaseModel | Mapping[str, Any]
    plan: JobPlan
    amount_eur: Decimal
    deadlines: Sequence[StoredDeadline] = ()
    others: Sequence[CrewHours] = ()
    """The hours of those the plan does not name: who sends an invoice."""


class ProposedJob(Message):
    """A job as a move would make it."""

    declaration: dict[str, Any]
    plan: JobPlan


async def propose(connection: AsyncConnection, job_id: str, move: Moved) -> None:
    """Keep what a move asks for; the same move again changes nothing. KeyError when the job is unknown."""
    if await connection.scalar(select(jobs.c.job_id).where(jobs.c.job_id == job_id)) is None:
        raise KeyError(job_id)
    row = {
        "job_id": job_id,
        "operation_id": move.operation_id,
        "at": move.at,
        "declaration": to_jsonable_python(move.declaration),
        "plan": move.plan,
        "amount_eur": move.amount_eur,
        "deadlines": DEADLINES.dump_python(list(move.deadlines), mode="json"),
        "others": HOURS.dump_python(list(move.others), mode="json"),
    }
    await insert_once(connection, proposed_moves, row, key=["job_id", "operation_id"])


async def proposed(connection: AsyncConnection, job_id: str, operation_id: str) -> ProposedJob | None:
    """What one move asks for; None when nobody asked for it."""
    row = (await connection.execute(_one(job_id, operation_id))).one_or_none()
    return None if row is None else ProposedJob.model_validate(dict(row._mapping))


async def follow(connection: AsyncConnection, job_id: str, operation_id: str) -> None:
    """The plan of a move is in force: the job's tables say so, once, and never over a newer one."""
    row = (await connection.execute(_one(job_id, operation_id))).one_or_none()
    if row is None or row.applied:
        return
    newer = select(func.count()).where(
        proposed_moves.c.job_id == job_id, proposed_moves.c.applied.is_(True), proposed_moves.c.at > row.at
    )
    done = update(proposed_moves).where(*_is(job_id, operation_id)).values(applied=True)
    await connection.execute(done)
    if not await connection.scalar(newer):
        await _become(connection, job_id, row)


async def _become(connection: AsyncConnection, job_id: str, row: Any) -> None:
    was = select(jobs.c.client_name, jobs.c.declaration).where(jobs.c.job_id == job_id)
    before = (await connection.execute(was)).one()
    plan = JobPlan.model_validate(row.plan)
    if before.declaration != row.declaration:
        await _keep_earlier(connection, job_id, before.declaration, row.at)
    now = planned(job_id, plan, before.client_name) | {
        "amount_eur": row.amount_eur,
        "declaration": row.declaration,
    }
    await connection.execute(
        update(jobs).where(jobs.c.job_id == job_id).values(in_row(jobs, now, of={"job_id": job_id}))
    )
    await search_words.write(connection, job_id, plan.title, before.client_name, plan.member_id)
    await write_deadlines(connection, job_id, DEADLINES.validate_python(row.deadlines), row.at)
    if await _is_still_to_invoice(connection, job_id, plan):
        await unmet_again(connection, job_id, INVOICED, NO_ITEM)
    await crew_hours.write(connection, job_id, [*hours_of(plan), *HOURS.validate_python(row.others or [])])


async def _is_still_to_invoice(connection: AsyncConnection, job_id: str, plan: JobPlan) -> bool:
    """Whether the last document of the price is not out, whatever a deposit of everything had met."""
    last = [step_name("invoicing", item) for item, one in plan.invoicing.items() if one.ends_the_schedule]
    out = select(job_steps.c.step).where(
        job_steps.c.job_id == job_id, job_steps.c.step.in_(last), job_steps.c.state == "done"
    )
    return len((await connection.execute(out)).all()) < len(last)


async def _keep_earlier(connection: AsyncConnection, job_id: str, declaration: Any, until_at: datetime) -> None:
    count = select(func.count()).where(earlier_declarations.c.job_id == job_id)
    n = (await connection.scalar(count) or 0) + 1
    row = {"job_id": job_id, "n": n, "declaration": declaration, "until_at": until_at}
    await connection.execute(insert(earlier_declarations).values(in_row(earlier_declarations, row)))


def planned(job_id: str, plan: JobPlan, client_name: str) -> dict[str, Any]:
    """The columns of a job that its plan says."""
    return {
        "entity": plan.entity,
        "member_id": plan.member_id,
        "client_id": plan.client_id,
        "client_name": client_name,
        "title": plan.title,
        "first_start_at": plan.first_start_at,
        "plan": plan,
    }


def _one(job_id: str, operation_id: str) -> Any:
    return select(proposed_moves).where(*_is(job_id, operation_id))


def _is(job_id: str, operation_id: str) -> tuple[Any, ...]:
    return proposed_moves.c.job_id == job_id, proposed_moves.c.operation_id == operation_id
