"""What is wrong with a field, in the reader's language: its own sentence, or that of the kind of flaw."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from domain.people import Language
from engine.words import day, knows, say

HOW_IT_IS_WRITTEN = re.compile(r".*(_parsing|_type|_mismatch|_places|_error|missing|too_short)")
"""Kinds of which the field's own sentence tells more: what belongs there, and how it is written."""


def flaw_sentence(lang: Language, kind: str | None, values: Mapping[str, Any]) -> str:
    """The sentence of a kind of flaw, by pydantic's name or ours; empty when it has none."""
    if not kind or not knows(f"flaw.{kind}"):
        return ""
    return say(lang, f"flaw.{kind}", **{name: _value(lang, value) for name, value in values.items()})


def at_field(lang: Language, name: str, kind: str | None, values: Mapping[str, Any]) -> str:
    """What a page says beside a field; empty when no catalog says anything of it."""
    own = f"page.flaw.{name}"
    told = flaw_sentence(lang, kind, values)
    if told and not (knows(own) and HOW_IT_IS_WRITTEN.fullmatch(kind or "")):
        return told
    return say(lang, own) if knows(own) else ""


def _value(lang: Language, value: Any) -> str:
    try:
        return day(lang, date.fromisoformat(str(value)), "EEE d MMM y")
    except ValueError:
        return str(value)
