"""`docs/collection.md` shows the ladder as the rules plan it; when they change, this says what it must say."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from domain.rules import counsel, debt_collection
from domain.rules.debt_collection import InvoiceFacts

PAGE = Path(__file__).parents[2] / "docs" / "collection.md"
CLIENTS: dict[str, dict[str, Any]] = {
    "Belgian company, in the register of enterprises": {},
    "Belgian company, not in the register": {"enterprise_known": False},
    "Private person in Belgium": {"client_kind": "private_person"},
    "Public body": {"client_kind": "public_body"},
    "Company in France": {"client_country": "FR"},
    "Company in the United States": {"client_country": "US"},
}
DUE = date(2026, 1, 30)


def ladders() -> Iterator[str]:
    for name, facts in CLIENTS.items():
        plain = {"amount_eur": "2420.00", "due_on": DUE, "client_kind": "company"}
        planned = debt_collection.plan(InvoiceFacts.model_validate(plain | facts), date(2026, 1, 31))
        yield f"### {name}\n"
        yield "| stage | days after the due day | first day | rests on |\n|---|---|---|---|"
        for stage in planned:
            yield f"| {stage.kind} | {(stage.on - DUE).days} | {stage.on} | {stage.source} |"
        yield ""


def answers() -> Iterator[str]:
    yield "```mermaid\nflowchart LR"
    for answer, following in counsel.NEXT.items():
        for stage, how in zip(following, ("two persons decide", "given up"), strict=False):
            days = counsel.AFTER_DAYS.get(answer, 0)
            label = f"{how}, after {days} days" if days and how != "given up" else how
            yield f"    {answer} -->|{label}| {stage}"
    yield "```"


def test_the_page_shows_the_ladder_of_each_kind_of_client() -> None:
    assert "\n".join(ladders()).strip() in PAGE.read_text(), "\n".join(ladders())


def test_the_page_shows_what_follows_each_answer_of_lawyer_and_bailiff() -> None:
    assert "\n".join(answers()) in PAGE.read_text(), "\n".join(answers())
