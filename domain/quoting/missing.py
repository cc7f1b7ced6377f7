"""What a quote still needs to know before the job can be declared."""

from collections.abc import Iterator

from domain.bookable.equipment import unpriced
from domain.countries import clock_unknown, spoken_of
from domain.parties import DeclaredClient, DeclaredDay
from domain.quoting.models import Missing
from domain.quoting.sheet import QuoteInput
from domain.quoting.vat_answers import vat_question
from domain.rules.vat import WHERE_IT_HAPPENS

TEXTS: dict[str, str] = {
    "title": "Give the job a title: the client recognises it by that.",
    "description": "Describe the job in a sentence: it is printed on the invoice.",
    "days": "Say on which days, from when until when, and where.",
    "place": "Say where the job takes place on {on}.",
    "country": "Say in which country {place} is: the name speaks of {country}, and nothing else was said.",
    "timezone": "Say which clock counts in {country}: it is not Belgium's, or there are several.",
    "crew": "Say who works on the job.",
    "price": "Say what the client pays, or what each person should earn.",
    "client": "Say who the client is.",
    "client_name": "Give the client's name.",
    "client_email": "Give the client's e-mail: the order and the invoice go there.",
    "client_address": "Give the client's address: the law wants it on the invoice.",
    "enterprise_number": "Give the client's enterprise number: the law wants it on the invoice.",
    "vat_performance": "Answer: is it a live performance by artists, or the licence of a work?",
    "vat_advertising": "Answer: does it serve to advertise something?",
    "vat_nature": "Say what kind of service it is: for this client the country where VAT is due depends on it.",
    "vat_virtual": "Say whether it is followed online only: for this client the country of the VAT depends on it.",
    "client_vat_number": "Give the client's VAT number: the client accounts for the VAT.",
    "vat_ground": "Say by which rule no VAT is due: its article is printed on the invoice.",
    "crew_name": "Give the name of {item}.",
    "crew_contact": "Give an e-mail or phone of {item}: the link to accept is sent there.",
    "crew_function": "Say what {item} does.",
    "van_driver": "Say who drives the van {item}.",
    "van_kilometres": "Say how many kilometres the van {item} will drive.",
    "article_price": "Give a price for {article}: the catalogue has none.",
    "workspace_city": "Say in which city the room should be.",
    "ceiling": "Say up to what price {item} may be arranged.",
}


def missing(sheet: QuoteInput) -> tuple[Missing, ...]:
    """Everything that is missing, in the order of the form."""
    return (
        *_job(sheet),
        *_client(sheet),
        *_vat(sheet),
        *_crew(sheet),
        *_services(sheet),
    )


def _lacks(field: str, code: str, **params: str) -> Missing:
    return Missing(field=field, code=f"missing_{code}", text=TEXTS[code], params=params)


def _job(sheet: QuoteInput) -> Iterator[Missing]:
    declared = sheet.declaration
    if not declared.title:
        yield _lacks("title", "title")
    if not declared.description:
        yield _lacks("description", "description")
    if not declared.days:
        yield _lacks("days", "days")
    for n, day in enumerate(declared.days):
        yield from _where(n, day)
    if declared.price_eur is None and not _pay_is_wanted(sheet):
        yield _lacks("price_eur", "price")


def _where(n: int, day: DeclaredDay) -> Iterator[Missing]:
    """The place, unless the work has none; and what cannot be guessed of its country and clock."""
    if not day.place and not day.anywhere:
        yield _lacks(f"days.{n}.place", "place", on=day.date.isoformat())
    if country := unsaid_country(day):
        yield _lacks(f"days.{n}.country", "country", place=day.place, country=country)
    if clock_unknown(day.country) and "timezone" not in day.model_fields_set:
        yield _lacks(f"days.{n}.timezone", "timezone", country=day.country)


def unsaid_country(day: DeclaredDay) -> str | None:
    """The country another than Belgium that a day's place speaks of, as long as nobody said one.

    Silence means Belgium; but work abroad needs the adviser's yes, so silence is not enough beside "Lyon, France".
    """
    if "country" in day.model_fields_set:
        return None
    spoken = spoken_of(day.place)
    return spoken if spoken not in (None, "BE") else None


def _pay_is_wanted(sheet: QuoteInput) -> bool:
    """Whether a price can be worked out from wanted pay."""
    people = sheet.employed
    return bool(people) and all(p.gross_eur or p.net_wished_eur or p.budget_eur for p in people)


def _client(sheet: QuoteInput) -> Iterator[Missing]:
    client = sheet.declaration.client
    if client is None:
        yield _lacks("client", "client")
        return
    if client.kind == "own_takings":
        return
    if not client.name:
        yield _lacks("client.name", "client_name")
    if client.kind != "internal":
        yield from _invoiced_client(client)


def _invoiced_client(client: DeclaredClient) -> Iterator[Missing]:
    """What the law wants on an invoice. Source: RD no 1 of 29 December 1992, art. 5 § 1."""
    if not client.email:
        yield _lacks("client.email", "client_email")
    if client.address is None:
        yield _lacks("client.address", "client_address")
    business = client.kind in ("company", "public_body")
    if business and client.country == "BE" and not client.enterprise_number:
        yield _lacks("client.enterprise_number", "enterprise_number")


def _chosen_vat(sheet: QuoteInput) -> Iterator[Missing]:
    """A rate of 0 has a rule; where the client accounts for the VAT, it has a number."""
    asked, client = sheet.declaration.vat, sheet.declaration.client
    if asked.override_percent == 0 and asked.override_ground is None:
        yield _lacks("vat.override_ground", "vat_ground")
    accounts = asked.override_ground in ("reverse_charge", "construction")
    if accounts and client is not None and not (client.vat_number or client.enterprise_number):
        yield _lacks("client.vat_number", "client_vat_number")


def _vat(sheet: QuoteInput) -> Iterator[Missing]:
    asked, client = sheet.declaration.vat, sheet.declaration.client
    if asked.override_percent is not None:
        yield from _chosen_vat(sheet)
        return
    if client is not None and client.kind == "internal":
        return
    if asked.performance_or_licence is None:
        yield _lacks("vat.performance_or_licence", "vat_performance")
    if asked.advertising is None and asked.performance_or_licence is not False:
        yield _lacks("vat.advertising", "vat_advertising")
    yield from _place_of_supply(sheet)


def _place_of_supply(sheet: QuoteInput) -> Iterator[Missing]:
    """What decides the country of the VAT and only the member knows. Source: CTVA art. 21bis § 2, 5° and 10°."""
    client = sheet.declaration.client
    question = vat_question(sheet)
    somewhere_else = question.client_country != "BE" or question.performed_in != "BE"
    if client is None or question.taxable or not somewhere_else:
        return
    ordinary = sheet.declaration.vat.performance_or_licence is False and not question.advertising
    if ordinary and question.nature is None:
        yield _lacks("vat.nature", "vat_nature")
    placed = question.kind_of_service in WHERE_IT_HAPPENS
    if placed and sheet.declaration.vat.virtual is None and any(day.anywhere for day in sheet.days):
        yield _lacks("vat.virtual", "vat_virtual")


def _crew(sheet: QuoteInput) -> Iterator[Missing]:
    if not sheet.declaration.crew:
        yield _lacks("crew", "crew")
    for n, person in enumerate(sheet.declaration.crew):
        if not person.function:
            yield _lacks(f"crew.{n}.function", "crew_function", item=sheet.name_of(person.item))
        if person.member:
            continue
        if not person.name:
            yield _lacks(f"crew.{n}.name", "crew_name", item=person.item)
        if not (person.email or person.phone):
            yield _lacks(f"crew.{n}.email", "crew_contact", item=sheet.name_of(person.item))


def _services(sheet: QuoteInput) -> Iterator[Missing]:
    declared = sheet.declaration
    for n, van in enumerate(declared.van_rental):
        if van.taken and van.driver is None:
            yield _lacks(f"van_rental.{n}.driver", "van_driver", item=van.item)
        if van.taken and van.kilometres is None:
            yield _lacks(f"van_rental.{n}.kilometres", "van_kilometres", item=van.item)
    for n in unpriced(sheet):
        article = declared.equipment.items[n].article if declared.equipment else ""
        yield _lacks(f"equipment.items.{n}.price_eur", "article_price", article=article)
    if declared.workspace and declared.workspace.taken and not declared.workspace.city:
        yield _lacks("workspace.city", "workspace_city")
    for n, wish in enumerate(declared.special_request):
        if wish.taken and wish.ceiling_eur is None:
            yield _lacks(f"special_request.{n}.ceiling_eur", "ceiling", item=wish.wish or wish.item)
