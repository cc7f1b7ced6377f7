"""Days of work as people read them."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from domain.people import Language
from domain.periods import BRUSSELS
from engine.words import moment, say


def work_days(given: Iterable[tuple[datetime, datetime, str]], lang: Language) -> list[str]:
    """Each day with its times and place; times of another clock than Belgium's are said to be of the place."""
    return ["".join(_parts(start, end, place, lang)) for start, end, place in given]


def _parts(start: datetime, end: datetime, place: str, lang: Language) -> Iterator[str]:
    zone = start.tzinfo if isinstance(start.tzinfo, ZoneInfo) and start.tzinfo.key != "UTC" else BRUSSELS
    yield f"{moment(lang, start, 'EEEE d MMMM y, HH:mm', zone)}–{moment(lang, end, 'HH:mm', zone)}"
    if zone.key != BRUSSELS.key:
        yield f" {say(lang, 'page.local_time')}"
    if place:
        yield f", {place}"
