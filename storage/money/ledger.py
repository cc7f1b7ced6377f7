"""The books: every entry balances, is booked once, and can be read by job and by account."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

from sqlalchemy import Column, Date, ForeignKey, Integer, String, Table, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.entries import cost_refunded, money_left, own_money, post
from domain.ledger import Account, AlreadyInTheBooks, Balances, Entry, Posting
from domain.money import ZERO
from domain.orders import short_reference
from storage.core.database import Database, insert_once
from storage.core.tables import MoneyCents, metadata
from storage.money.fund_tables import fund_reservations

ledger_entries = Table(
    "ledger_entries",
    metadata,
    Column("key", String(160), primary_key=True),
    Column("job_id", String(20), nullable=False, index=True),
    Column("on", Date, nullable=False),
    Column("text", String(200), nullable=False),
    Column("entity", String(40)),
    Column("other_entity", String(40)),
)
"""`entity`: whose books an entry stands in; empty: those of its job's entity (`whose`)."""

ledger_postings = Table(
    "ledger_postings",
    metadata,
    Column("entry_key", ForeignKey("ledger_entries.key"), primary_key=True),
    Column("n", Integer, primary_key=True, autoincrement=False),
    Column("account", String(20), nullable=False, index=True),
    Column("amount_eur", MoneyCents, nullable=False),
)

ledger_facts = Table(
    "ledger_facts",
    metadata,
    Column("fact", String(200), primary_key=True),
    Column("entry_key", ForeignKey("ledger_entries.key"), nullable=False, unique=True),
)
"""Which entry states a business fact now; the primary key is what refuses a second one."""


class LedgerStore:
    """The books in the database; nothing is ever changed or taken out."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def post(self, entry: Entry) -> None:
        """Book an entry, once per key; AlreadyInTheBooks when its fact stands under another key."""
        async with self._database.writing() as connection:
            await book(connection, entry)

    async def replace(self, entry: Entry) -> None:
        """Book an entry in place of the one that states the same fact, which is taken back. Once per key.

        Replaced by an entry that moves nothing, the fact is only taken back.
        """
        async with self._database.writing() as connection:
            await one_at_a_time(connection, entry.job_id)
            if await is_booked(connection, entry.key):
                return
            if entry.business_fact is not None:
                await make_room(connection, entry)
            await book(connection, entry)

    async def replace_from(
        self, key: str, job_id: str, fact: str | None, make: Callable[[Balances], Entry]
    ) -> None:
        """The same for an entry that follows from the job's balances, read once the earlier one is taken back."""
        async with self._database.writing() as connection:
            await one_at_a_time(connection, job_id)
            if await is_booked(connection, key):
                return
            if fact is not None and await fact_in_force(connection, fact):
                await _make_room(connection, fact, make(await balances_of(connection, job_id)).on)
            await book(connection, make(await balances_of(connection, job_id)))

    async def in_force(self, fact: str) -> Entry | None:
        """The entry that states a fact now."""
        async with self._database.reading() as connection:
            return await fact_in_force(connection, fact)

    async def post_from(self, key: str, job_id: str, make: Callable[[Balances], Entry | None]) -> None:
        """Book what follows from the job's balances, read in the same transaction; once per key."""
        async with self._database.writing() as connection:
            await one_at_a_time(connection, job_id)
            if await is_booked(connection, key):
                return
            entry = make(await balances_of(connection, job_id))
            if entry is not None:
                await book(connection, entry)

    async def take_back(self, cost_key: str, key: str, on: date, kept_eur: Decimal) -> None:
        """A booked cost comes back, less what the partner keeps; nothing booked is nothing to do."""
        async with self._database.writing() as connection:
            cost = await _cost(connection, cost_key)
            if cost is not None and (spent_eur := cost.on_account(Account.RESULT)) > kept_eur:
                await book(connection, cost_refunded(key, cost.job_id, on, spent_eur - kept_eur))

    async def keep(self, kept: Entry, given_back: str) -> None:
        """Book what stays of a cost in its place, whatever had come back of it under `given_back`. Once per key."""
        async with self._database.writing() as connection:
            if await is_booked(connection, kept.key):
                return
            cost = await _cost(connection, kept.business_fact or "")
            if cost is not None and cost.key != kept.key:
                await take_back(connection, cost, f"{cost.key}:replaced", kept.on)
                back = await entry_of(connection, given_back)
                if back is not None and not await is_booked(connection, f"{given_back}:replaced"):
                    await take_back(connection, back, f"{given_back}:replaced", kept.on)
            await book(connection, kept)

    async def reverse(self, key: str, *, as_key: str, on: date) -> None:
        """Take an entry back by its mirror image, once; nothing when it was never booked."""
        async with self._database.writing() as connection:
            found = await entry_of(connection, key)
            replaced = await is_booked(connection, f"{key}:replaced")
            if found is not None and not replaced:
                await take_back(connection, found, as_key, on)

    async def balances(self, job_id: str) -> Balances:
        """What stands on each account of one job."""
        async with self._database.reading() as connection:
            return await balances_of(connection, job_id)

    async def entries(self, job_id: str) -> list[Entry]:
        """Everything booked for one job, in order of its days."""
        async with self._database.reading() as connection:
            return await entries_of(connection, job_id)

    async def totals(self) -> Balances:
        """What stands on each account of the cooperative, over all jobs."""
        async with self._database.reading() as connection:
            rows = await connection.execute(
                select(ledger_postings.c.account, func.sum(ledger_postings.c.amount_eur)).group_by(
                    ledger_postings.c.account
                )
            )
            return Balances(amounts={Account.called(account): amount for account, amount in rows})


async def one_at_a_time(connection: AsyncConnection, whose: str) -> None:
    """Nobody else reads the same balances to book upon them. SQLite has one writer anyway."""
    if connection.dialect.name == "postgresql":
        await connection.execute(select(func.pg_advisory_xact_lock(func.hashtext(f"ledger:{whose}"))))


async def book(connection: AsyncConnection, entry: Entry) -> bool:
    """Book an entry in the caller's transaction; False when its key is booked already, or when it moves nothing.

    Raises AlreadyInTheBooks when another entry states the same fact: then nothing of the transaction stays.
    """
    row = entry.model_dump(include={"key", "job_id", "on", "text", "entity", "other_entity"})
    if not entry.postings or not await insert_once(connection, ledger_entries, row, key=["key"]):
        return False
    await _state(connection, entry)
    rows = [
        {"entry_key": entry.key, "n": n, "account": posting.account.value, "amount_eur": posting.amount_eur}
        for n, posting in enumerate(entry.postings)
    ]
    await connection.execute(ledger_postings.insert(), rows)
    if money_left(entry):
        await fund_pays_ahead(connection, entry.job_id, entry.on, entry.key)
    elif Account.RESERVED not in {one.account for one in entry.postings}:
        await _fund_repaid(connection, entry)
    return True


async def fund_pays_ahead(connection: AsyncConnection, job_id: str, on: date, key: str) -> None:
    """The fund pays what has left the bank for a job and its own money does not cover, up to what is set aside."""
    await one_at_a_time(connection, job_id)
    row = fund_reservations.c
    held = select(fund_reservations).where(row.job_id == job_id, row.state == "reserved").order_by(row.order_key)
    rows = (await connection.execute(held)).all()
    if not rows:
        return
    before = await balances_of(connection, job_id)
    missing, left = -min(own_money(before), ZERO), before.of(Account.RESERVED)
    for mine in rows:
        part = min(missing, mine.reserved_eur - mine.posted_eur, left)
        if part > ZERO:
            await book(connection, post(f"{mine.order_key}:post/{short_reference(key)}", job_id, on, part))
            await _change_fund(connection, mine.order_key, posted_eur=mine.posted_eur + part)
            missing, left = missing - part, left - part


async def _fund_repaid(connection: AsyncConnection, entry: Entry) -> None:
    """Keep with the reservation what an entry gave back to the fund, or took from it again."""
    back = entry.on_account(Account.PREFINANCED)
    if back == ZERO:
        return
    wanted = select(fund_reservations).where(fund_reservations.c.job_id == entry.job_id)
    for mine in (await connection.execute(wanted.order_by(fund_reservations.c.order_key))).all():
        part = max(min(back, mine.posted_eur - mine.repaid_eur), -mine.repaid_eur)
        if part:
            await _change_fund(connection, mine.order_key, repaid_eur=mine.repaid_eur + part)
            back -= part


async def _change_fund(connection: AsyncConnection, order_key: str, **values: Decimal) -> None:
    mine = fund_reservations.c.order_key == order_key
    await connection.execute(update(fund_reservations).where(mine).values(**values))


async def _state(connection: AsyncConnection, entry: Entry) -> None:
    if (fact := entry.business_fact) is None:
        return
    if not await insert_once(connection, ledger_facts, {"fact": fact, "entry_key": entry.key}, key=["fact"]):
        other = await connection.scalar(select(ledger_facts.c.entry_key).where(ledger_facts.c.fact == fact))
        raise AlreadyInTheBooks(entry=str(other))


async def take_back(connection: AsyncConnection, entry: Entry, as_key: str, on: date) -> None:
    """Book an entry's mirror image, once; whatever it stated may be stated anew."""
    await connection.execute(delete(ledger_facts).where(ledger_facts.c.entry_key == entry.key))
    await book(connection, entry.mirrored(as_key, on))


async def make_room(connection: AsyncConnection, entry: Entry) -> None:
    """Take back whatever states the same fact now, so that this entry may state it."""
    await _make_room(connection, entry.business_fact, entry.on)


async def _make_room(connection: AsyncConnection, fact: str | None, on: date) -> None:
    if earlier := await fact_in_force(connection, fact):
        await take_back(connection, earlier, f"{earlier.key}:replaced", on)


async def _cost(connection: AsyncConnection, fact: str) -> Entry | None:
    """What an order costs the job, as it is booked now; None when it costs nothing any more."""
    cost = await fact_in_force(connection, fact)
    if cost is None and not await is_booked(connection, f"{fact}:replaced"):
        cost = await entry_of(connection, fact)  # booked before facts were kept
    return cost


async def fact_in_force(connection: AsyncConnection, fact: str | None) -> Entry | None:
    """The entry that states a fact now, as the caller's transaction sees it."""
    key = await connection.scalar(select(ledger_facts.c.entry_key).where(ledger_facts.c.fact == fact))
    return await entry_of(connection, key) if key else None


async def entry_of(connection: AsyncConnection, key: str) -> Entry | None:
    """One entry; None when it was never booked."""
    job_id = await connection.scalar(select(ledger_entries.c.job_id).where(ledger_entries.c.key == key))
    booked = await entries_of(connection, job_id) if job_id else []
    return next((one for one in booked if one.key == key), None)


async def is_booked(connection: AsyncConnection, key: str) -> bool:
    """Whether an entry with this key is in the books."""
    found = await connection.execute(select(ledger_entries.c.key).where(ledger_entries.c.key == key))
    return found.first() is not None


async def balances_of(connection: AsyncConnection, job_id: str) -> Balances:
    """The balances of one job, as the caller's transaction sees them."""
    rows = await connection.execute(
        select(ledger_postings.c.account, func.sum(ledger_postings.c.amount_eur))
        .join(ledger_entries)
        .where(ledger_entries.c.job_id == job_id)
        .group_by(ledger_postings.c.account)
    )
    return Balances(amounts={Account.called(account): amount for account, amount in rows})


async def entries_of(connection: AsyncConnection, job_id: str) -> list[Entry]:
    """The entries of one job, as the caller's transaction sees them."""
    rows = await connection.execute(
        select(ledger_entries, ledger_postings.c.account, ledger_postings.c.amount_eur)
        .join(ledger_postings)
        .where(ledger_entries.c.job_id == job_id)
        .order_by(ledger_entries.c.on, ledger_entries.c.key, ledger_postings.c.n)
    )
    found: dict[str, list[Posting]] = {}
    heads = {}
    for row in rows:
        heads[row.key] = row
        posting = Posting(account=Account.called(row.account), amount_eur=row.amount_eur)
        found.setdefault(row.key, []).append(posting)
    return [
        Entry(
            key=key,
            job_id=job_id,
            on=heads[key].on,
            text=heads[key].text,
            entity=heads[key].entity,
            other_entity=heads[key].other_entity,
            postings=tuple(postings),
        )
        for key, postings in found.items()
    ]
