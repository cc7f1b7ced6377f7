"""What only a bank statement can tell: a wage on its way is not late until the statement of its day is due."""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import func, select

from domain.orders import step_name
from domain.periods import day_in_brussels
from domain.rules.deadlines import statement_by
from storage.core.database import Database
from storage.jobs.deadlines import KeptDeadline
from storage.money.bank_tables import bank_statements
from storage.money.payment_tables import payments
from storage.people.entities import Entities

TOLD_BY_A_BANK: Final = ("wages_promised", "wages_paid")


class BankSilence:
    """Says which deadlines cannot be judged yet."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def still(self, one: KeptDeadline, now: datetime) -> bool:
        """Whether the bank has the payment and its statement of the last day in time cannot be there yet.

        Also when it was booked in time and only the row does not say so yet: nothing is late then.
        """
        if one.kind not in TOLD_BY_A_BANK:
            return False
        day = day_in_brussels(one.due_at - timedelta(microseconds=1))
        step = step_name("wages", one.item)
        of_step = payments.c.order_key.startswith(f"{one.job_id}/{step.replace(':', '/')}/", autoescape=True)
        latest = select(payments).where(of_step).order_by(payments.c.ordered_at.desc())
        async with self._database.reading() as connection:
            payment = (await connection.execute(latest.limit(1))).one_or_none()
        if payment is not None and payment.state == "booked":
            return bool(payment.booked_on <= day)
        if payment is None or payment.state != "sent" or now >= statement_by(day):
            return False
        iban = (await Entities(self._database).entity(payment.entity)).iban
        told = select(func.count()).where(bank_statements.c.iban == iban, bank_statements.c.on >= day)
        async with self._database.reading() as connection:
            return not await connection.scalar(told)
