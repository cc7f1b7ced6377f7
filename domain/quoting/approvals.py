"""What an adviser must say yes to before anybody is bound; all of it is known from the quote."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Final, NamedTuple

from domain.bookable.equipment import bought_price
from domain.declaration import JobDeclaration
from domain.message import Message
from domain.money import ZERO
from domain.quoting.context import Autonomy
from domain.quoting.models import NeededApproval
from domain.quoting.sheet import QuoteInput
from domain.rules.prefinancing import LIFTED_BY_AN_ADVISER, limits_reached
from domain.wish import Wish

COOPERATIVE: Final = "rule of the cooperative; a setting for demonstrations"
ORDINARY_TERM_DAYS: Final = 30
"""Longer terms weigh on everybody's treasury and go through an adviser. Source: article7110, article7134."""


class Freedom(NamedTuple):
    """What goes without a person; amounts ex VAT, themselves included."""

    new_client_eur: Decimal
    price_eur: Decimal
    purchase_eur: Decimal
    """Equipment bought or leased."""
    short_notice: bool


FREEDOM: Final[dict[Autonomy, Freedom]] = {
    "accompanied": Freedom(ZERO, Decimal("1500.00"), ZERO, False),
    "standard": Freedom(Decimal("2500.00"), Decimal("10000.00"), Decimal("500.00"), False),
    "autonomous": Freedom(Decimal("10000.00"), Decimal("25000.00"), Decimal("2500.00"), True),
}
"""The one table that says what goes without a person, by the member's autonomy."""


class Weighed(Message):
    """What the rules look at besides the declaration."""

    income: Decimal
    prefinanced: Decimal
    short_notice: bool


def approvals(sheet: QuoteInput, weighed: Weighed) -> tuple[NeededApproval, ...]:
    """Every yes that is needed, each rule once."""
    found = (
        *_client(sheet, weighed),
        *_amounts(sheet, weighed),
        *_work(sheet),
        *_wishes(sheet),
        *_fund(sheet, weighed.prefinanced),
    )
    return tuple({approval.rule: approval for approval in found}.values())


def _asks(rule: str, text: str, source: str = COOPERATIVE, **params: object) -> NeededApproval:
    told = {name: str(value) for name, value in params.items()}
    return NeededApproval(rule=rule, code=f"approval_{rule}", text=text, params=told, source=source)


def _freedom(sheet: QuoteInput) -> Freedom:
    return FREEDOM[sheet.context.member.autonomy]


def _client(sheet: QuoteInput, weighed: Weighed) -> Iterator[NeededApproval]:
    client, record = sheet.declaration.client, sheet.context.client
    if client is None or client.kind in ("own_takings", "internal"):
        return
    limit = _freedom(sheet).new_client_eur
    if not record.known and weighed.income > limit:
        text = "A new client and {price} EUR: more than the {limit} EUR that go without an adviser."
        yield _asks("new_client", text, price=weighed.income, limit=limit)
    deposit = sheet.declaration.invoicing.deposit_percent if sheet.declaration.invoicing else None
    if record.risky and not deposit:
        yield _asks("risky_client", "This client is marked as risky: a deposit first.")
    if record.overdue_eur > 0:
        yield _asks("overdue_client", "This client still owes {open} EUR past its day.", open=record.overdue_eur)
    if client.payment_days is not None and client.payment_days > ORDINARY_TERM_DAYS:
        text = "A payment term of {days} days: longer than {ordinary}."
        yield _asks("payment_term", text, days=client.payment_days, ordinary=ORDINARY_TERM_DAYS)


def _amounts(sheet: QuoteInput, weighed: Weighed) -> Iterator[NeededApproval]:
    freedom = _freedom(sheet)
    if weighed.income > freedom.price_eur:
        text = "A job of {price} EUR: more than the {limit} EUR you decide alone."
        yield _asks("autonomy", text, price=weighed.income, limit=freedom.price_eur)
    bought = bought_price(sheet)
    if bought > freedom.purchase_eur:
        text = "Equipment bought or leased for {price} EUR: more than {limit} EUR."
        yield _asks("purchase", text, price=bought, limit=freedom.purchase_eur)
    if weighed.short_notice and not freedom.short_notice:
        yield _asks("short_notice", "The job starts so soon that people sign before the client agrees.")


def _work(sheet: QuoteInput) -> Iterator[NeededApproval]:
    if sheet.abroad:
        text = "Work in {countries}: certificates and covers are arranged beforehand."
        yield _asks(
            "abroad", text, "smartde.coop: work abroad is announced in advance", countries=", ".join(sheet.abroad)
        )
    if sheet.declaration.regulated_trade:
        yield _asks("regulated_trade", "A trade with its own licence or dangers.")
    if sheet.context.entity.seat == "german":
        text = "The contracts must be in German: the adviser prepares them."
        yield _asks("contract_language", text, "language of employment papers by the seat")
    if sheet.self_employed:
        yield _asks("self_employed", "Somebody self-employed is ordered and checked by the adviser.")


def _wishes(sheet: QuoteInput) -> Iterator[NeededApproval]:
    declared = sheet.declaration
    if declared.vat.override_percent is not None:
        reason = declared.vat.override_reason or ""
        yield _asks("vat_override", "Another VAT rate than the answers give: {reason}", reason=reason)
    undecided = [sheet.name_of(person.item) for person in declared.crew if person.status == "ask"]
    if undecided:
        yield _asks("crew_status", "Under which status {people} works.", people=", ".join(undecided))
    manual = [sheet.name_of(person.item) for person in declared.crew if person.manual is not None]
    if manual:
        text = "Whether {people} work with their hands is said otherwise than by the function."
        yield _asks("manual_work", text, "law of 3 July 1978, art. 2 and 3", people=", ".join(manual))
    asked = sorted({service for service, choice in choices(sheet) if choice == "ask_adviser"})
    if asked:
        yield _asks("advice", "You ask your adviser about: {services}.", services=", ".join(asked))
    if declared.agreement is not None and declared.agreement.how == "later" and declared.agreement.taken:
        yield _asks(
            "agreement_later", "The client's yes comes later: {why}", why=declared.agreement.why_later or ""
        )


def choices(sheet: QuoteInput) -> Iterator[tuple[str, str]]:
    """Every wish of the declaration: the service and what is wanted of it."""
    wished = [(name, getattr(sheet.declaration, name)) for name in JobDeclaration.model_fields]
    yield from ((service, wish.choice) for service, wish in wished if isinstance(wish, Wish))
    for service, wishes in wished:
        if isinstance(wishes, tuple):
            yield from ((service, wish.choice) for wish in wishes if isinstance(wish, Wish))


def _fund(sheet: QuoteInput, prefinanced: Decimal) -> Iterator[NeededApproval]:
    reached = limits_reached(prefinanced, sheet.context.exposure, sheet.on)
    if all(limit.whose in LIFTED_BY_AN_ADVISER for limit in reached) and reached:
        tightest = min(reached, key=lambda limit: limit.left_eur)
        text = "{wanted} EUR from the guarantee fund: the limit of the {whose} leaves {left} EUR."
        yield _asks("fund_limit", text, wanted=prefinanced, whose=tightest.whose, left=tightest.left_eur)
