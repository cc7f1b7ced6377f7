"""A wage is computed to the cent, told to its person alone, paid once, and done when the bank has booked it."""

import re
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from activities.person_payments import Paying
from activities.wages import STEP, Wages
from domain.bank import BatchCard
from domain.errors import NotYet
from domain.ledger import Account
from domain.orders import StepOrder
from domain.services.wages import (
    AlreadyPaidOut,
    NoBankAccount,
    NotBookedInTime,
    PaymentReturned,
    WagesRequest,
)
from domain.statements import Statement, StatementEntry
from storage.money.bank_effects import BankMoves
from storage.money.payments import Payments
from storage.money.statements import Statements
from tests.databases import sqlite_database
from tests.services.conftest import Partners, TestClock
from tests.services.office import LIEGE, Office, open_office


@pytest.fixture
async def office(tmp_path: Path, partners: Partners, clock: TestClock) -> AsyncIterator[Office]:
    clock.at = datetime(2026, 3, 17, 9, 0, tzinfo=UTC)
    async with open_office(sqlite_database(tmp_path), partners, clock) as opened:
        yield opened


@pytest.fixture
def payments(office: Office) -> Payments:
    return Payments(office.database, office.clock)


@pytest.fixture
def service(office: Office, payments: Payments) -> Wages:
    return Wages(
        paying=Paying(payments, office.people, office.clock),
        ledger=office.ledger,
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


def order(office: Office, revision: int = 1, **more: Any) -> StepOrder[WagesRequest]:
    request = WagesRequest(
        **{
            "person_id": "p-bob",
            "gross_eur": "1000.00",
            "chain": "artist",
            "days": 2,
            "first_day_on": date(2026, 3, 13),
            "last_day_on": date(2026, 3, 14),
            "pay_on": date(2026, 3, 20),
            "answer_by": datetime(2026, 4, 3, 22, 0, tzinfo=UTC),
            "function": "Musicien",
            "joint_committee": "304",
            **more,
        }
    )
    before = f"{office.job_id}/wages/bob/{revision - 1}" if revision > 1 else None
    return StepOrder(
        job_id=office.job_id,
        service="wages",
        item="bob",
        revision=revision,
        replaces=before,
        entity="liege",
        request=request,
    )


async def sent(payments: Payments, office: Office) -> str:
    """Everything on the list goes to the bank, approved by two."""
    due = await payments.due(date(2026, 4, 30))
    batch = BatchCard(
        batch_id=f"B-{due[0].payment_id}",
        entity="liege",
        execute_on=date(2026, 3, 20),
        count=len(due),
        total_eur=sum((one.amount_eur for one in due), Decimal("0.00")),
        state="made",
    )
    now = office.clock.now()
    await payments.make(batch, b"<pain/>", [one.payment_id for one in due], now)
    for person in ("finance-1", "finance-2"):
        await payments.approve(batch.batch_id, person, now)
    await payments.sent(batch.batch_id, "bank-1", now)
    return due[0].end_to_end


async def statement(
    office: Office, on: date, opening: str, amount: str = "0.00", end_to_end: str | None = None, **more: Any
) -> None:
    """The bank's statement of one day with one movement, or none."""
    entry = StatementEntry(reference="E1", amount_eur=amount, booked_on=on, end_to_end=end_to_end, **more)
    taken = Statement(
        source="camt.053",
        iban=LIEGE.iban,
        statement_id=on.isoformat(),
        on=on,
        opening_eur=opening,
        closing_eur=Decimal(opening) + Decimal(amount),
        entries=(entry,) if end_to_end else (),
    )
    number = await Statements(office.database).take(taken, office.clock.now())
    found = {one.number: one.nudges for one in await BankMoves(office.database).unsettled()}
    assert [nudge.step for nudge in found[number or 0]] == ["wages:bob"]


async def test_an_artists_thousand_is_computed_to_the_cent_and_ordered_once(
    service: Wages, payments: Payments, office: Office
) -> None:
    """1,080.00 x 13.07 % = 141.16; 858.84 taxable; prudent 22.8 % = 195.82; employer 270.00 + ONVA 171.07."""
    for _ in range(2):
        paid = await service.pay(order(office))
    assert (paid.net_eur, paid.cost_eur) == (Decimal("663.02"), Decimal("1441.07"))
    (listed,) = await payments.due(date(2026, 3, 20))
    assert (listed.amount_eur, listed.end_to_end, listed.kind) == (Decimal("663.02"), order(office).short, "wage")
    assert await office.books() == {
        Account.RESULT: Decimal("1500.00"),
        Account.WAGES_DUE: Decimal("-663.02"),
    }
    assert "663" not in str(paid.story_values())


async def test_an_employees_last_pay_brings_the_holiday_pay(service: Wages, office: Office) -> None:
    """130.70 worker; holiday pay 2 x 76.70; taxable 1,005.37 (see the rates of each line)."""
    paid = await service.pay(order(office, chain="employee"))
    staying = await service.pay(order(office, revision=2, chain="employee", leaving=False))
    assert paid.net_eur > staying.net_eur
    assert staying.net_eur == Decimal("671.10")  # (1,000.00 - 130.70) less 22.8 % = 198.20


async def test_the_statement_is_for_nobody_but_the_person(service: Wages, office: Office) -> None:
    paid = await service.pay(order(office))
    paper = await office.papers.document(office.job_id, paid.pay_statement or "")
    assert (paper.audience, paper.subject_id) == (("crew",), "p-bob")


async def test_a_wage_is_done_when_the_bank_has_booked_it(
    service: Wages, payments: Payments, office: Office
) -> None:
    await service.pay(order(office))
    with pytest.raises(NotYet):
        await service.booked(order(office))
    end_to_end = await sent(payments, office)
    await statement(office, date(2026, 3, 20), "5000.00", "-663.02", end_to_end)
    office.clock.at = datetime(2026, 3, 21, 7, 0, tzinfo=UTC)
    with pytest.raises(NotYet, match="may still return"):
        await service.booked(order(office))
    assert (await office.met())["wages_promised", "bob"] == datetime(2026, 3, 20, 23, 0, tzinfo=UTC)  # that day
    office.clock.at = datetime(2026, 3, 23, 7, 0, tzinfo=UTC)
    with pytest.raises(NotYet, match="may still return"):  # a late statement may still bring it back
        await service.booked(order(office))
    await statement(office, date(2026, 3, 23), "4336.98")  # the first after a weekend
    for _ in range(2):
        done = await service.booked(order(office))
    assert done.booked_on == date(2026, 3, 20)
    (mail,) = await office.post.mailbox("bob@example.org")
    assert "663,02" in mail.text


async def test_a_returned_payment_parks_and_goes_out_again_only_to_another_account(
    service: Wages, payments: Payments, office: Office
) -> None:
    await service.pay(order(office))
    end_to_end = await sent(payments, office)
    await statement(office, date(2026, 3, 20), "5000.00", "-663.02", end_to_end)
    await statement(office, date(2026, 3, 21), "4336.98", "663.02", end_to_end, return_reason="AC04")
    office.clock.at = datetime(2026, 3, 22, 7, 0, tzinfo=UTC)
    for _ in range(2):
        with pytest.raises(PaymentReturned, match="AC04"):
            await service.booked(order(office))
    assert (await office.books())[Account.WAGES_DUE] == Decimal("-663.02")
    await office.people.enter("p-bob", office.clock.now(), iban="BE71096123456769")
    with pytest.raises(NotYet):
        await service.booked(order(office))
    (again,) = await payments.due(date(2026, 3, 30))
    assert again.end_to_end != end_to_end
    assert (await office.books())[Account.WAGES_DUE] == Decimal("-663.02")


async def test_a_replay_on_another_day_takes_the_first_payment_off_the_list(
    service: Wages, payments: Payments, office: Office
) -> None:
    await service.pay(order(office))
    await service.pay(order(office, revision=2, pay_on=date(2026, 3, 23)))
    assert [one.pay_on for one in await payments.due(date(2026, 4, 1))] == [date(2026, 3, 23)]
    assert (await office.books())[Account.WAGES_DUE] == Decimal("-663.02")


async def test_a_changed_wage_never_becomes_a_second_payment(
    service: Wages, payments: Payments, office: Office
) -> None:
    await service.pay(order(office))
    await sent(payments, office)
    with pytest.raises(AlreadyPaidOut):
        await service.pay(order(office, revision=2, gross_eur="1100.00"))
    with pytest.raises(AlreadyPaidOut):
        await service.recover(order(office))


async def test_a_wage_not_yet_in_a_batch_can_be_taken_off_the_list(
    service: Wages, payments: Payments, office: Office
) -> None:
    await service.pay(order(office))
    await service.recover(order(office))
    assert await payments.due(date(2026, 4, 1)) == []
    assert await office.books() == {}


async def test_without_an_account_nothing_is_ordered(service: Wages, payments: Payments, office: Office) -> None:
    person = await office.people.person("p-bob")
    await office.people.save(person.model_copy(update={"iban": None}), office.clock.now())
    with pytest.raises(NoBankAccount):
        await service.pay(order(office))
    assert await payments.due(date(2026, 4, 1)) == []


async def test_the_latest_lawful_day_is_loud(service: Wages, office: Office) -> None:
    """Thursday 2 April is the last bank day of the term, its statement comes on the Tuesday after Easter."""
    late = {"answer_by": datetime(2026, 4, 7, 8, 0, tzinfo=UTC)}
    await service.pay(order(office, **late))
    office.clock.at = datetime(2026, 4, 7, 7, 59, tzinfo=UTC)
    with pytest.raises(NotYet):
        await service.booked(order(office, **late))
    office.clock.at = datetime(2026, 4, 7, 8, 0, tzinfo=UTC)
    with pytest.raises(NotBookedInTime, match="2026-04-02"):
        await service.booked(order(office, **late))


async def test_who_is_told_late_that_the_money_came_can_still_open_the_statement(
    service: Wages, payments: Payments, office: Office
) -> None:
    await service.pay(order(office))
    end_to_end = await sent(payments, office)
    await statement(office, date(2026, 4, 8), "5000.00", "-663.02", end_to_end)
    office.clock.at = datetime(2026, 4, 9, 7, 0, tzinfo=UTC)
    await service.booked(order(office))
    (mail,) = await office.post.mailbox("bob@example.org")
    token = re.search(r"/i/(\S+)", mail.text)
    assert token is not None
    opened = (await office.links.find(token[1])).opens(datetime(2026, 5, 9, 7, 0, tzinfo=UTC))
    assert opened.step == "wages:bob"


def test_a_wage_is_never_undone_by_itself() -> None:
    assert (STEP.release, STEP.essential, STEP.skippable) == (None, True, False)


async def test_the_statement_says_each_base_both_holiday_pays_the_hours_and_whose_it_is(
    service: Wages, office: Office
) -> None:
    """In the language of the contract, whatever the person speaks."""
    paid = await service.pay(order(office, chain="employee", language="nl", minutes=465))
    printed = await office.papers.read(office.job_id, paid.pay_statement or "")
    shown = " ".join(" ".join(page.extract_text() for page in PdfReader(BytesIO(printed)).pages).split())

    for said in ("Bijdragebasis aan 100 %", "Enkel vertrekvakantiegeld", "Dubbel vertrekvakantiegeld", "7 u 45"):
        assert said in shown
    assert "p-bob" in shown


async def test_an_adviser_who_set_the_flat_withholding_pays_with_it(service: Wages, office: Office) -> None:
    """858.84 taxable less 11.11 % 95.42."""
    paid = await service.pay(order(office, withholding="flat"))

    assert paid.net_eur == Decimal("763.42")
