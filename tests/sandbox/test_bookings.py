"""Railway, vans, supplier, insurer: held, confirmed, released, and expired by the caller's own date."""

from typing import Any

from .conftest import World

BRUSSELS, LIEGE = "urn:uic:stn:8814001", "urn:uic:stn:8841004"
SEARCH = {
    "arrivalTime": "2026-03-14T14:00:00+01:00",
    "origin": {"objectType": "StopPlaceRef", "stopPlaceRef": BRUSSELS},
    "destination": {"objectType": "StopPlaceRef", "stopPlaceRef": LIEGE},
    "returnSearchParameters": {"inwardReturnDepartureTime": "2026-03-14T23:10:00+01:00"},
}
VAN = {
    "startTime": "2026-03-14T08:00:00+01:00",
    "endTime": "2026-03-15T12:00:00+01:00",
    "distance": 220,
}


async def prebook(world: World, flexibility: str = "FULL_FLEXIBLE") -> dict[str, Any]:
    asked = {
        "tripSearchCriteria": SEARCH,
        "anonymousPassengerSpecifications": [{"externalRef": "ana", "type": "PERSON", "age": 34}],
        "offerSearchCriteria": {"travelClasses": ["SECOND"], "flexibilities": [flexibility]},
    }
    offer = (await world.post("/railway/offers", asked))["offers"][0]
    book = {
        "offers": [{"offerId": offer["offerId"], "passengerRefs": ["ana"]}],
        "passengerSpecifications": [{"externalRef": "ana", "type": "PERSON"}],
        "externalRef": "K1/travel/ana/1",
    }
    told: dict[str, Any] = (await world.post("/railway/bookings", book, "K1/travel/ana/1:hold"))["booking"]
    return told


def state(booking: dict[str, Any]) -> str:
    return str(booking["bookedOffers"][0]["admissions"][0]["status"])


async def test_stations_are_found_in_every_language(world: World) -> None:
    for name, found in (
        ("liege", "Liège-Guillemins"),
        ("Luik", "Liège-Guillemins"),
        ("Anvers", "Antwerpen-Centraal"),
    ):
        places = (await world.post("/railway/places", {"placeInput": {"name": name}}))["places"]
        assert [place["name"] for place in places] == [found]


async def test_the_best_train_is_the_last_that_arrives_in_time(world: World) -> None:
    trips = (await world.post("/railway/trips-collection", {"tripSearchCriteria": SEARCH}))["trips"]
    assert [trip["direction"] for trip in trips] == ["OUTBOUND"] * 3 + ["INBOUND"] * 3
    assert (trips[0]["startTime"], trips[0]["endTime"]) == ("2026-03-14T11:30:00Z", "2026-03-14T12:46:00Z")
    assert trips[3]["startTime"] == "2026-03-14T22:30:00Z"


async def test_a_return_ticket_costs_by_distance_class_and_flexibility(world: World) -> None:
    asked = {"tripSearchCriteria": SEARCH, "anonymousPassengerSpecifications": [{}]}
    offers = (await world.post("/railway/offers", asked))["offers"]
    costs = {
        (o["offerSummary"]["overallTravelClass"], o["offerSummary"]["overallFlexibility"]): o["offerSummary"][
            "minimalPrice"
        ]["amount"]
        for o in offers
    }
    assert costs[("SECOND", "FULL_FLEXIBLE")] == 4414  # 2 x (2.50 + 103 km x 0.19)
    assert costs[("SECOND", "NON_FLEXIBLE")] == 3531
    assert costs[("FIRST", "FULL_FLEXIBLE")] == 6621


async def test_a_prebooking_becomes_tickets_within_ten_minutes(world: World) -> None:
    booking = await prebook(world)
    assert state(booking) == "PREBOOKED"
    assert booking["confirmationTimeLimit"] == "2026-03-02T09:10:00Z"
    world.at("2026-03-02T09:09:00+00:00")
    done = await world.post(f"/railway/bookings/{booking['id']}/fulfillments")
    assert state(done["booking"]) == "FULFILLED"
    assert done["booking"]["confirmedPrice"]["amount"] == 4414
    again = await world.post(f"/railway/bookings/{booking['id']}/fulfillments")
    assert again["fulfillments"] == done["fulfillments"]
    assert await world.effects("railway") == ["booking", "fulfillment"]
    ticket = await world.get(f"/railway/fulfillments/{done['fulfillments'][0]['id']}")
    assert ticket["fulfillment"]["fulfillmentDocuments"][0]["content"].startswith("JVBERi")


async def test_a_prebooking_is_gone_after_ten_minutes_by_the_callers_date(world: World) -> None:
    booking = await prebook(world)
    world.at("2026-03-02T09:10:00+00:00")
    path = f"/railway/bookings/{booking['id']}/fulfillments"
    assert await world.refused(path) == (409, "hold-expired")
    found = (await world.get("/railway/bookings?externalRef=K1/travel/ana/1"))["bookings"]
    assert [state(one) for one in found] == ["ERROR"]


async def test_a_prebooking_is_released_and_tickets_are_refunded(world: World) -> None:
    released = await prebook(world)
    for _ in range(2):
        assert (await world.call("DELETE", f"/railway/bookings/{released['id']}")).status_code == 204
    world.now = "2026-03-02T09:01:00+00:00"
    other = await world.post(
        "/railway/bookings",
        {"offers": released["bookedOffers"], "passengerSpecifications": [{"externalRef": "ana"}]},
    )
    id = other["booking"]["id"]
    await world.post(f"/railway/bookings/{id}/fulfillments")
    assert await world.refused(f"/railway/bookings/{id}", method="DELETE") == (409, "wrong-state")
    offer = await world.post(f"/railway/bookings/{id}/refund-offers", {"refundSpecifications": []})
    refund = offer["refundOffers"][0]
    assert (refund["refundFee"]["amount"], refund["refundableAmount"]["amount"]) == (0, 4414)
    done = await world.call(
        "PATCH", f"/railway/bookings/{id}/refund-offers/{refund['id']}", {"status": "CONFIRMED"}
    )
    assert state(done.json()["booking"]) == "REFUNDED"
    assert await world.effects("railway") == ["booking", "release", "booking", "fulfillment", "refund"]


async def test_a_half_flexible_ticket_gives_half_back(world: World) -> None:
    booking = await prebook(world, "SEMI_FLEXIBLE")
    await world.post(f"/railway/bookings/{booking['id']}/fulfillments")
    offer = (await world.post(f"/railway/bookings/{booking['id']}/refund-offers"))["refundOffers"][0]
    assert (offer["refundFee"]["amount"], offer["refundableAmount"]["amount"]) == (1987, 1986)


def process(name: str) -> str:
    return f"/vans/processes/{name}/execute"


async def van_offers(world: World) -> list[dict[str, Any]]:
    needs = {"numberOfSeats": 3, "cargoLimits": {"volume": 8, "weight": 500}}
    told = await world.post(
        process("search-offers"), {"inputs": {"specification": VAN, "groupRequirements": needs}}
    )
    offers: list[dict[str, Any]] = told["offers"]
    return offers


async def buy_van(world: World, offer: str, reference: str = "K1/van_rental/-/1") -> dict[str, Any]:
    told = await world.post(process("purchase-offers"), {"inputs": {"offers": [offer], "reference": reference}})
    properties: dict[str, Any] = told["properties"]
    return properties


async def test_a_van_is_held_extended_and_confirmed(world: World) -> None:
    offers = await van_offers(world)
    shown = [(one["properties"]["product"]["id"], one["properties"]["price"]["amount"]) for one in offers]
    assert shown == [("medium", 201.6), ("large", 268.6)]  # 2 x 98.00 + 20 km x 0.28
    package = await buy_van(world, offers[0]["id"])
    assert (package["status"], package["rollbackExpires"]) == ("PENDING", "2026-03-03T09:00:00Z")
    named = {"inputs": {"package": package["id"]}}
    world.at("2026-03-03T08:00:00+00:00")
    longer = await world.post(process("extend-expiry-time"), named)
    assert longer["properties"]["rollbackExpires"] == "2026-03-04T08:00:00Z"
    world.at("2026-03-04T07:00:00+00:00")
    assert (await world.post(process("confirm-purchase"), named))["properties"]["status"] == "CONFIRMED"
    found = (await world.get("/vans/collections/packages/items?reference=K1/van_rental/-/1"))["packages"]
    assert [one["id"] for one in found] == [package["id"]]
    assert await world.refused(process("rollback-purchase"), named) == (409, "wrong-state")
    cancelled = await world.at("2026-03-13T08:00:00+00:00").post(process("cancel-package"), named)
    assert cancelled["properties"]["cancellationFee"]["amount"] == 100.8


async def test_no_van_is_given_out_twice_and_an_expired_hold_frees_it(world: World) -> None:
    offer = (await van_offers(world))[0]["id"]
    plates = {(await buy_van(world, offer, f"K{n}"))["asset"] for n in range(3)}
    assert plates == {"1-VAN-201", "1-VAN-202", "1-VAN-203"}
    asked = {"inputs": {"offers": [offer]}}
    assert await world.refused(process("purchase-offers"), asked) == (422, "refused")
    assert [one["properties"]["product"]["id"] for one in await van_offers(world)] == ["large"]
    world.at("2026-03-03T09:00:00+00:00")
    assert [one["properties"]["product"]["id"] for one in await van_offers(world)] == ["medium", "large"]


async def test_a_passed_van_hold_cannot_be_confirmed_but_may_be_rolled_back(world: World) -> None:
    package = await buy_van(world, (await van_offers(world))[0]["id"])
    named = {"inputs": {"package": package["id"]}}
    world.at("2026-03-03T09:00:00+00:00")
    assert await world.refused(process("confirm-purchase"), named) == (409, "hold-expired")
    rolled = await world.post(process("rollback-purchase"), named)
    assert rolled["properties"]["status"] == "EXPIRED"
    assert await world.effects("vans") == ["package"]


async def test_a_driver_without_licence_is_refused(world: World) -> None:
    asked = {"inputs": {"specification": VAN, "travellers": [{"licenses": ["AM"]}]}}
    assert await world.refused(process("search-offers"), asked) == (422, "refused")


async def test_equipment_is_held_until_it_expires_and_bought_by_order(world: World) -> None:
    hold = {
        "reference": "K1/equipment/-/1",
        "from_at": "2026-03-14T08:00:00+01:00",
        "until_at": "2026-03-15T12:00:00+01:00",
        "lines": [{"sku": "par-led", "quantity": 12}],
    }
    held = await world.post("/supplier/reservations", hold)
    assert (held["days"], held["total_eur"], held["expires_at"]) == (2, "144.00", "2026-03-03T09:00:00Z")
    free = "/supplier/availability?sku=par-led&from_at=2026-03-14T07:00:00Z&until_at=2026-03-14T09:00:00Z"
    assert (await world.get(free))["available"] == 36
    world.at("2026-03-03T09:00:00+00:00")
    assert (await world.get(free))["available"] == 48
    assert await world.refused(f"/supplier/reservations/{held['reservation_id']}/confirm") == (409, "hold-expired")
    lines = [{"sku": "mixer-16", "quantity": 1}]
    order = await world.post(
        "/supplier/purchase-orders", {"deliver_on": "2026-03-12", "lines": lines, "reference": "R"}
    )
    assert (order["status"], order["total_eur"]) == ("accepted", "640.00")
    world.at("2026-03-12T09:00:00+00:00")
    assert (await world.get("/supplier/purchase-orders?reference=R"))["purchase_orders"][0]["status"] == "delivered"
    cancel = f"/supplier/purchase-orders/{order['purchase_order_id']}/cancel"
    assert await world.refused(cancel) == (409, "wrong-state")


async def test_a_cover_is_quoted_bound_and_cancelled(world: World) -> None:
    asked = {
        "cover": "equipment",
        "start_on": "2026-03-14",
        "end_on": "2026-03-15",
        "insured_value_eur": "12000.00",
        "reference": "K1/insurance/equipment/1",
    }
    quote = await world.post("/insurer/quotes", asked)
    assert (quote["premium_eur"], quote["tax_eur"], quote["total_eur"]) == ("36.00", "3.33", "39.33")
    policy = await world.post("/insurer/policies", {"quote_id": quote["quote_id"]}, "K1:confirm")
    assert policy["policy_number"] == "POL-2026-000001"
    found = (await world.get("/insurer/policies?reference=K1/insurance/equipment/1"))["policies"]
    assert found == [policy]
    cancel = f"/insurer/policies/{policy['policy_id']}/cancel"
    assert (await world.post(cancel))["refund_eur"] == "39.33"
    await world.post(cancel)
    assert await world.effects("insurer") == ["policy", "policy_cancellation"]
    world.at("2026-03-03T09:00:00+00:00")
    assert await world.refused("/insurer/policies", {"quote_id": quote["quote_id"]}) == (409, "hold-expired")


async def test_collective_covers_are_in_force_in_europe_only(world: World) -> None:
    for country, in_force in (("BE", True), ("CA", False)):
        path = f"/insurer/collective-covers?from_on=2026-03-14&until_on=2026-03-14&country={country}"
        covers = (await world.get(path))["covers"]
        assert [one["in_force"] for one in covers] == [in_force] * 3


async def test_the_insurer_takes_one_claim_on_a_bound_cancellation_cover_and_is_strict_about_it(
    world: World,
) -> None:
    asked = {
        "cover": "cancellation",
        "start_on": "2026-03-14",
        "end_on": "2026-03-14",
        "insured_value_eur": "500.00",
    }
    quote = await world.post("/insurer/quotes", asked)
    policy = await world.post("/insurer/policies", {"quote_id": quote["quote_id"], "reference": "K1/c"}, "K1:bind")
    told = {
        "policy_id": policy["policy_id"], "reference": "K1/claim", "cancelled_on": "2026-03-02", "cause": "flooded",
    }  # fmt: skip
    assert await world.refused("/insurer/claims", told | {"cause": " "}) == (400, "invalid-request")
    assert await world.refused("/insurer/claims", told | {"cancelled_on": "2026-03-09"}) == (400, "invalid-request")
    claim = await world.post("/insurer/claims", told, "K1:declare")
    assert (claim["status"], claim["declared_in_time"]) == ("declared", True)
    assert await world.refused("/insurer/claims", told) == (409, "conflict")
    assert await world.refused(f"/insurer/policies/{policy['policy_id']}/cancel", {}) == (409, "wrong-state")
    loss = f"/insurer/claims/{claim['claim_id']}/loss"
    assert (await world.post(loss, {"loss_eur": "800.00"}))["status"] == "assessing"
    assert await world.refused(loss, {"loss_eur": "900.00"}) == (409, "conflict")
    (found,) = (await world.get("/insurer/claims?reference=K1/claim"))["claims"]
    assert (found["status"], "decides" in found) == ("assessing", False)
    assert await world.effects("insurer") == ["policy", "claim", "claim_loss"]
