"""The singular wish: no machine pretends to do it, a person is asked at once and says what was done."""

from datetime import date
from decimal import Decimal

import pytest

from activities.catalog import every_step
from activities.special_request import STEP, SpecialRequest
from domain.declaration import JobDeclaration, load_declaration
from domain.entries import cost, cost_by_hand
from domain.ledger import Account
from domain.orders import StepOrder
from domain.services.special_request import NeedsAPerson, SpecialRequestRequest, SpecialRequestResult
from engine.words import LANGUAGES, say
from storage.money.ledger import LedgerStore
from tests.services.conftest import TestClock

TUNER = SpecialRequestRequest(wish="A piano tuner at 15:00, 440 Hz", ceiling_eur=Decimal("120.00"))


def order(request: SpecialRequestRequest = TUNER) -> StepOrder[SpecialRequestRequest]:
    return StepOrder(job_id="K1", service="special_request", item="tuner", entity="brussels", request=request)


def wishes(text: str) -> JobDeclaration:
    return load_declaration(text)


async def test_a_wish_is_put_to_the_adviser_in_the_members_own_words() -> None:
    with pytest.raises(NeedsAPerson, match="takes care of this wish: A piano tuner at 15:00, 440 Hz") as caught:
        await SpecialRequest(None, None).arrange(order())
    assert caught.value.decided_by == "advisor"


async def test_asking_again_arranges_nothing_by_itself() -> None:
    for _ in range(2):
        with pytest.raises(NeedsAPerson):
            await SpecialRequest(None, None).arrange(order())


def test_the_adviser_says_what_was_done_and_what_it_cost() -> None:
    done = STEP.booking.model_validate(
        {"what": "Tuned by Klavier & Co", "price_eur": "95.00", "reference": "bill 17"}
    )
    assert isinstance(done, SpecialRequestResult)
    assert done.story_values() == {"what": "Tuned by Klavier & Co", "price": "95.00"}


def test_what_a_person_arranged_is_told_in_three_languages() -> None:
    told = {lang: say(lang, "story.special_request.arrange", what="Tuned", price="95") for lang in LANGUAGES}
    assert told["en"] == "Your adviser arranged: Tuned (95)."
    assert len(set(told.values())) == 3


def test_one_wish_or_several_with_names_of_their_own() -> None:
    (one,) = wishes("special_request: {wish: piano tuner, ceiling_eur: 120.00}").special_request
    assert (one.item, one.ceiling_eur) == ("wish", Decimal("120.00"))
    two = wishes("special_request: [{item: tuner, wish: piano tuner}, {item: ferry, wish: ferry for a harp}]")
    assert [each.item for each in two.special_request] == ["tuner", "ferry"]


def test_a_wish_binds_nobody_by_itself_and_what_a_person_arranged_a_person_calls_off() -> None:
    assert [verb.name for verb in STEP.verbs] == ["arrange", "book_by_hand", "give_back_by_hand"]
    assert (STEP.release, STEP.people_only, STEP.goes_back) == (None, True, True)
    assert STEP.skippable
    assert not STEP.essential
    assert set(STEP.editable) == {"wish", "ceiling_eur"}


async def test_what_a_person_arranged_is_booked_to_the_job_once_with_its_vat(
    ledger: LedgerStore, clock: TestClock
) -> None:
    done = {
        "what": "Tuned",
        "price_eur": "300.00",
        "vat_eur": "63.00",
        "paid_how": "card",
        "paid_to": "Klavier & Co",
    }
    told = order().model_copy(update={"by_hand": done})
    for _ in range(2):
        await SpecialRequest(ledger, clock).book_by_hand(told)
    books = await ledger.balances("K1")
    assert {account.value: amount for account, amount in books.amounts.items()} == {
        "result": Decimal("300.00"),
        "vat_due": Decimal("63.00"),
        "bank": Decimal("-363.00"),
    }


def test_whatever_is_done_by_hand_and_costs_money_is_given_back_or_corrected() -> None:
    """Seen: a special request done by hand stayed done when the job was moved or withdrawn."""
    paid = [step for step in every_step() if step.costs is not None]
    assert {step.name for step in paid} >= {"special_request", "van_rental", "travel", "equipment", "workspace"}
    assert [step.name for step in paid if not step.goes_back and step.correct is None] == []
    assert [step.name for step in paid if step.goes_back and step.back_by_hand is None] == []


async def test_what_a_tuner_keeps_stays_in_the_books(ledger: LedgerStore, clock: TestClock) -> None:
    tuned = {"what": "Tuned", "price_eur": "90.00", "vat_eur": "18.90", "paid_how": "card", "paid_to": "Klavier"}
    await SpecialRequest(ledger, clock).book_by_hand(order().model_copy(update={"by_hand": tuned}))
    kept = order().model_copy(update={"by_hand": {"kept_eur": "40.00", "kept_vat_eur": "8.40"}})
    for _ in range(2):
        done = await SpecialRequest(ledger, clock).give_back_by_hand(kept)
    assert done.story_values()["price"] == "40.00"
    books = await ledger.balances("K1")
    assert {account.value: amount for account, amount in books.amounts.items() if amount} == {
        "result": Decimal("40.00"),
        "vat_due": Decimal("8.40"),
        "bank": Decimal("-48.40"),
    }


async def test_what_cost_nothing_books_nothing(ledger: LedgerStore, clock: TestClock) -> None:
    told = order().model_copy(update={"by_hand": {"what": "A friend tuned it", "paid_how": "free"}})
    await SpecialRequest(ledger, clock).book_by_hand(told)
    assert await ledger.entries("K1") == []


async def test_a_booking_by_hand_takes_the_place_of_the_partners_own(ledger: LedgerStore) -> None:
    day = date(2026, 3, 2)
    await ledger.post(cost("K1/travel/ann/1:cost", "K1", day, Decimal("44.00")))
    by_hand = cost_by_hand(
        "K1/travel/ann/1:cost-by-hand", "K1", day, Decimal("60.00"), Decimal("0.00"), fact="K1/travel/ann/1:cost"
    )
    await ledger.replace(by_hand)
    assert (await ledger.balances("K1")).of(Account.RESULT) == Decimal("60.00")
    for _ in range(2):
        await ledger.take_back("K1/travel/ann/1:cost", "K1/travel/ann/1:cost-back", day, Decimal("10.00"))
    assert (await ledger.balances("K1")).of(Account.RESULT) == Decimal("10.00")
