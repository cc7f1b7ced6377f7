"""Why somebody decided as they did, as the audit keeps it and as people read it."""

from typing import Final

from domain.people import Language
from engine.words import knows, say

ANSWERS_TO_A_RULE: Final = ("job.approve", "job.refuse_approval")
FIELDS_OF_A_PERSON: Final = ("person.changed", "person.entered")
"""Their reason names the fields, separated by commas; what they hold is nobody's business."""


def in_words(what: str, why: str, lang: Language) -> str:
    """What somebody said; what an adviser answered a rule begins with that rule, in the reader's words.

    What a person entered about themselves is told by the names of the fields.
    """
    if what in FIELDS_OF_A_PERSON:
        return ", ".join(say(lang, f"page.me.{name}") for name in why.split(", "))
    rule, _, reason = why.partition(": ")
    if what not in ANSWERS_TO_A_RULE or not knows(f"rule.{rule}"):
        return why
    return f"{say(lang, f'rule.{rule}')}: {reason}"
