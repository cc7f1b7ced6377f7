"""Somebody cannot work in two places at once: hours on one job that overlap hours on another, told as a warning.

Instants are compared, so nights, changes of the clocks and other time zones need no rule of their own. Hours that
only touch do not overlap, and the way from one place to the other is not counted. Source: rule of the cooperative.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol

from domain.message import Message


class Hours(Protocol):
    """A stretch of work."""

    @property
    def starts_at(self) -> datetime: ...
    @property
    def ends_at(self) -> datetime: ...


class CrewHours(Message):
    """When one person works on one job."""

    item: str
    person_id: str
    starts_at: datetime
    ends_at: datetime


class WorkElsewhere(Message):
    """Hours for which somebody is declared on another job."""

    title: str = ""
    """The other job; empty when the reader may not see it."""
    starts_at: datetime
    ends_at: datetime


def overlap(one: Hours, other: Hours) -> bool:
    """Whether both last at some same instant."""
    return one.starts_at < other.ends_at and other.starts_at < one.ends_at


def overlapping(work: Iterable[Hours], elsewhere: Iterable[WorkElsewhere]) -> list[WorkElsewhere]:
    """The hours elsewhere that some of this work overlaps, in their order, the same ones once."""
    own = list(work)
    found = {
        (there.starts_at, there.ends_at, there.title): there
        for there in elsewhere
        if any(overlap(here, there) for here in own)
    }
    return [found[key] for key in sorted(found)]
