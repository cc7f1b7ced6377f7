"""The van hirer: bought, then confirmed or rolled back in time. Source: TOMP-API 2.0 (purchase)."""

import base64
import binascii
import json
import math
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from fastapi import Query, Response

from . import clock
from .desk import Call, Visit, partner_router
from .problems import ProblemResponse, missing
from .store import Json, new_id
from .wire import CamelMessage, cents

router = partner_router("vans")
OFFER_VALID = timedelta(minutes=60)
HOLD = timedelta(hours=24)
LONGEST_HOLD = timedelta(days=14)
FREE_CANCELLATION = timedelta(hours=48)
FREE_KM_A_DAY = 100
YOUNGEST_DRIVER = 21
PACKAGE = "package"


@dataclass(frozen=True)
class Van:
    """A type of van and how many of them there are; prices include VAT and are made up."""

    id: str
    name: str
    seats: int
    volume_m3: float
    weight_kg: int
    day_eur: Decimal
    km_eur: Decimal
    plates: tuple[str, ...]


FLEET = (
    Van("compact", "Compact van, 2 seats, 4 m3", 2, 4, 600, Decimal("72.60"), Decimal("0.24"),
        ("1-VAN-101", "1-VAN-102", "1-VAN-103")),
    Van("medium", "Medium van, 3 seats, 9 m3", 3, 9, 1100, Decimal("98.00"), Decimal("0.28"),
        ("1-VAN-201", "1-VAN-202", "1-VAN-203")),
    Van("large", "Large van, 3 seats, 17 m3", 3, 17, 1200, Decimal("131.00"), Decimal("0.33"),
        ("1-VAN-301", "1-VAN-302")),
    Van("minibus", "Minibus, 9 seats", 9, 2, 700, Decimal("139.00"), Decimal("0.33"),
        ("1-VAN-401", "1-VAN-402")),
)  # fmt: skip
VANS = {van.id: van for van in FLEET}


class TompProcess(CamelMessage):
    """A TOMP process request: what goes in."""

    inputs: Json


@router.post("/processes/search-offers/execute")
async def search_offers(body: TompProcess, call: Call, response: Response) -> Json:
    """The vans that are free and large enough, cheapest first."""
    specification = body.inputs.get("specification") or {}
    _check_drivers(body.inputs)
    needs = body.inputs.get("groupRequirements") or {}
    until = clock.text(call.held_until(OFFER_VALID))
    found = [
        _offer(van, specification, until)
        for van in FLEET
        if _fits(van, needs) and _free_plates(call, van, specification)
    ]
    response.headers["Expires"] = clock.http_date(clock.instant(until))
    found.sort(key=lambda offer: float(offer["properties"]["price"]["amount"]))
    return {"type": "OfferCollection", "numberReturned": len(found), "offers": found}


def _check_drivers(inputs: Json) -> None:
    for traveller in inputs.get("travellers") or []:
        if "licenses" in traveller and "B" not in traveller["licenses"]:
            raise ProblemResponse("refused", "the driver has no licence B")
        if int(traveller.get("age") or YOUNGEST_DRIVER) < YOUNGEST_DRIVER:
            raise ProblemResponse("refused", f"drivers are at least {YOUNGEST_DRIVER}")


def _fits(van: Van, needs: Json) -> bool:
    cargo = needs.get("cargoLimits") or {}
    return (
        van.seats >= int(needs.get("numberOfSeats") or 1)
        and van.volume_m3 >= float(cargo.get("volume") or 0)
        and van.weight_kg >= float(cargo.get("weight") or 0)
    )


def _free_plates(call: Visit, van: Van, specification: Json) -> list[str]:
    starts, ends = _times(specification)
    taken = {
        package["asset"]
        for package in call.store.overlapping(call.partner, PACKAGE, starts, ends)
        if _package_status(call, package)["status"] in ("PENDING", "CONFIRMED")
    }
    return [plate for plate in van.plates if plate not in taken]


def _times(specification: Json) -> tuple[str, str]:
    try:
        starts, ends = clock.instant(specification["startTime"]), clock.instant(specification["endTime"])
    except (KeyError, ValueError) as error:
        raise ProblemResponse("invalid-request", "specification needs startTime and endTime") from error
    if ends <= starts:
        raise ProblemResponse("invalid-request", "endTime comes after startTime")
    return clock.text(starts), clock.text(ends)


def _price(van: Van, specification: Json) -> Json:
    """Per begun 24 hours, and the kilometres above the free ones."""
    starts, ends = map(clock.instant, _times(specification))
    days = math.ceil((ends - starts) / timedelta(days=1))
    more_km = max(0, int(specification.get("distance") or 0) - FREE_KM_A_DAY * days)
    amount = cents(van.day_eur * days + van.km_eur * more_km)
    return {"amount": float(amount), "currencyCode": "EUR", "taxPercentageUsed": 21}


def _offer(van: Van, specification: Json, until: str) -> Json:
    price = _price(van, specification)
    known = {"van": van.id, "specification": specification, "price": price, "until": until}
    id = base64.urlsafe_b64encode(json.dumps(known, sort_keys=True).encode()).decode()
    return {
        "type": "offer",
        "id": id,
        "properties": {
            "type": "offer",
            "id": id,
            "status": "OFFERED",
            "product": {"id": van.id, "name": van.name},
            "numberOfSeats": van.seats,
            "cargoLimits": {"volume": float(van.volume_m3), "weight": van.weight_kg},
            "price": price,
            "expires": until,
        },
    }


def _read_offer(call: Visit, id: str) -> Json:
    try:
        known: Json = json.loads(base64.urlsafe_b64decode(id))
        until = str(known["until"])
    except (binascii.Error, ValueError, KeyError) as error:
        raise missing("this offer") from error
    if call.passed(until):
        raise ProblemResponse("hold-expired", f"the offer was open until {until}")
    return known


@router.post("/processes/purchase-offers/execute")
async def purchase_offers(body: TompProcess, call: Call, response: Response) -> Json:
    """Hold one van of the offered type for 24 hours."""
    _check_drivers(body.inputs)
    known = _read_offer(call, str((body.inputs.get("offers") or [""])[0]))
    van, specification = VANS[known["van"]], known["specification"]
    plates = _free_plates(call, van, specification)
    if not plates:
        raise ProblemResponse("refused", f"no {van.name} is left for these days")
    starts, ends = _times(specification)
    package = {
        "type": "package",
        "id": new_id("pk"),
        "status": "PENDING",
        "reference": body.inputs.get("reference"),
        "product": {"id": van.id, "name": van.name},
        "asset": plates[0],
        "price": known["price"],
        "specification": specification | {"startTime": starts, "endTime": ends},
        "purchasedAt": clock.text(call.now),
        "rollbackExpires": clock.text(call.held_until(HOLD)),
        "cancellationFee": None,
    }
    call.store.put(call.partner, PACKAGE, str(package["id"]), package, reference=package["reference"], topic=van.id)
    call.store.occupy(call.partner, PACKAGE, str(package["id"]), starts, ends)
    call.effect("package", str(package["id"]), package["reference"])
    return _package_answer(package, response)


def _package_answer(package: Json, response: Response) -> Json:
    expires = clock.instant(package["rollbackExpires"])
    response.headers["Rollback-Expires"] = clock.http_date(expires)
    return {"type": "FeatureCollection", "features": [], "properties": package}


def _package_status(call: Visit, package: Json) -> Json:
    if package["status"] == "PENDING" and call.passed(package["rollbackExpires"]):
        package["status"] = "EXPIRED"
    return package


def _package(call: Visit, body: TompProcess) -> Json:
    return _package_status(call, call.must(PACKAGE, str(body.inputs.get("package"))))


def _turn(call: Visit, package: Json, status: str, effect: str) -> None:
    package["status"] = status
    call.store.put(call.partner, PACKAGE, package["id"], package)
    call.effect(effect, package["id"], package["reference"])


@router.post("/processes/confirm-purchase/execute")
async def confirm_purchase(body: TompProcess, call: Call, response: Response) -> Json:
    """Take the van for good; asked twice, once."""
    package = _package(call, body)
    _held(package)
    if package["status"] == "PENDING":
        _turn(call, package, "CONFIRMED", "confirmation")
    return _package_answer(package, response)


def _held(package: Json) -> None:
    if package["status"] == "EXPIRED":
        raise ProblemResponse("hold-expired", f"the hold ran out at {package['rollbackExpires']}")
    if package["status"] not in ("PENDING", "CONFIRMED"):
        raise ProblemResponse("wrong-state", f"the package is {package['status']}")


@router.post("/processes/rollback-purchase/execute")
async def rollback_purchase(body: TompProcess, call: Call, response: Response) -> Json:
    """Give the van back before it was taken for good; nothing is owed."""
    package = _package(call, body)
    if package["status"] in ("CONFIRMED", "CANCELLED"):
        raise ProblemResponse("wrong-state", f"the package is {package['status']}")
    if package["status"] == "PENDING":
        _turn(call, package, "ROLLBACK", "rollback")
    return _package_answer(package, response)


@router.post("/processes/extend-expiry-time/execute")
async def extend_expiry_time(body: TompProcess, call: Call, response: Response) -> Json:
    """Hold the van for another 24 hours, within the longest hold."""
    package = _package(call, body)
    _held(package)
    if package["status"] != "PENDING":
        raise ProblemResponse("wrong-state", f"the package is {package['status']}")
    last = clock.instant(package["purchasedAt"]) + LONGEST_HOLD
    package["rollbackExpires"] = clock.text(min(call.now + HOLD, last))
    _turn(call, package, "PENDING", "extension")
    return _package_answer(package, response)


@router.post("/processes/cancel-package/execute")
async def cancel_package(body: TompProcess, call: Call, response: Response) -> Json:
    """Cancel a confirmed van: free until two days before, then half the price."""
    package = _package(call, body)
    if package["status"] not in ("CONFIRMED", "CANCELLED"):
        raise ProblemResponse("wrong-state", f"the package is {package['status']}")
    if package["status"] == "CONFIRMED":
        early = clock.instant(package["specification"]["startTime"]) - FREE_CANCELLATION >= call.now
        fee = Decimal(0) if early else Decimal(str(package["price"]["amount"])) / 2
        package["cancellationFee"] = package["price"] | {"amount": float(cents(fee))}
        _turn(call, package, "CANCELLED", "cancellation")
    return _package_answer(package, response)


@router.get("/collections/packages/items")
async def get_packages(
    call: Call, package_id: str | None = Query(None, alias="packageId"), reference: str | None = None
) -> Json:
    """Packages by their number or by our reference."""
    if package_id:
        one = call.store.get(call.partner, PACKAGE, package_id)
        found = [one] if one else []
    elif reference:
        found = call.store.find(call.partner, PACKAGE, reference=reference)
    else:
        raise ProblemResponse("invalid-request", "packageId or reference is needed")
    return {"packages": [_package_status(call, package) for package in found]}
