"""The railway over HTTP, in OSDM 3.x.

Source: UnionInternationalCheminsdeFer/OSDM 3.9.0 (UIC 90918-10), consulted 23-11-2026.
"""

from base64 import b64decode
from decimal import Decimal
from typing import Literal

from domain.errors import PartnerDown
from domain.money import ZERO
from domain.services.travel import JourneyOffer, KeptJourney, Passenger, PlaceUnknown, TravelRequest
from partners import travel_osdm
from partners.http import Nothing, PartnerHttp, in_path

State = Literal["held", "confirmed", "expired", "released"]
STATES: dict[str, State] = {
    "PREBOOKED": "held",
    "ON_HOLD": "held",
    "CONFIRMED": "confirmed",
    "FULFILLED": "confirmed",
    "RELEASED": "released",
    "REFUNDED": "released",
}
CLASSES = {"first": "FIRST", "second": "SECOND"}


class OsdmRailway:
    """Finds, pre-books, buys and refunds train tickets."""

    def __init__(self, http: PartnerHttp) -> None:
        self._http = http

    async def find(self, reference: str) -> tuple[KeptJourney, ...]:
        """Every booking ever made under this reference, oldest first."""
        params = {"externalRef": reference}
        found = await self._http.ask("GET", "/bookings", travel_osdm.BookingsFound, params=params)
        return tuple(map(_journey, found.bookings))

    async def offers(self, request: TravelRequest, passenger: Passenger) -> tuple[JourneyOffer, ...]:
        """The cheapest offer for each outward train, the best train first, with the first train back."""
        out, back = await self._trips(request)
        found = []
        for trip in out:
            query = _offer_query(request, passenger, trip, back)
            answer = await self._http.ask("POST", "/offers", travel_osdm.TravelOffers, body=query)
            found += [_offer(trip, offer) for offer in answer.offers[:1]]
            if found:
                break
        return tuple(found)

    async def hold(self, offer: JourneyOffer, passenger: Passenger, reference: str, key: str) -> KeptJourney:
        """Pre-book: nothing is due until the railway's time limit."""
        chosen = travel_osdm.ChosenOffer(offer_id=offer.offer_id, passenger_refs=(passenger.ref,))
        body = travel_osdm.NewBooking(
            offers=(chosen,), external_ref=reference, passenger_specifications=(_named(passenger),)
        )
        return _journey(
            (await self._http.ask("POST", "/bookings", travel_osdm.BookingAnswer, body=body, key=key)).booking
        )

    async def confirm(self, booking_id: str, key: str) -> KeptJourney:
        """Buy: the tickets are issued."""
        path = f"/bookings/{in_path(booking_id)}/fulfillments"
        return _journey(
            (await self._http.ask("POST", path, travel_osdm.BookingAnswer, body=Nothing(), key=key)).booking
        )

    async def ticket(self, fulfillment: str) -> bytes:
        """One ticket as a PDF."""
        path = f"/fulfillments/{in_path(fulfillment)}"
        answer = await self._http.ask("GET", path, travel_osdm.FulfillmentAnswer)
        if not answer.fulfillment.fulfillment_documents:
            raise PartnerDown(self._http.partner, f"ticket {fulfillment} has no paper yet")
        return b64decode(answer.fulfillment.fulfillment_documents[0].content)

    async def release(self, journey: KeptJourney, key: str) -> KeptJourney:
        """Give back what was only pre-booked, refund what was bought."""
        if journey.state == "confirmed":
            return await self._refund(journey.booking_id, key)
        await self._http.send("DELETE", f"/bookings/{in_path(journey.booking_id)}", key=key)
        return journey.model_copy(update={"state": "released", "expires_at": None})

    async def _refund(self, booking_id: str, key: str) -> KeptJourney:
        """A refund offer binds nobody and lives minutes, so that each try asks for a new one."""
        path = f"/bookings/{in_path(booking_id)}/refund-offers"
        offers = await self._http.ask("POST", path, travel_osdm.RefundOffers, body=travel_osdm.RefundQuery())
        offer = offers.refund_offers[0]
        done = await self._http.ask(
            "PATCH", f"{path}/{in_path(offer.id)}", travel_osdm.RefundDone, body=travel_osdm.RefundTaken(), key=key
        )
        return _journey(done.booking).model_copy(update={"refund_fee_eur": done.refund_offer.refund_fee.eur})

    async def _trips(self, request: TravelRequest) -> tuple[list[travel_osdm.Trip], list[travel_osdm.Trip]]:
        search = travel_osdm.TripSearch(
            arrival_time=request.arrive_by_at,
            origin=await self._place(request.from_place),
            destination=await self._place(request.to_place),
            return_search_parameters=_return(request),
        )
        query = travel_osdm.TripQuery(trip_search_criteria=search)
        found = await self._http.ask("POST", "/trips-collection", travel_osdm.Trips, body=query)
        out = [
            trip for trip in found.trips if trip.direction == "OUTBOUND" and trip.end_time <= request.arrive_by_at
        ]
        return out, [trip for trip in found.trips if trip.direction == "INBOUND"]

    async def _place(self, name: str) -> travel_osdm.PlaceRef:
        query = travel_osdm.PlaceQuery(place_input=travel_osdm.PlaceInput(name=name))
        found = await self._http.ask("POST", "/places", travel_osdm.Places, body=query)
        if not found.places:
            raise PlaceUnknown(place=name)
        return travel_osdm.PlaceRef(stop_place_ref=found.places[0].id)


def _return(request: TravelRequest) -> travel_osdm.ReturnSearch | None:
    return travel_osdm.ReturnSearch(inward_return_departure_time=request.return_at) if request.return_at else None


def _offer_query(
    request: TravelRequest, passenger: Passenger, out: travel_osdm.Trip, back: list[travel_osdm.Trip]
) -> travel_osdm.OfferQuery:
    return travel_osdm.OfferQuery(
        trip_ids=(out.id,),
        inbound_trip_ids=(back[0].id,) if back else None,
        anonymous_passenger_specifications=(
            travel_osdm.AnonymousPassenger(external_ref=passenger.ref, age=passenger.age),
        ),
        offer_search_criteria=travel_osdm.OfferSearch(
            travel_classes=(CLASSES[request.travel_class],),
            flexibilities=("FULL_FLEXIBLE",) if request.flexible else ("NON_FLEXIBLE", "SEMI_FLEXIBLE"),
        ),
    )


def _offer(trip: travel_osdm.Trip, offer: travel_osdm.TravelOffer) -> JourneyOffer:
    return JourneyOffer(
        offer_id=offer.offer_id,
        departs_at=trip.start_time,
        arrives_at=trip.end_time,
        price_eur=offer.offer_summary.minimal_price.eur,
    )


def _named(passenger: Passenger) -> travel_osdm.NamedPassenger:
    detail = travel_osdm.PassengerDetail(
        first_name=passenger.given_name,
        last_name=passenger.family_name,
        contact=travel_osdm.Contact(email=passenger.email),
    )
    return travel_osdm.NamedPassenger(external_ref=passenger.ref, detail=detail)


def _journey(booking: travel_osdm.Booking) -> KeptJourney:
    parts = [part for offer in booking.booked_offers for part in offer.admissions + offer.reservations]
    states = {STATES.get(part.status, "expired") for part in parts}
    strongest: tuple[State, ...] = ("confirmed", "held", "released")
    state: State = next((one for one in strongest if one in states), "expired")
    return KeptJourney(
        booking_id=booking.id,
        state=state,
        departs_at=booking.trips[0].start_time if booking.trips else None,
        price_eur=_price(booking),
        expires_at=booking.confirmation_time_limit,
        fulfillments=tuple(ref.fulfillment_id for ref in booking.fulfillment_refs),
    )


def _price(booking: travel_osdm.Booking) -> Decimal:
    """Confirmed once bought, provisional before."""
    prices = [price.eur for price in (booking.confirmed_price, booking.provisional_price) if price]
    return next((price for price in prices if price), ZERO)
