"""Whether a text is in the language it should be in: by small words, and by our own labels of another language.

No library guesses the language of three words well; the small words of three languages do, because each set below
holds only words that the two others do not use.
"""

import re
from collections.abc import Mapping
from functools import cache

from domain.people import Language
from engine.words import LANGUAGES, catalog


def _split(words: str) -> frozenset[str]:
    return frozenset(words.split())


SMALL_WORDS: Mapping[Language, frozenset[str]] = {
    "fr": _split(
        """
        le la les des une est et pour dans avec sur qui que aux cette vous votre vos sont par été
        être sera ses leur leurs ou où ne pas plus sans mais après avant chez jour jours heure
        heures mois il elle ils elles nous notre ce ces cela dont quand déjà encore aucun aucune
        rien du au peut doit faut loi travail client paie contrat demain aujourd'hui lundi mardi
        mercredi jeudi vendredi samedi dimanche
        """
    ),
    "nl": _split(
        """
        het een van voor niet zijn aan bij door naar wordt worden werd werden uw je deze dit dat die
        geen ook nog heeft hebben tegen tot om uit wie wat waar dag dagen uur uren maand maanden
        week weken wij we ons onze zij als al alle kan moet zonder maar na klant loon opdracht
        morgen vandaag maandag dinsdag woensdag donderdag vrijdag zaterdag zondag nooit altijd er
        zich wet arbeid eerst later
        """
    ),
    "en": _split(
        """
        the and for with not are this that your you by from has have been will be their its it which
        who when than to an at into after before nobody somebody nothing everything day days hour
        hours months weeks is was were there here they them his her if can must should may law work
        paid pay until since every each no other monday tuesday wednesday thursday friday saturday
        sunday today tomorrow
        """
    ),
}
"""Every word that two of the three languages write alike is taken out below."""
ENOUGH = 2
"""Foreign words that make a foreign sentence, when they are more than the own ones."""
WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")


@cache
def _own(lang: Language) -> frozenset[str]:
    others = frozenset[str]().union(*(words for other, words in SMALL_WORDS.items() if other != lang))
    return SMALL_WORDS[lang] - others - _ALIKE


_ALIKE = frozenset(
    {"we", "die", "was", "is", "at", "later", "week", "me", "plus", "client", "er", "wet", "al", "may", "van"}
)
"""Words one of the other languages, or the business in all three, writes too."""


def counted(text: str) -> dict[Language, int]:
    """How many small words of each language stand in a text."""
    words = [word.lower() for word in WORD.findall(text.replace("’", "'"))]
    parts = [part for word in words for part in word.split("'")]
    return {lang: sum(part in _own(lang) for part in parts) for lang in LANGUAGES}


def foreign(text: str, lang: Language) -> Language | None:
    """The other language a text is in; None when it may well be in its own."""
    found = counted(text)
    other = max((one for one in LANGUAGES if one != lang), key=lambda one: found[one])
    if found[other] >= ENOUGH and found[other] > found[lang]:
        return other
    return _label_of(text, lang)


def spoken_in(text: str) -> Language | None:
    """The language most small words are of; None when it cannot be told."""
    found = counted(text)
    first, second, _ = sorted(LANGUAGES, key=lambda one: -found[one])
    return first if found[first] > found[second] else None


def _label_of(text: str, lang: Language) -> Language | None:
    """The other language whose label this very text is, and which no text of the own language is."""
    bare = _bare(text)
    if len(bare) < 4 or bare in _labels(lang):
        return None
    return next((other for other in LANGUAGES if other != lang and bare in _labels(other)), None)


@cache
def _labels(lang: Language) -> frozenset[str]:
    return frozenset(_bare(text) for text in catalog(lang).values() if "{" not in text)


def _bare(text: str) -> str:
    return text.strip(" .:!?…·").lower()
