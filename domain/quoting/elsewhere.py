"""Who works on another job at the same hours: said beside the quote, with the other job's name where it may be."""

from collections.abc import Iterator, Sequence
from typing import Final

from domain.parties import CrewMember
from domain.periods import brussels
from domain.quoting.models import Notice, Quote
from domain.quoting.sheet import QuoteInput
from domain.rules.overlaps import WorkElsewhere, overlapping
from domain.sentences import Sentence

CODES: Final = frozenset({"works_elsewhere", "works_elsewhere_named", "works_elsewhere_more"})
SHOWN: Final = 3
"""Hours named one by one; of more only how many."""


def notices(sheet: QuoteInput) -> Iterator[Notice]:
    """The hours of each on the crew that overlap hours of the same person on another job."""
    for n, person in enumerate(sheet.declaration.crew):
        found = overlapping(sheet.days_of(person), _elsewhere(sheet, person))
        who = {"item": sheet.name_of(person.item), "crew": person.item}
        told = [_overlap_sentence(there) for there in found[:SHOWN]]
        if len(found) > SHOWN:
            text = "{item} works on {count} more days elsewhere at the same hours."
            told.append(Sentence(code="works_elsewhere_more", text=text, params={"count": str(len(found) - SHOWN)}))
        for one in told:
            yield Notice(code=one.code, text=one.text, params=one.params | who, field=f"crew.{n}.days")


def in_story(quote: Quote) -> list[Sentence]:
    """The same as a story tells it: the crew by their short names, which stay when a name is erased."""
    return [
        Sentence(code=one.code, text=one.text, params=one.params | {"item": _short_name(one.params["crew"])})
        for one in quote.warnings
        if one.code in CODES
    ]


def _short_name(crew: str) -> str:
    return crew.replace("-", " ").title()


def _elsewhere(sheet: QuoteInput, person: CrewMember) -> Sequence[WorkElsewhere]:
    """The member's own hours are known also where the declaration names nobody."""
    return sheet.context.member.elsewhere if person.member else sheet.record(person).elsewhere


def _overlap_sentence(there: WorkElsewhere) -> Sentence:
    params = _hours(there)
    if not there.title:
        text = "{item} already works ({from} – {until}) on another job; the hours overlap."
        return Sentence(code="works_elsewhere", text=text, params=params)
    text = "{item} already works ({from} – {until}) on “{other}”; the hours overlap."
    return Sentence(code="works_elsewhere_named", text=text, params=params | {"other": there.title})


def _hours(there: WorkElsewhere) -> dict[str, str]:
    """From when until when, as a clock in Brussels shows it; the day is said once."""
    start, end = brussels(there.starts_at), brussels(there.ends_at)
    same_day = start.date() == end.date()
    return {"from": start.isoformat(), "until": f"{end:%H:%M}" if same_day else end.isoformat()}
