"""The covers: the collective ones are always there, others when wished."""

from collections.abc import Iterator
from decimal import ROUND_CEILING, Decimal
from typing import Final

from domain.bookable.equipment import value_of
from domain.figures import Figure, figure
from domain.money import ZERO, cents
from domain.plans.context import PlanContext
from domain.quoting.lines import made_of, priced_line, words
from domain.quoting.models import ServiceLine
from domain.quoting.sheet import QuoteInput
from domain.rates import rate
from domain.rules.claims import DEMONSTRATION_CLAIM_TERMS
from domain.services.insurance import ClaimTerms, InsuranceRequest


def lines(sheet: QuoteInput) -> Iterator[ServiceLine]:
    """What it costs on paper."""
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


def order(desk: PlanContext) -> InsuranceRequest:
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
        ceiling_eur=sum((desk.ceilings("insurance").values()), ZERO) if covers else None,
    )


def claim_terms(desk: PlanContext) -> ClaimTerms | None:
    """What the cancellation cover says about claims, when it is wished."""
    wish = desk.declaration.insurance
    covered = wish is not None and wish.taken and "cancellation" in wish.covers
    return DEMONSTRATION_CLAIM_TERMS if covered else None
