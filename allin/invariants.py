"""What must be true of an installation whatever died: one line for each thing that is not."""

import re
from collections.abc import AsyncIterator, Iterable, Mapping
from decimal import Decimal

from sqlalchemy import func, select

from allin.operations.reconcile import listed
from storage.core.database import Database
from storage.execution.events import job_events
from storage.jobs.tables import job_steps, jobs
from storage.money.ledger import LedgerStore, ledger_entries, ledger_facts, ledger_postings
from storage.security.audit import Audit
from storage.services.invoicing import EVERYBODY, invoice_series, invoices

STILL_OPEN = ("trying", "waiting", "held", "parked")
STATES_A_FACT = re.compile(r"/(invoicing|wages|expenses)/[^:]+(:credit)?:(issue|due)$")
"""Entries of which one stands at a time: a document of a number, a person's wage, an expense note."""
ENDED = ("closed", "written_off", "withdrawn", "refused")


async def broken(database: Database, effects: Iterable[Mapping[str, str | None]]) -> list[str]:
    """Everything that does not hold; empty when all is well."""
    found = [f"effects: {one}" for one in await listed(database, effects)]
    for check in (_endings, _books, _numbers, _stories):
        found += [one async for one in check(database)]
    found += [f"audit: line {one.n}: {one.why}" for one in await Audit(database).verify()]
    return found


async def _endings(database: Database) -> AsyncIterator[str]:
    """A job that has ended has nothing left open; one that has not is parked with a reason."""
    async with database.reading() as connection:
        rows = await connection.execute(
            select(job_steps.c.job_id, job_steps.c.step, job_steps.c.state)
            .join(jobs)
            .where(jobs.c.state.in_(ENDED), job_steps.c.state.in_(STILL_OPEN))
        )
        left = rows.all()
        alive = (await connection.execute(select(jobs.c.job_id, jobs.c.state, jobs.c.parked))).all()
    for row in left:
        yield f"endings: {row.job_id} has ended, and {row.step} is {row.state}"
    for row in alive:
        if row.state not in ENDED and not row.parked:
            yield f"endings: {row.job_id} is {row.state} and waits for nobody"


async def _books(database: Database) -> AsyncIterator[str]:
    """Every entry balances, a job that has ended stands at zero, and one business fact has one posting."""
    total = func.sum(ledger_postings.c.amount_eur)
    uneven = select(ledger_postings.c.entry_key).group_by(ledger_postings.c.entry_key).having(total != Decimal(0))
    async with database.reading() as connection:
        for key in await connection.scalars(uneven):
            yield f"books: the entry {key} does not balance"
        ended = (await connection.execute(select(jobs.c.job_id, jobs.c.state).where(jobs.c.state.in_(ENDED)))).all()
        keys = set(await connection.scalars(select(ledger_entries.c.key)))
        standing = set(await connection.scalars(select(ledger_facts.c.entry_key)))
    for job_id, state in ended:
        for account, amount in (await LedgerStore(database).balances(job_id)).open.items():
            yield f"books: {job_id} is {state} with {amount} on {account.value}"
    for key in sorted(keys - standing):
        order = key.rpartition(":")[0]
        taken_back = {f"{key}:replaced", f"{order}:replaced", f"{order}:recover"} & keys
        if STATES_A_FACT.search(key) and not taken_back:
            yield f"books: {key} stands beside what replaced it"


async def _numbers(database: Database) -> AsyncIterator[str]:
    """Invoice numbers run 1, 2, 3 in each series of each year."""
    series = (invoices.c.entity, invoices.c.series, invoices.c.year)
    counted = select(*series, func.count(), func.min(invoices.c.in_series), func.max(invoices.c.in_series))
    async with database.reading() as connection:
        found = {tuple(row[:3]): tuple(row[3:]) for row in await connection.execute(counted.group_by(*series))}
        kept = (await connection.execute(select(invoice_series).where(invoice_series.c.entity != EVERYBODY))).all()
    for name, (n, first, last) in found.items():
        if (first, last) != (1, n):
            yield f"numbers: {name} has {n} invoices from {first} to {last}"
    for row in kept:
        if row.last_number != found.get((row.entity, row.series, row.year), (0,))[0]:
            yield f"numbers: {row.entity} {row.series} {row.year} counted to {row.last_number}"


async def _stories(database: Database) -> AsyncIterator[str]:
    """The lines of each story are counted without a gap."""
    told = select(job_events.c.job_id, func.count().label("n"), func.max(job_events.c.seq).label("last"))
    async with database.reading() as connection:
        rows = (await connection.execute(told.group_by(job_events.c.job_id))).all()
    for row in rows:
        if row.n != row.last:
            yield f"stories: {row.job_id} has {row.n} lines, the last is number {row.last}"
