"""What the bank told, as it is kept: statements of account and their movements."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from sqlalchemy import (
    Column,
    ColumnElement,
    Date,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    String,
    Subquery,
    Table,
    UniqueConstraint,
    case,
    func,
    literal,
    select,
    type_coerce,
    union_all,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.money import ZERO
from storage.core.tables import Encrypted, MoneyCents, UtcDateTime, metadata

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
bank_parts = Table(
    "bank_parts",
    metadata,
    Column("statement", Integer, primary_key=True, autoincrement=False),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("n", Integer, primary_key=True, autoincrement=False),
    Column("kind", String(10), nullable=False),
    Column("subject_id", String(40), nullable=False),
    Column("amount_eur", MoneyCents, nullable=False),
    Column("operation_id", String(80), nullable=False),
    Column("by", String(40), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("reason", String(500), nullable=False),
    ForeignKeyConstraint(["statement", "position"], ["bank_entries.statement", "bank_entries.position"]),
    Index(None, "kind", "subject_id"),
)
"""What people said movements are that nobody had recognised, part by part."""


_OF_ENTRY = (bank_entries.c.statement == bank_parts.c.statement) & (
    bank_entries.c.position == bank_parts.c.position
)


def _signed() -> ColumnElement[Decimal]:
    """A part as the money moved: below zero when it went out, as a client's money that the bank took back."""
    out = bank_entries.c.amount_eur < literal(ZERO, MoneyCents)
    return type_coerce(case((out, -bank_parts.c.amount_eur), else_=bank_parts.c.amount_eur), MoneyCents)


def received_for(invoice_id: ColumnElement[str] | str) -> ColumnElement[Decimal]:
    """What came in for an invoice: recognised by its reference, or matched by a person."""
    recognised = select(func.coalesce(func.sum(bank_entries.c.matched_eur), literal(ZERO, MoneyCents))).where(
        bank_entries.c.kind == "invoice", bank_entries.c.subject_id == invoice_id
    )
    by_hand = (
        select(func.coalesce(func.sum(_signed()), literal(ZERO, MoneyCents)))
        .join_from(bank_parts, bank_entries, _OF_ENTRY)
        .where(bank_parts.c.kind == "invoice", bank_parts.c.subject_id == invoice_id)
    )
    return type_coerce(recognised.scalar_subquery() + by_hand.scalar_subquery(), MoneyCents)


def receipts() -> Subquery:
    """Every receipt of an invoice, with the day the bank booked it."""
    recognised = select(
        bank_entries.c.subject_id.label("invoice_id"),
        bank_entries.c.booked_on,
        bank_entries.c.matched_eur.label("amount_eur"),
    ).where(bank_entries.c.kind == "invoice")
    by_hand = (
        select(bank_parts.c.subject_id, bank_entries.c.booked_on, _signed().label("amount_eur"))
        .join_from(bank_parts, bank_entries, _OF_ENTRY)
        .where(bank_parts.c.kind == "invoice")
    )
    return union_all(recognised, by_hand).subquery("receipts")


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
