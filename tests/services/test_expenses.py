"""Expenses are checked by the rules of their day, noted, and paid beside the wage."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from activities.expenses import STEP, Expenses
from activities.person_payments import Paying
from domain.ledger import Account
from domain.orders import StepOrder
from domain.services.expenses import (
    ExpenseAboveRule,
    ExpenseInTheFuture,
    ExpenseLine,
    ExpensesRequest,
    ExpenseTooLate,
    ReceiptMissing,
    spent_by,
)
from storage.money.payments import Payments
from tests.databases import sqlite_database
from tests.services.conftest import Partners, TestClock
from tests.services.office import Office, open_office

# 128 km at 0.4449 (annual rate July 2025 to June 2026) = 56.9472
KILOMETRES = ExpenseLine(
    kind="kilometres",
    label="Namur and back",
    amount_eur="56.95",
    on=date(2026, 3, 14),
    rate_id="km_car_annual@2025-07-01",
)
STRINGS = ExpenseLine(
    kind="receipt", label="Strings", amount_eur="24.50", on=date(2026, 3, 13), document="strings.jpg"
)


@pytest.fixture
async def office(tmp_path: Path, partners: Partners, clock: TestClock) -> AsyncIterator[Office]:
    clock.at = datetime(2026, 3, 17, 9, 0, tzinfo=UTC)
    async with open_office(sqlite_database(tmp_path), partners, clock) as opened:
        yield opened


@pytest.fixture
def payments(office: Office) -> Payments:
    return Payments(office.database, office.clock)


@pytest.fixture
def service(office: Office, payments: Payments) -> Expenses:
    return Expenses(
        paying=Paying(payments, office.people, office.clock),
        ledger=office.ledger,
        entities=office.entities,
        people=office.people,
        jobs=office.jobs,
        papers=office.papers,
        printer=office.press,
        letterhead=office.letterhead,
        clock=office.clock,
    )


def order(office: Office, *lines: ExpenseLine, **more: Any) -> StepOrder[ExpensesRequest]:
    request = ExpensesRequest(
        person_id="p-bob",
        lines=lines,
        pay_on=date(2026, 3, 20),
        answer_by=datetime(2026, 4, 3, 22, 0, tzinfo=UTC),
    )
    return StepOrder(job_id=office.job_id, service="expenses", item="bob", entity="liege", request=request, **more)


async def test_a_note_is_filed_booked_and_ordered_once(
    service: Expenses, payments: Payments, office: Office
) -> None:
    for _ in range(2):
        note = await service.prepare(order(office, KILOMETRES, STRINGS))
    assert (note.amount_eur, note.note) == (Decimal("81.45"), "expense-note-bob.pdf")
    (listed,) = await payments.due(date(2026, 3, 20))
    assert (listed.kind, listed.amount_eur) == ("expense", Decimal("81.45"))
    assert (await office.books())[Account.EXPENSES_DUE] == Decimal("-81.45")


async def test_the_rate_of_the_day_is_the_most_that_is_paid(service: Expenses, office: Office) -> None:
    """The same kilometres in June 2025, when 0.4415 was allowed: 56.95 / 0.4449 x 0.4415 = 56.51."""
    earlier = KILOMETRES.model_copy(update={"on": date(2025, 6, 14)})
    office.clock.at = datetime(2025, 6, 20, 9, 0, tzinfo=UTC)
    with pytest.raises(ExpenseAboveRule, match=r"56.95 EUR is above the allowed 56.51 EUR"):
        await service.prepare(order(office, earlier))


async def test_a_receipt_must_be_there_and_not_from_long_ago(service: Expenses, office: Office) -> None:
    with pytest.raises(ReceiptMissing, match="Strings"):
        await service.prepare(order(office, STRINGS.model_copy(update={"document": None})))
    with pytest.raises(ExpenseTooLate, match="2026-01-15"):
        await service.prepare(order(office, STRINGS.model_copy(update={"on": date(2025, 12, 1)})))


async def test_what_is_spent_until_the_day_of_payment_is_paid_back_and_nothing_after_it(
    service: Expenses, office: Office
) -> None:
    """Made on Tuesday the 17th for Friday the 20th, with the fuel of the way home on Wednesday."""
    home = STRINGS.model_copy(update={"label": "Fuel", "on": date(2026, 3, 18)})
    assert (await service.prepare(order(office, home))).amount_eur == Decimal("24.50")
    with pytest.raises(ExpenseInTheFuture, match="2026-03-21"):
        await service.prepare(order(office, home.model_copy(update={"on": date(2026, 3, 21)})))


async def test_a_note_without_lines_asks_the_bank_nothing(service: Expenses, office: Office) -> None:
    note = await service.prepare(order(office))
    assert STEP.answered is not None
    assert STEP.answered(note)


async def test_a_note_can_be_taken_off_the_list(service: Expenses, payments: Payments, office: Office) -> None:
    await service.prepare(order(office, STRINGS))
    await service.recover(order(office, STRINGS))
    assert await payments.due(date(2026, 4, 1)) == []
    assert await office.books() == {}


def test_whoever_does_not_go_is_paid_back_what_was_spent_until_then() -> None:
    note = ExpensesRequest(
        person_id="bob",
        lines=(STRINGS, KILOMETRES),
        pay_on=date(2026, 3, 20),
        answer_by=datetime(2026, 3, 31, tzinfo=UTC),
    )
    assert spent_by(note, date(2026, 3, 14)) == note
    before = spent_by(note, date(2026, 3, 13))
    assert before is not None
    assert [line.label for line in before.lines] == ["Strings"]
    assert spent_by(note, date(2026, 3, 12)) is None
