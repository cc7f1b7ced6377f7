"""What was lived through with a client, what a member's account holds, what the fund holds: read for a quote."""

from collections.abc import Iterable, Mapping, Set
from datetime import date
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.ledger import Account
from domain.money import ZERO
from domain.orders import step_name
from domain.plan import JobPlan
from domain.quoting.context import ClientRecord, CrewRecord
from domain.rules.prefinancing import Exposure
from storage.core.database import Database
from storage.jobs.tables import job_steps, jobs
from storage.money.fund_tables import HELD, fund_reservations, total
from storage.money.ledger import ledger_entries, ledger_postings
from storage.people.client_record import ClientRecords
from storage.people.people import People
from storage.services.debt_collection import collections
from storage.services.employment_contract import Engagements
from storage.services.prefinancing import FundStore

LOOKED_BACK: Final = 12
"""So many of the member's jobs are looked through for what somebody earned last time."""


class QuoteBalances:
    """Reads what a quote leans on; changes nothing. `except_job` is the job that is being moved."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of_client(self, client_id: str, on: date) -> ClientRecord:
        """What is open and overdue, how late this client usually pays, and whether an invoice was given up."""
        given_up = select(func.count()).where(
            collections.c.client_id == client_id, collections.c.state == "written_off"
        )
        closed = select(func.count()).where(jobs.c.client_id == client_id, jobs.c.state == "closed")
        paid = await ClientRecords(self._database).of(client_id, on)
        async with self._database.reading() as connection:
            known = bool(paid.invoices_paid) or bool(await connection.scalar(closed))
            risky = bool(await connection.scalar(given_up))
        return ClientRecord(
            known=known,
            open_eur=paid.open_eur,
            overdue_eur=paid.overdue_eur,
            risky=risky,
            paid_invoices=paid.invoices_paid,
            late_days=None if paid.days_late is None else max(paid.days_late, 0),
        )

    async def activity_balance(self, member_id: str) -> Decimal:
        """What the member's activity account holds over all their jobs; what it bore is taken off."""
        wanted = (
            select(func.sum(ledger_postings.c.amount_eur))
            .join(ledger_entries, ledger_entries.c.key == ledger_postings.c.entry_key)
            .join(jobs, jobs.c.job_id == ledger_entries.c.job_id)
            .where(ledger_postings.c.account == Account.ACTIVITY.value, jobs.c.member_id == member_id)
        )
        async with self._database.reading() as connection:
            debit: Decimal | None = await connection.scalar(wanted)
        return -(debit or ZERO)

    async def paid_by_client(self, job_id: str) -> Decimal:
        """What the client has paid for a job so far."""
        return await FundStore(self._database).paid_by_client(job_id)

    async def exposure(
        self, *, member_id: str, client_id: str | None, entity: str, except_job: str | None
    ) -> Exposure:
        """What the fund holds now, by each of its limits."""
        row = fund_reservations.c
        others = [row.job_id != except_job] if except_job else []

        def held(*whose: Any) -> Any:
            return select(total(HELD)).where(*others, *whose).scalar_subquery()

        wanted = select(
            held(row.member_id == member_id).label("member_eur"),
            held(row.client_id == (client_id or "")).label("client_eur"),
            held(row.entity == entity).label("entity_eur"),
            held().label("fund_eur"),
        )
        async with self._database.reading() as connection:
            return Exposure.model_validate(dict((await connection.execute(wanted)).one()._mapping))

    async def crew(
        self, member_id: str, people: dict[str, str], entity: str, first_on: date, except_job: str | None
    ) -> dict[str, CrewRecord]:
        """What is known of each of these people, by crew slug: what they earned the last time this member engaged
        them, their withholding, the contracts that came before, a student's hours of that year."""
        latest = select(jobs.c.job_id, jobs.c.plan).where(jobs.c.member_id == member_id)
        async with self._database.reading() as connection:
            rows = await connection.execute(latest.order_by(jobs.c.declared_at.desc()).limit(LOOKED_BACK))
            plans = {row.job_id: JobPlan.model_validate(row.plan) for row in rows if row.job_id != except_job}
            paid = await _paid_wages(connection, plans)
        found = {item: _last_time(plans, person_id, paid) for item, person_id in people.items()}
        withheld = await People(self._database).withholding(people.values())
        register, job = Engagements(self._database), except_job or ""
        known = {}
        for item, person_id in people.items():
            count, since_on = await register.earlier(person_id, entity, first_on, except_job=job)
            known[item] = (found[item] or CrewRecord()).model_copy(
                update={
                    "withholding": withheld.get(person_id),
                    "earlier_contracts": count,
                    "earlier_since_on": since_on,
                    "student_hours": await register.student_hours(person_id, first_on.year, except_job=job),
                }
            )
        return known

    async def under_contract(
        self, person_id: str, entity: str, days: tuple[date, date], except_job: str | None
    ) -> bool:
        """Whether the register knows a contract that binds and covers these days, the first and the last."""
        return await Engagements(self._database).covers(person_id, entity, *days, except_job=except_job or "")


async def _paid_wages(connection: AsyncConnection, job_ids: Iterable[str]) -> Set[tuple[str, str]]:
    """The jobs and wage steps that are done: only what was paid was earned."""
    wanted = select(job_steps.c.job_id, job_steps.c.step).where(
        job_steps.c.job_id.in_(list(job_ids)), job_steps.c.service == "wages", job_steps.c.state == "done"
    )
    return {(row.job_id, row.step) for row in await connection.execute(wanted)}


def _last_time(plans: Mapping[str, JobPlan], person_id: str, paid: Set[tuple[str, str]]) -> CrewRecord | None:
    for job_id, plan in plans.items():
        for item, contract in plan.employment_contract.items():
            wage = plan.wages.get(item)
            there = (job_id, step_name("wages", item)) in paid
            if contract.person_id == person_id and wage is not None and there:
                return CrewRecord(
                    last_gross_eur=contract.gross_eur, last_days=len(contract.days), last_on=wage.last_day_on
                )
    return None
