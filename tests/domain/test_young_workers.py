"""Who is too young, and which hours of somebody under eighteen go to the adviser."""

from datetime import UTC, date, datetime

import pytest

from domain.rules.young_workers import checked
from domain.services.employment_contract import TooYoung, YoungWorkerHours
from domain.work_day import WorkDay


def day(starts: int, ends: int, pause: int = 0, on: int = 10) -> WorkDay:
    """A day of March 2026; hours in UTC, one less than in Brussels."""
    start, end = datetime(2026, 3, on, starts, tzinfo=UTC), datetime(2026, 3, on, ends, tzinfo=UTC)
    return WorkDay(starts_at=start, ends_at=end, place="Liège", break_minutes=pause)


def test_fifteen_is_the_least_on_each_day_of_work() -> None:
    with pytest.raises(TooYoung):
        checked(date(2011, 3, 11), [day(9, 12)])
    checked(date(2011, 3, 10), [day(9, 12)])
    with pytest.raises(TooYoung):
        checked(date(2011, 3, 11), [day(9, 12, on=11), day(9, 12, on=10)])


@pytest.mark.parametrize(
    "one",
    [
        day(17, 21),  # 18:00 to 22:00
        day(4, 8),  # 05:00 to 09:00
        day(9, 14),  # five hours without thirty minutes
        day(9, 17, 30),  # eight hours with less than an hour
    ],
)
def test_nights_and_missing_breaks_under_eighteen_go_to_the_adviser(one: WorkDay) -> None:
    with pytest.raises(YoungWorkerHours, match="2026-03-10") as raised:
        checked(date(2008, 3, 11), [one])
    assert raised.value.decided_by == "advisor"
    checked(date(2008, 3, 10), [one])  # eighteen that day
    checked(None, [one])


def test_ordinary_hours_with_breaks_need_no_word() -> None:
    checked(date(2009, 1, 1), [day(9, 13), day(9, 14, 30, on=11), day(9, 17, 60, on=12), day(16, 19, on=13)])
