"""Late payment: the worked examples of the law's reading, to the cent."""

from datetime import date
from decimal import Decimal as D

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.rates import RateNotKnownYet
from domain.rules import consumer, interest
from domain.rules.consumer import ConsumerTerms
from domain.rules.interest import DatedPayment


def on(text: str) -> date:
    return date.fromisoformat(text)


@pytest.mark.parametrize(
    ("balance", "due", "paid", "amount"),
    [
        ("1210.00", "2025-05-15", "2025-09-30", "49.56"),
        ("5000.00", "2023-05-31", "2024-02-29", "448.36"),
        ("2420.00", "2026-01-31", "2026-05-31", "83.54"),
        ("605.00", "2024-12-15", "2025-01-14", "5.98"),
    ],
)
def test_the_worked_examples_come_out_to_the_cent(balance: str, due: str, paid: str, amount: str) -> None:
    assert interest.late_interest(D(balance), on(due), on(paid)).amount_eur == D(amount)


def test_the_days_are_cut_where_the_semester_changes_and_rounded_once() -> None:
    late = interest.late_interest(D("5000.00"), on("2023-05-31"), on("2024-02-29"))
    assert [(line.days, line.percent) for line in late.lines] == [
        (30, D("10.5")),
        (184, D("12")),
        (60, D("12.5")),
    ]
    assert late.days == 274
    assert late.figure().rate_ids == (
        "interest_b2b@2023-01-01",
        "interest_b2b@2023-07-01",
        "interest_b2b@2024-01-01",
    )
    assert "5000.00 x 12 % x 184/365" in late.figure().sentence


def test_paying_on_the_due_day_costs_nothing_and_the_day_after_one_day() -> None:
    assert interest.late_interest(D("3650.00"), on("2026-01-31"), on("2026-01-31")).lines == ()
    assert interest.late_interest(D("3650.00"), on("2026-01-31"), on("2026-02-01")).amount_eur == D("1.05")
    assert interest.b2b_lump_sum(on("2026-01-31"), on("2026-01-31")) is None


def test_the_lump_sum_of_forty_euro_is_due_from_the_first_late_day() -> None:
    late = interest.b2b_lump_sum(on("2026-01-31"), on("2026-02-01"))
    assert late is not None
    assert late.amount_eur == D("40.00")


def test_a_partial_payment_lowers_the_principal_from_the_next_day() -> None:
    payments = [DatedPayment(on=on("2026-02-10"), amount_eur=D("1460.00"))]
    late = interest.late_interest(D("3650.00"), on("2026-01-31"), on("2026-02-20"), payments=payments)
    assert [(line.days, line.balance_eur) for line in late.lines] == [(10, D("3650.00")), (10, D("2190.00"))]
    assert late.amount_eur == D("16.80")  # 10.50 + 6.30


def test_nothing_runs_any_more_once_everything_is_paid() -> None:
    payments = [DatedPayment(on=on("2026-02-10"), amount_eur=D("3650.00"))]
    late = interest.late_interest(D("3650.00"), on("2026-01-31"), on("2026-05-20"), payments=payments)
    assert late.amount_eur == D("10.50")


def test_a_semester_nobody_entered_yet_makes_no_claim() -> None:
    with pytest.raises(RateNotKnownYet, match="interest_b2b for 2026-07-01"):
        interest.late_interest(D("100.00"), on("2026-06-15"), on("2026-07-01"))


@pytest.mark.parametrize(
    ("ecb", "legal"),
    [
        ("0.00", "8"),
        ("2.50", "10.5"),
        ("4.00", "12"),
        ("4.50", "12.5"),
        ("4.25", "12.5"),
        ("3.15", "11.5"),
        ("2.15", "10.5"),
        ("2.00", "10"),
        ("2.51", "11"),
    ],
)
def test_the_legal_rate_follows_the_central_bank_rounded_up_to_the_half_point(ecb: str, legal: str) -> None:
    assert interest.legal_rate(D(ecb)) == D(legal)


def test_a_term_above_sixty_days_is_deemed_unwritten() -> None:
    received = on("2026-03-01")
    assert interest.due_on(received, 10, received) == on("2026-03-11")
    assert interest.due_on(received, 60, received) == on("2026-04-30")
    assert interest.due_on(received, 61, received) == on("2026-03-31")
    assert interest.due_on(received, None, received) == on("2026-03-31")


@given(
    st.decimals(min_value=D("0.01"), max_value=D("100000"), places=2),
    st.integers(min_value=0, max_value=2000),
    st.integers(min_value=0, max_value=200),
)
def test_interest_never_shrinks_with_time_and_never_compounds(balance: D, days: int, more: int) -> None:
    due = on("2020-05-31")
    first = interest.late_interest(balance, due, date.fromordinal(due.toordinal() + days)).amount_eur
    later = interest.late_interest(balance, due, date.fromordinal(due.toordinal() + days + more)).amount_eur
    assert first <= later
    assert later <= balance * D("0.125") * (days + more + 1) / 365 + D("0.01")


@pytest.mark.parametrize(
    ("balance", "amount"),
    [
        ("100", "20"), ("150", "20"), ("150.01", "30.00"), ("200", "35"), ("300", "45"), ("400", "55"),
        ("500", "65"), ("500.01", "65.00"), ("750", "77.50"), ("1000", "90"), ("1210", "100.50"),
        ("10000", "540"), ("39200", "2000"), ("50000", "2000"),
    ],
)  # fmt: skip
def test_the_most_a_consumer_may_be_asked_as_a_lump_sum(balance: str, amount: str) -> None:
    assert consumer.lump_sum(D(balance), on("2026-03-14")).amount_eur == D(amount)


def test_a_lump_sum_says_its_slice() -> None:
    assert consumer.lump_sum(D("750"), on("2026-03-14")).sentence == "65.00 + 5 % above 500.00, at most 2000.00"
    assert consumer.lump_sum(D("120"), on("2026-03-14")).sentence == "fixed up to 150.00 EUR"


def test_a_reminder_posted_on_monday_gives_until_the_second_wednesday_after() -> None:
    term = consumer.grace_term(on("2023-09-18"), "post")
    assert (term.starts_on, term.last_on) == (on("2023-09-21"), on("2023-10-04"))
    assert term.applicable_on == on("2023-10-05")


def test_an_electronic_reminder_counts_from_the_next_calendar_day() -> None:
    term = consumer.grace_term(on("2023-09-18"), "electronic")
    assert (term.starts_on, term.applicable_on) == (on("2023-09-19"), on("2023-10-03"))


def test_a_third_working_day_on_a_saturday_moves_to_monday_and_holidays_do_not_count() -> None:
    assert consumer.grace_term(on("2026-03-11"), "post").starts_on == on("2026-03-16")
    assert consumer.grace_term(on("2026-04-02"), "post").starts_on == on("2026-04-07")  # Fri, Sat, Tue


def test_before_the_fourteen_days_are_over_only_the_balance_may_be_claimed() -> None:
    term = consumer.grace_term(on("2026-03-02"), "electronic")  # applicable on 17 March
    terms = ConsumerTerms(lump_sum_clause=True, interest_clause_percent=D("8"), small_enterprise=True)
    early = consumer.consumer_claim(D("730.00"), term, terms, on("2026-03-16"))
    assert early.total_eur == D("730.00")
    assert consumer.consumer_claim(D("730.00"), None, terms, on("2026-06-16")).total_eur == D("730.00")


def test_after_them_the_clause_applies_and_a_small_enterprise_counts_from_the_day_after_sending() -> None:
    term = consumer.grace_term(on("2026-03-02"), "electronic")
    terms = ConsumerTerms(lump_sum_clause=True, interest_clause_percent=D("8"), small_enterprise=True)
    claim = consumer.consumer_claim(D("730.00"), term, terms, on("2026-03-22"))
    assert claim.interest is not None
    assert (claim.interest.days, claim.interest.amount_eur) == (20, D("3.20"))
    assert claim.lump_sum is not None
    assert claim.lump_sum.amount_eur == D("76.50")
    assert claim.total_eur == D("809.70")
    large = consumer.consumer_claim(
        D("730.00"), term, terms.model_copy(update={"small_enterprise": False}), on("2026-03-22")
    )
    assert large.interest is not None
    assert (large.interest.days, large.interest.amount_eur) == (6, D("0.96"))


def test_an_agreed_rate_above_the_legal_one_is_capped() -> None:
    term = consumer.grace_term(on("2026-03-02"), "electronic")
    terms = ConsumerTerms(interest_clause_percent=D("18"), small_enterprise=True)
    claim = consumer.consumer_claim(D("3650.00"), term, terms, on("2026-03-22"))
    assert claim.interest is not None
    assert claim.interest.amount_eur == D("21.00")  # 10.5 %, 20 days
    assert claim.lump_sum is None


def test_without_a_clause_only_ordinary_legal_interest_runs() -> None:
    term = consumer.grace_term(on("2026-03-02"), "electronic")
    claim = consumer.consumer_claim(D("3650.00"), term, ConsumerTerms(), on("2026-03-26"))
    assert claim.interest is not None
    assert (claim.interest.days, claim.interest.amount_eur) == (10, D("4.50"))
    assert claim.lump_sum is None


def test_a_consumer_who_pays_within_the_fourteen_days_owes_nothing_more() -> None:
    term = consumer.grace_term(on("2026-03-02"), "electronic")
    terms = ConsumerTerms(lump_sum_clause=True, interest_clause_percent=D("8"), small_enterprise=True)
    paid = [DatedPayment(on=term.last_on, amount_eur=D("730.00"))]
    claim = consumer.consumer_claim(D("730.00"), term, terms, on("2026-04-30"), payments=paid)
    assert claim.total_eur == D("0.00")
