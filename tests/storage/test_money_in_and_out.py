"""Money out needs two people; a statement counts once, and what nobody recognises stays visible."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from domain.bank import BatchCard, BatchOutdated, ClientReceipt, Nudge, PaymentVerdict
from domain.services.invoicing import InvoiceDraft
from domain.statements import Statement, StatementDoesNotFollow, StatementEntry
from engine.keys import MasterKeys
from storage.core.database import Database
from storage.money.bank_effects import BankMoves
from storage.money.payments import Payments
from storage.money.statements import Statements
from storage.services.invoicing import Invoices

NOW = datetime(2026, 3, 17, 9, 0, tzinfo=UTC)
IBAN = "BE71096123456769"


class Noon:
    """A clock that stands still."""

    def now(self) -> datetime:
        return NOW


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """Each of the two databases, empty."""
    opened = Database(database_url, MasterKeys("test", {"test": b"k" * 32}))
    yield opened
    await opened.close()


@pytest.fixture
def payments(database: Database) -> Payments:
    return Payments(database, Noon())


@pytest.fixture
def statements(database: Database) -> Statements:
    return Statements(database)


async def ordered(payments: Payments, item: str = "ann", amount: str = "663.02") -> str:
    return await payments.order(
        order_key=f"J1/wages/{item}/1",
        job_id="J1",
        kind="wage",
        entity="liege",
        person_id=f"p-{item}",
        amount_eur=Decimal(amount),
        pay_on=date(2026, 3, 20),
        end_to_end=f"E2E{item.upper()}",
        remittance="J1",
    )


async def batched(payments: Payments, *ids: str) -> BatchCard:
    card = BatchCard(
        batch_id="B1",
        entity="liege",
        execute_on=date(2026, 3, 20),
        count=len(ids),
        total_eur=Decimal("663.02") * len(ids),
        state="made",
    )
    return await payments.make(card, b"<Document/>", ids, NOW)


def statement(
    day: int, opening: str, *entries: StatementEntry, source: Any = "camt.053", number: str = ""
) -> Statement:
    moved = sum((entry.amount_eur for entry in entries), Decimal("0.00"))
    return Statement(
        source=source,
        iban=IBAN,
        statement_id=number or f"S{day}",
        on=date(2026, 3, day),
        opening_eur=opening,
        closing_eur=Decimal(opening) + moved,
        entries=entries,
    )


def entry(amount: str, **more: Any) -> StatementEntry:
    return StatementEntry(reference="R", amount_eur=amount, booked_on=date(2026, 3, 20), **more)


async def invoiced(database: Database) -> str:
    kept = await Invoices(database).issue(
        InvoiceDraft(
            order_key="J1/invoicing/invoice/1",
            invoice_id="INV1",
            job_id="J1",
            entity="liege",
            prefix="AL",
            kind="invoice",
            client_id="c-1",
            client_version=1,
            issued_on=date(2026, 3, 16),
            due_on=date(2026, 4, 15),
            net_eur="1500.00",
            vat_eur="90.00",
            total_eur="1590.00",
            payable_eur="1590.00",
        )
    )
    return kept.payment_reference


async def test_one_person_alone_releases_no_money(payments: Payments) -> None:
    await batched(payments, await ordered(payments))
    for _ in range(2):
        card = await payments.approve("B1", "finance-1", NOW)
        assert (card.state, card.approved_by) == ("made", ("finance-1",))
    card = await payments.approve("B1", "finance-2", NOW)
    assert (card.state, card.approved_by) == ("approved", ("finance-1", "finance-2"))
    assert (await payments.state("E2EANN")).state == "approved"


async def test_a_payment_is_in_one_batch_only_and_its_file_never_changes(payments: Payments) -> None:
    payment = await ordered(payments)
    await batched(payments, payment)
    again = BatchCard(
        batch_id="B2", entity="liege", execute_on=date(2026, 3, 21), count=1, total_eur="663.02", state="made"
    )
    with pytest.raises(BatchOutdated):
        await payments.make(again, b"<Other/>", [payment], NOW)
    assert [card.batch_id for card in await payments.batches()] == ["B1"]
    assert not await payments.cancel("J1/wages/ann/1")
    assert [await payments.file("B1") for _ in range(2)] == [b"<Document/>"] * 2


async def test_what_the_bank_will_not_carry_out_is_told_apart(payments: Payments) -> None:
    await batched(payments, await ordered(payments), await ordered(payments, "bob"))
    for person in ("finance-1", "finance-2"):
        await payments.approve("B1", person, NOW)
    await payments.sent("B1", "py_1", NOW)
    verdicts = [
        PaymentVerdict(end_to_end="E2EANN", status="ACSP"),
        PaymentVerdict(end_to_end="E2EBOB", status="RJCT", reason="AC01"),
    ]
    lost = await payments.judged("B1", rejected=False, reason=None, verdicts=verdicts)
    assert [one.person_id for one in lost] == ["p-bob"]
    assert ((await payments.state("E2EBOB")).state, (await payments.state("E2EBOB")).reason) == ("rejected", "AC01")


async def test_the_same_statement_twice_or_by_the_other_channel_changes_nothing(
    database: Database, statements: Statements
) -> None:
    reference = await invoiced(database)
    received = statement(20, "100.00", entry("1590.00", structured=reference))
    assert await statements.take(received, NOW) is not None
    (unsettled,) = await BankMoves(database).unsettled()
    assert unsettled.nudges == (Nudge(workflow_id="collection-INV1"),)
    assert await statements.take(received, NOW) is None
    by_coda = received.model_copy(update={"source": "coda", "statement_id": "2026-079"})
    assert await statements.take(by_coda, NOW) is None
    assert await statements.received("INV1") == [ClientReceipt(on=date(2026, 3, 20), amount_eur="1590.00")]


async def test_a_missing_statement_is_noticed_and_nothing_is_taken_over(statements: Statements) -> None:
    await statements.take(statement(18, "100.00", entry("5.00")), NOW)
    with pytest.raises(StatementDoesNotFollow, match=r"starts at 90\.00 EUR"):
        await statements.take(statement(20, "90.00", entry("1.00")), NOW)
    assert await statements.last_on([IBAN]) == {IBAN: date(2026, 3, 18)}
    assert len(await statements.entries()) == 1


async def test_too_much_and_unknown_money_stays_visible(database: Database, statements: Statements) -> None:
    reference = await invoiced(database)
    await statements.take(
        statement(20, "0.00", entry("1600.00", structured=reference), entry("12.00", text="merci")), NOW
    )
    (more,) = await statements.entries("partly")
    assert (more.subject_id, more.matched_eur, more.amount_eur) == ("INV1", Decimal("1590.00"), Decimal("1600.00"))
    (unknown,) = await statements.entries("unknown")
    assert (unknown.amount_eur, unknown.text) == (Decimal("12.00"), "merci")


async def test_a_batch_booked_as_one_movement_books_each_of_its_payments(
    database: Database, payments: Payments, statements: Statements
) -> None:
    await batched(payments, await ordered(payments), await ordered(payments, "bob"))
    for person in ("finance-1", "finance-2"):
        await payments.approve("B1", person, NOW)
    await payments.sent("B1", "py_1", NOW)
    await statements.take(statement(20, "2000.00", entry("-1326.04", batch="B1")), NOW)
    (unsettled,) = await BankMoves(database).unsettled()
    assert {nudge.step for nudge in unsettled.nudges} == {"wages:ann", "wages:bob"}
    assert sum(move.amount_eur for move in unsettled.moves) == Decimal("1326.04")
    await BankMoves(database).settle([unsettled.number], NOW)
    assert await BankMoves(database).unsettled() == []
    assert (await payments.state("E2EBOB")).booked_on == date(2026, 3, 20)
    assert (await payments.batch("B1")).state == "booked"


async def test_a_quiet_day_after_the_booking_wakes_the_steps_that_waited_for_a_return(
    database: Database, payments: Payments, statements: Statements
) -> None:
    await batched(payments, await ordered(payments))
    for person in ("finance-1", "finance-2"):
        await payments.approve("B1", person, NOW)
    await payments.sent("B1", "py_1", NOW)
    await statements.take(statement(20, "2000.00", entry("-663.02", end_to_end="E2EANN")), NOW)
    await statements.take(statement(21, "1336.98"), NOW)
    _, quiet = await BankMoves(database).unsettled()
    assert [nudge.step for nudge in quiet.nudges] == ["wages:ann"]
