"""A rehearsal room by the day, from the cooperative's own rooms."""

import unicodedata
from collections.abc import Iterator
from datetime import date, datetime
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from domain.caps import MOST_DAYS, JobDate
from domain.errors import Decider, Refusal
from domain.form_field import FormField
from domain.frame import PREPARING, Flaw, JobFrame, near, not_below, not_empty
from domain.hand import PaidByHand
from domain.message import Message
from domain.money import ZERO, Eur
from domain.parties import ShortText
from domain.wish import Wish

RoomState = Literal["held", "confirmed", "expired", "released"]


class WorkspaceWish(Wish):
    """One room of the cooperative, by the day."""

    days: (
        Annotated[
            tuple[JobDate, ...], Field(min_length=1, max_length=MOST_DAYS), FormField(control="days", seldom=True)
        ]
        | None
    ) = None
    """Left out, the days of the job. Whoever rehearses works: a rehearsal is a day of the job too."""
    city: ShortText | None = None
    """In French, Dutch or English, as the cooperative's rooms are listed."""
    people: Annotated[int, Field(ge=1, le=1000)] | None = None
    """Left out, the crew."""


class WorkspaceRequest(Message):
    """The room the job needs: one room for all its days."""

    days: tuple[date, ...]
    """The days in Brussels, each from midnight to midnight."""
    city: str
    people: int = 1
    ceiling_eur: Eur
    """For all the days together."""
    hold_until_at: datetime
    """Until when the hold must last: the agreement's deadline."""


class WorkspaceBooking(PaidByHand):
    """The room that is kept for the job."""

    room: str
    """Its name."""
    city: str
    price_eur: Eur
    """For all the days together: an internal allocation, without VAT."""
    reference: str
    expires_at: datetime | None = None
    confirmed: bool = False
    released: bool = False
    """Given back; nothing is kept for the job any more."""
    kept_eur: Eur = ZERO
    """What stays to be paid of a room that a person gave back by hand."""

    def story_values(self) -> dict[str, str]:
        """The room, where it is, and its price."""
        kept = {"kept": str(self.kept_eur)} if self.released else {}
        return {"room": self.room, "city": self.city, "price": str(self.price_eur)} | kept


class OwnRoom(Message):
    """A room of the cooperative."""

    slug: str
    name: str
    city: str
    """As people write it; a town of two languages has both names: `Bruxelles / Brussel`."""
    places: int
    """How many people it takes."""
    day_eur: Eur
    in_service: bool = True

    def is_in(self, city: str) -> bool:
        """Whether somebody who writes this city means the room's: capitals and accents make no difference."""
        return _folded(city) in {_folded(name) for name in self.city.split("/")}


class KeptRoom(Message):
    """A room kept for an order, as the room book has it."""

    room: str
    city: str
    price_eur: Eur
    reference: str
    state: RoomState
    expires_at: datetime | None = None

    def booking(self) -> WorkspaceBooking:
        """What the job knows of it."""
        return WorkspaceBooking(
            room=self.room,
            city=self.city,
            price_eur=self.price_eur,
            reference=self.reference,
            expires_at=self.expires_at if self.state == "held" else None,
            confirmed=self.state == "confirmed",
            released=self.state in ("expired", "released"),
        )


NO_ROOM = KeptRoom(room="-", city="-", price_eur=ZERO, reference="-", state="released")
"""What an order has that never had a room."""


class NoRoomLeft(Refusal):
    """No own room takes so many people in this city on all of these days."""

    text = "No room for {people} people is left in {city} on {days}."
    decided_by: ClassVar[Decider] = "member"


class RoomAboveCeiling(Refusal):
    """The cheapest free room is above what the quote allowed."""

    text = "The room costs {price} EUR, above the ceiling of {ceiling} EUR."
    decided_by: ClassVar[Decider] = "member"


def _folded(name: str) -> str:
    letters = unicodedata.normalize("NFKD", name.strip().casefold())
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def sound(request: WorkspaceRequest, job: JobFrame | None) -> Iterator[Flaw]:
    """What is wrong with an edited request, by this service's own rules and the job it belongs to."""
    yield from not_below(1, people=request.people)
    yield from not_below(0, ceiling_eur=request.ceiling_eur)
    yield from not_empty(city=request.city)
    if not request.days or len(set(request.days)) < len(request.days):
        yield Flaw(("days",), "no day, or one twice; say each day once")
    for day in request.days:
        yield from near(job, PREPARING, days=day)
