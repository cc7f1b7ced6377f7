"""What is said to a railway in OSDM 3.x: places, trips, offers, bookings, fulfillments, refunds.

Source: UnionInternationalCheminsdeFer/OSDM 3.9.0 (UIC 90918-10), consulted 23-11-2026.
"""

from datetime import datetime
from decimal import Decimal
from typing import Literal

from pydantic import ConfigDict
from pydantic.alias_generators import to_camel

from domain.money import cents
from partners.http import PartnerMessage


class Osdm(PartnerMessage):
    """OSDM writes camelCase."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, extra="ignore", frozen=True)


class PlaceInput(Osdm):
    """A name to look for."""

    name: str


class PlaceQuery(Osdm):
    """Which station is meant."""

    place_input: PlaceInput


class Station(Osdm):
    """A station."""

    id: str


class Places(Osdm):
    """The stations of a name."""

    places: tuple[Station, ...] = ()


class PlaceRef(Osdm):
    """A station, meant."""

    object_type: str = "StopPlaceRef"
    stop_place_ref: str


class ReturnSearch(Osdm):
    """When the way back begins."""

    inward_return_departure_time: datetime


class TripSearch(Osdm):
    """From where to where, there by when."""

    arrival_time: datetime
    origin: PlaceRef
    destination: PlaceRef
    return_search_parameters: ReturnSearch | None = None


class TripQuery(Osdm):
    """A search for trips."""

    trip_search_criteria: TripSearch


class Trip(Osdm):
    """A connection."""

    id: str
    direction: Literal["OUTBOUND", "INBOUND"] = "OUTBOUND"
    start_time: datetime
    end_time: datetime


class Trips(Osdm):
    """Connections, best first."""

    trips: tuple[Trip, ...] = ()


class AnonymousPassenger(Osdm):
    """A traveller without a name."""

    external_ref: str
    type: str = "PERSON"
    age: int | None = None


class OfferSearch(Osdm):
    """The wished class and flexibility."""

    travel_classes: tuple[str, ...]
    flexibilities: tuple[str, ...]


class OfferQuery(Osdm):
    """A search for offers on chosen trips."""

    trip_ids: tuple[str, ...]
    inbound_trip_ids: tuple[str, ...] | None = None
    anonymous_passenger_specifications: tuple[AnonymousPassenger, ...]
    offer_search_criteria: OfferSearch


class OsdmPrice(Osdm):
    """An amount in the smallest unit of its currency."""

    amount: int
    scale: int = 2

    @property
    def eur(self) -> Decimal:
        """In euro."""
        return cents(Decimal(self.amount).scaleb(-self.scale))


class OfferSummary(Osdm):
    """What an offer costs at least."""

    minimal_price: OsdmPrice


class TravelOffer(Osdm):
    """An offer."""

    offer_id: str
    offer_summary: OfferSummary


class TravelOffers(Osdm):
    """Offers, cheapest first."""

    offers: tuple[TravelOffer, ...] = ()


class ChosenOffer(Osdm):
    """The offer that is booked, and for whom."""

    offer_id: str
    passenger_refs: tuple[str, ...]


class Contact(Osdm):
    """Where the railway tells of delays."""

    email: str | None = None


class PassengerDetail(Osdm):
    """A traveller's name."""

    first_name: str
    last_name: str
    contact: Contact


class NamedPassenger(Osdm):
    """A traveller."""

    external_ref: str
    type: str = "PERSON"
    detail: PassengerDetail


class NewBooking(Osdm):
    """A booking asked for."""

    offers: tuple[ChosenOffer, ...]
    external_ref: str
    passenger_specifications: tuple[NamedPassenger, ...]


class BookedPart(Osdm):
    """A part of a booking, with its state."""

    status: str


class BookedOffer(Osdm):
    """An offer as it was booked."""

    admissions: tuple[BookedPart, ...] = ()
    reservations: tuple[BookedPart, ...] = ()


class FulfillmentRef(Osdm):
    """A ticket's number."""

    fulfillment_id: str


class Booking(Osdm):
    """A booking."""

    id: str
    confirmation_time_limit: datetime | None = None
    provisional_price: OsdmPrice | None = None
    confirmed_price: OsdmPrice | None = None
    booked_offers: tuple[BookedOffer, ...] = ()
    trips: tuple[Trip, ...] = ()
    fulfillment_refs: tuple[FulfillmentRef, ...] = ()


class BookingAnswer(Osdm):
    """One booking."""

    booking: Booking


class BookingsFound(Osdm):
    """The bookings with one reference of ours."""

    bookings: tuple[Booking, ...] = ()


class TicketDocument(Osdm):
    """A ticket's paper, base64."""

    content: str


class Fulfillment(Osdm):
    """A ticket."""

    fulfillment_documents: tuple[TicketDocument, ...] = ()


class FulfillmentAnswer(Osdm):
    """One ticket."""

    fulfillment: Fulfillment


class RefundQuery(Osdm):
    """Which tickets come back; none named means all."""

    refund_specifications: tuple[FulfillmentRef, ...] = ()


class RefundOffer(Osdm):
    """What would come back, and what the railway keeps."""

    id: str
    refund_fee: OsdmPrice


class RefundOffers(Osdm):
    """Refunds on offer."""

    refund_offers: tuple[RefundOffer, ...] = ()


class RefundTaken(Osdm):
    """The wish to take a refund."""

    status: Literal["CONFIRMED"] = "CONFIRMED"


class RefundDone(Osdm):
    """A refund taken."""

    refund_offer: RefundOffer
    booking: Booking
