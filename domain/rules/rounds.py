"""When a production's rounds at the bank begin, and by when each is over."""

from datetime import datetime, time, timedelta

from domain.periods import BRUSSELS

HOURS = (7, 10, 13, 16)
"""House rule: banks deliver statements before seven and take payment files until late in the afternoon."""


OVER_AFTER = timedelta(hours=3)
"""A round ends, as done or as failed, before the next one begins."""


def round_due(now: datetime) -> datetime:
    """The beginning of the last round that must be over by now."""
    over = (now - OVER_AFTER).astimezone(BRUSSELS)
    days = (over.date(), over.date() - timedelta(days=1))
    begun = (datetime.combine(day, time(hour), BRUSSELS) for day in days for hour in reversed(HOURS))
    return next(at for at in begun if at <= over).astimezone(now.tzinfo)
