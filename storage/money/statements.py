"""Statements of account: taken over once, and each movement recognised or kept visible."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Row, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.bank import ClientReceipt, EntryCard
from domain.matching import MatchedPart
from domain.statements import Statement, StatementChanged, StatementDoesNotFollow, StatementEntry, in_order
from storage.core.database import Database, insert_new
from storage.core.tables import in_row
from storage.money.bank_tables import bank_entries, bank_statements, receipts
from storage.money.recognition import (
    Match,
    Movement,
    entity_of,
    kept_above_of,
    late_costs_of,
    recognise,
    told_apart,
)


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
            numbers = [await _taken(connection, statement, at) for statement in in_order(statements)]
        return tuple(number for number in numbers if number is not None)

    async def last_on(self, ibans: Iterable[str]) -> dict[str, date]:
        """The day of the latest statement of each account that has one."""
        these = bank_statements.c.iban.in_(sorted(set(ibans)))
        latest = func.max(bank_statements.c.on)
        wanted = select(bank_statements.c.iban, latest.label("on")).where(these).group_by(bank_statements.c.iban)
        async with self._database.reading() as connection:
            return {row.iban: row.on for row in await connection.execute(wanted)}

    async def received(self, invoice_id: str) -> list[ClientReceipt]:
        """What was received for an invoice, oldest first; money given back counts negative."""
        came_in = receipts()
        wanted = select(came_in.c.booked_on, came_in.c.amount_eur).where(came_in.c.invoice_id == invoice_id)
        async with self._database.reading() as connection:
            rows = await connection.execute(wanted.order_by(came_in.c.booked_on))
            return [ClientReceipt(on=row.booked_on, amount_eur=row.amount_eur) for row in rows]

    async def received_above(self, invoice_id: str) -> Decimal:
        """What came in under an invoice's reference above what it still asked for: late costs, or a mistake."""
        async with self._database.reading() as connection:
            return await kept_above_of(connection, invoice_id)

    async def late_costs_received(self, invoice_id: str) -> Decimal:
        """What a person said is interest and costs of an invoice."""
        async with self._database.reading() as connection:
            return await late_costs_of(connection, invoice_id)

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
    statement = await told_apart(connection, statement)
    near = await _near(connection, statement)
    if await _known(connection, statement, [row for row in near if row.on == statement.on]):
        return None
    _follows(statement, near)
    row = statement.model_dump(include={"iban", "statement_id", "on", "opening_eur", "closing_eur", "source"})
    number = await insert_new(
        connection, bank_statements, row | {"taken_at": at}, key=("iban", "on", "statement_id"), told="id"
    )
    if number is None:
        return None
    entity = await entity_of(connection, statement.iban) if statement.entries else None
    for position, entry in enumerate(statement.entries, start=1):
        match = await recognise(connection, Movement(entry, statement.iban, entity))
        await connection.execute(
            bank_entries.insert().values(in_row(bank_entries, _entry(number, position, entry, match)))
        )
    return int(number)


async def _near(connection: AsyncConnection, statement: Statement) -> Sequence[Row[Any]]:
    """The statements of an account on that day, or on the last day before it, and on the next day that has one."""
    day, account = statement.on, bank_statements.c.iban == statement.iban
    before = select(func.max(bank_statements.c.on)).where(account, bank_statements.c.on <= day).scalar_subquery()
    after = select(func.min(bank_statements.c.on)).where(account, bank_statements.c.on > day).scalar_subquery()
    wanted = select(bank_statements).where(account, bank_statements.c.on.in_([before, after]))
    return (await connection.execute(wanted.order_by(bank_statements.c.on, bank_statements.c.id))).all()


async def _known(connection: AsyncConnection, statement: Statement, rows: Sequence[Row[Any]]) -> bool:
    """Taken over before: under this name, by the bank's other channel (CODA beside CAMT), or under another name.

    `rows` are those of that day. StatementChanged when it comes under a known name with other movements.
    """
    named = next((row for row in rows if row.statement_id == statement.statement_id), None)
    if named is not None and await _moved(connection, named) != told_by(statement):
        raise StatementChanged(name=statement.statement_id, on=statement.on.isoformat())
    for row in rows:
        if (row.opening_eur, row.closing_eur) != (statement.opening_eur, statement.closing_eur):
            continue
        if row.source != statement.source or await _moved(connection, row) == told_by(statement):
            return True
    return named is not None


Told = tuple[Decimal, Decimal, tuple[tuple[Any, ...], ...]]
"""What makes two statements the same: balances, and each movement with all that the bank says of it."""


def told_by(statement: Statement) -> Told:
    """What a statement tells, as far as it is kept."""
    moves = tuple(
        tuple(_entry(0, 0, entry, Match())[name] or None for name in AS_TOLD) for entry in statement.entries
    )
    return statement.opening_eur, statement.closing_eur, moves


AS_TOLD = (
    "amount_eur",
    "booked_on",
    "reference",
    "end_to_end",
    "text",
    "counterparty_name",
    "counterparty_iban",
)


async def _moved(connection: AsyncConnection, kept: Row[Any]) -> Told:
    wanted = select(bank_entries).where(bank_entries.c.statement == kept.id).order_by(bank_entries.c.position)
    rows = (await connection.execute(wanted)).all()
    return (
        kept.opening_eur,
        kept.closing_eur,
        tuple(tuple(getattr(row, n) or None for n in AS_TOLD) for row in rows),
    )


def _follows(statement: Statement, near: Sequence[Row[Any]]) -> None:
    """A statement opens with the balance the one before it closed with, and so does the one after it.

    The one before may be of that very day.
    """
    before = next((row for row in reversed(near) if row.on <= statement.on), None)
    after = next((row for row in near if row.on > statement.on), None)
    if before is not None and before.closing_eur != statement.opening_eur:
        raise StatementDoesNotFollow(
            on=statement.on.isoformat(), opening=str(statement.opening_eur), closing=str(before.closing_eur)
        )
    if after is not None and after.opening_eur != statement.closing_eur:
        raise StatementDoesNotFollow(
            on=after.on.isoformat(), opening=str(after.opening_eur), closing=str(statement.closing_eur)
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
