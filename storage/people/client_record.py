"""What this house has lived through with a client: how late it usually pays, and what is still open."""

from datetime import date
from statistics import median

from sqlalchemy import func, select

from domain.collection_state import days_late
from domain.message import Message
from domain.money import ZERO, Eur
from storage.core.database import Database
from storage.money.bank_tables import receipts
from storage.money.figures_debts import OPEN
from storage.services.debt_collection import collections

LATEST = 20
"""Invoices that count: what a client did years ago says little."""


class PaymentRecord(Message):
    """How one client has paid this house."""

    invoices_paid: int = 0
    days_late: int | None = None
    """The middle one of the latest invoices; none while nothing was paid, below zero when early."""
    open_eur: Eur = ZERO
    """What was invoiced and is not settled."""
    overdue_eur: Eur = ZERO
    """The part of it whose day has passed."""


class ClientRecords:
    """Reads what was lived through with clients."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(self, client_id: str, on: date) -> PaymentRecord:
        """One client's record as of a day."""
        came_in = receipts()
        paid_on = func.max(came_in.c.booked_on).label("paid_on")
        paid = (
            select(collections.c.due_on, paid_on)
            .join(came_in, came_in.c.invoice_id == collections.c.invoice_id)
            .where(collections.c.client_id == client_id, collections.c.state == "paid")
            .group_by(collections.c.invoice_id, collections.c.due_on)
            .order_by(paid_on.desc())
            .limit(LATEST)
        )
        still = select(collections.c.due_on, OPEN.label("open_eur")).where(
            collections.c.client_id == client_id, collections.c.closed_at.is_(None)
        )
        async with self._database.reading() as connection:
            late = [days_late(row.due_on, row.paid_on) for row in await connection.execute(paid)]
            owed = [(row.due_on, row.open_eur) for row in await connection.execute(still)]
        return PaymentRecord(
            invoices_paid=len(late),
            days_late=round(median(late)) if late else None,
            open_eur=sum((eur for _, eur in owed), ZERO),
            overdue_eur=sum((eur for due_on, eur in owed if due_on < on), ZERO),
        )
