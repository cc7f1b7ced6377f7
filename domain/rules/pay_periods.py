"""Pay by the month: a contract of more than a month is paid each month for the work done in it.

Source: law of 12 April 1965 on the protection of pay, art. 9 (pay at regular intervals, at least once a month);
securex, ucm and emploi.belgique.be, consulted 30-11-2026.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import TypeVar

from domain.message import Message
from domain.money import ZERO, Eur, cents
from domain.periods import ONE_DAY, JobDay, end_of_month, last_day_on
from domain.rules.student import Shift

D = TypeVar("D", bound=JobDay)
MINUTE = timedelta(minutes=1)


class PayDay(Message):
    """One pay of a contract that is paid by the month."""

    last_on: date
    """The last day of work it pays for."""
    pay_on: date
    """The bank day on which it must be booked."""
    gross_eur: Eur


def is_longer_than_a_month(days: Sequence[JobDay]) -> bool:
    """Whether work on these days lasts more than a month: from 2 March to 2 April it does, to 1 April it does not;
    from 31 January to the end of February it does not."""
    first = min(day.date for day in days)
    following = end_of_month(first) + ONE_DAY
    if first.day > end_of_month(following).day:
        return last_day_on(days) > end_of_month(following)
    return last_day_on(days) >= following.replace(day=first.day)


def pay_months(days: Sequence[D]) -> list[list[D]]:
    """The days by pay period, in order: each calendar month with work when it lasts more than a month, else all of
    them together."""
    ordered = sorted(days, key=lambda day: (day.starts_at, day.ends_at))
    if not is_longer_than_a_month(ordered):
        return [ordered]
    months: dict[tuple[int, int], list[D]] = {}
    for day in ordered:
        months.setdefault((day.date.year, day.date.month), []).append(day)
    return list(months.values())


def pay_by_month(gross: Decimal, months: Sequence[Sequence[Shift]]) -> list[Decimal]:
    """What each period earns of a contract's gross, by the time worked in it; the last takes what is left, so that
    together they are the gross to the cent."""
    lengths = [sum((day.worked for day in month), timedelta(0)) // MINUTE for month in months]
    whole, so_far, earlier, parts = sum(lengths), 0, ZERO, []
    for length in lengths:
        so_far += length
        until = cents(gross * so_far / whole) if so_far < whole else gross
        parts.append(until - earlier)
        earlier = until
    return parts
