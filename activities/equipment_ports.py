"""What equipment needs from outside: the own stock, and a supplier."""

from datetime import date, datetime
from typing import Literal, Protocol

from domain.orders import StepOrder
from domain.services.equipment import (
    CatalogueArticle,
    EquipmentItem,
    EquipmentRequest,
    PurchaseOrder,
    StockHold,
    SupplierReservation,
)

EquipmentOrder = StepOrder[EquipmentRequest]
Purchased = Literal["buy", "lease"]


class Stock(Protocol):
    """The cooperative's own equipment."""

    async def passed_on(self, order_key: str) -> bool:
        """Whether a line could not be served, so that the supplier may have been asked."""
        ...

    async def hold(self, order: EquipmentOrder, now: datetime, *, leave_passed_on: bool) -> StockHold:
        """Keep each rented line of which there are enough pieces; remember the others as passed on."""
        ...

    async def confirm(self, order_key: str) -> StockHold:
        """Keep it for good."""
        ...

    async def extend(self, order_key: str, until_at: datetime) -> StockHold:
        """Let the hold last longer."""
        ...

    async def release(self, order_key: str) -> StockHold:
        """Give everything back."""
        ...

    async def receive(self, order: EquipmentOrder, line: int, available_from_at: datetime) -> None:
        """Put a bought line on the stock list, once."""
        ...

    async def send_back(self, order_key: str, line: int) -> None:
        """Take goods whose purchase was cancelled off the stock list."""
        ...


class Supplier(Protocol):
    """An outside company that rents, sells and leases."""

    async def catalogue(self) -> tuple[CatalogueArticle, ...]:
        """The price list."""
        ...

    async def available(self, article: str, wish: EquipmentRequest) -> int:
        """How many pieces are free for these hours."""
        ...

    async def find(self, order_key: str) -> tuple[SupplierReservation, ...]:
        """Every reservation ever made for this order, oldest first."""
        ...

    async def hold(
        self, items: tuple[EquipmentItem, ...], wish: EquipmentRequest, order_key: str, key: str
    ) -> SupplierReservation:
        """Keep pieces without being bound."""
        ...

    async def confirm(self, reference: str, key: str) -> SupplierReservation:
        """Rent them."""
        ...

    async def extend(self, reference: str, key: str) -> SupplierReservation:
        """Let the hold last longer."""
        ...

    async def release(self, reference: str, key: str) -> SupplierReservation:
        """Give them back."""
        ...

    async def purchases(self, order_key: str) -> tuple[PurchaseOrder, ...]:
        """Every purchase order ever sent for this order."""
        ...

    async def purchase(
        self,
        how: Purchased,
        items: tuple[EquipmentItem, ...],
        *,
        deliver_on: date,
        deliver_to: str,
        order_key: str,
        key: str,
    ) -> PurchaseOrder:
        """Order goods."""
        ...

    async def cancel(self, reference: str, key: str) -> PurchaseOrder:
        """Cancel goods that are not delivered yet."""
        ...
