"""Whatever a quote can say, it can say in French, Dutch and English, with the same named places."""

import re
from pathlib import Path

import pytest

from domain.people import Language
from domain.quoting.missing import TEXTS
from domain.rules import working_time
from engine.words import catalog

QUOTING = Path(__file__).parents[2] / "domain" / "quoting"
PLACES = re.compile(r"{(\w+)}")


def codes() -> set[str]:
    """Every code that stands in the rules of a quote."""
    source = "\n".join(path.read_text(encoding="utf-8") for path in sorted(QUOTING.glob("*.py")))
    rules = Path(working_time.__file__).read_text(encoding="utf-8")
    found = {f"missing_{code}" for code in TEXTS}
    found |= {f"approval_{rule}" for rule in re.findall(r'_asks\(\s*"(\w+)"', source)}
    found |= {f"refusal_{rule}" for rule in re.findall(r'_no\(\s*"(\w+)"', source)}
    found |= set(re.findall(r'_know\(\s*"(\w+)"', source))
    found |= set(re.findall(r'Fill\([^"]*"[^"]+"[^"]*"(\w+)"', source))
    found |= {f"working_time_{rule}" for rule in re.findall(r'_warn\(\s*"(\w+)"', rules)}
    return found


@pytest.mark.parametrize("lang", ["fr", "nl", "en"])
def test_every_sentence_of_a_quote_is_translated(lang: Language) -> None:
    assert [code for code in sorted(codes()) if f"quote.{code}" not in catalog(lang)] == []


@pytest.mark.parametrize("lang", ["fr", "nl"])
def test_a_translation_names_the_same_places(lang: Language) -> None:
    english = {key: text for key, text in catalog("en").items() if key.startswith("quote.")}

    for key, text in english.items():
        assert set(PLACES.findall(catalog(lang)[key])) == set(PLACES.findall(text)), key


def test_every_refusal_offers_a_translated_way_out() -> None:
    for code in codes():
        if code.startswith("refusal_"):
            assert f"quote.way_{code.removeprefix('refusal_')}_1" in catalog("nl")
