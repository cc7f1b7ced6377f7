"""A contract of more than a month is paid each month for the work of the month, and the months are the whole of it.

Twelve Mondays from 2 March to 18 May 2026: five in March, four in April, three in May; gross 3,740.00.
Source: law of 12 April 1965, art. 9.
"""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal as D
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from activities.wages import budget_of, chain_of
from domain.declaration import JobDeclaration
from domain.periods import JobDay
from domain.plan import JobPlan
from domain.planning import legal_deadlines
from domain.quote import quote
from domain.quoting.context import QuoteContext
from domain.rules.pay import gross_for_net, pay_chains
from domain.rules.pay_periods import is_longer_than_a_month, pay_by_month, pay_months
from domain.services.wages import WagesRequest
from tests.domain.test_planning import EIGHT, changed, example, planned

MONDAYS = [date(2026, 3, 2) + n * timedelta(days=7) for n in range(12)]
ANN: dict[str, Any] = {
    "item": "ann",
    "member": True,
    "function": "singer",
    "artistic": True,
    "gross_eur": "3740.00",
}


def work(*dates: date, **hours: time) -> list[JobDay]:
    return [JobDay(date=on, **{"starts": time(10), "ends": time(18), **hours}, place="Liège") for on in dates]


def mondays(*dates: date, **person: Any) -> JobDeclaration:
    """Ann on these days, for a price that pays it."""
    days = [{"date": on, "starts": "10:00", "ends": "18:00", "place": "Liège"} for on in dates or MONDAYS]
    nothing = {"van_rental": [], "equipment": None, "insurance": None, "travel": [], "expenses": None}
    return changed(example("concert"), days=days, crew=[ANN | person], price_eur="9000.00", **nothing)


def test_twelve_mondays_are_paid_in_april_may_and_at_the_end() -> None:
    made = planned(mondays())
    assert list(made.wages) == ["ann.2026-03", "ann.2026-04", "ann"]
    march, april, may = made.wages.values()
    # 5, 9 and 12 twelfths of 3,740.00: 1,558.333..., 2,805.00, 3,740.00
    assert [one.gross_eur for one in (march, april, may)] == [D("1558.33"), D("1246.67"), D("935.00")]
    assert [one.earlier_eur for one in (march, april, may)] == [D("0.00"), D("1558.33"), D("2805.00")]
    # fourth working day: Saturday 4 April (3 April is no bank day), Wednesday 6 May; seven days after 18 May
    assert [one.pay_on for one in (march, april, may)] == [date(2026, 4, 2), date(2026, 5, 6), date(2026, 5, 25)]
    assert [(one.first_day_on, one.last_day_on, one.days, one.minutes) for one in (march, april, may)] == [
        (date(2026, 3, 2), date(2026, 3, 30), 5, 2400),
        (date(2026, 4, 6), date(2026, 4, 27), 4, 1920),
        (date(2026, 5, 4), date(2026, 5, 18), 3, 1440),
    ]
    assert [one.leaving for one in (march, april, may)] == [False, False, True]
    contract = made.employment_contract["ann"]
    assert [(one.pay_on, one.gross_eur) for one in contract.pay_days] == [
        (date(2026, 4, 2), D("1558.33")),
        (date(2026, 5, 6), D("1246.67")),
        (date(2026, 5, 25), D("935.00")),
    ]


def test_the_months_are_the_quoted_cost_and_net_to_the_cent() -> None:
    declared = mondays()
    (pay,), made = quote(declared, EIGHT.date()).people, planned(declared)
    assert [budget_of(one) for one in made.wages.values()] == [D("2337.50"), D("1870.00"), D("1402.50")]
    assert pay.cost.amount_eur == D("5610.00")
    # of 1,558.33: base 1,683.00, 13.07 % 219.97, 22.8 % of 1,338.36 305.15; and so on
    assert [chain_of(one).net_eur for one in made.wages.values()] == [D("1033.21"), D("826.58"), D("619.93")]
    assert pay.net_low.amount_eur == D("2479.72")
    assert pay.paid_on == (date(2026, 4, 2), date(2026, 5, 6), date(2026, 5, 25))
    assert pay.pay_on == date(2026, 5, 25)


def test_the_law_wants_each_month_paid_and_the_promise_is_about_the_last() -> None:
    due = [
        (one.kind, one.item, one.due_at)
        for one in legal_deadlines(planned(mondays()))
        if one.kind.startswith("wages_")
    ]
    assert due == [  # the ends of 2 April, 6 May, 25 May and 4 June in Brussels
        ("wages_paid", "ann.2026-03", datetime(2026, 4, 2, 22, tzinfo=UTC)),
        ("wages_paid", "ann.2026-04", datetime(2026, 5, 6, 22, tzinfo=UTC)),
        ("wages_promised", "ann", datetime(2026, 5, 25, 22, tzinfo=UTC)),
        ("wages_paid", "ann", datetime(2026, 6, 4, 22, tzinfo=UTC)),
    ]
    assert quote(mondays(), EIGHT.date()).deadlines == tuple(legal_deadlines(planned(mondays())))


def test_who_leaves_is_paid_holiday_pay_on_the_whole_contract_with_the_last_month() -> None:
    march, _, may = planned(mondays(artistic=False, function="technician")).wages.values()
    assert march.chain == "employee"
    assert not [one for one in chain_of(march).figures if one.key.startswith("holiday")]
    assert chain_of(may).figure("holiday_pay_single").amount_eur == D("286.86")  # 7.67 % of 3,740.00
    assert chain_of(may).figure("worker_contribution").amount_eur == D("122.20")  # 13.07 % of 935.00


def test_a_net_that_is_wished_is_the_net_of_all_months() -> None:
    wished = mondays(gross_eur=None, net_wished_eur="2479.72")
    (pay,) = quote(wished, EIGHT.date()).people
    assert (pay.gross.amount_eur, pay.net_low.amount_eur) == (D("3740.00"), D("2479.72"))


def test_three_weeks_over_the_end_of_a_month_are_paid_once() -> None:
    made = planned(mondays(date(2026, 3, 23), date(2026, 3, 30), date(2026, 4, 6)))
    assert list(made.wages) == ["ann"]
    assert (made.wages["ann"].gross_eur, made.wages["ann"].contract_ends_on) == (D("3740.00"), None)
    assert made.employment_contract["ann"].pay_days == ()


@pytest.mark.parametrize(
    ("first", "last", "longer"),
    [
        (date(2026, 3, 2), date(2026, 4, 1), False),
        (date(2026, 3, 2), date(2026, 4, 2), True),
        (date(2026, 2, 1), date(2026, 2, 28), False),
        (date(2026, 2, 1), date(2026, 3, 1), True),
        (date(2026, 1, 31), date(2026, 2, 28), False),
        (date(2026, 1, 31), date(2026, 3, 1), True),
        (date(2026, 12, 15), date(2027, 1, 14), False),
        (date(2026, 12, 15), date(2027, 1, 15), True),
    ],
)
def test_what_is_longer_than_a_month(first: date, last: date, longer: bool) -> None:
    assert is_longer_than_a_month(work(first, last)) is longer
    assert len(pay_months(work(first, last))) == (2 if longer else 1)


def test_a_month_without_work_has_no_pay_day() -> None:
    made = planned(mondays(date(2026, 3, 2), date(2026, 5, 4)))
    assert {item: one.gross_eur for item, one in made.wages.items()} == {
        "ann.2026-03": D("1870.00"),
        "ann": D("1870.00"),
    }


def test_pay_follows_the_hours_of_the_month() -> None:
    """Six hours in March, two in May: three quarters and a quarter."""
    months = [work(date(2026, 3, 2), ends=time(16)), work(date(2026, 5, 4), ends=time(12))]
    assert pay_by_month(D("1000.01"), months) == [D("750.01"), D("250.00")]


@given(st.decimals(min_value=D("0.05"), max_value=D("20000"), places=2), st.lists(st.integers(1, 9), min_size=1))
def test_the_parts_are_the_whole_and_none_is_below_zero(gross: D, days: list[int]) -> None:
    months = [work(*[date(2026, 3, 2)] * count) for count in days]
    parts = pay_by_month(gross, months)
    assert sum(parts) == gross
    assert min(parts) >= 0


@given(st.decimals(min_value=D("200"), max_value=D("9000"), places=2))
def test_a_cent_less_would_not_leave_the_wished_net(net: D) -> None:
    months = pay_months(work(*MONDAYS))

    def split(gross: D) -> list[tuple[D, date]]:
        parts = pay_by_month(gross, months)
        return [(part, month[-1].date) for part, month in zip(parts, months, strict=True)]

    def gives(gross: D) -> D:
        return sum((one.net_eur for one in pay_chains(split(gross), "artist")), D(0))

    gross = gross_for_net(net, "artist", MONDAYS[-1], split=split)
    assert gives(gross) >= net > gives(gross - D("0.01"))


def april() -> WagesRequest:
    return planned(mondays()).wages["ann.2026-04"]


@pytest.mark.parametrize(
    ("paid", "gross"),
    [
        ("1558.33", "1246.67"),  # as planned
        ("1458.33", "1346.67"),  # an amendment raised the pay after March was paid: April makes up for it
        ("1600.00", "1205.00"),
        ("2805.00", "0.00"),
        ("3000.00", "0.00"),  # nothing is taken back: law of 12 April 1965, art. 23
    ],
)
def test_what_was_paid_already_counts_towards_the_month(paid: str, gross: str) -> None:
    after = april().after(D(paid))
    assert (after.gross_eur, after.earlier_eur) == (D(gross), D(paid))


def test_a_plan_made_before_months_were_paid_is_read_as_paid_once() -> None:
    old = planned(mondays(date(2026, 3, 2))).model_dump(mode="json")
    for wage in old["wages"].values():
        del wage["earlier_eur"], wage["contract_ends_on"]
    read = JobPlan.model_validate(old).wages["ann"]
    assert (read.earlier_eur, read.costed_on, budget_of(read)) == (D("0.00"), date(2026, 3, 2), D("5610.00"))


def test_a_context_of_another_pay_day_moves_the_months() -> None:
    """Work regulations that say the seventh working day: 9 April, 9 May (a Saturday: 8 May)."""
    context = QuoteContext.model_validate({"pay_days": {"regulations_day": 7}})
    months = planned(mondays(), context=context).wages
    assert [one.pay_on for one in months.values()][:2] == [date(2026, 4, 9), date(2026, 5, 8)]
