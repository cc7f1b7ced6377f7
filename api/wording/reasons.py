"""Why somebody decided as they did, as the audit keeps it and as people read it."""

from typing import Final

from domain.people import Language
from engine.words import knows, say

ANSWERS_TO_A_RULE: Final = ("job.approve", "job.refuse_approval")


def told(what: str, why: str, lang: Language) -> str:
    """What somebody said; what an adviser answered a rule begins with that rule, in the reader's words."""
    rule, _, reason = why.partition(": ")
    if what not in ANSWERS_TO_A_RULE or not knows(f"rule.{rule}"):
        return why
    return f"{say(lang, f'rule.{rule}')}: {reason}"
