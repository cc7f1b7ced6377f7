"""Everything an installation and its partners hold at one moment, read once: what invariants look at."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol

from sqlalchemy import Table, select

from allin.operations.watch import Eyes
from storage.core.database import Database
from storage.execution.events import job_events
from storage.execution.operations import operations
from storage.execution.orders import order_answers, orders
from storage.jobs.deadlines import deadlines
from storage.jobs.quotes import quotes
from storage.jobs.tables import job_steps, jobs
from storage.money.bank_tables import bank_entries, bank_statements
from storage.money.ledger import ledger_entries, ledger_postings
from storage.money.payee_checks import payee_checks
from storage.money.payment_tables import payments
from storage.people.entities import entities
from storage.people.people import people
from storage.services.counsel_answers import collection_answers
from storage.services.debt_collection import collection_stages, collections
from storage.services.employment_contract import engagements
from storage.services.insurance_claims import insurance_claims
from storage.services.invoice_answers import invoice_answers
from storage.services.invoicing import invoices
from storage.services.prefinancing import fund_reservations

Row = Mapping[str, Any]
GRACE = timedelta(minutes=10)
"""How late something may be before the watch alarms."""
TABLES: tuple[Table, ...] = (
    jobs, job_steps, job_events, deadlines, invoices, ledger_entries, ledger_postings, payments, engagements,
    operations, fund_reservations, collections, collection_stages, collection_answers, orders, order_answers,
    entities, people, quotes, bank_statements, bank_entries, invoice_answers, payee_checks, insurance_claims,
)  # fmt: skip


class PartnerBooks(Protocol):
    """What simulated partners keep."""

    def find(self, partner: str, kind: str) -> list[dict[str, Any]]:
        """Everything of a kind that a partner keeps."""
        ...


@dataclass(frozen=True)
class Kept:
    """What partners hold now, whatever was asked of them before."""

    periods: Sequence[Row] = ()
    """Employments at social security."""
    journeys: Sequence[Row] = ()
    """Bookings at the railway."""
    reservations: Sequence[Row] = ()
    """Equipment at the supplier."""
    packages: Sequence[Row] = ()
    """Vans."""
    bank_lines: Sequence[Row] = ()
    """Movements on the accounts, also those no statement told of yet."""
    dossiers: Sequence[Row] = ()
    """Debts at the lawyer's and the bailiff's."""
    inbox: Sequence[Row] = ()
    """What came in over Peppol."""
    transfers: Sequence[Row] = ()
    """What the bank was told to pay, and whether it did."""
    incidents: Sequence[Row] = ()
    """What was reported to the insurer."""
    holders: Sequence[Row] = ()
    """Whose accounts they are, as far as the bank was told."""


def kept_by(partners: PartnerBooks) -> Kept:
    """Read what partners hold."""
    return Kept(
        periods=partners.find("dimona", "period"),
        journeys=partners.find("railway", "booking"),
        reservations=partners.find("supplier", "reservation"),
        packages=partners.find("vans", "package"),
        bank_lines=partners.find("bank", "entry"),
        dossiers=[*partners.find("lawyer", "dossier"), *partners.find("bailiff", "dossier")],
        inbox=partners.find("peppol", "inbox"),
        transfers=partners.find("bank", "transaction"),
        incidents=partners.find("insurer", "incident"),
        holders=partners.find("bank", "holder"),
    )


@dataclass(frozen=True)
class Seen:
    """What is kept, table by table, and what partners say they did."""

    at: datetime
    """Business time at which it was read."""
    tables: Mapping[str, Sequence[Row]]
    effects: Sequence[Row] = ()
    """`GET /admin/effects` of the sandbox."""
    kept: Kept | None = None
    """None: nobody looked at what partners hold, and nothing is said of it."""
    alarms: frozenset[str] = frozenset()
    """What the watch alarms about at that moment, `deadline-missed 7K3QZ9A1BC ann dimona`."""
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
    partners: PartnerBooks | None = None,
    failures: Mapping[str, int] | None = None,
) -> Seen:
    """Read it all in one transaction."""
    tables: dict[str, list[Row]] = {}
    async with database.reading() as connection:
        for table in TABLES:
            tables[table.name] = [dict(row._mapping) for row in await connection.execute(select(table))]
    alarms = frozenset(f"{one.kind} {one.subject}" for one in await Eyes(database, GRACE).look(at))
    return Seen(at, tables, effects, kept_by(partners) if partners else None, alarms, failures or {})
