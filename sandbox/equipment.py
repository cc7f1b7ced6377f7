"""The equipment supplier: rents what is free, sells and leases by purchase order. An interface of our own."""

import math
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Literal

from pydantic import Field

from . import clock
from .desk import Call, Visit, partner_router
from .problems import ProblemResponse
from .store import Json, new_id
from .wire import Message, eur

router = partner_router("supplier")
HOLD = timedelta(hours=24)
FREE_CANCELLATION = timedelta(hours=24)
LEASE_SHARE = Decimal("0.05")
"""Of the price, a month."""
RESERVATION, ORDER = "reservation", "purchase_order"


@dataclass(frozen=True)
class ShelfItem:
    """Something on the shelf; prices exclude VAT and are made up."""

    sku: str
    name: str
    stock: int
    day_eur: Decimal
    buy_eur: Decimal

    def as_json(self) -> Json:
        """As the price list shows it."""
        return {
            "sku": self.sku,
            "name": self.name,
            "stock": self.stock,
            "day_eur": eur(self.day_eur),
            "buy_eur": eur(self.buy_eur),
            "value_eur": eur(self.buy_eur),
        }


SHELF = (
    ShelfItem("par-led", "LED par 64", 48, Decimal("6.00"), Decimal("189.00")),
    ShelfItem("moving-head", "Moving head spot", 16, Decimal("28.00"), Decimal("1450.00")),
    ShelfItem("light-desk", "Light desk, 512 channels", 4, Decimal("45.00"), Decimal("2100.00")),
    ShelfItem("speaker-12", "Active speaker 12 inch", 24, Decimal("18.00"), Decimal("620.00")),
    ShelfItem("subwoofer-18", "Subwoofer 18 inch", 12, Decimal("25.00"), Decimal("890.00")),
    ShelfItem("mixer-16", "Mixer, 16 channels", 8, Decimal("22.00"), Decimal("640.00")),
    ShelfItem("mic-vocal", "Vocal microphone", 40, Decimal("4.00"), Decimal("109.00")),
    ShelfItem("camera-4k", "Camera 4K with lens", 6, Decimal("85.00"), Decimal("3900.00")),
    ShelfItem("tripod", "Tripod", 12, Decimal("12.00"), Decimal("420.00")),
    ShelfItem("projector", "Projector 6000 lumen", 5, Decimal("60.00"), Decimal("2650.00")),
    ShelfItem("laptop", "Laptop", 10, Decimal("20.00"), Decimal("1100.00")),
)
ITEMS = {item.sku: item for item in SHELF}


def item_of(sku: str) -> ShelfItem:
    """What has this number; anything else is found at other houses, ten of each."""
    return ITEMS.get(sku) or ShelfItem(sku, sku, 10, Decimal("10.00"), Decimal("200.00"))


class OrderLine(Message):
    """How many of what."""

    sku: str
    quantity: int = Field(ge=1)


class ReservationRequest(Message):
    """What to rent, from when until when."""

    reference: str | None = None
    from_at: str
    until_at: str
    lines: list[OrderLine] = Field(min_length=1)


class OrderRequest(Message):
    """What to buy or lease."""

    reference: str | None = None
    kind: Literal["buy", "lease"] = "buy"
    deliver_on: date
    deliver_to: str = ""
    lines: list[OrderLine] = Field(min_length=1)


@router.get("/items")
async def list_items(call: Call) -> Json:
    """The price list."""
    return {"items": [item.as_json() for item in SHELF]}


@router.get("/availability")
async def check_availability(sku: str, from_at: str, until_at: str, call: Call) -> Json:
    """How many of something are free."""
    free = _free(call, sku, clock.text(clock.instant(from_at)), clock.text(clock.instant(until_at)))
    return {"sku": sku, "available": free, "stock": item_of(sku).stock}


def _free(call: Visit, sku: str, from_at: str, until_at: str) -> int:
    taken: int = sum(
        int(line["quantity"])
        for one in call.store.overlapping(call.partner, RESERVATION, from_at, until_at)
        if _reservation_status(call, one)["status"] in ("held", "confirmed")
        for line in one["lines"]
        if line["sku"] == sku
    )
    return item_of(sku).stock - taken


@router.post("/reservations", status_code=201)
async def reserve(body: ReservationRequest, call: Call) -> Json:
    """Hold equipment for 24 hours."""
    from_at, until_at = clock.text(clock.instant(body.from_at)), clock.text(clock.instant(body.until_at))
    if until_at <= from_at:
        raise ProblemResponse("invalid-request", "until_at comes after from_at")
    for sku in {line.sku for line in body.lines}:
        wanted = sum(line.quantity for line in body.lines if line.sku == sku)
        if (free := _free(call, sku, from_at, until_at)) < wanted:
            raise ProblemResponse("refused", f"{free} of {item_of(sku).name} are left, {wanted} were asked")
    days = math.ceil((clock.instant(until_at) - clock.instant(from_at)) / timedelta(days=1))
    totals = [item_of(line.sku).day_eur * line.quantity * days for line in body.lines]
    reservation = {
        "reservation_id": new_id("rs"),
        "status": "held",
        "expires_at": clock.text(call.held_until(HOLD)),
        "reference": body.reference,
        "from_at": from_at,
        "until_at": until_at,
        "days": days,
        "lines": [_line(line, total) for line, total in zip(body.lines, totals, strict=True)],
        "total_eur": eur(sum(totals, Decimal(0))),
        "cancellation_fee_eur": None,
    }
    call.store.put(
        call.partner, RESERVATION, str(reservation["reservation_id"]), reservation, reference=body.reference
    )
    call.store.occupy(call.partner, RESERVATION, str(reservation["reservation_id"]), from_at, until_at)
    call.effect("reservation", str(reservation["reservation_id"]), body.reference)
    return reservation


def _line(line: OrderLine, total: Decimal) -> Json:
    return {"sku": line.sku, "quantity": line.quantity, "total_eur": eur(total)}


def _reservation_status(call: Visit, reservation: Json) -> Json:
    if reservation["status"] == "held" and call.passed(reservation["expires_at"]):
        reservation["status"] = "expired"
    return reservation


@router.get("/reservations")
async def find_reservations(reference: str, call: Call) -> Json:
    """The reservations with our reference."""
    found = call.store.find(call.partner, RESERVATION, reference=reference)
    return {"reservations": [_reservation_status(call, one) for one in found]}


@router.get("/reservations/{id}")
async def get_reservation(id: str, call: Call) -> Json:
    """One reservation."""
    return _reservation_status(call, call.must(RESERVATION, id))


def _held(call: Visit, id: str) -> Json:
    reservation = _reservation_status(call, call.must(RESERVATION, id))
    if reservation["status"] == "expired":
        raise ProblemResponse("hold-expired", f"the hold ran out at {reservation['expires_at']}")
    if reservation["status"] == "cancelled":
        raise ProblemResponse("wrong-state", "the reservation is cancelled")
    return reservation


def _turn(call: Visit, reservation: Json, status: str, effect: str) -> None:
    reservation["status"] = status
    call.store.put(call.partner, RESERVATION, reservation["reservation_id"], reservation)
    call.effect(effect, reservation["reservation_id"], reservation["reference"])


@router.post("/reservations/{id}/confirm")
async def confirm_reservation(id: str, call: Call) -> Json:
    """Take it for good; asked twice, once."""
    reservation = _held(call, id)
    if reservation["status"] == "held":
        _turn(call, reservation, "confirmed", "confirmation")
    return reservation


@router.post("/reservations/{id}/extend")
async def extend_reservation(id: str, call: Call) -> Json:
    """Hold it for another 24 hours."""
    reservation = _held(call, id)
    if reservation["status"] == "held":
        reservation["expires_at"] = clock.text(call.now + HOLD)
        _turn(call, reservation, "held", "extension")
    return reservation


@router.post("/reservations/{id}/cancel")
async def cancel_reservation(id: str, call: Call) -> Json:
    """Give it back: free until the day before, then half; done twice it stays cancelled once."""
    reservation = _reservation_status(call, call.must(RESERVATION, id))
    if reservation["status"] in ("held", "confirmed"):
        late = clock.instant(reservation["from_at"]) - FREE_CANCELLATION < call.now
        owed = late and reservation["status"] == "confirmed"
        reservation["cancellation_fee_eur"] = eur(Decimal(reservation["total_eur"]) / 2) if owed else "0.00"
        _turn(call, reservation, "cancelled", "cancellation")
    return reservation


@router.post("/purchase-orders", status_code=201)
async def order_goods(body: OrderRequest, call: Call) -> Json:
    """Buy or lease; irrevocable once delivered."""
    share = LEASE_SHARE if body.kind == "lease" else Decimal(1)
    totals = [item_of(line.sku).buy_eur * line.quantity * share for line in body.lines]
    order = body.model_dump(mode="json") | {
        "purchase_order_id": new_id("or"),
        "order_number": f"PO-{call.store.count(call.partner, ORDER) + 1:06d}",
        "status": "accepted",
        "lines": [_line(line, total) for line, total in zip(body.lines, totals, strict=True)],
        "total_eur": eur(sum(totals, Decimal(0))),
    }
    call.store.put(call.partner, ORDER, order["purchase_order_id"], order, reference=body.reference)
    call.effect("purchase_order", order["purchase_order_id"], body.reference)
    return _delivered(call, order)


def _delivered(call: Visit, order: Json) -> Json:
    if order["status"] == "accepted" and date.fromisoformat(order["deliver_on"]) <= clock.day_of(call.now):
        order["status"] = "delivered"
    return order


@router.get("/purchase-orders")
async def find_orders(reference: str, call: Call) -> Json:
    """The purchase orders with our reference."""
    found = call.store.find(call.partner, ORDER, reference=reference)
    return {"purchase_orders": [_delivered(call, one) for one in found]}


@router.get("/purchase-orders/{id}")
async def get_order(id: str, call: Call) -> Json:
    """One purchase order."""
    return _delivered(call, call.must(ORDER, id))


@router.post("/purchase-orders/{id}/cancel")
async def cancel_order(id: str, call: Call) -> Json:
    """Cancel before delivery; done twice it stays cancelled once."""
    order = _delivered(call, call.must(ORDER, id))
    if order["status"] == "delivered":
        raise ProblemResponse("wrong-state", "the goods are delivered")
    if order["status"] == "accepted":
        order["status"] = "cancelled"
        call.store.put(call.partner, ORDER, id, order)
        call.effect("order_cancellation", id, order["reference"])
    return order
