"""Invoices and their numbers: per entity, series and year without a gap and without a duplicate."""

import re
from datetime import date
from typing import Any

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

from domain.identifiers import creditor_reference, structured_communication
from domain.money import ZERO
from domain.services.invoicing import (
    AlreadyIssued,
    InvoiceDraft,
    KeptInvoice,
    NumberedAlready,
    NumberInUse,
    NumberOfOurSeries,
    ReferenceInUse,
    SentBy,
)
from domain.vat_return import IssuedDocument
from storage.core.database import Database, insert_once
from storage.core.tables import MoneyCents, metadata
from storage.jobs import search_words

EVERYBODY = "*"
"""The one series of payment references: a payment is recognised whichever account it reaches."""

invoice_series = Table(
    "invoice_series",
    metadata,
    Column("entity", String(40), primary_key=True),
    Column("series", String(20), primary_key=True),
    Column("year", Integer, primary_key=True),
    Column("last_number", Integer, nullable=False),
    Column("last_on", Date, nullable=False),
)
invoices = Table(
    "invoices",
    metadata,
    Column("invoice_id", String(40), primary_key=True),
    Column("order_key", String(160), nullable=False, unique=True),
    Column("job_id", String(20), nullable=False),
    Column("entity", String(40), nullable=False),
    Column("series", String(20), nullable=False),
    Column("year", Integer, nullable=False),
    Column("in_series", Integer, nullable=False),
    Column("prefix", String(20), nullable=False),
    Column("number", String(40), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("client_id", String(40), nullable=False),
    Column("client_version", Integer, nullable=False),
    Column("issued_on", Date, nullable=False),
    Column("due_on", Date, nullable=False),
    Column("net_eur", MoneyCents, nullable=False),
    Column("vat_eur", MoneyCents, nullable=False),
    Column("total_eur", MoneyCents, nullable=False),
    Column("payable_eur", MoneyCents, nullable=False),
    Column("payment_reference", String(25), nullable=False),
    Column("credits", ForeignKey("invoices.invoice_id")),
    Column("document", String(200)),
    Column("xml", String(200)),
    Column("sent_by", String(10)),
    Column("message_id", String(200)),
    UniqueConstraint("entity", "series", "year", "in_series"),
    UniqueConstraint("entity", "number"),
    Index(None, "job_id"),
    Index(None, "payment_reference"),
    Index(None, "credits"),
    Index(None, "client_id"),
)

_credit_notes = invoices.alias()
_CREDITED = tuple(
    select(func.coalesce(func.sum(column), ZERO))
    .where(_credit_notes.c.credits == invoices.c.invoice_id)
    .scalar_subquery()
    .label(name)
    for name, column in (
        ("credited_eur", _credit_notes.c.total_eur),
        ("credited_net_eur", _credit_notes.c.net_eur),
    )
)


class Invoices:
    """Numbers invoices and remembers what became of them; satisfies the activities' Invoices."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def issue(self, draft: InvoiceDraft, replaces: str | None = None) -> KeptInvoice:
        """Give a draft its number, once per order key, in one transaction.

        A changed order (`replaces`) keeps the number of the one it replaces while nothing was sent; AlreadyIssued
        afterwards. Dates follow numbers: an invoice is never dated before the one numbered before it.
        Source: RD 1 of 29 December 1992, art. 5 §1, 2°: a sequential number in an uninterrupted series.
        """
        async with self._database.writing() as connection:
            last_number, last_on = await _locked_series(connection, draft)
            known = await _found(connection, invoices.c.order_key == draft.order_key)
            if known is not None:
                return known
            if replaces and (earlier := await _found(connection, invoices.c.order_key == replaces)):
                return await _rewritten(connection, earlier, draft)
            issued_on = max(draft.issued_on, last_on)
            return await self._numbered(connection, draft, last_number + 1, issued_on)

    async def issued_in(self, entity: str, first_on: date, last_on: date) -> list[IssuedDocument]:
        """The documents one entity issued between two days, both included, in the order of their numbers."""
        columns = invoices.c.number, invoices.c.net_eur, invoices.c.vat_eur, invoices.c.credits.label("credits")
        its = invoices.c.entity == entity, invoices.c.issued_on.between(first_on, last_on)
        async with self._database.reading() as connection:
            rows = (await connection.execute(select(*columns).where(*its).order_by(invoices.c.number))).all()
        return [
            IssuedDocument(
                number=row.number, net_eur=row.net_eur, vat_eur=row.vat_eur, credit_note=row.credits is not None
            )
            for row in rows
        ]

    async def _numbered(
        self, connection: AsyncConnection, draft: InvoiceDraft, number: int, issued_on: date
    ) -> KeptInvoice:
        given = {
            "number": "-".join(filter(None, (draft.prefix, str(issued_on.year), f"{number:06d}"))),
            "issued_on": issued_on,
            "due_on": draft.due_on + (issued_on - draft.issued_on),
        }
        return await self._kept(connection, draft, number, given)

    async def _kept(
        self, connection: AsyncConnection, draft: InvoiceDraft, number: int, given: dict[str, Any]
    ) -> KeptInvoice:
        reference = draft.payment_reference or await _next_reference(connection, abroad=draft.abroad)
        kept = KeptInvoice(**dict(draft) | {"payment_reference": reference} | given)
        taken = _series(draft.entity, draft.series, draft.issued_on.year)
        await connection.execute(taken.values(last_number=number, last_on=kept.issued_on))
        await connection.execute(
            invoices.insert().values(**_row(kept), year=draft.issued_on.year, in_series=number)
        )
        await search_words.add_invoice(connection, kept.job_id, kept.number, kept.payment_reference)
        return kept

    async def by_hand(
        self, draft: InvoiceDraft, number: str, reference: str, document: str, replaces: str | None
    ) -> KeptInvoice:
        """Keep a document made outside under the number it bears, once per order key.

        NumberNotForThis when another document has this number or reference, or when the number is of our own series
        and not the one this document has already. Without a reference it gets one of ours.
        """
        async with self._database.writing() as connection:
            last_number, _ = await _locked_series(connection, draft)
            known = await _found(connection, invoices.c.order_key == draft.order_key)
            if known is not None and known.series == draft.series:
                return known
            if replaces and known is None:
                known = await _found(connection, invoices.c.order_key == replaces)
            taken = {"number": number, "document": document, "sent_by": "by_hand", "message_id": document}
            if known is not None:
                return await _made_under(connection, known, draft, taken)
            await _free(connection, draft, number, reference)
            same_reference = {"payment_reference": reference} if reference else {}
            return await self._kept(connection, draft.model_copy(update=same_reference), last_number + 1, taken)

    async def of_order(self, order_key: str) -> KeptInvoice | None:
        """The invoice an order led to."""
        async with self._database.reading() as connection:
            return await _found(connection, invoices.c.order_key == order_key)

    async def invoice(self, invoice_id: str) -> KeptInvoice:
        """One invoice; KeyError when unknown."""
        async with self._database.reading() as connection:
            found = await _found(connection, invoices.c.invoice_id == invoice_id)
        if found is None:
            raise KeyError(invoice_id)
        return found

    async def by_number(self, entity: str, number: str) -> KeptInvoice | None:
        """The invoice with this printed number."""
        async with self._database.reading() as connection:
            return await _found(connection, invoices.c.entity == entity, invoices.c.number == number)

    async def by_reference(self, payment_reference: str) -> KeptInvoice | None:
        """The invoice a payment names."""
        own = invoices.c.credits.is_(None)
        async with self._database.reading() as connection:
            return await _found(connection, invoices.c.payment_reference == payment_reference, own)

    async def of_job(self, job_id: str) -> list[KeptInvoice]:
        """The invoices and credit notes of one job, in the order they were issued."""
        wanted = select(invoices, *_CREDITED).where(invoices.c.job_id == job_id)
        async with self._database.reading() as connection:
            rows = await connection.execute(wanted.order_by(invoices.c.issued_on, invoices.c.number))
            return [_invoice(row) for row in rows]

    async def filed(self, invoice_id: str, document: str, xml: str | None) -> None:
        """Remember under which names the paper and the electronic invoice are kept."""
        await self._change(invoice_id, document=document, xml=xml)

    async def sent(self, invoice_id: str, by: SentBy, message_id: str) -> None:
        """Remember how it went out."""
        await self._change(invoice_id, sent_by=by, message_id=message_id)

    async def _change(self, invoice_id: str, **values: str | None) -> None:
        async with self._database.writing() as connection:
            await connection.execute(update(invoices).where(invoices.c.invoice_id == invoice_id).values(**values))


async def _made_under(
    connection: AsyncConnection, known: KeptInvoice, draft: InvoiceDraft, taken: dict[str, Any]
) -> KeptInvoice:
    """Made outside under the number it had got here: nobody has seen it from us, and no number is lost."""
    if (known.number, known.total_eur) != (taken["number"], draft.total_eur):
        raise NumberedAlready(number=str(taken["number"]), ours=known.number, total=str(known.total_eur))
    if known.sent_by is not None and known.sent_by != "by_hand":
        raise AlreadyIssued(number=known.number)
    now = taken | {"order_key": draft.order_key, "issued_on": draft.issued_on, "due_on": draft.due_on}
    this = invoices.c.invoice_id == known.invoice_id
    await connection.execute(update(invoices).where(this).values(**now))
    return known.model_copy(update=now)


async def _free(connection: AsyncConnection, draft: InvoiceDraft, number: str, reference: str) -> None:
    """Nobody else has this number, or asks for money under this reference."""
    if re.fullmatch(rf"{re.escape(draft.prefix)}-(CN-|DN-)?[0-9]{{4}}-[0-9]{{6}}", number):
        raise NumberOfOurSeries(number=number)
    same = await _found(connection, invoices.c.entity == draft.entity, invoices.c.number == number)
    if same is not None:
        raise NumberInUse(number=number, job=same.job_id)
    named = select(invoices.c.number).where(invoices.c.payment_reference == reference).limit(1)
    if reference and not draft.credits and (other := await connection.scalar(named)) is not None:
        raise ReferenceInUse(number=number, other=str(other))


async def _locked_series(connection: AsyncConnection, draft: InvoiceDraft) -> tuple[int, date]:
    """The last number and date of the series, held until the transaction ends: others queue behind it."""
    first = {
        "entity": draft.entity,
        "series": draft.series,
        "year": draft.issued_on.year,
        "last_number": 0,
        "last_on": draft.issued_on,
    }
    await insert_once(connection, invoice_series, first, key=("entity", "series", "year"))
    locked = select(invoice_series.c.last_number, invoice_series.c.last_on).where(
        invoice_series.c.entity == draft.entity,
        invoice_series.c.series == draft.series,
        invoice_series.c.year == draft.issued_on.year,
    )
    row = (await connection.execute(locked.with_for_update())).one()
    return row.last_number, row.last_on


def _series(entity: str, series: str, year: int) -> Any:
    return update(invoice_series).where(
        invoice_series.c.entity == entity,
        invoice_series.c.series == series,
        invoice_series.c.year == year,
    )


async def _next_reference(connection: AsyncConnection, *, abroad: bool) -> str:
    """The next of the one series: Belgian digits at home, an RF reference (ISO 11649) for a client abroad."""
    first = {"entity": EVERYBODY, "series": "reference", "year": 0, "last_number": 0, "last_on": date(2000, 1, 1)}
    await insert_once(connection, invoice_series, first, key=("entity", "series", "year"))
    grown = _series(EVERYBODY, "reference", 0).values(last_number=invoice_series.c.last_number + 1)
    taken = await connection.execute(grown.returning(invoice_series.c.last_number))
    number = taken.scalar_one()
    return creditor_reference(f"{number:010d}") if abroad else structured_communication(number)


async def _rewritten(connection: AsyncConnection, earlier: KeptInvoice, draft: InvoiceDraft) -> KeptInvoice:
    if earlier.sent_by is not None:
        raise AlreadyIssued(number=earlier.number)
    kept = KeptInvoice(
        **dict(draft)
        | {
            "invoice_id": earlier.invoice_id,
            "number": earlier.number,
            "issued_on": earlier.issued_on,
            "due_on": draft.due_on + (earlier.issued_on - draft.issued_on),
            "payment_reference": earlier.payment_reference,
        }
    )
    await connection.execute(
        update(invoices).where(invoices.c.invoice_id == earlier.invoice_id).values(**_row(kept))
    )
    return kept


async def _found(connection: AsyncConnection, *conditions: Any) -> KeptInvoice | None:
    row = (await connection.execute(select(invoices, *_CREDITED).where(*conditions))).one_or_none()
    return None if row is None else _invoice(row)


def _row(kept: KeptInvoice) -> dict[str, Any]:
    return {name: value for name, value in dict(kept).items() if name in invoices.c}


def _invoice(row: Row[Any]) -> KeptInvoice:
    values = dict(row._mapping)
    return KeptInvoice.model_validate(
        values | {name: values.pop(name) or ZERO for name in ("credited_eur", "credited_net_eur")}
    )
