"""Cancelling, prefinancing, expenses, languages and working time."""

from datetime import date
from decimal import Decimal as D

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from domain.figures import figure
from domain.periods import JobDay
from domain.rates import RateNotKnownYet
from domain.rules import cancellation, expenses, language, prefinancing, working_time
from domain.rules.cancellation import CancellationRow, CancellationTerms
from domain.rules.expenses import ExpenseReceipt
from domain.rules.language import Seat
from domain.rules.prefinancing import Exposure, Owed
from domain.services.employment_contract import LanguageNeedsAdviser

IN_MARCH = date(2026, 3, 14)
AMOUNT = st.decimals(min_value=D("0"), max_value=D("9999"), places=2)


def day(on: str, starts: str, ends: str, **more: int) -> JobDay:
    return JobDay.model_validate({"date": on, "starts": starts, "ends": ends, "place": "Liège", **more})


@pytest.mark.parametrize(
    ("cancelled", "owed"),
    [
        ("2026-02-12", "0.00"),
        ("2026-02-13", "300.00"),
        ("2026-03-01", "500.00"),
        ("2026-03-07", "1000.00"),
        ("2026-03-20", "1000.00"),
    ],
)
def test_a_client_who_cancels_owes_what_the_agreed_table_says(cancelled: str, owed: str) -> None:
    fee = cancellation.cancellation_fee(D("1000.00"), IN_MARCH, date.fromisoformat(cancelled))
    assert fee.amount_eur == D(owed)
    assert not fee.verified


def test_a_cancellation_table_must_reach_down_to_the_start() -> None:
    with pytest.raises(ValidationError, match="down to 0"):
        CancellationTerms(rows=(CancellationRow(days_before=30, percent=D(0)),))


def test_a_private_client_steps_back_for_free_only_from_a_distance_contract_without_a_fixed_date() -> None:
    assert cancellation.withdrawal_right(leisure_on_fixed_date=False) == "fourteen_days"
    assert cancellation.withdrawal_right(leisure_on_fixed_date=True) == "fixed_date"


def test_breaking_a_signed_contract_costs_the_pay_until_its_term_within_the_cap() -> None:
    assert cancellation.owed_to_person(D("600.00"), None).amount_eur == D("600.00")
    assert cancellation.owed_to_person(D("600.00"), D("250.00")).amount_eur == D("500.00")


def test_the_fund_reserves_ceilings_pay_and_vat_less_a_paid_deposit() -> None:
    van = figure("van", "Van", D("84.00"), "ceiling")
    lines = prefinancing.to_reserve([van], D("865.00"), D("60.00"), deposit_eur=D("100.00"))
    assert lines[-1].amount_eur == D("909.00")
    assert lines[-1].sentence == "84.00 + 865.00 + 60.00 - 100.00"


def test_a_cap_on_costs_never_cuts_pay_or_vat() -> None:
    assert prefinancing.capped(D("1009.00"), D("84.00"), D("50.00")) == D("975.00")
    assert prefinancing.capped(D("1009.00"), D("84.00"), None) == D("1009.00")


def test_the_tightest_limit_is_named_and_reaching_it_exactly_is_allowed() -> None:
    exposure = Exposure(member_eur=D("14000.00"), client_eur=D("49500.00"))
    assert prefinancing.limits_reached(D("500.00"), exposure, IN_MARCH) == []
    assert [one.whose for one in prefinancing.limits_reached(D("1000.01"), exposure, IN_MARCH)] == [
        "member",
        "client",
    ]
    (client,) = prefinancing.limits_reached(D("500.01"), exposure, IN_MARCH)
    assert (client.whose, client.left_eur) == ("client", D("500.00"))


def test_a_deposit_and_the_activity_balance_can_make_the_fund_unnecessary() -> None:
    assert prefinancing.not_needed(D("1000.00"), D("600.00"), D("400.00"))
    assert not prefinancing.not_needed(D("1000.00"), D("999.99"), D("-50.00"))


@given(AMOUNT, AMOUNT, AMOUNT, AMOUNT)
def test_a_payment_is_split_to_the_cent_and_in_order(paid: D, vat: D, fund: D, fee: D) -> None:
    split = prefinancing.repay(paid, Owed(vat_eur=vat, fund_eur=fund, fee_eur=fee))
    assert split.vat_eur + split.fund_eur + split.fee_eur + split.activity_eur == paid
    assert split.fund_eur == 0 or split.vat_eur == vat
    assert split.activity_eur == 0 or (split.vat_eur, split.fund_eur, split.fee_eur) == (vat, fund, fee)


def test_kilometres_are_paid_by_the_regime_the_cooperative_chose() -> None:
    assert expenses.kilometres(D(200), IN_MARCH).amount_eur == D("88.98")
    assert expenses.kilometres(D(200), IN_MARCH, regime="quarterly").amount_eur == D("86.52")
    assert expenses.kilometres(D(200), date(2026, 5, 2), regime="quarterly").amount_eur == D("96.82")
    assert expenses.bike_kilometres(D(12), IN_MARCH).sentence == "12 km x 0.30"


def test_an_unknown_amount_is_provisional_in_a_quote_and_refused_in_a_payment() -> None:
    with pytest.raises(RateNotKnownYet):
        expenses.per_diem(1, IN_MARCH)
    quoted = expenses.per_diem(2, IN_MARCH, provisional=True)
    assert (quoted.amount_eur, quoted.provisional) == (D("42.44"), True)
    assert expenses.per_diem(2, IN_MARCH, abroad=True).amount_eur == D("74.36")


def test_a_receipt_is_checked_against_the_rules_shown_beforehand() -> None:
    def found(amount: str, paid_on: date) -> list[str]:
        spent = ExpenseReceipt(amount_eur=D(amount), spent_on=date(2026, 3, 10))
        return [finding.rule for finding in expenses.check_receipt(spent, paid_on)]

    assert found("40.00", date(2026, 3, 10)) == []
    assert found("40.00", date(2027, 1, 15)) == []
    assert found("40.00", date(2027, 1, 16)) == ["too_late"]
    assert found("40.00", date(2026, 3, 9)) == ["future"]
    assert found("-0.01", date(2026, 3, 10)) == ["nothing_spent"]


def test_a_daily_allowance_needs_six_hours_away_and_ends_after_sixteen_a_month() -> None:
    march, april = date(2026, 3, 1), date(2026, 4, 1)

    def rules(asked: int, away: dict[date, int], *, abroad: bool = False) -> list[str]:
        return [f.rule for f in expenses.check_per_diem(asked, IN_MARCH, away=away, abroad=abroad)]

    assert rules(16, {march: 20}) == []
    assert rules(17, {march: 20}) == ["too_many_days"]
    assert rules(18, {march: 9, april: 9}) == []  # 16 a month, not 16 a job
    assert rules(33, {march: 20, april: 20}) == ["too_many_days"]
    assert rules(1, {}) == ["trip_too_short"]
    assert rules(30, {march: 30}, abroad=True) == []
    assert rules(2, {march: 1}) == ["days_away"]


def test_kilometres_end_at_the_most_of_a_year_and_a_rented_van_is_not_paid_twice() -> None:
    assert expenses.check_kilometres(D(24000), IN_MARCH, vehicle_of_employer=False) == []
    found = expenses.check_kilometres(D(24001), IN_MARCH, vehicle_of_employer=True)
    assert [(one.rule, one.blocking) for one in found] == [("own_vehicle", False), ("yearly_km", True)]


@pytest.mark.parametrize(
    ("seat", "person", "binding", "courtesy"),
    [
        ("wallonia", "nl", "fr", None),
        ("flanders", "fr", "nl", None),
        ("flanders", "en", "nl", "en"),
        ("brussels", "nl", "nl", None),
        ("brussels", "en", "fr", "en"),
    ],
)
def test_the_seat_decides_the_language_and_in_brussels_the_person(
    seat: Seat, person: str, binding: str, courtesy: str | None
) -> None:
    decided = language.contract_language(seat, person)  # type: ignore[arg-type]  # a literal from a table
    assert (decided.binding, decided.courtesy) == (binding, courtesy)


@pytest.mark.parametrize(("seat", "person"), [("german", "fr"), ("brussels", "de")])
def test_what_the_rules_cannot_decide_goes_to_the_adviser(seat: Seat, person: str) -> None:
    with pytest.raises(LanguageNeedsAdviser):
        language.contract_language(seat, person)  # type: ignore[arg-type]  # a literal from a table


def rules_of(*days: JobDay) -> list[str]:
    return [warning.rule for warning in working_time.warnings(days)]


def test_an_ordinary_day_raises_no_warning() -> None:
    assert rules_of(day("2026-03-11", "09:00", "17:30", break_minutes=30)) == []


def test_long_days_nights_sundays_and_holidays_are_warned_about_and_never_blocked() -> None:
    assert rules_of(day("2026-03-11", "08:00", "20:00", break_minutes=30)) == ["too_long"]
    assert rules_of(day("2026-03-11", "09:00", "18:00", break_minutes=15)) == ["long"]
    assert rules_of(day("2026-03-11", "09:00", "15:01")) == ["no_break"]
    assert rules_of(day("2026-03-11", "17:00", "23:00")) == ["night"]
    assert rules_of(day("2026-03-11", "18:00", "20:00")) == ["short"]
    assert rules_of(day("2026-03-15", "10:00", "16:00")) == ["sunday"]
    assert rules_of(day("2026-04-06", "10:00", "16:00")) == ["public_holiday"]


def test_a_night_into_a_sunday_or_a_holiday_is_work_on_that_day() -> None:
    saturday = day("2026-03-14", "20:00", "04:00", break_minutes=30)
    assert rules_of(saturday) == ["night", "sunday"]
    assert rules_of(day("2026-03-14", "20:00", "00:00")) == ["night"], "midnight is still Saturday"
    eve_of_labour_day = day("2026-04-30", "20:00", "04:00", break_minutes=30)
    assert rules_of(eve_of_labour_day) == ["night", "public_holiday"]


def test_less_than_a_third_of_full_time_is_told_of_work_that_goes_over_weeks() -> None:
    """38 hours a week: a third is 12 h 40."""
    mondays = [day(f"2026-03-{number:02d}", "09:00", "16:30", break_minutes=30) for number in (2, 9, 16, 23)]
    (told,) = [one for one in working_time.warnings(mondays) if one.rule == "part_time"]
    assert (str(told.on), told.params, told.source) == (
        "2026-03-02", {"hours": "7"}, "law of 3 July 1978, art. 11bis",
    )  # fmt: skip
    assert rules_of(mondays[0]) == []
    two_days = [day(f"2026-03-{number:02d}", "09:00", "15:20") for number in (2, 3, 9, 10)]
    assert "part_time" not in rules_of(*two_days), "12 h 40 a week"
    assert "part_time" in rules_of(*two_days, day("2026-03-23", "09:00", "15:20")), "a week without work counts"


def test_short_rests_overlaps_and_long_weeks_are_seen_across_days() -> None:
    late, early = day("2026-03-11", "16:00", "23:30"), day("2026-03-12", "09:00", "16:00")
    assert "rest" in rules_of(early, late)
    assert "overlap" in rules_of(day("2026-03-11", "09:00", "13:00"), day("2026-03-11", "12:00", "16:00"))
    week = [day(f"2026-03-{number:02d}", "09:00", "17:30") for number in range(9, 14)]
    assert rules_of(*week).count("week") == 1
