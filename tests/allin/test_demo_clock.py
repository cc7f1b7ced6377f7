"""The demonstration's clock: ticks fall on the same hours of the day, in summer as in winter."""

from datetime import UTC, datetime, timedelta

import pytest

from allin.embedded.demo_clock import next_stop

DAY, QUARTER = timedelta(days=1), timedelta(hours=6)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "stride", "stop"),
    [
        ("2026-02-02T07:00", DAY, "2026-02-03T07:00"),  # eight in Brussels, to the next morning
        ("2026-02-02T07:00:04", DAY, "2026-02-03T07:00"),  # the seconds a tick took are not carried along
        ("2026-02-02T06:59", DAY, "2026-02-02T07:00"),
        ("2026-03-18T07:00", QUARTER, "2026-03-18T13:00"),
        ("2026-03-18T20:30", QUARTER, "2026-03-19T01:00"),
        ("2026-03-19T03:00", DAY, "2026-03-19T07:00"),  # back to mornings after hours
        ("2026-03-28T07:00", DAY, "2026-03-29T06:00"),  # the night summer time begins
        ("2026-10-24T06:00", DAY, "2026-10-25T07:00"),  # the night it ends
    ],
)
def test_the_next_stop_is_a_morning_or_a_quarter_of_a_day_before_one(
    now: str, stride: timedelta, stop: str
) -> None:
    assert next_stop(at(now), stride) == at(stop)
