"""How a command talks to a person and to a program: one readable line when it stops, JSON when asked."""

import json
import os
import sys
from collections.abc import Sequence
from datetime import timedelta
from time import monotonic
from typing import NoReturn

from pydantic_core import to_jsonable_python

from domain.people import Language
from engine.words import LANGUAGES, pick_language

BEGAN = monotonic()
"""When this process began, near enough: the first of our modules every command imports."""
DONE, REFUSED, WRONG = 0, 1, 2
"""Done; refused by the business; wrong use, or something is not reachable."""


class Stop(Exception):  # a command stops with it, it is no failure of the program
    """A command ends here: one line for the person, and the exit code."""

    def __init__(self, why: str, code: int = WRONG) -> None:
        self.code = code
        super().__init__(why)


def refuse(why: str) -> NoReturn:
    """The business says no."""
    raise Stop(why, REFUSED)


def one_line(text: str) -> str:
    """The text without line breaks."""
    return " ".join(text.split())


def as_json(value: object) -> str:
    """A value as JSON for programs."""
    return json.dumps(to_jsonable_python(value), ensure_ascii=False, indent=2)


def language_of(wanted: str | None) -> Language:
    """The language asked for, else that of the terminal; English where the terminal says none (C.UTF-8, POSIX).

    Source: POSIX.1-2017, Base Definitions section 8.2: LC_ALL, then LC_MESSAGES, then LANG; an empty one is unset.
    """
    if wanted is not None and wanted not in LANGUAGES:
        raise Stop(f"--lang is one of {', '.join(LANGUAGES)}, not {wanted}")
    said = (os.environ.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    return pick_language(wanted or next(filter(None, said), None), otherwise="en")


def live() -> bool:
    """Whether a person is looking on."""
    return sys.stdout.isatty()


def elapsed(seconds: float) -> str:
    """A duration as on a stopwatch."""
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes}:{rest:02d}"


def ago(past: timedelta) -> str:
    """Roughly how long ago."""
    seconds = int(past.total_seconds())
    for size, unit in ((86_400, "d"), (3_600, "h"), (60, "min")):
        if seconds >= size:
            return f"{seconds // size} {unit}"
    return f"{max(seconds, 0)} s"


def columns(rows: Sequence[tuple[str, ...]]) -> list[str]:
    """Rows as aligned lines; the last column is as long as it is."""
    if not rows:
        return []
    widths = [max(len(row[n]) for row in rows) for n in range(len(rows[0]) - 1)]
    return ["  ".join([*(cell.ljust(w) for cell, w in zip(row, widths, strict=False)), row[-1]]) for row in rows]
