"""What the bank told, as it is kept: statements of account and their movements."""

from collections.abc import Iterable
from datetime import date

from sqlalchemy import Column, Date, ForeignKey, Index, Integer, String, Table, UniqueConstraint, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.tables import Encrypted, MoneyCents, UtcDateTime, metadata

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
    Column("settled_at", UtcDateTime),
    UniqueConstraint("iban", "on", "statement_id"),
    Index(None, "settled_at"),
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


async def told_until(connection: AsyncConnection, booked: Iterable[str]) -> date | None:
    """The day of the latest statement of the account on which these payments or batches were booked."""
    account = (
        select(bank_statements.c.iban)
        .join(bank_entries)
        .where(bank_entries.c.kind.in_(("payment", "batch")), bank_entries.c.subject_id.in_(list(booked)))
    )
    latest = select(func.max(bank_statements.c.on)).where(bank_statements.c.iban.in_(account))
    told: date | None = await connection.scalar(latest)
    return told
