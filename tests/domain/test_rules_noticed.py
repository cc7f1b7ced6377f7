"""What changed unnoticed when one thing after another was changed in the rules: each has its figure here."""

from datetime import date
from decimal import Decimal as D
from typing import Any

import pytest

from domain.job import JobFile, StepState
from domain.rules import consumer, debt_collection, interest, prefinancing, price, vat
from domain.rules.consumer import ConsumerTerms
from domain.rules.interest import DatedPayment
from domain.rules.lapsing import binds
from domain.rules.urgency import urgency
from domain.rules.vat import VatOverride, VatQuestion

IN_MARCH = date(2026, 3, 14)
SENT = consumer.grace_term(date(2026, 3, 2), "electronic")
"""Reminded on 2 March 2026: the fourteen days end on the 16th, from the 17th on more may be claimed."""
CLAUSES = ConsumerTerms(lump_sum_clause=True, interest_clause_percent=D("8"), small_enterprise=True)


def a_file(*steps: tuple[str, str, str], state: str = "withdrawn", **changes: Any) -> JobFile:
    made = [StepState.model_validate({"service": s, "item": i, "state": n}) for s, i, n in steps]
    return JobFile.model_validate(
        {"job_id": "J", "state": state, "steps": {one.step: one for one in made}} | changes
    )


def test_a_contract_that_was_given_back_unsigned_is_asked_for_no_more_and_the_others_still_are() -> None:
    file = a_file(("employment_contract", "bob", "undone"), ("employment_contract", "ann", "held"), state="engaged")
    assert [binds(kind, "bob", file) for kind in ("dimona", "contract_signed", "wages_paid")] == [False] * 3
    assert [binds(kind, "ann", file) for kind in ("dimona", "contract_signed", "wages_paid")] == [True] * 3


@pytest.mark.parametrize(
    ("state", "owed"),
    [("waiting", True), ("trying", True), ("held", True), ("parked", True), ("failed", True), ("done", False)],
)
def test_of_a_withdrawn_job_only_pay_that_is_still_to_come_is_owed_and_only_to_that_person(
    state: str, owed: bool
) -> None:
    file = a_file(("wages", "bob", state), ("expenses", "ann", "parked"))
    assert binds("wages_paid", "bob", file) is owed
    assert not binds("wages_paid", "ann", file)
    assert not binds("invoice_issued", "invoice", file)


def test_a_failed_booking_of_a_withdrawn_job_owes_nothing_and_an_invoice_under_way_does() -> None:
    assert not binds("dimona", "bob", a_file(("employment_contract", "bob", "failed")))
    assert binds("invoice_issued", "-", a_file(("invoicing", "balance", "trying")))


def test_a_deadline_of_an_unknown_kind_comes_last_and_belongs_to_no_service() -> None:
    assert (urgency("asbestos").rank, urgency("asbestos").service) == (9, "")


@pytest.mark.parametrize(
    ("kind", "invoiced"),
    [
        ("company", True),
        ("private_person", True),
        ("public_body", True),
        ("own_takings", False),
        ("internal", False),
    ],
)
def test_a_chosen_rate_makes_an_invoice_only_where_there_is_one(kind: str, invoiced: bool) -> None:
    chosen = VatOverride(category="S", percent=D(6), reason="Renovation of an old home")
    decided = vat.decide_vat(VatQuestion.model_validate({"on": IN_MARCH, "client_kind": kind, "override": chosen}))
    assert (decided.category, decided.percent, decided.invoiced) == ("S", D(6), invoiced)
    assert (decided.rate_id, decided.mention) == ("vat_reduced@2020-01-01", None)
    assert decided.why == "Chosen by a person, with this reason: Renovation of an old home"
    assert decided.reason is not None
    assert (decided.reason.code, decided.source) == ("vat_why_chosen", "choice recorded in the declaration")


def test_a_chosen_exemption_keeps_its_own_mention_and_has_no_rate() -> None:
    chosen = VatOverride(category="AE", percent=D(0), reason="work on a building", mention="construction")
    decided = vat.decide_vat(VatQuestion(on=IN_MARCH, client_kind="company", override=chosen))
    assert (decided.category, decided.mention, decided.rate_id) == ("AE", "construction", None)


def test_what_a_price_leaves_for_pay_is_shown_line_by_line_and_adds_up() -> None:
    van = price.wage_budget(D("100.00"), [], IN_MARCH)[0].model_copy(
        update={"key": "van", "amount_eur": D("84.00")}
    )
    lines = price.wage_budget(D("1000.00"), [van], IN_MARCH, reserve=D("50.00"))
    assert [(line.key, line.label, line.amount_eur) for line in lines] == [
        ("price", "Price without VAT", D("1000.00")),
        ("fee", "Fee of the cooperative", D("65.00")),
        ("van", "Price without VAT", D("84.00")),
        ("reserve", "Reserve", D("50.00")),
        ("wage_budget", "Budget for pay", D("801.00")),
    ]
    assert [line.sentence for line in lines if line.key != "van"] == [
        "as declared",
        "1000.00 x 6.5 %",
        "kept aside in the job, as declared",
        "1000.00 - 65.00 - 84.00 - 50.00",
    ]


def test_a_price_that_is_eaten_up_to_the_cent_leaves_nothing_and_is_not_refused() -> None:
    van = price.wage_budget(D("100.00"), [], IN_MARCH)[0].model_copy(update={"amount_eur": D("935.00")})
    assert price.wage_budget(D("1000.00"), [van], IN_MARCH)[-1].amount_eur == D("0.00")


def test_a_cap_that_the_services_just_reach_cuts_nothing() -> None:
    assert prefinancing.capped(D("1009.00"), D("84.00"), D("84.00")) == D("1009.00")
    assert prefinancing.capped(D("1009.00"), D("84.00"), D("83.99")) == D("1008.99")


def paid(on: date, amount: str) -> DatedPayment:
    return DatedPayment(on=on, amount_eur=D(amount))


def test_on_the_first_day_after_the_fourteen_more_than_the_balance_may_be_claimed() -> None:
    claim = consumer.consumer_claim(D("730.00"), SENT, CLAUSES, date(2026, 3, 17))
    assert claim.lump_sum is not None
    assert claim.interest is not None
    assert (claim.interest.days, claim.interest.amount_eur) == (15, D("2.40"))  # 730.00 x 8 % x 15/365


def test_a_payment_of_the_day_itself_counts_and_interest_runs_on_what_was_left() -> None:
    claim = consumer.consumer_claim(
        D("730.00"), SENT, CLAUSES, date(2026, 3, 22), payments=[paid(date(2026, 3, 12), "365.00")]
    )
    assert claim.principal_eur == D("365.00")
    assert claim.interest is not None
    assert claim.interest.amount_eur == D("2.40")  # 730.00 x 8 % x 10/365 + 365.00 x 8 % x 10/365
    today = consumer.consumer_claim(
        D("730.00"), SENT, CLAUSES, date(2026, 3, 22), payments=[paid(date(2026, 3, 22), "30.00")]
    )
    assert today.principal_eur == D("700.00")


def test_a_single_euro_left_after_the_fourteen_days_still_bears_the_clause() -> None:
    almost = [paid(date(2026, 3, 16), "729.00")]
    assert (
        consumer.consumer_claim(D("730.00"), SENT, CLAUSES, date(2026, 3, 22), payments=almost).lump_sum is not None
    )
    all_of_it = [paid(date(2026, 3, 16), "730.00")]
    assert (
        consumer.consumer_claim(D("730.00"), SENT, CLAUSES, date(2026, 3, 22), payments=all_of_it).lump_sum is None
    )


def test_the_lump_sum_between_enterprises_says_what_it_is_and_where_it_comes_from() -> None:
    lump = interest.b2b_lump_sum(date(2026, 1, 31), date(2026, 2, 1))
    assert lump is not None
    assert (lump.key, lump.label, lump.sentence) == (
        "lump_sum", "Recovery costs", "fixed by law as soon as interest is due",
    )  # fmt: skip
    assert lump.rate_ids != ()
    assert lump.source != ""


def test_without_a_judge_each_line_says_the_tenth_it_stops_at() -> None:
    lines = debt_collection.undisputed_debt_costs(D("1000.00"), D("83.54"), D("100.00"), date(2026, 5, 31))
    assert [(line.key, line.label) for line in lines] == [
        ("late_interest", "Late interest"),
        ("clause", "Agreed compensation"),
    ]
    assert {line.sentence for line in lines} == {"at most 10 % of 1000.00 together with the clause"}
    assert all(line.rate_ids for line in lines)


def test_internal_work_says_its_exemption_and_why_no_vat_is_due() -> None:
    decided = vat.decide_vat(VatQuestion(on=IN_MARCH, client_kind="internal"))
    assert decided.exemption_code == "VATEX-EU-O"
    assert decided.why == "Work for another activity of the cooperative: no invoice and no VAT."
    assert decided.reason is not None
    assert (decided.reason.code, decided.source) == ("vat_why_internal", "blog.smartbe.be article7040")


def test_a_price_that_services_eat_up_says_by_how_much() -> None:
    van = price.wage_budget(D("300.00"), [], IN_MARCH)[0].model_copy(update={"amount_eur": D("290.00")})
    with pytest.raises(price.NothingLeftForPay) as refused:
        price.wage_budget(D("300.00"), [van], IN_MARCH)
    assert refused.value.params == {"price": "300.00", "left": "-9.50"}


def test_interest_over_a_part_payment_shows_each_stretch_of_days() -> None:
    late = interest.late_interest(
        D("730.00"), date(2026, 1, 30), date(2026, 2, 19), payments=[paid(date(2026, 2, 9), "365.00")]
    )
    assert [(line.balance_eur, line.days) for line in late.lines] == [(D("730.00"), 10), (D("365.00"), 10)]
    assert late.figure().sentence == " + ".join(
        f"{line.balance_eur} x {line.percent} % x {line.days}/365" for line in late.lines
    )
    assert late.figure().sentence.startswith("730.00 x ")


def test_what_a_consumer_paid_after_the_term_lowers_what_is_claimed() -> None:
    facts = debt_collection.InvoiceFacts(
        amount_eur=D("730.00"),
        due_on=date(2026, 1, 30),
        client_kind="private_person",
        terms=CLAUSES,
        done=(debt_collection.SentStage(kind="first_reminder", on=date(2026, 3, 2)),),
        payments=(paid(date(2026, 3, 12), "365.00"),),
    )
    claim = debt_collection.claim(facts, date(2026, 3, 22))
    assert claim.principal_eur == D("365.00")
    # the clause on the 365.00 left after the fourteen days: 30.00 + 10 % above 150.00; interest 1.60 + 0.80
    assert claim.costs_eur == D("53.90")


def test_a_patience_of_its_own_moves_the_next_stage() -> None:
    facts = debt_collection.InvoiceFacts(amount_eur=D("730.00"), due_on=date(2026, 1, 30), client_kind="company")
    patient = debt_collection.DunningPolicy(friendly_reminder=10)
    (first, later) = (
        debt_collection.next_stage(facts, date(2026, 1, 31), policy)
        for policy in (debt_collection.HOUSE_POLICY, patient)
    )
    assert first is not None
    assert later is not None
    assert (first.on, later.on) == (date(2026, 2, 2), date(2026, 2, 9))
