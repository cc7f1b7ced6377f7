"""People under eighteen: who may not be employed, and which hours an adviser must look at first."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Final

from domain.services.employment_contract import TooYoung, YoungWorkerHours
from domain.work_day import WorkDay

YOUNGEST: Final = 15
"""Compulsory full-time schooling ends then. Source: law of 16 March 1971, art. 6 and 7 (cessoc.be; unverified)."""
ADULT: Final = 18
WITHOUT_BREAK: Final = timedelta(hours=4, minutes=30)
"""Source: law of 16 March 1971, art. 34 (actualitesdroitbelge.be)."""
LONG_DAY: Final = timedelta(hours=6)
SHORT_BREAK_MINUTES, LONG_BREAK_MINUTES = 30, 60
"""The hour from six hours on is unverified: hence an adviser decides, and nothing is refused for good."""
NIGHT_FROM, NIGHT_UNTIL = 20, 6


def checked(birth_on: date | None, days: Iterable[WorkDay]) -> None:
    """Raise TooYoung before fifteen; YoungWorkerHours when somebody under eighteen would work at night or without
    the breaks of young workers. The age on each day counts.

    Source: law of 16 March 1971, art. 6 to 8 and 34bis (nights from eighteen: PC 304, CBA of 29 January 2009).
    """
    if birth_on is None:
        return
    minor = [(day, age) for day in days if (age := age_on(birth_on, day.on)) < ADULT]
    if any(age < YOUNGEST for _, age in minor):
        raise TooYoung(youngest=str(YOUNGEST))
    asked = [day.on for day, _ in minor if _at_night(day) or day.break_minutes < _break_due(day)]
    if asked:
        raise YoungWorkerHours(days=", ".join(sorted(on.isoformat() for on in asked)))


def age_on(birth_on: date, on: date) -> int:
    """How old somebody is on a day."""
    return on.year - birth_on.year - ((on.month, on.day) < (birth_on.month, birth_on.day))


def _at_night(day: WorkDay) -> bool:
    start, end = day.local_start, day.local_end
    late = end.date() > start.date() or (end.hour, end.minute) > (NIGHT_FROM, 0)
    return late or start.hour < NIGHT_UNTIL or start.hour >= NIGHT_FROM


def _break_due(day: WorkDay) -> int:
    length = day.ends_at - day.starts_at
    if length <= WITHOUT_BREAK:
        return 0
    return LONG_BREAK_MINUTES if length > LONG_DAY else SHORT_BREAK_MINUTES
