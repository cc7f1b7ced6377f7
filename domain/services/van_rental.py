"""A van: of the own fleet, else from an outside hirer."""

from datetime import datetime
from typing import ClassVar, Literal

from domain.errors import Decider, Refusal
from domain.message import Message
from domain.money import Eur


class VanRentalRequest(Message):
    """The van the job needs."""

    driver: str
    """The crew slug of the driver, who holds a licence."""
    from_at: datetime
    until_at: datetime
    pick_up: str
    kilometres: int
    seats: int = 3
    load_kg: int = 0
    ceiling_eur: Eur
    hold_until_at: datetime
    """Until when the hold must last: the agreement's deadline."""


class VanBooking(Message):
    """The van that is kept for the job."""

    van: str
    """The plate of an own van, or the hirer's name for the vehicle."""
    source: Literal["own_fleet", "hirer"]
    price_eur: Eur
    reference: str
    expires_at: datetime | None = None
    confirmed: bool = False

    def told(self) -> dict[str, str]:
        """The van, whose it is, and its price."""
        return {"van": self.van, "source": self.source, "price": str(self.price_eur)}


class NoVanLeft(Refusal):
    """Neither the fleet nor the hirer has a van for these days."""

    text = "No van is left from {from_at} to {until_at}: not in the own fleet and not at the hirer."
    decided_by: ClassVar[Decider] = "member"


class VanAboveCeiling(Refusal):
    """The hirer's real price is above what the quote allowed."""

    text = "The van costs {price} EUR, above the ceiling of {ceiling} EUR."
    decided_by: ClassVar[Decider] = "member"
