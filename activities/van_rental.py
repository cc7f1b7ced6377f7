"""A van for the job: of the own fleet, else from an outside hirer."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Protocol

from temporalio import activity

from activities.costs import CostBook, book_back, book_by_hand, book_cost, keep_by_hand, lacking_of_what_is_kept
from activities.step import AT_ONCE, BackByHand, Clock, Step, Verb
from domain.hand import KeptByHand
from domain.orders import StepOrder
from domain.periods import brussels
from domain.rules.own_prices import own_van_price
from domain.services.van_rental import (
    NO_VAN,
    KeptVan,
    NoVanLeft,
    VanAboveCeiling,
    VanBooking,
    VanOffer,
    VanRentalRequest,
    sound,
)

VanOrder = StepOrder[VanRentalRequest]


class Fleet(Protocol):
    """The cooperative's own vans."""

    async def find(self, order_key: str) -> KeptVan | None:
        """The van this order keeps or kept."""
        ...

    async def passed_on(self, order_key: str) -> bool:
        """Whether no own van was free, so that the hirer may have been asked."""
        ...

    async def hold(self, order: VanOrder, price_eur: Decimal, now: datetime) -> KeptVan | None:
        """Keep the smallest free van that fits; None, and remembered as passed on, when there is none.

        An order that replaces another takes over its van in the same stroke.
        """
        ...

    async def confirm(self, order_key: str) -> KeptVan | None:
        """Keep it for good; None when this order keeps no van."""
        ...

    async def extend(self, order_key: str, until_at: datetime) -> KeptVan | None:
        """Let the hold last longer; None when this order keeps no van."""
        ...

    async def release(self, order_key: str) -> KeptVan | None:
        """Give it back; None when this order never had one."""
        ...


class Hirer(Protocol):
    """An outside company that hires out vans."""

    async def find(self, order_key: str) -> tuple[KeptVan, ...]:
        """Every van ever held for this order, oldest first."""
        ...

    async def offers(self, request: VanRentalRequest) -> tuple[VanOffer, ...]:
        """The vans that fit, cheapest first."""
        ...

    async def hold(self, offer: VanOffer, order_key: str, key: str) -> KeptVan:
        """Keep one without being bound."""
        ...

    async def confirm(self, reference: str, key: str) -> KeptVan:
        """Hire it."""
        ...

    async def extend(self, reference: str, key: str) -> KeptVan:
        """Let the hold last longer."""
        ...

    async def release(self, van: KeptVan, key: str) -> KeptVan:
        """Give it back: free while held, at the cancellation price once hired."""
        ...


class VanRental:
    """Holds, hires and gives back a van."""

    def __init__(self, fleet: Fleet, hirer: Hirer, costs: CostBook, clock: Clock) -> None:
        self._fleet = fleet
        self._hirer = hirer
        self._costs = costs
        self._clock = clock

    @activity.defn(name="van_rental.hold")
    async def hold(self, order: VanOrder) -> VanBooking:
        """Keep a van: what this order already has, else an own van, else a hired one."""
        return (await self._take(order)).booking()

    @activity.defn(name="van_rental.confirm")
    async def confirm(self, order: VanOrder) -> VanBooking:
        """Take the van for good; when the hold ran out, take one again within the ceiling."""
        van = await self._fleet.confirm(order.key) or await self._take(order)
        if van.state == "held" and van.source == "own_fleet":
            van = await self._fleet.confirm(order.key) or van
        elif van.state == "held":
            van = await self._hirer.confirm(van.reference, order.key_for("confirm"))
        await book_cost(self._costs, order, van.price_eur, self._clock.now())
        return van.booking()

    @activity.defn(name="van_rental.extend")
    async def extend(self, order: VanOrder) -> VanBooking:
        """Let the hold last: an own van until the departure, a hired one as long as the hirer allows."""
        van = await self._fleet.extend(order.key, order.request.from_at)
        if van is None:
            van = await self._take(order)
        if van.source == "hirer" and van.state == "held":
            van = await self._hirer.extend(van.reference, order.key_for(f"extend-{van.expires_at:%d%H%M}"))
        return van.booking()

    @activity.defn(name="van_rental.release")
    async def release(self, order: VanOrder) -> VanBooking:
        """Give back whatever this order has; nothing found is nothing to do."""
        released = await self._fleet.release(order.key)
        if await self._fleet.passed_on(order.key):
            for n, van in enumerate(await self._hirer.find(order.key)):
                released = van
                if van.is_kept:
                    released = await self._hirer.release(van, order.key_for("release", after=n))
        given_back = released or NO_VAN
        await book_back(self._costs, order, given_back.cancellation_fee_eur, self._clock.now())
        return given_back.booking()

    @activity.defn(name="van_rental.book_by_hand")
    async def book_by_hand(self, order: VanOrder) -> VanBooking:
        """Book what a person arranged instead."""
        return await book_by_hand(self._costs, order, VanBooking, costs, self._clock.now())

    @activity.defn(name="van_rental.give_back_by_hand")
    async def give_back_by_hand(self, order: VanOrder) -> VanBooking:
        """Book what is kept of what a person gave back instead."""
        kept = await keep_by_hand(self._costs, order, self._clock.now())
        return NO_VAN.booking().model_copy(update={"cancellation_fee_eur": kept.kept_eur})

    async def _take(self, order: VanOrder) -> KeptVan:
        """Looks at the hirer before the fleet when an earlier try may have got as far as the hirer."""
        if await self._fleet.passed_on(order.key):
            return await self._hired(order.key) or await self._own(order) or await self._hire(order)
        return await self._own(order) or await self._hire(order)

    async def _own(self, order: VanOrder) -> KeptVan | None:
        wish = order.request
        price_eur = own_van_price(wish.from_at, wish.until_at, wish.kilometres)
        _within_ceiling(price_eur, order)
        return await self._fleet.hold(order, price_eur, self._clock.now())

    async def _hired(self, order_key: str) -> KeptVan | None:
        return next((van for van in await self._hirer.find(order_key) if van.is_kept), None)

    async def _hire(self, order: VanOrder) -> KeptVan:
        earlier = () if order.first_try_of == "hold" else await self._hirer.find(order.key)
        for van in earlier:
            if van.is_kept:
                return van
        for offer in await self._hirer.offers(order.request):
            _within_ceiling(offer.price_eur, order)
            return await self._hirer.hold(offer, order.key, order.key_for("hold", after=len(earlier)))
        raise NoVanLeft(from_at=_shown(order.request.from_at), until_at=_shown(order.request.until_at))


def _shown(at: datetime) -> str:
    return f"{brussels(at):%d-%m-%Y %H:%M}"


def _within_ceiling(price_eur: Decimal, order: VanOrder) -> None:
    if price_eur > order.request.ceiling_eur:
        raise VanAboveCeiling(price=str(price_eur), ceiling=str(order.request.ceiling_eur))


def costs(booking: VanBooking) -> Decimal:
    """What it costs the job, without VAT."""
    return booking.price_eur


STEP = Step(
    name="van_rental",
    request=VanRentalRequest,
    booking=VanBooking,
    partners=("vans",),
    hold=Verb(VanRental.hold),
    confirm=(Verb(VanRental.confirm),),
    release=Verb(VanRental.release),
    extend=Verb(VanRental.extend),
    decide_before_start=timedelta(hours=24),
    editable={
        "driver": "who drives stands on the handover sheet of this very order",
        "from_at": "when the van is fetched stands on this order's own handover sheet",
        "until_at": "when the van is brought back stands on this order's own handover sheet",
        "pick_up": "where it is fetched stands on this order's own handover sheet",
        "kilometres": "priced and printed by this order alone",
        "seats": "told to the hirer alone",
        "load_kg": "told to the hirer alone",
        "ceiling_eur": "what may be paid at most; the fund posts no more than it reserved",
    },
    costs=costs,
    record=Verb(VanRental.book_by_hand, AT_ONCE),
    back_by_hand=BackByHand(KeptByHand, Verb(VanRental.give_back_by_hand, AT_ONCE), lacking_of_what_is_kept(costs)),
    sound=sound,
)
