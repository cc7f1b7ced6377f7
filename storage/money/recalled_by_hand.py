"""A client's money that went back without its name, when a person says which invoice it had paid."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.bank import MoneyMove
from domain.client_money import payment_recalled
from domain.ledger import Entry
from domain.matching import MoreThanCameIn
from domain.money import ZERO
from storage.money import reopened_debts
from storage.money.bank_tables import received_for
from storage.money.ledger import balances_of, one_at_a_time
from storage.money.recognition import above_of


async def recalled(
    connection: AsyncConnection, invoice: Row[Any], key: str, on: date, amount_eur: Decimal
) -> Entry:
    """All or a part of what was received is owed again; MoreThanCameIn when less was received for the invoice.

    What came in above an invoice is not its own: the bank's own names decide, or what is too much is paid back.
    """
    received = await connection.scalar(select(received_for(invoice.invoice_id))) or ZERO
    above = await above_of(connection, invoice.invoice_id)
    if above > ZERO or amount_eur > received:
        raise MoreThanCameIn(number=invoice.number, received=str(received + above), part=str(amount_eur))
    await one_at_a_time(connection, invoice.job_id)
    before = await balances_of(connection, invoice.job_id)
    return payment_recalled(f"{invoice.job_id}/{key}", invoice.job_id, on, amount_eur, before=before)


async def owed_again(
    connection: AsyncConnection, booked: Entry, invoice_id: str, amount_eur: Decimal, at: datetime
) -> None:
    """A collection that is over is opened again, and finance decides."""
    move = MoneyMove(
        key=booked.key,
        job_id=booked.job_id,
        kind="recall",
        on=booked.on,
        amount_eur=amount_eur,
        invoice_id=invoice_id,
    )
    await reopened_debts.after(connection, move, at)
