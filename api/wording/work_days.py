"""Days of work as people read them."""

from collections.abc import Iterable
from datetime import datetime

from domain.people import Language
from engine.words import moment


def work_days(given: Iterable[tuple[datetime, datetime, str]], lang: Language) -> list[str]:
    """Each day with its times and place."""
    return [
        f"{moment(lang, start, 'EEEE d MMMM y, HH:mm')}–{moment(lang, end, 'HH:mm')}"
        + (f", {place}" if place else "")
        for start, end, place in given
    ]
