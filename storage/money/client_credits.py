"""Money owed back to clients: what is undecided, refunds put on the list of payments, what is kept or moved."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection
from stdnum import iban as iban_rules

from domain import client_money, entries, workflow_ids
from domain.bank import Nudge
from domain.client_credit import CreditWish, LessIsOwedBack, NoAccountToRefund, NotThatInvoice, OwedBack
from domain.identifiers import account_mark
from domain.ledger import Account, Entry
from domain.money import ZERO
from domain.orders import short_reference
from domain.periods import bank_day_on_or_after, day_in_brussels
from storage.core.database import Database, insert_once
from storage.execution import events
from storage.money import recovered_losses
from storage.money.bank_tables import bank_entries, bank_parts
from storage.money.ledger import balances_of, book, is_booked, ledger_entries, ledger_postings, one_at_a_time
from storage.money.payment_tables import payments
from storage.money.recognition import open_of
from storage.money.refunds import UNDER_WAY, refunds_of
from storage.services.debt_collection import process_of
from storage.services.invoicing import invoices


@dataclass(frozen=True)
class CreditChoice:
    """One decision of one person."""

    wish: CreditWish
    by: str
    reason: str
    operation_id: str
    at: datetime


class ClientCredits:
    """Lists what is owed back and carries out what people decide."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def open(self) -> list[OwedBack]:
        """The jobs whose client paid more than is owed, with what is not decided yet."""
        total = func.sum(ledger_postings.c.amount_eur)
        wanted = (
            select(ledger_entries.c.job_id)
            .join(ledger_postings)
            .where(ledger_postings.c.account == Account.CLIENT_CREDIT.value)
            .group_by(ledger_entries.c.job_id)
            .having(total < ZERO)
        )
        async with self._database.reading() as connection:
            jobs = (await connection.scalars(wanted.order_by(ledger_entries.c.job_id))).all()
            found = [await _owed_back(connection, job_id) for job_id in jobs]
        return [one for one in found if one is not None]

    async def decide(self, job_id: str, decided: CreditChoice) -> tuple[Nudge, ...]:
        """Carry out a decision, once per operation; LessIsOwedBack when the job owes less, or nothing."""
        async with self._database.writing() as connection:
            await one_at_a_time(connection, job_id)
            key = f"{job_id}/refund/{short_reference(decided.operation_id).lower()}/1"
            if await _done(connection, key):
                return ()
            owed = await _owed_back(connection, job_id)
            if owed is None:
                raise LessIsOwedBack(owed=str(ZERO), wanted=str(decided.wish.amount_eur))
            if not ZERO < decided.wish.amount_eur <= owed.owed_eur:
                raise LessIsOwedBack(owed=str(owed.owed_eur), wanted=str(decided.wish.amount_eur))
            nudges = await _WAYS[decided.wish.kind](connection, key, owed, decided)
            told = {"amount": str(decided.wish.amount_eur), "reason": decided.reason}
            kind = f"client_credit.{decided.wish.kind}"
            await events.append(connection, job_id, kind, decided.at, by=decided.by, params=told, source=key)
        return nudges


async def _done(connection: AsyncConnection, key: str) -> bool:
    ordered = await connection.scalar(select(payments.c.payment_id).where(payments.c.order_key == key))
    return (
        ordered is not None
        or await is_booked(connection, f"{key}:keep")
        or await is_booked(connection, f"{key}:out")
    )


async def _owed_back(connection: AsyncConnection, job_id: str) -> OwedBack | None:
    credit = (await balances_of(connection, job_id)).owed(Account.CLIENT_CREDIT)
    under_way = await refunds_of(connection, job_id, UNDER_WAY)
    issued = (await connection.execute(select(invoices).where(invoices.c.job_id == job_id))).all()
    if credit <= ZERO or not issued:
        return None
    first = issued[0]
    payer = await _payer(connection, [row.invoice_id for row in issued])
    return OwedBack(
        job_id=job_id,
        entity=first.entity,
        client_id=first.client_id,
        owed_eur=max(credit - under_way, ZERO),
        under_way_eur=under_way,
        numbers=tuple(row.number for row in issued if row.credits is None),
        payee_name=payer.counterparty_name if payer else None,
        payee_iban=payer.counterparty_iban if payer else None,
    )


async def _payer(connection: AsyncConnection, invoice_ids: Sequence[str]) -> Row[Any] | None:
    """The latest movement that paid one of them."""
    wanted = select(bank_entries).where(
        bank_entries.c.kind == "invoice",
        bank_entries.c.subject_id.in_(invoice_ids),
        bank_entries.c.amount_eur > ZERO,
    )
    newest = bank_entries.c.booked_on.desc(), bank_entries.c.statement.desc(), bank_entries.c.position.desc()
    return (await connection.execute(wanted.order_by(*newest).limit(1))).one_or_none()


async def _refund(
    connection: AsyncConnection, key: str, owed: OwedBack, decided: CreditChoice
) -> tuple[Nudge, ...]:
    """On the list of payments: two people approve its batch, and the books follow the bank's statement."""
    wish = decided.wish
    name, account = wish.payee_name.strip() or owed.payee_name, wish.iban.replace(" ", "") or owed.payee_iban
    if not name or not account or not iban_rules.is_valid(account):
        raise NoAccountToRefund
    reference = short_reference(key)
    row = {
        "payment_id": reference, "order_key": key, "turn": 1, "job_id": owed.job_id, "kind": "refund",
        "entity": owed.entity, "person_id": owed.client_id, "amount_eur": wish.amount_eur,
        "pay_on": bank_day_on_or_after(day_in_brussels(decided.at) + timedelta(days=1)), "end_to_end": reference,
        "remittance": f"{' '.join(owed.numbers)} {owed.job_id}"[:140], "account": account_mark(account),
        "state": "ordered", "ordered_at": decided.at, "payee_name": name, "payee_iban": account,
    }  # fmt: skip
    await insert_once(connection, payments, row, key=("order_key", "turn"))
    return ()


async def _keep(connection: AsyncConnection, key: str, owed: OwedBack, decided: CreditChoice) -> tuple[Nudge, ...]:
    """The client agrees that it stays: it is the cooperative's."""
    facts = (f"{key}:keep", owed.job_id, day_in_brussels(decided.at), decided.wish.amount_eur)
    await book(connection, client_money.credit_kept(*facts))
    return (_closing(owed.job_id),)


async def _to_invoice(
    connection: AsyncConnection, key: str, owed: OwedBack, decided: CreditChoice
) -> tuple[Nudge, ...]:
    """Taken for another invoice of the same client: received there on the day it was decided."""
    wish, on = decided.wish, day_in_brussels(decided.at)
    named = or_(invoices.c.invoice_id == wish.invoice, invoices.c.number == wish.invoice)
    of_client = (
        invoices.c.client_id == owed.client_id,
        invoices.c.entity == owed.entity,
        invoices.c.credits.is_(None),
    )
    other = (await connection.execute(select(invoices).where(named, *of_client).limit(1))).one_or_none()
    if other is None or await open_of(connection, other) < wish.amount_eur:
        raise NotThatInvoice(number=wish.invoice or "-", wanted=str(wish.amount_eur))
    await _parts(connection, owed.job_id, other.invoice_id, decided)
    await one_at_a_time(connection, other.job_id)
    await book(connection, entries.refund(f"{key}:out", owed.job_id, on, wish.amount_eur))
    facts = (f"{other.job_id}/credit/{short_reference(key)}", other.job_id, on, wish.amount_eur)
    paid: Entry = entries.client_payment(*facts, before=await balances_of(connection, other.job_id))
    await book(connection, paid)
    await recovered_losses.after(connection, other.invoice_id, on, decided.at, source=paid.key)
    return (Nudge(workflow_id=await process_of(connection, other.invoice_id)), _closing(owed.job_id))


async def _parts(connection: AsyncConnection, job_id: str, invoice_id: str, decided: CreditChoice) -> None:
    """What was too much on earlier movements counts for the other invoice, movement by movement."""
    of_job = select(invoices.c.invoice_id).where(invoices.c.job_id == job_id)
    wanted = select(bank_entries).where(bank_entries.c.kind == "invoice", bank_entries.c.subject_id.in_(of_job))
    left = decided.wish.amount_eur
    for entry in (
        await connection.execute(wanted.order_by(bank_entries.c.statement, bank_entries.c.position))
    ).all():
        its = bank_parts.c.statement == entry.statement, bank_parts.c.position == entry.position
        told = (await connection.execute(select(bank_parts).where(*its))).all()
        rest = entry.amount_eur - entry.matched_eur - sum((one.amount_eur for one in told), ZERO)
        taken = min(rest, left)
        if taken <= ZERO:
            continue
        row = {
            "statement": entry.statement, "position": entry.position, "n": len(told) + 1, "kind": "invoice",
            "subject_id": invoice_id, "amount_eur": taken, "operation_id": decided.operation_id, "by": decided.by,
            "at": decided.at, "reason": decided.reason,
        }  # fmt: skip
        await connection.execute(bank_parts.insert().values(**row))
        left -= taken
    if left > ZERO:  # owed back by a credit note: no movement holds it, so it is refunded
        raise NotThatInvoice(number=decided.wish.invoice, wanted=str(decided.wish.amount_eur))


def _closing(job_id: str) -> Nudge:
    """The closing of the job's books looks again."""
    return Nudge(workflow_id=workflow_ids.of_job(job_id), step="prefinancing")


_WAYS = {"refund": _refund, "keep": _keep, "invoice": _to_invoice}
