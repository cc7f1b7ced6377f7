"""Train tickets, one order per traveller."""

from collections.abc import Iterator
from datetime import datetime
from typing import ClassVar, Literal

from domain.errors import Decider, Refusal
from domain.frame import Flaw, JobFrame, in_order, near, not_below, not_empty
from domain.hand import PaidByHand
from domain.message import Message
from domain.money import ZERO, Eur


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


class TravelBooking(PaidByHand):
    """The tickets of one traveller."""

    booking_id: str
    from_place: str
    to_place: str
    departs_at: datetime | None = None
    price_eur: Eur
    expires_at: datetime | None = None
    tickets: tuple[str, ...] = ()
    """The names of the tickets among the job's papers."""
    confirmed: bool = False
    released: bool = False
    """Given back or refunded; nobody travels on it any more."""
    refund_fee_eur: Eur = ZERO
    """What the railway keeps of the price."""

    def story_values(self) -> dict[str, str]:
        """Where from, where to, the price and the booking."""
        return {
            "from": self.from_place,
            "to": self.to_place,
            "price": str(self.price_eur),
            "reference": self.booking_id,
            **({"kept": str(self.refund_fee_eur)} if self.released else {}),
        }


class Passenger(Message):
    """Who travels, as the railway needs it; loaded at the moment of booking, never kept."""

    ref: str
    given_name: str
    family_name: str
    email: str | None = None
    age: int | None = None


class JourneyOffer(Message):
    """A journey there, and back when wished, at one price."""

    offer_id: str
    departs_at: datetime
    arrives_at: datetime
    price_eur: Eur


class KeptJourney(Message):
    """A booking as the railway has it in its books."""

    booking_id: str
    state: Literal["held", "confirmed", "expired", "released"]
    departs_at: datetime | None = None
    price_eur: Eur
    expires_at: datetime | None = None
    fulfillments: tuple[str, ...] = ()
    """The railway's numbers of the tickets."""
    refund_fee_eur: Eur = ZERO

    @property
    def is_kept(self) -> bool:
        """Whether seats are kept or tickets issued."""
        return self.state in ("held", "confirmed")


class PlaceUnknown(Refusal):
    """The railway knows no station of this name."""

    text = "The railway knows no station called {place}."
    decided_by: ClassVar[Decider] = "member"


class NoTrainInTime(Refusal):
    """No connection arrives in time."""

    text = "No train from {from_place} arrives in {to_place} in time."
    decided_by: ClassVar[Decider] = "member"


class TicketAboveCeiling(Refusal):
    """The real fare is above what the quote allowed."""

    text = "The ticket costs {price} EUR, above the ceiling of {ceiling} EUR."
    decided_by: ClassVar[Decider] = "member"


def sound(request: TravelRequest, job: JobFrame | None) -> Iterator[Flaw]:
    """What is wrong with an edited request, by this service's own rules and the job it belongs to."""
    yield from not_below(0, ceiling_eur=request.ceiling_eur)
    yield from not_empty(from_place=request.from_place, to_place=request.to_place)
    if request.from_place.strip().casefold() == request.to_place.strip().casefold():
        yield Flaw(("from_place", "to_place"), f"it goes from {request.from_place} to there; say two places")
    yield from in_order(arrive_by_at=request.arrive_by_at, return_at=request.return_at)
    yield from near(job, arrive_by_at=request.arrive_by_at, return_at=request.return_at)
    begins_at = job.starts.get(request.traveller) if job is not None else None
    if begins_at is not None and request.arrive_by_at > begins_at:
        yield Flaw(
            ("arrive_by_at",), f"{request.traveller} begins at {begins_at:%d-%m %H:%M} UTC; arrive before that"
        )
