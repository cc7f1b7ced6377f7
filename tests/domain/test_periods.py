"""Days and nights in Brussels, working days of the law and bank days."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from pydantic import ValidationError

from domain import periods
from domain.periods import JobDay, Period


def day(on: str, starts: str, ends: str, **more: str) -> JobDay:
    return JobDay.model_validate({"date": on, "starts": starts, "ends": ends, "place": "Liège", **more})


def test_a_winter_evening_in_brussels_is_one_hour_earlier_in_utc() -> None:
    concert = day("2026-03-14", "19:00", "23:30")
    assert concert.starts_at == datetime(2026, 3, 14, 18, 0, tzinfo=UTC)
    assert concert.duration == timedelta(hours=4, minutes=30)
    assert not concert.over_midnight


def test_a_night_over_midnight_ends_the_next_morning_and_belongs_to_its_first_day() -> None:
    night = day("2026-03-14", "22:00", "04:00")
    assert night.over_midnight
    assert night.ends_on == date(2026, 3, 15)
    assert night.duration == timedelta(hours=6)
    assert periods.last_day_on([night]) == date(2026, 3, 14)


def test_the_spring_night_is_an_hour_shorter_and_the_autumn_night_an_hour_longer() -> None:
    assert day("2026-03-28", "22:00", "06:00").duration == timedelta(hours=7)
    assert day("2026-10-24", "22:00", "06:00").duration == timedelta(hours=9)


def test_an_end_in_the_hour_that_comes_twice_is_the_second_so_that_nobody_works_unpaid() -> None:
    assert day("2026-10-24", "22:00", "02:30").duration == timedelta(hours=5, minutes=30)


def test_a_start_in_the_hour_that_does_not_exist_counts_from_before_the_change() -> None:
    assert day("2026-03-29", "02:30", "10:00").starts_at == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)


def test_a_day_in_london_is_read_from_the_clock_in_london() -> None:
    gig = day("2026-03-14", "19:00", "23:00", country="GB", timezone="Europe/London")
    assert gig.starts_at == datetime(2026, 3, 14, 19, 0, tzinfo=UTC)


def test_a_day_without_length_or_with_an_unknown_clock_is_refused() -> None:
    with pytest.raises(ValidationError, match="same time"):
        day("2026-03-14", "19:00", "19:00")
    with pytest.raises(ValidationError, match="time zone"):
        day("2026-03-14", "19:00", "23:00", timezone="Europe/Liege")


def test_the_ten_public_holidays_of_2026() -> None:
    assert sorted(on.isoformat() for on in periods.public_holidays(2026)) == [
        "2026-01-01", "2026-04-06", "2026-05-01", "2026-05-14", "2026-05-25",
        "2026-07-21", "2026-08-15", "2026-11-01", "2026-11-11", "2026-12-25",
    ]  # fmt: skip


@pytest.mark.parametrize("year", range(2020, 2035))
def test_every_year_has_ten_public_holidays_unless_ascension_is_labour_day(year: int) -> None:
    assert len(periods.public_holidays(year)) == 10


def test_saturday_is_a_working_day_in_law_but_neither_an_office_day_nor_a_bank_day() -> None:
    saturday = date(2026, 3, 14)
    assert periods.is_working_day(saturday)
    assert not periods.is_office_day(saturday)
    assert not periods.is_bank_day(saturday)


def test_bank_days_follow_target_and_working_days_the_law() -> None:
    good_friday, ascension = date(2026, 4, 3), date(2026, 5, 14)
    assert periods.is_working_day(good_friday)
    assert not periods.is_bank_day(good_friday)
    assert not periods.is_working_day(ascension)
    assert periods.is_bank_day(ascension)
    assert periods.bank_day_on_or_before(date(2026, 4, 6)) == date(2026, 4, 2)
    assert periods.bank_day_on_or_after(date(2026, 4, 3)) == date(2026, 4, 7)


def test_working_days_are_counted_over_easter() -> None:
    assert periods.nth_working_day_after(date(2026, 4, 3), 1) == date(2026, 4, 4)
    assert periods.nth_working_day_after(date(2026, 4, 3), 2) == date(2026, 4, 7)
    assert periods.working_day_not_saturday(date(2026, 8, 15)) == date(2026, 8, 17)


def test_days_are_grouped_by_the_month_in_which_they_are_paid() -> None:
    months = periods.by_month([day("2026-04-01", "10:00", "12:00"), day("2026-03-31", "10:00", "12:00")])
    assert [(month, len(days)) for month, days in months.items()] == [((2026, 3), 1), ((2026, 4), 1)]


def test_periods_count_both_ends() -> None:
    march = Period(first_on=date(2026, 3, 1), last_on=date(2026, 3, 31))
    assert march.days == 31
    assert date(2026, 3, 31) in march
    assert march.overlaps(Period(first_on=date(2026, 3, 31), last_on=date(2026, 4, 2)))
    assert len(list(march.dates())) == 31
    with pytest.raises(ValidationError, match="ends on or after"):
        Period(first_on=date(2026, 3, 2), last_on=date(2026, 3, 1))


def test_quarters_semesters_and_months_end_where_the_calendar_says() -> None:
    assert periods.quarter(date(2026, 2, 10)).last_on == date(2026, 3, 31)
    assert periods.semester(date(2026, 7, 1)) == Period(first_on=date(2026, 7, 1), last_on=date(2026, 12, 31))
    assert periods.day_of_next_month(date(2026, 12, 31), 15) == date(2027, 1, 15)
    assert periods.end_of_month(date(2028, 2, 1)) == date(2028, 2, 29)


def test_a_day_begins_and_ends_at_midnight_in_brussels() -> None:
    assert periods.start_of_day(date(2026, 7, 1)) == datetime(2026, 6, 30, 22, 0, tzinfo=UTC)
    assert periods.end_of_day(date(2026, 3, 29)) == datetime(2026, 3, 29, 22, 0, tzinfo=UTC)
    assert periods.day_in_brussels(datetime(2026, 6, 30, 22, 30, tzinfo=UTC)) == date(2026, 7, 1)
    assert periods.instant(date(2026, 3, 1), time(10)) == datetime(2026, 3, 1, 9, 0, tzinfo=UTC)


def test_a_night_with_a_change_of_the_clocks_has_the_hours_that_pass() -> None:
    # Night of 24 to 25 October 2026: 03:00 becomes 02:00. 22:00-03:30 is 4 h until 02:00, 1 h shown twice, 30 min.
    assert day("2026-10-24", "22:00", "03:30").worked == timedelta(hours=6, minutes=30)
    # Night of 28 to 29 March 2026: 02:00 becomes 03:00. 22:00-03:30 is 4 h and 30 min.
    assert day("2026-03-28", "22:00", "03:30").worked == timedelta(hours=4, minutes=30)


def test_a_time_that_no_clock_shows_never_makes_a_day_of_less_than_nothing() -> None:
    assert day("2026-03-29", "01:30", "02:15").worked == timedelta(minutes=45)
    assert day("2026-03-28", "22:00", "02:30").worked == timedelta(hours=4, minutes=30)
    assert [f"{wall:%H:%M}" for wall in day("2026-03-28", "22:00", "02:30").skipped] == ["02:30"]
    assert day("2026-03-28", "22:00", "03:00").skipped == ()
    assert day("2026-10-24", "22:00", "02:30").skipped == ()


def test_breaks_are_no_working_time_and_are_shorter_than_the_day() -> None:
    long = JobDay(date=date(2026, 3, 10), starts=time(9), ends=time(17, 30), break_minutes=30)
    assert long.worked == timedelta(hours=8)
    assert long.duration == timedelta(hours=8, minutes=30)
    with pytest.raises(ValidationError, match="breaks"):
        JobDay(date=date(2026, 3, 10), starts=time(9), ends=time(10), break_minutes=60)
