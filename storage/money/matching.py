"""What a person says a movement is: matched part by part and booked in one transaction, once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Row, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from domain import between, costs_of_collecting, entries, suspense
from domain.bank import EntryCard, MovementMatched, Nudge, asking
from domain.bank_books import BOOKED, CAME_BACK
from domain.ledger import Entry, paid_fact
from domain.matching import (
    MatchedPart,
    MoreThanIsOwed,
    NoSuchSubject,
    NotToBeMatched,
    PartsDoNotFit,
    PartWish,
    PaymentDoesNotFit,
    WrongDirection,
)
from domain.money import ZERO
from storage.core.database import Database
from storage.execution import events
from storage.jobs.jobs import KeyReused
from storage.jobs.tables import jobs
from storage.money import claim_money, recovered_losses
from storage.money.bank_tables import bank_entries, bank_parts, bank_statements
from storage.money.ledger import balances_of, book, make_room, one_at_a_time
from storage.money.paid_by_hand import CAME_BACK as LOST
from storage.money.paid_by_hand import latest_of, paid_outside
from storage.money.payment_tables import payments
from storage.money.recalled_by_hand import owed_again, recalled
from storage.money.recognition import TAKEN_BACK, becomes, entity_of, late_costs_left, open_of
from storage.money.refunds import ON_ITS_WAY
from storage.money.statements import card_of
from storage.money.suspense_moves import in_suspense, place_of, suspense_move
from storage.money.whose_books import fee_and_vat, in_whose_books
from storage.people.entities import entities
from storage.services.debt_collection import process_of
from storage.services.invoicing import invoices

MOST_KEPT_BY_A_BANK = Decimal("25.00")
"""House rule: what a bank keeps of a payment it gives back; a larger difference is no charge, the bank is asked."""


@dataclass(frozen=True)
class MatchDecision:
    """One decision of one person about one movement."""

    parts: Sequence[PartWish]
    by: str
    reason: str
    operation_id: str
    at: datetime
    key: str = ""
    """The beginning of the operation id: the caller's own key."""


@dataclass(frozen=True)
class _Place:
    """One part of a movement while it is being booked."""

    entry: Row[Any]
    key: str
    part: PartWish

    @property
    def moved(self) -> Decimal:
        """The part's amount, above zero when money came in."""
        return self.part.amount_eur if self.entry.amount_eur > 0 else -self.part.amount_eur


class HandMatches:
    """Matches by hand what nobody recognised."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def movement(self, movement: str) -> EntryCard:
        """One movement with what people said of it; KeyError when there is none."""
        async with self._database.reading() as connection:
            return await _card(connection, await _entry(connection, movement))

    async def match(self, movement: str, said: MatchDecision) -> MovementMatched:
        """Say what a movement is, whole or in part, and book it out of suspense; KeyError when there is none.

        All parts or none. The same operation again changes nothing and answers the same.
        """
        async with self._database.writing() as connection:
            await one_at_a_time(connection, "bank")
            entry = await _entry(connection, movement)
            before = await _parts(connection, entry)
            if any(row.operation_id == said.operation_id for row in before):
                return MovementMatched(movement=await _card(connection, entry))
            if said.key and await connection.scalar(_under_key(said.key)):
                raise KeyReused(said.key)
            _fits(entry, before, said.parts)
            parts = [part for one in said.parts for part in await _with_late_costs(connection, one)]
            await _into_suspense(connection, entry)
            nudges = [
                await _booked(connection, entry, n, part, said)
                for n, part in enumerate(parts, start=len(before) + 1)
            ]
            await _note(connection, entry)
            card = await _card(connection, await _entry(connection, movement))
        found = tuple(dict.fromkeys(nudge for nudge in nudges if nudge))
        return MovementMatched(movement=card, nudges=found)


def _under_key(key: str) -> Any:
    """Whether anything was decided under this key."""
    return (
        select(bank_parts.c.operation_id).where(bank_parts.c.operation_id.startswith(key, autoescape=True)).limit(1)
    )


def _fits(entry: Row[Any], before: Sequence[Row[Any]], parts: Sequence[PartWish]) -> None:
    if not in_suspense(entry) or entry.kind == TAKEN_BACK:
        raise NotToBeMatched(amount=str(entry.amount_eur))
    left = abs(entry.amount_eur) - sum((row.amount_eur for row in before), ZERO)
    wanted = sum((part.amount_eur for part in parts), ZERO)
    if wanted > left or not parts or any(part.amount_eur <= ZERO for part in parts):
        raise PartsDoNotFit(parts=str(wanted), left=str(left))


async def _into_suspense(connection: AsyncConnection, entry: Row[Any]) -> None:
    """A movement taken over before there was a suspense account is entered first; otherwise nothing happens."""
    move = suspense_move(entry, entry)
    make = suspense.came_in if move.came_back else suspense.went_out
    holder = await entity_of(connection, entry.iban)
    made = make(move.key, move.job_id, move.on, move.amount_eur)
    await book(connection, made.model_copy(update={"entity": holder}))


async def _booked(
    connection: AsyncConnection, entry: Row[Any], n: int, wish: PartWish, said: MatchDecision
) -> Nudge | None:
    place = _Place(entry, f"matched/{place_of(entry, entry)}-{n}", wish)
    subject, made, nudge = await _BOOKINGS[wish.kind](connection, place)
    booked = await in_whose_books(
        connection, place.entry.iban, place.moved, suspense.out_of_suspense(made, place.moved)
    )
    for one in booked:
        await book(connection, one)
    booked_for = booked[0].job_id
    if booked_for != suspense.NO_JOB:
        told = {"amount": str(wish.amount_eur), "reason": said.reason}
        kind = "bank.matched_in" if entry.amount_eur > 0 else "bank.matched_out"
        await events.append(
            connection, booked_for, kind, said.at, by=said.by, params=told, source=f"{said.operation_id}:{n}"
        )
    row = {"statement": entry.statement, "position": entry.position, "n": n, "kind": wish.kind}
    row |= {"subject_id": subject, "amount_eur": wish.amount_eur, "operation_id": said.operation_id}
    await connection.execute(bank_parts.insert().values(**row, by=said.by, at=said.at, reason=said.reason))
    if wish.kind == "invoice" and place.moved < ZERO:
        await owed_again(connection, booked[0], subject, wish.amount_eur, said.at)
    elif wish.kind == "claim":
        await claim_money.after(connection, subject, entry.booked_on, wish.amount_eur)
    elif wish.kind == "invoice":
        await recovered_losses.after(connection, subject, entry.booked_on, said.at, source=place.key)
    return nudge


async def _with_late_costs(connection: AsyncConnection, part: PartWish) -> list[PartWish]:
    """A payment of an invoice that covers interest and costs as well is both, each with its own part."""
    invoice = await _invoice(connection, part) if part.kind == "invoice" else None
    still = max(await open_of(connection, invoice), ZERO) if invoice is not None else ZERO
    late = part.amount_eur - still
    if invoice is None or late <= ZERO or late > await late_costs_left(connection, invoice.invoice_id):
        return [part]
    both = [part.model_copy(update={"amount_eur": still}), part.model_copy(update={"amount_eur": late})]
    return [one for one in (both[0], both[1].model_copy(update={"kind": "late_costs"})) if one.amount_eur > ZERO]


async def _invoice(connection: AsyncConnection, part: PartWish) -> Row[Any] | None:
    named = or_(invoices.c.invoice_id == part.subject_id, invoices.c.number == part.subject_id)
    wanted = select(invoices).where(named, invoices.c.credits.is_(None)).limit(1)
    return (await connection.execute(wanted)).one_or_none()


async def _of_late_costs(connection: AsyncConnection, place: _Place) -> tuple[str, Entry, Nudge | None]:
    """Interest and costs of an invoice, paid by themselves or with it."""
    invoice = await _invoice(connection, place.part)
    if invoice is None:
        raise NoSuchSubject(kind="invoice", subject=place.part.subject_id)
    if place.moved < ZERO:
        raise WrongDirection(amount=str(place.entry.amount_eur), kind="late_costs")
    left = await late_costs_left(connection, invoice.invoice_id)
    if place.part.amount_eur > left:
        raise MoreThanIsOwed(number=invoice.number, open=str(left), part=str(place.part.amount_eur))
    await one_at_a_time(connection, invoice.job_id)
    facts = (f"{invoice.job_id}/{place.key}", invoice.job_id, place.entry.booked_on, place.part.amount_eur)
    made = costs_of_collecting.late_money(*facts, before=await balances_of(connection, invoice.job_id))
    return invoice.invoice_id, made, Nudge(workflow_id=await process_of(connection, invoice.invoice_id))


async def _of_invoice(connection: AsyncConnection, place: _Place) -> tuple[str, Entry, Nudge | None]:
    """Money of a client whose reference was missing or wrong."""
    invoice = await _invoice(connection, place.part)
    if invoice is None:
        raise NoSuchSubject(kind="invoice", subject=place.part.subject_id)
    if place.moved < ZERO:
        made = await recalled(connection, invoice, place.key, place.entry.booked_on, place.part.amount_eur)
        return invoice.invoice_id, made, Nudge(workflow_id=await process_of(connection, invoice.invoice_id))
    still = await open_of(connection, invoice)
    if place.part.amount_eur > still:
        raise MoreThanIsOwed(number=invoice.number, open=str(max(still, ZERO)), part=str(place.part.amount_eur))
    await one_at_a_time(connection, invoice.job_id)
    facts = (f"{invoice.job_id}/{place.key}", invoice.job_id, place.entry.booked_on, place.part.amount_eur)
    made = entries.client_payment(*facts, before=await balances_of(connection, invoice.job_id))
    return invoice.invoice_id, made, Nudge(workflow_id=await process_of(connection, invoice.invoice_id))


async def _of_job(connection: AsyncConnection, place: _Place) -> tuple[str, Entry, Nudge | None]:
    """Money for a job without an invoice: own takings, a subsidy, an insurer."""
    wanted = select(jobs.c.job_id, jobs.c.plan).where(jobs.c.job_id == place.part.subject_id)
    if (job := (await connection.execute(wanted)).one_or_none()) is None:
        raise NoSuchSubject(kind="job", subject=place.part.subject_id)
    if place.moved < ZERO:
        raise WrongDirection(amount=str(place.entry.amount_eur), kind="job")
    job_id = job.job_id
    await one_at_a_time(connection, job_id)
    before = await balances_of(connection, job_id)
    facts = (f"{job_id}/{place.key}", job_id, place.entry.booked_on, place.part.amount_eur)
    if job.plan.get("uninvoiced") is None:
        return job_id, entries.recovery(*facts, before=before), None
    fee, vat = await fee_and_vat(connection, job_id, job.plan["uninvoiced"], place.part.amount_eur)
    return job_id, entries.income(*facts, fee=fee, vat=vat, before=before), None


async def _of_claim(connection: AsyncConnection, place: _Place) -> tuple[str, Entry, Nudge | None]:
    """Money of an insurer that named its claim wrongly, or not at all."""
    return await claim_money.of_part(connection, place.part, place.key, place.entry.booked_on, place.moved)


async def _of_payment(connection: AsyncConnection, place: _Place) -> tuple[str, Entry, Nudge | None]:
    """A payment of ours whose name the bank lost, on its way out or on its way back."""
    wanted = select(payments).where(payments.c.payment_id == place.part.subject_id)
    if (payment := (await connection.execute(wanted)).one_or_none()) is None:
        raise NoSuchSubject(kind="payment", subject=place.part.subject_id)
    kept_by_bank = payment.amount_eur - place.part.amount_eur
    less = place.moved > ZERO and ZERO <= kept_by_bank <= MOST_KEPT_BY_A_BANK
    payment_id = payment.payment_id if kept_by_bank == ZERO or less else None
    if payment_id is not None and place.moved > ZERO:
        gave_back = {"state": "returned", "reason": place.entry.return_reason}
        payment_id = payment_id if await becomes(connection, payment, ("booked",), **gave_back) else None
    elif payment_id is not None:
        payment_id = await _went_out(connection, payment, place)
    if payment_id is None:
        raise PaymentDoesNotFit(payment=payment.payment_id, state=payment.state, amount=str(payment.amount_eur))
    make = (CAME_BACK if place.moved > ZERO else BOOKED)[payment.kind]
    on = place.entry.booked_on
    made = make(f"{payment.job_id}/{place.key}", payment.job_id, on, payment.amount_eur)
    if kept_by_bank:
        made = suspense.less_costs(made, kept_by_bank)
    if place.moved < ZERO:
        made = made.model_copy(update={"fact": paid_fact(payment_id)})
        await make_room(connection, made)
    return payment_id, made, asking(payment.order_key)


async def _went_out(connection: AsyncConnection, payment: Row[Any], place: _Place) -> str | None:
    """The payment a movement out is: on its way, told by a person before, or paid anew after it came back."""
    on = place.entry.booked_on
    if await becomes(connection, payment, ON_ITS_WAY, state="booked", booked_on=on):
        return str(payment.payment_id)
    if payment.by_hand and await becomes(connection, payment, ("booked",), booked_on=on, by_hand=False):
        return str(payment.payment_id)
    latest = await latest_of(connection, payment.order_key)
    if payment.state not in LOST or latest is None or latest.payment_id != payment.payment_id:
        return None
    columns = ("order_key", "job_id", "kind", "entity", "person_id", "amount_eur", "end_to_end", "remittance")
    row = {name: payment._mapping[name] for name in columns} | {"pay_on": on, "ordered_at": payment.ordered_at}
    names = {name: payment._mapping[name] for name in ("payee_name", "payee_iban")}
    return await paid_outside(connection, row | names, payment, on, by_hand=False)


async def _of_costs(connection: AsyncConnection, place: _Place) -> tuple[str, Entry, Nudge | None]:
    """Costs or interest of the account itself."""
    key = f"{suspense.NO_JOB}/{place.key}"
    return suspense.NO_JOB, suspense.bank_costs(key, place.entry.booked_on, place.moved), None


async def _of_other_entity(connection: AsyncConnection, place: _Place) -> tuple[str, Entry, Nudge | None]:
    """Money that one of our entities pays to another: what was owed between them is less."""
    wanted = select(entities.c.slug).where(entities.c.slug == place.part.subject_id)
    other, holder = await connection.scalar(wanted), await entity_of(connection, place.entry.iban)
    if other is None or holder is None or other == holder:
        raise NoSuchSubject(kind="other entity", subject=place.part.subject_id)
    key = f"{suspense.NO_JOB}/{place.key}"
    return other, between.paid_over(key, place.entry.booked_on, place.moved, (holder, other)), None


_BOOKINGS = {
    "invoice": _of_invoice,
    "late_costs": _of_late_costs,
    "job": _of_job,
    "claim": _of_claim,
    "payment": _of_payment,
    "costs": _of_costs,
    "between": _of_other_entity,
}


async def _note(connection: AsyncConnection, entry: Row[Any]) -> None:
    """The movement shows how much of it is explained."""
    explained = sum((row.amount_eur for row in await _parts(connection, entry)), ZERO)
    state = "matched" if explained == abs(entry.amount_eur) else "partly"
    this = bank_entries.c.statement == entry.statement, bank_entries.c.position == entry.position
    values = {"kind": "by_hand", "subject_id": None, "state": state, "matched_eur": explained}
    await connection.execute(update(bank_entries).where(*this).values(**values))


async def _entry(connection: AsyncConnection, movement: str) -> Row[Any]:
    statement, _, position = movement.partition("-")
    if not (statement.isdecimal() and position.isdecimal()):
        raise KeyError(movement)
    columns = bank_statements.c.iban, bank_statements.c.on, bank_statements.c.statement_id
    wanted = select(bank_entries, *columns).join(bank_statements).where(
        bank_entries.c.statement == int(statement), bank_entries.c.position == int(position)
    )  # fmt: skip
    row = (await connection.execute(wanted)).one_or_none()
    if row is None:
        raise KeyError(movement)
    return row


async def _parts(connection: AsyncConnection, entry: Row[Any]) -> Sequence[Row[Any]]:
    this = bank_parts.c.statement == entry.statement, bank_parts.c.position == entry.position
    return (await connection.execute(select(bank_parts).where(*this).order_by(bank_parts.c.n))).all()


async def _card(connection: AsyncConnection, entry: Row[Any]) -> EntryCard:
    rows = await _parts(connection, entry)
    return card_of(entry, [MatchedPart.model_validate(dict(row._mapping)) for row in rows])
