"""What somebody did, as the audit tells it: `decides about Van: try again`."""

from domain.people import Language
from engine.words import knows, say

FAMILIES_ALONE = frozenset({"step"})
"""What is decided about a step stands in the words of the decision itself."""


def did(what: str, step: str, for_whom: str, lang: Language) -> str:
    """The words for what an audit line keeps as a code; the words of its family where it has none of its own."""
    family, _, rest = what.partition(".")
    told = {"step": step or say(lang, "office.audit.kind.step"), "for_whom": for_whom, "kind": ""}
    if family in FAMILIES_ALONE:
        kind, _, stage = rest.partition(".")
        name = next((one for one in (f"office.kind.{kind}", f"history.decided.{kind}") if knows(one)), "")
        told["kind"] = say(lang, name) if name else say(lang, "office.audit.kind.step")
        return say(lang, f"audit.step.{stage}" if knows(f"audit.step.{stage}") else "audit.step", **told)
    names = (f"audit.{what}", f"audit.{what.rpartition('.')[0]}", f"audit.{family}", "audit.other")
    return say(lang, next(one for one in names if knows(one)), **told)
