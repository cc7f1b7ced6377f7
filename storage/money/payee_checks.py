"""What the bank said of the name on an account, and what a finance person decided about it."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import Column, ForeignKey, String, Table, func, select, update

from domain.payee_checks import HELD, CheckDecision, HeldPayment, NothingHeld, PayeeAsked, PayeeCheck, PayeeVerdict
from storage.core.database import Database, upsert
from storage.core.tables import Encrypted, UtcDateTime, metadata
from storage.execution import events
from storage.money.payment_tables import payments

payee_checks = Table(
    "payee_checks",
    metadata,
    Column("payment_id", ForeignKey("payments.payment_id"), primary_key=True),
    Column("account", String(64), nullable=False),
    Column("name", Encrypted("payee_checks.name"), nullable=False),
    Column("iban", Encrypted("payee_checks.iban"), nullable=False),
    Column("code", String(4), nullable=False),
    Column("holder", Encrypted("payee_checks.holder")),
    Column("checked_at", UtcDateTime, nullable=False),
    Column("decision", String(10)),
    Column("decided_by", String(40)),
    Column("decided_at", UtcDateTime),
    Column("reason", String(500)),
)
"""One line for each payment; asked anew when its name or account changed, and then decided anew."""


class PayeeChecks:
    """Keeps verdicts and decisions."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(self, payment_ids: Iterable[str]) -> dict[str, PayeeCheck]:
        """The checks of these payments, by payment."""
        wanted = select(payee_checks).where(payee_checks.c.payment_id.in_(list(payment_ids)))
        async with self._database.reading() as connection:
            rows = (await connection.execute(wanted)).all()
        checks = (PayeeCheck.model_validate({**row._mapping, "reference": row.payment_id}) for row in rows)
        return {check.reference: check for check in checks}

    async def keep(
        self, asked: Mapping[str, tuple[PayeeAsked, str]], verdicts: Iterable[PayeeVerdict], at: datetime
    ) -> None:
        """Keep what the bank said; what was decided about another name or account counts no more."""
        nothing = dict.fromkeys(("decision", "decided_by", "decided_at", "reason"))
        async with self._database.writing() as connection:
            for verdict in verdicts:
                payee, account = asked[verdict.reference]
                row = {
                    "payment_id": verdict.reference, "account": account, "name": payee.name, "iban": payee.iban,
                    "code": verdict.code, "holder": verdict.holder, "checked_at": at, **nothing,
                }  # fmt: skip
                await upsert(connection, payee_checks, row, key=["payment_id"])

    async def held(self) -> list[HeldPayment]:
        """The payments that wait for a decision, the soonest first."""
        wanted = (
            select(payee_checks, payments.c.job_id, payments.c.person_id, payments.c.kind, payments.c.amount_eur)
            .join(payments)
            .where(payee_checks.c.code.in_(HELD), payee_checks.c.decision.is_(None), payments.c.state == "ordered")
        )
        async with self._database.reading() as connection:
            rows = (await connection.execute(wanted.order_by(payments.c.pay_on, payments.c.payment_id))).all()
        return [HeldPayment.model_validate(dict(row._mapping)) for row in rows]

    async def decide(
        self, payment_id: str, decision: CheckDecision, by: str, reason: str, at: datetime
    ) -> HeldPayment:
        """Pay all the same, or give it back to its step; NothingHeld when nobody waits for that."""
        held = {one.payment_id: one for one in await self.held()}.get(payment_id)
        if held is None:
            raise NothingHeld(payment=payment_id)
        values = {"decision": decision, "decided_by": by, "decided_at": at, "reason": reason}
        this = payee_checks.c.payment_id == payment_id, payee_checks.c.decision.is_(None)
        async with self._database.writing() as connection:
            await connection.execute(update(payee_checks).where(*this).values(**values))
            told = {"amount": str(held.amount_eur), "reason": reason}
            kind, source = f"payee.{decision}", f"payee/{payment_id}/{at.isoformat()}"
            await events.append(connection, held.job_id, kind, at, by=by, params=told, source=source)
        return held

    async def unchecked(self, batch_ids: Iterable[str]) -> dict[str, int]:
        """How many payments of these batches the bank could not check, by batch."""
        wanted = (
            select(payments.c.batch_id, func.count())
            .join(payee_checks)
            .where(payments.c.batch_id.in_(list(batch_ids)), payee_checks.c.code == "NOAP")
            .group_by(payments.c.batch_id)
        )
        async with self._database.reading() as connection:
            return {str(row[0]): int(row[1]) for row in await connection.execute(wanted)}
