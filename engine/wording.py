"""A quote as its reader is told it: every label, reason, law and deadline in their own language."""

import re
from collections.abc import Mapping
from decimal import Decimal
from functools import cache, singledispatch
from typing import Any, Final, TypeVar

from babel.numbers import format_decimal

from domain.figures import Figure
from domain.message import Message
from domain.people import Language
from domain.profiles import Translations, demonstration_prices, profile, profile_names
from domain.quote import ClientSide, Deadline, Headline, Pay, Quote, Range, Sentence, ServiceLine
from engine.words import LOCALES, catalog, day, dressed, filled, knows, money, say

Told = TypeVar("Told", bound=Message)

PLAIN: Final = frozenset({"coefficient", "percent", "count", "each", "share"})
"""Values with two decimals that are no amounts: 1.50 is a factor here, not one euro fifty."""
JOINED: Final = frozenset({"parts", "terms"})
"""Values in which several amounts stand."""
LISTED: Final = frozenset({"services", "covers", "fields"})
"""Values that are several words of the house, with commas between."""

_AMOUNT = re.compile(r"-?\d+\.\d\d\b")
_NUMBER = re.compile(r"-?\d+\.\d+")


def worded(quote: Quote, lang: Language) -> Quote:
    """The quote with everything a person reads on it in their language; figures and ids are the same."""
    return _translated(quote, lang, quote.profile.partition("/")[0])


def _translated(message: Told, lang: Language, trade: str) -> Told:
    inner = {name: _inside(value, lang, trade) for name, value in message if isinstance(value, (Message, tuple))}
    return message.model_copy(update=inner | _texts(message, lang, trade))


def _inside(value: Any, lang: Language, trade: str) -> Any:
    if isinstance(value, tuple):
        return tuple(_inside(one, lang, trade) for one in value)
    return _translated(value, lang, trade) if isinstance(value, Message) else value


@singledispatch
def _texts(message: Message, lang: Language, trade: str) -> dict[str, Any]:
    """The fields of one part of a quote that are written for its reader."""
    return {}


@_texts.register
def _(message: Sentence, lang: Language, trade: str) -> dict[str, Any]:
    cited = getattr(message, "source", None)
    return {"spoken": sentence(message, lang, trade)} | ({"source": source(cited, lang)} if cited else {})


@_texts.register
def _(message: Figure, lang: Language, trade: str) -> dict[str, Any]:
    return {
        "name": by_english(message.label, lang),
        "text": reason(message, lang),
        "source": source(message.source, lang),
    }


@_texts.register
def _(message: ServiceLine, lang: Language, trade: str) -> dict[str, Any]:
    name = sentence(message.about, lang, trade) if message.about else message.label
    return {"name": name, "text": sentence(message.reason, lang, trade) if message.reason else message.why}


@_texts.register
def _(message: ClientSide, lang: Language, trade: str) -> dict[str, Any]:
    return {"vat_source": source(message.vat_source, lang)}


@_texts.register
def _(message: Deadline, lang: Language, trade: str) -> dict[str, Any]:
    return {"name": deadline_name(message.kind, lang), "text": deadline_reason(message, lang)}


@_texts.register
def _(message: Headline, lang: Language, trade: str) -> dict[str, Any]:
    low, on = money(lang, message.low.amount_eur), day(lang, message.pay_on)
    return {"text": say(lang, "quote.headline", low=low, on=on)}


@_texts.register
def _(message: Range, lang: Language, trade: str) -> dict[str, Any]:
    return {"text": by_english(message.why, lang)}


@_texts.register
def _(message: Pay, lang: Language, trade: str) -> dict[str, Any]:
    return {"function_name": function_name(trade, message.function, lang)}


def sentence(one: Sentence, lang: Language, trade: str = "general") -> str:
    """A sentence of a quote in the reader's language; in English when nobody has translated it."""
    if not knows(f"quote.{one.code}"):
        return one.text.format(**one.params)
    return say(lang, f"quote.{one.code}", **places(one.params, lang, trade))


def approval_reason(rule: str, kept: str, params: Mapping[str, str], lang: Language) -> str:
    """Why a rule asks for the adviser, in the reader's language; as kept when its values were not kept with it."""
    if not knows(f"quote.approval_{rule}"):
        return kept
    try:
        return say(lang, f"quote.approval_{rule}", **places(params, lang))
    except KeyError:
        return kept


def reason(figure: Figure, lang: Language) -> str:
    """Why a figure is that much, with its values as people write them."""
    told = places(figure.params, lang)
    if figure.terms:
        told["parts"] = " + ".join(sentence(term, lang) for term in figure.terms)
    return filled(lang, by_english(figure.why, lang), told)


def by_english(text: str, lang: Language) -> str:
    """The text whose key is the English one; that one, when it is not a text of ours."""
    return catalog(lang).get(text, text)


def deadline_name(kind: str, lang: Language) -> str:
    """What must be done by a deadline."""
    return say(lang, f"deadline.{kind}") if knows(f"deadline.{kind}") else kind


def deadline_reason(deadline: Deadline, lang: Language) -> str:
    """The law or promise behind a deadline; as kept when its values were not kept with it."""
    text = catalog(lang).get(f"deadline.{deadline.kind}.basis", deadline.basis)
    try:
        return filled(lang, text, places(deadline.params, lang))
    except KeyError:
        return catalog(lang).get(f"deadline.{deadline.kind}.kept", deadline.basis)


def function_name(trade: str, function: str, lang: Language) -> str:
    """A function as people of the trade say it; as declared when the trade does not know it."""
    known = profile(trade).function(function) if trade in profile_names() else None
    return _of(known.label, lang) if known else function


@cache
def any_function(function: str, lang: Language) -> str:
    """A function by the name of any trade that knows it, where the trade is not at hand; else as declared."""
    said = (function_name(trade, function, lang) for trade in profile_names())
    return next((one for one in said if one != function), function)


@cache
def source(cited: str, lang: Language) -> str:
    """A law or a source as it is cited in the reader's language; titles and addresses stay as they are."""
    for english in _citations():
        cited = cited.replace(english, catalog(lang)[f"source:{english}"])
    return cited


@cache
def _citations() -> tuple[str, ...]:
    """The citations that have a translation, the longest first, so that no part is taken for the whole."""
    found = (key.removeprefix("source:") for key in catalog("en") if key.startswith("source:"))
    return tuple(sorted(found, key=len, reverse=True))


def places(params: Mapping[str, str], lang: Language, trade: str = "general") -> dict[str, str]:
    """The values of a sentence as people write them: amounts, numbers, dates, and words of the house."""
    return {name: _place(name, value, lang, trade) for name, value in params.items()}


def _place(name: str, value: str, lang: Language, trade: str) -> str:
    if name in JOINED:
        return _AMOUNT.sub(lambda found: money(lang, Decimal(found.group())), value)
    if name in LISTED:
        return ", ".join(
            dressed(lang, {name.removesuffix("s"): one})[name.removesuffix("s")] for one in value.split(", ")
        )
    if name in PLAIN or (_NUMBER.fullmatch(value) and not _AMOUNT.fullmatch(value)):
        return number(lang, value)
    if name == "function":
        return function_name(trade, value, lang)
    return article_name(value, lang) if name in ("article", "articles") else dressed(lang, {name: value})[name]


def number(lang: Language, value: str) -> str:
    """A number that is no amount, with the decimals it has."""
    if not re.fullmatch(r"-?\d+(\.\d+)?", value):
        return value
    decimals = len(value.partition(".")[2])
    return format_decimal(Decimal(value), "#,##0." + "0" * decimals if decimals else "#,##0", locale=LOCALES[lang])


def article_name(value: str, lang: Language) -> str:
    """One article, or several with their quantities, by the name the price list gives them."""
    return ", ".join(_article(one, lang) for one in value.split(", "))


def _article(value: str, lang: Language) -> str:
    quantity, times, slug = value.rpartition(" x ")
    listed = demonstration_prices().article(slug)
    return f"{quantity}{times}{_of(listed.label, lang) if listed else slug}"


def _of(words: Translations, lang: Language) -> str:
    return words.in_language(lang)
