"""A rate is a dated row with its source; a table is many of them, and a missing row is said aloud."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property
from itertools import pairwise
from typing import ClassVar, Literal

from domain.errors import Decider, Refusal

Unit = Literal[
    "%", "EUR", "EUR/month", "EUR/day", "EUR/km", "EUR/service", "factor", "days", "km", "km/year", "h/year"
]

HUNDRED = Decimal(100)


class RateNotKnownYet(Refusal):
    """No row covers the day: a quote may show the last one as provisional, a claim may not be made."""

    text = "The rate {name} for {on} is not known yet; finance enters it with its source."
    decided_by: ClassVar[Decider] = "finance"


@dataclass(frozen=True)
class Rate:
    """One value, from one day to another, with where it comes from."""

    name: str
    value: Decimal
    unit: Unit
    valid_from: date
    valid_to: date | None
    source: str
    verified: bool = True
    """False: found only in secondary texts, derived, in conflict, or chosen for demonstration."""
    edition: int = 1
    """Two when a wrong row was corrected; the first stays, because papers refer to it."""

    @cached_property
    def id(self) -> str:
        """What a stored figure keeps: the name and the first day of the row."""
        edition = f"/{self.edition}" if self.edition > 1 else ""
        return f"{self.name}@{self.valid_from.isoformat()}{edition}"

    @cached_property
    def fraction(self) -> Decimal:
        """A percentage as the factor to multiply with."""
        if self.unit != "%":
            raise ValueError(f"{self.name} is no percentage")
        return self.value / HUNDRED

    def covers(self, on: date) -> bool:
        """Whether the row holds on a day, both ends included."""
        return self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)


@dataclass(frozen=True)
class RateRow:
    """One line of a table as it is written down."""

    since: str
    value: str
    source: str
    verified: bool = True
    until: str | None = None
    """The last day, where it is not simply the eve of the next row."""
    edition: int = 1


def series(name: str, unit: Unit, *rows: RateRow, known_until: str | None = None) -> tuple[Rate, ...]:
    """The rows of one rate in time; each holds until the eve of the next, the last until `known_until`."""
    starts = [date.fromisoformat(row.since) for row in rows]
    eves = [_eve(starts, start) for start in starts]
    last = date.fromisoformat(known_until) if known_until else None
    return tuple(
        Rate(
            name=name,
            value=Decimal(row.value),
            unit=unit,
            valid_from=start,
            valid_to=date.fromisoformat(row.until) if row.until else (eve or last),
            source=row.source,
            verified=row.verified,
            edition=row.edition,
        )
        for row, start, eve in zip(rows, starts, eves, strict=True)
    )


def _eve(starts: Sequence[date], start: date) -> date | None:
    later = [other for other in starts if other > start]
    return min(later) - timedelta(days=1) if later else None


@dataclass(frozen=True)
class Span:
    """Consecutive days on which one row holds, both ends included."""

    rate: Rate
    first_on: date
    last_on: date

    @property
    def days(self) -> int:
        """How many days."""
        return (self.last_on - self.first_on).days + 1


class Table:
    """All rows, found by name and day."""

    def __init__(self, rates: Iterable[Rate]) -> None:
        self._by_name: dict[str, list[Rate]] = {}
        self._by_id: dict[str, Rate] = {}
        for rate in rates:
            if rate.id in self._by_id:
                raise ValueError(f"two rows called {rate.id}")
            self._by_id[rate.id] = rate
            self._by_name.setdefault(rate.name, []).append(rate)
        for rows in self._by_name.values():
            rows.sort(key=lambda rate: (rate.valid_from, rate.edition))
            _refuse_overlaps(rows)

    @property
    def names(self) -> tuple[str, ...]:
        """Every rate there is."""
        return tuple(sorted(self._by_name))

    def rows(self, name: str) -> tuple[Rate, ...]:
        """One rate through time, oldest first."""
        return tuple(self._by_name[name])

    def by_id(self, rate_id: str) -> Rate:
        """The very row a stored figure was made with."""
        return self._by_id[rate_id]

    def rate(self, name: str, on: date) -> Rate:
        """The row that holds on a day; the latest edition. Raises RateNotKnownYet when there is none."""
        for rate in reversed(self._by_name[name]):
            if rate.covers(on):
                return rate
        raise RateNotKnownYet(name=name, on=on.isoformat())

    def last_known(self, name: str, on: date) -> tuple[Rate, bool]:
        """The row for a day, or else the latest one before it; the second value says it is provisional."""
        rows = [rate for rate in self._by_name[name] if rate.valid_from <= on]
        if not rows:
            raise RateNotKnownYet(name=name, on=on.isoformat())
        return rows[-1], not rows[-1].covers(on)

    def spans(self, name: str, first_on: date, last_on: date) -> list[Span]:
        """The rows that hold over a stretch of days, cut where one follows another."""
        spans, day = [], first_on
        while day <= last_on:
            row = self.rate(name, day)
            end = last_on if row.valid_to is None else min(row.valid_to, last_on)
            spans.append(Span(row, day, end))
            day = end + timedelta(days=1)
        return spans


def _refuse_overlaps(rows: Sequence[Rate]) -> None:
    """A day has one row of each rate; only a later edition of the same row may repeat its days."""
    for one, other in pairwise(rows):
        if one.valid_from == other.valid_from:
            continue
        if one.valid_to is None or one.valid_to >= other.valid_from:
            raise ValueError(f"{one.id} and {other.id} overlap")
