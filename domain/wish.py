"""What a member wants of any service; each service adds what is its own."""

from typing import Annotated, Literal

from domain.form_field import FormField
from domain.money import PositiveEur
from domain.parties import Declared

Choice = Literal["wanted", "not_wanted", "myself", "ask_adviser"]
"""Wanted; not wanted; I do it myself; ask my adviser."""

Bearer = Literal["client", "job", "activity", "sector", "community"]
"""Who bears a cost: the client on top of the price, the job's price, the member's activity account, the
sector's budget, or the whole cooperative."""


class Wish(Declared):
    """What the member wants of one service."""

    choice: Annotated[Choice, FormField(opens=True)] = "wanted"
    """Wanted, not wanted, I do it `myself`, or `ask_adviser`."""
    ceiling_eur: Annotated[PositiveEur | None, FormField(seldom=True)] = None
    """The real price may go up to here without asking me again."""
    borne_by: Annotated[Bearer | None, FormField(seldom=True)] = None
    """Who bears the cost; left out, the sector profile says."""

    @property
    def taken(self) -> bool:
        """Whether the service really works for this job."""
        return self.choice in ("wanted", "ask_adviser")
