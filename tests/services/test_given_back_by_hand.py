"""What a person gave back, credited or ended by hand is asked for and booked, as doing it here would have been."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from activities import equipment, insurance, travel, van_rental, workspace
from activities.invoicing import STEP as INVOICING
from activities.invoicing import Invoicing
from activities.step import Step
from domain.entries import cost
from domain.hand import KeptByHand
from domain.orders import StepOrder
from domain.services.invoicing import CreditedByHand, CreditsOtherTotal, NumberNotForThis
from storage.money.ledger import LedgerStore
from tests.services import test_invoiced_by_hand, test_invoicing
from tests.services.conftest import TestClock
from tests.services.office import Office
from tests.services.test_invoicing import Waiting, order
from tests.services.test_van_rental import van_order

waiting, service, office = test_invoicing.waiting, test_invoicing.service, test_invoiced_by_hand.office
DAY = date(2026, 3, 2)
KEPT_40 = {"result": "40.00", "bank": "-40.00"}


def given_back(**said: str) -> StepOrder[Any]:
    return van_order("K1").model_copy(update={"by_hand": said, "evidence": "letter.pdf"})


def vans(ledger: LedgerStore, clock: TestClock) -> van_rental.VanRental:
    nobody: Any = None
    return van_rental.VanRental(nobody, nobody, ledger, clock)


async def books(ledger: LedgerStore) -> dict[str, str]:
    amounts = (await ledger.balances("K1")).amounts
    return {account.value: str(amount) for account, amount in amounts.items() if amount}


async def test_what_the_hirer_keeps_of_a_van_cancelled_by_telephone_is_what_it_costs(
    ledger: LedgerStore, clock: TestClock
) -> None:
    wanted = given_back(kept_eur="40.00")
    await ledger.post(cost(wanted.key_for("cost"), "K1", DAY, Decimal("118.40")))
    for _ in range(2):
        done = await vans(ledger, clock).give_back_by_hand(wanted)
        assert (done.released, done.cancellation_fee_eur) == (True, Decimal("40.00"))
        assert await books(ledger) == KEPT_40


async def test_it_is_booked_too_where_the_answer_to_the_hire_got_lost(
    ledger: LedgerStore, clock: TestClock
) -> None:
    await vans(ledger, clock).give_back_by_hand(given_back(kept_eur="40.00"))
    assert await books(ledger) == KEPT_40


async def test_a_giving_back_here_that_was_booked_and_then_lost_its_answer_counts_once(
    ledger: LedgerStore, clock: TestClock
) -> None:
    wanted = given_back(kept_eur="40.00")
    await ledger.post(cost(wanted.key_for("cost"), "K1", DAY, Decimal("118.40")))
    await ledger.take_back(wanted.key_for("cost"), wanted.key_for("cost-back"), DAY, Decimal("0.00"))
    assert await books(ledger) == {}
    await vans(ledger, clock).give_back_by_hand(wanted)
    assert await books(ledger) == KEPT_40


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ({"kept_eur": "0.00"}, {}),
        (
            {"kept_eur": "150.00", "kept_vat_eur": "31.50"},
            {"result": "150.00", "vat_due": "31.50", "bank": "-181.50"},
        ),
    ],
)
async def test_the_vat_of_what_a_person_had_arranged_comes_back_too(
    ledger: LedgerStore, clock: TestClock, said: dict[str, str], left: dict[str, str]
) -> None:
    arranged = {
        "van": "1-XYZ-999", "source": "hirer", "price_eur": "300.00", "vat_eur": "63.00", "reference": "R1",
        "paid_how": "card", "paid_to": "Vans & Co",
    }  # fmt: skip
    desk = vans(ledger, clock)
    await desk.book_by_hand(van_order("K1").model_copy(update={"by_hand": arranged}))
    for _ in range(2):
        await desk.give_back_by_hand(given_back(**said))
    assert await books(ledger) == left


BOOKED: list[tuple[Step[Any, Any], dict[str, Any]]] = [
    (van_rental.STEP, {"van": "1-XYZ-999", "source": "hirer", "price_eur": "100.00", "reference": "R1"}),
    (workspace.STEP, {"room": "Forge", "city": "Liège", "price_eur": "100.00", "reference": "R1"}),
    (insurance.STEP, {"premium_eur": "100.00"}),
    (travel.STEP, {"booking_id": "R1", "from_place": "A", "to_place": "B", "price_eur": "100.00"}),
    (equipment.STEP, {"lines": [], "price_eur": "100.00"}),
]


@pytest.mark.parametrize(("step", "booking"), BOOKED, ids=[step.name for step, _ in BOOKED])
@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        ({"kept_eur": "100.00", "kept_vat_eur": "21.00"}, None),
        ({"kept_eur": "100.01"}, "more than it cost, 100.00 EUR"),
        ({"kept_eur": "-1.00"}, "never below zero"),
        ({"kept_eur": "10.00", "kept_vat_eur": "11.00"}, "say both apart"),
    ],
)
def test_nobody_keeps_more_than_it_cost(
    step: Step[Any, Any], booking: dict[str, Any], said: dict[str, str], wrong: str | None
) -> None:
    assert step.back_by_hand is not None
    done = KeptByHand.model_validate(said)
    why = step.back_by_hand.lacking(van_order("K1").request, step.booking.model_validate(booking), done)
    assert why is None if wrong is None else wrong in str(why)


CREDIT = {
    "number": "HC-2026-3",
    "issued_on": "2026-03-20",
    "net_eur": "1500.00",
    "vat_eur": "90.00",
    "total_eur": "1590.00",
}


@pytest.mark.parametrize("outside", [False, True])
async def test_a_credit_note_made_outside_takes_the_receivable_back_once(
    service: Invoicing, office: Office, waiting: Waiting, outside: bool
) -> None:
    wanted = order(office)
    invoice = await (service.book_by_hand(test_invoiced_by_hand.told(wanted)) if outside else service.issue(wanted))
    assert await office.books() == test_invoiced_by_hand.OPEN
    told = wanted.model_copy(update={"by_hand": CREDIT, "evidence": "credit-note.pdf"})
    for _ in range(2):
        credit = await service.credit_by_hand(told)
    assert (credit.number, credit.total_eur, credit.sent_by) == ("HC-2026-3", Decimal("1590.00"), "by_hand")
    assert await office.books() == {}
    assert waiting.nudged == [invoice.invoice_id] * 2
    kept = await service._invoices.by_number("liege", invoice.number)
    assert kept is not None
    assert kept.credited_eur == Decimal("1590.00")


async def test_after_a_credit_note_made_outside_none_is_made_here(
    service: Invoicing, office: Office, waiting: Waiting
) -> None:
    wanted = order(office)
    await service.issue(wanted)
    await service.credit_by_hand(wanted.model_copy(update={"by_hand": CREDIT, "evidence": "credit-note.pdf"}))
    again = await service.credit(wanted)
    assert again.number == "HC-2026-3"
    assert await office.books() == {}


@pytest.mark.parametrize(
    ("said", "refused"),
    [
        ({"number": "AL-CN-2026-000009"}, NumberNotForThis),
        ({"number": "AL-2026-000001"}, NumberNotForThis),
        ({"net_eur": "1000.00", "vat_eur": "60.00", "total_eur": "1060.00"}, CreditsOtherTotal),
    ],
)
async def test_a_credit_note_made_outside_has_a_number_of_its_own_and_takes_all_back(
    service: Invoicing, office: Office, said: dict[str, str], refused: type[Exception]
) -> None:
    wanted = order(office)
    await service.issue(wanted)
    with pytest.raises(refused):
        await service.credit_by_hand(wanted.model_copy(update={"by_hand": CREDIT | said}))
    assert await office.books() == test_invoiced_by_hand.OPEN


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        ({}, None),
        ({"number": " "}, "number:"),
        ({"vat_eur": "91.00"}, "1500.00 and 91.00 of VAT are 1591.00 EUR"),
        ({"net_eur": "-1500.00", "vat_eur": "-90.00", "total_eur": "-1590.00"}, "without a minus"),
        ({"net_eur": "1000.00", "vat_eur": "60.00", "total_eur": "1060.00"}, "takes all back"),
    ],
)
async def test_what_a_credit_note_must_say(
    service: Invoicing, office: Office, said: dict[str, str], wrong: str | None
) -> None:
    issued = await service.issue(order(office))
    assert INVOICING.back_by_hand is not None
    why = INVOICING.back_by_hand.lacking(
        order(office).request, issued, CreditedByHand.model_validate(CREDIT | said)
    )
    assert why is None if wrong is None else wrong in str(why)
    assert INVOICING.back_by_hand.drafted is not None
    offered = INVOICING.back_by_hand.drafted(order(office).request, issued)
    assert offered == {"net_eur": "1500.00", "vat_eur": "90.00", "total_eur": "1590.00"}
