"""The guarantee fund: what it holds for which job, never above a limit, and how each job's books end."""

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, Column, Row, String, Table, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from domain import entries
from domain.ledger import BEARERS, Account, Balances, Entry
from domain.money import ZERO
from domain.orders import StepOrder
from domain.rules.prefinancing import Exposure
from domain.services.prefinancing import FundReservation, PrefinancingRequest
from storage.core.database import Database, upsert
from storage.core.tables import MoneyCents, metadata
from storage.money.ledger import balances_of, book, entries_of, ledger_entries, ledger_postings, one_at_a_time
from storage.services.debt_collection import awaited

FundOrder = StepOrder[PrefinancingRequest]

fund_reservations = Table(
    "fund_reservations",
    metadata,
    Column("order_key", String(120), primary_key=True),
    Column("job_id", String(20), nullable=False, index=True),
    Column("member_id", String(40), nullable=False, index=True),
    Column("client_id", String(40), nullable=False, index=True),
    Column("entity", String(40), nullable=False, index=True),
    Column("reserved_eur", MoneyCents, nullable=False),
    Column("posted_eur", MoneyCents, nullable=False),
    Column("voided_eur", MoneyCents, nullable=False),
    Column("state", String(10), nullable=False, index=True),
    CheckConstraint("state IN ('reserved', 'settled', 'voided')", name="state"),
    CheckConstraint("reserved_eur >= 0", name="reserved"),
)

NOT_SPENDING = {Account.RECEIVABLE, Account.CLIENT_CREDIT, *BEARERS}
"""An entry that touches one of these changes the result without anything being spent for the job."""


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
                await _void(connection, order.replaces, on)
                check(await _exposure(connection, order))
                await _reserve(connection, order, amount_eur, on, again=mine is not None)
            return _stored_reservation(await _reservation(connection, order.key))

    async def void(self, order_key: str, on: date) -> FundReservation:
        """Give back what is reserved; nothing reserved is nothing to do."""
        async with self._database.writing() as connection:
            await one_at_a_time(connection, "fund")
            await _void(connection, order_key, on)
            return _stored_reservation(await _reservation(connection, order_key))

    async def settle(self, order: FundOrder, on: date, bearer: Account | None) -> FundReservation:
        """Post what was used, void all the rest and close the job's books: every account of the job at zero.

        Raises AccountsNotSettled, and books nothing, while anything else is open.
        """
        async with self._database.writing() as connection:
            await one_at_a_time(connection, "fund")
            await one_at_a_time(connection, order.job_id)
            await _use(connection, order.job_id, on)
            before = await balances_of(connection, order.job_id)
            unpaid = _unpaid(order, on, before, bearer) if bearer is not None else None
            if unpaid and not await awaited(connection, order.job_id):  # else its own collection decides about it
                await book(connection, unpaid)
                before = before.after(unpaid)
            closing = entries.close(order.key_for("close"), order.job_id, on, before, bearer=bearer)
            if closing is not None:
                await book(connection, closing)
            return _stored_reservation(await _reservation(connection, order.key))

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
        return -sum((_on(entry, Account.RECEIVABLE) for entry in told if _on(entry, Account.BANK) > 0), ZERO)


async def _reserve(
    connection: AsyncConnection, order: FundOrder, amount_eur: Decimal, on: date, *, again: bool
) -> None:
    row = {
        "order_key": order.key,
        "job_id": order.job_id,
        "member_id": order.request.member_id,
        "client_id": order.request.client_id,
        "entity": order.entity,
        "reserved_eur": amount_eur,
        "posted_eur": ZERO,
        "voided_eur": ZERO,
        "state": "reserved",
    }
    await upsert(connection, fund_reservations, row, key=["order_key"])
    if amount_eur:
        key = await _fresh(connection, order.key, "reserve") if again else f"{order.key}:reserve"
        await book(connection, entries.reserve(key, order.job_id, on, amount_eur))


async def _void(connection: AsyncConnection, order_key: str | None, on: date) -> None:
    mine = await _reservation(connection, order_key)
    if mine is None or mine.state != "reserved":
        return
    if mine.reserved_eur:
        key = await _fresh(connection, mine.order_key, "void")
        await book(connection, entries.void(key, mine.job_id, on, mine.reserved_eur))
    await _change(connection, mine.order_key, state="voided", voided_eur=mine.reserved_eur)


async def _use(connection: AsyncConnection, job_id: str, on: date) -> None:
    """What the job spent is the fund's to post, up to what it holds for the job; the rest goes back."""
    row = fund_reservations.c
    held = select(fund_reservations).where(row.job_id == job_id, row.state == "reserved").order_by(row.order_key)
    to_post = _spent(await entries_of(connection, job_id))
    for mine in (await connection.execute(held)).all():
        used = min(to_post, mine.reserved_eur)
        rest, to_post = mine.reserved_eur - used, to_post - used
        await book(connection, entries.post(f"{mine.order_key}:post", job_id, on, used))
        await book(connection, entries.void(f"{mine.order_key}:settle-void", job_id, on, rest))
        await _change(connection, mine.order_key, state="settled", posted_eur=used, voided_eur=rest)


def _unpaid(order: FundOrder, on: date, before: Balances, bearer: Account) -> Entry | None:
    """What nobody waits for any more once a bearer is named: the claim goes, the loss is the bearer's."""
    if max(before.of(Account.RECEIVABLE), before.of(Account.LATE_COSTS)) <= ZERO:
        return None
    return entries.write_off(order.key_for("write-off"), order.job_id, on, bearer, before)


def _spent(told: Sequence[Entry]) -> Decimal:
    """Services, pay and expenses, less what partners gave back."""
    return max(
        sum(
            (
                _on(entry, Account.RESULT)
                for entry in told
                if not any(posting.account in NOT_SPENDING for posting in entry.postings)
            ),
            ZERO,
        ),
        ZERO,
    )


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
        open_ = select(func.coalesce(func.sum(row.reserved_eur), 0)).where(row.state == "reserved", *whose)
        return open_.scalar_subquery()

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
