"""A quote in the form a page shows it: every figure as people write it, every sentence in their language."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from api.story import title
from domain.orders import step_name
from domain.people import Language
from domain.quote import Quote, Sentence
from engine.wording import number, worded
from engine.words import day, moment, money, say


@dataclass(frozen=True)
class Row:
    """One line of figures."""

    label: str
    amount: str
    small: str = ""
    sum: bool = False


@dataclass(frozen=True)
class Told:
    """One sentence, with the law or rule behind it and the ways out."""

    text: str
    source: str = ""
    ways_out: tuple[str, ...] = ()


def quoted(quote: Quote, lang: Language) -> dict[str, Any]:
    """The whole quote."""
    quote = worded(quote, lang)
    return {
        "quote_id": quote.quote_id,
        "headline": _headline(quote, lang),
        "range": _range(quote, lang),
        "lines": list(_lines(quote, lang)) if quote.client else [],
        "people": list(_people(quote, lang)),
        "refusals": _told(quote.refusals),
        "missing": _told(quote.missing),
        "approvals": _told(quote.approvals),
        "warnings": _told(quote.warnings),
        "filled_in": _told(quote.filled_in),
        "feet": list(_feet(quote, lang)),
    }


def _told(sentences: Iterable[Sentence]) -> list[Told]:
    return [
        Told(
            text=str(one),
            source=getattr(one, "source", None) or "",
            ways_out=tuple(str(way) for way in getattr(one, "ways_out", ())),
        )
        for one in sentences
    ]


def _headline(quote: Quote, lang: Language) -> dict[str, str] | None:
    if quote.headline is None:
        return None
    low = money(lang, quote.headline.low.amount_eur)
    on = day(lang, quote.headline.pay_on, "d MMMM")
    return {"amount": low, "text": say(lang, "page.quote.headline", on=on)}


def _range(quote: Quote, lang: Language) -> str:
    if quote.range is None or quote.headline is not None:
        return ""
    low = money(lang, quote.range.low.amount_eur)
    if quote.range.high is None:
        return say(lang, "page.quote.from", low=low)
    return say(lang, "page.quote.range", low=low, high=money(lang, quote.range.high.amount_eur))


def _lines(quote: Quote, lang: Language) -> Iterator[Row]:
    client = quote.client
    if client is None:
        return
    yield Row(say(lang, "page.quote.price"), money(lang, client.net.amount_eur))
    rate = number(lang, f"{client.vat_percent.normalize():f}")
    yield Row(say(lang, "page.quote.vat", rate=rate), money(lang, client.vat.amount_eur))
    yield Row(say(lang, "page.quote.total"), money(lang, client.total.amount_eur), sum=True)
    if quote.fee:
        yield Row(say(lang, "page.quote.fee"), money(lang, -quote.fee.amount_eur))
    for one in quote.services:
        if not one.ceiling.amount_eur:
            continue
        ceiling = money(lang, one.ceiling.amount_eur)
        small = f"{one.name} · " + say(lang, "page.quote.upto", ceiling=ceiling)
        amount = -one.price.amount_eur if one.on_the_job else one.price.amount_eur
        name = title(step_name(one.service, one.item), lang)
        yield Row(name, money(lang, amount), small)
    for label, figure in (("expenses", quote.expenses_total), ("reserve", quote.reserve)):
        if figure.amount_eur:
            yield Row(say(lang, f"page.quote.{label}"), money(lang, -figure.amount_eur))
    if quote.wage_budget:
        yield Row(say(lang, "page.quote.wages"), money(lang, quote.wage_budget.amount_eur), sum=True)


def _people(quote: Quote, lang: Language) -> Iterator[Row]:
    for pay in quote.people:
        net = (money(lang, pay.net_low.amount_eur), money(lang, pay.net_high.amount_eur))
        on = f" · {day(lang, pay.pay_on)}" if pay.pay_on else ""
        small = say(lang, "page.quote.net", low=net[0], high=net[1]) + on
        yield Row(f"{pay.item} · {pay.function_name}", money(lang, pay.gross.amount_eur), small)


def _feet(quote: Quote, lang: Language) -> Iterator[str]:
    if free := [say(lang, f"service.{one.service}") for one in quote.services if not one.ceiling.amount_eur]:
        yield say(lang, "page.quote.included", services=", ".join(dict.fromkeys(free)))
    if quote.prefinanced.amount_eur:
        yield say(lang, "page.quote.prefinanced", amount=money(lang, quote.prefinanced.amount_eur))
    if quote.earliest_deadline:
        yield say(lang, "page.quote.deadline", at=moment(lang, quote.earliest_deadline.due_at))
    if quote.provisional:
        yield say(lang, "page.quote.provisional")
