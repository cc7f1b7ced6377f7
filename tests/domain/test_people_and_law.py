"""Students over New Year, manual work, rest over two jobs, and daily allowances by month and by day."""

from datetime import UTC, date, datetime
from decimal import Decimal as D
from typing import Any

import pytest

from domain.declaration import JobDeclaration
from domain.quote import Quote, QuoteContext, quote
from domain.quoting.context import CrewRecord, MemberRecord
from domain.rules.overlaps import WorkElsewhere
from domain.rules.pay import pay_chain
from tests.domain.test_place_of_supply import CLUB_BE, PLAIN, job
from tests.domain.test_planning import planned

ON = date(2026, 2, 2)


def day(on: str, starts: str = "10:00", ends: str = "18:00", pause: int = 30) -> dict[str, Any]:
    return {"date": on, "starts": starts, "ends": ends, "break_minutes": pause, "place": "Namur"}


def declared(*days: dict[str, Any], **changes: Any) -> JobDeclaration:
    return job(CLUB_BE, "BE", PLAIN, days=list(days), **({"price_eur": "3000.00"} | changes))


def codes(made: Quote) -> list[str]:
    return [one.code for one in made.warnings]


def texts(made: Quote, code: str) -> list[str]:
    return [one.text.format(**one.params) for one in made.warnings if one.code == code]


# --- manual work: base 108 % and holiday pay through the ONVA, for which white-collar has 100 % and exit pay


def crew(**more: Any) -> list[dict[str, Any]]:
    return [{"item": "ann", "member": True, "gross_eur": "1000.00", **more}]


@pytest.mark.parametrize(
    ("more", "chain", "category"),
    [
        ({"function": "courier"}, "manual", True),
        ({"function": "coursier"}, "manual", True),
        ({"function": "consultant"}, "employee", False),
        ({"function": "fire-eater", "manual": True}, "manual", True),
        ({"function": "courier", "manual": False}, "employee", False),
        ({"function": "courier", "artistic": True}, "artist", False),
        ({"function": "courier", "status": "student"}, "student", False),
    ],
)
def test_the_function_or_the_declaration_says_whether_work_is_manual(
    more: dict[str, Any], chain: str, category: bool
) -> None:
    made = declared(day("2026-03-10"), crew=crew(**more))
    plan = planned(made)
    assert plan.wages["ann"].chain == chain
    assert plan.employment_contract["ann"].manual is category
    asked = [one.rule for one in quote(made, ON).approvals]
    assert ("manual_work" in asked) == ("manual" in more)


def test_a_courier_pays_on_108_percent_and_gets_holiday_pay_from_the_onva() -> None:
    # 1,000.00 x 108 % = 1,080.00; 13.07 % = 141.16; taxable 858.84; 22.8 % = 195.82; net 663.02
    paid = pay_chain(D("1000.00"), "manual", date(2026, 3, 10))
    assert {key: paid.figure(key).amount_eur for key in ("base", "worker_contribution", "net", "holiday_fund")} == {
        "base": D("1080.00"), "worker_contribution": D("141.16"), "net": D("663.02"), "holiday_fund": D("171.07"),
    }  # fmt: skip
    assert paid.net_low_eur == paid.net_high_eur
    assert not [line for line in paid.figures if line.key.startswith("holiday_pay")]


# --- a student's quota is of a calendar year


def test_days_over_new_year_count_in_their_own_year() -> None:
    student = [
        {"item": "ann", "member": True, "function": "consultant", "share": 1},
        {"item": "sam", "name": "Sam", "email": "s@x.example", "function": "consultant", "status": "student",
         "gross_eur": "250.00"},
    ]  # fmt: skip
    made = declared(day("2026-12-31"), day("2027-01-04"), crew=student)
    context = QuoteContext(crew={"sam": CrewRecord(student_hours=640)})
    refused = [one.rule for one in quote(made, date(2026, 12, 1), context).refusals]
    assert refused == []  # 640 + 8 in 2026 and 8 in 2027 are within 650 each
    full = QuoteContext(crew={"sam": CrewRecord(student_hours=643)})
    refused = [one.rule for one in quote(made, date(2026, 12, 1), full).refusals]
    assert refused == ["student_quota_full"]


# --- rest and hours over two jobs


def elsewhere(*hours: tuple[int, int, int, int]) -> QuoteContext:
    """Work on March days (day, hour, day, hour, in UTC)."""
    there = tuple(
        WorkElsewhere(
            title="Secret gig",
            starts_at=datetime(2026, 3, d, h, tzinfo=UTC),
            ends_at=datetime(2026, 3, e, i, tzinfo=UTC),
        )
        for d, h, e, i in hours
    )
    return QuoteContext(member=MemberRecord(elsewhere=there))


def test_short_rest_and_a_long_day_over_two_jobs_are_said_without_the_other_job() -> None:
    made = quote(declared(day("2026-03-10", "09:00", "17:00")), ON, elsewhere((9, 17, 10, 1), (10, 17, 10, 22)))
    assert texts(made, "rest_elsewhere") == [
        "ann: with other work there are only 7 hours of rest around 2026-03-10; 11 are due."
    ]
    assert texts(made, "hours_elsewhere") == ["ann: with other work 12.5 hours on 2026-03-10; the limit is 11."]
    assert not any("Secret" in one.text.format(**one.params) for one in made.warnings)


def test_enough_rest_is_no_word_worth() -> None:
    made = quote(declared(day("2026-03-10", "12:00", "13:00", 0)), ON, elsewhere((9, 17, 9, 23), (10, 17, 10, 20)))
    assert {"rest_elsewhere", "hours_elsewhere"} & set(codes(made)) == set()
    before = quote(declared(day("2026-03-10", "16:00", "22:00")), ON, elsewhere((11, 7, 11, 9)))
    assert texts(before, "rest_elsewhere") == [
        "ann: with other work there are only 10 hours of rest around 2026-03-10; 11 are due."
    ]


# --- daily allowances


@pytest.mark.parametrize(
    ("days", "asked", "rules"),
    [
        ([f"2026-03-{n}" for n in range(16, 25)] + [f"2026-04-0{n}" for n in range(1, 10)], 18, []),
        ([f"2026-03-{n}" for n in range(10, 28)], 17, ["expense_too_many_days"]),
        (["2026-03-10"], 1, []),
        (["2026-03-10"], 2, ["expense_days_away"]),
    ],
)
def test_sixteen_a_month_and_one_for_each_day_away(days: list[str], asked: int, rules: list[str]) -> None:
    line = {"crew": "ann", "kind": "per_diem", "label": "meals", "days": asked}
    made = declared(*map(day, days), expenses={"lines": [line]}, price_eur="9000.00")
    assert [one.rule for one in quote(made, ON).refusals] == rules


def test_a_day_of_two_hours_gives_no_daily_allowance() -> None:
    def rules(asked: int) -> list[str]:
        line = {"crew": "ann", "kind": "per_diem", "label": "meals", "days": asked}
        days = day("2026-03-10"), day("2026-03-11", "10:00", "12:00", 0)
        return [one.rule for one in quote(declared(*days, expenses={"lines": [line]}), ON).refusals]

    assert rules(2) == ["expense_days_away"]
    assert rules(1) == []
