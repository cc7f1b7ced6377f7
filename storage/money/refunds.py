"""What goes back to clients: refunds by the state of their payment."""

from collections.abc import Sequence
from decimal import Decimal

from sqlalchemy import func, select, type_coerce
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.money import ZERO
from storage.core.tables import MoneyCents
from storage.money.payment_tables import payments

ON_ITS_WAY = ("batched", "approved", "sent")
"""Payments a bank may book; also those a person handed over as a file before telling us so."""
UNDER_WAY = ("ordered", *ON_ITS_WAY)
"""States of a payment that is decided and not booked yet."""
GIVEN_BACK = (*UNDER_WAY, "booked")
"""States of a refund that takes money from what the client paid too much."""


async def refunds_of(connection: AsyncConnection, job_id: str, states: Sequence[str]) -> Decimal:
    """What goes back to a job's client by refunds in these states."""
    its = payments.c.job_id == job_id, payments.c.kind == "refund", payments.c.state.in_(states)
    wanted = select(type_coerce(func.sum(payments.c.amount_eur), MoneyCents)).where(*its)
    return Decimal(await connection.scalar(wanted) or ZERO)
