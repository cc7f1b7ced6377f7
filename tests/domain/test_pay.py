"""From gross to net and cost, with the published figures."""

from datetime import date
from decimal import Decimal as D

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.rules import pay, price
from domain.rules.pay import Chain

IN_MARCH = date(2026, 3, 14)
GROSS = st.decimals(min_value=D("50"), max_value=D("20000"), places=2)


def test_an_artist_with_a_gross_of_1000_at_the_flat_rate() -> None:
    chain = pay.pay_chain(D("1000.00"), "artist", IN_MARCH, withholding="flat")
    assert chain.figure("base").amount_eur == D("1080.00")
    assert chain.figure("worker_contribution").amount_eur == D("141.16")
    assert chain.figure("taxable").amount_eur == D("858.84")
    assert chain.figure("withholding").amount_eur == D("95.42")
    assert chain.net_eur == D("763.42")  # the printed lines add up: 858.84 - 95.42
    assert chain.figure("employer_contribution").amount_eur == D("270.00")
    assert chain.figure("holiday_fund").amount_eur == D("171.07")
    assert chain.cost_eur == D("1441.07")


def test_without_the_switch_an_artist_is_withheld_prudently_and_sees_a_range() -> None:
    chain = pay.pay_chain(D("1000.00"), "artist", IN_MARCH)
    assert chain.figure("withholding").amount_eur == D("195.82")
    assert (chain.net_eur, chain.net_low_eur, chain.net_high_eur) == (D("663.02"), D("663.02"), D("763.42"))


def test_the_base_of_108_percent_is_rounded_before_the_contribution() -> None:
    chain = pay.pay_chain(D("105.41"), "artist", IN_MARCH)
    assert chain.figure("base").amount_eur == D("113.84")  # 113.8428
    assert chain.figure("worker_contribution").amount_eur == D("14.88")


def test_an_employee_of_pc_200_with_a_gross_of_3500() -> None:
    chain = pay.pay_chain(D("3500.00"), "employee", IN_MARCH, leaving=False)
    assert chain.figure("worker_contribution").amount_eur == D("457.45")
    assert chain.figure("taxable").amount_eur == D("3042.55")
    assert chain.figure("employer_contribution").amount_eur == D("875.00")
    assert chain.cost_eur == D("4375.00")


def test_the_published_contributions_on_2276_51() -> None:
    chain = pay.pay_chain(D("2276.51"), "employee", IN_MARCH, leaving=False)
    assert chain.figure("worker_contribution").amount_eur == D("297.54")
    assert chain.figure("employer_contribution").amount_eur == D("569.13")


def test_an_ordinary_employee_gets_holiday_pay_with_the_last_pay() -> None:
    chain = pay.pay_chain(D("1000.00"), "employee", IN_MARCH)
    assert chain.figure("holiday_pay_single").amount_eur == D("76.70")
    assert chain.figure("holiday_single_contribution").amount_eur == D("10.02")
    assert chain.figure("holiday_pay_double").amount_eur == D("76.70")
    assert chain.figure("holiday_double_contribution").amount_eur == D("10.02")
    assert chain.figure("taxable").amount_eur == D("1002.66")  # 1153.40 - 130.70 - 20.04
    assert chain.net_eur == D("774.05")  # less 228.61
    assert chain.figure("employer_contribution").amount_eur == D("269.18")  # 25 % on 1076.70
    assert chain.cost_eur == D("1422.58")


def test_a_student_pays_the_solidarity_contribution_only() -> None:
    chain = pay.pay_chain(D("100.00"), "student", IN_MARCH)
    assert chain.figure("worker_contribution").amount_eur == D("2.71")
    assert (chain.net_low_eur, chain.net_eur, chain.net_high_eur) == (D("97.29"), D("97.29"), D("97.29"))
    assert chain.cost_eur == D("105.42")


def test_nothing_is_withheld_from_a_student_inside_the_quota() -> None:
    # 706.01 x 2.71 % = 19.132871
    chain = pay.pay_chain(D("706.01"), "student", IN_MARCH)
    assert chain.figure("worker_contribution").amount_eur == D("19.13")
    assert chain.figure("withholding").amount_eur == D("0.00")
    assert chain.net_eur == D("686.88")


def test_each_line_keeps_the_rate_it_was_made_with_and_says_its_formula() -> None:
    line = pay.pay_chain(D("1000.00"), "artist", IN_MARCH).figure("worker_contribution")
    assert line.rate_ids == ("onss_worker@2020-01-01",)
    assert line.sentence == "1080.00 x 13.07 %"
    assert "socialsecurity.be" in line.source
    assert line.verified


def test_what_rests_on_secondary_rates_is_not_called_verified() -> None:
    assert not pay.pay_chain(D("1000.00"), "artist", IN_MARCH).verified
    assert not pay.pay_chain(D("1000.00"), "student", IN_MARCH).figure("withholding").verified
    assert pay.pay_chain(D("1000.00"), "student", IN_MARCH).figure("worker_contribution").verified


@pytest.mark.parametrize(
    ("on", "minimum"),
    [("2026-02-28", "97.48"), ("2026-03-01", "99.43"), ("2026-04-01", "101.07"), ("2026-07-01", "103.09")],
)
def test_the_minimum_for_a_full_day_is_the_monthly_minimum_times_3_65_rounded_up(on: str, minimum: str) -> None:
    assert pay.full_day_minimum(date.fromisoformat(on)).amount_eur == D(minimum)


def test_a_sector_scale_above_the_guaranteed_minimum_counts_instead() -> None:
    assert pay.full_day_minimum(IN_MARCH, scale="pc200_a0").amount_eur == D("103.52")
    assert pay.full_day_minimum(IN_MARCH, scale="pc200_student_a18").amount_eur == D("99.43")


@given(GROSS, st.sampled_from(["artist", "employee", "student"]), st.booleans())
def test_net_and_what_is_held_back_always_add_up_to_what_is_paid(gross: D, chain: Chain, leaving: bool) -> None:
    made = pay.pay_chain(gross, chain, IN_MARCH, leaving=leaving)
    assert made.net_low_eur <= made.net_eur <= made.net_high_eur < made.cost_eur
    held = sum(line.amount_eur for line in made.figures if line.key.endswith("_contribution"))
    held -= made.figure("employer_contribution").amount_eur
    paid = gross + sum(line.amount_eur for line in made.figures if line.key.startswith("holiday_pay"))
    assert made.net_eur + made.figure("withholding").amount_eur + held == paid


@given(st.decimals(min_value=D("1"), max_value=D("9000"), places=2), st.sampled_from(["artist", "employee"]))
def test_the_gross_for_a_wanted_net_is_the_smallest_that_gives_it(net: D, chain: Chain) -> None:
    gross = pay.gross_for_net(net, chain, IN_MARCH)
    assert pay.pay_chain(gross, chain, IN_MARCH).net_eur >= net
    assert pay.pay_chain(gross - D("0.01"), chain, IN_MARCH).net_eur < net


def test_an_invoice_of_1000_leaves_935_and_to_cover_1000_one_invoices_1069_52() -> None:
    lines = price.wage_budget(D("1000.00"), [], IN_MARCH)
    assert [(line.key, line.amount_eur) for line in lines] == [
        ("price", D("1000.00")),
        ("fee", D("65.00")),
        ("wage_budget", D("935.00")),
    ]
    assert price.price_for_budget(D("600.00"), D("400.00"), IN_MARCH) == D("1069.52")
    assert price.fee(D("1069.52"), IN_MARCH).amount_eur == D("69.52")


def test_gross_is_the_budget_over_the_coefficient_rounded_down() -> None:
    assert price.gross_from_budget(D("935.00"), D("1.50")) == D("623.33")
    assert price.budget_for_gross(D("623.33"), D("1.50")) == D("935.00")


def test_a_price_that_services_eat_up_is_refused() -> None:
    van = price.wage_budget(D("300.00"), [], IN_MARCH)[0].model_copy(update={"amount_eur": D("290.00")})
    with pytest.raises(price.NothingLeftForPay, match=r"leaves -9\.50 EUR"):
        price.wage_budget(D("300.00"), [van], IN_MARCH)


@given(st.decimals(min_value=D("0"), max_value=D("50000"), places=2))
def test_the_price_for_a_budget_leaves_that_budget_and_a_cent_less_does_not(budget: D) -> None:
    asked = price.price_for_budget(budget, D("70.00"), IN_MARCH)
    assert asked - price.fee(asked, IN_MARCH).amount_eur - D("70.00") >= budget
    less = asked - D("0.01")
    assert less - price.fee(less, IN_MARCH).amount_eur - D("70.00") < budget


def test_the_price_for_wanted_pay_really_pays_it() -> None:
    wanted = [
        price.WantedPay(net_eur=D("500.00"), chain="artist"),
        price.WantedPay(net_eur=D("300.00"), chain="student"),
    ]
    # 754.12 x 1.50 = 1,131.18; 308.36 - 2.71 % 8.36 = 300.00, x 1.50 = 462.54; (1,593.72 + 140.00) / 0.935
    asked = price.price_for_wanted_pay(wanted, D("140.00"), IN_MARCH)
    assert asked == D("1854.25")
