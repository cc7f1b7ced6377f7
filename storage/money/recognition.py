"""What a movement on an account turns out to be: money of a client, a payment of ours, or nobody knows yet."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import Row, func, or_, select, type_coerce, update
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.money import ZERO
from domain.remittance import names_in, payment_references_in
from domain.statements import Statement, StatementEntry
from storage.core.tables import MoneyCents
from storage.money import claim_money
from storage.money.bank_tables import bank_entries, bank_parts, bank_statements, received_for
from storage.money.payment_batches import payment_batches
from storage.money.payment_tables import payments
from storage.money.refunds import GIVEN_BACK, ON_ITS_WAY, refunds_of
from storage.people.entities import entities
from storage.services.collection_costs import costs_of
from storage.services.debt_collection import collection_stages
from storage.services.invoicing import invoices

NOTHING = "nothing"
"""What a line of 0.00 is: information of the bank, no money."""
TAKEN_BACK = "taken_back"
"""What a movement and its reversal are that cancel each other before they are anything else."""


class Match(NamedTuple):
    """What one movement turned out to be."""

    state: str = "unknown"
    kind: str | None = None
    subject_id: str | None = None
    matched_eur: Decimal = ZERO


class Movement(NamedTuple):
    """One movement, with the account it is on and whose that is."""

    entry: StatementEntry
    iban: str
    entity: str | None


async def entity_of(connection: AsyncConnection, iban: str) -> str | None:
    """Whose account it is."""
    rows = (await connection.execute(select(entities.c.slug, entities.c.entity))).all()
    return next((str(row.slug) for row in rows if row.entity.get("iban") == iban), None)


async def recognise(connection: AsyncConnection, movement: Movement) -> Match:
    """Say what one movement is, and change the payment it books or gives back, whichever of the two comes first."""
    amount = movement.entry.amount_eur
    if amount == ZERO:
        return Match("matched", NOTHING)
    if amount > ZERO:
        found = await _return(connection, movement) or await _receipt(connection, movement)
        return found if found.kind else await _of_insurer(connection, movement) or found
    return (
        await _payment(connection, movement)
        or await _batch(connection, movement)
        or await _recall(connection, movement)
        or Match()
    )


async def _receipt(connection: AsyncConnection, movement: Movement) -> Match:
    """Money of a client, by its reference; more than is owed stays visible as the rest."""
    entry = movement.entry
    invoice = None if entry.returned else await named_invoice(connection, movement)
    if invoice is None:
        return Match()
    recalled = bank_entries.c.end_to_end == entry.end_to_end, bank_entries.c.kind.is_(None)
    if entry.end_to_end and await _cancels(connection, movement, *recalled):
        return Match("matched", TAKEN_BACK, None, entry.amount_eur)
    owed = await open_of(connection, invoice)
    taken = min(entry.amount_eur, max(owed, ZERO))
    late = await late_costs_left(connection, invoice.invoice_id) if taken < entry.amount_eur else ZERO
    state = "matched" if entry.amount_eur - taken <= late else "partly"
    return Match(state, "invoice", invoice.invoice_id, taken)


async def _of_insurer(connection: AsyncConnection, movement: Movement) -> Match | None:
    """Money of an insurer, by the number of the claim it pays."""
    claim = None if movement.entry.returned else await claim_money.named(connection, movement.entry)
    return Match("matched", "claim", claim, movement.entry.amount_eur) if claim else None


async def _cancels(connection: AsyncConnection, movement: Movement, *which: Any) -> bool:
    """Whether an open movement of the account, of the same amount the other way, and this one cancel each other.

    Both then stand apart from everything else: the books show that the money went and came.
    """
    of_account = select(bank_statements.c.id).where(bank_statements.c.iban == movement.iban)
    wanted = select(bank_entries.c.statement, bank_entries.c.position).where(
        bank_entries.c.statement.in_(of_account), bank_entries.c.amount_eur == -movement.entry.amount_eur, *which
    )
    order = bank_entries.c.statement, bank_entries.c.position
    found = (await connection.execute(wanted.order_by(*order).limit(1))).one_or_none()
    if found is None:
        return False
    this = bank_entries.c.statement == found.statement, bank_entries.c.position == found.position
    values = {"state": "matched", "kind": TAKEN_BACK, "matched_eur": -movement.entry.amount_eur}
    await connection.execute(update(bank_entries).where(*this).values(**values))
    return True


async def named_invoice(connection: AsyncConnection, movement: Movement) -> Row[Any] | None:
    """The one invoice that a transfer names; none when it names several, because a person says which.

    Every reference in every field is tried: open invoices of the account's entity come first, then open ones of
    another entity, then those that ask for nothing any more.
    """
    found = await _named(connection, movement.entry)
    owed = [row for row in found if await open_of(connection, row) > ZERO]
    ours = [row for row in found if row.entity == movement.entity]
    for among in ([row for row in owed if row in ours], owed, ours, found):
        if among:
            return among[0] if len(among) == 1 else None
    return None


async def _named(connection: AsyncConnection, entry: StatementEntry) -> Sequence[Row[Any]]:
    texts = (entry.structured or "", *(entry.texts or (entry.text,)))
    references = payment_references_in(*texts)
    wanted = select(invoices).where(
        invoices.c.payment_reference.in_((entry.structured or "", *references)), invoices.c.credits.is_(None)
    )
    return (await connection.execute(wanted.order_by(invoices.c.invoice_id))).all()


async def _recall(connection: AsyncConnection, movement: Movement) -> Match | None:
    """A client's money that the bank takes back: the invoice is owed again. What was too much goes first."""
    entry = movement.entry
    earlier = await _earlier_receipt(connection, movement)
    invoice = earlier.subject_id if earlier is not None else None
    if invoice is None and entry.returned and (named := await named_invoice(connection, movement)) is not None:
        invoice = named.invoice_id
    if invoice is None:
        return None
    received = await connection.scalar(select(received_for(invoice))) or ZERO
    above = max(await above_of(connection, invoice), ZERO)
    reopened = -entry.amount_eur - min(above, -entry.amount_eur)
    if reopened > received:
        return None
    return Match("matched", "invoice", invoice, -reopened)


async def _earlier_receipt(connection: AsyncConnection, movement: Movement) -> Row[Any] | None:
    """The receipt that bears the same EndToEndId: on the same account and of the same amount, or of more when the
    bank says that it takes back a part of it."""
    if movement.entry.end_to_end is None:
        return None
    amount, taken = bank_entries.c.amount_eur, -movement.entry.amount_eur
    wanted = (
        select(bank_entries)
        .join(bank_statements)
        .where(
            bank_statements.c.iban == movement.iban,
            bank_entries.c.end_to_end == movement.entry.end_to_end,
            amount >= taken if movement.entry.returned else amount == taken,
            bank_entries.c.kind == "invoice",
        )
    )
    return (await connection.execute(wanted.order_by(amount).limit(1))).one_or_none()


async def above_of(connection: AsyncConnection, invoice_id: str) -> Decimal:
    """What came in under an invoice's reference above what it asked for, less what the bank took back of it
    and what was taken for another invoice."""
    rest = func.sum(bank_entries.c.amount_eur - bank_entries.c.matched_eur)
    its = bank_entries.c.kind == "invoice", bank_entries.c.subject_id == invoice_id
    above = await connection.scalar(select(type_coerce(rest, MoneyCents)).where(*its)) or ZERO
    elsewhere = select(type_coerce(func.sum(bank_parts.c.amount_eur), MoneyCents)).join(bank_entries).where(*its)
    return Decimal(above - (await connection.scalar(elsewhere) or ZERO))


async def kept_above_of(connection: AsyncConnection, invoice_id: str) -> Decimal:
    """The same less what goes back to the client or went: only the rest pays interest and costs."""
    above = await above_of(connection, invoice_id)
    if above <= ZERO:
        return above
    job_id = await connection.scalar(select(invoices.c.job_id).where(invoices.c.invoice_id == invoice_id))
    return above - min(await refunds_of(connection, job_id or "", GIVEN_BACK), above)


async def late_costs_of(connection: AsyncConnection, invoice_id: str) -> Decimal:
    """What a person said is interest and costs of an invoice."""
    its = bank_parts.c.kind == "late_costs", bank_parts.c.subject_id == invoice_id
    wanted = select(type_coerce(func.sum(bank_parts.c.amount_eur), MoneyCents)).where(*its)
    return Decimal(await connection.scalar(wanted) or ZERO)


async def late_costs_left(connection: AsyncConnection, invoice_id: str) -> Decimal:
    """What of interest and costs that were asked has not come yet; nothing once they were waived."""
    kept = collection_stages.c
    stages = (await connection.execute(select(collection_stages).where(kept.invoice_id == invoice_id))).all()
    if any(one.choice == "waive" for one in stages):
        return ZERO
    asked = max((one.costs_eur for one in stages if one.ended == "sent"), default=ZERO)
    charged = sum((one.amount_eur for one in await costs_of(connection, invoice_id) if one.charged_on), ZERO)
    came = max(await kept_above_of(connection, invoice_id), ZERO) + await late_costs_of(connection, invoice_id)
    return max(asked + charged - came, ZERO)


async def open_of(connection: AsyncConnection, invoice: Row[Any]) -> Decimal:
    """What an invoice still asks for, as the caller's transaction sees it."""
    received = select(received_for(invoice.invoice_id))
    credited = select(func.coalesce(func.sum(invoices.c.total_eur), ZERO)).where(
        invoices.c.credits == invoice.invoice_id
    )
    paid, taken_back = await connection.scalar(received), await connection.scalar(credited)
    return Decimal(invoice.payable_eur - (paid or ZERO) - (taken_back or ZERO))


async def _payment(connection: AsyncConnection, movement: Movement) -> Match | None:
    """A payment of ours that the bank booked, also one it has told as returned already; another amount, or a second
    time, stays visible."""
    found, entry = await _ours(connection, movement), movement.entry
    if found is None:
        return None
    fits = found.amount_eur == -entry.amount_eur and (found.booked_on is None or found.by_hand)
    if fits and found.by_hand:
        await becomes(connection, found, ("booked", "returned"), booked_on=entry.booked_on, by_hand=False)
    elif fits and found.state in ON_ITS_WAY:
        await becomes(connection, found, ON_ITS_WAY, state="booked", booked_on=entry.booked_on)
    elif fits and found.state == "returned":
        await becomes(connection, found, ("returned",), booked_on=entry.booked_on)
    else:
        return Match("partly", "payment", found.payment_id)
    await _batch_complete(connection, found.batch_id)
    return Match("matched", "payment", found.payment_id, entry.amount_eur)


async def _return(connection: AsyncConnection, movement: Movement) -> Match | None:
    """A payment of ours that came back, in whatever form the bank tells it, and before its debit or after it.

    Money that comes in under the name we gave our own payment, on the account it left, is that payment; a debit
    too many is taken back first.
    """
    found, entry = await _ours(connection, movement), movement.entry
    if found is None:
        return None
    surplus = bank_entries.c.kind == "payment", bank_entries.c.state == "partly"
    if await _cancels(connection, movement, *surplus, bank_entries.c.subject_id == found.payment_id):
        return Match("matched", TAKEN_BACK, found.payment_id, entry.amount_eur)
    before = (*ON_ITS_WAY, "booked", "rejected")
    if found.amount_eur != entry.amount_eur or not await becomes(
        connection, found, before, state="returned", reason=entry.return_reason or "returned"
    ):
        return Match("partly", "payment", found.payment_id)
    await _batch_complete(connection, found.batch_id)
    return Match("matched", "payment", found.payment_id, entry.amount_eur)


async def _batch(connection: AsyncConnection, movement: Movement) -> Match | None:
    """A whole batch booked as one movement, as banks do with wages: with or without what they rejected."""
    entry = movement.entry
    named = {entry.batch, entry.end_to_end, *names_in(*entry.texts)}
    wanted = select(payments).where(payments.c.batch_id.in_([one for one in named if one]))
    not_seen = or_(payments.c.booked_on.is_(None), payments.c.by_hand)
    rows = (await connection.execute(wanted.where(not_seen))).all()
    for together in (rows, [row for row in rows if row.state != "rejected"]):
        total = sum((row.amount_eur for row in together), ZERO)
        if together and total == -entry.amount_eur and len({row.batch_id for row in together}) == 1:
            break
    else:
        return None
    for row in together:
        state = "booked" if row.state in ON_ITS_WAY else row.state
        await becomes(connection, row, (row.state,), state=state, booked_on=entry.booked_on, by_hand=False)
    await _batch_complete(connection, together[0].batch_id)
    return Match("matched", "batch", together[0].batch_id, entry.amount_eur)


async def _ours(connection: AsyncConnection, movement: Movement) -> Row[Any] | None:
    """The payment of ours that a movement names, in its own field or in any other; only on the account it left."""
    entry = movement.entry
    for names in ((entry.end_to_end,), names_in(*entry.texts)):
        wanted = select(payments).where(payments.c.end_to_end.in_([name for name in names if name]))
        if movement.entity is not None:
            wanted = wanted.where(payments.c.entity == movement.entity)
        found = (await connection.execute(wanted)).all()
        if found:
            return found[0] if len(found) == 1 else None
    return None


async def becomes(
    connection: AsyncConnection, payment: Row[Any], from_states: tuple[str, ...], **values: Any
) -> bool:
    """Change a payment that is in one of these states; whether it was."""
    done = await connection.execute(
        update(payments)
        .where(payments.c.payment_id == payment.payment_id, payments.c.state.in_(from_states))
        .values(**values)
    )
    return done.rowcount == 1


async def _batch_complete(connection: AsyncConnection, batch_id: str | None) -> None:
    under_way = select(func.count()).where(payments.c.batch_id == batch_id, payments.c.state.in_(ON_ITS_WAY))
    if batch_id is not None and not await connection.scalar(under_way):
        await connection.execute(
            update(payment_batches).where(payment_batches.c.batch_id == batch_id).values(state="booked")
        )


async def told_apart(connection: AsyncConnection, statement: Statement) -> Statement:
    """A statement with each movement that a bank booked together without amounts told apart, where the names are
    ours and what we know of their amounts adds up; any other stays one movement for a person."""
    entries = [one for entry in statement.entries for one in await _apart(connection, entry)]
    return statement.model_copy(update={"entries": tuple(entries)})


async def _apart(connection: AsyncConnection, entry: StatementEntry) -> Sequence[StatementEntry]:
    known = [await _known_amount(connection, part) for part in entry.details]
    subjects = {one[0] for one in known if one}
    total = sum((one[1] for one in known if one), ZERO)
    if not known or len(subjects) < len(known) or total != abs(entry.amount_eur):
        return [entry]
    sign = 1 if entry.amount_eur > ZERO else -1
    return [
        part.model_copy(update={"amount_eur": sign * one[1]})
        for part, one in zip(entry.details, known, strict=True)
        if one
    ]


async def _known_amount(connection: AsyncConnection, part: StatementEntry) -> tuple[str, Decimal] | None:
    """The one payment or invoice of ours that a detail names, and its amount."""
    payment = await _ours(connection, Movement(part, "", None))
    if payment is not None:
        return str(payment.payment_id), Decimal(payment.amount_eur)
    found = await _named(connection, part)
    return (str(found[0].invoice_id), Decimal(found[0].payable_eur)) if len(found) == 1 else None
