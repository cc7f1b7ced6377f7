"""Interest and costs that are left when the principal is paid: claimed, kept or waived, and matched with it."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from decimal import Decimal as D
from pathlib import Path

import pytest

from domain import entries
from domain.ledger import Account
from domain.matching import MoreThanIsOwed, PartWish
from domain.people import Address
from domain.services.debt_collection import LateCostsNeedDecision, LateCostsStillUnpaid
from domain.statements import Statement, StatementEntry
from storage.money import recovered_losses
from storage.money.matching import HandMatches, MatchDecision
from tests.databases import sqlite_database
from tests.services.conftest import Partners, TestClock
from tests.services.debt_desk import Desk
from tests.services.office import HALL, LIEGE, Office, open_office


@pytest.fixture
async def office(tmp_path: Path, partners: Partners, clock: TestClock) -> AsyncIterator[Office]:
    clock.at = datetime(2026, 1, 2, 9, 0, tzinfo=UTC)
    async with open_office(sqlite_database(tmp_path), partners, clock) as opened:
        yield opened


@pytest.fixture
def desk(office: Office) -> Desk:
    return Desk(office)


async def noticed(desk: Desk) -> None:
    """2,420.00 due on 30 January; the notice of 19 February asked 13.92 of interest and 40.00."""
    job_id = desk.office.job_id
    await desk.invoiced("2000.00", "420.00", "2026-01-30")
    await desk.ledger.post(entries.invoice("i", job_id, date(2026, 1, 2), D("2000.00"), D("420.00"), D("130.00")))
    await desk.reminded("2026-02-02", "2026-02-09", "2026-02-19")


async def booked(desk: Desk, amount: str) -> None:
    """The books follow a statement, as the bank's morning does."""
    job_id, on = desk.office.job_id, date(2026, 3, 2)
    before = await desk.ledger.balances(job_id)
    await desk.ledger.post(entries.client_payment("paid", job_id, on, D(amount), before))


async def test_the_principal_alone_leaves_what_the_notice_asked_to_a_person(desk: Desk) -> None:
    """2,420.00 x 10.5 % x 20/365 = 13.92 until 19 February, and 40.00: who pays what a letter says owes no more."""
    await noticed(desk)
    await desk.paid("2420.00", "2026-03-02")
    desk.on("2026-03-03")
    look = await desk.look()
    assert look.next_stage is not None
    assert (look.settled, look.open_eur, look.next_stage.kind) == (False, D("0.00"), "late_costs")
    with pytest.raises(LateCostsNeedDecision) as question:
        await desk.stage("late_costs")
    assert question.value.params == {"number": "AL-2026-000001", "left": "53.92"}


async def test_waived_it_is_over_and_the_invoice_paid(desk: Desk) -> None:
    await noticed(desk)
    await desk.paid("2420.00", "2026-03-02")
    await booked(desk, "2420.00")
    desk.on("2026-03-03")
    assert (await desk.stage("late_costs", late_costs="waive")).claimed_eur == D("53.92")
    assert (await desk.look()).settled
    assert (await desk.service.settle(desk.order())).outcome == "paid"
    books = await desk.ledger.balances(desk.office.job_id)
    assert (books.of(Account.LATE_INCOME), books.of(Account.COMMUNITY)) == (D("0.00"), D("9.85"))


async def test_claimed_it_goes_out_once_and_is_asked_again_after_thirty_days(desk: Desk) -> None:
    await noticed(desk)
    await desk.paid("2420.00", "2026-03-02")
    desk.on("2026-03-03")
    for _ in range(2):
        done = await desk.stage("late_costs", late_costs="claim")
    assert (done.document, done.claimed_eur) == ("AL-2026-000001-K.pdf", D("53.92"))
    (newest, *_) = await desk.office.post.mailbox("client@example.org")
    assert "53,92" in newest.text
    assert "Payable: 53.92 EUR" in newest.text
    following = (await desk.look()).next_stage
    assert following is not None
    assert (following.kind, following.at.date()) == ("late_costs_left", date(2026, 4, 2))
    desk.on("2026-04-02")
    for choice in (None, "claim"):
        with pytest.raises(LateCostsStillUnpaid):
            await desk.stage("late_costs_left", late_costs=choice)
    await desk.stage("late_costs_left", late_costs="keep")
    assert (await desk.look()).settled


async def test_claimed_and_paid_it_is_income_and_nothing_is_asked(desk: Desk) -> None:
    await noticed(desk)
    await desk.paid("2420.00", "2026-03-02")
    await booked(desk, "2420.00")
    desk.on("2026-03-03")
    await desk.stage("late_costs", late_costs="claim")
    await desk.paid("53.92", "2026-03-20")
    before = await desk.ledger.balances(desk.office.job_id)
    job_id = desk.office.job_id
    await desk.ledger.post(entries.client_payment("late", job_id, date(2026, 3, 20), D("53.92"), before))
    desk.on("2026-03-21")
    assert (await desk.look()).settled
    await desk.service.settle(desk.order())
    books = await desk.ledger.balances(job_id)
    assert (books.of(Account.LATE_INCOME), books.of(Account.CLIENT_CREDIT)) == (D("-53.92"), D("0.00"))


async def test_one_transfer_of_both_is_recognised_whole_and_leaves_no_question(desk: Desk) -> None:
    await noticed(desk)
    await desk.paid("2473.92", "2026-02-20")
    desk.on("2026-02-21")
    (entry,) = await desk.statements.entries()
    assert (entry.state, entry.matched_eur) == ("matched", D("2420.00"))
    assert (await desk.look()).settled


async def test_a_consumer_without_a_clause_is_asked_nothing_more(desk: Desk) -> None:
    await desk.invoiced("1000.00", "60.00", "2026-01-30")
    desk.request = desk.request.model_copy(update={"consumer": True})
    await desk.reminded("2026-02-02")
    await desk.paid("1060.00", "2026-03-02")
    desk.on("2026-03-03")
    assert (await desk.look()).settled


async def unknown(desk: Desk, amount: str) -> str:
    """Money came without a reference."""
    came = StatementEntry(reference="X1", amount_eur=D(amount), booked_on=date(2026, 3, 2), text="thanks")
    statement = Statement(
        source="camt.053", iban=LIEGE.iban, statement_id="S1", on=date(2026, 3, 2),
        opening_eur=D("0.00"), closing_eur=D(amount), entries=(came,),
    )  # fmt: skip
    await desk.statements.take(statement, desk.office.clock.now())
    (entry,) = await desk.statements.entries("unknown")
    return entry.movement


def said(kind: str, amount: str) -> MatchDecision:
    wish = PartWish.model_validate({"kind": kind, "subject_id": "AL-2026-000001", "amount_eur": amount})
    at = datetime(2026, 3, 3, 9, tzinfo=UTC)
    return MatchDecision([wish], "p-fin", "said on the telephone", f"op:{kind}:{amount}", at)


async def test_a_payment_of_both_without_a_reference_is_matched_as_both(desk: Desk) -> None:
    await noticed(desk)
    movement = await unknown(desk, "2473.92")
    matched = await HandMatches(desk.office.database).match(movement, said("invoice", "2473.92"))
    assert [(one.kind, one.amount_eur) for one in matched.movement.parts] == [
        ("invoice", D("2420.00")),
        ("late_costs", D("53.92")),
    ]
    books = await desk.ledger.balances(desk.office.job_id)
    assert (books.of(Account.RECEIVABLE), books.of(Account.LATE_INCOME)) == (D("0.00"), D("-53.92"))
    assert books.of(Account.CLIENT_CREDIT) == D("0.00")


async def test_more_than_was_asked_is_refused_whole(desk: Desk) -> None:
    await noticed(desk)
    movement = await unknown(desk, "2480.00")
    with pytest.raises(MoreThanIsOwed):
        await HandMatches(desk.office.database).match(movement, said("invoice", "2480.00"))
    with pytest.raises(MoreThanIsOwed):
        await HandMatches(desk.office.database).match(movement, said("late_costs", "54.00"))


async def test_the_european_order_goes_out_as_itself_on_form_a(desk: Desk) -> None:
    """A company in France: 2,420.00, 24.37 of interest until 6 March, 40.00; the fee waits for the title."""
    paris = Address(street="Rue de Rivoli", house_number="1", postal_code="75001", city="Paris", country="FR")
    french = HALL.model_copy(
        update={"client_id": "", "country": "FR", "enterprise_number": None, "address": paris, "peppol_id": None}
    )
    await desk.invoiced("2000.00", "420.00", "2026-01-30", french)
    await desk.reminded("2026-02-02", "2026-02-09", "2026-02-19")
    desk.on("2026-03-06")
    done = await desk.stage("lawyer", decided=True)
    kept = await desk.office.partners._admin("GET", f"/lawyer/dossiers/{done.reference}")
    assert kept["route"] == "european_order"
    names = [one.name for one in await desk.office.papers.of_job(desk.office.job_id)]
    assert "AL-2026-000001-L-form-a.pdf" in names
    told = await desk.collections.collection("INV000000001")
    assert [(one.stage, one.amount_eur, one.charged_on) for one in told.spent][-1] == ("lawyer", D("165.00"), None)


async def test_what_was_kept_and_comes_later_is_income_and_the_rest_the_client_s(desk: Desk) -> None:
    """53.92 were kept; 60.00 come in summer: 6.08 are owed back."""
    job_id = desk.office.job_id
    await noticed(desk)
    await desk.paid("2420.00", "2026-03-02")
    await booked(desk, "2420.00")
    desk.on("2026-03-03")
    await desk.stage("late_costs", late_costs="keep")
    await desk.service.settle(desk.order())
    await desk.paid("60.00", "2026-06-15")
    before = await desk.ledger.balances(job_id)
    await desk.ledger.post(entries.client_payment("late", job_id, date(2026, 6, 15), D("60.00"), before))
    async with desk.office.database.writing() as connection:
        for _ in range(2):
            await recovered_losses.after(
                connection, "INV000000001", date(2026, 6, 15), desk.office.clock.now(), source="late"
            )
    books = await desk.ledger.balances(job_id)
    assert (books.of(Account.LATE_INCOME), books.of(Account.CLIENT_CREDIT)) == (D("-53.92"), D("-6.08"))
