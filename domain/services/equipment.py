"""Equipment: from the own stock, else from a supplier; rented, bought or leased."""

from datetime import datetime
from typing import ClassVar, Literal

from domain.errors import Decider, Refusal
from domain.message import Message
from domain.money import ZERO, Eur


class EquipmentItem(Message):
    """One line of equipment."""

    article: str
    quantity: int = 1
    how: Literal["rent", "buy", "lease"] = "rent"
    value_eur: Eur = ZERO
    """The value of one piece, for the cover and the stock list."""


class EquipmentRequest(Message):
    """The equipment the job needs."""

    items: tuple[EquipmentItem, ...]
    from_at: datetime
    until_at: datetime
    ceiling_eur: Eur
    hold_until_at: datetime


class EquipmentLine(Message):
    """What was found for one line."""

    article: str
    quantity: int
    how: Literal["rent", "buy", "lease"]
    source: Literal["own_stock", "supplier"]
    price_eur: Eur
    reference: str


class EquipmentBooking(Message):
    """The equipment kept for the job."""

    lines: tuple[EquipmentLine, ...]
    price_eur: Eur
    expires_at: datetime | None = None
    confirmed: bool = False

    def told(self) -> dict[str, str]:
        """How many articles, and the price."""
        return {
            "articles": ", ".join(f"{line.quantity} x {line.article}" for line in self.lines),
            "price": str(self.price_eur),
        }


class EquipmentNotAvailable(Refusal):
    """Neither the stock nor the supplier has enough pieces."""

    text = "{quantity} x {article} cannot be had for these days."
    decided_by: ClassVar[Decider] = "member"


class EquipmentAboveCeiling(Refusal):
    """The supplier's real price is above what the quote allowed."""

    text = "The equipment costs {price} EUR, above the ceiling of {ceiling} EUR."
    decided_by: ClassVar[Decider] = "member"
