"""What is forgotten by itself, and after how long. What has to be kept (contracts, invoices, ledger, audit, papers
of jobs: docs/operations/production.md) is in no rule here."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Table, and_, delete, or_, select, tuple_

from storage.core.database import Database
from storage.execution.attempts import attempts
from storage.execution.webhooks import webhooks
from storage.jobs.drafts import drafts
from storage.jobs.quotes import quotes
from storage.jobs.tables import jobs
from storage.security.sessions import UNUSED, sessions

SLICE = 500
"""Rows forgotten in one transaction: a writer waits for milliseconds."""
ENDED = ("closed", "written_off", "withdrawn", "refused")


@dataclass(frozen=True)
class Rule:
    """What of one table is forgotten."""

    table: Table
    after: timedelta
    over: Callable[[datetime], ColumnElement[bool]]
    """Which rows were over at an instant; they are forgotten `after` that."""
    why: str


def _signed_out(at: datetime) -> ColumnElement[bool]:
    return or_(sessions.c.expires_at <= at, sessions.c.seen_at <= at - UNUSED)


def _never_declared(at: datetime) -> ColumnElement[bool]:
    used = select(jobs.c.job_id).where(jobs.c.quote_id == quotes.c.quote_id).exists()
    return and_(quotes.c.valid_until_at < at, ~used)


def _of_ended_jobs(at: datetime) -> ColumnElement[bool]:
    ended = select(jobs.c.job_id).where(
        jobs.c.job_id == attempts.c.job_id, jobs.c.state.in_(ENDED), jobs.c.last_change_at < at
    )
    return and_(attempts.c.closed_at.is_not(None), or_(attempts.c.job_id.is_(None), ended.exists()))


def _handled(at: datetime) -> ColumnElement[bool]:
    return webhooks.c.handled_at < at


def _untouched(at: datetime) -> ColumnElement[bool]:
    return drafts.c.changed_at < at


RULES = (
    Rule(sessions, timedelta(0), _signed_out, "nobody can use it any more"),
    Rule(quotes, timedelta(days=90), _never_declared, "no job was declared from it, and its prices are history"),
    Rule(drafts, timedelta(days=365), _untouched, "nobody went on with it for a year"),
    Rule(webhooks, timedelta(days=90), _handled, "it was acted on; a partner sends it again for days, not months"),
    Rule(attempts, timedelta(days=365), _of_ended_jobs, "its job ended a year ago; the orders' answers stay"),
)
"""House rules: none of these is evidence, and most hold what people typed or were told."""


async def forget(database: Database, now: datetime) -> dict[str, int]:
    """Apply every rule; how many rows of which table were forgotten. Done twice it changes nothing."""
    return {rule.table.name: await _applied(database, rule, now - rule.after) for rule in RULES}


async def _applied(database: Database, rule: Rule, at: datetime) -> int:
    key: list[Any] = list(rule.table.primary_key.columns)
    some = select(*key).where(rule.over(at)).limit(SLICE)
    gone = 0
    while True:
        async with database.writing() as connection:
            done = await connection.execute(delete(rule.table).where(tuple_(*key).in_(some)))
        gone += done.rowcount
        if done.rowcount < SLICE:
            return gone
