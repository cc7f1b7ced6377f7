"""Statements of account: taken over once, and each movement recognised or kept visible."""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import (
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    Row,
    String,
    Table,
    UniqueConstraint,
    func,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.bank import EntryCard, Nudge, Receipt, Statement, StatementDoesNotFollow, StatementEntry
from domain.money import ZERO
from domain.orders import step_name
from storage.database import Database, insert_once
from storage.invoices import invoices
from storage.payments import payment_batches, payments
from storage.tables import Encrypted, MoneyCents, UtcDateTime, metadata

ON_ITS_WAY = ("batched", "approved", "sent")
"""Payments a bank may book; also those a person handed over as a file before telling us so."""

bank_statements = Table(
    "bank_statements",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("iban", String(34), nullable=False),
    Column("statement_id", String(100), nullable=False),
    Column("on", Date, nullable=False),
    Column("opening_eur", MoneyCents, nullable=False),
    Column("closing_eur", MoneyCents, nullable=False),
    Column("source", String(10), nullable=False),
    Column("taken_at", UtcDateTime, nullable=False),
    UniqueConstraint("iban", "on", "statement_id"),
)
bank_entries = Table(
    "bank_entries",
    metadata,
    Column("statement", ForeignKey("bank_statements.id"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("reference", String(100), nullable=False),
    Column("amount_eur", MoneyCents, nullable=False),
    Column("booked_on", Date, nullable=False),
    Column("end_to_end", String(100)),
    Column("structured", String(35)),
    Column("text", Encrypted("bank_entries.text")),
    Column("counterparty_name", Encrypted("bank_entries.counterparty_name")),
    Column("counterparty_iban", Encrypted("bank_entries.counterparty_iban")),
    Column("return_reason", String(10)),
    Column("state", String(10), nullable=False),
    Column("kind", String(10)),
    Column("subject_id", String(40)),
    Column("matched_eur", MoneyCents, nullable=False),
    Index(None, "kind", "subject_id"),
    Index(None, "state"),
)


class Match(NamedTuple):
    """What one movement turned out to be."""

    state: str = "unknown"
    kind: str | None = None
    subject_id: str | None = None
    matched_eur: Decimal = ZERO
    nudges: tuple[Nudge, ...] = ()


class Statements:
    """Takes statements over and recognises their movements."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def take(self, statement: Statement, at: datetime) -> tuple[Nudge, ...] | None:
        """Take one statement over, whole or not at all; None when it was taken over before.

        StatementDoesNotFollow when the balances show that a statement between is missing. Returns who must
        look again.
        """
        async with self._database.writing() as connection:
            if await _known(connection, statement):
                return None
            await _follows(connection, statement)
            row = {
                "iban": statement.iban,
                "statement_id": statement.statement_id,
                "on": statement.on,
                "opening_eur": statement.opening_eur,
                "closing_eur": statement.closing_eur,
                "source": statement.source,
                "taken_at": at,
            }
            if not await insert_once(connection, bank_statements, row, key=("iban", "on", "statement_id")):
                return None
            number = await connection.scalar(select(bank_statements.c.id).where(*_same(statement)))
            nudges: list[Nudge] = []
            for position, entry in enumerate(statement.entries, start=1):
                match = await _recognise(connection, entry)
                await connection.execute(bank_entries.insert().values(_entry(number, position, entry, match)))
                nudges.extend(match.nudges)
        return tuple(dict.fromkeys(nudges))

    async def last_on(self, iban: str) -> date | None:
        """The day of the latest statement of an account."""
        async with self._database.reading() as connection:
            found = select(func.max(bank_statements.c.on)).where(bank_statements.c.iban == iban)
            latest: date | None = await connection.scalar(found)
        return latest

    async def received(self, invoice_id: str) -> list[Receipt]:
        """What was received for an invoice, oldest first; money given back counts negative."""
        wanted = select(bank_entries.c.booked_on, bank_entries.c.matched_eur).where(
            bank_entries.c.kind == "invoice", bank_entries.c.subject_id == invoice_id
        )
        async with self._database.reading() as connection:
            rows = await connection.execute(wanted.order_by(bank_entries.c.booked_on))
            return [Receipt(on=row.booked_on, amount_eur=row.matched_eur) for row in rows]

    async def entries(self, *states: str, limit: int = 200) -> list[EntryCard]:
        """Movements in these states, the newest first: what nobody has recognised stays visible here."""
        wanted = select(bank_entries, bank_statements.c.iban, bank_statements.c.on).join(bank_statements)
        if states:
            wanted = wanted.where(bank_entries.c.state.in_(states))
        newest = bank_statements.c.on.desc(), bank_entries.c.statement, bank_entries.c.position
        async with self._database.reading() as connection:
            rows = await connection.execute(wanted.order_by(*newest).limit(limit))
            return [EntryCard.model_validate(dict(row._mapping) | {"text": row.text or ""}) for row in rows]


def _same(statement: Statement) -> Iterable[Any]:
    return (
        bank_statements.c.iban == statement.iban,
        bank_statements.c.on == statement.on,
        bank_statements.c.statement_id == statement.statement_id,
    )


async def _known(connection: AsyncConnection, statement: Statement) -> bool:
    """Taken over before, or delivered before by the bank's other channel (CODA beside CAMT)."""
    other_channel = (
        bank_statements.c.iban == statement.iban,
        bank_statements.c.on == statement.on,
        bank_statements.c.opening_eur == statement.opening_eur,
        bank_statements.c.closing_eur == statement.closing_eur,
        bank_statements.c.source != statement.source,
    )
    for same in (_same(statement), other_channel):
        if await connection.scalar(select(func.count()).where(*same)):
            return True
    return False


async def _follows(connection: AsyncConnection, statement: Statement) -> None:
    """A statement opens with the balance the one before it closed with."""
    before = (
        select(bank_statements)
        .where(bank_statements.c.iban == statement.iban, bank_statements.c.on <= statement.on)
        .order_by(bank_statements.c.on.desc(), bank_statements.c.id.desc())
        .limit(1)
    )
    row = (await connection.execute(before)).one_or_none()
    if row is not None and row.closing_eur != statement.opening_eur:
        raise StatementDoesNotFollow(
            on=statement.on.isoformat(), opening=str(statement.opening_eur), closing=str(row.closing_eur)
        )


def _entry(number: int | None, position: int, entry: StatementEntry, match: Match) -> dict[str, Any]:
    return {
        "statement": number,
        "position": position,
        "reference": entry.reference,
        "amount_eur": entry.amount_eur,
        "booked_on": entry.booked_on,
        "end_to_end": entry.end_to_end,
        "structured": entry.structured,
        "text": entry.text or None,
        "counterparty_name": entry.counterparty_name,
        "counterparty_iban": entry.counterparty_iban,
        "return_reason": entry.return_reason,
        "state": match.state,
        "kind": match.kind,
        "subject_id": match.subject_id,
        "matched_eur": match.matched_eur,
    }


async def _recognise(connection: AsyncConnection, entry: StatementEntry) -> Match:
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
    owed = await _open(connection, invoice)
    taken = min(entry.amount_eur, max(owed, ZERO))
    return Match(
        state="matched" if taken == entry.amount_eur else "partly",
        kind="invoice",
        subject_id=invoice.invoice_id,
        matched_eur=taken,
        nudges=(Nudge(workflow_id=f"collection-{invoice.invoice_id}"),),
    )


async def _open(connection: AsyncConnection, invoice: Row[Any]) -> Decimal:
    received = select(func.coalesce(func.sum(bank_entries.c.matched_eur), ZERO)).where(
        bank_entries.c.kind == "invoice", bank_entries.c.subject_id == invoice.invoice_id
    )
    credited = select(func.coalesce(func.sum(invoices.c.total_eur), ZERO)).where(
        invoices.c.credits == invoice.invoice_id
    )
    paid, taken_back = await connection.scalar(received), await connection.scalar(credited)
    return Decimal(invoice.payable_eur - (paid or ZERO) - (taken_back or ZERO))


async def _payment(connection: AsyncConnection, entry: StatementEntry) -> Match | None:
    """A payment of ours that the bank booked."""
    found = await _ours(connection, entry)
    if found is None:
        return None
    if found.amount_eur != -entry.amount_eur:
        return Match("partly", "payment", found.payment_id, ZERO, (_asking(found),))
    await _becomes(connection, found, ON_ITS_WAY, state="booked", booked_on=entry.booked_on)
    await _batch_complete(connection, found.batch_id)
    return Match("matched", "payment", found.payment_id, entry.amount_eur, (_asking(found),))


async def _return(connection: AsyncConnection, entry: StatementEntry) -> Match:
    """A payment of ours that came back."""
    found = await _ours(connection, entry)
    if found is None:
        return Match()
    if found.amount_eur != entry.amount_eur:
        return Match("partly", "payment", found.payment_id, ZERO, (_asking(found),))
    await _becomes(connection, found, (*ON_ITS_WAY, "booked"), state="returned", reason=entry.return_reason)
    return Match("matched", "payment", found.payment_id, entry.amount_eur, (_asking(found),))


async def _batch(connection: AsyncConnection, entry: StatementEntry) -> Match | None:
    """A whole batch booked as one movement, as banks do with wages."""
    if entry.batch is None:
        return None
    wanted = select(payments).where(payments.c.batch_id == entry.batch, payments.c.state.in_(ON_ITS_WAY))
    rows = (await connection.execute(wanted)).all()
    if not rows or sum((row.amount_eur for row in rows), ZERO) != -entry.amount_eur:
        return None
    for row in rows:
        await _becomes(connection, row, ON_ITS_WAY, state="booked", booked_on=entry.booked_on)
    await _batch_complete(connection, entry.batch)
    return Match("matched", "payment", entry.batch, entry.amount_eur, tuple(_asking(row) for row in rows))


async def _ours(connection: AsyncConnection, entry: StatementEntry) -> Row[Any] | None:
    if entry.end_to_end is None:
        return None
    wanted = select(payments).where(payments.c.end_to_end == entry.end_to_end)
    return (await connection.execute(wanted)).one_or_none()


async def _becomes(
    connection: AsyncConnection, payment: Row[Any], from_states: tuple[str, ...], **values: Any
) -> None:
    await connection.execute(
        update(payments)
        .where(payments.c.payment_id == payment.payment_id, payments.c.state.in_(from_states))
        .values(**values)
    )


async def _batch_complete(connection: AsyncConnection, batch_id: str | None) -> None:
    under_way = select(func.count()).where(payments.c.batch_id == batch_id, payments.c.state.in_(ON_ITS_WAY))
    if batch_id is not None and not await connection.scalar(under_way):
        await connection.execute(
            update(payment_batches).where(payment_batches.c.batch_id == batch_id).values(state="booked")
        )


def _asking(payment: Row[Any]) -> Nudge:
    """The step that waits for this payment, as its order key names it."""
    _, service, item, _ = payment.order_key.split("/")
    return Nudge(workflow_id=f"job-{payment.job_id}", step=step_name(service, item))
