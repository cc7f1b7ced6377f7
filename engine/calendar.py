"""The one owner of time.

Business time = engine time + `shift`; engine time = wall clock + `skipped`. Both are zero in production. A
demonstration's `shift` is fixed when its data folder is born, so that its first day is Monday 2 February
2026 at 08:00 in Brussels; `skipped` grows as the demo clock folds idle days away.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from temporalio import activity

DEMO_FIRST_DAY = datetime(2026, 2, 2, 7, 0, tzinfo=UTC)
"""08:00 in Brussels on a Monday for which the rates are known."""


@dataclass
class Calendar:
    """Business time for a whole process."""

    shift: timedelta = timedelta(0)
    skipped: timedelta = timedelta(0)

    def engine_now(self) -> datetime:
        """The clock that timers of workflows are set by."""
        return datetime.now(UTC) + self.skipped

    def now(self) -> datetime:
        """The instant the business lives in, in UTC."""
        return self.engine_now() + self.shift

    @classmethod
    def born_for_demo(cls) -> "Calendar":
        """A calendar whose first instant is the demonstration's first day."""
        return cls(shift=DEMO_FIRST_DAY - datetime.now(UTC))


_told: ContextVar[datetime | None] = ContextVar("told", default=None)


@contextmanager
def told_the_time(now: datetime | None) -> Iterator[None]:
    """Within this, an activity lives at an instant its process said; None leaves it its own time."""
    token = _told.set(now)
    try:
        yield
    finally:
        _told.reset(token)


@dataclass(frozen=True)
class ActivityClock:
    """Business time inside an activity: virtual when the workflow's time is skipped."""

    calendar: Calendar

    def now(self) -> datetime:
        """When this try of the activity started, in business time, or what its process said."""
        if (told := _told.get()) is not None:
            return told
        if activity.in_activity():
            return activity.info().started_time + self.calendar.shift
        return self.calendar.now()


def wall_clock() -> datetime:
    """Real time: for sessions, sign-ins and rate limits, which have nothing to do with business time."""
    return datetime.now(UTC)
