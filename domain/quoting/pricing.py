"""What each service of the job costs: its list price, its ceiling, who bears it, and why."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from decimal import ROUND_CEILING, Decimal
from typing import Final

from domain.figures import Figure, figure
from domain.money import ZERO, cents
from domain.quoting.lines import made_of, priced_line, words
from domain.quoting.models import ServiceLine
from domain.quoting.sheet import QuoteInput
from domain.rates import rate
from domain.rules.own_prices import begun_days, own_van_price
from domain.sentences import Sentence
from domain.wishes import EquipmentLineWish, EquipmentWish, TravelWish, VanWish, Wish, WorkspaceWish

HANDOVER: Final = timedelta(hours=2)
"""A van or equipment is fetched this long before the first start and given back this long after the end."""

FREE: Final = {
    "agreement": "the client's yes, kept as proof: part of the fee",
    "prefinancing": "the guarantee fund lays out the money: part of the coefficient",
    "employment_contract": "contracts, signatures and declarations: part of the coefficient",
    "wages": "pay slips and payments: part of the coefficient",
    "invoicing": "the invoice: part of the fee",
    "debt_collection": "reminders and what follows: part of the fee",
}


def service_lines(sheet: QuoteInput) -> tuple[ServiceLine, ...]:
    """Every service of the job, free ones included, in the order of the declaration."""
    return (
        *_free(sheet),
        *_insurance(sheet),
        *(_van(sheet, van) for van in sheet.declaration.van_rental),
        *_equipment(sheet),
        *(line for journey in sheet.declaration.travel for line in _journey(sheet, journey)),
        *_workspace(sheet),
        *_special_requests(sheet),
        *_self_employed(sheet),
    )


def _free(sheet: QuoteInput) -> Iterator[ServiceLine]:
    for service, why in FREE.items():
        wish: Wish | None = getattr(sheet.declaration, service)
        price = figure("price", "Price", ZERO, why)
        yield ServiceLine(
            service=service,
            label=service,
            choice=wish.choice if wish else "wanted",
            price=price,
            ceiling=price,
            borne_by="community",
            why=why,
            about=Sentence(code=f"about_{service}", text=service),
            reason=Sentence(code=f"free_{service}", text=why),
        )


def _insurance(sheet: QuoteInput) -> Iterator[ServiceLine]:
    row = rate("collective_cover", sheet.last_day_on)
    free = figure("price", "Price", row.value, "work accident, liability and mobility: for everybody, always", row)
    yield ServiceLine(
        service="insurance",
        item="collective",
        label="collective covers",
        price=free,
        ceiling=free,
        borne_by="community",
        why="borne by the community: every job has them",
        about=words("about_covers", "collective covers"),
        reason=words("borne_by_everybody", "borne by the community: every job has them"),
    )
    wish = sheet.declaration.insurance
    if wish is not None and wish.covers:
        covers = words("about_extra_covers", "{covers}", covers=", ".join(wish.covers))
        yield priced_line(sheet, "insurance", "-", covers, wish, _premium(sheet))


def _premium(sheet: QuoteInput) -> Figure:
    """The extra covers together; the equipment cover counts once per begun slice of the declared value."""
    wish = sheet.declaration.insurance
    covers = wish.covers if wish else ()
    amounts = [_cover(sheet, cover) for cover in covers]
    rows = [rate(name, sheet.last_day_on) for name in _EQUIPMENT_RATES] if "equipment_all_risk" in covers else []
    why = "{parts}, declared value {value}"
    terms = tuple(
        words("term_cover", "{cover} {amount}", cover=cover, amount=amount)
        for cover, amount in zip(covers, amounts, strict=True)
    )
    return made_of(terms, figure("price", "Price", sum(amounts, ZERO), why, *rows, value=declared_value(sheet)))


_EQUIPMENT_RATES: Final = ("equipment_all_risk", "equipment_all_risk_declared_max")


def _cover(sheet: QuoteInput, cover: str) -> Decimal:
    value = declared_value(sheet)
    if cover == "equipment_all_risk":
        slice_price, slice_value = (rate(name, sheet.last_day_on).value for name in _EQUIPMENT_RATES)
        slices = (value / slice_value).to_integral_value(ROUND_CEILING)
        return cents(slice_price * max(slices, Decimal(1)))
    listed = next(one for one in sheet.context.prices.covers if one.cover == cover)
    if listed.percent is not None:
        return cents(value * Decimal(listed.percent) / 100)
    person_days = sum(len(sheet.days_of(person)) for person in sheet.declaration.crew)
    return cents((listed.amount_eur or ZERO) * person_days)


def declared_value(sheet: QuoteInput) -> Decimal:
    """The value to cover: as declared, else that of all the equipment."""
    wish = sheet.declaration.insurance
    if wish is not None and wish.declared_value_eur is not None:
        return wish.declared_value_eur
    equipment = sheet.declaration.equipment
    return sum((line.quantity * value_of(sheet, line) for line in equipment.items), ZERO) if equipment else ZERO


def value_of(sheet: QuoteInput, line: EquipmentLineWish) -> Decimal:
    """What one piece is worth: as declared, else as the catalogue says."""
    if line.value_eur is not None:
        return line.value_eur
    article = sheet.context.prices.article(line.article)
    return article.value_eur if article else ZERO


def van_times(sheet: QuoteInput, van: VanWish) -> tuple[datetime, datetime] | None:
    """From when until when a van is needed; None while the job has no days."""
    if sheet.first_start_at is None or sheet.last_end_at is None:
        return None
    return van.from_at or sheet.first_start_at - HANDOVER, van.until_at or sheet.last_end_at + HANDOVER


def _van(sheet: QuoteInput, van: VanWish) -> ServiceLine:
    times, kilometres = van_times(sheet, van), van.kilometres or 0
    rows = [rate(name, sheet.last_day_on) for name in ("van_day", "van_km_included", "van_km")]
    amount = own_van_price(*times, kilometres) if times else rows[0].value
    why = "{day} per begun 24 hours, {free} km free, then {km} per km; {kilometres} km"
    places = {"day": rows[0].value, "free": rows[1].value, "km": rows[2].value, "kilometres": kilometres}
    price = figure("price", "Price", amount, why, *rows, **places)
    about = words("about_van", "van, {seats} seats, {kilometres} km", seats=van.seats, kilometres=kilometres)
    return priced_line(sheet, "van_rental", van.item, about, van, price)


def equipment_times(sheet: QuoteInput, wish: EquipmentWish) -> tuple[datetime, datetime] | None:
    """From when until when the equipment is needed; None while the job has no days."""
    if sheet.first_start_at is None or sheet.last_end_at is None:
        return None
    return wish.from_at or sheet.first_start_at - HANDOVER, wish.until_at or sheet.last_end_at + HANDOVER


def _equipment(sheet: QuoteInput) -> Iterator[ServiceLine]:
    wish = sheet.declaration.equipment
    if wish is None:
        return
    times = equipment_times(sheet, wish)
    days = begun_days(*times) if times else 1
    amounts = [cents(line.quantity * (_piece(sheet, line, days) or ZERO)) for line in wish.items]
    why = "{parts}; rent for {days} begun days, price list {list}"
    price = figure("price", "Price", sum(amounts, ZERO), why, days=days, list=sheet.context.prices.edition)
    articles = ", ".join(f"{line.quantity} x {line.article}" for line in wish.items)
    about = words("about_equipment", "{articles}", articles=articles)
    yield priced_line(sheet, "equipment", "-", about, wish, made_of(_articles(wish, amounts), price))


def _articles(wish: EquipmentWish, amounts: Sequence[Decimal]) -> tuple[Sentence, ...]:
    return tuple(
        words(
            "term_article",
            "{quantity} x {article} ({how}) {amount}",
            quantity=line.quantity,
            article=line.article,
            how=line.how,
            amount=amount,
        )
        for line, amount in zip(wish.items, amounts, strict=True)
    )


def bought_price(sheet: QuoteInput) -> Decimal:
    """What is bought or leased costs: it stays with the cooperative."""
    wish = sheet.declaration.equipment
    lines = wish.items if wish is not None and wish.taken else ()
    bought = (line for line in lines if line.how != "rent")
    return sum((cents(line.quantity * (_piece(sheet, line, 1) or ZERO)) for line in bought), ZERO)


def _piece(sheet: QuoteInput, line: EquipmentLineWish, days: int) -> Decimal | None:
    """The price of one piece for the whole job; None when nobody knows it."""
    article = sheet.context.prices.article(line.article)
    if line.how == "buy":
        return line.price_eur or (article.buy_eur if article else None)
    if line.how == "lease":
        share = Decimal(sheet.context.prices.lease_month_percent) / 100
        return line.price_eur or (cents(article.buy_eur * share) if article and article.buy_eur else None)
    a_day = line.price_eur or (article.day_eur if article else None)
    return None if a_day is None else a_day * days


def unpriced(sheet: QuoteInput) -> list[int]:
    """The positions of the equipment lines nobody knows a price of."""
    wish = sheet.declaration.equipment
    lines = wish.items if wish and wish.taken else ()
    return [n for n, line in enumerate(lines) if _piece(sheet, line, 1) is None]


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


def room_days(sheet: QuoteInput, wish: WorkspaceWish) -> tuple[date, ...]:
    """The days a room is needed, in order: as declared, else the days of the job."""
    return tuple(sorted(wish.days or {day.date for day in sheet.days}))


def people_in(sheet: QuoteInput, wish: WorkspaceWish) -> int:
    """How many people the room must take: as declared, else the crew."""
    return wish.people or max(len(sheet.declaration.crew), 1)


def _workspace(sheet: QuoteInput) -> Iterator[ServiceLine]:
    wish = sheet.declaration.workspace
    if wish is None:
        return
    row, people = rate("workspace_day", sheet.last_day_on), people_in(sheet, wish)
    days = max(len(room_days(sheet, wish)), 1)
    why = "{day} per day, {days} days"
    price = figure("price", "Price", cents(row.value * days), why, row, day=row.value, days=days)
    places = {"people": people, "city": wish.city or "?", "days": days}
    about = words("about_room", "room for {people}, {city}, {days} days", **places)
    yield priced_line(sheet, "workspace", "-", about, wish, price)


def _special_requests(sheet: QuoteInput) -> Iterator[ServiceLine]:
    for wish in sheet.declaration.special_request:
        price = figure("price", "Price", wish.ceiling_eur or ZERO, "counted at its ceiling: a person arranges it")
        yield priced_line(sheet, "special_request", wish.item, wish.wish, wish, price)


def _self_employed(sheet: QuoteInput) -> Iterator[ServiceLine]:
    for person in sheet.self_employed:
        price = figure("price", "Price", person.budget_eur or ZERO, "the price of a self-employed person, ex VAT")
        places = {"item": sheet.name_of(person.item), "function": person.function or "self-employed"}
        about = words("about_own_invoice", "invoice of {item}, {function}", **places)
        reason = words("borne_self_employed", "borne by the job: the adviser orders it and checks the invoice")
        yield ServiceLine(
            service="special_request",
            item=person.item,
            label=about.said,
            price=price,
            ceiling=price,
            borne_by="job",
            why=reason.said,
            about=about,
            reason=reason,
        )
