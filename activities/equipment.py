"""Equipment for the job: rented from the own stock, else from a supplier; bought or leased by purchase order."""

from collections import Counter
from datetime import timedelta
from decimal import Decimal

from temporalio import activity

from activities.costs import CostBook, book_back, book_by_hand, book_cost, keep_by_hand, lacking_of_what_is_kept
from activities.equipment_ports import EquipmentOrder, Purchased, Stock, Supplier
from activities.ports import Entities
from activities.step import AT_ONCE, HELD, BackByHand, Clock, Step, Verb
from domain.errors import PartnerRefused
from domain.hand import KeptByHand
from domain.money import ZERO, cents
from domain.orders import order_key
from domain.services.equipment import (
    EquipmentAboveCeiling,
    EquipmentBooking,
    EquipmentItem,
    EquipmentLine,
    EquipmentNotAvailable,
    EquipmentRequest,
    KeptEquipment,
    PurchaseOrder,
    SupplierReservation,
    sound,
)

LEASE_MONTH_SHARE = Decimal("0.05")
"""A month of lease, of the purchase price: the supplier's terms as `sandbox/README.md` states them."""
DELIVERED_BEFORE = timedelta(days=2)
"""Bought goods are there two days before the job, to be tried out."""


class Equipment:
    """Holds, rents, buys and gives back equipment."""

    def __init__(self, stock: Stock, supplier: Supplier, entities: Entities, costs: CostBook, clock: Clock) -> None:
        self._stock = stock
        self._supplier = supplier
        self._entities = entities
        self._costs = costs
        self._clock = clock

    @activity.defn(name="equipment.hold")
    async def hold(self, order: EquipmentOrder) -> EquipmentBooking:
        """Keep what is rented and price what is bought; nothing is ordered yet."""
        return (await self._take(order)).booking()

    @activity.defn(name="equipment.confirm")
    async def confirm(self, order: EquipmentOrder) -> EquipmentBooking:
        """Rent, buy and lease for good; holds that ran out are taken again within the ceiling."""
        kept = await self._take(order)
        own = await self._stock.confirm(order.key)
        rented = kept.rented
        if rented is not None and rented.state == "held":
            rented = await self._supplier.confirm(rented.reference, order.key_for("confirm"))
        lacking = await self._lacking(order)
        goods = await self._purchase(lacking, "buy") + await self._purchase(lacking, "lease")
        booked = KeptEquipment(own=own, rented=rented, goods=goods, ordered=True)
        await book_cost(self._costs, order, booked.price_eur, self._clock.now())
        return booked.booking()

    @activity.defn(name="equipment.extend")
    async def extend(self, order: EquipmentOrder) -> EquipmentBooking:
        """Let the holds last: own pieces until the job, rented ones as long as the supplier allows."""
        kept = await self._take(order)
        own = await self._stock.extend(order.key, order.request.from_at)
        rented = kept.rented
        if rented is not None and rented.state == "held":
            key = order.key_for(f"extend-{rented.expires_at:%d%H%M}")
            rented = await self._supplier.extend(rented.reference, key)
        return KeptEquipment(own=own, rented=rented, goods=kept.goods).booking()

    @activity.defn(name="equipment.release")
    async def release(self, order: EquipmentOrder) -> EquipmentBooking:
        """Give back and cancel whatever this order has; delivered goods stay the cooperative's."""
        fee_eur, stays = ZERO, list[EquipmentLine]()
        if await self._stock.passed_on(order.key):
            for n, rented in enumerate(await self._supplier.find(order.key)):
                if rented.is_kept:
                    rented = await self._supplier.release(rented.reference, order.key_for("release", after=n))
                fee_eur += rented.cancellation_fee_eur
        if any(item.how != "rent" for item in order.request.items):
            for n, purchase in enumerate(await self._supplier.purchases(order.key)):
                stays += await self._cancel(order, purchase, order.key_for("release-goods", after=n))
        await self._stock.release(order.key)
        stays_eur = sum((line.price_eur for line in stays), ZERO)
        await book_back(self._costs, order, fee_eur + stays_eur, self._clock.now())
        return EquipmentBooking(
            lines=tuple(stays),
            price_eur=stays_eur,
            released=True,
            cancellation_fee_eur=fee_eur,
        )

    @activity.defn(name="equipment.book_by_hand")
    async def book_by_hand(self, order: EquipmentOrder) -> EquipmentBooking:
        """Book what a person arranged instead."""
        return await book_by_hand(self._costs, order, EquipmentBooking, costs, self._clock.now())

    @activity.defn(name="equipment.give_back_by_hand")
    async def give_back_by_hand(self, order: EquipmentOrder) -> EquipmentBooking:
        """Book what is kept of what a person gave back instead."""
        kept = await keep_by_hand(self._costs, order, self._clock.now())
        return EquipmentBooking(lines=(), price_eur=ZERO, released=True, cancellation_fee_eur=kept.kept_eur)

    async def _take(self, order: EquipmentOrder) -> KeptEquipment:
        """What this order already has is found first; only what is missing is taken."""
        earlier = await self._supplier.find(order.key) if await self._stock.passed_on(order.key) else ()
        rented = next((one for one in earlier if one.is_kept), None)
        own = await self._stock.hold(order, self._clock.now(), leave_passed_on=rented is not None)
        goods = await self._priced(await self._lacking(order))
        missing = tuple(
            item for line, item in enumerate(order.request.items) if item.how == "rent" and line not in own.served
        )
        if not missing or rented is not None:
            return _within_ceiling(KeptEquipment(own=own, rented=rented, goods=goods), order)
        rented = await self._reserve(order, missing, again=len(earlier))
        try:
            return _within_ceiling(KeptEquipment(own=own, rented=rented, goods=goods), order)
        except EquipmentAboveCeiling:
            await self._supplier.release(rented.reference, order.key_for("release", after=len(earlier)))
            raise

    async def _reserve(
        self, order: EquipmentOrder, missing: tuple[EquipmentItem, ...], again: int
    ) -> SupplierReservation:
        try:
            key = order.key_for("hold", after=again)
            return await self._supplier.hold(missing, order.request, order.key, key)
        except PartnerRefused:
            for item in missing:
                if await self._supplier.available(item.article, order.request) < item.quantity:
                    raise _not_available(item) from None
            raise

    async def _lacking(self, order: EquipmentOrder) -> EquipmentOrder:
        """The same order without the goods that an earlier one of the same step brought: what is delivered stays
        the cooperative's, so nobody buys it again because the day is another one."""
        if order.revision == 1 or all(item.how == "rent" for item in order.request.items):
            return order
        there: Counter[tuple[str, str]] = Counter()
        for revision in range(1, order.revision):
            key = order_key(order.job_id, order.service, order.item, revision)
            for purchase in await self._supplier.purchases(key):
                for line in purchase.lines if purchase.state == "delivered" else ():
                    there[line.article, purchase.how] += line.quantity
        items = tuple(_less(item, there) for item in order.request.items)
        return order.model_copy(update={"request": order.request.model_copy(update={"items": items})})

    async def _priced(self, order: EquipmentOrder) -> tuple[EquipmentLine, ...]:
        """What the supplier's price list says of the goods to buy or lease."""
        items = [item for item in order.request.items if item.how != "rent" and item.quantity]
        if not items:
            return ()
        prices = {entry.article: entry.buy_eur for entry in await self._supplier.catalogue()}
        unknown = next((item for item in items if item.article not in prices), None)
        if unknown is not None:
            raise _not_available(unknown)
        return tuple(_priced_line(item, prices[item.article]) for item in items)

    async def _purchase(self, order: EquipmentOrder, how: Purchased) -> tuple[EquipmentLine, ...]:
        """Goods of one kind, ordered once; bought ones go on the stock list."""
        items = tuple(item for item in order.request.items if item.how == how and item.quantity)
        if not items:
            return ()
        ordered = () if order.first_try_of == "confirm" else await self._supplier.purchases(order.key)
        earlier = [found for found in ordered if found.how == how]
        purchase = next((found for found in earlier if found.state != "cancelled"), None)
        there_at = max(order.request.from_at - DELIVERED_BEFORE, self._clock.now())
        if purchase is None:
            purchase = await self._supplier.purchase(
                how,
                items,
                deliver_on=there_at.date(),
                deliver_to=await self._address(order.entity),
                order_key=order.key,
                key=order.key_for(f"confirm-{how}", after=len(earlier)),
            )
        if how == "buy":
            for line in _bought(order):
                await self._stock.receive(order, line, there_at)
        return purchase.lines

    async def _cancel(self, order: EquipmentOrder, purchase: PurchaseOrder, key: str) -> tuple[EquipmentLine, ...]:
        """The goods that stay because they are already delivered."""
        if purchase.state == "delivered":
            return purchase.lines
        if purchase.state == "ordered":
            await self._supplier.cancel(purchase.reference, key)
        if purchase.how == "buy":
            for line in _bought(order):
                await self._stock.send_back(order.key, line)
        return ()

    async def _address(self, slug: str) -> str:
        entity = await self._entities.entity(slug)
        at = entity.address
        return f"{entity.name}, {at.street} {at.house_number}, {at.postal_code} {at.city}"


def _within_ceiling(kept: KeptEquipment, order: EquipmentOrder) -> KeptEquipment:
    if kept.price_eur > order.request.ceiling_eur:
        raise EquipmentAboveCeiling(price=str(kept.price_eur), ceiling=str(order.request.ceiling_eur))
    return kept


def _not_available(item: EquipmentItem) -> EquipmentNotAvailable:
    return EquipmentNotAvailable(quantity=str(item.quantity), article=item.article)


def _bought(order: EquipmentOrder) -> list[int]:
    return [line for line, item in enumerate(order.request.items) if item.how == "buy" and item.quantity]


def _less(item: EquipmentItem, there: Counter[tuple[str, str]]) -> EquipmentItem:
    """The item without the pieces that are there, which are used up by it."""
    already = min(item.quantity, there[item.article, item.how])
    there[item.article, item.how] -= already
    return item.model_copy(update={"quantity": item.quantity - already})


def _priced_line(item: EquipmentItem, buy_eur: Decimal) -> EquipmentLine:
    share = LEASE_MONTH_SHARE if item.how == "lease" else Decimal(1)
    return EquipmentLine(
        article=item.article,
        quantity=item.quantity,
        how=item.how,
        source="supplier",
        price_eur=cents(buy_eur * item.quantity * share),
        reference="-",
    )


def costs(booking: EquipmentBooking) -> Decimal:
    """What it costs the job, without VAT."""
    return booking.price_eur


STEP = Step(
    name="equipment",
    request=EquipmentRequest,
    booking=EquipmentBooking,
    partners=("supplier",),
    hold=Verb(Equipment.hold),
    confirm=(Verb(Equipment.confirm),),
    release=Verb(Equipment.release),
    extend=Verb(Equipment.extend),
    decide_before_start=timedelta(hours=24),
    editable={
        "items": HELD,
        "from_at": "when it is fetched stands on this order's own delivery sheet",
        "until_at": "when it is brought back stands on this order's own delivery sheet",
        "ceiling_eur": "what may be paid at most; the fund posts no more than it reserved",
    },
    costs=costs,
    record=Verb(Equipment.book_by_hand, AT_ONCE),
    back_by_hand=BackByHand(KeptByHand, Verb(Equipment.give_back_by_hand, AT_ONCE), lacking_of_what_is_kept(costs)),
    sound=sound,
)
