"""Statements of account: taken over once, and each movement recognised or kept visible."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Row, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.bank import EntryCard, Receipt, Statement, StatementDoesNotFollow, StatementEntry
from domain.matching import MatchedPart
from domain.money import ZERO
from storage.core.database import Database, insert_once
from storage.money.bank_tables import bank_entries, bank_statements, receipts
from storage.money.recognition import Match, recognise


class Statements:
    """Takes statements over and recognises their movements."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def take(self, statement: Statement, at: datetime) -> int | None:
        """Take one statement over, whole or not at all; its number, None when it was taken over before."""
        return next(iter(await self.take_all((statement,), at)), None)

    async def take_all(self, statements: Sequence[Statement], at: datetime) -> tuple[int, ...]:
        """Take statements over, all of them or none; returns the numbers of those that were new.

        StatementDoesNotFollow when the balances show that a statement between is missing.
        """
        async with self._database.writing() as connection:
            in_order = sorted(statements, key=lambda one: (one.iban, one.on))
            numbers = [await _taken(connection, statement, at) for statement in in_order]
        return tuple(number for number in numbers if number is not None)

    async def last_on(self, iban: str) -> date | None:
        """The day of the latest statement of an account."""
        async with self._database.reading() as connection:
            found = select(func.max(bank_statements.c.on)).where(bank_statements.c.iban == iban)
            latest: date | None = await connection.scalar(found)
        return latest

    async def received(self, invoice_id: str) -> list[Receipt]:
        """What was received for an invoice, oldest first; money given back counts negative."""
        came_in = receipts()
        wanted = select(came_in.c.booked_on, came_in.c.amount_eur).where(came_in.c.invoice_id == invoice_id)
        async with self._database.reading() as connection:
            rows = await connection.execute(wanted.order_by(came_in.c.booked_on))
            return [Receipt(on=row.booked_on, amount_eur=row.amount_eur) for row in rows]

    async def received_above(self, invoice_id: str) -> Decimal:
        """What came in under an invoice's reference above what it still asked for: late costs, or a mistake."""
        rest = func.coalesce(func.sum(bank_entries.c.amount_eur - bank_entries.c.matched_eur), ZERO)
        wanted = select(rest).where(
            bank_entries.c.kind == "invoice",
            bank_entries.c.subject_id == invoice_id,
            bank_entries.c.amount_eur > ZERO,
        )
        async with self._database.reading() as connection:
            above: Decimal | None = await connection.scalar(wanted)
        return above or ZERO

    async def entries(self, *states: str, limit: int = 200) -> list[EntryCard]:
        """Movements in these states, the newest first: what nobody has recognised stays visible here."""
        wanted = select(bank_entries, bank_statements.c.iban, bank_statements.c.on).join(bank_statements)
        if states:
            wanted = wanted.where(bank_entries.c.state.in_(states))
        newest = bank_statements.c.on.desc(), bank_entries.c.statement, bank_entries.c.position
        async with self._database.reading() as connection:
            rows = await connection.execute(wanted.order_by(*newest).limit(limit))
            return [card_of(row) for row in rows]


def card_of(row: Row[Any], parts: Iterable[MatchedPart] = ()) -> EntryCard:
    """One movement as finance people see it."""
    named = {"movement": f"{row.statement}-{row.position}", "text": row.text or "", "parts": tuple(parts)}
    return EntryCard.model_validate(dict(row._mapping) | named)


async def _taken(connection: AsyncConnection, statement: Statement, at: datetime) -> int | None:
    """The number of a statement taken over now; None when it was taken over before."""
    if await _known(connection, statement):
        return None
    await _follows(connection, statement)
    row = statement.model_dump(include={"iban", "statement_id", "on", "opening_eur", "closing_eur", "source"})
    if not await insert_once(
        connection, bank_statements, row | {"taken_at": at}, key=("iban", "on", "statement_id")
    ):
        return None
    number = (await connection.execute(select(bank_statements.c.id).where(*_same(statement)))).scalar_one()
    for position, entry in enumerate(statement.entries, start=1):
        match = await recognise(connection, entry)
        await connection.execute(bank_entries.insert().values(_entry(number, position, entry, match)))
    return int(number)


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


def _entry(number: int, position: int, entry: StatementEntry, match: Match) -> dict[str, Any]:
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
