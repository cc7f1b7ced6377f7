"""The job around one request: what an edited request must fit, and the words in which it is refused."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Final, NamedTuple

from domain.message import Message
from domain.periods import day_in_brussels

AROUND: Final = timedelta(days=7)
"""Things are fetched and brought back, people travel, within a week of the job. House rule."""
PREPARING: Final = timedelta(days=60)
"""Rehearsals and expenses belong to a job this long before and after it. House rule."""


NO_SUCH_VERSION = "no client has such a version; take one of the client's"


class Flaw(NamedTuple):
    """What is wrong with a request."""

    fields: tuple[str, ...]
    """The fields it is about; nobody is told of what they did not change."""
    why: str
    """Why, and what to do."""


class JobFrame(Message):
    """The days and people of the job."""

    first_start_at: datetime
    last_end_at: datetime
    starts: dict[str, datetime] = {}
    """When each crew member under contract begins."""
    crew: tuple[str, ...] = ()

    @property
    def first_on(self) -> date:
        """The first day, in Brussels."""
        return day_in_brussels(self.first_start_at)

    @property
    def last_on(self) -> date:
        """The last day, in Brussels."""
        return day_in_brussels(self.last_end_at)


def not_below(least: int, **values: Decimal | int | None) -> Iterator[Flaw]:
    """Amounts and counts that are too small."""
    for name, value in values.items():
        if value is not None and value < least:
            yield Flaw((name,), f"{value} is below {least}; say {least} or more")


def not_empty(**texts: str) -> Iterator[Flaw]:
    """Texts that say nothing."""
    for name, text in texts.items():
        if not text.strip():
            yield Flaw((name,), "it is empty; say it")


def in_order(**instants: datetime | date | None) -> Iterator[Flaw]:
    """A beginning and an end the wrong way round."""
    (first, begins), (last, ends) = instants.items()
    if begins is not None and ends is not None and begins > ends:
        yield Flaw((first, last), f"it begins at {begins} and ends at {ends}; put them in order")


def near(job: JobFrame | None, margin: timedelta = AROUND, **instants: datetime | date | None) -> Iterator[Flaw]:
    """Instants and days that belong to another job."""
    if job is None:
        return
    for name, at in instants.items():
        if at is None:
            continue
        on = day_in_brussels(at) if isinstance(at, datetime) else at
        if not job.first_on - margin <= on <= job.last_on + margin:
            yield Flaw(
                (name,),
                f"{on} is not within {margin.days} days of this job ({job.first_on} to {job.last_on}); say a day "
                "that belongs to it, or move the job",
            )


def covering(job: JobFrame | None, **days: date) -> Iterator[Flaw]:
    """A stretch of days that leaves a day of the job out."""
    (first, from_on), (last, until_on) = days.items()
    if job is not None and (from_on > job.first_on or until_on < job.last_on):
        yield Flaw(
            (first, last),
            f"{from_on} to {until_on} leaves out a day of this job ({job.first_on} to {job.last_on}); take in all",
        )
