"""Train tickets, one order per traveller."""

from datetime import datetime
from typing import ClassVar, Literal

from domain.errors import Decider, Refusal
from domain.message import Message
from domain.money import Eur


class TravelRequest(Message):
    """The journey one traveller needs."""

    traveller: str
    """The crew slug of the traveller."""
    person_id: str
    from_place: str
    to_place: str
    arrive_by_at: datetime
    return_at: datetime | None = None
    travel_class: Literal["first", "second"] = "second"
    flexible: bool = True
    ceiling_eur: Eur


class TravelBooking(Message):
    """The tickets of one traveller."""

    booking_id: str
    from_place: str
    to_place: str
    departs_at: datetime | None = None
    price_eur: Eur
    expires_at: datetime | None = None
    tickets: tuple[str, ...] = ()
    confirmed: bool = False

    def told(self) -> dict[str, str]:
        """Where from, where to, the price and the booking."""
        return {
            "from": self.from_place,
            "to": self.to_place,
            "price": str(self.price_eur),
            "reference": self.booking_id,
        }


class NoTrainInTime(Refusal):
    """No connection arrives in time."""

    text = "No train from {from_place} arrives in {to_place} in time."
    decided_by: ClassVar[Decider] = "member"


class TicketAboveCeiling(Refusal):
    """The real fare is above what the quote allowed."""

    text = "The ticket costs {price} EUR, above the ceiling of {ceiling} EUR."
    decided_by: ClassVar[Decider] = "member"
