"""The vocabulary page holds the words of the business; engineering uses the words of engineering."""

import re
from functools import cache
from pathlib import Path
from typing import get_args

import pytest

from activities.catalog import stated
from domain.job import JobState, StepStateName

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "vocabulary.md").read_text()
ROOMS = (
    "activities", "allin", "api", "documents", "domain", "engine", "partners", "storage", "workers", "workflows",
)  # fmt: skip
ROW = re.compile(r"^\| (\*\*.*?) \| (.*) \|$", re.MULTILINE)
WORD = re.compile(r"\*\*(.+?)\*\*")
PLACE = re.compile(r"`((?:domain|api|activities|storage|workflows)/[\w/.]*)`")
ENGINEERING = {
    "retry", "validate", "projection", "permission", "pagination", "cache", "lock", "timeout", "idempotency",
    "handler",
    "activity", "workflow", "signal", "worker", "schema", "migration", "query", "index", "token",
}  # fmt: skip
"""Every engineer's words: they mean here what they mean everywhere, so the page does not explain them."""


def words() -> list[str]:
    """Every word the page explains."""
    return [
        word.strip()
        for row, _ in ROW.findall(PAGE)
        for bold in WORD.findall(row)
        for word in re.split(r" / |, ", bold)
    ]


@cache
def code() -> str:
    """Everything written in production code, names with spaces between their words."""
    texts = (path.read_text() for room in ROOMS for path in (ROOT / room).rglob("*.py"))
    return re.sub(r"[_-]", " ", " ".join(texts)).lower()


def test_a_word_stands_on_the_page_once() -> None:
    assert sorted(words()) == sorted(set(words()))


@pytest.mark.parametrize("word", words())
def test_a_word_of_the_page_is_used(word: str) -> None:
    assert re.search(rf"\b{word.lower()}", code()), f"{word} is said nowhere in the code: take it off the page"


@pytest.mark.parametrize("row", ROW.findall(PAGE), ids=lambda row: row[0])
def test_a_word_is_where_the_page_says(row: tuple[str, str]) -> None:
    for place in PLACE.findall(row[1]):
        assert (ROOT / place).exists(), f"{row[0]}: {place} does not exist"


def test_every_service_and_every_state_is_explained() -> None:
    needed = {*stated(), *get_args(JobState), *get_args(StepStateName)}
    assert needed - {word.replace(" ", "_") for word in words()} == set(), "say on docs/vocabulary.md what it means"


def test_engineering_words_are_not_explained() -> None:
    assert ENGINEERING & set(words()) == set()
