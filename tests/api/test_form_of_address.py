"""Everybody is spoken to as "u" in Dutch and "vous" in French, everywhere."""

import re

import pytest

from engine.words import catalog

FAMILIAR = {
    "nl": re.compile(r"(?<![\w{])(je|jij|jou|jouw|jezelf|jullie)(?![\w}])", re.IGNORECASE),
    "fr": re.compile(r"(?<![\w{])(tu|toi|ton|tes|t')(?![\w}-])", re.IGNORECASE),
}


@pytest.mark.parametrize("lang", ["nl", "fr"])
def test_nobody_is_spoken_to_familiarly(lang: str) -> None:
    texts = catalog(lang)  # type: ignore[arg-type]  # one of our languages
    assert [f"{name}: {text}" for name, text in texts.items() if FAMILIAR[lang].search(str(text))] == []
