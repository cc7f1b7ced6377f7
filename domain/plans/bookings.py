"""The orders for things: van, equipment, train tickets, covers, a room, and what only a person can arrange."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from domain.money import ZERO
from domain.parties import CrewMember
from domain.periods import first_start_at, last_end_at
from domain.plans.context import PlanContext
from domain.quoting.pricing import declared_value, equipment_times, people_in, room_days, value_of, van_times
from domain.rules.claims import DEMONSTRATION_CLAIM_TERMS
from domain.services.equipment import EquipmentItem, EquipmentRequest
from domain.services.insurance import ClaimTerms, InsuranceRequest
from domain.services.special_request import SpecialRequestRequest
from domain.services.travel import TravelRequest
from domain.services.van_rental import VanRentalRequest
from domain.services.workspace import WorkspaceRequest
from domain.wishes import TravelWish, VanWish

BEFORE_START: Final = timedelta(hours=1)
"""A traveller arrives this long before starting."""
AFTER_END: Final = timedelta(minutes=30)
"""A traveller leaves this long after the end."""


def insurance(desk: PlanContext) -> InsuranceRequest:
    """The collective covers, always; extra covers when wished."""
    wish = desk.declaration.insurance
    covers = wish.covers if wish is not None and wish.taken else ()
    dates = [day.date for day in desk.sheet.days]
    return InsuranceRequest(
        from_on=min(dates),
        until_on=max(day.ends_on for day in desk.sheet.days),
        country=desk.sheet.abroad[0] if desk.sheet.abroad else "BE",
        people=len(desk.declaration.crew),
        covers=covers,
        declared_value_eur=declared_value(desk.sheet) if covers else ZERO,
        ceiling_eur=sum((_ceilings(desk, "insurance").values()), ZERO) if covers else None,
    )


def claim_terms(desk: PlanContext) -> ClaimTerms | None:
    """What the cancellation cover says about claims, when it is wished."""
    wish = desk.declaration.insurance
    covered = wish is not None and wish.taken and "cancellation" in wish.covers
    return DEMONSTRATION_CLAIM_TERMS if covered else None


def _ceilings(desk: PlanContext, service: str) -> dict[str, Decimal]:
    return {line.item: line.ceiling.amount_eur for line in desk.quote.services if line.service == service}


def vans(desk: PlanContext) -> dict[str, VanRentalRequest]:
    """One order per van."""
    return {van.item: _van(desk, van) for van in desk.declaration.van_rental if van.taken}


def _van(desk: PlanContext, van: VanWish) -> VanRentalRequest:
    from_at, until_at = _known(van_times(desk.sheet, van))
    return VanRentalRequest(
        driver=van.driver or "",
        from_at=from_at,
        until_at=until_at,
        pick_up=van.pick_up or desk.sheet.days[0].place,
        kilometres=van.kilometres or 0,
        seats=van.seats,
        load_kg=van.load_kg,
        ceiling_eur=_ceilings(desk, "van_rental")[van.item],
        hold_until_at=desk.hold_until_at,
    )


def _known(times: tuple[datetime, datetime] | None) -> tuple[datetime, datetime]:
    """The times of something; a plan is only made of a job with days."""
    assert times is not None, "a job without days is never planned"
    return times


def equipment(desk: PlanContext) -> EquipmentRequest | None:
    """One order for all the equipment."""
    wish = desk.declaration.equipment
    if wish is None or not wish.taken:
        return None
    from_at, until_at = _known(equipment_times(desk.sheet, wish))
    return EquipmentRequest(
        items=tuple(
            EquipmentItem(
                article=line.article,
                quantity=line.quantity,
                how=line.how,
                value_eur=value_of(desk.sheet, line),
            )
            for line in wish.items
        ),
        from_at=from_at,
        until_at=until_at,
        ceiling_eur=_ceilings(desk, "equipment")["-"],
        hold_until_at=desk.hold_until_at,
    )


def travel(desk: PlanContext) -> dict[str, TravelRequest]:
    """One order per traveller."""
    crew = {person.item: person for person in desk.declaration.crew}
    return {
        slug: _ticket(desk, journey, crew[slug])
        for journey in desk.declaration.travel
        if journey.taken
        for slug in journey.travellers or desk.declaration.slugs
    }


def _ticket(desk: PlanContext, journey: TravelWish, traveller: CrewMember) -> TravelRequest:
    days = list(desk.sheet.days_of(traveller))
    back_at = journey.return_at or last_end_at(days) + AFTER_END
    return TravelRequest(
        traveller=traveller.item,
        person_id=desk.person_id(traveller.item),
        from_place=journey.from_place,
        to_place=journey.to_place,
        arrive_by_at=journey.arrive_by_at or first_start_at(days) - BEFORE_START,
        return_at=back_at if journey.and_back else None,
        travel_class=journey.travel_class,
        flexible=journey.flexible,
        ceiling_eur=_ceilings(desk, "travel")[traveller.item],
    )


def workspace(desk: PlanContext) -> WorkspaceRequest | None:
    """One order for one room, for all its days."""
    wish = desk.declaration.workspace
    if wish is None or not wish.taken:
        return None
    return WorkspaceRequest(
        days=room_days(desk.sheet, wish),
        city=wish.city or "",
        people=people_in(desk.sheet, wish),
        ceiling_eur=_ceilings(desk, "workspace")["-"],
        hold_until_at=desk.hold_until_at,
    )


def special_requests(desk: PlanContext) -> dict[str, SpecialRequestRequest]:
    """What a person arranges: the wishes, and the orders to self-employed people."""
    lines = [line for line in desk.quote.services if line.service == "special_request"]
    return {
        line.item: SpecialRequestRequest(wish=line.label, ceiling_eur=line.ceiling.amount_eur)
        for line in lines
        if line.choice in ("wanted", "ask_adviser")
    }
