"""Words, amounts and dates as people in Belgium read them, in French, Dutch and English."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_time
from babel.numbers import format_currency, format_decimal

from domain.papers import Language
from engine.texts import Texts, read_texts
from engine.words import LOCALES

LANGUAGES: tuple[Language, ...] = ("fr", "nl", "en")
WORDS = Path(__file__).parent / "words"
BRUSSELS = ZoneInfo("Europe/Brussels")
"""People read the clock on the wall of the place where the cooperative works."""


class WordMissing(KeyError):
    """A text that people read is missing; names topic, word and language."""


class TopicWords(Mapping[str, str]):
    """The words of one topic in one language; a missing word is named, never printed empty."""

    def __init__(self, topic: str, language: Language) -> None:
        self.topic = topic
        self.language = language
        self._words = _in_language(topic, language)

    def __getitem__(self, word: str) -> str:
        try:
            return self._words[word]
        except KeyError:
            raise WordMissing(f"{self.topic}.{word} has no text in {self.language}") from None

    def __iter__(self) -> Iterator[str]:
        return iter(self._words)

    def __len__(self) -> int:
        return len(self._words)

    def say(self, word: str, **values: str) -> str:
        """The text of a word with its named places filled in."""
        return self[word].format(**values)


@cache
def topics() -> tuple[str, ...]:
    """Every topic words exist for."""
    return tuple(sorted(path.stem for path in WORDS.glob("*.yaml")))


@cache
def dictionary(topic: str) -> Texts:
    """All words of a topic: word, then language."""
    return read_texts(WORDS / f"{topic}.yaml")


@cache
def _in_language(topic: str, language: Language) -> dict[str, str]:
    return {word: texts[language].rstrip("\n") for word, texts in dictionary(topic).items() if texts.get(language)}


def locale(language: Language) -> str:
    """The form of a language that pages show too: whoever reads both finds one notation."""
    return LOCALES[language]


def money(amount: Decimal, language: Language) -> str:
    """An amount with the euro sign where the language puts it."""
    return format_currency(amount, "EUR", locale=locale(language))


def figure(amount: Decimal, language: Language) -> str:
    """An amount in a column of euros: always two decimals, no sign."""
    return format_decimal(amount, format="#,##0.00", locale=locale(language))


def number(value: Decimal | int, language: Language) -> str:
    """A quantity, without decimals it does not need."""
    return format_decimal(value, format="#,##0.####", locale=locale(language))


def percent(value: Decimal, language: Language) -> str:
    """A rate, with a space before the sign in every language of the house."""
    return f"{number(value, language)} %"


def day(on: date, language: Language) -> str:
    """A date in words: 18 mars 2026."""
    return format_date(on, "long", locale=locale(language))


def month(on: date, language: Language) -> str:
    """The month of a day, in words: mars 2026."""
    return format_date(on, "MMMM y", locale=locale(language))


def short_day(on: date, language: Language) -> str:
    """A date for a column, sortable by eye: 18.03.2026."""
    return format_date(on, "dd.MM.yyyy", locale=locale(language))


def weekday(on: date, language: Language) -> str:
    """A date with its day of the week: mercredi 18 mars 2026."""
    return format_date(on, "EEEE d MMMM y", locale=locale(language))


def hour(at: time, language: Language) -> str:
    """A time of day: 19:30."""
    return format_time(at, "HH:mm", locale=locale(language))


def moment(at: datetime, language: Language) -> str:
    """An instant on the clock in Brussels: 18 mars 2026, 19:30."""
    here = at.astimezone(BRUSSELS)
    return f"{day(here.date(), language)}, {hour(here.time(), language)}"


def span(first: date, last: date, language: Language) -> str:
    """One day, or from a day until a day."""
    if first == last:
        return day(first, language)
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day} – {day(last, language)}"
    return f"{day(first, language)} – {day(last, language)}"


def country(code: str, language: Language) -> str:
    """A country's name."""
    return str(Locale(language).territories[code])


def spaced(text: str, every: int = 4) -> str:
    """A long number in groups, as on a bank card."""
    return " ".join(text[i : i + every] for i in range(0, len(text), every))


def payment_reference(reference: str) -> str:
    """A payment reference as people type it: +++123/4567/89002+++ or RF18 5390 0754 7034.

    Source: facts on structured communication, 3/4/5 digits (sepabelgium.be, consulted 23-11-2026); ISO 11649.
    """
    if reference.startswith("RF"):
        return spaced(reference)
    return f"+++{reference[:3]}/{reference[3:7]}/{reference[7:]}+++"


def enterprise_number(digits: str) -> str:
    """An enterprise number with its dots: 1000.000.021."""
    return f"{digits[:4]}.{digits[4:7]}.{digits[7:]}"


def national_number(digits: str) -> str:
    """A national number with its signs: 85.07.30-033.28."""
    return f"{digits[:2]}.{digits[2:4]}.{digits[4:6]}-{digits[6:9]}.{digits[9:]}"
