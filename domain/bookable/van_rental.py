"""A van: what it costs on paper, and the order for it."""

from collections.abc import Iterator
from datetime import datetime

from domain.bookable.times import HANDOVER, known
from domain.figures import figure
from domain.plans.context import PlanContext
from domain.quoting.lines import priced_line, words
from domain.quoting.models import ServiceLine
from domain.quoting.sheet import QuoteInput
from domain.rates import rate
from domain.rules.own_prices import own_van_price
from domain.services.van_rental import VanRentalRequest
from domain.wishes import VanWish


def lines(sheet: QuoteInput) -> Iterator[ServiceLine]:
    """One line per van."""
    yield from (_line(sheet, van) for van in sheet.declaration.van_rental)


def _line(sheet: QuoteInput, van: VanWish) -> ServiceLine:
    times, kilometres = van_times(sheet, van), van.kilometres or 0
    rows = [rate(name, sheet.last_day_on) for name in ("van_day", "van_km_included", "van_km")]
    amount = own_van_price(*times, kilometres) if times else rows[0].value
    why = "{day} per begun 24 hours, {free} km free, then {km} per km; {kilometres} km"
    places = {"day": rows[0].value, "free": rows[1].value, "km": rows[2].value, "kilometres": kilometres}
    price = figure("price", "Price", amount, why, *rows, **places)
    about = words("about_van", "van, {seats} seats, {kilometres} km", seats=van.seats, kilometres=kilometres)
    return priced_line(sheet, "van_rental", van.item, about, van, price)


def van_times(sheet: QuoteInput, van: VanWish) -> tuple[datetime, datetime] | None:
    """From when until when a van is needed; None while the job has no days."""
    if sheet.first_start_at is None or sheet.last_end_at is None:
        return None
    return van.from_at or sheet.first_start_at - HANDOVER, van.until_at or sheet.last_end_at + HANDOVER


def order(desk: PlanContext) -> dict[str, VanRentalRequest]:
    """One order per van."""
    return {van.item: _request(desk, van) for van in desk.declaration.van_rental if van.taken}


def _request(desk: PlanContext, van: VanWish) -> VanRentalRequest:
    from_at, until_at = known(van_times(desk.sheet, van))
    return VanRentalRequest(
        driver=van.driver or "",
        from_at=from_at,
        until_at=until_at,
        pick_up=van.pick_up or desk.sheet.days[0].place,
        kilometres=van.kilometres or 0,
        seats=van.seats,
        load_kg=van.load_kg,
        ceiling_eur=desk.ceilings("van_rental")[van.item],
        hold_until_at=desk.hold_until_at,
    )
