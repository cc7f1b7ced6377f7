"""Equipment: from the own stock, else from a supplier; rented, bought or leased."""

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import ClassVar, Literal

from domain.errors import Decider, Refusal
from domain.frame import Flaw, JobFrame, in_order, near, not_below, not_empty
from domain.hand import PaidByHand
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


class EquipmentBooking(PaidByHand):
    """The equipment kept for the job."""

    lines: tuple[EquipmentLine, ...]
    price_eur: Eur
    expires_at: datetime | None = None
    confirmed: bool = False
    released: bool = False
    """Given back; nothing is kept for the job any more."""
    cancellation_fee_eur: Eur = ZERO
    """What the supplier keeps of the rent after a late release."""

    def story_values(self) -> dict[str, str]:
        """How many articles, and the price."""
        return {
            "articles": ", ".join(f"{line.quantity} x {line.article}" for line in self.lines),
            "price": str(self.price_eur),
            **({"kept": str(self.cancellation_fee_eur)} if self.released else {}),
        }


class StockArticle(Message):
    """An article of the own stock."""

    article: str
    name: str
    quantity: int
    """How many pieces the cooperative started with; bought ones come on top."""
    day_eur: Eur
    """What a job pays per piece and begun 24 hours, without VAT."""
    value_eur: Eur = ZERO
    buffer_minutes: int = 120
    """Between two jobs: checked, repaired, packed again."""


class StockHold(Message):
    """What the own stock keeps for an order, and which lines it could not serve."""

    lines: tuple[EquipmentLine, ...] = ()
    served: tuple[int, ...] = ()
    """The places in the request of the lines kept, in the same order."""
    expires_at: datetime | None = None
    confirmed: bool = False


class CatalogueArticle(Message):
    """An article on the supplier's price list, without VAT."""

    article: str
    day_eur: Eur
    buy_eur: Eur


class SupplierReservation(Message):
    """What the supplier keeps for an order to rent."""

    reference: str
    state: Literal["held", "confirmed", "expired", "released"]
    lines: tuple[EquipmentLine, ...]
    price_eur: Eur
    expires_at: datetime | None = None
    cancellation_fee_eur: Eur = ZERO

    @property
    def is_kept(self) -> bool:
        """Whether nobody else can have it."""
        return self.state in ("held", "confirmed")


class PurchaseOrder(Message):
    """Goods ordered from the supplier."""

    reference: str
    how: Literal["buy", "lease"]
    state: Literal["ordered", "delivered", "cancelled"]
    lines: tuple[EquipmentLine, ...]


class KeptEquipment(Message):
    """Everything one order has, wherever it is."""

    own: StockHold
    rented: SupplierReservation | None = None
    goods: tuple[EquipmentLine, ...] = ()
    ordered: bool = False
    """Whether the goods are ordered, too."""

    @property
    def price_eur(self) -> Decimal:
        """What it costs the job, without VAT."""
        return sum((line.price_eur for line in self.lines), ZERO)

    @property
    def lines(self) -> tuple[EquipmentLine, ...]:
        """Every line: own, rented, then bought and leased."""
        return self.own.lines + (self.rented.lines if self.rented else ()) + self.goods

    def booking(self) -> EquipmentBooking:
        """What the job knows of it."""
        confirmed = (self.own.confirmed or not self.own.lines) and self.ordered
        ends = [self.own.expires_at]
        if self.rented is not None:
            confirmed = confirmed and self.rented.state == "confirmed"
            ends.append(self.rented.expires_at if self.rented.state == "held" else None)
        return EquipmentBooking(
            lines=self.lines,
            price_eur=self.price_eur,
            expires_at=None if confirmed else min((end for end in ends if end), default=None),
            confirmed=confirmed,
        )


class EquipmentNotAvailable(Refusal):
    """Neither the stock nor the supplier has enough pieces."""

    text = "{quantity} x {article} cannot be had for these days."
    decided_by: ClassVar[Decider] = "member"


class EquipmentAboveCeiling(Refusal):
    """The supplier's real price is above what the quote allowed."""

    text = "The equipment costs {price} EUR, above the ceiling of {ceiling} EUR."
    decided_by: ClassVar[Decider] = "member"


def sound(request: EquipmentRequest, job: JobFrame | None) -> Iterator[Flaw]:
    """What is wrong with an edited request, by this service's own rules and the job it belongs to."""
    yield from not_below(0, ceiling_eur=request.ceiling_eur)
    for item in request.items:
        yield from (Flaw(("items",), one.why) for one in not_below(1, quantity=item.quantity))
        yield from (Flaw(("items",), one.why) for one in not_below(0, value_eur=item.value_eur))
        yield from (Flaw(("items",), one.why) for one in not_empty(article=item.article))
    if not request.items:
        yield Flaw(("items",), "nothing is asked for; name what is needed, or skip the step")
    yield from in_order(from_at=request.from_at, until_at=request.until_at)
    yield from near(job, from_at=request.from_at, until_at=request.until_at)
