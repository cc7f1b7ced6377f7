"""Everything an installation and its partners hold at one moment, read once: what invariants look at."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Table, select

from storage.core.database import Database
from storage.execution.events import job_events
from storage.execution.operations import operations
from storage.execution.orders import order_answers, orders
from storage.jobs.deadlines import deadlines
from storage.jobs.tables import job_steps, jobs
from storage.money.ledger import ledger_entries, ledger_postings
from storage.money.payments import payments
from storage.services.debt_collection import collections
from storage.services.employment_contract import engagements
from storage.services.invoicing import invoices
from storage.services.prefinancing import fund_reservations

Row = Mapping[str, Any]
TABLES: tuple[Table, ...] = (
    jobs, job_steps, job_events, deadlines, invoices, ledger_entries, ledger_postings, payments, engagements,
    operations, fund_reservations, collections, orders, order_answers,
)  # fmt: skip


@dataclass(frozen=True)
class Seen:
    """What is kept, table by table, and what partners say they did."""

    at: datetime
    """Business time at which it was read."""
    tables: Mapping[str, Sequence[Row]]
    effects: Sequence[Row] = ()
    """`GET /admin/effects` of the sandbox."""
    declarations: Sequence[Row] = ()
    """What social security was told."""
    failures: Mapping[str, int] = field(default_factory=dict)
    """Failed tasks by process; a process whose code never failed is left out."""

    def of(self, table: Table, job_id: str | None = None) -> list[Row]:
        """The rows of a table, all of them or those of one job."""
        rows = self.tables[table.name]
        return [row for row in rows if job_id is None or row.get("job_id") == job_id]

    @property
    def job_ids(self) -> list[str]:
        """Every job."""
        return [row["job_id"] for row in self.of(jobs)]


@dataclass(frozen=True)
class Finding:
    """One thing that does not hold."""

    kind: str
    """The invariant's name."""
    job_id: str
    said: str
    """What, in words without anything that changes from run to run."""

    def __str__(self) -> str:
        return f"{self.kind}: {self.job_id} {self.said}"


async def see(
    database: Database,
    at: datetime,
    effects: Sequence[Row] = (),
    declarations: Sequence[Row] = (),
    failures: Mapping[str, int] | None = None,
) -> Seen:
    """Read it all in one transaction."""
    kept: dict[str, list[Row]] = {}
    async with database.reading() as connection:
        for table in TABLES:
            kept[table.name] = [dict(row._mapping) for row in await connection.execute(select(table))]
    return Seen(at, kept, effects, declarations, failures or {})
