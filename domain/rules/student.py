"""Students: hours under the solidarity contribution, counted as social security counts them."""

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import ROUND_CEILING
from typing import Protocol

from domain.periods import hours_of, quarter


class Shift(Protocol):
    """A stretch of work."""

    @property
    def on(self) -> date:
        """The day it begins, at the place."""
        ...

    @property
    def worked(self) -> timedelta:
        """How long it is worked, breaks taken off."""
        ...


def quota_hours(shifts: Iterable[Shift]) -> int:
    """The hours of one contract that count against the quota: per quarter, a started hour is a full one.

    Source: socialsecurity.be, "Dimona pour les étudiants" (ed. 2021-4).
    """
    quarters: dict[date, timedelta] = {}
    for shift in shifts:
        first = quarter(shift.on).first_on
        quarters[first] = quarters.get(first, timedelta(0)) + shift.worked
    return sum(int(hours_of(length).to_integral_value(ROUND_CEILING)) for length in quarters.values())
