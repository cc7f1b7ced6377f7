"""Days, nights, working days and bank days as the law and the banks count them, seen from Brussels.

Instants are UTC and named `_at`; dates are the calendar of the place and named `_on`. Nothing here asks what
day it is.
"""

import datetime as dt
from calendar import monthrange
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Annotated, Final
from zoneinfo import ZoneInfo, available_timezones

import holidays
from pydantic import AfterValidator, Field, model_validator

from domain.countries import country_code
from domain.flaw_kinds import misfit
from domain.message import Message

BRUSSELS: Final = ZoneInfo("Europe/Brussels")
ONE_DAY: Final = dt.timedelta(days=1)
SATURDAY, SUNDAY = 5, 6


@lru_cache(maxsize=1)
def _zones() -> frozenset[str]:
    """Read once: listing them walks a folder of several hundred files."""
    return frozenset(available_timezones())


def _known_zone(name: str) -> str:
    if name not in _zones():
        raise misfit("no_time_zone", "", "not a time zone, such as Europe/Brussels or Europe/London")
    return name


Zone = Annotated[str, Field(max_length=64), AfterValidator(_known_zone)]
Country = Annotated[str, Field(pattern=r"^[A-Z]{2}$", examples=["BE"]), AfterValidator(country_code)]
"""A country as ISO 3166-1 alpha-2; a VAT prefix such as EL is read as its country."""


def brussels(at: dt.datetime) -> dt.datetime:
    """An instant as a clock in Brussels shows it."""
    return at.astimezone(BRUSSELS)


def day_in_brussels(at: dt.datetime) -> dt.date:
    """The calendar day of an instant in Brussels."""
    return brussels(at).date()


@lru_cache(maxsize=1024)
def instant(on: dt.date, clock: dt.time, zone: str = "Europe/Brussels", *, later: bool = False) -> dt.datetime:
    """The instant at which a clock on the wall shows this time.

    An hour that the clock skips in spring counts from before the change; of an hour it shows twice in autumn
    the first is taken, or the second when `later`.
    """
    wall = dt.datetime.combine(on, clock, tzinfo=ZoneInfo(zone))
    return wall.replace(fold=int(later and _is_shown(wall))).astimezone(dt.UTC)


def _is_shown(wall: dt.datetime) -> bool:
    """Whether a clock shows this time at all: in a spring night it leaves an hour out."""
    return wall.astimezone(dt.UTC).astimezone(wall.tzinfo).time() == wall.time()


def hours_of(length: dt.timedelta) -> Decimal:
    """A length of time in hours, exactly."""
    return Decimal(length // dt.timedelta(seconds=1)) / 3600


def start_of_day(on: dt.date) -> dt.datetime:
    """Midnight in Brussels at the beginning of a day."""
    return instant(on, dt.time())


def end_of_day(on: dt.date) -> dt.datetime:
    """Midnight in Brussels at the end of a day: the last instant of a term of days."""
    return instant(on + ONE_DAY, dt.time())


class JobDay(Message):
    """One day on which the job takes place; a day that ends at or before its start ends the next morning."""

    date: dt.date
    """The day on which it starts."""
    starts: dt.time
    """Local time at the place."""
    ends: dt.time
    """Local time at the place; earlier than the start means after midnight."""
    place: str = Field(default="", max_length=200)
    country: Country = "BE"
    timezone: Zone = "Europe/Brussels"
    """The clock the two times are read from."""
    break_minutes: int = Field(default=0, ge=0, le=600)
    """Breaks within the day, together: they are no working time."""

    @model_validator(mode="after")
    def _lasts(self) -> "JobDay":
        if self.starts == self.ends:
            raise misfit("same_time", "ends", "a day starts and ends at the same time: give the time it ends")
        if self.break_minutes and dt.timedelta(minutes=self.break_minutes) >= self.duration:
            text = "the breaks are as long as the day: give the minutes of break only"
            raise misfit("breaks_too_long", "break_minutes", text)
        return self

    @property
    def on(self) -> dt.date:
        """The day as it is declared: that of the place."""
        return self.date

    @property
    def clock(self) -> str:
        """The zone of the clock its times are read from; Brussels where both clocks show the same that day."""
        both = ((self.date, self.starts, self.starts_at), (self.ends_on, self.ends, self.ends_at))
        alike = all(brussels(at).replace(tzinfo=None) == dt.datetime.combine(on, clock) for on, clock, at in both)
        return BRUSSELS.key if alike else self.timezone

    @property
    def over_midnight(self) -> bool:
        """Whether it ends the next morning."""
        return self.ends < self.starts

    @property
    def ends_on(self) -> dt.date:
        """The calendar day on which it ends."""
        return self.date + ONE_DAY if self.over_midnight else self.date

    @property
    def starts_at(self) -> dt.datetime:
        """The instant of its start."""
        return instant(self.date, self.starts, self.timezone)

    @property
    def ends_at(self) -> dt.datetime:
        """The instant of its end; of an hour that the clock shows twice, the second: nobody works unpaid."""
        return instant(self.ends_on, self.ends, self.timezone, later=True)

    @property
    def duration(self) -> dt.timedelta:
        """How long it really lasts, also over a change of the clocks."""
        return self.ends_at - self.starts_at

    @property
    def worked(self) -> dt.timedelta:
        """How long people work: without the breaks."""
        return worked(self.starts_at, self.ends_at, self.break_minutes)

    @property
    def skipped(self) -> tuple[dt.datetime, ...]:
        """Which of its two times no clock shows that night."""
        zone = ZoneInfo(self.timezone)
        both = ((self.date, self.starts), (self.ends_on, self.ends))
        walls = (dt.datetime.combine(on, clock, tzinfo=zone) for on, clock in both)
        return tuple(wall for wall in walls if not _is_shown(wall))


def worked(starts_at: dt.datetime, ends_at: dt.datetime, break_minutes: int = 0) -> dt.timedelta:
    """The working time of a shift: counted between instants, never between times on a clock; breaks taken off.

    Every length of a shift comes from here: quote, contract, declaration, pay statement, quota.
    """
    return ends_at - starts_at - dt.timedelta(minutes=break_minutes)


def in_order(days: Iterable[JobDay]) -> list[JobDay]:
    """Days from the first start to the last."""
    return sorted(days, key=lambda day: (day.starts_at, day.ends_at))


def first_start_at(days: Sequence[JobDay]) -> dt.datetime:
    """The instant at which a job, or one person's part of it, begins."""
    return min(day.starts_at for day in days)


def last_end_at(days: Sequence[JobDay]) -> dt.datetime:
    """The instant at which a job, or one person's part of it, is over."""
    return max(day.ends_at for day in days)


def last_day_on(days: Sequence[JobDay]) -> dt.date:
    """The last day: a night over midnight belongs to the day on which it began."""
    return max(day.date for day in days)


def by_month(days: Iterable[JobDay]) -> dict[tuple[int, int], list[JobDay]]:
    """Days by (year, month): a pay period is a calendar month."""
    months: dict[tuple[int, int], list[JobDay]] = {}
    for day in in_order(days):
        months.setdefault((day.date.year, day.date.month), []).append(day)
    return months


class Period(Message):
    """A stretch of calendar days, the first and the last included."""

    first_on: dt.date
    last_on: dt.date

    @model_validator(mode="after")
    def _forward(self) -> "Period":
        if self.last_on < self.first_on:
            raise ValueError("a period ends on or after the day it starts")
        return self

    @property
    def days(self) -> int:
        """How many days, both ends counted."""
        return (self.last_on - self.first_on).days + 1

    def __contains__(self, on: dt.date) -> bool:
        return self.first_on <= on <= self.last_on

    def overlaps(self, other: "Period") -> bool:
        """Whether one day at least belongs to both."""
        return self.first_on <= other.last_on and other.first_on <= self.last_on

    def dates(self) -> Iterator[dt.date]:
        """Each day in turn."""
        return (self.first_on + ONE_DAY * n for n in range(self.days))


def period_of(days: Sequence[JobDay]) -> Period:
    """From the first day to the last."""
    return Period(first_on=min(day.date for day in days), last_on=last_day_on(days))


def end_of_month(on: dt.date) -> dt.date:
    """The last day of a date's month."""
    return on.replace(day=monthrange(on.year, on.month)[1])


def day_of_next_month(on: dt.date, day: int) -> dt.date:
    """A given day of the month that follows."""
    return (end_of_month(on) + ONE_DAY).replace(day=day)


def quarter(on: dt.date) -> Period:
    """The calendar quarter of a date."""
    first = on.replace(month=3 * ((on.month - 1) // 3) + 1, day=1)
    return Period(first_on=first, last_on=end_of_month(first.replace(month=first.month + 2)))


def semester(on: dt.date) -> Period:
    """The calendar half-year of a date."""
    if on.month <= 6:
        return Period(first_on=dt.date(on.year, 1, 1), last_on=dt.date(on.year, 6, 30))
    return Period(first_on=dt.date(on.year, 7, 1), last_on=dt.date(on.year, 12, 31))


@lru_cache(maxsize=64)
def public_holidays(year: int) -> frozenset[dt.date]:
    """The ten legal public holidays of Belgium. Source: law of 4 January 1974.

    The calendar library also lists Easter Sunday and Whit Sunday, which are Sundays and no legal holidays.
    """
    listed = holidays.country_holidays("BE", years=year)
    fixed_sundays = {(11, 1), (7, 21), (8, 15), (11, 11), (12, 25), (1, 1), (5, 1)}
    return frozenset(on for on in listed if on.weekday() != SUNDAY or (on.month, on.day) in fixed_sundays)


@lru_cache(maxsize=64)
def _target_closing_days(year: int) -> frozenset[dt.date]:
    return frozenset(holidays.financial_holidays("ECB", years=year))


def is_public_holiday(on: dt.date) -> bool:
    """Whether a day is one of the ten legal public holidays."""
    return on in public_holidays(on.year)


def is_working_day(on: dt.date) -> bool:
    """Whether a day is a working day in law: all but Sundays and public holidays, so Saturdays are.

    Source: Code of economic law (CDE/WER), art. I.1, 9° (consolidated text published up to 14-04-2026).
    """
    return on.weekday() != SUNDAY and not is_public_holiday(on)


def is_office_day(on: dt.date) -> bool:
    """Whether people are at their desks: Monday to Friday, no public holiday."""
    return on.weekday() < SATURDAY and not is_public_holiday(on)


def is_bank_day(on: dt.date) -> bool:
    """Whether euro payments are settled. Source: ECB, TARGET closing days (weekends and six days a year)."""
    return on.weekday() < SATURDAY and on not in _target_closing_days(on.year)


def nth_working_day_after(on: dt.date, count: int) -> dt.date:
    """The count-th working day after a day, that day itself not counted. Source: CDE/WER art. I.1, 9°."""
    day = on
    for _ in range(count):
        day += ONE_DAY
        while not is_working_day(day):
            day += ONE_DAY
    return day


def working_day_not_saturday(on: dt.date) -> dt.date:
    """The day itself, or the next one that is neither Saturday, Sunday nor public holiday.

    Where a term expressed in working days ends on a Saturday it is extended to the next working day.
    Source: CDE/WER art. I.1, 9°.
    """
    day = on
    while not is_office_day(day):
        day += ONE_DAY
    return day


def next_office_day(on: dt.date) -> dt.date:
    """The day itself when people are at their desks, else the first one after it."""
    return working_day_not_saturday(on)


def bank_day_on_or_before(on: dt.date) -> dt.date:
    """The latest day on which a payment can be booked so that it is there on the given day."""
    day = on
    while not is_bank_day(day):
        day -= ONE_DAY
    return day


def bank_day_on_or_after(on: dt.date) -> dt.date:
    """The first day from the given one on which a payment can be booked."""
    day = on
    while not is_bank_day(day):
        day += ONE_DAY
    return day
