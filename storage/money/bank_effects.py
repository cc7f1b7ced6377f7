"""What statements did to the jobs' money: kept open until it is booked and everybody concerned was told."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.bank import MoneyMove, MoveKind, Nudge, TakenStatement, asking
from domain.orders import split_step
from domain.periods import end_of_day
from storage.core.database import Database
from storage.jobs import deadlines
from storage.money import claim_money, late_returns, reopened_debts, takings
from storage.money.bank_tables import bank_entries, bank_statements
from storage.money.payment_tables import payments
from storage.money.recognition import entity_of
from storage.money.statement_due import TOLD_BY_A_BANK
from storage.money.suspense_moves import in_suspense, place_of, suspense_move
from storage.services.debt_collection import process_of
from storage.services.insurance_claims import CANCELLATION, KeptClaim, awaiting, by_subject
from storage.services.invoicing import invoices


class BankMoves:
    """Reads what is to be settled; a crash between taking over and booking loses nothing."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def unsettled(self) -> list[TakenStatement]:
        """The statements that were taken over and not settled yet, the oldest day first."""
        wanted = select(bank_statements).where(bank_statements.c.settled_at.is_(None))
        async with self._database.reading() as connection:
            rows = (await connection.execute(wanted.order_by(bank_statements.c.on, bank_statements.c.id))).all()
            entries = await _entries(connection, [row.id for row in rows])
            return [await _taken(connection, row, entries[row.id]) for row in rows]

    async def after(self, move: MoneyMove, at: datetime) -> None:
        """A movement was booked: a wage meets its deadlines on the day the bank booked it, whatever its step does
        meanwhile; a step that is over and can no longer wait for it is told of in the story."""
        if move.movement is not None and move.for_job is not None:
            await takings.recognise(self._database, move.movement, move.for_job, move.amount_eur, at)
        async with self._database.writing() as connection:
            await _met(connection, move, at)
            await late_returns.after(connection, move, at)
            await reopened_debts.after(connection, move, at)
            if move.claim is not None:
                await claim_money.after(connection, move.claim, move.on, move.amount_eur)

    async def settle(self, numbers: Iterable[int], at: datetime) -> None:
        """These are booked, and whoever waited was told."""
        these = bank_statements.c.id.in_(list(numbers)), bank_statements.c.settled_at.is_(None)
        async with self._database.writing() as connection:
            await connection.execute(update(bank_statements).where(*these).values(settled_at=at))


async def _met(connection: AsyncConnection, move: MoneyMove, at: datetime) -> None:
    """The promise and the law ask for money on a day; the statement that shows it comes the morning after."""
    if move.kind != "wage" or move.came_back or move.payment_id is None:
        return
    key = await connection.scalar(select(payments.c.order_key).where(payments.c.payment_id == move.payment_id))
    _, item = split_step(asking(str(key)).step or "")
    for kind in TOLD_BY_A_BANK:
        owed = {"job_id": move.job_id, "kind": kind, "item": item}
        await deadlines.met_on(connection, owed, min(end_of_day(move.on), at))


async def _entries(connection: AsyncConnection, numbers: list[int]) -> defaultdict[int, list[Row[Any]]]:
    """The movements of each of these statements, in their order."""
    found: defaultdict[int, list[Row[Any]]] = defaultdict(list)
    if numbers:
        wanted = select(bank_entries).where(bank_entries.c.statement.in_(numbers))
        for row in await connection.execute(wanted.order_by(bank_entries.c.statement, bank_entries.c.position)):
            found[row.statement].append(row)
    return found


async def _taken(connection: AsyncConnection, statement: Row[Any], entries: Sequence[Row[Any]]) -> TakenStatement:
    holder = await entity_of(connection, statement.iban) if entries else None
    moves: list[MoneyMove] = []
    nudges: list[Nudge] = []
    for entry in entries:
        if entry.kind == "invoice":
            move, nudge = await _receipt(connection, statement, entry, holder)
            moves.append(move)
            nudges.append(nudge)
        elif entry.kind == "claim":
            claim = await by_subject(connection, entry.subject_id)
            moves.append(_of_insurer(statement, entry, claim, holder))
            nudges.append(awaiting(claim))
        elif entry.kind in ("payment", "batch"):
            for payment in await _paid(connection, entry):
                nudges.append(asking(payment.order_key))
                if entry.state == "matched":
                    moves.append(await _payment(connection, entry, payment))
        if in_suspense(entry):
            job_id = await takings.named_by(connection, entry) if _unknown_income(entry) else None
            named = {"movement": f"{statement.id}-{entry.position}", "for_job": job_id} if job_id else {}
            moves.append(suspense_move(statement, entry).model_copy(update={"holder": holder, **named}))
            nudges += [takings.closing(job_id)] if job_id else []
    nudges.extend(asking(payment.order_key) for payment in await _not_returned(connection, statement))
    return TakenStatement(
        number=statement.id,
        about=f"...{statement.iban[-4:]} {statement.on.isoformat()} {statement.statement_id}"[:100],
        movements=len(entries),
        unrecognised=sum(entry.state == "unknown" for entry in entries),
        moves=tuple(moves),
        nudges=tuple(dict.fromkeys(nudges)),
    )


def _unknown_income(entry: Row[Any]) -> bool:
    return entry.kind is None and entry.amount_eur > 0


async def _not_returned(connection: AsyncConnection, statement: Row[Any]) -> list[Row[Any]]:
    """Payments booked since the statement before that this one did not bring back: their steps may end now.

    Banks give no statement for a day on which they do not work.
    """
    earlier = bank_statements.c.iban == statement.iban, bank_statements.c.on < statement.on
    before_on = select(func.max(bank_statements.c.on)).where(*earlier).scalar_subquery()
    quiet = payments.c.state == "booked", payments.c.booked_on.between(before_on, statement.on - timedelta(days=1))
    return list((await connection.execute(select(payments).where(*quiet).order_by(payments.c.payment_id))).all())


async def _receipt(
    connection: AsyncConnection, statement: Row[Any], entry: Row[Any], holder: str | None
) -> tuple[MoneyMove, Nudge]:
    """Money of a client: all of it, also what is above the invoice and will be owed back; or all of it recalled."""
    wanted = select(invoices.c.job_id, invoices.c.entity).where(invoices.c.invoice_id == entry.subject_id)
    job_id, owner = (await connection.execute(wanted)).one()
    kind: MoveKind = "receipt" if entry.amount_eur > 0 else "recall"
    move = MoneyMove(
        key=f"{job_id}/{kind}/{place_of(statement, entry)}",
        job_id=str(job_id),
        kind=kind,
        on=entry.booked_on,
        amount_eur=abs(entry.amount_eur),
        invoice_id=entry.subject_id,
        holder=holder,
        owner=owner,
    )
    return move, Nudge(workflow_id=await process_of(connection, entry.subject_id))


def _of_insurer(statement: Row[Any], entry: Row[Any], claim: KeptClaim, holder: str | None) -> MoneyMove:
    """Money of an insurer for something that happened."""
    return MoneyMove(
        key=claim_money.paid_key(claim, place_of(statement, entry)),
        job_id=claim.job_id,
        kind="insurer_of_job" if claim.kind == CANCELLATION else "insurer",
        on=entry.booked_on,
        amount_eur=entry.amount_eur,
        claim=entry.subject_id,
        holder=holder,
        owner=claim.entity,
    )


async def _paid(connection: AsyncConnection, entry: Row[Any]) -> list[Row[Any]]:
    """The payments of ours a movement is about: one, or all that were booked with their batch."""
    one = payments.c.payment_id == entry.subject_id
    whole = (payments.c.batch_id == entry.subject_id) & payments.c.booked_on.is_not(None)
    wanted = select(payments).where(one if entry.kind == "payment" else whole)
    return list((await connection.execute(wanted.order_by(payments.c.payment_id))).all())


async def _payment(connection: AsyncConnection, entry: Row[Any], payment: Row[Any]) -> MoneyMove:
    """A payment booked or given back; the key counts how often this order was booked before."""
    earlier = select(func.count()).where(
        payments.c.order_key == payment.order_key,
        payments.c.turn < payment.turn,
        or_(payments.c.booked_on.is_not(None), payments.c.state == "returned"),
    )
    before = await connection.scalar(earlier) or 0
    came_back = entry.amount_eur > 0
    what = f"{payment.order_key}:{'returned' if came_back else 'booked'}"
    return MoneyMove(
        key=f"{what}-{before + 1}" if before else what,
        job_id=payment.job_id,
        kind=payment.kind,
        came_back=came_back,
        on=entry.booked_on,
        amount_eur=payment.amount_eur,
        payment_id=payment.payment_id,
    )
