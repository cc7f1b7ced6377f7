"""An unpaid invoice: reminded by the law that fits the client, handed over by decision, and closed once."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from decimal import Decimal as D
from pathlib import Path

import pytest

from domain import entries
from domain.errors import NotYet, PartnerDown
from domain.ledger import Account
from domain.people import Address, Client
from domain.periods import day_in_brussels
from domain.rules.consumer import ConsumerTerms
from domain.services.debt_collection import (
    BailiffNeedsDecision,
    ClientNotReachable,
    ClosedStage,
    InvoiceDisputed,
    MandateMissing,
    WriteOffNeedsDecision,
)
from tests.databases import sqlite_database
from tests.services.conftest import Partners, TestClock
from tests.services.debt_desk import Desk
from tests.services.office import HALL, Office, open_office

NEIGHBOUR = Client(
    client_id="",
    version=0,
    kind="private_person",
    name="Jeanne Voisine",
    address=Address(street="Rue Longue", house_number="5", postal_code="4000", city="Liège"),
    email="jeanne@example.org",
)
CLAUSE = ConsumerTerms(lump_sum_clause=True, interest_clause_percent=D("8"), small_enterprise=True)


@pytest.fixture
async def office(tmp_path: Path, partners: Partners, clock: TestClock) -> AsyncIterator[Office]:
    clock.at = datetime(2026, 1, 2, 9, 0, tzinfo=UTC)
    async with open_office(sqlite_database(tmp_path), partners, clock) as opened:
        yield opened


@pytest.fixture
def desk(office: Office) -> Desk:
    return Desk(office)


async def test_an_invoice_paid_on_time_is_never_reminded_and_closes_once(desk: Desk) -> None:
    await desk.invoiced("2000.00", "420.00", "2026-01-31")
    waiting = await desk.look()
    assert (waiting.open_eur, waiting.settled, waiting.costs_eur) == (D("2420.00"), False, D("0.00"))
    assert waiting.next_stage is not None
    assert (waiting.next_stage.kind, waiting.next_stage.at) == (
        "friendly_reminder",
        datetime(2026, 2, 3, 8, 0, tzinfo=UTC),
    )
    await desk.paid("2420.00", "2026-01-30")
    desk.on("2026-01-31")
    paid = await desk.look()
    assert (paid.settled, paid.paid_eur, paid.next_stage) == (True, D("2420.00"), None)
    assert paid.last_payment_on == date(2026, 1, 30)
    for day in ("2026-01-31", "2026-02-05"):
        desk.on(day)
        settlement = await desk.service.settle(desk.order())
        assert (settlement.outcome, settlement.paid_eur, settlement.on) == (
            "paid",
            D("2420.00"),
            date(2026, 1, 31),
        )
    assert await desk.office.post.mailbox("client@example.org") == ()
    assert await desk.ledger.entries(desk.office.job_id) == []


@pytest.mark.parametrize(
    ("paid", "receivable", "community"), [("2419.99", "-0.01", "0.01"), ("2419.95", "-0.05", "0.05")]
)
async def test_a_cent_short_is_no_debt_and_is_booked(
    desk: Desk, paid: str, receivable: str, community: str
) -> None:
    await desk.invoiced("2000.00", "420.00", "2026-01-31")
    desk.on("2026-03-10")
    await desk.ledger.post(
        entries.invoice("issue", desk.office.job_id, date(2026, 1, 1), D("2000.00"), D("420.00"), D("130.00"))
    )
    await desk.paid(paid, "2026-03-09")
    look = await desk.look()
    assert (look.settled, look.next_stage, look.costs_eur) == (True, None, D("0.00"))
    for _ in range(2):
        assert (await desk.service.settle(desk.order())).outcome == "paid"
    (booked,) = [one for one in await desk.ledger.entries(desk.office.job_id) if one.key.endswith(":difference")]
    assert booked.on_account(Account.RECEIVABLE) == D(receivable)
    assert booked.on_account(Account.COMMUNITY) == D(community)


async def test_six_cents_short_is_still_a_debt(desk: Desk) -> None:
    await desk.invoiced("2000.00", "420.00", "2026-01-31")
    await desk.paid("2419.94", "2026-01-30")
    desk.on("2026-01-31")
    look = await desk.look()
    assert (look.settled, look.open_eur) == (False, D("0.06"))


async def test_a_late_enterprise_owes_interest_by_the_day_and_forty_euro(desk: Desk) -> None:
    """Source: law of 2 August 2002, art. 5 and 6: 2,420.00 x 10.5 % x 120/365."""
    await desk.invoiced("2000.00", "420.00", "2026-01-31")
    desk.on("2026-05-31")
    late = await desk.look()
    assert (late.open_eur, late.interest_eur, late.costs_eur) == (D("2420.00"), D("83.54"), D("40.00"))


async def test_interest_is_cut_where_the_semester_changes(desk: Desk) -> None:
    """Source: law of 2 August 2002, art. 2, 4°: 46 days at 11.5 % and 92 days at 10.5 % of 1,210.00."""
    await desk.invoiced("1000.00", "210.00", "2025-05-15")
    desk.on("2025-09-30")
    assert (await desk.look()).interest_eur == D("49.56")


async def test_a_partial_payment_lowers_the_principal_and_the_notice_claims_the_rest(desk: Desk) -> None:
    """2,420.00 x 10.5 % x 10/365 + 365.00 x 10.5 % x 10/365 = 8.01."""
    await desk.invoiced("2000.00", "420.00", "2026-01-30")
    await desk.reminded("2026-02-02", "2026-02-09")
    await desk.paid("2055.00", "2026-02-09")
    desk.on("2026-02-19")
    left = await desk.look()
    assert (left.open_eur, left.paid_eur, left.interest_eur) == (D("365.00"), D("2055.00"), D("8.01"))
    assert left.next_stage is not None
    assert left.next_stage.kind == "formal_notice"
    notice = await desk.stage("formal_notice")
    assert (notice.claimed_eur, notice.document) == (D("413.01"), "AL-2026-000001-R3.pdf")
    assert (notice.reference or "").startswith("RB")
    newest = (await desk.office.post.mailbox("client@example.org"))[0]
    assert "413,01" in newest.text
    assert [stage.kind for stage in (await desk.collections.collection("INV000000001")).stages] == [
        "friendly_reminder",
        "first_reminder",
        "formal_notice",
    ]


async def test_reminders_to_an_enterprise_ask_for_the_balance_alone(desk: Desk) -> None:
    await desk.invoiced("2000.00", "420.00", "2026-01-30")
    desk.on("2026-02-02")
    friendly = await desk.stage("friendly_reminder")
    assert friendly.claimed_eur == D("2420.00")
    desk.on("2026-02-09")
    first = await desk.stage("first_reminder")
    assert (first.claimed_eur, first.document) == (D("2420.00"), "AL-2026-000001-R2.pdf")
    papers = [paper for paper in await desk.office.papers.of_job(desk.office.job_id) if "client" in paper.audience]
    assert [paper.kind for paper in papers] == ["friendly_reminder", "first_reminder"]


async def test_each_stage_done_twice_is_done_once_even_on_another_day(desk: Desk) -> None:
    await desk.invoiced("2000.00", "420.00", "2026-01-30")
    await desk.reminded("2026-02-02", "2026-02-09", "2026-02-19")
    sent = await desk.stage("formal_notice")
    desk.on("2026-02-25")
    assert await desk.stage("formal_notice", revision=2) == sent
    assert await desk.stage("friendly_reminder") == await desk.stage("friendly_reminder")
    assert await desk.letters() == ["letter"]
    assert len(await desk.office.post.mailbox("client@example.org")) == 3
    following = (await desk.look()).next_stage
    assert following is not None
    assert (following.kind, following.at) == ("lawyer", datetime(2026, 3, 6, 8, 0, tzinfo=UTC))


async def test_a_lost_answer_of_the_postal_operator_posts_no_second_letter(desk: Desk) -> None:
    await desk.invoiced("2000.00", "420.00", "2026-01-30")
    await desk.reminded("2026-02-02", "2026-02-09")
    desk.on("2026-02-19")
    await desk.office.partners.fault("registered-mail", "post_letter", "execute_then_fail")
    with pytest.raises(PartnerDown):
        await desk.stage("formal_notice")
    done = await desk.stage("formal_notice")
    assert await desk.letters() == ["letter"]
    assert done.reference == "RB000000001BE"


async def test_a_reminder_the_mail_server_refused_is_written_anew_with_the_days_of_its_sending(
    office: Office,
) -> None:
    """The fourteen days run from the sending, not from the first try. Source: CDE/WER art. XIX.2 § 1."""
    desk = Desk(office)
    await desk.invoiced("689.00", "41.00", "2026-02-20", NEIGHBOUR)
    desk.on("2026-03-02")
    await office.partners.stop("mail")
    with pytest.raises(PartnerDown):
        await desk.stage("first_reminder")
    desk.on("2026-03-05")
    await office.partners.start("mail")
    await desk.stage("first_reminder")
    (mail,) = await office.post.mailbox("jeanne@example.org")
    assert "19 mars 2026" in mail.text
    formal = (await desk.look(ClosedStage(kind="friendly_reminder"))).next_stage
    assert formal is not None
    assert day_in_brussels(formal.at) == date(2026, 3, 20)


async def test_a_consumers_first_reminder_is_free_states_four_items_and_gives_fourteen_days(
    office: Office,
) -> None:
    """Source: CDE/WER art. XIX.2 § 1 to § 3; the clause on 730.00 is 65 + 5 % of 230 = 76.50 (art. XIX.4)."""
    desk = Desk(office, CLAUSE)
    await desk.invoiced("689.00", "41.00", "2026-02-20", NEIGHBOUR)
    await desk.reminded("2026-02-23", "2026-03-02")
    first = await desk.stage("first_reminder")
    assert first.claimed_eur == D("730.00")
    mail = (await office.post.mailbox("jeanne@example.org"))[0]
    for item in ("730,00", "76,50", "Allez-y Liège", "Concert à Liège", "20 février 2026", "16 mars 2026"):
        assert item in mail.text, item
    assert "1000.000.021" in mail.text
    desk.on("2026-03-16")
    inside = await desk.look()
    assert (inside.interest_eur, inside.costs_eur) == (D("0.00"), D("0.00"))
    assert inside.next_stage is not None
    assert (inside.next_stage.kind, inside.next_stage.at) == (
        "formal_notice",
        datetime(2026, 3, 17, 8, 0, tzinfo=UTC),
    )
    desk.on("2026-03-22")
    assert (await desk.stage("formal_notice")).claimed_eur == D("809.70")


async def test_a_consumer_without_a_clause_never_owes_a_lump_sum(office: Office) -> None:
    """Legal interest alone, 17 to 21 March: 730.00 x 4.5 % x 5/365 = 0.45. Source: CDE/WER art. XIX.4."""
    desk = Desk(office)
    await desk.invoiced("689.00", "41.00", "2026-02-20", NEIGHBOUR)
    await desk.reminded("2026-02-23", "2026-03-02")
    desk.on("2026-03-21")
    late = await desk.look()
    assert (late.interest_eur, late.costs_eur) == (D("0.45"), D("0.00"))


async def test_later_terms_never_reach_back_to_a_collection_already_open(office: Office) -> None:
    desk = Desk(office)
    await desk.invoiced("689.00", "41.00", "2026-02-20", NEIGHBOUR)
    await desk.reminded("2026-02-23", "2026-03-02")
    later = Desk(office, CLAUSE)
    later.request = desk.request
    later.on("2026-03-22")
    assert (await later.look()).costs_eur == D("0.00")


async def test_a_clause_of_the_terms_that_the_client_never_read_is_not_claimed(office: Office) -> None:
    """The terms have a clause; this client signed a file of their own. Source: CDE/WER art. VI.83, 26°."""
    desk = Desk(office, CLAUSE)
    office.jobs.agreed_late = None
    await desk.invoiced("689.00", "41.00", "2026-02-20", NEIGHBOUR)
    await desk.reminded("2026-02-23", "2026-03-02")
    await desk.stage("first_reminder")
    desk.on("2026-03-22")
    assert (await desk.look()).costs_eur == D("0.00")


async def test_a_consumer_without_mail_is_reminded_by_post_and_gets_the_days_of_the_post(office: Office) -> None:
    """Monday 2 March by post: the fourteen days begin on Thursday 5 March. Source: CDE/WER art. XIX.2 § 1."""
    desk = Desk(office)
    await desk.invoiced("689.00", "41.00", "2026-02-20", NEIGHBOUR.model_copy(update={"email": None}))
    await desk.reminded("2026-02-23", "2026-03-02")
    assert await desk.letters() == ["letter", "letter"]
    following = (await desk.look()).next_stage
    assert following is not None
    assert day_in_brussels(following.at) == date(2026, 3, 19)


async def test_a_client_nobody_can_reach_is_a_question_for_the_adviser(office: Office) -> None:
    desk = Desk(office)
    await desk.invoiced("100.00", "6.00", "2026-01-30", HALL.model_copy(update={"address": None, "name": "Sans"}))
    desk.on("2026-02-02")
    with pytest.raises(ClientNotReachable):
        await desk.stage("friendly_reminder")


async def test_lawyer_and_bailiff_wait_for_a_person_and_then_each_open_one_dossier(desk: Desk) -> None:
    """Interest on 2,420.00 from 31 January to 6 March: 35 days at 10.5 %, 24.37."""
    await desk.invoiced("2000.00", "420.00", "2026-01-30")
    await desk.reminded("2026-02-02", "2026-02-09", "2026-02-19")
    desk.on("2026-03-06")
    with pytest.raises(BailiffNeedsDecision) as asks:
        await desk.stage("lawyer")
    assert (asks.value.params, asks.value.decided_by) == ({"open": "2420.00"}, "finance")
    assert await desk.office.partners.effects("lawyer") == []
    for _ in range(2):
        lawyer = await desk.stage("lawyer", revision=2, decided=True)
    assert lawyer.claimed_eur == D("2484.37")
    assert await desk.office.partners.effects("lawyer", "dossier") == ["dossier"]

    with pytest.raises(BailiffNeedsDecision):
        await desk.stage("bailiff")
    with pytest.raises(NotYet):
        await desk.stage("bailiff", revision=2, decided=True)
    desk.on("2026-03-23")
    for _ in range(2):
        bailiff = await desk.stage("bailiff", revision=2, decided=True)
    assert bailiff.document == "AL-2026-000001-B.pdf"
    assert await desk.office.partners.effects("bailiff", "dossier") == ["dossier"]
    covers = [p for p in await desk.office.papers.of_job(desk.office.job_id) if p.kind in ("lawyer", "bailiff")]
    assert all(paper.audience == ("advisor", "ops") for paper in covers)


async def test_an_edited_order_after_a_lost_answer_opens_no_second_dossier(desk: Desk) -> None:
    await desk.invoiced("2000.00", "420.00", "2026-01-30")
    await desk.reminded("2026-02-02", "2026-02-09", "2026-02-19")
    desk.on("2026-03-06")
    await desk.office.partners.fault("lawyer", "open_dossier", "execute_then_fail")
    with pytest.raises(PartnerDown):
        await desk.stage("lawyer", revision=2, decided=True)
    await desk.stage("lawyer", revision=3, decided=True)
    assert await desk.office.partners.effects("lawyer", "dossier") == ["dossier"]


async def test_a_lost_answer_of_the_bailiff_opens_no_second_dossier(desk: Desk) -> None:
    await desk.invoiced("2000.00", "420.00", "2026-01-30")
    await desk.reminded("2026-02-02", "2026-02-09", "2026-02-19")
    desk.on("2026-03-06")
    await desk.stage("lawyer", decided=True)
    desk.on("2026-03-23")
    await desk.office.partners.fault("bailiff", "open_dossier", "execute_then_fail")
    with pytest.raises(PartnerDown):
        await desk.stage("bailiff", decided=True)
    assert (await desk.stage("bailiff", decided=True)).document == "AL-2026-000001-B.pdf"
    assert await desk.office.partners.effects("bailiff", "dossier") == ["dossier"]


async def test_a_bailiff_without_a_lawyers_mandate_asks_for_its_number(desk: Desk) -> None:
    await desk.invoiced("2000.00", "420.00", "2026-01-30")
    await desk.reminded("2026-02-02", "2026-02-09", "2026-02-19")
    desk.on("2026-03-23")
    await desk.look(ClosedStage(kind="lawyer", by_hand=True))
    with pytest.raises(MandateMissing):
        await desk.stage("bailiff", decided=True)


async def test_a_consumer_goes_to_the_bailiff_amicably_and_without_a_mandate(office: Office) -> None:
    desk = Desk(office)
    await desk.invoiced("689.00", "41.00", "2026-02-20", NEIGHBOUR)
    await desk.reminded("2026-02-23", "2026-03-02", "2026-03-17")
    desk.on("2026-04-02")
    following = (await desk.look()).next_stage
    assert following is not None
    assert following.kind == "bailiff"
    # from 17 March to 2 April: 730.00 x 4.5 % x 17/365 = 1.53
    assert (await desk.stage("bailiff", decided=True)).claimed_eur == D("731.53")
    assert await office.partners.effects("bailiff", "dossier") == ["dossier"]


async def test_paid_at_last_the_dossier_is_recalled_and_what_was_asked_above_is_earned(desk: Desk) -> None:
    """The client pays the 2,484.37 of the lawyer and 10.00 too much: 64.37 are costs, 10.00 stay the client's."""
    job_id = desk.office.job_id
    await desk.invoiced("2000.00", "420.00", "2026-01-30")
    await desk.ledger.post(entries.invoice("i", job_id, date(2026, 1, 2), D("2000.00"), D("420.00"), D("130.00")))
    await desk.reminded("2026-02-02", "2026-02-09", "2026-02-19")
    desk.on("2026-03-06")
    await desk.stage("lawyer", decided=True)
    await desk.paid("2494.37", "2026-03-09")
    await desk.ledger.post_from(
        "p", job_id, lambda before: entries.client_payment("p", job_id, date(2026, 3, 9), D("2494.37"), before)
    )
    desk.on("2026-03-10")
    assert (await desk.look()).settled
    for _ in range(2):
        assert (await desk.service.settle(desk.order())).outcome == "paid"
    assert await desk.office.partners.effects("lawyer", "withdrawal") == ["withdrawal"]
    books = await desk.ledger.balances(job_id)
    assert (books.of(Account.LATE_INCOME), books.of(Account.CLIENT_CREDIT)) == (D("-64.37"), D("-10.00"))


async def test_a_dossier_recalled_without_an_answer_is_not_recalled_twice(desk: Desk) -> None:
    await desk.invoiced("2000.00", "420.00", "2026-01-30")
    await desk.reminded("2026-02-02", "2026-02-09", "2026-02-19")
    desk.on("2026-03-06")
    await desk.stage("lawyer", decided=True)
    await desk.paid("2420.00", "2026-03-09")
    desk.on("2026-03-10")
    await desk.look()
    await desk.office.partners.fault("lawyer", "withdraw_dossier", "execute_then_fail")
    with pytest.raises(PartnerDown):
        await desk.service.settle(desk.order())
    await desk.service.settle(desk.order())
    assert await desk.office.partners.effects("lawyer") == ["dossier", "withdrawal"]


async def test_a_credited_invoice_ends_without_money(desk: Desk) -> None:
    await desk.invoiced("2000.00", "420.00", "2026-01-30")
    await desk.invoiced(
        "2000.00", "420.00", "2026-01-30", item="CRE000000001", kind="credit_note", series="credit",
        credits="INV000000001",
    )  # fmt: skip
    assert (await desk.look()).settled
    assert (await desk.service.settle(desk.order())).outcome == "credited"


async def test_writing_off_waits_for_a_decision_and_the_named_bearer_takes_the_loss(desk: Desk) -> None:
    """2,420.00 unpaid: the fee of 130.00 was never earned, the VAT of 420.00 stays owed to the State."""
    job_id = desk.office.job_id
    await desk.invoiced("2000.00", "420.00", "2026-01-30")
    await desk.ledger.post(entries.invoice("i", job_id, date(2026, 1, 2), D("2000.00"), D("420.00"), D("130.00")))
    await desk.ledger.post(entries.cost("c", job_id, date(2026, 1, 5), D("1870.00")))
    desk.on("2026-06-22")
    with pytest.raises(WriteOffNeedsDecision) as asks:
        await desk.stage("write_off")
    assert asks.value.params == {"open": "2420.00"}
    assert not (await desk.look()).settled
    for _ in range(2):
        await desk.stage("write_off", revision=2, decided=True, borne_by="sector")
    assert (await desk.look()).settled
    for _ in range(2):
        settlement = await desk.service.settle(desk.order())
    assert (settlement.outcome, settlement.paid_eur) == ("written_off", D("0.00"))
    books = await desk.ledger.balances(job_id)
    assert (books.of(Account.SECTOR), books.of(Account.VAT_DUE)) == (D("2290.00"), D("-420.00"))
    assert books.open == {}


async def test_writing_off_one_invoice_leaves_the_other_of_the_job_to_be_paid(desk: Desk) -> None:
    job_id = desk.office.job_id
    for key, net, vat, fee in (("a", "1000.00", "210.00", "65.00"), ("b", "3000.00", "630.00", "195.00")):
        await desk.ledger.post(entries.invoice(key, job_id, date(2026, 1, 2), D(net), D(vat), D(fee)))
    await desk.invoiced("1000.00", "210.00", "2026-01-30")
    desk.on("2026-06-22")
    await desk.stage("write_off", decided=True)
    await desk.service.settle(desk.order())
    books = await desk.ledger.balances(job_id)
    assert books.of(Account.RECEIVABLE) == D("3630.00")
    assert (books.owed(Account.VAT_TO_COLLECT), books.owed(Account.FEE_TO_COLLECT)) == (D("630.00"), D("195.00"))


async def test_a_disputed_invoice_waits_for_a_person(desk: Desk) -> None:
    await desk.invoiced("2000.00", "420.00", "2026-01-30")
    await desk.look()
    await desk.collections.dispute("INV000000001", desk.office.clock.now())
    desk.on("2026-02-02")
    contested = await desk.look()
    assert (contested.disputed, contested.next_stage) == (True, None)
    with pytest.raises(InvoiceDisputed):
        await desk.stage("friendly_reminder")
    await desk.collections.dispute_settled("INV000000001")
    assert (await desk.stage("friendly_reminder")).document == "AL-2026-000001-R1.pdf"


async def test_a_stage_whose_money_came_meanwhile_sends_nothing(desk: Desk) -> None:
    await desk.invoiced("2000.00", "420.00", "2026-01-30")
    await desk.paid("2420.00", "2026-02-02")
    desk.on("2026-02-02")
    assert (await desk.stage("friendly_reminder")).document is None
    assert await desk.office.post.mailbox("client@example.org") == ()


async def test_what_people_did_by_hand_or_gave_up_is_not_planned_again_and_gives_no_right_to_costs(
    office: Office,
) -> None:
    """A consumer who was never reminded owes no costs. Source: CDE/WER art. XIX.2 § 1."""
    desk = Desk(office, CLAUSE)
    await desk.invoiced("689.00", "41.00", "2026-02-20", NEIGHBOUR)
    desk.on("2026-03-02")
    over = (ClosedStage(kind="friendly_reminder", by_hand=True), ClosedStage(kind="first_reminder"))
    for _ in range(2):
        following = (await desk.look(*over)).next_stage
    assert following is not None
    assert following.kind == "formal_notice"
    desk.on("2026-05-29")
    late = await desk.look(*over)
    assert (late.interest_eur, late.costs_eur) == (D("0.00"), D("0.00"))


async def test_a_rate_nobody_has_published_is_never_guessed_and_parks_nothing(desk: Desk) -> None:
    await desk.invoiced("2000.00", "420.00", "2026-05-30")
    await desk.reminded("2026-06-02", "2026-06-09")
    desk.on("2026-07-15")
    waiting = await desk.look()
    assert (waiting.open_eur, waiting.rate_missing, waiting.interest_eur) == (D("2420.00"), True, D("0.00"))
    notice = await desk.stage("formal_notice")
    assert notice.claimed_eur == D("2460.00")  # principal and the 40.00 of art. 6; interest later
    assert await desk.letters() == ["letter"]


async def test_debtors_are_listed_by_age_with_what_is_left_and_what_was_done(desk: Desk) -> None:
    await desk.invoiced("2000.00", "420.00", "2026-01-30")
    await desk.reminded("2026-02-02")
    await desk.paid("420.00", "2026-02-03")
    await desk.invoiced("100.00", "6.00", "2026-03-30", item="INV000000002")
    await desk.look()
    old, young = await desk.collections.aged(date(2026, 3, 10))
    assert (old.number, old.open_eur, old.days_late, old.band) == ("AL-2026-000001", D("2000.00"), 39, "31-60")
    assert (old.last_stage, old.last_stage_on) == ("friendly_reminder", date(2026, 2, 2))
    assert (young.open_eur, young.days_late, young.band) == (D("106.00"), 0, "not_due")
    rest = await desk.collections.aged(date(2026, 3, 10), after=(old.due_on, old.invoice_id))
    assert [card.invoice_id for card in rest] == ["INV000000002"]
