"""What is asked for and answered, as people read it: each value with its label, and what is private masked.

A national number and an account never stand in a story in full; what a person earns net is for that person and for
those who work for the cooperative.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from api.history.schemas import Detail
from api.wording.diffs import field_label
from api.wording.timeline import LEVEL, Audience
from domain.people import Language
from engine.wording import any_function, article_name
from engine.words import dressed, knows, say

NATIONAL_NUMBER = re.compile(r"\b\d{2}[. ]?\d{2}[. ]?\d{2}[- ]?\d{3}[. ]?\d{2}\b")
IBAN = re.compile(r"\b([A-Z]{2}\d{2})(?: ?\d{4}){2,6}(?: ?\d{1,3})?\b")
HOME = frozenset({"street", "house_number", "box", "postal_code", "address", "birth_on", "email", "phone"})
"""A person's own place in the world; no step of a story needs it."""
NET = frozenset({"net_eur", "cost_eur", "payment_id", "pay_statement"})
"""What a person earns; for that person and the cooperative only."""
MASK = "••••"
NOTHING: tuple[object, ...] = (None, False, "", "0.00", "-", [], {}, ())
"""Values that say nothing: not asked for, not given back, nothing kept."""
FOR_MACHINES = frozenset({"terms", "move"})
"""Fingerprints and ids of operations: only operations can do something with them."""
FINGERPRINT = re.compile(r"(?=[0-9a-f]*[a-f])(?=[0-9a-f]*\d)[0-9a-f]{16,128}")
OF_THE_CREW = frozenset({"person_id", "driver", "traveller"})
"""Fields that name somebody of the crew."""


def masked(text: str) -> str:
    """A text without national numbers and accounts; an account keeps its ends, so that two can be told apart."""
    return IBAN.sub(_account, NATIONAL_NUMBER.sub(MASK, text))


def _account(found: re.Match[str]) -> str:
    return f"{found[1]} {MASK} {found[0][-4:]}"


def details(
    values: Mapping[str, Any], audience: Audience, lang: Language, *, own: bool, names: Mapping[str, str]
) -> list[Detail]:
    """The values that have a name in the reader's language; ops read every field."""
    shown = [(name, value) for name, value in values.items() if value not in NOTHING]
    return [
        Detail(label=field_label(name, lang), value=text, name=name if audience == "ops" else None)
        for name, value in shown
        if _tellable(name, value, audience, own) and (text := spoken_value(name, value, lang, names))
    ]


def _tellable(name: str, value: Any, audience: Audience, own: bool) -> bool:
    if name in NET and audience == "member" and not own:
        return False
    for_machines = name in FOR_MACHINES or (isinstance(value, str) and FINGERPRINT.fullmatch(value))
    if for_machines and LEVEL[audience] < LEVEL["ops"]:
        return False
    return knows(f"history.field.{name}") or LEVEL[audience] >= LEVEL["ops"]


def spoken_value(name: str, value: Any, lang: Language, names: Mapping[str, str]) -> str:
    """One value as people write it."""
    if name in HOME:
        return MASK
    if isinstance(value, bool):
        return say(lang, "value.answer.yes" if value else "value.answer.no")
    if isinstance(value, dict):
        if "article" in value and "quantity" in value:
            return article_name(f"{value['quantity']} x {value['article']}", lang)
        return ", ".join(filter(None, (spoken_value(k, v, lang, names) for k, v in _inside(value))))
    if isinstance(value, list | tuple):
        return "; ".join(filter(None, (spoken_value(name, one, lang, names) for one in value)))
    if value is None:
        return ""
    if name == "function":
        return any_function(str(value), lang)
    text = _instant(str(value)) if name.endswith("_at") else str(value)
    word = f"history.value.{name}.{text}"
    return say(lang, word) if knows(word) else masked(dressed(lang, {name: _named(name, text, names)})[name])


def _inside(values: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """The parts of a value that mean something to people: ids and references do not."""
    for name, value in values.items():
        if knows(f"history.field.{name}") and value not in (None, ""):
            yield name, value


def _instant(text: str) -> str:
    """An instant in the one form that is dressed, whatever form it was kept in."""
    try:
        return datetime.fromisoformat(text).isoformat()
    except ValueError:
        return text


def _named(field: str, text: str, names: Mapping[str, str]) -> str:
    return names.get(text, text) if field in OF_THE_CREW else text
