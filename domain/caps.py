"""The most one declaration may hold: more than any real job needs, and little enough to be worked out at once.

Whoever needs more declares a second job, or asks the adviser. Each cap is the cooperative's own choice.
"""

from datetime import UTC, date, datetime
from typing import Annotated, Final

from pydantic import AwareDatetime, Field

MOST_CREW: Final = 200
"""A symphony orchestra with its choir and its stage crew."""
MOST_DAYS: Final = 366
"""A season is one year at most; the next one has other rates and is another job."""
MOST_PERSON_DAYS: Final = 6_000
"""Crew times days: 200 people for a month, or 16 for a whole year."""
MOST_VANS: Final = 20
MOST_JOURNEYS: Final = 100
MOST_ARTICLES: Final = 200
"""Lines of equipment; a quantity stands in each."""
MOST_EXPENSES: Final = 500
MOST_WISHES: Final = 20
"""Special requests: each is arranged by a person."""
MOST_COVERS: Final = 10

FIRST_DAY: Final = date(2000, 1, 1)
LAST_DAY: Final = date(2099, 12, 31)
"""Between these the calendar of holidays, terms and bank days can be counted forward and back."""

JobDate = Annotated[date, Field(ge=FIRST_DAY, le=LAST_DAY)]
"""A day that a declaration may name."""
JobInstant = Annotated[
    AwareDatetime,
    Field(ge=datetime(2000, 1, 1, tzinfo=UTC), le=datetime(2099, 12, 31, tzinfo=UTC)),
]
"""An instant that a declaration may name."""
