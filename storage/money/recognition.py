"""What a movement on an account turns out to be: money of a client, a payment of ours, or nobody knows yet."""

from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import Row, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.bank import StatementEntry
from domain.money import ZERO
from storage.money.bank_tables import received_for
from storage.money.payments import payment_batches, payments
from storage.services.invoicing import invoices

ON_ITS_WAY = ("batched", "approved", "sent")
"""Payments a bank may book; also those a person handed over as a file before telling us so."""


class Match(NamedTuple):
    """What one movement turned out to be."""

    state: str = "unknown"
    kind: str | None = None
    subject_id: str | None = None
    matched_eur: Decimal = ZERO


async def recognise(connection: AsyncConnection, entry: StatementEntry) -> Match:
    """Say what one movement is, and change the payment it books or gives back."""
    if entry.amount_eur > 0 and entry.return_reason is None:
        return await _receipt(connection, entry)
    if entry.amount_eur > 0:
        return await _return(connection, entry)
    return await _payment(connection, entry) or await _batch(connection, entry) or Match()


async def _receipt(connection: AsyncConnection, entry: StatementEntry) -> Match:
    """Money of a client, by the structured reference; more than is owed stays visible as the rest."""
    if entry.structured is None:
        return Match()
    wanted = select(invoices).where(invoices.c.payment_reference == entry.structured, invoices.c.credits.is_(None))
    invoice = (await connection.execute(wanted.limit(1))).one_or_none()
    if invoice is None:
        return Match()
    owed = await open_of(connection, invoice)
    taken = min(entry.amount_eur, max(owed, ZERO))
    return Match(
        state="matched" if taken == entry.amount_eur else "partly",
        kind="invoice",
        subject_id=invoice.invoice_id,
        matched_eur=taken,
    )


async def open_of(connection: AsyncConnection, invoice: Row[Any]) -> Decimal:
    """What an invoice still asks for, as the caller's transaction sees it."""
    received = select(received_for(invoice.invoice_id))
    credited = select(func.coalesce(func.sum(invoices.c.total_eur), ZERO)).where(
        invoices.c.credits == invoice.invoice_id
    )
    paid, taken_back = await connection.scalar(received), await connection.scalar(credited)
    return Decimal(invoice.payable_eur - (paid or ZERO) - (taken_back or ZERO))


async def _payment(connection: AsyncConnection, entry: StatementEntry) -> Match | None:
    """A payment of ours that the bank booked; another amount, or a second time, stays visible."""
    found = await _ours(connection, entry)
    if found is None:
        return None
    wrong_amount = found.amount_eur != -entry.amount_eur
    if wrong_amount or not await becomes(connection, found, ON_ITS_WAY, state="booked", booked_on=entry.booked_on):
        return Match("partly", "payment", found.payment_id)
    await _batch_complete(connection, found.batch_id)
    return Match("matched", "payment", found.payment_id, entry.amount_eur)


async def _return(connection: AsyncConnection, entry: StatementEntry) -> Match:
    """A payment of ours that came back."""
    found = await _ours(connection, entry)
    if found is None:
        return Match()
    wrong_amount = found.amount_eur != entry.amount_eur
    if wrong_amount or not await becomes(
        connection, found, ("booked",), state="returned", reason=entry.return_reason
    ):
        return Match("partly", "payment", found.payment_id)
    return Match("matched", "payment", found.payment_id, entry.amount_eur)


async def _batch(connection: AsyncConnection, entry: StatementEntry) -> Match | None:
    """A whole batch booked as one movement, as banks do with wages."""
    if entry.batch is None:
        return None
    wanted = select(payments).where(payments.c.batch_id == entry.batch, payments.c.state.in_(ON_ITS_WAY))
    rows = (await connection.execute(wanted)).all()
    if not rows or sum((row.amount_eur for row in rows), ZERO) != -entry.amount_eur:
        return None
    for row in rows:
        await becomes(connection, row, ON_ITS_WAY, state="booked", booked_on=entry.booked_on)
    await _batch_complete(connection, entry.batch)
    return Match("matched", "batch", entry.batch, entry.amount_eur)


async def _ours(connection: AsyncConnection, entry: StatementEntry) -> Row[Any] | None:
    if entry.end_to_end is None:
        return None
    wanted = select(payments).where(payments.c.end_to_end == entry.end_to_end)
    return (await connection.execute(wanted)).one_or_none()


async def becomes(
    connection: AsyncConnection, payment: Row[Any], from_states: tuple[str, ...], **values: Any
) -> bool:
    """Change a payment that is in one of these states; whether it was."""
    done = await connection.execute(
        update(payments)
        .where(payments.c.payment_id == payment.payment_id, payments.c.state.in_(from_states))
        .values(**values)
    )
    return done.rowcount == 1


async def _batch_complete(connection: AsyncConnection, batch_id: str | None) -> None:
    under_way = select(func.count()).where(payments.c.batch_id == batch_id, payments.c.state.in_(ON_ITS_WAY))
    if batch_id is not None and not await connection.scalar(under_way):
        await connection.execute(
            update(payment_batches).where(payment_batches.c.batch_id == batch_id).values(state="booked")
        )
