"""Quotes: what a member was told a job would cost and pay, and until when that holds."""

from datetime import datetime
from typing import Any

from sqlalchemy import Column, ForeignKey, Index, String, Table, insert, select

from domain.message import Message
from storage.core.database import Database, insert_once
from storage.core.tables import EncryptedJson, Json, UtcDateTime, metadata

quotes = Table(
    "quotes",
    metadata,
    Column("quote_id", String(40), primary_key=True),
    Column("fingerprint", String(64), nullable=False),
    Column("person_id", String(40)),
    Column("declaration", EncryptedJson("quotes.declaration"), nullable=False),
    Column("quote", Json, nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
    Column("valid_until_at", UtcDateTime, nullable=False),
    Index(None, "valid_until_at"),
)


quote_rates = Table(
    "quote_rates",
    metadata,
    Column("rate_id", String(80), primary_key=True),
    Column("quote_id", ForeignKey("quotes.quote_id", ondelete="CASCADE"), primary_key=True),
)
"""Which rates a quote rests on: when one turns out wrong, its jobs are found by it."""


class KeptQuote(Message):
    """A quote as it was given, with the declaration it was made from."""

    quote_id: str
    fingerprint: str
    """Of inputs, rates and price lists: the same fingerprint is the same quote."""
    person_id: str | None = None
    declaration: dict[str, Any]
    quote: dict[str, Any]
    made_at: datetime
    valid_until_at: datetime


class Quotes:
    """Reads and keeps quotes."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def keep(self, quote: KeptQuote) -> None:
        """Write a quote down; the same id a second time changes nothing."""
        async with self._database.writing() as connection:
            if await insert_once(connection, quotes, dict(quote), key=["quote_id"]):
                rows = [{"rate_id": rate, "quote_id": quote.quote_id} for rate in sorted(rates_of(quote.quote))]
                if rows:
                    await connection.execute(insert(quote_rates), rows)

    async def quote(self, quote_id: str) -> KeptQuote:
        """One quote; KeyError when unknown or swept away."""
        async with self._database.reading() as connection:
            row = (await connection.execute(select(quotes).where(quotes.c.quote_id == quote_id))).one_or_none()
        if row is None:
            raise KeyError(quote_id)
        return KeptQuote.model_validate(dict(row._mapping))


def rates_of(part: Any) -> set[str]:
    """The ids of the rates behind any figure of a quote."""
    if isinstance(part, dict):
        own = {str(rate) for rate in part.get("rate_ids") or ()}
        return own.union(*map(rates_of, part.values()))
    return set().union(*map(rates_of, part)) if isinstance(part, list | tuple) else set()
