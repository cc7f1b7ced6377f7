"""The law or the promise behind a deadline, in the reader's language."""

from domain.people import Language
from engine.wording import source
from engine.words import knows, say


def legal_basis(kind: str, kept: str, lang: Language) -> str:
    """Why something is due; what nobody has worded for this kind as it was kept, its citations translated."""
    if lang == "en":
        return kept
    text = f"history.basis.{kind}"
    return say(lang, text) if knows(text) else source(kept, lang)
