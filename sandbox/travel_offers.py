"""What the simulated railway runs and asks: a train each half hour, a price by distance and class."""

import base64
import binascii
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import product

from . import clock
from .problems import ProblemResponse, missing
from .stations import BY_CODE, PREFIX, Station, distance_km
from .store import Json
from .wire import cents

HEADWAY = timedelta(minutes=30)
OFFER_VALID = timedelta(minutes=30)
CLASSES = ("SECOND", "FIRST")
FLEXIBILITIES = {
    "NON_FLEXIBLE": Decimal("0.80"),
    "SEMI_FLEXIBLE": Decimal("0.90"),
    "FULL_FLEXIBLE": Decimal("1"),
}
"""The share of the full fare each flexibility costs; made up, like every price here."""


@dataclass(frozen=True)
class Train:
    """One train between two stations at one time; its number says all of that."""

    origin: Station
    destination: Station
    departs_at: datetime

    @property
    def id(self) -> str:
        """Its number, from which it can be found again."""
        return f"{self.origin.code}-{self.destination.code}-{self.departs_at:%Y%m%d%H%M}"

    @property
    def kilometres(self) -> int:
        """How far it runs."""
        return distance_km(self.origin, self.destination)

    @property
    def arrives_at(self) -> datetime:
        """Eight minutes, and a kilometre every forty seconds."""
        return self.departs_at + timedelta(minutes=8 + self.kilometres * 2 // 3)

    def as_json(self, direction: str) -> Json:
        """The trip as OSDM writes it."""
        minutes = int((self.arrives_at - self.departs_at).total_seconds() // 60)
        return {
            "id": self.id,
            "direction": direction,
            "duration": f"PT{minutes}M",
            "transfers": 0,
            "origin": {"objectType": "StopPlaceRef", "stopPlaceRef": self.origin.urn},
            "originName": self.origin.name,
            "destination": {"objectType": "StopPlaceRef", "stopPlaceRef": self.destination.urn},
            "destinationName": self.destination.name,
            "startTime": clock.text(self.departs_at),
            "endTime": clock.text(self.arrives_at),
            "distance": self.kilometres * 1000,
            "legs": [{"id": "1", "timedLeg": {}}],
        }

    def fare_eur(self) -> Decimal:
        """One second-class flexible ticket: by the kilometre, dearer abroad."""
        home = self.origin.country == self.destination.country == "BE"
        base, per_km = (Decimal("2.50"), Decimal("0.19")) if home else (Decimal("12.00"), Decimal("0.28"))
        return cents(base + per_km * self.kilometres)


def station_of(ref: Json) -> Station:
    """The station a PlaceRef names."""
    urn = str(ref.get("stopPlaceRef", ""))
    station = BY_CODE.get(urn.removeprefix(PREFIX))
    if station is None:
        raise missing(f"place {urn}")
    return station


def train_of(id: str) -> Train:
    """The train with this number."""
    try:
        origin, destination, departs = id.split("-")
        departs_at = clock.instant(f"{datetime.strptime(departs, '%Y%m%d%H%M').isoformat()}+00:00")  # noqa: DTZ007 - UTC by construction
        return Train(BY_CODE[origin], BY_CODE[destination], departs_at)
    except (ValueError, KeyError) as error:
        raise missing(f"trip {id}") from error


def trains(origin: Station, destination: Station, leave: str | None, arrive: str | None) -> list[Train]:
    """Three trains, best first: the last ones in time, or the first ones after."""
    if origin == destination:
        raise ProblemResponse("invalid-request", "origin and destination are the same")
    if arrive:
        ride = Train(origin, destination, clock.instant(arrive))
        latest = _half_hour(clock.instant(arrive) - (ride.arrives_at - ride.departs_at))
        return [Train(origin, destination, latest - HEADWAY * step) for step in range(3)]
    if not leave:
        raise ProblemResponse("invalid-request", "departureTime or arrivalTime is needed")
    wanted = clock.instant(leave)
    first = _half_hour(wanted)
    first = first if first >= wanted else first + HEADWAY
    return [Train(origin, destination, first + HEADWAY * step) for step in range(3)]


def _half_hour(moment: datetime) -> datetime:
    return moment.replace(minute=30 if moment.minute >= 30 else 0, second=0, microsecond=0)


def search(criteria: Json) -> tuple[list[Train], list[Train]]:
    """The trains for a TripSearchCriteria: there, and back when asked."""
    origin, destination = station_of(criteria["origin"]), station_of(criteria["destination"])
    out = trains(origin, destination, criteria.get("departureTime"), criteria.get("arrivalTime"))
    back = criteria.get("returnSearchParameters") or {}
    leave, arrive = back.get("inwardReturnDepartureTime"), back.get("inwardReturnArrivalTime")
    return out, trains(destination, origin, leave, arrive) if leave or arrive else []


def price(amount: Decimal) -> Json:
    """A price as OSDM writes it: whole cents and a scale."""
    return {"currency": "EUR", "amount": int(amount * 100), "scale": 2}


def offers(out: Train, back: Train | None, passengers: list[str], wanted: Json, now: datetime) -> list[Json]:
    """One offer per class and flexibility asked, cheapest first."""
    classes = wanted.get("travelClasses") or CLASSES
    flexibilities = wanted.get("flexibilities") or list(FLEXIBILITIES)
    found = [
        _offer(out, back, passengers, class_, flexibility, now)
        for class_, flexibility in product(classes, flexibilities)
        if class_ in CLASSES and flexibility in FLEXIBILITIES
    ]
    return sorted(found, key=lambda offer: int(offer["offerSummary"]["minimalPrice"]["amount"]))


def _offer(
    out: Train, back: Train | None, passengers: list[str], class_: str, flexibility: str, now: datetime
) -> Json:
    single = out.fare_eur() + (back.fare_eur() if back else 0)
    fare = cents(single * FLEXIBILITIES[flexibility] * (Decimal("1.5") if class_ == "FIRST" else 1))
    total = price(fare * len(passengers))
    refundable = {"NON_FLEXIBLE": "NO", "SEMI_FLEXIBLE": "WITH_CONDITION"}.get(flexibility, "YES")
    known = {
        "out": out.id,
        "back": back.id if back else None,
        "passengers": passengers,
        "class": class_,
        "flexibility": flexibility,
        "total": total,
        "at": clock.text(now),
    }
    return {
        "offerId": base64.urlsafe_b64encode(json.dumps(known, sort_keys=True).encode()).decode(),
        "createdOn": clock.text(now),
        "preBookableUntil": clock.text(now + OFFER_VALID),
        "passengerRefs": passengers,
        "offerSummary": {
            "minimalPrice": total,
            "overallServiceClass": {"type": "STANDARD", "name": class_},
            "overallTravelClass": class_,
            "overallFlexibility": flexibility,
        },
        "admissionOfferParts": [{"id": "A1", "price": total, "refundable": refundable}],
    }


def read_offer(offer_id: str, now: datetime) -> Json:
    """What was offered; an offer that has passed cannot be booked."""
    try:
        known: Json = json.loads(base64.urlsafe_b64decode(offer_id))
        until = clock.instant(known["at"]) + OFFER_VALID
    except (binascii.Error, ValueError, KeyError) as error:
        raise missing("this offer") from error
    if until <= now:
        raise ProblemResponse("hold-expired", f"the offer could be booked until {clock.text(until)}")
    return known
