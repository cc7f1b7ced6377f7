"""Long days, short rests, nights and Sundays: a warning and a question why, never a refusal.

Shows have derogations for nights, Sundays and holidays. Source: law of 16 March 1971; emploi.belgique.be.
"""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import Final
from zoneinfo import ZoneInfo

from domain.message import Message
from domain.periods import SUNDAY, JobDay, in_order, is_public_holiday

SOURCE: Final = "law of 16 March 1971"
ORDINARY: Final = timedelta(hours=8)
LONGEST: Final = timedelta(hours=11)
SHORTEST: Final = timedelta(hours=3)
REST: Final = timedelta(hours=11)
WEEK: Final = timedelta(hours=40)
WITHOUT_BREAK: Final = timedelta(hours=6)
SHORTEST_BREAK_MINUTES: Final = 15
"""Where no collective agreement says more. Source: law of 16 March 1971, art. 38quater."""
NIGHT_FROM, NIGHT_UNTIL = 20, 6
FULL_TIME: Final = timedelta(hours=38)
LEAST_PART: Final = 3
"""Part-time work is at least a third of full time a week. Source: law of 3 July 1978, art. 11bis; its exceptions
(royal decree of 21 December 1992) are unverified, so nobody is stopped."""


class WorkingTimeWarning(Message):
    """Something the member is told, and asked a reason for."""

    rule: str
    on: date
    text: str
    """English sentence, key of its translations."""
    params: dict[str, str] = {}
    source: str = SOURCE


def warnings(days: Sequence[JobDay]) -> list[WorkingTimeWarning]:
    """What one person's days ask a word about, in order; empty when nothing does."""
    ordered = in_order(days)
    found = [
        *(warning for day in ordered for warning in _of_day(day)),
        *_rests(ordered),
        *_weeks(ordered),
        *_part_time(ordered),
    ]
    return sorted(found, key=lambda warning: (warning.on, warning.rule))


def _of_day(day: JobDay) -> Iterator[WorkingTimeWarning]:
    hours = _hours(day.worked)
    if day.worked > LONGEST:
        yield _warn("too_long", day.date, "{hours} hours in a day; even derogations stop at 11.", hours=hours)
    elif day.worked > ORDINARY:
        yield _warn("long", day.date, "{hours} hours in a day; the ordinary limit is 8.", hours=hours)
    if day.duration > WITHOUT_BREAK and day.break_minutes < SHORTEST_BREAK_MINUTES:
        text = "{hours} hours without a break of at least {minutes} minutes; nobody works more than 6 without one."
        yield _warn("no_break", day.date, text, hours=hours, minutes=str(SHORTEST_BREAK_MINUTES))
    if day.duration < SHORTEST:
        yield _warn("short", day.date, "{hours} hours; a performance counts for at least 3.", hours=hours)
    touched = _dates(day)
    if any(on.weekday() == SUNDAY for on in touched):
        yield _warn("sunday", day.date, "Work on a Sunday is allowed for shows and some trades only.")
    if any(is_public_holiday(on) for on in touched):
        yield _warn("public_holiday", day.date, "A public holiday: a day of rest is due within six weeks.")
    if _at_night(day):
        yield _warn("night", day.date, "Work between 20 and 6 o'clock is allowed for shows and some trades only.")


def _dates(day: JobDay) -> list[date]:
    """The dates on which it is worked at the place: two for a night that goes on after midnight."""
    last = (day.ends_at - timedelta(microseconds=1)).astimezone(ZoneInfo(day.timezone)).date()
    return [day.date + timedelta(days=n) for n in range((last - day.date).days + 1)]


def _at_night(day: JobDay) -> bool:
    zone = ZoneInfo(day.timezone)
    starts, ends = day.starts_at.astimezone(zone), day.ends_at.astimezone(zone)
    ends_late = (ends.hour, ends.minute) > (NIGHT_FROM, 0)
    return day.over_midnight or starts.hour < NIGHT_UNTIL or starts.hour >= NIGHT_FROM or ends_late


def _rests(ordered: Sequence[JobDay]) -> Iterator[WorkingTimeWarning]:
    for before, after in pairwise(ordered):
        rest = after.starts_at - before.ends_at
        if rest < timedelta(0):
            yield _warn("overlap", after.date, "Two days of this person overlap.")
        elif rest < REST and before.date != after.date:
            text = "Only {hours} hours of rest before this day; 11 are due."
            yield _warn("rest", after.date, text, hours=_hours(rest))


def _weeks(ordered: Sequence[JobDay]) -> Iterator[WorkingTimeWarning]:
    weeks: dict[tuple[int, int], list[JobDay]] = {}
    for day in ordered:
        weeks.setdefault(day.date.isocalendar()[:2], []).append(day)
    for of_week in weeks.values():
        total = sum((day.worked for day in of_week), timedelta(0))
        if total > WEEK:
            text = "{hours} hours in one week; the effective limit is 40."
            yield _warn("week", of_week[-1].date, text, hours=_hours(total))


def _part_time(ordered: Sequence[JobDay]) -> Iterator[WorkingTimeWarning]:
    """Of work that goes over more than one week: how much a week it is, the empty weeks in between counted."""
    if not ordered:
        return
    weeks = len(range(_monday(ordered[0].date), _monday(ordered[-1].date) + 1, 7))
    a_week = sum((day.worked for day in ordered), timedelta(0)) / weeks
    if weeks > 1 and a_week * LEAST_PART < FULL_TIME:
        text = "{hours} hours a week; part-time work is at least a third of full time."
        found = _warn("part_time", ordered[0].date, text, hours=_hours(a_week))
        yield found.model_copy(update={"source": "law of 3 July 1978, art. 11bis"})


def _monday(on: date) -> int:
    return on.toordinal() - on.weekday()


def _warn(rule: str, on: date, text: str, **params: str) -> WorkingTimeWarning:
    return WorkingTimeWarning(rule=rule, on=on, text=text, params=params)


def _hours(length: timedelta) -> str:
    return f"{length.total_seconds() / 3600:.4g}"
