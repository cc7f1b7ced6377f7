"""What is no word of the reader: names of the code, empty places, unit codes, other languages, doubled words."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from unicodedata import normalize

from allin.crawling.languages import foreign
from allin.crawling.reading import Block
from domain.message import Message
from domain.people import Language
from domain.profiles import profile, profile_names

PATTERNS: Mapping[str, re.Pattern[str]] = {
    "code name": re.compile(r"\b[a-z]+[a-z0-9]*(?:_[a-z0-9]+)+\b|\b[a-z]{3,}:[a-z]{2,}\b"),
    "none": re.compile(r"\bNone\b(?! of)|\bTrue\b|\bFalse\b|\bNaN\b|\bundefined\b|\bnull\b"),
    "machine": re.compile(
        r"Decimal\(|datetime\.|<class|object at 0x|Undefined|\bTraceback\b|&(?:amp|lt|gt|quot|#39);"
    ),
    "placeholder": re.compile(r"\{[A-Za-z_][\w.\[\]!:]*\}|%\([a-z_]+\)s|\$\{"),
    "unit": re.compile(
        r"\b(?:duration|length|area|digital|mass|volume|speed|temperature)-[a-z]+\b|\bPT?\d+[DHMW]\b"
    ),
    "iso date": re.compile(r"\b20\d\d-[01]\d-[0-3]\d(?:T[\d:]+)?"),
    "doubled": re.compile(r"\b(?!nous nous\b|vous vous\b|\d)(\w{2,}) \1\b(?!-)"),
    "currency": re.compile(r"\bEUR (?:hours?|days?|heures?|jours?|uren|uur|dag|dagen|km)\b"),
    "plural": re.compile(
        r"(?<![\d.,:/+\u202f-])(?<!\d )\b1 (?:jobs|days|hours|minutes|weeks|months|people|persons|steps|"
        r"lines|invoices|links|"
        r"jours|heures|semaines|personnes|étapes|lignes|factures|liens|tickets|billets|vans|"
        r"dagen|uren|minuten|weken|maanden|personen|mensen|stappen|regels|facturen|opdrachten|things|choses|others|"
        r"papers|documents|documenten|mails|sets|pieces|seats|places|wagens|beslissingen|décisions|decisions|"
        r"incidents|incidenten|deadlines|échéances|termijnen|tries|attempts|essais|pogingen)\b"
        r"|\w\((?:s|en|es|x)\)"
    ),
    "empty": re.compile(r"\(\s*\)|«\s*»|“\s*”|\w ,\s|(?<!\.)\.\.(?!\.)|: ?\.(?!\d)|,,"),
}
"""By kind. `plural` lists the nouns our pages count; `empty` is a sentence around nothing."""
BEHIND_THE_SCENES = frozenset({"advisor", "ops", "finance", "auditor"})
"""Who may see a technical part: a request, a partner's answer, a trace. Nothing in it is meant to be a sentence."""
AROUND = 40


class Slip(Message):
    """Something a reader should not meet."""

    kind: str
    where: str
    lang: str
    said: str
    role: str = ""

    def __str__(self) -> str:
        """One line."""
        return f"{self.kind}: {self.role} {self.where} [{self.lang}]: {self.said}"


class Given:
    """What people wrote themselves: titles, names, places, notes. It may be in any language and any words."""

    def __init__(self, *told: object) -> None:
        words = {word for one in told for word in _strings(one) if len(word) > 1}
        tidied = {re.sub(r"\s+", " ", word).strip() for word in words}
        self.texts = tidied
        ordered = sorted((one for one in tidied if one), key=len, reverse=True)
        joined = "|".join(re.escape(one) for one in ordered)
        self.slugs = _either(_without_accents(word) for word in tidied if " " in word)
        """Given names that lost their accents: a code of the person, not the name."""
        self._pattern = re.compile(rf"(?<!\w)(?:{joined})(?!\w)") if joined else None

    def without(self, text: str) -> str:
        """A text, with a sign where people's own words stood."""
        return self._pattern.sub("§", text) if self._pattern else text


def slips(
    blocks: Iterable[Block], lang: Language, where: str, role: str = "", given: Given | None = None
) -> list[Slip]:
    """Everything on a page that is no word of its reader."""
    found: dict[tuple[str, str], Slip] = {}
    for block in blocks:
        if block.technical:
            if role not in BEHIND_THE_SCENES:
                said = block.text[:AROUND]
                found["technical", said] = Slip(kind="technical", where=where, lang=lang, role=role, said=said)
            continue
        for kind, said in _found(block, lang, given):
            found.setdefault((kind, said), Slip(kind=kind, where=where, lang=lang, role=role, said=said))
    return list(found.values())


def alike(found: Iterable[Slip]) -> list[tuple[Slip, int]]:
    """Each slip once, where it was met first, with how often."""
    first: dict[tuple[str, str, str], Slip] = {}
    times: Counter[tuple[str, str, str]] = Counter()
    for slip in found:
        name = (slip.kind, slip.lang, slip.said)
        first.setdefault(name, slip)
        times[name] += 1
    return [(slip, times[name]) for name, slip in first.items()]


def _found(block: Block, lang: Language, given: Given | None) -> Iterator[tuple[str, str]]:
    bare = ADDRESS.sub("§", block.text)
    for kind, pattern in (("trade code", _function_codes()), ("person by slug", given.slugs if given else None)):
        for one in pattern.finditer(bare) if pattern else ():
            yield kind, bare[max(0, one.start() - AROUND) : one.end() + AROUND]
    text = given.without(block.text) if given else block.text
    text = ADDRESS.sub("§", text)
    for kind, pattern in PATTERNS.items():
        for one in pattern.finditer(text):
            yield kind, text[max(0, one.start() - AROUND) : one.end() + AROUND]
    meant = block.lang[:2] if block.lang else lang
    if meant not in ("fr", "nl", "en"):
        return
    own: Language = meant  # type: ignore[assignment]  # narrowed by the line above
    if other := foreign(_bare_of_laws(text), own):
        yield "language", f"({other}) {text[:160]}"


ADDRESS = re.compile(
    r"(?:https?|webcal)://\S+|\b[\w.+-]+@[\w.-]+\b|\b[\w-]+\.(?:pdf|xml|json|csv|ics|yaml)\b"
    r"|\b(?:[\w-]+\.)+(?:be|eu|org|com|net)\b|\b[a-z]{2}_[0-9a-f]{8,}\b"
)
"""Addresses, names of files and reference numbers are no sentences."""
QUOTED = re.compile(r"«[^»]*»|“[^”]*”|\"[^\"]*\"")


@cache
def _function_codes() -> re.Pattern[str] | None:
    """The codes of functions that no language writes so: `lighting-technician`."""
    functions = [one for trade in profile_names() for one in profile(trade).functions]
    labels = {text for one in functions for text in (one.label.fr, one.label.nl, one.label.en)}
    return _either(one.name for one in functions if "-" in one.name and one.name not in labels)


def _either(words: Iterable[str]) -> re.Pattern[str] | None:
    """Any of these words; None when there are none."""
    joined = "|".join(re.escape(one) for one in sorted(set(filter(None, words)), key=len, reverse=True))
    return re.compile(rf"(?<![\w@./-])(?:{joined})(?![\w@./-])") if joined else None


def _without_accents(name: str) -> str:
    """The given name of a person as a slug writes it, with a capital; nothing when it has no accent to lose."""
    given = name.split()[0]
    plain = normalize("NFKD", given).encode("ascii", "ignore").decode()
    return plain if plain != given and plain.isalpha() else ""


def _bare_of_laws(text: str) -> str:
    """Without what is quoted: a title, a partner's or a person's own words."""
    return QUOTED.sub("§", text)


def _strings(told: object) -> Iterator[str]:
    if isinstance(told, str):
        yield told
    elif isinstance(told, Mapping):
        for value in told.values():
            yield from _strings(value)
    elif isinstance(told, (list, tuple, set, frozenset)):
        for value in told:
            yield from _strings(value)
