"""What people read, in their own language: catalogs in French, Dutch and English, and how values are written."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import cache, lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo

from babel.core import Locale
from babel.dates import format_date, format_datetime
from babel.messages.pofile import read_po
from babel.numbers import format_currency

from domain.people import Language

LANGUAGES: tuple[Language, ...] = ("fr", "nl", "en")
LOCALES: Mapping[Language, str] = {"fr": "fr_BE", "nl": "nl_BE", "en": "en_GB"}
BRUSSELS = ZoneInfo("Europe/Brussels")
REMEMBERED = 10_000
"""Amounts and dates written lately; the same ones stand on every look at a story."""
FOLDER = Path(__file__).parent / "locale"

_AMOUNT = re.compile(r"-?\d+\.\d\d")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d.*")


@cache
def catalog(lang: Language) -> Mapping[str, str]:
    """Every text of one language, by its id; read once. ValueError when two catalogs claim the same id."""
    found: dict[str, str] = {}
    for path in sorted((FOLDER / lang).glob("*.po")):
        texts = _texts(path, lang)
        if twice := found.keys() & texts.keys():
            raise ValueError(f"{path}: also elsewhere: {', '.join(sorted(twice))}")
        found |= texts
    return found


def _texts(path: Path, lang: Language) -> dict[str, str]:
    with path.open("rb") as file:
        messages = read_po(file, locale=LOCALES[lang], abort_invalid=True)
    return {str(message.id): str(message.string) for message in messages if message.id and message.string}


def knows(msgid: str) -> bool:
    """Whether there is a text with this id."""
    return msgid in catalog("en")


def say(lang: Language, msgid: str, **params: str) -> str:
    """The text of this id with its places filled in; KeyError when the id or a named place is unknown."""
    return catalog(lang)[msgid].format(**params)


def spoken(wanted: str | None, otherwise: Language = "fr") -> Language:
    """The first of our languages in an Accept-Language header or a language code.

    Source: RFC 9110 section 12.5.4; the order as written is close enough to the weights browsers send.
    """
    for part in (wanted or "").lower().split(","):
        for lang in LANGUAGES:
            if part.strip().startswith(lang):
                return lang
    return otherwise


@cache
def _locale(lang: Language) -> Locale:
    """Read once: finding it by its name costs as much as writing a date."""
    return Locale.parse(LOCALES[lang])


@lru_cache(REMEMBERED)
def money(lang: Language, amount: Decimal) -> str:
    """An amount as people of this language write it in Belgium."""
    return format_currency(amount, "EUR", locale=_locale(lang))


@lru_cache(REMEMBERED)
def day(lang: Language, on: date, form: str = "EEE d MMM y") -> str:
    """A date as people write it."""
    return format_date(on, form, locale=_locale(lang))


@lru_cache(REMEMBERED)
def moment(lang: Language, at: datetime, form: str = "EEE d MMM, HH:mm") -> str:
    """An instant as people in Brussels read it on their clock."""
    return format_datetime(at, form, tzinfo=BRUSSELS, locale=_locale(lang))


def dressed(lang: Language, params: Mapping[str, str]) -> dict[str, str]:
    """The values of a sentence as people write them: amounts, dates, instants, and words of the house.

    A code such as `how=link` or `service=wages` becomes the text `value.how.link` or `service.wages` where the
    catalog has it.
    """
    return {name: _written(lang, name, value) for name, value in params.items()}


def _written(lang: Language, name: str, value: str) -> str:
    for word in (f"value.{name}.{value}", f"{name}.{value}"):
        if knows(word):
            return say(lang, word)
    if _AMOUNT.fullmatch(value):
        return money(lang, Decimal(value))
    if name == "accounts":
        return ", ".join(_account(lang, *one.rsplit(" ", 1)) for one in value.split("; ") if " " in one)
    if _INSTANT.fullmatch(value):
        return _instant(lang, value)
    return day(lang, date.fromisoformat(value)) if _DAY.fullmatch(value) else value


def _account(lang: Language, account: str, balance: str) -> str:
    """One account of a job and what stands on it."""
    name = say(lang, f"anatomy.account.{account}") if knows(f"anatomy.account.{account}") else account
    return f"{name} {money(lang, Decimal(balance))}"


def _instant(lang: Language, value: str) -> str:
    try:
        return moment(lang, datetime.fromisoformat(value))
    except ValueError:
        return value
