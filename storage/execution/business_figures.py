"""What the business looks like right now, in a few counts: for dashboards and alerts."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import and_, case, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.job import StepState
from domain.message import Message
from domain.periods import day_in_brussels
from storage.core.database import Database
from storage.core.tables import UtcDateTime
from storage.execution.regular_work import regular_work
from storage.execution.stuck_processes import stuck_processes
from storage.execution.webhooks import webhooks
from storage.jobs.deadlines import deadlines
from storage.jobs.incidents import SOON, endangered
from storage.jobs.tables import job_steps, jobs
from storage.money.bank_tables import bank_statements
from storage.money.payment_tables import payments

WITHIN: Mapping[str, timedelta] = {
    "0": timedelta(0),
    "24": timedelta(hours=24),
    "48": timedelta(hours=48),
    "168": timedelta(days=7),
}
"""Hours left, as the metric names them; "0" is over and unmet. Each holds those of the ones before."""
ON_THEIR_WAY = ("ordered", "batched", "sent")
BEGUN_WITHIN = timedelta(minutes=1)


class BusinessFigures(Message):
    """Counts at one instant."""

    jobs: dict[str, int]
    parked: dict[tuple[str, str], int]
    oldest_seconds: dict[str, float]
    endangered: int
    held_up: int
    deadlines: dict[tuple[str, str], int]
    unstarted: int
    webhooks: int
    stuck: int
    payments: dict[str, tuple[int, Decimal]]
    bank_days: int
    """0 while no account has had a statement."""
    work_age_seconds: dict[str, float]


async def business_figures(database: Database, now: datetime) -> BusinessFigures:
    """Count, in one snapshot."""
    async with database.reading() as connection:
        return BusinessFigures(
            **await _steps(connection, now),
            **await _deadlines(connection, now),
            **await _money(connection, now),
            **await _processes(connection, now),
        )


async def _steps(connection: AsyncConnection, now: datetime) -> dict[str, Any]:
    step = job_steps.c
    oldest = func.min(step.parked_since_at, type_=UtcDateTime)
    at_risk = func.count().filter(endangered(now + SOON))
    wanted = select(step.service, step.partner, func.count(), oldest, at_risk).where(step.state == "parked")
    rows = (await connection.execute(wanted.group_by(step.service, step.partner))).all()
    trying = await connection.scalars(select(step.file).where(step.state == "trying"))
    ages: dict[str, float] = {}
    for service, _, _, since, _ in rows:
        if since is not None:
            ages[service] = max(ages.get(service, 0.0), (now - since).total_seconds())
    return {
        "parked": {(service, partner or ""): count for service, partner, count, _, _ in rows},
        "oldest_seconds": ages,
        "endangered": sum(row[4] for row in rows),
        "held_up": sum(StepState.model_validate(file).held_up_since_at is not None for file in trying),
    }


async def _deadlines(connection: AsyncConnection, now: datetime) -> dict[str, Any]:
    due = deadlines.c
    each = [func.count().filter(due.due_at <= now + left) for left in WITHIN.values()]
    unmet = and_(due.met_at.is_(None), due.due_at <= now + max(WITHIN.values()))
    rows = (await connection.execute(select(due.kind, *each).where(unmet).group_by(due.kind))).all()
    counted = {(row[0], name): row[n] for row in rows for n, name in enumerate(WITHIN, 1)}
    return {"deadlines": counted}


async def _money(connection: AsyncConnection, now: datetime) -> dict[str, Any]:
    paid = payments.c
    total = func.sum(paid.amount_eur, type_=paid.amount_eur.type)
    open_ = select(paid.state, func.count(), total).where(paid.state.in_(ON_THEIR_WAY)).group_by(paid.state)
    rows = (await connection.execute(open_)).all()
    latest = select(func.max(bank_statements.c.on, type_=bank_statements.c.on.type)).group_by(
        bank_statements.c.iban
    )
    days = [on for on in await connection.scalars(latest) if on is not None]
    behind = (day_in_brussels(now) - min(days)).days if days else 0
    return {"payments": {state: (count, eur) for state, count, eur in rows}, "bank_days": behind}


async def _processes(connection: AsyncConnection, now: datetime) -> dict[str, Any]:
    late = case((and_(jobs.c.started_at.is_(None), jobs.c.declared_at < now - BEGUN_WITHIN), 1))
    states = (
        await connection.execute(select(jobs.c.state, func.count(), func.count(late)).group_by(jobs.c.state))
    ).all()
    work = (await connection.execute(select(regular_work.c.name, regular_work.c.done_at))).all()
    unheard = select(func.count()).where(webhooks.c.handled_at.is_(None))
    return {
        "jobs": {state: count for state, count, _ in states},
        "unstarted": sum(row[2] for row in states),
        "webhooks": await connection.scalar(unheard) or 0,
        "stuck": await connection.scalar(select(func.count()).select_from(stuck_processes)) or 0,
        "work_age_seconds": {name: (now - at).total_seconds() for name, at in work if at is not None},
    }
