"""No word is missing in any language, and all say the same things."""

from datetime import date
from decimal import Decimal
from string import Formatter

import pytest

from documents.language import (
    LANGUAGES,
    TopicWords,
    WordMissing,
    country,
    dictionary,
    enterprise_number,
    money,
    national_number,
    payment_reference,
    span,
    topics,
)


@pytest.mark.parametrize("topic", topics())
def test_every_word_exists_in_french_dutch_and_english(topic: str) -> None:
    missing = [
        f"{topic}.{word} has no text in {language}"
        for word, texts in dictionary(topic).items()
        for language in LANGUAGES
        if not str(texts.get(language) or "").strip()
    ]
    assert missing == []


@pytest.mark.parametrize("topic", topics())
def test_every_language_fills_in_the_same_places(topic: str) -> None:
    def places(text: str) -> set[str]:
        return {name for _, name, _, _ in Formatter().parse(text) if name}

    different = [
        f"{topic}.{word}"
        for word, texts in dictionary(topic).items()
        if len({frozenset(places(texts[language])) for language in LANGUAGES}) > 1
    ]
    assert different == []


def test_a_missing_word_says_which_one_and_in_which_language() -> None:
    with pytest.raises(WordMissing, match=r"common\.moonlight has no text in nl"):
        TopicWords("common", "nl")["moonlight"]


def test_belgians_read_amounts_and_dates_their_way() -> None:
    amount = Decimal("1234.50")
    assert [money(amount, language) for language in LANGUAGES] == [
        "1\u202f234,50\xa0€",
        "€\xa01.234,50",
        "€1,234.50",  # as pages in English write it
    ]
    days = date(2026, 3, 13), date(2026, 3, 14)
    assert [span(*days, language) for language in LANGUAGES] == [
        "13 – 14 mars 2026",
        "13 – 14 maart 2026",
        "13 – 14 March 2026",
    ]
    assert span(date(2026, 2, 27), days[1], "fr") == "27 février 2026 – 14 mars 2026"
    assert country("CH", "nl") == "Zwitserland"


def test_numbers_are_written_with_their_signs() -> None:
    assert payment_reference("123456789002") == "+++123/4567/89002+++"
    assert payment_reference("RF18539007547034") == "RF18 5390 0754 7034"
    assert enterprise_number("1000000021") == "1000.000.021"
    assert national_number("85073003328") == "85.07.30-033.28"
