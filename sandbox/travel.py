"""The railway: pre-booked for ten minutes, then tickets or nothing. Source: OSDM 3.x (UIC 90918-10)."""

import secrets
from datetime import timedelta
from decimal import Decimal

from fastapi import Query, Response

from sandbox.travel_offers import offers, price, read_offer, search, train_of

from . import clock
from .desk import Call, Visit, partner_router
from .problems import ProblemResponse, missing
from .stations import STATIONS, stations_by_name
from .store import Json, new_id
from .wire import CamelMessage, cents, paper

router = partner_router("railway")
CONFIRM_WITHIN = timedelta(minutes=10)
REFUND_VALID = timedelta(minutes=30)
REFUND_FEE = {"FULL_FLEXIBLE": Decimal(0), "SEMI_FLEXIBLE": Decimal("0.5"), "NON_FLEXIBLE": Decimal(1)}
"""The share of the price the railway keeps."""
BOOKING = "booking"


class OfferRequest(CamelMessage):
    """OSDM OfferCollectionRequest."""

    trip_ids: list[str] | None = None
    inbound_trip_ids: list[str] | None = None
    trip_search_criteria: Json | None = None
    anonymous_passenger_specifications: list[Json]
    offer_search_criteria: Json | None = None


class BookingRequest(CamelMessage):
    """OSDM BookingRequest."""

    offers: list[Json]
    passenger_specifications: list[Json]
    external_ref: str | None = None


@router.post("/places")
async def find_places(body: Json, call: Call) -> Json:
    """Stations by name."""
    name = str((body.get("placeInput") or {}).get("name", ""))
    return {"places": [station.as_json() for station in stations_by_name(name)]}


@router.get("/places")
async def list_places(call: Call) -> Json:
    """All stations."""
    return {"places": [station.as_json() for station in STATIONS]}


@router.post("/trips-collection")
async def search_trips(body: Json, call: Call) -> Json:
    """Trains there, and back when asked."""
    out, back = search(body.get("tripSearchCriteria") or {"origin": {}, "destination": {}})
    told = [train.as_json("OUTBOUND") for train in out] + [train.as_json("INBOUND") for train in back]
    return {"trips": told}


@router.post("/offers")
async def search_offers(body: OfferRequest, call: Call) -> Json:
    """What a journey costs, per class and flexibility."""
    if body.trip_ids:
        out = train_of(body.trip_ids[0])
        back = train_of(body.inbound_trip_ids[0]) if body.inbound_trip_ids else None
    else:
        there, returning = search(body.trip_search_criteria or {"origin": {}, "destination": {}})
        out, back = there[0], returning[0] if returning else None
    passengers = [
        str(one.get("externalRef") or number)
        for number, one in enumerate(body.anonymous_passenger_specifications, 1)
    ]
    return {
        "offers": offers(out, back, passengers, body.offer_search_criteria or {}, call.now),
        "anonymousPassengers": body.anonymous_passenger_specifications,
        "trips": [out.as_json("OUTBOUND"), *([back.as_json("INBOUND")] if back else [])],
    }


@router.post("/bookings", status_code=201)
async def create_booking(body: BookingRequest, call: Call) -> Json:
    """Pre-book: nothing is due before the confirmation time limit."""
    known = read_offer(str(body.offers[0].get("offerId")), call.now)
    if call.holds_run_out:
        raise ProblemResponse("hold-expired", "the offer has run out")
    id = new_id("bk")
    trips = [train_of(known["out"]).as_json("OUTBOUND")]
    if known["back"]:
        trips.append(train_of(known["back"]).as_json("INBOUND"))
    booking = {
        "id": id,
        "bookingCode": secrets.token_hex(3).upper(),
        "externalRef": body.external_ref,
        "createdOn": clock.text(call.now),
        "confirmationTimeLimit": clock.text(call.held_until(CONFIRM_WITHIN)),
        "passengers": [{"id": f"p{n}", **one} for n, one in enumerate(body.passenger_specifications, 1)],
        "provisionalPrice": known["total"],
        "confirmedPrice": price(Decimal(0)),
        "bookedOffers": [
            {
                "offerId": body.offers[0]["offerId"],
                "overallTravelClass": known["class"],
                "overallFlexibility": known["flexibility"],
                "admissions": [{"id": "A1", "status": "PREBOOKED", "price": known["total"]}],
            }
        ],
        "trips": trips,
        "fulfillmentRefs": [],
        "refundOffers": [],
        "confirmedRefunds": [],
    }
    call.store.put(call.partner, BOOKING, id, booking, reference=body.external_ref)
    call.effect("booking", id, body.external_ref)
    return {"booking": booking}


def _state(booking: Json) -> str:
    return str(booking["bookedOffers"][0]["admissions"][0]["status"])


def _turn(call: Visit, booking: Json, state: str) -> None:
    booking["bookedOffers"][0]["admissions"][0]["status"] = state
    call.store.put(call.partner, BOOKING, booking["id"], booking)


def _booking_status(call: Visit, booking: Json) -> Json:
    """A pre-booking that was not confirmed in time is no longer valid (confirmationTimeLimit)."""
    if _state(booking) == "PREBOOKED" and call.passed(booking["confirmationTimeLimit"]):
        _turn(call, booking, "ERROR")
    return booking


def _told_change(call: Visit, booking: Json) -> None:
    call.notify("railway.booking_changed", booking["id"], _state(booking), booking["externalRef"])


@router.get("/bookings")
async def find_bookings(call: Call, external_ref: str = Query(alias="externalRef")) -> Json:
    """The bookings with our reference."""
    found = call.store.find(call.partner, BOOKING, reference=external_ref)
    return {"bookings": [_booking_status(call, booking) for booking in found]}


@router.get("/bookings/{id}")
async def get_booking(id: str, call: Call) -> Json:
    """One booking."""
    return {"booking": _booking_status(call, call.must(BOOKING, id))}


def _confirmable(call: Visit, id: str) -> Json:
    booking = _booking_status(call, call.must(BOOKING, id))
    if _state(booking) == "ERROR":
        raise ProblemResponse("hold-expired", f"to be confirmed by {booking['confirmationTimeLimit']}")
    if _state(booking) not in ("PREBOOKED", "FULFILLED"):
        raise ProblemResponse("wrong-state", f"the booking is {_state(booking)}")
    return booking


@router.get("/bookings/{id}/fulfillment-check", status_code=204)
async def check_fulfillment(id: str, call: Call) -> Response:
    """Whether a confirmation would succeed now."""
    _confirmable(call, id)
    return Response(status_code=204)


@router.post("/bookings/{id}/fulfillments")
async def create_fulfillments(id: str, call: Call) -> Json:
    """Confirm: the tickets are issued and to be paid; asked twice, the same tickets."""
    booking = _confirmable(call, id)
    if _state(booking) == "PREBOOKED":
        _issue(call, booking)
    refs = [ref["fulfillmentId"] for ref in booking["fulfillmentRefs"]]
    return {"fulfillments": [_ticket(call, ref) for ref in refs], "booking": booking}


def _issue(call: Visit, booking: Json) -> None:
    for number, passenger in enumerate(booking["passengers"], 1):
        ticket = {
            "id": new_id("tk"),
            "status": "FULFILLED",
            "bookingRef": booking["id"],
            "createdOn": clock.text(call.now),
            "controlNumber": f"{booking['bookingCode']}-{number}",
            "passenger": passenger.get("externalRef"),
        }
        call.store.put(call.partner, "fulfillment", str(ticket["id"]), ticket)
        booking["fulfillmentRefs"].append({"fulfillmentId": ticket["id"]})
    booking["confirmedPrice"], booking["provisionalPrice"] = booking["provisionalPrice"], price(Decimal(0))
    _turn(call, booking, "FULFILLED")
    call.effect("fulfillment", booking["id"], booking["externalRef"])
    _told_change(call, booking)


def _ticket(call: Visit, id: str) -> Json:
    return call.must("fulfillment", id)


@router.get("/fulfillments/{id}")
async def get_fulfillment(id: str, call: Call) -> Json:
    """A ticket with its paper."""
    ticket = _ticket(call, id)
    booking = call.must(BOOKING, ticket["bookingRef"])
    trips = [f"{t['originName']} - {t['destinationName']}  {t['startTime']}" for t in booking["trips"]]
    shown = paper(f"{id}.pdf", "Train ticket (simulated)", str(ticket["controlNumber"]), *trips)
    document = {"id": id, "type": "TICKET", "medium": "PDF_A4", "content": shown["content"]}
    return {"fulfillment": ticket | {"fulfillmentDocuments": [document]}}


@router.post("/bookings/{id}/refund-offers")
async def create_refund_offers(id: str, body: Json, call: Call) -> Json:
    """What would come back: all, half or nothing, by the ticket's flexibility."""
    booking = call.must(BOOKING, id)
    if _state(booking) != "FULFILLED":
        raise ProblemResponse("wrong-state", f"the booking is {_state(booking)}")
    if clock.instant(booking["trips"][0]["startTime"]) <= call.now:
        raise ProblemResponse("refused", "the journey has begun")
    paid = Decimal(booking["confirmedPrice"]["amount"]) / 100
    fee = cents(paid * REFUND_FEE[booking["bookedOffers"][0]["overallFlexibility"]])
    offer = {
        "id": new_id("rf"),
        "status": "PROPOSED",
        "createdOn": clock.text(call.now),
        "validFrom": clock.text(call.now),
        "validUntil": clock.text(call.held_until(REFUND_VALID)),
        "refundedFulfillments": booking["fulfillmentRefs"],
        "refundFee": price(fee),
        "refundableAmount": price(paid - fee),
    }
    booking["refundOffers"].append(offer)
    call.store.put(call.partner, BOOKING, id, booking)
    return {"refundOffers": [offer]}


@router.patch("/bookings/{id}/refund-offers/{offer_id}")
async def confirm_refund_offer(id: str, offer_id: str, call: Call) -> Json:
    """Take a refund offer: the tickets are void."""
    booking = call.must(BOOKING, id)
    offer = next((one for one in booking["refundOffers"] if one["id"] == offer_id), None)
    if offer is None:
        raise missing(f"refund offer {offer_id}")
    if offer["status"] == "PROPOSED":
        _refund(call, booking, offer)
    return {"refundOffer": offer, "booking": booking}


def _refund(call: Visit, booking: Json, offer: Json) -> None:
    if _state(booking) != "FULFILLED":
        raise ProblemResponse("wrong-state", f"the booking is {_state(booking)}")
    if call.passed(offer["validUntil"]):
        raise ProblemResponse("hold-expired", f"the refund offer was valid until {offer['validUntil']}")
    offer["status"] = "CONFIRMED"
    booking["confirmedRefunds"].append(offer)
    booking["confirmedPrice"] = offer["refundFee"]
    _turn(call, booking, "REFUNDED")
    call.effect("refund", booking["id"], booking["externalRef"])
    _told_change(call, booking)


@router.delete("/bookings/{id}", status_code=204)
async def release_booking(id: str, call: Call) -> Response:
    """Give back what was only pre-booked; done twice it is still given back."""
    booking = _booking_status(call, call.must(BOOKING, id))
    if _state(booking) not in ("PREBOOKED", "ERROR", "RELEASED"):
        raise ProblemResponse("wrong-state", f"the booking is {_state(booking)}")
    if _state(booking) == "PREBOOKED":
        _turn(call, booking, "RELEASED")
        call.effect("release", id, booking["externalRef"])
        _told_change(call, booking)
    return Response(status_code=204)
