"""The guarantee fund: what it holds for which job, never above a limit, and how each job's books end."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import Row, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from domain import entries
from domain.ledger import Account, Balances, Entry
from domain.money import ZERO
from domain.orders import StepOrder
from domain.periods import start_of_day
from domain.rules.prefinancing import Exposure
from domain.services.prefinancing import DebtAwaited, FundReservation, PrefinancingRequest
from storage.core.database import Database, upsert
from storage.money import takings
from storage.money.fund_tables import HELD, total
from storage.money.fund_tables import fund_reservations as fund_reservations
from storage.money.ledger import (
    balances_of,
    book,
    entries_of,
    fund_pays_ahead,
    ledger_entries,
    ledger_postings,
    one_at_a_time,
)
from storage.money.reopened_debts import collected_on
from storage.services.debt_collection import awaited

FundOrder = StepOrder[PrefinancingRequest]
RECEIVED = (Account.BANK, Account.FUND, Account.BETWEEN)
"""Where a client's money stands: a part may go to the fund at once, or lie on another entity's account."""


class FundStore:
    """The fund in the database, and the books it settles."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def reserve(
        self, order: FundOrder, amount_eur: Decimal, on: date, check: Callable[[Exposure], None]
    ) -> FundReservation:
        """Set an amount aside, once per order.

        `check` sees what the fund already holds and refuses by raising; nobody else reserves meanwhile. An order
        that replaces another gives back the older reservation in the same transaction.
        """
        async with self._database.writing() as connection:
            await one_at_a_time(connection, "fund")
            mine = await _reservation(connection, order.key)
            if mine is None or mine.state == "voided":
                carried = await _carried(connection, mine, order.replaces)
                await _void(connection, order.replaces, on)
                check(await _exposure(connection, order))
                await _reserve(connection, order, amount_eur, on, carried, again=mine is not None)
            return _stored_reservation(await _reservation(connection, order.key))

    async def void(self, order_key: str, on: date) -> FundReservation:
        """Give back what is reserved; nothing reserved is nothing to do."""
        async with self._database.writing() as connection:
            await one_at_a_time(connection, "fund")
            await _void(connection, order_key, on)
            return _stored_reservation(await _reservation(connection, order_key))

    async def settle(self, order: FundOrder, on: date, bearer: Account | None) -> FundReservation:
        """Void what was not paid out and close the job's books: every account of the job at zero.

        Raises AccountsNotSettled, and books nothing, while anything else is open; DebtAwaited while a collection of
        the job is not over; TakingsAwaited while the member has time to pay own takings in.
        """
        missing = await takings.awaited(self._database, order.job_id, on, start_of_day(on))
        async with self._database.writing() as connection:
            await one_at_a_time(connection, "fund")
            await one_at_a_time(connection, order.job_id)
            if await collected_on(connection, order.job_id):
                raise DebtAwaited()
            if missing is not None and bearer is None:
                raise missing
            await _use(connection, order.job_id, on, order.key)
            before = await balances_of(connection, order.job_id)
            unpaid = _unpaid(order, on, before, bearer) if bearer is not None else None
            if unpaid and not await awaited(connection, order.job_id):  # else its own collection decides about it
                await book(connection, unpaid)
                before = before.after(unpaid)
            closing = entries.close(order.key_for("close"), order.job_id, on, before, bearer=bearer)
            if closing is not None:
                await book(connection, closing)
            mine = await _reservation(connection, order.key) or await _reservation(connection, order.replaces)
            return _stored_reservation(mine)

    async def exposure(self, order: FundOrder) -> Exposure:
        """What the fund already holds for the member, the client, the entity, and in all."""
        async with self._database.reading() as connection:
            return await _exposure(connection, order)

    async def activity_balance(self, member_id: str) -> Decimal:
        """What stands to the member's credit on the activity account, over all the member's jobs."""
        jobs = select(fund_reservations.c.job_id).where(fund_reservations.c.member_id == member_id)
        async with self._database.reading() as connection:
            total = await connection.scalar(
                select(func.sum(ledger_postings.c.amount_eur))
                .join(ledger_entries)
                .where(ledger_postings.c.account == Account.ACTIVITY.value, ledger_entries.c.job_id.in_(jobs))
            )
            return -(total or ZERO)

    async def paid_by_client(self, job_id: str) -> Decimal:
        """What the client has paid for the job so far, for instance a deposit."""
        async with self._database.reading() as connection:
            told = await entries_of(connection, job_id)
        received = [entry for entry in told if sum(_on(entry, one) for one in RECEIVED) > ZERO]
        return -sum((_on(entry, Account.RECEIVABLE) for entry in received), ZERO)


async def _carried(
    connection: AsyncConnection, mine: Row[Any] | None, replaces: str | None
) -> tuple[Decimal, Decimal]:
    """What the fund paid already under the order this one takes the place of, and what of it came back."""
    earlier = [one for one in (mine, await _reservation(connection, replaces)) if one is not None]
    for one in earlier:
        await _change(connection, one.order_key, posted_eur=ZERO, repaid_eur=ZERO)
    return sum((one.posted_eur for one in earlier), ZERO), sum((one.repaid_eur for one in earlier), ZERO)


async def _reserve(
    connection: AsyncConnection,
    order: FundOrder,
    amount_eur: Decimal,
    on: date,
    carried: tuple[Decimal, Decimal],
    *,
    again: bool,
) -> None:
    posted, repaid = carried
    reserved = max(amount_eur, posted)
    row = {
        "order_key": order.key,
        "job_id": order.job_id,
        "member_id": order.request.member_id,
        "client_id": order.request.client_id,
        "entity": order.entity,
        "reserved_eur": reserved,
        "posted_eur": posted,
        "voided_eur": ZERO,
        "repaid_eur": repaid,
        "state": "reserved",
    }
    await upsert(connection, fund_reservations, row, key=["order_key"])
    if reserved > posted:
        key = await _fresh(connection, order.key, "reserve") if again else f"{order.key}:reserve"
        await book(connection, entries.reserve(key, order.job_id, on, reserved - posted))


async def _void(connection: AsyncConnection, order_key: str | None, on: date) -> None:
    mine = await _reservation(connection, order_key)
    if mine is None or mine.state != "reserved":
        return
    rest = await _unused(connection, mine)
    if rest:
        key = await _fresh(connection, mine.order_key, "void")
        await book(connection, entries.void(key, mine.job_id, on, rest))
    await _change(connection, mine.order_key, state="voided", voided_eur=rest)


async def _unused(connection: AsyncConnection, mine: Row[Any]) -> Decimal:
    """What is set aside and was not paid out; an earlier order's payments are no longer its own."""
    held = (await balances_of(connection, mine.job_id)).of(Account.RESERVED)
    return Decimal(min(max(held, ZERO), mine.reserved_eur))


async def _use(connection: AsyncConnection, job_id: str, on: date, key: str) -> None:
    """What is not needed any more goes back to the fund, once what left the bank is paid."""
    await fund_pays_ahead(connection, job_id, on, key)
    row = fund_reservations.c
    held = select(fund_reservations).where(row.job_id == job_id, row.state == "reserved").order_by(row.order_key)
    for mine in (await connection.execute(held)).all():
        rest = await _unused(connection, mine)
        await book(connection, entries.void(f"{mine.order_key}:settle-void", job_id, on, rest))
        await _change(connection, mine.order_key, state="settled", voided_eur=rest)


def _unpaid(order: FundOrder, on: date, before: Balances, bearer: Account) -> Entry | None:
    """What nobody waits for any more once a bearer is named: the claim goes, the loss is the bearer's."""
    if max(before.of(Account.RECEIVABLE), before.of(Account.LATE_COSTS)) <= ZERO:
        return None
    return entries.write_off(order.key_for("write-off"), order.job_id, on, bearer, before)


def _on(entry: Entry, account: Account) -> Decimal:
    return sum((posting.amount_eur for posting in entry.postings if posting.account is account), ZERO)


async def _fresh(connection: AsyncConnection, order_key: str, what: str) -> str:
    """A reservation that was given back and made again is two entries."""
    like = f"{order_key}:{what}%"
    earlier = await connection.scalar(
        select(func.count()).select_from(ledger_entries).where(ledger_entries.c.key.like(like))
    )
    return f"{order_key}:{what}-{earlier + 1}" if earlier else f"{order_key}:{what}"


async def _exposure(connection: AsyncConnection, order: FundOrder) -> Exposure:
    row = fund_reservations.c

    def held(*whose: Any) -> Any:
        return select(total(HELD)).where(*whose).scalar_subquery()

    found = await connection.execute(
        select(
            held(row.member_id == order.request.member_id).label("member_eur"),
            held(row.client_id == order.request.client_id).label("client_eur"),
            held(row.entity == order.entity).label("entity_eur"),
            held().label("fund_eur"),
        )
    )
    return Exposure.model_validate(dict(found.one()._mapping))


async def _reservation(connection: AsyncConnection, order_key: str | None) -> Row[Any] | None:
    mine = select(fund_reservations).where(fund_reservations.c.order_key == order_key)
    return (await connection.execute(mine)).one_or_none()


async def _change(connection: AsyncConnection, order_key: str, **values: Any) -> None:
    mine = fund_reservations.c.order_key == order_key
    await connection.execute(update(fund_reservations).where(mine).values(**values))


def _stored_reservation(row: Row[Any] | None) -> FundReservation:
    if row is None:
        return FundReservation(reserved_eur=ZERO, posted_eur=ZERO, voided_eur=ZERO)
    return FundReservation.model_validate(dict(row._mapping))
