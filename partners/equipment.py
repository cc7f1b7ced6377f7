"""The equipment supplier: rents, sells and leases. An interface of our own: `sandbox/README.md` describes it."""

from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from domain.money import ZERO, cents
from domain.services.equipment import (
    CatalogueArticle,
    EquipmentItem,
    EquipmentLine,
    EquipmentRequest,
    PurchaseOrder,
    SupplierReservation,
)
from partners.http import PartnerHttp, PartnerMessage, in_path

Rented = Literal["held", "confirmed", "expired", "released"]
Bought = Literal["ordered", "delivered", "cancelled"]
RENTED: dict[str, Rented] = {"held": "held", "confirmed": "confirmed", "cancelled": "released"}
BOUGHT: dict[str, Bought] = {"accepted": "ordered", "delivered": "delivered"}


class PriceListItem(PartnerMessage):
    """One line of the price list."""

    sku: str
    day_eur: Decimal
    buy_eur: Decimal


class SupplierPriceList(PartnerMessage):
    """The supplier's price list."""

    items: tuple[PriceListItem, ...] = ()


class RentalLine(PartnerMessage):
    """How many of what, and what they cost."""

    sku: str
    quantity: int
    total_eur: Decimal | None = None


class RentalRequest(PartnerMessage):
    """What is to be rented."""

    reference: str
    from_at: datetime
    until_at: datetime
    lines: tuple[RentalLine, ...]


class Rent(PartnerMessage):
    """A reservation as the supplier has it."""

    reservation_id: str
    status: str
    expires_at: datetime | None = None
    lines: tuple[RentalLine, ...]
    total_eur: Decimal
    cancellation_fee_eur: Decimal | None = None

    def kept(self) -> SupplierReservation:
        """The same in our words."""
        return SupplierReservation(
            reference=self.reservation_id,
            state=RENTED.get(self.status, "expired"),
            lines=tuple(_line(line, "rent", self.reservation_id) for line in self.lines),
            price_eur=cents(self.total_eur),
            expires_at=self.expires_at,
            cancellation_fee_eur=cents(self.cancellation_fee_eur or ZERO),
        )


class Rents(PartnerMessage):
    """The reservations with one reference."""

    reservations: tuple[Rent, ...] = ()


class WantedGoods(PartnerMessage):
    """What is to be bought or leased."""

    reference: str
    kind: Literal["buy", "lease"]
    deliver_on: date
    deliver_to: str
    lines: tuple[RentalLine, ...]


class Goods(PartnerMessage):
    """A purchase order as the supplier has it."""

    purchase_order_id: str
    order_number: str
    kind: Literal["buy", "lease"]
    status: str
    lines: tuple[RentalLine, ...]

    def ordered(self) -> PurchaseOrder:
        """The same in our words."""
        return PurchaseOrder(
            reference=self.purchase_order_id,
            how=self.kind,
            state=BOUGHT.get(self.status, "cancelled"),
            lines=tuple(_line(line, self.kind, self.order_number) for line in self.lines),
        )


class GoodsFound(PartnerMessage):
    """The purchase orders with one reference."""

    purchase_orders: tuple[Goods, ...] = ()


class Free(PartnerMessage):
    """How many pieces are free."""

    available: int


class SupplierHttp:
    """The supplier over HTTP."""

    def __init__(self, http: PartnerHttp) -> None:
        self._http = http

    async def catalogue(self) -> tuple[CatalogueArticle, ...]:
        """The price list."""
        found = await self._http.ask("GET", "/items", SupplierPriceList)
        return tuple(
            CatalogueArticle(article=item.sku, day_eur=cents(item.day_eur), buy_eur=cents(item.buy_eur))
            for item in found.items
        )

    async def available(self, article: str, wish: EquipmentRequest) -> int:
        """How many pieces are free for these hours."""
        hours = {"from_at": wish.from_at.isoformat(), "until_at": wish.until_at.isoformat()}
        return (await self._http.ask("GET", "/availability", Free, params={"sku": article, **hours})).available

    async def find(self, order_key: str) -> tuple[SupplierReservation, ...]:
        """Every reservation ever made for this order, oldest first."""
        found = await self._http.ask("GET", "/reservations", Rents, params={"reference": order_key})
        return tuple(rent.kept() for rent in found.reservations)

    async def hold(
        self, items: tuple[EquipmentItem, ...], wish: EquipmentRequest, order_key: str, key: str
    ) -> SupplierReservation:
        """Keep pieces without being bound."""
        body = RentalRequest(
            reference=order_key, from_at=wish.from_at, until_at=wish.until_at, lines=_wanted(items)
        )
        return (await self._http.ask("POST", "/reservations", Rent, body=body, key=key)).kept()

    async def confirm(self, reference: str, key: str) -> SupplierReservation:
        """Rent them."""
        return await self._turn(reference, "confirm", key)

    async def extend(self, reference: str, key: str) -> SupplierReservation:
        """Let the hold last longer."""
        return await self._turn(reference, "extend", key)

    async def release(self, reference: str, key: str) -> SupplierReservation:
        """Give them back: free while held and until the day before, then at the cancellation price."""
        return await self._turn(reference, "cancel", key)

    async def purchases(self, order_key: str) -> tuple[PurchaseOrder, ...]:
        """Every purchase order ever sent for this order."""
        found = await self._http.ask("GET", "/purchase-orders", GoodsFound, params={"reference": order_key})
        return tuple(goods.ordered() for goods in found.purchase_orders)

    async def purchase(
        self,
        how: Literal["buy", "lease"],
        items: tuple[EquipmentItem, ...],
        *,
        deliver_on: date,
        deliver_to: str,
        order_key: str,
        key: str,
    ) -> PurchaseOrder:
        """Order goods."""
        body = WantedGoods(
            reference=order_key, kind=how, deliver_on=deliver_on, deliver_to=deliver_to, lines=_wanted(items)
        )
        return (await self._http.ask("POST", "/purchase-orders", Goods, body=body, key=key)).ordered()

    async def cancel(self, reference: str, key: str) -> PurchaseOrder:
        """Cancel goods that are not delivered yet."""
        path = f"/purchase-orders/{in_path(reference)}/cancel"
        return (await self._http.ask("POST", path, Goods, key=key)).ordered()

    async def _turn(self, reference: str, verb: str, key: str) -> SupplierReservation:
        path = f"/reservations/{in_path(reference)}/{verb}"
        return (await self._http.ask("POST", path, Rent, key=key)).kept()


def _wanted(items: tuple[EquipmentItem, ...]) -> tuple[RentalLine, ...]:
    return tuple(RentalLine(sku=item.article, quantity=item.quantity) for item in items)


def _line(line: RentalLine, how: Literal["rent", "buy", "lease"], reference: str) -> EquipmentLine:
    return EquipmentLine(
        article=line.sku,
        quantity=line.quantity,
        how=how,
        source="supplier",
        price_eur=cents(line.total_eur or ZERO),
        reference=reference,
    )
