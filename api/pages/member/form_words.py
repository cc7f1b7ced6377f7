"""What people type, as the declaration writes it: amounts, countries, articles, and people by their names."""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any

from babel.core import Locale

from domain.countries import CLOCKS, NAMES, SEVERAL_CLOCKS, plain
from domain.people import Language
from domain.profiles import demonstration_prices
from domain.rules.vat import EU
from engine.words import LANGUAGES, LOCALES

NEAR = ("BE", "FR", "NL", "DE", "LU")
"""Where most people work, first in every list."""
ALSO = ("CH", "GB", "NO", "IS", "LI", "MC", "RS", "BA", "AL", "MK", "ME")


def amount(text: str) -> str:
    """An amount as people type it: `1.250,50 €`, `1 250.50` and `1250,5` are read alike; anything else stays."""
    found = re.sub(r"[\s\u00a0\u202f€]", "", text)
    if "," in found:
        found = found.replace(".", "").replace(",", ".")
    elif re.fullmatch(r"\d{1,3}(\.\d{3})+", found):
        found = found.replace(".", "")
    return found if re.fullmatch(r"\d+(\.\d+)?", found) else text


def short_name(name: str, taken: Iterable[str]) -> str:
    """`chloe` for Chloé Janssens; the next Chloé is `chloe-2`."""
    used = set(taken)
    first = re.sub(r"[^a-z0-9]+", "", plain(name.split()[0] if name.split() else ""))[:20] or "crew"
    names = (first if n == 1 else f"{first}-{n}" for n in range(1, 999))
    return next(one for one in names if one not in used)


@cache
def countries(lang: Language) -> tuple[tuple[str, str], ...]:
    """The countries a list offers, by name: near ones first. Any other can be typed."""
    names = Locale.parse(LOCALES[lang]).territories
    rest = {*EU, *ALSO, *NAMES, *CLOCKS, *SEVERAL_CLOCKS} - set(NEAR)
    ordered = (*NEAR, *sorted(rest, key=lambda code: plain(str(names[code]))))
    return tuple((code, str(names[code])) for code in ordered)


@cache
def _codes() -> Mapping[str, str]:
    found = {plain(name): code for code, names in NAMES.items() for name in names}
    for lang in LANGUAGES:
        for code, name in Locale.parse(LOCALES[lang]).territories.items():
            if re.fullmatch(r"[A-Z]{2}", code):
                found.setdefault(plain(str(name)), code)
    return found


def country_code(text: str) -> str:
    """The code of a country typed as a name in any of our languages, or as a code; anything else stays."""
    return _codes().get(plain(text)) or (text.upper() if len(text) == 2 else text)


@cache
def _articles() -> Mapping[str, str]:
    labels = {one.article: one.label for one in demonstration_prices().articles}
    return {plain(label.in_language(lang)): slug for slug, label in labels.items() for lang in LANGUAGES}


def article_slug(text: str) -> str:
    """An article of the catalogue by its label, or another by its own name."""
    found = _articles().get(plain(text))
    return found or re.sub(r"[^a-z0-9]+", "-", plain(text)).strip("-")[:60] or text


def article_label(slug: str, lang: Language) -> str:
    """An article as people call it."""
    found = demonstration_prices().article(slug)
    return found.label.in_language(lang) if found else slug


def person_slug(text: str, crew: Sequence[Mapping[str, Any]]) -> str:
    """Somebody on the crew by short name, name or first name; the first who fits. Anything else stays."""
    for fits in (_is_slug, _is_name, _is_first_name):
        if found := next((str(one["item"]) for one in crew if fits(one, text)), None):
            return found
    return text


def _is_slug(person: Mapping[str, Any], text: str) -> bool:
    return str(person["item"]) == text.casefold()


def _is_name(person: Mapping[str, Any], text: str) -> bool:
    return plain(str(person.get("name") or "")) == plain(text) != ""


def _is_first_name(person: Mapping[str, Any], text: str) -> bool:
    return plain(str(person.get("name") or "")).partition(" ")[0] == plain(text) != ""
