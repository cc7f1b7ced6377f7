"""What the cooperative's own things cost a job: internal allocations, without VAT."""

from datetime import datetime, timedelta
from decimal import Decimal
from math import ceil

from domain.money import cents
from domain.periods import day_in_brussels
from domain.rates import rate


def begun_days(from_at: datetime, until_at: datetime) -> int:
    """How many times 24 hours are begun; at least one."""
    return max(ceil((until_at - from_at) / timedelta(days=1)), 1)


def own_van_price(from_at: datetime, until_at: datetime, kilometres: int) -> Decimal:
    """What an own van costs the job: each begun 24 hours, and the kilometres beyond the free ones.

    Source: the cooperative's price list.
    """
    on = day_in_brussels(from_at)
    further_km = max(kilometres - rate("van_km_included", on).value, Decimal(0))
    by_day = begun_days(from_at, until_at) * rate("van_day", on).value
    return cents(by_day + further_km * rate("van_km", on).value)
