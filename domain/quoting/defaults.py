"""All inclusive: the rules fill in what the member left open, and say so."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Final

from domain.declaration import JobDeclaration
from domain.figures import figure
from domain.parties import CrewMember, DeclaredDay
from domain.quoting.missing import unsaid_country
from domain.quoting.models import FilledIn
from domain.quoting.sheet import QuoteInput
from domain.wishes import AgreementWish, InsuranceWish, InvoicingWish, PrefinancingWish

RISKY_DEPOSIT_PERCENT: Final = 50
"""What a client marked as risky pays first. Source: rule of the cooperative, a setting for demonstrations."""


@dataclass(frozen=True)
class Fill:
    """One thing filled in: the field, its value, and the sentence that says so."""

    field: str
    value: object
    code: str
    text: str
    params: dict[str, str]


def complete(sheet: QuoteInput) -> tuple[QuoteInput, tuple[FilledIn, ...]]:
    """The sheet with everything the rules can fill in, and what that was; untouched without All inclusive."""
    if not sheet.declaration.all_inclusive:
        return sheet, ()
    told: list[FilledIn] = []
    for rule in _RULES:
        fills = tuple(rule(sheet))
        sheet = replace(sheet, declaration=_with(sheet.declaration, fills))
        told += (_filled_in(fill) for fill in fills)
    return sheet, tuple(told)


def _with(declaration: JobDeclaration, fills: Iterable[Fill]) -> JobDeclaration:
    """The declaration with these fields; a dotted name is a field of a part."""
    changes: dict[str, Any] = {}
    for fill in fills:
        part, _, field = fill.field.partition(".")
        if field:
            before = changes.get(part, getattr(declaration, part))
            changes[part] = before.model_copy(update={field: fill.value})
        else:
            changes[part] = fill.value
    return declaration.model_copy(update=changes)


def _filled_in(fill: Fill) -> FilledIn:
    return FilledIn(field=fill.field, code=fill.code, text=fill.text, params=fill.params)


def _description(sheet: QuoteInput) -> Iterable[Fill]:
    """What is printed on the invoice, when nothing else was said, is what the client knows the job by."""
    declared = sheet.declaration
    if not declared.title or declared.description:
        return
    if _invoiced(sheet):
        text = "The invoice will say “{title}”: no description was given."
        yield Fill("description", declared.title, "description_title", text, {"title": declared.title})
    else:
        text = "The papers will say “{title}”: no description was given."
        yield Fill("description", declared.title, "description_papers", text, {"title": declared.title})


def _countries(sheet: QuoteInput) -> Iterable[Fill]:
    """The country of the work, when nothing was said and the place speaks of another than Belgium."""
    spoken = {day.place: country for day in sheet.days if (country := unsaid_country(day))}
    if not spoken:
        return
    days = tuple(_in_country(day) for day in sheet.days)
    place, country = next(iter(spoken.items()))
    text = "The work is taken to be in {country}, as the place says: {place}."
    yield Fill("days", days, "country_of_place", text, {"country": country, "place": place})


def _in_country(day: DeclaredDay) -> DeclaredDay:
    country = unsaid_country(day)
    if country is None:
        return day
    return DeclaredDay.model_validate(day.model_dump(exclude_unset=True) | {"country": country})


def _crew(sheet: QuoteInput) -> Iterable[Fill]:
    """Nobody named: the member works alone and gets what is left."""
    if not sheet.declaration.crew:
        alone = (CrewMember(item="me", member=True, share=1),)
        yield Fill("crew", alone, "crew_alone", "Nobody is named: you work alone and get what is left.", {})


def _functions(sheet: QuoteInput) -> Iterable[Fill]:
    """A member without a function does what the trade usually does."""
    usual = sheet.profile.functions[0]
    open_ones = [person.item for person in sheet.declaration.crew if person.member and not person.function]
    if not open_ones:
        return
    crew = tuple(
        person.model_copy(update={"function": usual.name}) if person.item in open_ones else person
        for person in sheet.declaration.crew
    )
    text = "Your function is taken as {function}, as usual in this trade."
    yield Fill("crew", crew, "function_usual", text, {"function": usual.name})


def _vat(sheet: QuoteInput) -> Iterable[Fill]:
    """The two VAT questions as this trade usually answers them."""
    defaults, asked = sheet.profile.defaults, sheet.declaration.vat
    usual = {"performance_or_licence": defaults.performance_or_licence, "advertising": defaults.advertising}
    for field, answer in usual.items():
        if getattr(asked, field) is None and answer is not None:
            params = {"question": field, "answer": "yes" if answer else "no", "profile": sheet.profile.edition}
            text = "The VAT question {question} is answered {answer}, as is usual in this trade."
            yield Fill(f"vat.{field}", answer, "vat_usual", text, params)


def _invoiced(sheet: QuoteInput) -> bool:
    """Whether there is a client who is asked and invoiced; as long as nobody is named, there will be one."""
    client = sheet.declaration.client
    return client is None or client.kind not in ("own_takings", "internal")


def _agreement(sheet: QuoteInput) -> Iterable[Fill]:
    if sheet.declaration.agreement is None and _invoiced(sheet):
        yield Fill("agreement", AgreementWish(), "agreement_link", "The client is asked to agree by a link.", {})


def _prefinancing(sheet: QuoteInput) -> Iterable[Fill]:
    if sheet.declaration.prefinancing is None:
        if not _invoiced(sheet):
            text = "The guarantee fund pays until the money is there."
            yield Fill("prefinancing", PrefinancingWish(), "prefinancing_takings", text, {})
            return
        text = "The guarantee fund pays until the client does."
        yield Fill("prefinancing", PrefinancingWish(), "prefinancing_automatic", text, {})


def _deposit(sheet: QuoteInput) -> Iterable[Fill]:
    """A deposit where this trade asks one, or where the client is marked as risky."""
    usual = sheet.profile.defaults.deposit_percent
    percent = RISKY_DEPOSIT_PERCENT if sheet.context.client.risky else usual
    client = sheet.declaration.client
    if sheet.declaration.invoicing is None and percent and client and client.kind in ("company", "private_person"):
        wish = InvoicingWish(deposit_percent=percent)
        params = {"percent": str(percent)}
        if sheet.context.client.risky:
            text = "The client is marked as risky: a deposit of {percent} % is invoiced first."
            yield Fill("invoicing", wish, "deposit_risky", text, params)
        else:
            text = "A deposit of {percent} % is invoiced first, as usual in this trade."
            yield Fill("invoicing", wish, "deposit_usual", text, params)


def _drivers(sheet: QuoteInput) -> Iterable[Fill]:
    """A van without a driver is driven by the member."""
    member = sheet.declaration.member
    open_ones = [van.item for van in sheet.declaration.van_rental if van.driver is None]
    if not open_ones or member is None:
        return
    first = open_ones[0]
    vans = tuple(
        van.model_copy(update={"driver": member.item}) if van.item == first else van
        for van in sheet.declaration.van_rental
    )
    text = "You drive the van {van}: nobody else is named."
    yield Fill("van_rental", vans, "driver_member", text, {"van": first})


def _cover(sheet: QuoteInput) -> Iterable[Fill]:
    """Rented equipment is covered where the trade usually does; what it costs is shown."""
    wish, equipment = sheet.declaration.insurance, sheet.declaration.equipment
    rented = equipment is not None and equipment.taken and any(line.how != "buy" for line in equipment.items)
    if wish is None and rented and sheet.profile.defaults.cover_rented_equipment:
        cover = InsuranceWish(covers=("equipment_all_risk",))
        text = "The rented equipment is insured against damage and theft."
        yield Fill("insurance", cover, "cover_equipment", text, {})


_RULES: Final[tuple[Callable[[QuoteInput], Iterable[Fill]], ...]] = (
    _description,
    _countries,
    _crew,
    _functions,
    _vat,
    _agreement,
    _prefinancing,
    _deposit,
    _drivers,
    _cover,
)


def with_costs(filled: tuple[FilledIn, ...], costs: dict[str, Decimal]) -> tuple[FilledIn, ...]:
    """Each thing filled in with what it takes from the wage budget, so that no cost is added unseen."""

    def shown(one: FilledIn) -> FilledIn:
        cost = costs.get(one.field)
        if not cost:
            return one
        taken = figure("filled_cost", "Cost", cost, "filled in by All inclusive; it lowers the wage budget")
        return one.model_copy(update={"cost": taken})

    return tuple(shown(one) for one in filled)
