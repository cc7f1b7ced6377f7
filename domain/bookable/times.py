"""When a thing is fetched and brought back."""

from datetime import datetime, timedelta
from typing import Final

HANDOVER: Final = timedelta(hours=2)
"""A van or equipment is fetched this long before the first start and given back this long after the end."""


def known(times: tuple[datetime, datetime] | None) -> tuple[datetime, datetime]:
    """The times of something; a plan is only made of a job with days."""
    assert times is not None, "a job without days is never planned"
    return times
