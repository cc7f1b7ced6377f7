"""What is done about an unpaid invoice, and when, by the law that fits the client."""

from datetime import UTC, date, datetime
from decimal import Decimal as D
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.periods import is_bank_day, is_office_day
from domain.rates import RateNotKnownYet
from domain.rules import debt_collection
from domain.rules.consumer import ConsumerTerms
from domain.rules.debt_collection import InvoiceFacts, SentStage
from domain.rules.interest import DatedPayment
from domain.rules.vat import ClientKind


def on(text: str) -> date:
    return date.fromisoformat(text)


def invoice(**facts: Any) -> InvoiceFacts:
    return InvoiceFacts.model_validate(
        {"amount_eur": "2420.00", "due_on": "2026-01-30", "client_kind": "company"} | facts
    )


def told(stages: list[debt_collection.PlannedStage]) -> list[tuple[str, str]]:
    return [(stage.kind, stage.on.isoformat()) for stage in stages]


def test_a_belgian_enterprise_is_reminded_then_handed_to_lawyer_and_bailiff() -> None:
    stages = debt_collection.plan(invoice(), on("2026-01-31"))
    assert told(stages) == [
        ("friendly_reminder", "2026-02-02"),
        ("first_reminder", "2026-02-09"),
        ("formal_notice", "2026-02-19"),
        ("lawyer", "2026-03-06"),
        ("bailiff", "2026-03-23"),
        ("write_off", "2026-07-22"),  # 21 July is the national day
    ]
    assert [stage.route for stage in stages[3:5]] == ["undisputed_debt", "undisputed_debt"]
    assert [stage.needs_person for stage in stages] == [False, False, False, True, True, True]
    assert stages[0].at == datetime(2026, 2, 2, 8, 0, tzinfo=UTC)


def test_a_consumer_gets_fourteen_days_after_the_first_reminder_before_anything_else() -> None:
    consumer = invoice(client_kind="private_person")
    stages = debt_collection.plan(consumer, on("2026-01-31"))
    assert told(stages)[1:3] == [("first_reminder", "2026-02-09"), ("formal_notice", "2026-02-26")]
    assert [(stage.kind, stage.route) for stage in stages[3:5]] == [
        ("bailiff", "amicable_bailiff"),
        ("lawyer", "court"),
    ]
    assert "XIX.2" in stages[1].basis


def test_an_electronic_reminder_really_sent_shortens_the_wait() -> None:
    done = [
        SentStage(kind="friendly_reminder", on=on("2026-02-02")),
        SentStage(kind="first_reminder", on=on("2026-02-09")),
    ]
    consumer = invoice(client_kind="private_person", done=done)
    following = debt_collection.next_stage(consumer, on("2026-02-10"))
    assert following is not None
    assert (following.kind, following.on) == ("formal_notice", on("2026-02-24"))


def test_a_company_outside_the_register_of_enterprises_is_no_bailiff_s_without_a_judge() -> None:
    """Source: Jud. Code art. 1394/20: creditor and debtor are entered in the register."""
    stages = debt_collection.plan(invoice(enterprise_known=False), on("2026-01-31"))
    assert [(stage.kind, stage.route) for stage in stages[3:-1]] == [("lawyer", "court")]


def test_public_bodies_and_foreign_clients_take_another_route_than_the_bailiff() -> None:
    def routes(**facts: str) -> list[tuple[str, str | None]]:
        stages = debt_collection.plan(invoice(**facts), on("2026-01-31"))
        return [(stage.kind, stage.route) for stage in stages[3:-1]]

    assert routes(client_kind="public_body") == [("lawyer", "court")]
    assert routes(client_country="FR") == [("lawyer", "european_order")]
    assert routes(client_country="DK") == [("lawyer", "court")]
    assert routes(client_country="US") == [("lawyer", "court")]


def test_nothing_is_planned_when_paid_disputed_or_never_invoiced() -> None:
    paid = [DatedPayment(on=on("2026-02-01"), amount_eur=D("2420.00"))]
    assert debt_collection.plan(invoice(payments=paid), on("2026-02-02")) == []
    assert debt_collection.plan(invoice(disputed=True), on("2026-02-02")) == []
    assert debt_collection.plan(invoice(client_kind="internal"), on("2026-02-02")) == []
    assert debt_collection.next_stage(invoice(credited_eur="2420.00"), on("2026-02-02")) is None


def test_an_instalment_plan_that_is_kept_holds_every_stage_back() -> None:
    stages = debt_collection.plan(invoice(instalments_until="2026-05-31"), on("2026-02-02"))
    assert told(stages)[0] == ("friendly_reminder", "2026-06-01")


def test_a_late_start_moves_the_stages_and_keeps_their_distance() -> None:
    stages = debt_collection.plan(invoice(), on("2026-04-09"))
    assert told(stages)[:3] == [
        ("friendly_reminder", "2026-04-09"),
        ("first_reminder", "2026-04-16"),
        ("formal_notice", "2026-04-27"),
    ]


def test_nobody_is_reminded_on_good_friday_of_what_the_bank_tells_after_easter() -> None:
    """Offices are open on 3 April 2026 and banks are not: who paid on Thursday is known on Tuesday."""
    (first, *_) = debt_collection.plan(invoice(due_on=on("2026-03-31")), on("2026-04-01"))
    assert (first.kind, first.on) == ("friendly_reminder", on("2026-04-07"))


@given(
    st.sampled_from(["company", "public_body", "private_person"]),
    st.dates(min_value=date(2025, 1, 1), max_value=date(2026, 12, 31)),
    st.integers(min_value=-40, max_value=400),
)
def test_stages_never_lie_in_the_past_run_backwards_or_fall_on_a_day_off(
    kind: ClientKind, due: date, later: int
) -> None:
    today = date.fromordinal(due.toordinal() + later)
    days = [stage.on for stage in debt_collection.plan(invoice(client_kind=kind, due_on=due), today)]
    assert days == sorted(days)
    assert all(day >= today and day > due and is_office_day(day) and is_bank_day(day) for day in days)


def test_an_enterprise_owes_interest_and_forty_euro_without_any_reminder() -> None:
    claim = debt_collection.claim(invoice(due_on="2026-01-31"), on("2026-05-31"))
    assert [(line.key, line.amount_eur) for line in claim.figures] == [
        ("late_interest", D("83.54")),
        ("lump_sum", D("40.00")),
    ]
    assert claim.total_eur == D("2543.54")


def test_nothing_but_the_balance_is_claimed_before_it_is_late() -> None:
    assert debt_collection.claim(invoice(), on("2026-01-30")).total_eur == D("2420.00")


def test_payments_reduce_the_principal_and_interest_goes_on_over_the_rest() -> None:
    paid = [DatedPayment(on=on("2026-02-09"), amount_eur=D("2055.00"))]
    claim = debt_collection.claim(invoice(due_on="2026-01-30", payments=paid), on("2026-02-19"))
    assert claim.principal_eur == D("365.00")
    assert claim.figures[0].amount_eur == D("8.01")  # 2420 x 10 days + 365 x 10 days


def test_a_consumer_owes_costs_only_by_the_clause_and_after_the_term() -> None:
    done = [SentStage(kind="first_reminder", on=on("2026-03-02"))]
    terms = ConsumerTerms(lump_sum_clause=True, interest_clause_percent=D("8"), small_enterprise=True)
    consumer = invoice(client_kind="private_person", amount_eur="730.00", done=done, terms=terms)
    assert debt_collection.claim(consumer, on("2026-03-16")).costs_eur == D("0.00")
    assert debt_collection.claim(consumer, on("2026-03-22")).costs_eur == D("79.70")
    never_reminded = consumer.model_copy(update={"done": ()})
    assert debt_collection.claim(never_reminded, on("2026-06-22")).costs_eur == D("0.00")


def test_a_claim_is_never_made_with_a_rate_nobody_entered() -> None:
    with pytest.raises(RateNotKnownYet):
        debt_collection.claim(invoice(), on("2026-07-15"))


def test_on_the_route_without_a_judge_interest_and_clause_stop_at_a_tenth() -> None:
    kept = debt_collection.undisputed_debt_costs(D("1000.00"), D("83.54"), D("100.00"), on("2026-05-31"))
    assert [line.amount_eur for line in kept] == [D("83.54"), D("16.46")]
    kept = debt_collection.undisputed_debt_costs(D("1000.00"), D("120.00"), D("100.00"), on("2026-05-31"))
    assert [line.amount_eur for line in kept] == [D("100.00"), D("0.00")]
