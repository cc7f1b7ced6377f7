"""Train tickets of one traveller: priced early, pre-booked for minutes, then bought; given back or refunded."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Protocol

from temporalio import activity

from activities.costs import CostBook, book_back, book_by_hand, book_cost, keep_by_hand, lacking_of_what_is_kept
from activities.ports import Papers, People
from activities.step import AT_ONCE, BackByHand, Clock, Step, Verb
from activities.together import with_the_answer
from domain.hand import KeptByHand
from domain.money import ZERO
from domain.orders import StepOrder
from domain.services.travel import (
    JourneyOffer,
    KeptJourney,
    NoTrainInTime,
    Passenger,
    TicketAboveCeiling,
    TravelBooking,
    TravelRequest,
    sound,
)

TravelOrder = StepOrder[TravelRequest]


class Railway(Protocol):
    """The railway. Bookings carry the order's short reference."""

    async def find(self, reference: str) -> tuple[KeptJourney, ...]:
        """Every booking ever made under this reference, oldest first."""
        ...

    async def offers(self, request: TravelRequest, passenger: Passenger) -> tuple[JourneyOffer, ...]:
        """Journeys in the wished class and flexibility, the best connection first; PlaceUnknown."""
        ...

    async def hold(self, offer: JourneyOffer, passenger: Passenger, reference: str, key: str) -> KeptJourney:
        """Pre-book: nothing is due until the railway's time limit."""
        ...

    async def confirm(self, booking_id: str, key: str) -> KeptJourney:
        """Buy: the tickets are issued."""
        ...

    async def ticket(self, fulfillment: str) -> bytes:
        """One ticket as a PDF."""
        ...

    async def release(self, journey: KeptJourney, key: str) -> KeptJourney:
        """Give back what was only pre-booked, refund what was bought."""
        ...


class Travel:
    """Holds, buys and gives back train tickets."""

    def __init__(self, railway: Railway, people: People, papers: Papers, costs: CostBook, clock: Clock) -> None:
        self._railway = railway
        self._people = people
        self._papers = papers
        self._costs = costs
        self._clock = clock

    @activity.defn(name="travel.hold")
    async def hold(self, order: TravelOrder) -> TravelBooking:
        """Pre-book the last train that arrives in time, within the ceiling."""
        return _booking(order, await self._take(order))

    @activity.defn(name="travel.confirm")
    async def confirm(self, order: TravelOrder) -> TravelBooking:
        """Buy the tickets and file them; a pre-booking that ran out is made again within the ceiling."""
        journey = await self._take(order)
        if journey.state == "held":
            journey = await self._railway.confirm(journey.booking_id, _key(order, "confirm", journey))
        tickets = [await self._railway.ticket(fulfillment) for fulfillment in journey.fulfillments]
        await with_the_answer()
        await book_cost(self._costs, order, journey.price_eur, self._clock.now())
        return _booking(order, journey, await self._file(order, journey, tickets))

    @activity.defn(name="travel.release")
    async def release(self, order: TravelOrder) -> TravelBooking:
        """Give back whatever this order has; nothing found is nothing to do."""
        released = NOTHING
        for journey in await self._railway.find(order.short):
            released = journey
            if journey.is_kept:
                released = await self._railway.release(journey, _key(order, "release", journey))
        await book_back(self._costs, order, released.refund_fee_eur, self._clock.now())
        return _booking(order, released)

    @activity.defn(name="travel.book_by_hand")
    async def book_by_hand(self, order: TravelOrder) -> TravelBooking:
        """Book what a person arranged instead."""
        return await book_by_hand(self._costs, order, TravelBooking, costs, self._clock.now())

    @activity.defn(name="travel.give_back_by_hand")
    async def give_back_by_hand(self, order: TravelOrder) -> TravelBooking:
        """Book what is kept of what a person gave back instead."""
        kept = await keep_by_hand(self._costs, order, self._clock.now())
        return _booking(order, NOTHING.model_copy(update={"refund_fee_eur": kept.kept_eur}))

    async def _take(self, order: TravelOrder) -> KeptJourney:
        earlier = () if order.first_try_of == "hold" else await self._railway.find(order.short)
        for journey in earlier:
            if journey.is_kept:
                return journey
        passenger = await self._passenger(order)
        for offer in await self._railway.offers(order.request, passenger):
            if offer.arrives_at <= order.request.arrive_by_at and offer.departs_at > self._clock.now():
                _within_ceiling(offer, order)
                key = order.key_for("hold", after=len(earlier))
                return await self._railway.hold(offer, passenger, order.short, key)
        raise NoTrainInTime(from_place=order.request.from_place, to_place=order.request.to_place)

    async def _passenger(self, order: TravelOrder) -> Passenger:
        person = await self._people.person(order.request.person_id)
        return Passenger(
            ref=order.request.traveller,
            given_name=person.given_name,
            family_name=person.family_name,
            email=person.email,
            age=_age(person.birth_on, order.request.arrive_by_at.date()),
        )

    async def _file(self, order: TravelOrder, journey: KeptJourney, tickets: Sequence[bytes]) -> tuple[str, ...]:
        return tuple(
            [
                await self._papers.file(
                    job_id=order.job_id,
                    step=order.step,
                    name=f"ticket-{order.request.traveller}-{journey.booking_id}-{n}.pdf",
                    kind=f"ticket-{n}",
                    media_type="application/pdf",
                    content=ticket,
                    audience=("member", "crew", "advisor", "ops"),
                    subject_id=order.request.person_id,
                    order_key=order.key,
                )
                for n, ticket in enumerate(tickets, 1)
            ]
        )


NOTHING = KeptJourney(booking_id="-", state="released", price_eur=ZERO)
"""What an order has that never had a booking."""


def _key(order: TravelOrder, operation: str, journey: KeptJourney) -> str:
    """Each booking of an order is bought and given back under its own key."""
    return order.key_for(f"{operation}-{journey.booking_id}")


def _within_ceiling(offer: JourneyOffer, order: TravelOrder) -> None:
    if offer.price_eur > order.request.ceiling_eur:
        raise TicketAboveCeiling(price=str(offer.price_eur), ceiling=str(order.request.ceiling_eur))


def _age(birth_on: date | None, on: date) -> int | None:
    if birth_on is None:
        return None
    return on.year - birth_on.year - ((on.month, on.day) < (birth_on.month, birth_on.day))


def _booking(order: TravelOrder, journey: KeptJourney, tickets: tuple[str, ...] = ()) -> TravelBooking:
    return TravelBooking(
        booking_id=journey.booking_id,
        from_place=order.request.from_place,
        to_place=order.request.to_place,
        departs_at=journey.departs_at,
        price_eur=journey.price_eur,
        expires_at=journey.expires_at if journey.state == "held" else None,
        tickets=tickets,
        confirmed=journey.state == "confirmed",
        released=not journey.is_kept,
        refund_fee_eur=journey.refund_fee_eur,
    )


def costs(booking: TravelBooking) -> Decimal:
    """What it costs the job, without VAT."""
    return booking.price_eur


STEP = Step(
    name="travel",
    request=TravelRequest,
    booking=TravelBooking,
    partners=("railway",),
    hold=Verb(Travel.hold),
    confirm=(Verb(Travel.confirm),),
    release=Verb(Travel.release),
    short_hold=True,
    decide_before_start=timedelta(hours=12),
    editable={
        "from_place": "printed on this ticket alone",
        "to_place": "printed on this ticket alone",
        "arrive_by_at": "the rules of the service keep it before the traveller's signed start",
        "return_at": "printed on this ticket alone",
        "travel_class": "printed on this ticket alone",
        "flexible": "printed on this ticket alone",
        "ceiling_eur": "what may be paid at most; the fund posts no more than it reserved",
    },
    costs=costs,
    record=Verb(Travel.book_by_hand, AT_ONCE),
    back_by_hand=BackByHand(KeptByHand, Verb(Travel.give_back_by_hand, AT_ONCE), lacking_of_what_is_kept(costs)),
    sound=sound,
)
