"""The singular in one field: free text with a ceiling, done by hand by a person."""

from collections.abc import Iterator
from datetime import datetime
from typing import ClassVar

from domain.errors import Decider, Refusal
from domain.frame import Flaw, JobFrame, not_below, not_empty
from domain.hand import PaidByHand
from domain.message import Message
from domain.money import ZERO, Eur


class SpecialRequestRequest(Message):
    """What the member wishes, in own words."""

    wish: str
    ceiling_eur: Eur
    from_at: datetime | None = None
    """When the job begins: whoever was arranged for it is told when it moves."""
    until_at: datetime | None = None
    place: str | None = None


class SpecialRequestResult(PaidByHand):
    """What a person arranged."""

    what: str
    price_eur: Eur = ZERO
    reference: str | None = None

    def story_values(self) -> dict[str, str]:
        """What was arranged and its price."""
        return {"what": self.what, "price": str(self.price_eur)}


class NeedsAPerson(Refusal):
    """Nothing automatic can do this."""

    text = "Your adviser takes care of this wish: {wish}"
    decided_by: ClassVar[Decider] = "advisor"


def sound(request: SpecialRequestRequest, _: JobFrame | None) -> Iterator[Flaw]:
    """What is wrong with an edited request, by this service's own rules and the job it belongs to."""
    yield from not_below(0, ceiling_eur=request.ceiling_eur)
    yield from not_empty(wish=request.wish)
