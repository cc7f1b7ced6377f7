"""Payments a person made outside: they count as booked until the bank's own line shows them."""

from datetime import date
from decimal import Decimal
from typing import Any, Literal

from sqlalchemy import Row, delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.bank import PaymentInFile
from domain.orders import short_reference
from storage.core.database import Clock, Database, insert_once
from storage.money.payment_tables import payments

CAME_BACK = ("rejected", "returned")
OUTSIDE = "outside"
"""Stands for the account of a payment that a person made by hand: we do not know it."""


class PaidByHand:
    """The list of payments, as far as people pay outside."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def paid_by_hand(
        self,
        *,
        order_key: str,
        job_id: str,
        kind: Literal["wage", "expense", "refund", "supplier"],
        entity: str,
        person_id: str,
        amount_eur: Decimal,
        paid_on: date,
        end_to_end: str,
        remittance: str,
    ) -> str:
        """A person paid it outside: it counts as booked on that day, until the bank's own line shows it; its id.

        What was on the list, or came back, is not paid again. PaymentInFile while a file that has not gone to the
        bank would still pay it.
        """
        async with self._database.writing() as connection:
            latest = await latest_of(connection, order_key)
            if latest is not None and latest.state in ("batched", "approved"):
                raise PaymentInFile(batch=latest.batch_id)
            if latest is not None and latest.state == "ordered" and latest.amount_eur != amount_eur:
                await connection.execute(delete(payments).where(payments.c.payment_id == latest.payment_id))
                latest = await latest_of(connection, order_key)
            if latest is None or latest.state in CAME_BACK:
                row: dict[str, Any] = {"order_key": order_key, "job_id": job_id, "kind": kind, "entity": entity}
                row |= {"person_id": person_id, "amount_eur": amount_eur, "pay_on": paid_on}
                row |= {"end_to_end": end_to_end, "remittance": remittance, "ordered_at": self._clock.now()}
                return await paid_outside(connection, row, latest, paid_on, by_hand=True)
            if latest.state != "booked":
                this = payments.c.payment_id == latest.payment_id
                told = {"state": "booked", "booked_on": paid_on, "by_hand": True}
                await connection.execute(update(payments).where(this).values(**told))
            return str(latest.payment_id)


async def paid_outside(
    connection: AsyncConnection, row: dict[str, Any], latest: Row[Any] | None, on: date, *, by_hand: bool
) -> str:
    """Keep a payment that left by no file of ours, as the next turn of its order; its id."""
    turn = 1 if latest is None else latest.turn + 1
    own = str(row["end_to_end"]) if turn == 1 else short_reference(f"{row['order_key']}#{turn}")
    row = row | {"payment_id": own, "end_to_end": own, "turn": turn, "account": OUTSIDE}
    row |= {"state": "booked", "booked_on": on, "by_hand": by_hand}
    await insert_once(connection, payments, row, key=("order_key", "turn"))
    return own


async def latest_of(connection: AsyncConnection, order_key: str) -> Row[Any] | None:
    """The latest turn of an order's payment."""
    wanted = select(payments).where(payments.c.order_key == order_key)
    return (await connection.execute(wanted.order_by(payments.c.turn.desc()).limit(1))).one_or_none()
