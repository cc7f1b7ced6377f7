"""What people read, in their own language: catalogs in French, Dutch and English, and how values are written."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from functools import cache, lru_cache
from pathlib import Path
from string import Formatter
from typing import Any
from zoneinfo import ZoneInfo

from babel.core import Locale
from babel.dates import format_date, format_datetime
from babel.numbers import format_currency

from domain.people import Language
from engine.texts import Texts, read_folder

LANGUAGES: tuple[Language, ...] = ("fr", "nl", "en")
LOCALES: Mapping[Language, str] = {"fr": "fr_BE", "nl": "nl_BE", "en": "en_GB"}
BRUSSELS = ZoneInfo("Europe/Brussels")
REMEMBERED = 10_000
"""Amounts and dates written lately; the same ones stand on every look at a story."""
A_DAY = timedelta(days=1)
MOST_DAYS = 4
"""More dates than that in a row are read by nobody."""
FOLDER = Path(__file__).parent / "locale"

_AMOUNT = re.compile(r"-?\d+\.\d\d")
_DAYS = re.compile(r"\d{4}-\d\d-\d\d(?:, \d{4}-\d\d-\d\d)*")
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d.*")


@cache
def _every_text() -> Texts:
    return read_folder(FOLDER)


@cache
def catalog(lang: Language) -> Mapping[str, str]:
    """Every text of one language, by its id; read once."""
    return {msgid: texts[lang] for msgid, texts in _every_text().items() if texts.get(lang)}


def knows(msgid: str) -> bool:
    """Whether there is a text with this id."""
    return msgid in catalog("en")


def say(lang: Language, msgid: str, **params: str | int | Decimal | date) -> str:
    """The text of this id with its places filled in; KeyError when the id or a named place is unknown.

    An amount, a date or an instant is written as people of this language write it.
    """
    return filled(lang, catalog(lang)[msgid], {name: _shown(lang, value) for name, value in params.items()})


def _shown(lang: Language, value: str | int | Decimal | date) -> str:
    match value:
        case Decimal():
            return money(lang, value)
        case datetime():
            return moment(lang, value)
        case date():
            return day(lang, value)
        case _:
            return str(value)


_TWO_STOPS = re.compile(r"(?<!\.)\.\.(?![./])")
"""An abbreviated month at the end of a sentence brings a full stop of its own ("22 avr.")."""


def filled(lang: Language, text: str, params: Mapping[str, str]) -> str:
    """A text with its places filled in: `{days} {days:day|days}` takes the form that the number asks for."""
    told = text.format_map(params) if "|" not in text else _FILLING[lang].vformat(text, (), params)
    return _TWO_STOPS.sub(".", told)


class _Filling(Formatter):
    """Fills places, and chooses between the one and the other form of a noun."""

    def __init__(self, lang: Language) -> None:
        self._lang = lang

    def format_field(self, value: Any, format_spec: str) -> str:
        """The form before the bar for one, behind it for more."""
        if "|" not in format_spec:
            return str(super().format_field(value, format_spec))
        one, _, more = format_spec.partition("|")
        return one if _single(str(value), self._lang) else more


def _single(number: str, lang: Language) -> bool:
    """Whether a noun behind this number stands in the singular: in French below two, else at one only."""
    try:
        value = abs(Decimal(number.replace("\u202f", "").replace("\u00a0", "").replace(",", ".")))
    except InvalidOperation:
        return False
    return value < 2 if lang == "fr" else value == 1


_FILLING: Mapping[Language, _Filling] = {lang: _Filling(lang) for lang in LANGUAGES}


def lasting(lang: Language, count: int, unit: str) -> str:
    """A length of time in one unit (minute, hour, day, week, month): "13 dagen"."""
    return say(lang, f"unit.{unit}", count=str(count))


def pick_language(wanted: str | None, otherwise: Language = "fr") -> Language:
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


def days(lang: Language, given: Sequence[date]) -> str:
    """Several dates as people read them: each one of a few; of many each run of days as from and until."""
    ordered = sorted(set(given))
    if len(ordered) <= MOST_DAYS:
        return ", ".join(day(lang, one) for one in ordered)
    runs: list[list[date]] = []
    for one in ordered:
        if runs and one - runs[-1][-1] == A_DAY:
            runs[-1].append(one)
        else:
            runs.append([one])
    told = [_run(lang, run) for run in runs]
    if len(told) > MOST_DAYS:
        told = [*told[: MOST_DAYS - 1], "…", told[-1]]
    return f"{', '.join(told)} ({lasting(lang, len(ordered), 'day')})"


def _run(lang: Language, run: Sequence[date]) -> str:
    """Days that follow each other: one or two by name, more as from and until."""
    if len(run) < 3:
        return ", ".join(day(lang, one) for one in run)
    return f"{day(lang, run[0], 'EEE d MMM')} – {day(lang, run[-1])}"


@lru_cache(REMEMBERED)
def moment(lang: Language, at: datetime, form: str = "EEE d MMM, HH:mm", zone: ZoneInfo = BRUSSELS) -> str:
    """An instant as people in Brussels, or in another zone, read it on their clock."""
    return format_datetime(at, form, tzinfo=zone, locale=_locale(lang))


def country(lang: Language, code: str) -> str:
    """A country by its code, as people of this language call it; anything else as it stands."""
    return str(_locale(lang).territories.get(code, code))


def dressed(lang: Language, params: Mapping[str, str]) -> dict[str, str]:
    """The values of a sentence as people write them: amounts, dates, instants, and words of the house.

    A code such as `how=link` or `service=wages` becomes the text `value.how.link` or `service.wages` where the
    catalog has it.
    """
    return {name: _written(lang, name, value) for name, value in params.items()}


def value_word(name: str, code: str) -> str | None:
    """The id of the text for a code that stands in a named place; None when it is no word of the house."""
    ids = [f"value.{name}.{code}", f"history.value.{name}.{code}", f"{name}.{code}"]
    ids += [f"code.bank.{code}"] if name == "reason" else []
    return next((one for one in ids if knows(one)), None)


def _written(lang: Language, name: str, value: str) -> str:
    if (word := value_word(name, value)) is not None:
        return say(lang, word)
    if _AMOUNT.fullmatch(value):
        return money(lang, Decimal(value))
    if name in ("country", "countries"):
        return ", ".join(country(lang, code) for code in value.split(", "))
    if name == "client_reasons":
        words = (value_word(name, code) for code in value.split())
        return ", ".join(say(lang, word) if word else code for word, code in zip(words, value.split(), strict=True))
    if name == "accounts":
        return ", ".join(_account(lang, *one.rsplit(" ", 1)) for one in value.split("; ") if " " in one)
    if _INSTANT.fullmatch(value):
        return _instant(lang, value)
    if _DAYS.fullmatch(value):
        return days(lang, [date.fromisoformat(one) for one in value.split(", ")])
    return value


def _account(lang: Language, account: str, balance: str) -> str:
    """One account of a job and what stands on it."""
    name = say(lang, f"history.account.{account}") if knows(f"history.account.{account}") else account
    return f"{name} {money(lang, Decimal(balance))}"


def _instant(lang: Language, value: str) -> str:
    try:
        return moment(lang, datetime.fromisoformat(value))
    except ValueError:
        return value
