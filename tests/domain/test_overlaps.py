"""Hours of one person on two jobs: instants are compared, whatever a clock on the wall shows."""

from datetime import UTC, date, datetime, time
from typing import Any

import pytest

from domain.periods import JobDay
from domain.rules.overlaps import WorkElsewhere, overlapping


def day(on: str, starts: str, ends: str, timezone: str = "Europe/Brussels") -> JobDay:
    return JobDay(
        date=date.fromisoformat(on),
        starts=time.fromisoformat(starts),
        ends=time.fromisoformat(ends),
        timezone=timezone,
    )


def there(starts: str, ends: str, title: str = "") -> WorkElsewhere:
    """Hours elsewhere, in UTC."""
    starts_at, ends_at = (datetime.fromisoformat(one).replace(tzinfo=UTC) for one in (starts, ends))
    return WorkElsewhere(title=title, starts_at=starts_at, ends_at=ends_at)


LIEGE = there("2026-04-15T13:00", "2026-04-15T20:00")
"""From 15:00 to 22:00 in Brussels."""
LATE = there("2026-04-15T20:00", "2026-04-16T02:00")
AUTUMN = there("2026-10-25T01:00", "2026-10-25T05:00")
SPRING = there("2026-03-29T01:00", "2026-03-29T05:00")
LONDON = ("Europe/London", there("2026-04-15T14:20", "2026-04-15T14:40"))

BOTH: list[tuple[str, JobDay, WorkElsewhere]] = [
    ("Liège 15-22, Gent 16-20", day("2026-04-15", "16:00", "20:00"), LIEGE),
    ("Gent 14-23 holds it", day("2026-04-15", "14:00", "23:00"), LIEGE),
    ("one minute", day("2026-04-15", "21:59", "23:00"), LIEGE),
    ("a night, and the morning after", day("2026-04-16", "02:00", "09:00"), LATE),
    ("London 15:30 is 16:30 here", day("2026-04-15", "15:30", "17:00", LONDON[0]), LONDON[1]),
    # 25 October 2026: at 3:00 the clock goes back to 2:00; 2:30 is the second one, 1:30 UTC
    ("the hour that comes twice", day("2026-10-24", "22:00", "02:30"), AUTUMN),
]  # fmt: skip

APART: list[tuple[str, JobDay, WorkElsewhere]] = [
    ("one after the other", day("2026-04-15", "22:00", "23:00"), LIEGE),
    ("one before the other", day("2026-04-15", "09:00", "15:00"), LIEGE),
    ("the next day", day("2026-04-16", "16:00", "20:00"), LIEGE),
    ("New York 16:00 is 22:00 here", day("2026-04-15", "16:00", "20:00", "America/New_York"), LIEGE),
    # 29 March 2026: at 2:00 it is 3:00; until 3:00 ends at 1:00 UTC, where the other begins
    ("the hour that is missing", day("2026-03-28", "22:00", "03:00"), SPRING),
]  # fmt: skip


@pytest.mark.parametrize(("_", "here", "elsewhere"), BOTH, ids=[one[0] for one in BOTH])
def test_hours_that_share_an_instant_overlap(_: Any, here: JobDay, elsewhere: WorkElsewhere) -> None:
    assert overlapping([here], [elsewhere]) == [elsewhere]


@pytest.mark.parametrize(("_", "here", "elsewhere"), APART, ids=[one[0] for one in APART])
def test_hours_that_only_follow_each_other_do_not(_: Any, here: JobDay, elsewhere: WorkElsewhere) -> None:
    assert overlapping([here], [elsewhere]) == []


def test_each_stretch_is_told_once_and_in_its_order() -> None:
    work = [day("2026-04-15", "08:00", "12:00"), day("2026-04-16", "08:00", "23:00")]
    evening, morning = there("2026-04-16T18:00", "2026-04-16T20:00"), there("2026-04-15T08:00", "2026-04-15T09:00")
    idle = there("2026-04-15T18:00", "2026-04-15T20:00")
    assert overlapping(work, [evening, evening, idle, morning]) == [morning, evening]
