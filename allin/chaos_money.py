"""The client's money in a drawn life, as the simulated bank is told it: in part, twice, too much, late, never."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from sqlalchemy import select

from allin.installation import opened
from allin.lives.life import Payment
from domain.message import Message
from domain.money import ZERO
from engine.settings import load_settings
from storage.people.entities import Entities
from storage.services.invoicing import invoices

UNRELATED = "for the music, thank you"
PAYER = "payer@client.example"


class Bill(Message):
    """What the bank must know of an invoice that left."""

    number: str
    job_id: str
    iban: str
    payable_eur: Decimal
    payment_reference: str
    due_on: date


async def bills(data: Path, job_ids: Sequence[str]) -> list[Bill]:
    """Every invoice of these jobs that asks for money, in the order it was issued."""
    wanted = select(invoices).where(invoices.c.job_id.in_(job_ids), invoices.c.credits.is_(None))
    async with opened(load_settings(data=data)) as here:
        ibans = {one.slug: one.iban for one in await Entities(here.database).all()}
        async with here.database.reading() as connection:
            rows = (await connection.execute(wanted.order_by(invoices.c.issued_on, invoices.c.in_series))).all()
    return [Bill.model_validate({**row._mapping, "iban": ibans[row.entity]}) for row in rows]


def due(
    drawn: Sequence[Payment], issued: Sequence[Bill], paid: set[str], today: date
) -> Iterator[tuple[Bill, Payment]]:
    """What the client of one life pays today: each invoice as it was drawn, exactly where nothing was."""
    for n, bill in enumerate(issued):
        how = drawn[n] if n < len(drawn) else Payment()
        if bill.number not in paid and bill.due_on + timedelta(days=how.days_after_due) <= today:
            yield bill, how


def transfers(bill: Bill, how: Payment) -> list[dict[str, Any]]:
    """The credits on the account of the entity; nothing when the client never pays."""
    owed = bill.payable_eur
    amounts = {"part": [owed / 2], "too_much": [owed + 100], "twice": [owed, owed], "never": []}
    reference = (
        {"text": UNRELATED} if how.how == "unrelated" else {"structured_communication": bill.payment_reference}
    )
    return [
        {"iban": bill.iban, "amount_eur": f"{amount:.2f}", "payer_email": PAYER} | reference
        for amount in amounts.get(how.how, [owed])
        if amount > ZERO
    ]
