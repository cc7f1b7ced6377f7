"""What clients answered to invoices, each answer once, and what it did to the money that is awaited."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    Row,
    String,
    Table,
    func,
    or_,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.bank import asking
from domain.invoice_answers import (
    AGREES,
    CONTESTS,
    AnswerApplied,
    CreditProposal,
    Effect,
    Inbox,
    InvoiceAnswer,
    follows,
)
from storage.core.database import Database, insert_once
from storage.core.tables import Encrypted, Json, UtcDateTime, metadata
from storage.execution import events
from storage.jobs.tables import job_steps
from storage.people.clients import client_of
from storage.people.entities import entities
from storage.services.debt_collection import collections, process_of
from storage.services.invoicing import invoices

invoice_answers = Table(
    "invoice_answers",
    metadata,
    Column("message_id", String(200), primary_key=True),
    Column("position", Integer, nullable=False),
    Column("layer", String(10)),
    Column("code", String(2)),
    Column("part_paid", Boolean, nullable=False),
    Column("document", String(200)),
    Column("sender", String(60)),
    Column("receiver", String(60)),
    Column("said_on", Date),
    Column("reasons", Json, nullable=False),
    Column("note", Encrypted("invoice_answers.note")),
    Column("taken_at", UtcDateTime, nullable=False),
    Column("invoice_id", ForeignKey("invoices.invoice_id")),
    Column("effect", String(12)),
    Column("contests", Boolean, nullable=False),
    Column("asked_at", UtcDateTime),
    Index(None, "position"),
    Index(None, "invoice_id"),
)
"""`effect` stays empty until it has had one; `contests`: this answer made the invoice a contested one; `asked_at`:
its job was asked about a credit note. A document that nobody could read keeps only its id and its position."""

UNREADABLE = "unreadable"


class InvoiceAnswerBook:
    """Keeps the answers and lets them have their effect."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def last(self) -> int:
        """The highest position that was taken over; 0 when there is none."""
        async with self._database.reading() as connection:
            return int(await connection.scalar(select(func.max(invoice_answers.c.position))) or 0)

    async def keep(self, inbox: Inbox, at: datetime) -> None:
        """Take over what came in, each document once."""
        known = {"taken_at": at, "contests": False}
        rows = [{**one.model_dump(), "reasons": list(one.reasons), **known} for one in inbox.answers]
        rows += [
            {"message_id": one.message_id, "position": one.position, "part_paid": False, "reasons": [], **known}
            | {"effect": UNREADABLE}
            for one in inbox.unread
        ]
        async with self._database.writing() as connection:
            for row in rows:
                await insert_once(connection, invoice_answers, row, key=["message_id"])

    async def open(self) -> list[InvoiceAnswer]:
        """Taken over and without effect so far, in the order they came."""
        wanted = select(invoice_answers).where(invoice_answers.c.effect.is_(None))
        async with self._database.reading() as connection:
            rows = (await connection.execute(wanted.order_by(invoice_answers.c.position))).all()
        return [_answer(row) for row in rows]

    async def of_job(self, job_id: str) -> list[InvoiceAnswer]:
        """What was answered to the documents of one job."""
        wanted = select(invoice_answers).join(invoices).where(invoices.c.job_id == job_id)
        async with self._database.reading() as connection:
            rows = (await connection.execute(wanted.order_by(invoice_answers.c.position))).all()
        return [_answer(row) for row in rows]

    async def apply(self, answer: InvoiceAnswer, at: datetime) -> AnswerApplied:
        """Tell it in the job's story and let its collection rest, or go on; once."""
        async with self._database.writing() as connection:
            invoice = await _invoice(connection, answer)
            if invoice is None:
                await _note(connection, answer, "unknown", None)
                return AnswerApplied(effect="unknown", about=answer.document, news=answer.news)
            effect: Effect = "outdated"
            if follows(await _before(connection, answer, invoice.invoice_id), answer):
                effect = await _effect(connection, answer, invoice, at)
                await _tell(connection, answer, invoice, at)
            await _note(connection, answer, effect, invoice.invoice_id)
            moved = effect in ("disputed", "settled")
            return AnswerApplied(
                effect=effect,
                about=invoice.number,
                news=answer.news,
                job_id=invoice.job_id,
                workflow_id=await process_of(connection, invoice.invoice_id) if moved else None,
            )

    async def proposals(self) -> list[CreditProposal]:
        """Rejected invoices whose job was not asked yet what becomes of them."""
        its = invoices.c.invoice_id == invoice_answers.c.invoice_id
        wanted = (
            select(invoice_answers, invoices.c.order_key, invoices.c.number, invoices.c.job_id)
            .join(invoices, its)
            .where(
                invoice_answers.c.code == "RE",
                invoice_answers.c.effect.in_(("disputed", "told")),
                invoice_answers.c.asked_at.is_(None),
                invoices.c.credits.is_(None),
            )
        )
        async with self._database.reading() as connection:
            rows = (await connection.execute(wanted.order_by(invoice_answers.c.position))).all()
        return [_proposal(row) for row in rows]

    async def proposed(self, message_id: str, at: datetime) -> None:
        """Its job was asked, or need not be."""
        this = invoice_answers.c.message_id == message_id
        async with self._database.writing() as connection:
            await connection.execute(update(invoice_answers).where(this).values(asked_at=at))

    async def invoice_step(self, job_id: str, step: str) -> tuple[str, int] | None:
        """The state and the attempt of a step as it stands; None when unknown."""
        wanted = select(job_steps.c.state, job_steps.c.attempt).where(
            job_steps.c.job_id == job_id, job_steps.c.step == step
        )
        async with self._database.reading() as connection:
            row = (await connection.execute(wanted)).one_or_none()
        return None if row is None else (row.state, row.attempt)


async def _invoice(connection: AsyncConnection, answer: InvoiceAnswer) -> Row[Any] | None:
    """The document it is about: ours, of the entity it was sent back to, and sent to whoever answers.

    The network names the id we sent it under, or the number; it answers in the client's name. A service provider
    names that id alone, which only whoever received the document knows.
    """
    if answer.of_provider:
        this = invoices.c.message_id == answer.document, invoices.c.sent_by == "peppol"
        return (await connection.execute(select(invoices).where(*this))).one_or_none()
    names = invoices.c.number == answer.document
    if answer.layer == "network":
        names = or_(names, invoices.c.message_id == answer.document)
    wanted = select(invoices, entities.c.entity.label("seller")).join(
        entities, entities.c.slug == invoices.c.entity
    )
    for row in (await connection.execute(wanted.where(names, invoices.c.sent_by == "peppol"))).all():
        receiver = str(row.seller.get("enterprise_number"))
        client = await client_of(connection, row.client_id, row.client_version)
        if answer.receiver.endswith(receiver) and client.participant == answer.sender:
            return row
    return None


async def _before(connection: AsyncConnection, answer: InvoiceAnswer, invoice_id: str) -> InvoiceAnswer | None:
    """The last answer to this document that counted. What the network says counts only before the client spoke."""
    counted = invoice_answers.c.invoice_id == invoice_id, invoice_answers.c.effect.not_in(("outdated", UNREADABLE))
    wanted = select(invoice_answers).where(*counted)
    if answer.layer == "client":
        wanted = wanted.where(invoice_answers.c.layer == "client")
    row = (await connection.execute(wanted.order_by(invoice_answers.c.position.desc()).limit(1))).one_or_none()
    return None if row is None else _answer(row)


async def _effect(connection: AsyncConnection, answer: InvoiceAnswer, invoice: Row[Any], at: datetime) -> Effect:
    """A contested invoice rests, and goes on when whoever contested it agrees after all."""
    this = collections.c.invoice_id == invoice.invoice_id, collections.c.closed_at.is_(None)
    if answer.code in CONTESTS:
        rests = {"state": "disputed", "disputed_at": at}
        changed = update(collections).where(*this, collections.c.state == "open").values(**rests)
        if (await connection.execute(changed)).rowcount:
            await _changes(connection, answer, contests=True)
            return "disputed"
    elif answer.code in AGREES and await _contested_by_answer(connection, invoice.invoice_id):
        goes_on = {"state": "open", "disputed_at": None}
        changed = update(collections).where(*this, collections.c.state == "disputed").values(**goes_on)
        if (await connection.execute(changed)).rowcount:
            its = invoice_answers.c.invoice_id == invoice.invoice_id
            await connection.execute(update(invoice_answers).where(its).values(contests=False))
            return "settled"
    return "told"


async def _contested_by_answer(connection: AsyncConnection, invoice_id: str) -> bool:
    """Whether an answer made it a contested one: what somebody heard on the telephone is settled by a person."""
    mine = invoice_answers.c.invoice_id == invoice_id, invoice_answers.c.contests
    return await connection.scalar(select(invoice_answers.c.message_id).where(*mine).limit(1)) is not None


async def _tell(connection: AsyncConnection, answer: InvoiceAnswer, invoice: Row[Any], at: datetime) -> None:
    told = {"number": invoice.number, "client_reasons": " ".join(answer.reasons) or "-", "said": answer.note or "–"}
    source = f"answer/{answer.message_id}"[:200]
    await events.append(connection, invoice.job_id, f"answer.{answer.news}", at, params=told, source=source)


async def _note(connection: AsyncConnection, answer: InvoiceAnswer, effect: Effect, invoice_id: str | None) -> None:
    await _changes(connection, answer, effect=effect, invoice_id=invoice_id)


async def _changes(connection: AsyncConnection, answer: InvoiceAnswer, **values: Any) -> None:
    this = invoice_answers.c.message_id == answer.message_id
    await connection.execute(update(invoice_answers).where(this).values(**values))


def _answer(row: Row[Any]) -> InvoiceAnswer:
    return InvoiceAnswer.model_validate(dict(row._mapping) | {"note": row.note or ""})


def _proposal(row: Row[Any]) -> CreditProposal:
    return CreditProposal(
        message_id=row.message_id,
        job_id=row.job_id,
        step=asking(row.order_key).step or "",
        number=row.number,
        why=row.note or " ".join(row.reasons) or "–",
    )
