"""Whatever a person reads on a quote, they read in their own language; what was kept before stays readable."""

import ast
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from domain.declaration import load_declaration
from domain.figures import Figure
from domain.message import Message
from domain.people import Language
from domain.quote import Deadline, Quote, Sentence, quote
from domain.rates import cooperative, expenses, prices, scales, social, tax
from engine.wording import deadline_reason, reason, sentence, source, worded
from engine.words import catalog

ROOT = Path(__file__).parents[2]
DAY_ONE = date(2026, 2, 2)
WRITTEN = ("spoken", "name", "text", "source", "vat_source", "function_name")
"""The fields of a quote that are written for its reader."""
ENGLISH = re.compile(
    r"\b(the|and|with|for|as|by|what|says?|said|borne|rounded|than|not|until|from|which|their|setting|secondary)\b"
)
OWN_WORDS = ("A small boat with its skipper for one morning",)
"""What the member of an example wrote stays as it is."""


def example(name: str) -> Quote:
    return quote(load_declaration((ROOT / "examples" / f"{name}.yaml").read_text(encoding="utf-8")), DAY_ONE)


def read(part: object) -> Iterator[str]:
    """Every text a person reads on a part of a quote."""
    if isinstance(part, tuple):
        for one in part:
            yield from read(one)
    if isinstance(part, Message):
        for name, value in part:
            if name in WRITTEN and not (isinstance(part, Sentence) and name == "text"):
                yield str(value or "")
            yield from read(value)


@pytest.mark.parametrize("lang", ["fr", "nl"])
@pytest.mark.parametrize("name", ["concert", "workshop", "shoot"])
def test_no_english_is_left_on_a_quote_in_french_or_dutch(name: str, lang: Language) -> None:
    told = [text for text in read(worded(example(name), lang)) if text not in OWN_WORDS]

    assert len(told) > 100
    assert [text for text in told if ENGLISH.search(text)] == []


def test_french_people_read_why_ann_gets_what_she_gets() -> None:
    told = worded(example("concert"), "fr")
    ann, van = told.people[0], told.service("van_rental", "van")

    assert (ann.function_name, ann.gross.name) == ("chanteur", "Rémunération brute")
    assert spaces(ann.gross.text) == "875,83 € / 1,50, arrondi vers le bas"
    assert spaces(van.name) == "camionnette, 3 places, 220 km"
    assert spaces(van.text) == "à charge de la prestation, comme d'habitude dans ce métier"
    assert told.client is not None
    assert (
        str(told.client.vat_reason) == "Une représentation ou une cession de droits, sans but publicitaire : 6 %."
    )
    assert [one.name for one in told.deadlines if one.legal and one.item in ("ann", "-")] == [
        "contrat signé", "déclaration Dimona", "salaire payé", "facture établie"
    ]  # fmt: skip


def test_dutch_people_read_articles_by_the_name_of_the_price_list() -> None:
    equipment = worded(example("concert"), "nl").service("equipment")

    assert equipment.name == "12 x Ledspot, 1 x Lichttafel"
    assert spaces(equipment.price.text).startswith("12 x Ledspot (huur) € 72,00 + 1 x Lichttafel (huur) € 45,00;")


def spaces(text: str) -> str:
    return text.replace("\u202f", " ").replace("\xa0", " ")


def test_the_words_change_no_figure_and_no_id() -> None:
    made = example("shoot")

    assert [worded(made, lang).quote_id for lang in ("fr", "nl", "en")] == [made.quote_id] * 3
    assert worded(made, "nl").pay_of("dana").gross.amount_eur == made.pay_of("dana").gross.amount_eur


def test_a_quote_kept_before_there_were_words_is_still_told() -> None:
    kept = Figure.model_validate(
        {"key": "fee", "label": "Fee of the cooperative", "amount_eur": "65.00", "why": "{price} x {percent} %",
         "params": {"price": "1000.00", "percent": "6.5"}}
    )  # fmt: skip
    old = Deadline(kind="wages_promised", due_at="2026-03-27T22:59:59Z", basis="promise of the cooperative")

    assert spaces(reason(kept, "fr")) == "1 000,00 € x 6,5 %"
    assert deadline_reason(old, "fr") == "promesse de la coopérative, comptée depuis le dernier jour de la personne"
    assert sentence(Sentence(code="long_gone", text="{a} of old", params={"a": "12"}), "nl") == "12 of old"


def texts_of_figures() -> set[str]:
    """Labels and reasons as the rules write them: the words given to `figure(...)`."""
    found: set[str] = set()
    for path in [*(ROOT / "domain/quoting").glob("*.py"), *(ROOT / "domain/rules").glob("*.py")]:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
            name = call.func.id if isinstance(call.func, ast.Name) else ""
            place = {"figure": (1, 3), "_percent": (1,), "_per_unit": (1, 5), "_lump": (3,)}.get(name, ())
            given = (call.args[n] for n in place if n < len(call.args))
            found |= {one.value for one in given if isinstance(one, ast.Constant)}
        whys = (node for node in ast.walk(tree) if isinstance(node, ast.Assign) and _names(node) == ["why"])
        found |= {one.value for why in whys for one in ast.walk(why.value) if isinstance(one, ast.Constant)}
    return {
        text for text in found if isinstance(text, str) and not text.isidentifier() and not text.endswith(".")
    } - {"VAT"}


def _names(node: ast.Assign) -> list[str]:
    return [target.id for target in node.targets if isinstance(target, ast.Name)]


@pytest.mark.parametrize("lang", ["fr", "nl", "en"])
def test_every_label_and_reason_of_a_figure_is_in_the_catalog(lang: Language) -> None:
    texts = texts_of_figures()

    assert len(texts) > 60
    assert sorted(texts - catalog(lang).keys()) == []


@pytest.mark.parametrize("lang", ["fr", "nl"])
def test_every_source_of_a_rate_can_be_cited(lang: Language) -> None:
    rows = [row for table in (cooperative, social, tax, prices, expenses, scales) for row in table.RATES]

    assert len(rows) > 60
    assert [row.source for row in rows if ENGLISH.search(source(row.source, lang))] == []
