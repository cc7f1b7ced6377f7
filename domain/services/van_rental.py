"""A van: of the own fleet, else from an outside hirer."""

from collections.abc import Iterator
from datetime import datetime
from typing import ClassVar, Literal

from domain.errors import Decider, Refusal
from domain.frame import Flaw, JobFrame, in_order, near, not_below, not_empty
from domain.hand import PaidByHand
from domain.message import Message
from domain.money import ZERO, Eur

HoldState = Literal["held", "confirmed", "expired", "released"]


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


class VanBooking(PaidByHand):
    """The van that is kept for the job."""

    van: str
    """The plate of an own van, or the hirer's name for the vehicle."""
    source: Literal["own_fleet", "hirer"]
    price_eur: Eur
    reference: str
    expires_at: datetime | None = None
    confirmed: bool = False
    released: bool = False
    """Given back; nothing is kept for the job any more."""
    cancellation_fee_eur: Eur = ZERO
    """What the hirer keeps of the price after a late release."""

    def story_values(self) -> dict[str, str]:
        """The van, whose it is, and its price."""
        kept = {"kept": str(self.cancellation_fee_eur)} if self.released else {}
        return {"van": self.van, "source": self.source, "price": str(self.price_eur)} | kept


class OwnVan(Message):
    """A van of the own fleet."""

    plate: str
    name: str
    seats: int
    load_kg: int
    handover_minutes: int = 60
    """Between two jobs: brought back, looked over, handed on."""
    in_service: bool = True


class VanOffer(Message):
    """A van an outside hirer offers, before anything is held."""

    offer_id: str
    van: str
    price_eur: Eur
    """Without deductible VAT."""


class KeptVan(Message):
    """A van kept for an order, as the fleet or the hirer has it in its books."""

    van: str
    source: Literal["own_fleet", "hirer"]
    price_eur: Eur
    reference: str
    state: HoldState
    expires_at: datetime | None = None
    cancellation_fee_eur: Eur = ZERO

    @property
    def is_kept(self) -> bool:
        """Whether nobody else can have it."""
        return self.state in ("held", "confirmed")

    def booking(self) -> VanBooking:
        """What the job knows of it."""
        return VanBooking(
            van=self.van,
            source=self.source,
            price_eur=self.price_eur,
            reference=self.reference,
            expires_at=self.expires_at if self.state == "held" else None,
            confirmed=self.state == "confirmed",
            released=self.state in ("expired", "released"),
            cancellation_fee_eur=self.cancellation_fee_eur,
        )


NO_VAN = KeptVan(van="-", source="own_fleet", price_eur=ZERO, reference="-", state="released")
"""What an order has that never had a van."""


class NoVanLeft(Refusal):
    """Neither the fleet nor the hirer has a van for these days."""

    text = "No van is left from {from_at} to {until_at}: not in the own fleet and not at the hirer."
    decided_by: ClassVar[Decider] = "member"


class VanAboveCeiling(Refusal):
    """The hirer's real price is above what the quote allowed."""

    text = "The van costs {price} EUR, above the ceiling of {ceiling} EUR."
    decided_by: ClassVar[Decider] = "member"


def sound(request: VanRentalRequest, job: JobFrame | None) -> Iterator[Flaw]:
    """What is wrong with an edited request, by this service's own rules and the job it belongs to."""
    yield from not_below(0, kilometres=request.kilometres, load_kg=request.load_kg, ceiling_eur=request.ceiling_eur)
    yield from not_below(1, seats=request.seats)
    yield from not_empty(pick_up=request.pick_up, driver=request.driver)
    yield from in_order(from_at=request.from_at, until_at=request.until_at)
    yield from near(job, from_at=request.from_at, until_at=request.until_at)
    if job is not None and job.crew and request.driver not in job.crew:
        yield Flaw(("driver",), f"{request.driver} is not on this job; name one of {', '.join(job.crew)}")
