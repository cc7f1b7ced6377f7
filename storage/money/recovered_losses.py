"""Money of a client that had been given up, or whose VAT the State gave back: whose it is, what is due again."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.ext.asyncio import AsyncConnection

from domain import client_money, entries
from domain.ledger import Account, Entry
from domain.money import ZERO, cents
from domain.notices import Notice
from domain.orders import order_key, short_reference
from storage.execution import events
from storage.jobs import due_notices
from storage.money.ledger import balances_of, book, entries_of, entry_of, one_at_a_time
from storage.money.recognition import open_of
from storage.services.debt_collection import collection_stages, collections
from storage.services.invoicing import invoices


async def after(
    connection: AsyncConnection, invoice_id: str | None, on: date, at: datetime, *, source: str
) -> None:
    """Money came in under an invoice and is booked: what had been given up is income of whoever bore the loss.

    VAT that the State had given back is due again in proportion. Once per source; nothing else changes.
    """
    row = (
        await connection.execute(select(collections).where(collections.c.invoice_id == invoice_id))
    ).one_or_none()
    if row is None:
        return
    await one_at_a_time(connection, row.job_id)
    invoice = (await connection.execute(select(invoices).where(invoices.c.invoice_id == row.invoice_id))).one()
    given_up, left = row.state == "written_off", await open_of(connection, invoice)
    came = await _recovered(connection, row, left, on, source) if given_up else ZERO
    if row.state == "paid" and row.closed_at is not None:
        await _kept_late_costs(connection, row, on, source)
    vat = await _vat_again(connection, row, invoice, max(left, ZERO), on, source)
    if came > ZERO:
        params = {"number": invoice.number, "amount": str(came), "borne_by": row.borne_by or "community"}
        kind = "debt.recovered_vat" if vat else "debt.recovered"
        params |= {"vat": str(vat)} if vat else {}
        await events.append(connection, row.job_id, kind, at, params=params, source=f"recovered:{source}")
        await _mailed(connection, row.job_id, kind, params, at, source)


async def _kept_late_costs(connection: AsyncConnection, row: Row[Any], on: date, source: str) -> None:
    """Interest and costs that a person kept when the invoice was paid come after all: income, and no debt to the
    client."""
    stages = (
        await connection.execute(select(collection_stages).where(collection_stages.c.invoice_id == row.invoice_id))
    ).all()
    kept = max((one.claimed_eur for one in stages if one.choice == "keep"), default=ZERO)
    earlier = -await _booked(connection, row, "late-kept", Account.LATE_INCOME)
    credit = (await balances_of(connection, row.job_id)).owed(Account.CLIENT_CREDIT)
    came = min(kept - earlier, credit)
    if came > ZERO:
        key = _key(row, "late-kept", source)
        await book(connection, entries.late_costs_paid(key, row.job_id, on, came))


async def _mailed(
    connection: AsyncConnection, job_id: str, kind: str, params: dict[str, str], at: datetime, source: str
) -> None:
    """The member hears of it by mail; so does the adviser, for the sector or the cooperative that bore the loss."""
    key = f"{job_id}/notice/recovered/{short_reference(source)}"
    of_member = Notice(key=f"{key}/member", kind="money", audience="member", news=kind, params=params)
    await due_notices.owe(connection, job_id, of_member, at)
    if params["borne_by"] != "activity":
        theirs = of_member.model_copy(update={"key": f"{key}/adviser", "audience": "adviser"})
        await due_notices.owe(connection, job_id, theirs, at)


async def _recovered(connection: AsyncConnection, row: Row[Any], left: Decimal, on: date, source: str) -> Decimal:
    """Book what came in of the loss; the rest of what was paid too much stays the client's."""
    loss = await entry_of(connection, f"{_collection_key(row)}:write_off")
    lost = -loss.on_account(Account.RECEIVABLE) if loss else ZERO
    earlier = await _booked(connection, row, "recovered", Account.CLIENT_CREDIT)
    credit = (await balances_of(connection, row.job_id)).owed(Account.CLIENT_CREDIT)
    came = min(lost - left - earlier, credit)
    if came <= ZERO:
        return ZERO
    bearer = Account.called(row.borne_by or "community")
    key = _key(row, "recovered", source)
    booked = await book(connection, client_money.loss_recovered(key, row.job_id, on, came, bearer))
    return came if booked else ZERO


async def _vat_again(
    connection: AsyncConnection, row: Row[Any], invoice: Row[Any], left: Decimal, on: date, source: str
) -> Decimal:
    """Of the VAT the State gave back, only the part on what is still unpaid stays with us."""
    regained = -await _booked(connection, row, "vat-regained", Account.RESULT)
    if regained <= ZERO:
        return ZERO
    stays = min(regained, cents(left * invoice.vat_eur / invoice.total_eur))
    due = regained - stays + await _booked(connection, row, "vat-again", Account.VAT_DUE)
    if due <= ZERO:
        return ZERO
    bearer = Account.called(row.borne_by or "community") if row.state == "written_off" else Account.RESULT
    entry = client_money.vat_due_again(_key(row, "vat-again", source), row.job_id, on, due, bearer)
    return due if await book(connection, entry) else ZERO


async def _booked(connection: AsyncConnection, row: Row[Any], what: str, account: Account) -> Decimal:
    """What stands on one account from all entries of one sort about this invoice."""
    told: list[Entry] = await entries_of(connection, row.job_id)
    its = [one for one in told if one.key.startswith(f"{row.job_id}/{what}/{row.invoice_id}/")]
    return sum((one.on_account(account) for one in its), ZERO)


def _key(row: Row[Any], what: str, source: str) -> str:
    return f"{row.job_id}/{what}/{row.invoice_id}/{short_reference(source)}"


def _collection_key(row: Row[Any]) -> str:
    return order_key(row.job_id, "debt_collection", row.invoice_id.lower(), row.turn)
