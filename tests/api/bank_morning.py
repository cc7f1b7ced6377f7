"""A bank statement with one movement, taken over, booked and settled as every morning."""

from datetime import date
from decimal import Decimal

from domain.statements import Statement, StatementEntry
from storage.money.statements import Statements
from tests.api.conftest import Door


async def morning_with(door: Door, entry: StatementEntry, opening: str) -> None:
    """The statement of the entry's day; `opening` is the balance in EUR before it."""
    on = entry.booked_on
    await Statements(door.house.database).take(
        Statement(
            source="coda", iban="BE71096123456769", statement_id=f"S{on.day}", on=on,
            opening_eur=opening, closing_eur=Decimal(opening) + entry.amount_eur, entries=(entry,),
        ),
        door.clock.now(),
    )  # fmt: skip
    assert door.house.desk is not None
    for _ in range(2):  # a crash between booking and settling books and tells nothing twice
        news = await door.house.desk.fetch_statements(date(2026, 2, 1))  # type: ignore[attr-defined]  # the real desk
    await door.house.desk.notify(news)
