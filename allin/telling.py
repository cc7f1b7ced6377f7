"""A job's story line by line, with the time on the stopwatch and the time in the story."""

from datetime import datetime
from time import monotonic
from typing import Any

from allin.remote import StoryLine
from allin.terminal import elapsed
from domain.people import Language
from engine.words import moment

ENDED = frozenset({"job.closed", "job.written_off", "job.withdrawn", "job.refused"})
"""The last line of a story."""


class Stopwatch:
    """How long somebody has been looking on."""

    def __init__(self, began: float | None = None) -> None:
        self._began = monotonic() if began is None else began

    @property
    def seconds(self) -> float:
        """Since the beginning."""
        return monotonic() - self._began

    def __str__(self) -> str:
        return elapsed(self.seconds)


def instant(text: str) -> datetime:
    """An instant as the API writes it."""
    return datetime.fromisoformat(text)


def told(line: StoryLine, lang: Language, watch: Stopwatch) -> str:
    """One line of the story."""
    return f"{watch!s:>5}  {moment(lang, instant(line.at))}  {line.title}: {line.text}"


def row(step: dict[str, Any], lang: Language) -> tuple[str, ...]:
    """One step of a job as a row."""
    problem, waiting = step.get("problem"), step.get("waiting")
    about = ""
    if problem:
        about = f"{problem['text']} ({problem['decided_by']}, attempt {step['attempt']})"
    elif waiting and waiting.get("until_at"):
        about = f"{waiting['who']} → {moment(lang, instant(waiting['until_at']))}"
    elif waiting:
        about = str(waiting["who"])
    return (step["step"], step["title"], step["state_text"], about)
