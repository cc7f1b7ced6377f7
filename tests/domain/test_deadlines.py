"""Every instant by which a job must have done something."""

from datetime import UTC, date, datetime, timedelta

import pytest

from domain.periods import JobDay
from domain.rules import deadlines as rules
from domain.rules.deadlines import CrewDays, PayDayPolicy


def day(on: str, starts: str = "19:00", ends: str = "23:00") -> JobDay:
    return JobDay.model_validate({"date": on, "starts": starts, "ends": ends, "place": "Liège"})


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_a_concert_in_march_has_its_deadlines_in_order() -> None:
    concert = day("2026-03-11")
    found = rules.deadlines([concert], [CrewDays(item="ann", days=(concert,))])
    assert [(one.kind, one.item, one.due_at, one.legal) for one in found] == [
        ("remind", "ann", at("2026-03-09T18:00"), False),
        ("call_list", "ann", at("2026-03-10T18:00"), False),
        ("loud", "ann", at("2026-03-11T14:00"), False),
        ("contract_signed", "ann", at("2026-03-11T18:00"), True),
        ("dimona", "ann", at("2026-03-11T18:00"), True),
        ("wages_promised", "ann", at("2026-03-18T23:00"), False),
        ("wages_paid", "ann", at("2026-04-02T22:00"), True),  # 4 April is a Saturday, 3 April Good Friday
        ("invoice_issued", "-", at("2026-04-15T22:00"), True),
    ]
    assert all(one.basis for one in found)


def test_each_person_counts_from_their_own_first_and_last_day() -> None:
    first, second = day("2026-03-11"), day("2026-03-20")
    found = rules.deadlines(
        [first, second], [CrewDays(item="ann", days=(first,)), CrewDays(item="bob", days=(second,))]
    )
    promised = {one.item: one.due_at for one in found if one.kind == "wages_promised"}
    assert promised == {"ann": at("2026-03-18T23:00"), "bob": at("2026-03-27T23:00")}


def test_somebody_under_contract_needs_no_second_declaration_and_the_self_employed_none_at_all() -> None:
    concert = day("2026-03-11")
    crew = [
        CrewDays(item="ann", days=(concert,), under_contract=True),
        CrewDays(item="eve", days=(concert,), employed=False),
    ]
    found = rules.deadlines([concert], crew, invoiced=False)
    assert [(one.kind, one.item) for one in found] == [("wages_promised", "ann"), ("wages_paid", "ann")]


def test_the_promise_is_kept_on_a_bank_day_before_easter() -> None:
    easter = (day("2026-03-28"),)  # seven days later is Saturday 4 April, after Good Friday
    assert rules.promised_pay_on(easter, PayDayPolicy()) == date(2026, 4, 4)
    assert rules.pay_on(easter, PayDayPolicy()) == date(2026, 4, 2)


def test_the_law_is_sooner_than_the_promise_at_the_end_of_a_month() -> None:
    last = (day("2026-03-31"),)
    assert rules.promised_pay_on(last, PayDayPolicy()) == date(2026, 4, 7)
    assert rules.latest_pay_on(last, PayDayPolicy()) == date(2026, 4, 4)
    assert rules.latest_pay_on(last, PayDayPolicy(regulations_day=7)) == date(2026, 4, 9)
    assert rules.promised_pay_on(last, PayDayPolicy(unit="working")) == date(2026, 4, 9)
    with pytest.raises(ValueError, match="seventh working day"):
        rules.latest_pay_on(last, PayDayPolicy(regulations_day=8))


def test_an_invoice_goes_out_by_the_fifteenth_of_the_next_month() -> None:
    assert rules.invoice_by_on(date(2026, 3, 31)) == date(2026, 4, 15)
    assert rules.invoice_by_on(date(2026, 12, 1)) == date(2027, 1, 15)


def test_an_accident_is_reported_within_eight_days() -> None:
    assert rules.accident_report_by_on(date(2026, 3, 11)) == date(2026, 3, 19)


def test_an_agreement_is_awaited_until_five_days_before_or_half_of_the_time_there_is() -> None:
    start, asked = at("2026-03-11T18:00"), at("2026-02-02T08:00")
    assert rules.answer_by(start, asked) == at("2026-03-06T18:00")
    assert rules.answer_by(start, at("2026-03-09T18:00")) == at("2026-03-10T18:00")


def test_a_start_within_48_hours_is_short_notice() -> None:
    start = at("2026-03-11T18:00")
    assert rules.short_notice(start, start - timedelta(hours=47))
    assert not rules.short_notice(start, start - timedelta(hours=48))


def test_silence_until_ten_on_the_second_day_means_as_declared() -> None:
    assert rules.as_declared_at([day("2026-03-11")]) == at("2026-03-13T09:00")
    assert rules.as_declared_at([day("2026-03-11", "22:00", "04:00")]) == at("2026-03-14T09:00")
