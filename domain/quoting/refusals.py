"""Why a job cannot be declared as it is, each time with the ways out; and what to know beforehand."""

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Final

from domain.bookable.workspace import room_days
from domain.figures import Figure
from domain.money import ZERO
from domain.parties import CrewMember
from domain.printing import texts_in, unprintable
from domain.profiles import profile_names
from domain.quoting import elsewhere, lawful, past_experience, people_rules
from domain.quoting.approvals import choices
from domain.quoting.models import Notice, Obstacle, Pay, ServiceLine
from domain.quoting.obstacles import COOPERATIVE
from domain.quoting.obstacles import refuse as _no
from domain.quoting.sheet import QuoteInput
from domain.quoting.split import Part, fixed_budget
from domain.quoting.totals import Sums, price_needed
from domain.quoting.vat_answers import vat_question
from domain.rates import RateNotKnownYet, last_known, rate
from domain.rules.pay import full_day_minimum, minimum_gross
from domain.rules.prefinancing import LIFTED_BY_AN_ADVISER, limits_reached, not_needed
from domain.rules.price import budget_for_gross, coefficient
from domain.rules.vat import EU, WHERE_IT_HAPPENS
from domain.rules.working_time import WorkingTimeWarning
from domain.rules.working_time import warnings as working_time

MINIMUM: Final = "rule of the cooperative: the guaranteed monthly minimum x 3/65, rounded up"
DECLARED_FIRST: Final = "RD of 5 November 2002, art. 4: declared before the person effectively starts"
NEVER_LEFT_OUT: Final = ("prefinancing", "employment_contract", "wages", "invoicing")


def obstacles_of_wishes(sheet: QuoteInput) -> Iterator[Obstacle]:
    """What stands in the way whatever the figures are."""
    yield from _past(sheet)
    yield from _left_out(sheet)
    yield from _term(sheet)
    yield from _deposit(sheet)
    yield from _unprintable(sheet)
    yield from _not_under_contract(sheet)
    yield from lawful.obstacles(sheet)


def _not_under_contract(sheet: QuoteInput) -> Iterator[Obstacle]:
    """Said to be employed already, and the register of engagements knows no contract for these days."""
    for n, person in enumerate(sheet.declaration.crew):
        if person.status == "standing_contract" and sheet.record(person).covered is False:
            text = "No contract with the cooperative covers the days of {item}."
            ways = ("Choose “Employee”: a contract is made.", "Ask your adviser when one was signed on paper.")
            places = {"item": person.name or person.item}
            yield _no("no_running_contract", f"crew.{n}.status", text, ways, DECLARED_FIRST, **places)


def _unprintable(sheet: QuoteInput) -> Iterator[Obstacle]:
    """A contract, an order form and an invoice hold what is declared: it must be possible to print it."""
    for field, told in texts_in(sheet.declaration.model_dump()):
        if signs := unprintable(told):
            text = "“{signs}” cannot be printed on a contract or an invoice."
            ways = ("Leave it out, or write it in letters.",)
            yield _no("unprintable", field, text, ways, signs=signs)


def _past(sheet: QuoteInput) -> Iterator[Obstacle]:
    first = min((day.date for day in sheet.days), default=sheet.on)
    if first < sheet.on:
        text = "The job began on {first}: people must be declared before they start."
        ways = (
            "Correct the days.",
            "Talk to your adviser: work that was done is declared and paid, as an incident.",
        )
        yield _no("in_the_past", "days", text, ways, DECLARED_FIRST, first=first)


def _left_out(sheet: QuoteInput) -> Iterator[Obstacle]:
    kind = sheet.declaration.client.kind if sheet.declaration.client else "company"
    uninvoiced = kind in ("own_takings", "internal")
    for service, choice in choices(sheet):
        if choice not in ("not_wanted", "myself"):
            continue
        if service == "agreement" and not uninvoiced:
            text = "Without the client's yes the cooperative cannot guarantee the pay."
            proofs = ("Let the client agree by a link.", "Hand in a signed file.", "Say `later` and why.")
            yield _no("agreement_needed", "agreement.choice", text, proofs)
        if service in NEVER_LEFT_OUT and not (service == "invoicing" and uninvoiced):
            text = "{service} is never left out: people are employed and paid, and the client invoiced, by us."
            ways = ("Choose `wanted`.", "Choose `ask_adviser`: it can be done by hand, with evidence.")
            yield _no("never_left_out", f"{service}.choice", text, ways, service=service)


def _term(sheet: QuoteInput) -> Iterator[Obstacle]:
    client = sheet.declaration.client
    if client is None or client.kind not in ("company", "public_body") or client.payment_days is None:
        return
    longest = rate("b2b_term_max", sheet.on)
    if client.payment_days > longest.value:
        text = "A term of {days} days is void between enterprises: at most {longest}."
        ways = ("Agree on at most {longest} days.",)
        places = {"days": client.payment_days, "longest": int(longest.value)}
        yield _no("payment_term", "client.payment_days", text, ways, longest.source, **places)


def _deposit(sheet: QuoteInput) -> Iterator[Obstacle]:
    wish = sheet.declaration.invoicing
    first = min((day.date for day in sheet.days), default=None)
    if wish is not None and wish.deposit_on is not None and first is not None and wish.deposit_on >= first:
        text = "A deposit is invoiced before the job begins, not on {on}."
        ways = ("Choose a day before {first}.", "Leave the deposit out.")
        yield _no("deposit_too_late", "invoicing.deposit_on", text, ways, on=wish.deposit_on, first=first)


def not_enough(sheet: QuoteInput, sums: Sums, parts: Sequence[Part]) -> Iterator[Obstacle]:
    """The price does not pay for what is promised."""
    needed = fixed_budget(parts)
    if sums.left >= needed:
        return
    text = "{price} EUR leave {left} EUR for pay; {needed} EUR are promised."
    places: dict[str, object] = {
        "price": sums.price.amount_eur,
        "left": sums.left,
        "needed": needed,
        "ask": price_needed(sheet, sums, needed),
    }
    ways = (
        "Ask the client at least {ask} EUR without VAT.",
        "Lower the fixed pay.",
        "Let the client or your activity account bear some of the services.",
    )
    yield _no("price_too_low", "price_eur", text, ways, COOPERATIVE, **places)


def minimum_on(on: date, scale: str | None) -> tuple[Figure, date]:
    """The minimum for a full day, and the day whose row it is: the last known one stands in when needed."""
    try:
        return full_day_minimum(on, scale=scale), on
    except RateNotKnownYet:
        stands_in = last_known("rmmmg", on)[0].valid_from
        return full_day_minimum(stands_in).model_copy(update={"provisional": True}), stands_in


def below_minimum(sheet: QuoteInput, sums: Sums, pay: Pay, person: CrewMember) -> Iterator[Obstacle]:
    """Somebody would earn less than the cooperative's minimum for a full day."""
    full_days = sheet.full_days(person)
    minimum, row_on = minimum_on(sheet.last_day_of(person), sheet.scale(person))
    least = minimum_gross(full_days, row_on)
    if pay.gross.amount_eur >= least:
        return
    text = "{gross} EUR gross for {days} full days of {item} is below the minimum of {least} EUR."
    places: dict[str, object] = {
        "gross": pay.gross.amount_eur,
        "days": f"{full_days.normalize():f}",
        "item": sheet.name_of(person.item),
        "least": least,
    }
    missing = budget_for_gross(least, coefficient(sheet.last_day_of(person))) - pay.budget.amount_eur
    places["ask"] = price_needed(sheet, sums, max(sums.left, ZERO) + missing)
    ways = (
        "Ask the client {ask} EUR without VAT.",
        "Give {item} at least {least} EUR gross.",
        "Declare fewer or half days, if that is what is worked.",
    )
    n = sheet.declaration.crew.index(person)
    source = f"{MINIMUM}; {minimum.source}"
    yield _no("minimum_per_day", f"crew.{n}", text, ways, source, **places)


def activity_overdrawn(sheet: QuoteInput, services: Sequence[ServiceLine], expenses: Decimal) -> Iterator[Obstacle]:
    """The activity account does not hold what it is to bear."""
    asked = sum((line.ceiling.amount_eur for line in services if line.borne_by == "activity"), ZERO) + expenses
    held = sheet.context.member.activity_balance_eur
    if asked > held:
        text = "Your activity account holds {held} EUR; it is to bear {asked} EUR."
        ways = ("Let the job or the client bear some of it.", "Lower the ceilings.")
        yield _no("activity_balance", "borne_by", text, ways, held=held, asked=asked)


def fund_left_out(sheet: QuoteInput, to_pay: Decimal) -> Iterator[Obstacle]:
    """Prefinancing is said not to be needed, but what is there now does not carry the job.

    A deposit is invoiced once the job goes on, and it goes on once its money is there: one to come does not count.
    """
    wish = sheet.declaration.prefinancing
    balance, paid = sheet.context.member.activity_balance_eur, sheet.context.paid_eur
    if wish is None or wish.mode != "not_needed" or not_needed(to_pay, paid, balance):
        return
    text = "{to_pay} EUR must be paid before the client pays; the activity account carries {held} EUR."
    ways = ("Choose prefinancing `automatic`.", "Choose `capped`: the fund lays out no more than you say.")
    yield _no("prefinancing_needed", "prefinancing.mode", text, ways, to_pay=to_pay, held=paid + max(balance, ZERO))


def fund_full(sheet: QuoteInput, wanted: Decimal) -> Iterator[Obstacle]:
    """A limit that nobody lifts, the entity's or the whole fund's, leaves too little today."""
    wish = sheet.declaration.prefinancing
    if wish is not None and wish.mode == "not_needed":
        return
    reached = limits_reached(wanted, sheet.context.exposure, sheet.on)
    unliftable = [limit for limit in reached if limit.whose not in LIFTED_BY_AN_ADVISER]
    if not unliftable:
        return
    tightest = min(unliftable, key=lambda limit: limit.left_eur)
    text = "{wanted} EUR from the guarantee fund: the limit of the {whose} leaves {left} EUR, and nobody lifts it."
    ways = ("Cap the costs.", "Ask the client for a deposit.", "Wait until other clients have paid.")
    yield _no("fund_full", "prefinancing", text, ways, wanted=wanted, whose=tightest.whose, left=tightest.left_eur)


def notices(sheet: QuoteInput, figures: Sequence[Figure], short_notice: bool) -> Iterator[Notice]:
    """What is good to know before clicking."""
    yield from elsewhere.notices(sheet)
    for n, person in enumerate(sheet.declaration.crew):
        yield from _hours(sheet, n, person)
        yield from people_rules.notices(sheet, n, person)
    client = sheet.declaration.client
    if client is not None and client.kind == "company" and client.country in EU - {"BE"} and not client.vat_number:
        yield _know("vat_number", "With the client's VAT number no Belgian VAT would be due.", "client.vat_number")
    yield from _identified(sheet)
    for n, found in people_rules.expense_findings(sheet):
        if not found.blocking:
            yield Notice(
                code=f"expense_{found.rule}",
                text=found.text,
                params=found.params,
                field=f"expenses.lines.{n}",
                source=found.source,
            )
    yield from past_experience.notices(sheet)
    yield from _drivers(sheet)
    yield from _rehearsals(sheet)
    if short_notice:
        yield _know("short_notice", "The job starts soon: people sign first, the agreement follows.", "days")
    if any(figure.provisional for figure in figures):
        text = "A rate of that day is not known yet: the last known one stands in, the figures may change."
        yield _know("provisional", text, "days")


def _hours(sheet: QuoteInput, n: int, person: CrewMember) -> Iterator[Notice]:
    """What somebody's hours ask a word about; the same on several days is told once."""
    days: dict[tuple[str, str], list[WorkingTimeWarning]] = {}
    for found in working_time(list(sheet.days_of(person))):
        days.setdefault((found.rule, found.text.format(**found.params)), []).append(found)
    for (rule, _), alike in days.items():
        on = ", ".join(found.on.isoformat() for found in alike)
        yield Notice(
            code=f"working_time_{rule}",
            text="{item}, {on}: " + alike[0].text,
            params=alike[0].params | {"item": sheet.name_of(person.item), "on": on},
            field=f"crew.{n}.days",
            source=alike[0].source,
        )


def _identified(sheet: QuoteInput) -> Iterator[Notice]:
    """A Belgian association may not be identified for VAT: then its show abroad bears the VAT of there."""
    client = sheet.declaration.client
    known = client is None or client.kind != "company" or client.country != "BE" or bool(client.vat_number)
    if known or (client and client.vat_identified is not None) or not sheet.abroad:
        return
    if sheet.declaration.vat.performance_or_licence is False and sheet.declaration.vat.nature is None:
        return
    if vat_question(sheet).kind_of_service in WHERE_IT_HAPPENS:
        text = (
            "Is the client identified for VAT? For an association that is not, the VAT of {country} would be due."
        )
        yield _know("vat_identified", text, "client.vat_identified", country=sheet.abroad[0])


def _know(code: str, text: str, field: str, **params: str) -> Notice:
    return Notice(code=code, text=text, params=params, field=field)


def _drivers(sheet: QuoteInput) -> Iterator[Notice]:
    drivers = [van.driver for van in sheet.declaration.van_rental if van.driver and van.taken]
    for driver in sorted({one for one in drivers if drivers.count(one) > 1}):
        yield _know("one_driver", "{item} drives several vans at once.", "van_rental", item=sheet.name_of(driver))


def _rehearsals(sheet: QuoteInput) -> Iterator[Notice]:
    """A room on a day on which nobody is declared: rehearsing is work."""
    wish = sheet.declaration.workspace
    worked = {day.date for day in sheet.days}
    idle = [on.isoformat() for on in room_days(sheet, wish) if on not in worked] if wish and wish.taken else []
    if idle:
        text = "A room on {on}, but nobody is declared to work then: whoever rehearses works."
        yield _know("room_unworked", text, "workspace.days", on=", ".join(idle))


def unknown_profile(name: str) -> Obstacle:
    """There is no such sector profile."""
    text = "There is no sector profile {name}."
    return _no(
        "unknown_profile",
        "profile",
        text,
        ("Choose one of: {known}.",),
        name=name,
        known=", ".join(profile_names()),
    )
