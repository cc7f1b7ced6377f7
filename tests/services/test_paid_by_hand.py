"""Pay and expenses paid outside by a person: booked as paid on that day, once, whatever comes after."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from activities import expenses, wages
from activities.person_payments import Paying
from domain.bank import PaymentInFile
from domain.ledger import Account
from domain.matching import PartWish
from domain.services.expenses import ExpenseLine, ExpensePayment
from domain.services.wages import PaidInTheFuture, WagePayment
from domain.suspense import NO_JOB
from storage.money.matching import HandMatches, MatchDecision
from tests.services import test_bank, test_expenses, test_wages
from tests.services.test_bank import World
from tests.services.test_bank_returns import camt, line, paid

world = test_bank.world
NET = "663.02"
"""Of 1,000.00 gross; see test_wages."""
BY_HAND = {"net_eur": NET, "cost_eur": "1441.07", "booked_on": "2026-03-26", "transferred_eur": NET}
NOTHING_OPEN = {Account.RESULT: Decimal("1500.00")}
"""The budget of the wage is the job's; nobody is owed anything."""
STRINGS = ExpenseLine(kind="receipt", label="Strings", amount_eur="24.50", on=date(2026, 2, 13), document="s.jpg")


def pays(world: World) -> wages.Wages:
    office = world.office
    return wages.Wages(
        paying=Paying(world.payments, office.people, office.clock),
        ledger=world.ledger,
        entities=office.entities,
        people=office.people,
        jobs=office.jobs,
        links=office.links,
        papers=office.papers,
        printer=office.press,
        post=office.post,
        deadlines=office.deadlines,
        letterhead=office.letterhead,
        clock=office.clock,
    )


def pays_back(world: World) -> expenses.Expenses:
    office = world.office
    return expenses.Expenses(
        paying=Paying(world.payments, office.people, office.clock),
        ledger=world.ledger,
        entities=office.entities,
        people=office.people,
        jobs=office.jobs,
        papers=office.papers,
        printer=office.press,
        letterhead=office.letterhead,
        clock=office.clock,
    )


def told(world: World, **more: Any) -> Any:
    """The wage's order with what a person says was done by hand."""
    return test_wages.order(world.office).model_copy(update={"by_hand": BY_HAND | more})


async def came_back(world: World) -> str:
    """A wage the bank booked on the 4th of March and gave back on the 5th."""
    payment_id = str((await pays(world).pay(test_wages.order(world.office))).payment_id)
    await test_wages.sent(world.payments, world.office)
    await world.desk.import_file(camt(line(f"-{NET}", paid(payment_id)), on="2026-03-20"))
    await world.desk.import_file(camt(line(NET, paid(payment_id)), opening="4336.98", on="2026-03-23"))
    world.office.clock.at = datetime(2026, 3, 27, 9, 0, tzinfo=UTC)
    return payment_id


async def test_a_wage_that_came_back_and_is_paid_by_hand_leaves_nothing_owed(world: World) -> None:
    payment_id = await came_back(world)
    assert await world.balance(Account.WAGES_DUE) == -Decimal(NET)
    for _ in range(2):
        done = await pays(world).book_by_hand(told(world))
    assert (done.booked_on, done.payment_id == payment_id) == (date(2026, 3, 26), False)
    assert await world.office.books() == NOTHING_OPEN
    assert await world.balance(Account.BANK) == -Decimal(NET)
    assert await world.payments.due(date(2026, 12, 31)) == []
    assert (await world.office.met())["wages_promised", "bob"] == datetime(2026, 3, 26, 23, 0, tzinfo=UTC)
    (mail,) = await world.office.post.mailbox("bob@example.org")
    assert "663,02" in mail.text


async def test_a_wage_nobody_could_order_is_booked_whole_when_it_is_paid_by_hand(world: World) -> None:
    """Without an account nothing was computed, owed or listed yet."""
    world.office.clock.at = datetime(2026, 3, 27, 9, 0, tzinfo=UTC)
    done = await pays(world).book_by_hand(told(world))
    assert await world.office.books() == NOTHING_OPEN
    assert done.pay_statement == "pay-statement-bob.pdf"
    assert await world.payments.due(date(2026, 12, 31)) == []


async def test_the_banks_own_line_takes_the_place_of_what_a_person_said(world: World) -> None:
    """A person read on the bank's page that it was booked; the statement of that day comes later, with its line."""
    payment_id = str((await pays(world).pay(test_wages.order(world.office))).payment_id)
    await test_wages.sent(world.payments, world.office)
    world.office.clock.at = datetime(2026, 3, 27, 9, 0, tzinfo=UTC)
    await pays(world).book_by_hand(told(world))
    taken = await world.desk.import_file(camt(line(f"-{NET}", paid(payment_id)), on="2026-03-26"))
    assert taken.unrecognised == 0
    assert await world.office.books() == NOTHING_OPEN
    assert await world.balance(Account.BANK) == -Decimal(NET)
    await world.desk.import_file(camt(line(f"-{NET}", paid(payment_id)), opening="4336.98", on="2026-03-30"))
    assert (await world.ledger.balances(NO_JOB)).of(Account.SUSPENSE) == Decimal(
        NET
    )  # a second time: a person looks


async def test_a_transfer_made_by_hand_is_matched_with_its_line_and_booked_once(world: World) -> None:
    await came_back(world)
    done = await pays(world).book_by_hand(told(world))
    await world.desk.import_file(camt(line(f"-{NET}"), opening="5000.00", on="2026-03-26"))
    assert (await world.ledger.balances(NO_JOB)).of(Account.SUSPENSE) == Decimal(NET)
    await match(world, str(done.payment_id))
    assert await world.office.books() == NOTHING_OPEN
    assert (await world.ledger.totals()).of(Account.BANK) == -Decimal(NET)
    assert (await world.ledger.totals()).of(Account.SUSPENSE) == Decimal("0.00")


async def test_an_outgoing_line_is_said_to_be_a_wage_that_came_back_and_its_step_is_told(world: World) -> None:
    """Nobody said anything at the step: finance sees the line first."""
    payment_id = await came_back(world)
    await world.desk.import_file(camt(line(f"-{NET}"), opening="5000.00", on="2026-03-26"))
    nudged = await match(world, payment_id)
    assert nudged == ["wages:bob"]
    assert await world.office.books() == NOTHING_OPEN
    assert (await world.ledger.totals()).of(Account.SUSPENSE) == Decimal("0.00")
    world.office.clock.at = datetime(2026, 4, 8, 9, 0, tzinfo=UTC)
    done = await pays(world).booked(test_wages.order(world.office))
    assert (done.booked_on, done.payment_id == payment_id) == (date(2026, 3, 26), False)


async def match(world: World, payment_id: str) -> list[str | None]:
    """Finance says that the last line on the account is this payment; the steps that are told."""
    (card,) = [one for one in await world.statements.entries("unknown") if one.amount_eur == -Decimal(NET)]
    said = MatchDecision(
        parts=[PartWish(kind="payment", subject_id=payment_id, amount_eur=NET)],
        by="p-fay",
        reason="paid by hand",
        operation_id="op-1",
        at=world.office.clock.now(),
    )
    matched = await HandMatches(world.office.database).match(card.movement, said)
    return [nudge.step for nudge in matched.nudges]


async def test_what_a_file_will_still_pay_is_not_paid_by_hand_as_well(world: World) -> None:
    await pays(world).pay(test_wages.order(world.office))
    await world.desk.make_batches(date(2026, 3, 18))
    world.office.clock.at = datetime(2026, 3, 27, 9, 0, tzinfo=UTC)
    with pytest.raises(PaymentInFile):
        await pays(world).book_by_hand(told(world))
    assert await world.balance(Account.WAGES_DUE) == -Decimal(NET)


async def test_what_is_to_be_paid_tomorrow_is_not_paid(world: World) -> None:
    await came_back(world)
    with pytest.raises(PaidInTheFuture, match="2026-03-28"):
        await pays(world).book_by_hand(told(world, booked_on="2026-03-28"))
    assert await world.balance(Account.WAGES_DUE) == -Decimal(NET)


@pytest.mark.parametrize(
    ("said", "asked"),
    [
        ({"booked_on": None}, "booked_on"),
        ({"transferred_eur": None}, "transferred_eur"),
        ({"transferred_eur": "600.00"}, "600.00 EUR is not the net pay"),
        ({"transferred_eur": "700.00"}, "700.00 EUR is not the net pay"),
        ({}, None),
    ],
)
def test_a_wage_by_hand_says_what_was_paid_and_when(world: World, said: dict[str, Any], asked: str | None) -> None:
    lacks = wages.lacking(test_wages.order(world.office).request, WagePayment.model_validate(BY_HAND | said))
    assert lacks is None if asked is None else asked in str(lacks)


async def test_a_note_above_the_rule_that_a_person_paid_in_part_is_booked_as_paid(world: World) -> None:
    world.office.clock.at = datetime(2026, 3, 27, 9, 0, tzinfo=UTC)
    said = {"amount_eur": "24.50", "transferred_eur": "20.00", "booked_on": "2026-03-26"}
    order = test_expenses.order(world.office, STRINGS, by_hand=said)
    for _ in range(2):
        done = await pays_back(world).book_by_hand(order)
    assert (done.amount_eur, done.note) == (Decimal("20.00"), None)  # no note says 24.50 when 20.00 was paid
    assert await world.office.books() == {Account.RESULT: Decimal("20.00")}
    assert await world.balance(Account.BANK) == Decimal("-20.00")


async def test_a_note_that_was_found_right_is_paid_by_hand_whole(world: World) -> None:
    world.office.clock.at = datetime(2026, 3, 17, 9, 0, tzinfo=UTC)
    order = test_expenses.order(world.office, STRINGS)
    begun = await pays_back(world).prepare(order)
    part = begun.model_copy(update={"transferred_eur": Decimal("20.00"), "booked_on": date(2026, 3, 26)})
    assert "24.50 EUR are owed" in str(expenses.lacking(order.request, part))
    world.office.clock.at = datetime(2026, 3, 27, 9, 0, tzinfo=UTC)
    whole = begun.model_dump(mode="json") | {"transferred_eur": "24.50", "booked_on": "2026-03-26"}
    assert expenses.lacking(order.request, ExpensePayment.model_validate(whole)) is None
    done = await pays_back(world).book_by_hand(order.model_copy(update={"by_hand": whole}))
    assert done.note == "expense-note-bob.pdf"
    assert await world.office.books() == {Account.RESULT: Decimal("24.50")}
    assert await world.payments.due(date(2026, 12, 31)) == []


async def test_a_note_of_which_nothing_is_paid_back_owes_nothing(world: World) -> None:
    order = test_expenses.order(world.office, STRINGS)
    await pays_back(world).prepare(order)
    await pays_back(world).book_by_hand(
        order.model_copy(update={"by_hand": {"amount_eur": "0", "transferred_eur": "0"}})
    )
    assert await world.office.books() == {}
    assert await world.payments.due(date(2026, 12, 31)) == []


@pytest.mark.parametrize(
    ("said", "asked"),
    [
        ({}, "transferred_eur"),
        ({"transferred_eur": "-1.00"}, "transferred_eur"),
        ({"transferred_eur": "24.51", "booked_on": "2026-03-26"}, "the note asks for 24.50 EUR"),
        ({"transferred_eur": "24.50"}, "booked_on"),
        ({"transferred_eur": "24.50", "booked_on": "2026-03-26"}, None),
        ({"transferred_eur": "0.00"}, None),
    ],
)
def test_a_note_by_hand_says_what_was_paid_back_and_when(
    world: World, said: dict[str, Any], asked: str | None
) -> None:
    done = ExpensePayment.model_validate({"amount_eur": "24.50"} | said)
    lacks = expenses.lacking(test_expenses.order(world.office, STRINGS).request, done)
    assert lacks is None if asked is None else asked in str(lacks)
