"""The days of a job as a picture going down: what happens when, today marked, idle time folded."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from domain.people import Language
from domain.periods import end_of_day
from engine.words import moment, say

Tone = Literal["done", "now", "ahead", "late"]
TOP, LEAST, MOST, PER_DAY, FOLDED = 16, 46, 78, 5, 8
"""Pixels: the first point, the nearest and farthest two points stand, what a day adds; days that are folded."""


@dataclass(frozen=True)
class Moment:
    """Something that happens at an instant; done is known for what a job has behind it."""

    at: datetime
    text: str
    done: bool | None = None
    late: str = ""
    """What is said of it when its day is past and it did not happen; left out, that it has not yet."""


@dataclass(frozen=True)
class Point:
    """One moment in the picture."""

    y: int
    text: str
    when: str
    tone: Tone


@dataclass(frozen=True)
class Stretch:
    """The way from one point to the next; folded when nothing happens for long."""

    top: int
    bottom: int
    folded: str
    past: bool


@dataclass(frozen=True)
class CashChart:
    """The whole way down."""

    height: int
    points: tuple[Point, ...]
    stretches: tuple[Stretch, ...]


def on_day(on: date) -> datetime:
    """A day as its last minute, so that it is shown as that day."""
    return end_of_day(on) - timedelta(minutes=1)


def picture(moments: Iterable[Moment], now: datetime, lang: Language) -> CashChart:
    """Each moment below the one before it; today stands where it belongs."""
    here = Moment(now, say(lang, "page.days.today"))
    ordered = sorted([*moments, here], key=lambda one: (one.at, one is not here))
    points: list[Point] = []
    stretches: list[Stretch] = []
    y = TOP
    for n, one in enumerate(ordered):
        if n:
            idle = (one.at - ordered[n - 1].at) // timedelta(days=1)
            below = y + min(LEAST + PER_DAY * idle, MOST)
            folded = say(lang, "page.days.idle", n=str(idle)) if idle >= FOLDED else ""
            stretches.append(Stretch(y, below, folded, one.at <= now))
            y = below
        tone = _tone(one, here)
        text = one.late or say(lang, "page.days.late", what=one.text) if tone == "late" else one.text
        points.append(Point(y, text, moment(lang, one.at, "EEE d MMM"), tone))
    return CashChart(y + 26, tuple(points), tuple(stretches))


def _tone(one: Moment, here: Moment) -> Tone:
    if one is here:
        return "now"
    if one.done is None:
        return "done" if one.at <= here.at else "ahead"
    return "done" if one.done else "late" if one.at < here.at else "ahead"
