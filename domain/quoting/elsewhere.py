"""Who works on another job at the same hours: said beside the quote, with the other job's name where it may be."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Final

from domain.parties import CrewMember, DeclaredDay
from domain.periods import brussels, day_in_brussels, hours_of
from domain.quoting.models import Notice, Quote
from domain.quoting.sheet import QuoteInput
from domain.rules.overlaps import WorkElsewhere, overlap, overlapping
from domain.rules.working_time import LONGEST, ORDINARY, REST
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
        told += _rest_and_hours(sheet.days_of(person), _elsewhere(sheet, person))
        for one in told:
            yield Notice(code=one.code, text=one.text, params=one.params | who, field=f"crew.{n}.days")


def _rest_and_hours(days: Sequence[DeclaredDay], there: Sequence[WorkElsewhere]) -> Iterator[Sentence]:
    """What the law says of one person's days over all jobs; of the other work nothing is told but its effect."""
    apart = [one for one in there if not any(overlap(day, one) for day in days)]
    for day in sorted(days, key=lambda one: one.starts_at):
        rests = [rest for one in apart if (rest := _rest(day, one)) is not None and rest < REST]
        if rests:
            text = "{item}: with other work there are only {hours} hours of rest around {on}; 11 are due."
            told = {"hours": _plain_hours(min(rests)), "on": day.date.isoformat()}
            yield Sentence(code="rest_elsewhere", text=text, params=told)
        same_day = [one.ends_at - one.starts_at for one in apart if day_in_brussels(one.starts_at) == day.date]
        total = day.worked + sum(same_day, timedelta(0))
        if same_day and total > ORDINARY:
            text = "{item}: with other work {hours} hours on {on}; the limit is {limit}."
            limit = LONGEST if total > LONGEST else ORDINARY
            told = {"hours": _plain_hours(total), "on": day.date.isoformat(), "limit": _plain_hours(limit)}
            yield Sentence(code="hours_elsewhere", text=text, params=told)


def _rest(day: DeclaredDay, one: WorkElsewhere) -> timedelta | None:
    """How long nobody works between two stretches of different days. Source: law of 16 March 1971, art. 38ter."""
    if day_in_brussels(one.starts_at) == day.date:
        return None
    return max(day.starts_at - one.ends_at, one.starts_at - day.ends_at)


def _plain_hours(length: timedelta) -> str:
    return f"{hours_of(length).normalize():f}"


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
