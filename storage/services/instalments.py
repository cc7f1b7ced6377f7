"""Plans of instalments: kept beside the collection they belong to, each change with its line in the story."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Column, Date, ForeignKey, Integer, Row, String, Table, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.instalments import OPEN, InstalmentPlan, Interest, PlanState
from domain.services.debt_collection import Instalment
from storage.core.database import Database
from storage.core.tables import Encrypted, EncryptedJson, Json, in_row, metadata
from storage.execution import events

instalment_plans = Table(
    "instalment_plans",
    metadata,
    Column("invoice_id", ForeignKey("collections.invoice_id"), primary_key=True),
    Column("n", Integer, primary_key=True, autoincrement=False),
    Column("job_id", String(20), nullable=False),
    Column("number", String(60), nullable=False),
    Column("state", String(10), nullable=False),
    Column("parts", Json, nullable=False),
    Column("interest", String(10), nullable=False),
    Column("by", String(80), nullable=False),
    Column("proposed_on", Date, nullable=False),
    Column("reason", Encrypted("instalment_plans.reason"), nullable=False),
    Column("agreed_on", Date),
    Column("told", String(10)),
    Column("circumstances", EncryptedJson("instalment_plans.circumstances"), nullable=False),
)


class PlanNotOpen(Exception):
    """This plan is not in a state in which that can be said of it; `state` is what it is."""

    def __init__(self, state: PlanState | None) -> None:
        self.state = state
        super().__init__(f"the plan is {state}")


class Instalments:
    """Reads and keeps plans; satisfies the activities' Plans."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def propose(
        self,
        *,
        invoice_id: str,
        job_id: str,
        number: str,
        state: PlanState,
        parts: Sequence[Instalment],
        interest: Interest,
        by: str,
        on: date,
        at: datetime,
        reason: str,
        told_by: str | None,
    ) -> InstalmentPlan:
        """Keep a plan that waits for the other side; an earlier one that waits is taken back by it."""
        async with self._database.writing() as connection:
            this = instalment_plans.c.invoice_id == invoice_id
            waits = update(instalment_plans).where(this, instalment_plans.c.state.in_(OPEN))
            await connection.execute(waits.values(state="withdrawn"))
            n = (await connection.scalar(select(func.max(instalment_plans.c.n)).where(this)) or 0) + 1
            row: dict[str, Any] = {
                "invoice_id": invoice_id,
                "n": n,
                "job_id": job_id,
                "number": number,
                "state": state,
                "parts": [part.model_dump(mode="json") for part in parts],
                "interest": interest,
                "by": by,
                "proposed_on": on,
                "reason": reason,
                "circumstances": {},
            }
            await connection.execute(insert(instalment_plans).values(in_row(instalment_plans, row)))
            plan = await _one(connection, invoice_id, n)
            await _tell(connection, plan, job_id, number, at, told_by, reason)
            return plan

    async def become(
        self,
        invoice_id: str,
        n: int,
        state: PlanState,
        at: datetime,
        *,
        instead_of: Sequence[PlanState],
        on: date | None = None,
        told_by: str | None = None,
        reason: str = "",
        circumstances: Mapping[str, str] | None = None,
    ) -> InstalmentPlan:
        """Note what became of a plan, with a line in the story; PlanNotOpen when it is something else by now."""
        changes: dict[str, Any] = {"state": state}
        changes |= {"agreed_on": on} if on is not None else {}
        changes |= {"circumstances": dict(circumstances)} if circumstances else {}
        this = (instalment_plans.c.invoice_id == invoice_id, instalment_plans.c.n == n)
        async with self._database.writing() as connection:
            row = (await connection.execute(select(instalment_plans).where(*this))).one_or_none()
            if row is None or row.state not in instead_of:
                raise PlanNotOpen(row.state if row else None)
            sealed = in_row(instalment_plans, changes, of={"invoice_id": invoice_id, "n": n})
            await connection.execute(update(instalment_plans).where(*this).values(sealed))
            plan = await _one(connection, invoice_id, n)
            again = state == "agreed" and row.state == "broken"
            news = "resumed" if again else None
            await _tell(connection, plan, row.job_id, row.number, at, told_by, reason, news)
            return plan

    async def client_informed(self, invoice_id: str, n: int, state: PlanState) -> None:
        """The client was told by mail."""
        this = (instalment_plans.c.invoice_id == invoice_id, instalment_plans.c.n == n)
        async with self._database.writing() as connection:
            await connection.execute(update(instalment_plans).where(*this).values(told=state))


async def plans_of(connection: AsyncConnection, invoice_id: str) -> tuple[InstalmentPlan, ...]:
    """The plans of an invoice, the earliest first."""
    wanted = select(instalment_plans).where(instalment_plans.c.invoice_id == invoice_id)
    return tuple(_plan(row) for row in await connection.execute(wanted.order_by(instalment_plans.c.n)))


async def _one(connection: AsyncConnection, invoice_id: str, n: int) -> InstalmentPlan:
    this = (instalment_plans.c.invoice_id == invoice_id, instalment_plans.c.n == n)
    return _plan((await connection.execute(select(instalment_plans).where(*this))).one())


def _plan(row: Row[Any]) -> InstalmentPlan:
    return InstalmentPlan.model_validate(dict(row._mapping))


async def _tell(
    connection: AsyncConnection,
    plan: InstalmentPlan,
    job_id: str,
    number: str,
    at: datetime,
    by: str | None,
    reason: str,
    news: str | None = None,
) -> None:
    params = {
        "number": number,
        "parts": str(len(plan.parts)),
        "until": plan.last_on.isoformat(),
        "total": str(plan.total_eur),
    }
    params |= {"reason": reason} if reason else {}
    await events.append(connection, job_id, f"debt.instalments.{news or plan.state}", at, by=by, params=params)
