"""Lawyer and bailiff are heard: every answer is told once, and asks its own question of two persons."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from decimal import Decimal as D
from pathlib import Path
from typing import Any, cast

import pytest

from activities.debt_collection import STAGES
from domain import entries
from domain.errors import PartnerDown
from domain.ledger import Account
from domain.services.debt_collection import (
    ClosedStage,
    ContestedNeedsDecision,
    CounselSilent,
    InsolvencyNeedsDecision,
    NothingToBeHad,
    PaymentNotSeen,
    PlanNeedsDecision,
    SeizureNeedsDecision,
)
from domain.statements import Statement, StatementEntry
from storage.execution.events import Events
from tests.databases import sqlite_database
from tests.services.conftest import Partners, TestClock
from tests.services.debt_desk import Desk
from tests.services.office import LIEGE, Office, open_office


@pytest.fixture
async def office(tmp_path: Path, partners: Partners, clock: TestClock) -> AsyncIterator[Office]:
    clock.at = datetime(2026, 1, 2, 9, 0, tzinfo=UTC)
    async with open_office(sqlite_database(tmp_path), partners, clock) as opened:
        yield opened


@pytest.fixture
def desk(office: Office) -> Desk:
    return Desk(office)


async def behaves(desk: Desk, **how: Any) -> None:
    await desk.office.partners._admin("POST", "/admin/people", json={"email": "client@example.org", **how})


async def handed_over(desk: Desk, **how: Any) -> None:
    """2,420.00 with the lawyer since 6 March and the bailiff since 23 March."""
    await behaves(desk, **how)
    await desk.invoiced("2000.00", "420.00", "2026-01-30")
    await desk.reminded("2026-02-02", "2026-02-09", "2026-02-19")
    desk.on("2026-03-06")
    await desk.stage("lawyer", decided=True)
    desk.on("2026-03-23")
    await desk.stage("bailiff", decided=True)


async def told(desk: Desk) -> list[str]:
    lines = await Events(desk.office.database).since(desk.office.job_id)
    return [line.kind.removeprefix("debt.counsel.") for line in lines if line.kind.startswith("debt.counsel.")]


async def asked(desk: Desk, day: str) -> str | None:
    """What is asked once lawyer and bailiff were heard on this day."""
    desk.on(day)
    await desk.service.hear(desk.order())
    following = (await desk.look()).next_stage
    return following.kind if following and following.at <= desk.office.clock.now() else None


async def test_each_answer_is_told_once_and_the_office_is_asked_as_long_as_it_holds_a_dossier(desk: Desk) -> None:
    await handed_over(desk, on_summons="silent")
    assert (await desk.look()).with_counsel
    desk.on("2026-05-16")
    assert (await desk.service.hear(desk.order())).answers == 7
    assert (await desk.service.hear(desk.order())).answers == 0
    assert await told(desk) == ["accepted", "accepted", "summons_served", "not_contested", "enforceable"]


async def test_a_title_asks_whether_to_seize_and_nothing_to_seize_asks_who_bears_the_loss(desk: Desk) -> None:
    """Seen: with an enforceable title the product asked to write off."""
    await handed_over(desk, on_summons="silent", on_seizure="nothing")
    assert await asked(desk, "2026-05-18") == "seizure"
    with pytest.raises(SeizureNeedsDecision) as question:
        await desk.stage("seizure")
    assert question.value.params == {"title": "TIT-B-2026-000001", "open": "2420.00"}
    done = await desk.stage("seizure", decided=True)
    assert done.document == "AL-2026-000001-S.pdf"
    assert await asked(desk, "2026-05-27") is None
    assert await asked(desk, "2026-05-28") == "write_off"
    with pytest.raises(NothingToBeHad) as loss:
        await desk.stage("write_off")
    assert loss.value.params == {"counsel": "bailiff", "heard": "nothing_found", "open": "2420.00"}


async def test_contested_before_the_bailiff_two_persons_decide_about_the_court(desk: Desk) -> None:
    await handed_over(desk, on_summons="contests", on_court="dismissed")
    assert await asked(desk, "2026-04-17") == "court"
    with pytest.raises(ContestedNeedsDecision) as question:
        await desk.stage("court")
    assert question.value.params["reason"] == "The work was not what was ordered."
    await desk.stage("court", decided=True)
    assert await desk.office.partners.effects("lawyer", "dossier") == ["dossier", "dossier"]
    assert await asked(desk, "2026-06-01") is None
    assert await asked(desk, "2026-08-06") == "write_off"
    with pytest.raises(NothingToBeHad, match="dismissed"):
        await desk.stage("write_off")


async def test_instalments_asked_of_the_bailiff_are_agreed_to_and_their_money_comes(desk: Desk) -> None:
    await handed_over(desk, on_summons="asks_plan")
    assert await asked(desk, "2026-04-13") == "plan"
    with pytest.raises(PlanNeedsDecision) as question:
        await desk.stage("plan")
    assert question.value.params == {"parts": "3", "until": "2026-07-11", "open": "2420.00"}
    await desk.stage("plan", decided=True)
    assert await desk.office.partners.effects("bailiff", "plan") == ["plan"]
    assert await asked(desk, "2026-06-12") is None
    assert (await told(desk))[-3:] == ["plan_agreed", "part_paid", "part_paid"]


async def test_a_yes_to_instalments_whose_answer_got_lost_is_given_once(desk: Desk) -> None:
    await handed_over(desk, on_summons="asks_plan")
    await asked(desk, "2026-04-13")
    await desk.office.partners.fault("bailiff", "answer_plan", "execute_then_fail")
    with pytest.raises(PartnerDown):
        await desk.stage("plan", decided=True)
    desk.on("2026-04-14")
    await desk.service.hear(desk.order())
    assert (await desk.stage("plan", revision=2, decided=True)).reference is not None
    assert await desk.office.partners.effects("bailiff", "plan") == ["plan"]


async def test_instalments_given_up_are_refused_at_the_bailiff(desk: Desk) -> None:
    await handed_over(desk, on_summons="asks_plan")
    await asked(desk, "2026-04-13")
    await desk.look(ClosedStage(kind="plan"))
    await desk.service.hear(desk.order())
    assert await desk.office.partners.effects("bailiff", "no_plan") == ["no_plan"]
    assert await asked(desk, "2026-05-18") == "seizure"


async def test_an_insolvent_client_is_left_alone_once_the_claim_is_filed(desk: Desk) -> None:
    await handed_over(desk, on_lawyer="insolvent", on_summons="silent")
    assert await asked(desk, "2026-03-24") == "insolvency"
    with pytest.raises(InsolvencyNeedsDecision):
        await desk.stage("insolvency")
    assert (await desk.stage("insolvency", decided=True)).document == "AL-2026-000001-I.pdf"
    assert await asked(desk, "2026-06-01") is None
    assert await desk.office.partners.effects("bailiff") == ["dossier", "withdrawal"]
    assert await asked(desk, "2026-08-03") == "write_off"


async def test_what_the_bailiff_says_was_paid_and_no_statement_shows_is_looked_for(desk: Desk) -> None:
    await handed_over(desk, on_summons="pays")
    assert await asked(desk, "2026-04-11") is None
    assert await asked(desk, "2026-04-27") == "unseen_payment"
    with pytest.raises(PaymentNotSeen):
        await desk.stage("unseen_payment")
    await desk.stage("unseen_payment", decided=True)
    assert await asked(desk, "2026-05-04") is None


async def test_an_office_that_says_nothing_for_months_is_named(desk: Desk) -> None:
    await handed_over(desk, on_summons="pays")
    await desk.service.hear(desk.order())
    desk.on("2026-07-21")
    with pytest.raises(CounselSilent) as question:
        await desk.stage("write_off")
    assert question.value.params == {"counsel": "bailiff", "open": "2420.00", "since": "2026-03-23"}


async def test_a_dispute_stops_whoever_holds_the_dossier_until_it_is_settled(desk: Desk) -> None:
    await handed_over(desk, on_summons="pays")
    await desk.collections.dispute("INV000000001", desk.office.clock.now())
    for _ in range(2):
        assert await asked(desk, "2026-03-24") is None
    assert await desk.office.partners.effects("lawyer") == ["dossier", "suspension"]
    assert await desk.office.partners.effects("bailiff") == ["dossier", "suspension"]
    desk.on("2026-04-20")
    await desk.collections.dispute_settled("INV000000001")
    for _ in range(2):
        await desk.service.hear(desk.order())
    assert await desk.office.partners.effects("bailiff") == ["dossier", "suspension", "resumption"]
    assert (await told(desk)).count("suspended") == (await told(desk)).count("resumed") == 2


async def test_an_insolvent_client_s_vat_is_given_back_and_the_bearer_bears_the_net_alone(desk: Desk) -> None:
    """2,420.00 lost: 420.00 of VAT comes back, 130.00 of fee was never earned, 1,870.00 is the loss."""
    job_id = desk.office.job_id
    await handed_over(desk, on_lawyer="insolvent")
    await desk.ledger.post(entries.invoice("i", job_id, date(2026, 1, 2), D("2000.00"), D("420.00"), D("130.00")))
    await desk.ledger.post(entries.cost("c", job_id, date(2026, 1, 5), D("1870.00")))
    await asked(desk, "2026-03-24")
    for _ in range(2):
        await desk.stage("insolvency", decided=True)
    books = await desk.ledger.balances(job_id)
    assert (books.of(Account.VAT_TO_COLLECT), books.of(Account.VAT_DUE)) == (D("0.00"), D("0.00"))
    desk.on("2026-08-03")
    await desk.service.hear(desk.order())
    await desk.stage("write_off", decided=True, borne_by="sector")
    await desk.service.settle(desk.order())
    books = await desk.ledger.balances(job_id)
    assert (books.of(Account.SECTOR), books.of(Account.VAT_DUE), books.open) == (D("1870.00"), D("0.00"), {})


async def test_a_write_off_takes_the_dossiers_back(desk: Desk) -> None:
    job_id = desk.office.job_id
    await handed_over(desk, on_summons="silent")
    await desk.ledger.post(entries.invoice("i", job_id, date(2026, 1, 2), D("2000.00"), D("420.00"), D("130.00")))
    desk.on("2026-05-18")
    await desk.service.hear(desk.order())
    await desk.stage("write_off", decided=True, borne_by="sector")
    ended = await desk.service.settle(desk.order())
    assert (ended.outcome, ended.story_values()) == ("written_off", {"about": "recalled"})
    assert (await desk.service.settle(desk.order())).outcome == "written_off"
    assert await desk.office.partners.effects("lawyer") == ["dossier", "withdrawal"]
    assert await desk.office.partners.effects("bailiff") == ["dossier", "withdrawal"]
    assert (await desk.ledger.balances(job_id)).of(Account.RECEIVABLE) == D("0.00")


async def test_lawyer_and_bailiff_learn_what_came_straight_to_us(desk: Desk) -> None:
    await handed_over(desk, on_summons="pays")
    await desk.paid("1000.00", "2026-03-24")
    desk.on("2026-03-25")
    for _ in range(2):
        await desk.service.hear(desk.order())
    for office in ("lawyer", "bailiff"):
        stage = (await desk.collections.collection("INV000000001")).stage(office)  # type: ignore[arg-type]
        assert stage is not None
        kept = await desk.office.partners._admin("GET", f"/{office}/dossiers/{stage.reference}")
        assert kept["claim"]["principal_eur"] == "1420.00"


async def test_an_answer_lost_on_the_way_suspends_once(desk: Desk) -> None:
    await handed_over(desk, on_summons="pays")
    await desk.collections.dispute("INV000000001", desk.office.clock.now())
    await desk.office.partners.fault("lawyer", "suspend_dossier", "execute_then_fail")
    with pytest.raises(PartnerDown):
        await desk.service.hear(desk.order())
    await desk.service.hear(desk.order())
    assert await desk.office.partners.effects("lawyer") == ["dossier", "suspension"]


async def costs(desk: Desk) -> list[tuple[str, str, str, str | None]]:
    kept = await desk.collections.collection("INV000000001")
    return [
        (one.stage, str(one.amount_eur), one.borne_by, one.charged_on.isoformat() if one.charged_on else None)
        for one in kept.spent
    ]


async def test_a_letter_is_the_bearer_s_and_a_bailiff_the_debtor_s(desk: Desk) -> None:
    """9.85 lies within the 40.00 of art. 6; 120.49 is a cost of recovery (Jud. Code art. 1394/20)."""
    job_id = desk.office.job_id
    await handed_over(desk, on_summons="silent")
    await desk.service.hear(desk.order())
    assert await costs(desk) == [
        ("formal_notice", "9.85", "community", None),
        ("bailiff", "120.49", "community", "2026-03-23"),
    ]
    books = await desk.ledger.balances(job_id)
    assert (books.of(Account.BANK), books.of(Account.LATE_COSTS)) == (D("-130.34"), D("120.49"))
    assert books.of(Account.COMMUNITY) == D("9.85")
    assert await asked(desk, "2026-05-18") == "seizure"
    await desk.stage("seizure", decided=True, borne_by="sector")
    bailiff = await desk.office.partners._admin("GET", "/bailiff/dossiers/" + await reference(desk, "seizure"))
    assert bailiff["claim"]["costs_eur"] == "160.49"
    books = await desk.ledger.balances(job_id)
    assert (books.of(Account.LATE_COSTS), books.of(Account.SECTOR)) == (D("305.49"), D("0.00"))


async def reference(desk: Desk, kind: str) -> str:
    stage = (await desk.collections.collection("INV000000001")).stage(kind)  # type: ignore[arg-type]
    assert stage is not None
    return stage.reference or ""


async def test_a_court_s_fee_waits_for_the_title(desk: Desk) -> None:
    await handed_over(desk, on_summons="contests", on_court="silent")
    await asked(desk, "2026-04-17")
    await desk.stage("court", decided=True, borne_by="activity")
    assert (await costs(desk))[-1] == ("court", "165.00", "activity", None)
    assert (await desk.ledger.balances(desk.office.job_id)).of(Account.ACTIVITY) == D("165.00")
    await asked(desk, "2026-08-06")
    assert (await costs(desk))[-1] == ("court", "165.00", "activity", "2026-08-06")
    assert (await desk.ledger.balances(desk.office.job_id)).of(Account.ACTIVITY) == D("0.00")


async def test_what_is_written_off_leaves_the_costs_with_their_bearer(desk: Desk) -> None:
    job_id = desk.office.job_id
    await handed_over(desk, on_summons="silent")
    await desk.ledger.post(entries.invoice("i", job_id, date(2026, 1, 2), D("2000.00"), D("420.00"), D("130.00")))
    desk.on("2026-05-18")
    await desk.stage("write_off", decided=True, borne_by="sector")
    for _ in range(2):
        await desk.service.settle(desk.order())
    books = await desk.ledger.balances(job_id)
    assert (books.of(Account.COMMUNITY), books.of(Account.LATE_COSTS)) == (D("130.34"), D("0.00"))


async def test_a_letter_whose_answer_got_lost_costs_once(desk: Desk) -> None:
    await desk.invoiced("2000.00", "420.00", "2026-01-30")
    await desk.reminded("2026-02-02", "2026-02-09")
    await desk.office.partners.fault("registered-mail", "post_letter", "execute_then_fail")
    desk.on("2026-02-19")
    with pytest.raises(PartnerDown):
        await desk.stage("formal_notice")
    await desk.stage("formal_notice", revision=2)
    assert await costs(desk) == [("formal_notice", "9.85", "community", None)]
    assert (await desk.ledger.balances(desk.office.job_id)).of(Account.BANK) == D("-9.85")


async def with_the_lawyer_and_paid(desk: Desk) -> None:
    """2,420.00 goes to the lawyer on 6 March; the client pays it to us on the 9th, without interest and costs."""
    job_id = desk.office.job_id
    await behaves(desk, on_lawyer="pays")
    await desk.invoiced("2000.00", "420.00", "2026-01-30")
    await desk.ledger.post(entries.invoice("i", job_id, date(2026, 1, 2), D("2000.00"), D("420.00"), D("130.00")))
    await desk.reminded("2026-02-02", "2026-02-09", "2026-02-19")
    desk.on("2026-03-06")
    await desk.stage("lawyer", decided=True)
    await desk.paid("2420.00", "2026-03-09")


async def test_an_office_is_heard_while_only_interest_and_costs_are_asked_about(desk: Desk) -> None:
    """Seen: the principal was paid before the lawyer took the dossier on; *accepted* was never told, and he went
    on."""
    await with_the_lawyer_and_paid(desk)
    desk.on("2026-03-10")
    look = await desk.look()
    assert (look.open_eur, look.with_counsel) == (D("0.00"), True)
    for _ in range(2):
        await desk.service.hear(desk.order())
    assert await told(desk) == ["accepted", "suspended"]
    assert await desk.office.partners.effects("lawyer") == ["dossier", "suspension"]


async def test_the_office_goes_on_when_the_bank_takes_the_principal_back(desk: Desk) -> None:
    await with_the_lawyer_and_paid(desk)
    desk.on("2026-03-10")
    await desk.service.hear(desk.order())
    kept = await desk.invoices.invoice("INV000000001")
    entry = StatementEntry(
        reference="B1", amount_eur=D("-2420.00"), booked_on=date(2026, 3, 11), returned=True,
        structured=kept.payment_reference,
    )  # fmt: skip
    statement = Statement(
        source="camt.053", iban=LIEGE.iban, statement_id="back", on=date(2026, 3, 11),
        opening_eur=D("2420.00"), closing_eur=D("0.00"), entries=(entry,),
    )  # fmt: skip
    assert await desk.statements.take(statement, desk.office.clock.now()) is not None
    desk.on("2026-03-12")
    assert (await desk.look()).open_eur == D("2420.00")
    await desk.service.hear(desk.order())
    assert await told(desk) == ["accepted", "suspended", "resumed"]


async def test_what_an_office_said_last_is_told_though_the_collection_ends_at_that_moment(desk: Desk) -> None:
    await with_the_lawyer_and_paid(desk)
    desk.on("2026-03-10")
    await desk.stage("late_costs", late_costs="waive")
    for _ in range(2):
        assert (await desk.service.settle(desk.order())).outcome == "paid"
    assert await told(desk) == ["accepted", "withdrawn"]
    kept = await desk.collections.collection("INV000000001")
    assert [said.status for said in kept.heard] == ["received", "accepted", "withdrawn"]
    assert await desk.office.partners.effects("lawyer") == ["dossier", "withdrawal"]


@pytest.mark.parametrize(
    ("kind", "borne_by", "account", "charged"),
    [("first_reminder", "sector", Account.SECTOR, None), ("lawyer", "activity", Account.LATE_COSTS, "2026-03-06")],
)
async def test_a_stage_that_a_person_carried_out_costs_what_that_person_says(
    desk: Desk, kind: Any, borne_by: Any, account: Account, charged: str | None
) -> None:
    """A letter is its bearer's own; of an undisputed debt the lawyer's costs are the client's (Jud. Code art.
    1394/20)."""
    job_id = desk.office.job_id
    await desk.invoiced("2000.00", "420.00", "2026-01-30")
    await desk.ledger.post(entries.invoice("i", job_id, date(2026, 1, 2), D("2000.00"), D("420.00"), D("130.00")))
    await desk.reminded("2026-02-02", "2026-02-09", "2026-02-19")
    desk.on("2026-03-06")
    told = {"kind": kind, "reference": "our own lawyer, 4711", "costs_eur": "181.50", "borne_by": borne_by}
    for _ in range(2):
        await desk.by_hand(kind, told)
    assert [one for one in await costs(desk) if one[0] == kind] == [(kind, "181.50", borne_by, charged)]
    assert (await desk.ledger.balances(job_id)).of(account) == D("181.50")


@pytest.mark.parametrize(
    ("told", "why"),
    [
        ({}, "costs_eur"),
        ({"costs_eur": "-1.00"}, "never below zero"),
        ({"costs_eur": "9.85"}, "borne_by"),
        ({"costs_eur": "0.00"}, None),
        ({"costs_eur": "9.85", "borne_by": "activity"}, None),
    ],
)
def test_whoever_carries_a_stage_out_by_hand_says_what_it_cost(told: dict[str, str], why: str | None) -> None:
    for kind in ("first_reminder", "formal_notice", "lawyer", "bailiff", "court", "late_costs"):
        step, nothing = STAGES[kind], cast(Any, None)  # type: ignore[index]
        assert step.lacking is not None
        lacks = step.lacking(nothing, step.booking.model_validate({"kind": kind, **told}))
        assert (lacks is None) if why is None else (lacks is not None and why in lacks)


def test_whoever_writes_a_debt_off_by_hand_names_its_bearer() -> None:
    step, nothing = STAGES["write_off"], cast(Any, None)
    assert step.lacking is not None
    assert step.lacking(nothing, step.booking(kind="write_off")) == "borne_by: say who bears what is written off"
    assert step.lacking(nothing, step.booking(kind="write_off", borne_by="sector")) is None


async def test_a_debt_written_off_by_hand_is_its_named_bearer_s_loss(desk: Desk) -> None:
    await desk.invoiced("2000.00", "420.00", "2026-01-30")
    await desk.look(ClosedStage(kind="write_off", by_hand=True, borne_by="sector"))
    assert (await desk.collections.collection("INV000000001")).borne_by == "sector"
