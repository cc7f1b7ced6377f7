"""Train tickets: what they cost on paper, and the order for each traveller."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Final

from domain.figures import Figure, figure
from domain.money import cents
from domain.parties import CrewMember
from domain.periods import first_start_at, last_end_at
from domain.plans.context import PlanContext
from domain.quoting.lines import priced_line, words
from domain.quoting.models import ServiceLine
from domain.quoting.sheet import QuoteInput
from domain.services.travel import TravelRequest
from domain.wishes import TravelWish

BEFORE_START: Final = timedelta(hours=1)
"""A traveller arrives this long before starting."""


AFTER_END: Final = timedelta(minutes=30)
"""A traveller leaves this long after the end."""


def lines(sheet: QuoteInput) -> Iterator[ServiceLine]:
    """One line per traveller."""
    yield from (line for journey in sheet.declaration.travel for line in _journey(sheet, journey))


def _journey(sheet: QuoteInput, journey: TravelWish) -> Iterator[ServiceLine]:
    price = _fare(sheet, journey)
    places = {"from_place": journey.from_place, "to_place": journey.to_place}
    if journey.and_back:
        about = words("about_journey_and_back", "{from_place} - {to_place} and back", **places)
    else:
        about = words("about_journey", "{from_place} - {to_place}", **places)
    for traveller in journey.travellers or sheet.declaration.slugs:
        yield priced_line(sheet, "travel", traveller, about, journey, price)


def _fare(sheet: QuoteInput, journey: TravelWish) -> Figure:
    if journey.price_eur is not None:
        return figure("price", "Price", journey.price_eur, "as you said")
    prices = sheet.context.prices
    fare = prices.fare(journey.from_place, journey.to_place)
    unknown = prices.fare_unknown_abroad_second_eur if sheet.abroad else prices.fare_unknown_second_eur
    second = fare.second_eur if fare else unknown
    first = fare.first_eur if fare else cents(unknown * Decimal("1.5"))
    both_ways = first if journey.travel_class == "first" else second
    amount = both_ways if journey.and_back else cents(both_ways / 2)
    why = (
        "{travel_class} class, price list {list}" if fare else "{travel_class} class, no fare known: an upper guess"
    )
    return figure("price", "Price", amount, why, travel_class=journey.travel_class, list=prices.edition)


def order(desk: PlanContext) -> dict[str, TravelRequest]:
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
        ceiling_eur=desk.ceilings("travel")[traveller.item],
    )
