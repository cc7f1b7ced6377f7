"""What the booking services would do: covers, vans, equipment, tickets, rooms, and wishes."""

from collections.abc import Mapping
from typing import Any

from activities.insurance import covers_that_stay
from domain.decision_preview import Effect, Foreseen
from domain.incident_claims import IncidentClaim, reference_of
from domain.orders import StepOrder
from domain.rules.own_prices import own_van_price
from domain.services.equipment import EquipmentRequest
from domain.services.insurance import ClaimRequest, InsuranceRequest
from domain.services.travel import KeptJourney, TravelRequest
from domain.services.van_rental import KeptVan, VanRentalRequest
from partners.equipment import SupplierHttp
from partners.insurance import InsurerHttp
from partners.insurance_incidents import IncidentsHttp
from partners.travel import OsdmRailway
from partners.van_rental import TompHirer
from storage.services.equipment import StockStore
from storage.services.insurance_claims import InsuranceClaimStore
from storage.services.van_rental import FleetStore
from workers.foresight.drawing import Look, adopted, asks, calls, own, paper, posting, repeated
from workers.site import OnSite

TravelOrder = StepOrder[TravelRequest]
VanOrder = StepOrder[VanRentalRequest]
EquipmentOrder = StepOrder[EquipmentRequest]
InsuranceOrder = StepOrder[InsuranceRequest]
ClaimOrder = StepOrder[ClaimRequest]
IncidentOrder = StepOrder[IncidentClaim]


# -- train tickets -----------------------------------------------------------------------------------------------


async def _journeys(site: OnSite, order: TravelOrder) -> tuple[KeptJourney, ...]:
    return await OsdmRailway(site.partners.to("railway")).find(order.short)


def _pre_booking(order: TravelOrder, earlier: int) -> tuple[Effect, ...]:
    wish = order.request
    return (
        asks("railway", "POST", "/places", wish.from_place),
        asks("railway", "POST", "/places", wish.to_place),
        asks("railway", "POST", "/trips-collection", "trains that arrive in time"),
        asks("railway", "POST", "/offers", "prices"),
        calls("railway", "POST", "/bookings", "pre-book", order.key_for("hold", earlier), wish.ceiling_eur),
    )


async def travel_hold(site: OnSite, order: TravelOrder) -> Foreseen:
    """Pre-book, unless a booking with the order's reference is alive."""
    found = await _journeys(site, order)
    alive = next((one for one in found if one.is_kept), None)
    if alive is not None:
        return adopted("booking", "railway", alive.booking_id)
    return repeated(*_pre_booking(order, len(found)))


async def travel_confirm(site: OnSite, order: TravelOrder) -> Foreseen:
    """Buy, file the tickets, book the cost."""
    found = await _journeys(site, order)
    alive = next((one for one in found if one.is_kept), None)
    after = (
        asks("railway", "GET", "/fulfillments/{id}", "each ticket"),
        paper("ticket"),
        posting(
            "cost of the ticket", order.key_for("cost"), alive.price_eur if alive else order.request.ceiling_eur
        ),
    )
    if alive is not None and alive.state == "confirmed":
        return adopted("tickets", "railway", alive.booking_id, *after)
    booking = alive.booking_id if alive else "{id}"
    before = () if alive else _pre_booking(order, len(found))
    buy = calls(
        "railway",
        "POST",
        f"/bookings/{booking}/fulfillments",
        "buy",
        order.key_for(f"confirm-{booking}"),
        alive.price_eur if alive else order.request.ceiling_eur,
    )
    return repeated(*before, buy, *after)


async def travel_release(site: OnSite, order: TravelOrder) -> Foreseen:
    """Give back what is pre-booked, refund what is bought."""
    effects: list[Effect] = []
    for one in await _journeys(site, order):
        key, at = order.key_for(f"release-{one.booking_id}"), f"/bookings/{one.booking_id}"
        if one.is_kept and one.state == "confirmed":
            effects.append(asks("railway", "POST", f"{at}/refund-offers", "refund offered"))
            effects.append(calls("railway", "PATCH", f"{at}/refund-offers/{{id}}", "refund", key, one.price_eur))
        elif one.is_kept:
            effects.append(calls("railway", "DELETE", at, "give back", key))
    return repeated(*effects, posting("what the railway keeps", order.key_for("cost-back")))


# -- vans --------------------------------------------------------------------------------------------------------


def _hired(found: tuple[KeptVan, ...]) -> KeptVan | None:
    return next((van for van in found if van.is_kept), None)


async def van_hold(site: OnSite, order: VanOrder) -> Foreseen:
    """An own van when one is free, else the cheapest of the hirer."""
    fleet = FleetStore(site.database)
    kept = await fleet.find(order.key)
    if kept is not None and kept.is_kept:
        return adopted("own van", None, kept.van)
    earlier: tuple[KeptVan, ...] = ()
    if await fleet.passed_on(order.key):
        earlier = await TompHirer(site.partners.to("vans")).find(order.key)
        if (alive := _hired(earlier)) is not None:
            return adopted("hired van", "vans", alive.reference)
    wish = order.request
    return repeated(
        own("own van, when one is free", order.key, own_van_price(wish.from_at, wish.until_at, wish.kilometres)),
        asks("vans", "POST", "/processes/search-offers/execute", "else: vans that fit"),
        calls(
            "vans",
            "POST",
            "/processes/purchase-offers/execute",
            "else: hold one",
            order.key_for("hold", len(earlier)),
            wish.ceiling_eur,
        ),
    )


async def van_confirm(site: OnSite, order: VanOrder) -> Foreseen:
    """Take the van that is held for good, and book its cost."""
    kept = await FleetStore(site.database).find(order.key)
    if kept is not None and kept.is_kept:
        cost = posting("cost of the van", order.key_for("cost"), kept.price_eur)
        if kept.state == "confirmed":
            return adopted("own van", None, kept.van, cost)
        return repeated(own("own van for good", order.key, kept.price_eur), cost)
    alive = _hired(await TompHirer(site.partners.to("vans")).find(order.key))
    if alive is None:
        return await van_hold(site, order)
    cost = posting("cost of the van", order.key_for("cost"), alive.price_eur)
    if alive.state == "confirmed":
        return adopted("hired van", "vans", alive.reference, cost)
    hire = "/processes/confirm-purchase/execute"
    return repeated(calls("vans", "POST", hire, "hire", order.key_for("confirm"), alive.price_eur), cost)


async def van_release(site: OnSite, order: VanOrder) -> Foreseen:
    """Give back the own van and every van of the hirer."""
    fleet, effects = FleetStore(site.database), list[Effect]()
    kept = await fleet.find(order.key)
    if kept is not None and kept.is_kept:
        effects.append(own("own van given back", order.key))
    if await fleet.passed_on(order.key):
        for n, van in enumerate(await TompHirer(site.partners.to("vans")).find(order.key)):
            process = "cancel-package" if van.state == "confirmed" else "rollback-purchase"
            at, key = f"/processes/{process}/execute", order.key_for("release", n)
            effects += [calls("vans", "POST", at, "give back", key)] if van.is_kept else []
    return repeated(*effects, posting("cancellation price", order.key_for("cost-back")))


# -- equipment ---------------------------------------------------------------------------------------------------


async def equipment_hold(site: OnSite, order: EquipmentOrder) -> Foreseen:
    """Own pieces first, the rest from the supplier; goods are only priced."""
    supplier = SupplierHttp(site.partners.to("supplier"))
    asked = await StockStore(site.database).passed_on(order.key)
    earlier = await supplier.find(order.key) if asked else ()
    alive = next((one for one in earlier if one.is_kept), None)
    if alive is not None:
        return adopted("reservation", "supplier", alive.reference)
    effects = [own("own pieces, as many as are free", order.key)]
    if any(item.how != "rent" for item in order.request.items):
        effects.append(asks("supplier", "GET", "/items", "prices of what is bought or leased"))
    if any(item.how == "rent" for item in order.request.items):
        key = order.key_for("hold", len(earlier))
        missing = "what is missing, when something is"
        effects.append(calls("supplier", "POST", "/reservations", missing, key, order.request.ceiling_eur))
    return repeated(*effects)


async def equipment_confirm(site: OnSite, order: EquipmentOrder) -> Foreseen:
    """Rent for good, order the goods, book the cost."""
    supplier, effects = SupplierHttp(site.partners.to("supplier")), list[Effect]()
    rented = [one for one in await supplier.find(order.key) if one.is_kept]
    for one in rented:
        if one.state == "held":
            at = f"/reservations/{one.reference}/confirm"
            effects.append(calls("supplier", "POST", at, "rent", order.key_for("confirm"), one.price_eur))
    ordered = {one.how for one in await supplier.purchases(order.key) if one.state != "cancelled"}
    for how in ("buy", "lease"):
        if how in ordered or not any(item.how == how for item in order.request.items):
            continue
        effects.append(calls("supplier", "POST", "/purchase-orders", how, order.key_for(f"confirm-{how}")))
    cost = posting("cost of the equipment", order.key_for("cost"), order.request.ceiling_eur)
    if not effects and (ordered or rented):
        there = ", ".join([one.reference for one in rented] or sorted(ordered))
        return adopted("equipment", "supplier", there, own("own pieces for good", order.key), cost)
    return repeated(own("own pieces for good", order.key), *effects, cost)


async def equipment_release(site: OnSite, order: EquipmentOrder) -> Foreseen:
    """Give back and cancel whatever is there."""
    supplier, effects = SupplierHttp(site.partners.to("supplier")), [own("own pieces given back", order.key)]
    for n, one in enumerate(await supplier.find(order.key)):
        at, key = f"/reservations/{one.reference}/cancel", order.key_for("release", n)
        effects += [calls("supplier", "POST", at, "give back", key)] if one.is_kept else []
    for n, goods in enumerate(await supplier.purchases(order.key)):
        at, key = f"/purchase-orders/{goods.reference}/cancel", order.key_for("release-goods", n)
        effects += [calls("supplier", "POST", at, "cancel", key)] if goods.state == "ordered" else []
    return repeated(*effects, posting("what stays owed", order.key_for("cost-back")))


# -- insurance ---------------------------------------------------------------------------------------------------


async def insurance_quote(site: OnSite, order: InsuranceOrder) -> Foreseen:
    """Look whether the collective covers are in force, and ask prices: nothing is bound."""
    quotes = [asks("insurer", "POST", "/quotes", f"price of {cover}") for cover in order.request.covers]
    return repeated(asks("insurer", "GET", "/collective-covers", "standing covers"), *quotes)


async def insurance_bind(site: OnSite, order: InsuranceOrder) -> Foreseen:
    """Bind each cover that is not bound yet."""
    insurer, effects, bound = InsurerHttp(site.partners.to("insurer")), list[Effect](), list[str]()
    for cover in order.request.covers:
        found = await insurer.find(f"{order.key}/{cover}")
        alive = next((policy for policy in found if policy.state == "bound"), None)
        if alive is not None:
            bound.append(alive.policy_number)
            continue
        key = order.key_for(f"bind-{cover}", len(found))
        effects.append(asks("insurer", "POST", "/quotes", f"price of {cover}"))
        effects.append(calls("insurer", "POST", "/policies", f"bind {cover}", key, order.request.ceiling_eur))
    after = (paper("certificate"), posting("premium", order.key_for("cost"), order.request.ceiling_eur))
    if not effects and bound:
        return adopted("policies", "insurer", ", ".join(bound), *after)
    return repeated(*effects, *after)


async def insurance_cancel(site: OnSite, order: InsuranceOrder) -> Foreseen:
    """Cancel each bound cover."""
    insurer, effects = InsurerHttp(site.partners.to("insurer")), list[Effect]()
    for cover in order.request.covers:
        for n, policy in enumerate(await insurer.find(f"{order.key}/{cover}")):
            at, key = f"/policies/{policy.policy_id}/cancel", order.key_for(f"cancel-{cover}", n)
            given_back = policy.state == "bound" and cover not in covers_that_stay(order)
            effects += [calls("insurer", "POST", at, f"cancel {cover}", key)] if given_back else []
    return repeated(*effects, posting("what the insurer keeps", order.key_for("cost-back")))


async def claim_declared(site: OnSite, order: ClaimOrder) -> Foreseen:
    """Tell the insurer that the job was called off."""
    found = await InsurerHttp(site.partners.to("insurer")).claims(order.key)
    if found:
        return adopted("claim", "insurer", found[-1].claim_number)
    return repeated(calls("insurer", "POST", "/claims", "declare the claim", order.key_for("declare")))


async def claim_loss(site: OnSite, order: ClaimOrder) -> Foreseen:
    """Tell the insurer what is lost."""
    found = await InsurerHttp(site.partners.to("insurer")).claims(order.key)
    if not found:
        return Foreseen(outcome="cannot", why="the insurer knows no claim of this job", looked=True)
    if found[-1].loss_eur is not None:
        return adopted("loss", "insurer", found[-1].claim_number)
    at = f"/claims/{found[-1].claim_id}/loss"
    return repeated(calls("insurer", "POST", at, "state the loss", order.key_for("loss")))


# -- what happened -----------------------------------------------------------------------------------------------


async def incident_reported(site: OnSite, order: IncidentOrder) -> Foreseen:
    """Tell the insurer what happened."""
    reference = reference_of(order.job_id, order.request.item)
    found = await IncidentsHttp(site.partners.to("insurer")).incidents(reference)
    if found:
        return adopted("report", "insurer", found[-1].number)
    asked = asks("insurer", "GET", "/policies", "the policy it falls under")
    return repeated(asked, calls("insurer", "POST", "/incidents", "report it", order.key_for("report")))


async def incident_lost(site: OnSite, order: IncidentOrder) -> Foreseen:
    """Tell the insurer what it costs, and book it apart."""
    claim, effects = order.request, list[Effect]()
    found = await IncidentsHttp(site.partners.to("insurer")).incidents(reference_of(order.job_id, claim.item))
    if found and found[-1].loss_eur is None:
        at, key = f"/incidents/{found[-1].incident_id}/loss", order.key_for("loss")
        effects.append(calls("insurer", "POST", at, "state the loss", key, claim.loss_eur))
    booked = posting("what it costs", f"{order.job_id}/claim/{claim.item}/loss/{order.revision}", claim.loss_eur)
    return repeated(*effects, booked)


async def rest_borne(site: OnSite, order: IncidentOrder) -> Foreseen:
    """Book what no insurer paid to its bearer."""
    kept = await InsuranceClaimStore(site.database).claim(order.job_id, order.request.item)
    key, left = f"{order.job_id}/claim/{order.request.item}/borne/1", kept.progress.left_eur
    return repeated(posting("what no insurer pays", key, left))


# -- wishes ------------------------------------------------------------------------------------------------------


async def special_request(site: OnSite, order: StepOrder[Any]) -> Foreseen:
    """A person does it: nothing automatic can."""
    return Foreseen(outcome="cannot", why="a person arranges this, and says what was done", looked=True)


LOOKS: Mapping[str, Look] = {
    "travel.hold": travel_hold,
    "travel.confirm": travel_confirm,
    "travel.release": travel_release,
    "van_rental.hold": van_hold,
    "van_rental.confirm": van_confirm,
    "van_rental.release": van_release,
    "equipment.hold": equipment_hold,
    "equipment.confirm": equipment_confirm,
    "equipment.release": equipment_release,
    "insurance.quote": insurance_quote,
    "insurance.bind": insurance_bind,
    "insurance.cancel": insurance_cancel,
    "insurance.declare_claim": claim_declared,
    "insurance.state_loss": claim_loss,
    "insurance.report_incident": incident_reported,
    "insurance.state_incident_loss": incident_lost,
    "insurance.bear_rest": rest_borne,
    "special_request.arrange": special_request,
}
