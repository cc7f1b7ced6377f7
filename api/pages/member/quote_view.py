"""A quote in the form a page shows it: what lands on whose account first, every figure with its why behind it."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from api.pages.member.days_ahead import Moment, on_day, picture
from api.pages.member.form_settled import Note
from api.wording.timeline import Names, title
from domain.declaration import JobDeclaration
from domain.figures import Figure
from domain.orders import step_name
from domain.parties import DeclaredDay
from domain.people import Language
from domain.periods import ONE_DAY, day_in_brussels, instant
from domain.quote import Pay, Quote, Sentence, ServiceLine
from domain.rules.deadlines import answer_by
from engine.wording import number, worded
from engine.words import day, moment, money, say

PLACES: Mapping[str, str] = {
    "client": "client.kind", "days": "days.0.date", "crew": "crew.0.function", "borne_by": "price_eur",
    "client.address": "client.address.street", "van_rental": "van_rental.0.driver",
    "workspace.days": "workspace.city", "equipment.items": "equipment.items.0.article",
    "agreement": "agreement.how", "prefinancing": "prefinancing.choice", "insurance": "insurance.choice",
    "invoicing": "invoicing.deposit_percent", "expenses.lines": "expenses.lines.0.label",
    "prefinancing.subsidy": "prefinancing.subsidy.from_name",
}  # fmt: skip
"""Where on the page something is asked that is about a whole part: at the part's first field."""
ROWS: tuple[tuple[str, str], ...] = (
    (r"days\.(\d+)\.(place|country)", r"\2"),
    (r"crew\.(\d+)", r"crew.\1.amount"),
    (r"crew\.(\d+)\.(gross_eur|net_wished_eur|budget_eur|share)", r"crew.\1.amount"),
    (r"crew\.(\d+)\.days", r"crew.\1.function"),
)
"""What a page asks once for all days or in another field than the declaration keeps it in."""
DEFAULT_TERM = 30
MOST_DATES = 6
"""Dates written out in one sentence."""


@dataclass(frozen=True)
class FigureRow:
    """One line of figures, with the reason behind it."""

    label: str
    amount: str
    small: str = ""
    sum: bool = False
    why: str = ""
    source: str = ""
    verified: bool = True


@dataclass(frozen=True)
class QuoteLine:
    """One sentence, the field it is about, the law or rule behind it, and the ways out."""

    text: str
    at: str = ""
    source: str = ""
    ways_out: tuple[str, ...] = ()


def quoted(quote: Quote, declaration: JobDeclaration, now: datetime, lang: Language) -> dict[str, Any]:
    """The whole quote."""
    quote = worded(quote, lang)
    return {
        "quote_id": quote.quote_id,
        "declarable": quote.declarable,
        "headline": _headline(quote, declaration, lang),
        "client": list(_client(quote, lang)),
        "costs": list(_costs(quote, lang)),
        "pay": list(_pay(quote, lang)),
        "refusals": sentences_with_fields(quote.refusals),
        "missing": sentences_with_fields(quote.missing),
        "approvals": sentences_with_fields(quote.approvals),
        "warnings": sentences_with_fields(quote.warnings),
        "filled_in": [*_filled(quote, lang)],
        "deadline": _deadline(quote, lang),
        "free": _free(quote, lang),
        "prefinanced": _row(quote.prefinanced, lang) if quote.prefinanced.amount_eur else None,
        "provisional": quote.provisional,
        "days": picture(moments(quote, declaration, now, lang), now, lang) if quote.first_start_at else None,
    }


def said_notes(notes: Iterable[Note], days: Iterable[DeclaredDay], lang: Language) -> list[QuoteLine]:
    """What the page itself filled in: days of a range, times, nights, clocks of other countries."""
    found = [
        QuoteLine(say(lang, f"form.note.{one.code}", **_in_words(one.values, lang)), place(one.at)) for one in notes
    ]
    elsewhere = dict.fromkeys(day.timezone for day in days if _other_clock(day))
    return found + [
        QuoteLine(say(lang, "form.note.clock", zone=zone.replace("_", " ")), "country") for zone in elsewhere
    ]


def _other_clock(day: DeclaredDay) -> bool:
    return day.starts_at != instant(day.date, day.starts)


def _in_words(values: Mapping[str, Any], lang: Language) -> dict[str, str]:
    """Dates in words; a long row of them by its first days and its last."""
    words = {
        name: day(lang, one, "EEE d MMM") if isinstance(one, date) else str(one) for name, one in values.items()
    }
    if "dates" in values:
        each = [day(lang, on, "EEE d MMM") for on in values["dates"]]
        shown = each if len(each) <= MOST_DATES else [*each[: MOST_DATES - 2], "…", each[-1]]
        words |= {"dates": ", ".join(shown), "count": str(len(each))}
    return words


def place(field: str | None) -> str:
    """The field of the page that a place of the declaration is asked in."""
    if not field:
        return ""
    for form, known in ROWS:
        if re.fullmatch(form, field):
            return re.sub(form, known, field)
    return PLACES.get(field, field)


def sentences_with_fields(sentences: Iterable[Sentence]) -> list[QuoteLine]:
    """Sentences in the reader's language, each at its field."""
    return [
        QuoteLine(
            text=str(one),
            at=place(getattr(one, "field", None)),
            source=getattr(one, "source", None) or "",
            ways_out=tuple(str(way) for way in getattr(one, "ways_out", ())),
        )
        for one in sentences
    ]


def _headline(quote: Quote, declaration: JobDeclaration, lang: Language) -> dict[str, str] | None:
    """What people come for: what lands on the account and by which day, or what to ask the client."""
    if declaration.price_eur is None and quote.client and quote.people:
        ask = money(lang, quote.client.net.amount_eur)
        with_vat = money(lang, quote.client.total.amount_eur)
        return {
            "lead": say(lang, "page.quote.ask"),
            "amount": ask,
            "text": say(lang, "page.quote.ask.vat", total=with_vat),
        }
    if quote.headline is not None:
        low = money(lang, quote.headline.low.amount_eur)
        on = day(lang, quote.headline.pay_on, "d MMMM")
        return {
            "lead": say(lang, "page.quote.lands"),
            "amount": low,
            "text": say(lang, "page.quote.headline", on=on),
        }
    if quote.range is None or not quote.range.low.amount_eur:
        return None
    low = money(lang, quote.range.low.amount_eur)
    return _big("page.quote.lands", low, say(lang, "page.quote.undated"), lang)


def _big(lead: str, amount: str, text: str, lang: Language) -> dict[str, str]:
    return {"lead": say(lang, lead), "amount": amount, "text": text}


def _row(figure: Figure, lang: Language, label: str = "", *, minus: bool = False, **more: Any) -> FigureRow:
    amount = -figure.amount_eur if minus else figure.amount_eur
    return FigureRow(
        label or figure.name,
        money(lang, amount),
        why=figure.text,
        source=figure.source,
        verified=figure.verified and not figure.provisional,
        **more,
    )


def _client(quote: Quote, lang: Language) -> Iterator[FigureRow]:
    client = quote.client
    if client is None:
        return
    yield _row(client.net, lang, say(lang, "page.quote.price"))
    rate = number(lang, f"{client.vat_percent.normalize():f}")
    why = str(client.vat_reason) if client.vat_reason else client.vat.text
    vat = _row(client.vat, lang, say(lang, "page.quote.vat", rate=rate))
    yield FigureRow(vat.label, vat.amount, why=why or client.vat_why, source=client.vat_source)
    yield _row(client.total, lang, say(lang, "page.quote.total"), sum=True)


def _costs(quote: Quote, lang: Language) -> Iterator[FigureRow]:
    if quote.client is None:
        return
    if quote.fee and quote.fee.amount_eur:
        yield _row(quote.fee, lang, say(lang, "page.quote.fee"), minus=True)
    for one in quote.services:
        if one.ceiling.amount_eur or one.price.amount_eur:
            yield _service(one, {person.item: person.name for person in quote.people}, lang)
    for label, figure in (("expenses", quote.expenses_total), ("reserve", quote.reserve)):
        if figure.amount_eur:
            yield _row(figure, lang, say(lang, f"page.quote.{label}"), minus=True)
    if quote.wage_budget:
        yield _row(quote.wage_budget, lang, say(lang, "page.quote.wages"), sum=True)


def _service(one: ServiceLine, names: Names, lang: Language) -> FigureRow:
    """What one service costs, how far it may go and who bears it: that it lowers the pay is never left unsaid."""
    parts = [one.name, say(lang, f"value.borne_by.{one.borne_by}")]
    if one.ceiling.amount_eur > one.price.amount_eur:
        parts.insert(1, say(lang, "page.quote.upto", ceiling=one.ceiling.amount_eur))
    name = title(step_name(one.service, one.item), lang, names)
    row = _row(one.price, lang, name, minus=one.borne_by == "job", small=" · ".join(filter(None, parts)))
    return FigureRow(
        row.label,
        row.amount,
        row.small,
        why=f"{row.why} {one.text}".strip(),
        source=row.source,
        verified=row.verified,
    )


def _pay(quote: Quote, lang: Language) -> Iterator[FigureRow]:
    """Gross for everybody; the net only of the one who asks: what somebody else takes home is theirs to know."""
    for one in quote.people:
        name = say(lang, "page.quote.you") if one.member else one.name or one.item.replace("-", " ").title()
        label = f"{name} · {one.function_name or one.function}" if one.function else name
        yield _row(one.gross, lang, label, small=_beside_gross(one, lang))
        if one.member:
            net = f"{money(lang, one.net_low.amount_eur)} – {money(lang, one.net_high.amount_eur)}"
            low = _row(one.net_low, lang, say(lang, "page.quote.own_net"), sum=True)
            amount = low.amount if one.net_low.amount_eur == one.net_high.amount_eur else net
            yield FigureRow(low.label, amount, why=low.why, source=low.source, verified=low.verified, sum=True)


def _beside_gross(one: Pay, lang: Language) -> str:
    cost = say(lang, "page.quote.cost", amount=one.cost.amount_eur)
    on = say(lang, "page.quote.pay_on", on=one.pay_on) if one.pay_on else ""
    if one.pay_days:
        months = (say(lang, "page.quote.pay_day", on=each.pay_on, gross=each.gross_eur) for each in one.pay_days)
        on = say(lang, "page.quote.pay_days", days=", ".join(months))
    return " · ".join(filter(None, (say(lang, "page.quote.gross"), cost, on)))


def _filled(quote: Quote, lang: Language) -> Iterator[QuoteLine]:
    for one in quote.filled_in:
        lowers = say(lang, "page.quote.lowers", amount=one.cost.amount_eur) if one.cost else ""
        yield QuoteLine(text=f"{one} {lowers}".strip(), at=place(one.field))


OF_A_CLIENT = frozenset({"agreement", "invoicing", "debt_collection"})
"""Services that only come with somebody who is invoiced."""


def _free(quote: Quote, lang: Language) -> str:
    none = () if quote.client is None or quote.client.invoiced else OF_A_CLIENT
    free = [
        say(lang, f"service.{one.service}")
        for one in quote.services
        if not one.ceiling.amount_eur and one.service not in none
    ]
    return say(lang, "page.quote.included", services=", ".join(dict.fromkeys(free))) if free else ""


def _deadline(quote: Quote, lang: Language) -> dict[str, str] | None:
    first = quote.earliest_deadline
    if first is None:
        return None
    at = moment(lang, first.due_at, "EEEE d MMMM, HH:mm")
    return {
        "text": say(lang, "page.quote.deadline", at=at),
        "what": first.name or first.kind,
        "why": first.text or first.basis,
    }


def moments(quote: Quote, declaration: JobDeclaration, now: datetime, lang: Language) -> Iterator[Moment]:
    """What happens when, as far as the quote knows."""
    first, last = quote.first_start_at, quote.last_end_at
    if first is None or last is None:
        return
    if quote.client and quote.client.invoiced:
        yield Moment(answer_by(first, now), say(lang, "page.days.agreed"))
    begins_on, last_on = min(day.date for day in declaration.days), max(day.ends_on for day in declaration.days)
    here = not any(_other_clock(day) for day in declaration.days)
    yield Moment(first if here else on_day(begins_on), say(lang, "page.days.job"))
    if last_on != begins_on:
        yield Moment(last if here else on_day(last_on), say(lang, "page.days.job_ends"))
    paid = {on: one.member for one in sorted(quote.people, key=lambda one: one.member) for on in one.paid_on}
    for on, own in paid.items():
        yield Moment(on_day(on), say(lang, "page.days.own_pay" if own else "page.days.crew_pay"))
    if quote.client and quote.client.invoiced:
        term = declaration.client.payment_days if declaration.client else None
        due_on = day_in_brussels(last) + (DEFAULT_TERM if term is None else term) * ONE_DAY
        yield Moment(on_day(due_on), say(lang, "page.days.client_pays"))
