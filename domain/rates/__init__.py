"""Every rate the product computes with: dated rows with their source, readable as tables.

`rate(name, on)` is the only door. Where a row starts on 1 January 2020 the rule is older; no job this product
can hold is.
"""

from datetime import date

from domain.rates import cooperative, expenses, interest, prices, scales, social, tax
from domain.rates.table import Rate, RateNotKnownYet, RateRow, Span, Table, Unit, series

TABLE = Table(
    (
        *cooperative.RATES,
        *prices.RATES,
        *social.RATES,
        *scales.RATES,
        *tax.RATES,
        *interest.RATES,
        *expenses.RATES,
    )
)


def rate(name: str, on: date) -> Rate:
    """The row that holds on a day. Raises RateNotKnownYet when nobody has entered it."""
    return TABLE.rate(name, on)


def last_known(name: str, on: date) -> tuple[Rate, bool]:
    """The row for a day or the latest before it, and whether it is therefore provisional; for quotes only."""
    return TABLE.last_known(name, on)


def by_id(rate_id: str) -> Rate:
    """The row a stored figure was made with, also when a later edition corrected it."""
    return TABLE.by_id(rate_id)


def spans(name: str, first_on: date, last_on: date) -> list[Span]:
    """The rows that hold over a stretch of days, in order."""
    return TABLE.spans(name, first_on, last_on)


__all__ = [
    "TABLE",
    "Rate",
    "RateNotKnownYet",
    "RateRow",
    "Span",
    "Table",
    "Unit",
    "by_id",
    "last_known",
    "rate",
    "series",
    "spans",
]
