"""A job's story line by line, with the time on the stopwatch and the time in the story."""

from collections.abc import Iterator
from datetime import datetime
from time import monotonic
from typing import Any

from allin.client.api import StoryLine
from allin.client.terminal import elapsed
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


def format_line(line: StoryLine, lang: Language, watch: Stopwatch) -> str:
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


def line_row(line: dict[str, Any], lang: Language) -> Iterator[tuple[str, str, str]]:
    """A line of a told story as a row, after the quiet time before it."""
    if line.get("idle"):
        yield "", "", f"··· {line['idle']}"
    by = f" ({line['by']})" if line.get("by") else ""
    yield moment(lang, instant(line["at"])), line["title"], f"{line['text']}{by}"
    if line.get("technical"):
        yield "", "", f"    {line['technical'].splitlines()[0]}"


def apart(step: dict[str, Any], lang: Language) -> list[str]:
    """A step taken apart, a line per thing that is known of it."""
    reference = f" · {step['reference']}" if step.get("reference") else ""
    head = [f"{step['title']}: {step['state_text']}{reference}", f"  {step['about']}"]
    facts = [f"  {one['label']}: {one['value']}" for one in (*step["asked"], *step["answered"])]
    return [*head, *facts, *_happened(step, lang), f"  ↶ {step['undo']['text']}"]


def _happened(step: dict[str, Any], lang: Language) -> Iterator[str]:
    for one in (*step["tries"], *step["undo"]["tries"]):
        tried = f"{moment(lang, instant(one['began_at']))}  {one['attempt']}.{one['number']} {one['what']}"
        why = f" · {one['failure']}" if one.get("failure") else ""
        yield f"  {tried}: {one['outcome_text']}{why}"
        if one.get("technical"):
            yield f"      {one['technical'].splitlines()[0]}"
    yield from (f"  … {one['text']}" for one in step["waits"])
    for one in step["decisions"]:
        yield f"  ! {one['text']} ({one['who']}): {one['why']} · {one['outcome']}"
        yield from (f"      {each['label']}: {each['before']} → {each['after']}" for each in one["differences"])
    yield from (f"  € {one['amount_eur']}  {one['text']}" for one in step["money"])
    yield from (f"  ▤ {one['title']} ({one['name']})" for one in step["papers"])
