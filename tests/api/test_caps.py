"""What is too much is refused at once, whatever part of it is too much; what a real job needs goes through."""

import json
import time
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest

from domain.declaration import JobDeclaration
from tests.api.conftest import Door

JSON = {"content-type": "application/json"}


def job(people: int, days: int, **more: Any) -> dict[str, Any]:
    """A job of so many people on so many days."""
    dates = [(date(2026, 3, 1) + timedelta(days=n)).isoformat() for n in range(days)]
    crew = [{"item": f"c{n}", "function": "musician", "member": n == 0} for n in range(people)]
    told = [{"date": on, "starts": "09:00", "ends": "17:00"} for on in dates]
    return {"title": "Season", "price_eur": "500000", "days": told, "crew": crew} | more


FLOODS: dict[str, Any] = {
    "10,000 crew": job(10_000, 1),
    "10,000 crew with nothing right": job(1, 1) | {"crew": [{"wrong": n} for n in range(10_000)]},
    "100,000 unknown names": job(1, 1) | {f"x{n}": n for n in range(60_000)},
    "a list of nothing": job(1, 1) | {"days": [None] * 200_000},
    "50,000 days": job(1, 1) | {"days": [{"date": "2026-03-01"}] * 19_000},
    "1,000 vans": job(1, 1, van_rental=[{"item": f"v{n}"} for n in range(1_000)]),
    "5,000 expenses": job(
        1, 1, expenses={"lines": [{"crew": "c0", "kind": "per_diem", "label": "x"} for _ in range(4_000)]}
    ),
    "everybody on a thousand journeys": job(200, 1, travel=[{"from_place": "a", "to_place": "b"}] * 1_000),
    "everybody on every journey": job(200, 1, travel=[{"from_place": "a", "to_place": "b"}] * 100),
    "200 people for a year": job(200, 366),
}


@pytest.mark.parametrize("name", FLOODS)
async def test_a_declaration_without_measure_is_refused_at_once_in_a_few_words(door: Door, name: str) -> None:
    anybody, body = await door.asking(), json.dumps(FLOODS[name]).encode()
    await anybody.post("/api/quotes", json=job(1, 1))  # rates and rules are read
    began = time.process_time()
    answer = await anybody.post("/api/quotes", content=body, headers=JSON)
    assert answer.status_code in (413, 422), answer.text[:500]
    assert answer.json()["type"].split("/")[-1] in ("invalid", "too-large")
    assert len(answer.content) < 40_000
    assert time.process_time() - began < 1  # seconds of processor; the cause took 14


@pytest.mark.parametrize("body", [b"[" * 100_000, b'{"a":' * 50_000, b'{"title": ' + b"[" * 60 + b"]" * 60 + b"}"])
async def test_nesting_without_end_is_refused(door: Door, body: bytes) -> None:
    answer = await (await door.asking()).post("/api/quotes", content=body, headers=JSON)
    assert answer.status_code in (400, 422)


async def test_a_form_with_more_fields_than_any_of_ours_is_refused(door: Door) -> None:
    form = "&".join(f"x{n}=1" for n in range(30_000)).encode()
    answer = await (await door.asking("ann")).post(
        "/declare", content=form, headers={"content-type": "application/x-www-form-urlencoded"}
    )
    assert answer.status_code == 422


async def test_json_longer_than_any_declaration_is_refused_before_it_is_read(door: Door) -> None:
    body = b'{"title": "' + b"x" * 1_000_000 + b'"}'
    answer = await (await door.asking()).post("/api/quotes", content=body, headers=JSON)
    assert (answer.status_code, answer.json()["type"].split("/")[-1]) == (413, "too-large")


async def test_half_a_character_is_refused_in_a_text_and_in_a_name(door: Door) -> None:
    for body in (b'{"title": "\\ud800"}', b'{"\\ud800": 1}'):
        answer = await (await door.asking()).post("/api/quotes", content=body, headers=JSON)
        assert (answer.status_code, answer.json()["type"].split("/")[-1]) == (422, "invalid")


async def test_an_orchestra_of_two_hundred_for_a_month_is_quoted(door: Door) -> None:
    answer = await (await door.asking()).post("/api/quotes", json=job(200, 30))
    assert answer.status_code == 200
    assert len(answer.json()["people"]) == 200


@pytest.mark.parametrize("on", ["0001-01-01", "1999-12-31", "2100-01-01", "9999-12-31"])
async def test_a_day_outside_every_calendar_is_a_wrong_field(door: Door, on: str) -> None:
    anybody = await door.asking()
    day = {"date": on, "starts": "20:00", "ends": "02:00"}
    bodies: list[dict[str, Any]] = [
        job(1, 1) | {"days": [day]},
        job(1, 1, invoicing={"balance_on": on}),
        job(1, 1, workspace={"days": [on]}),
        job(1, 1, van_rental={"until_at": f"{on}T23:59:59Z"}),
    ]
    for body in bodies:
        answer = await anybody.post("/api/quotes", json=body)
        assert (answer.status_code, answer.json()["type"].split("/")[-1]) == (422, "invalid")


async def test_the_last_day_of_the_calendar_is_quoted(door: Door) -> None:
    day = {"date": "2099-12-31", "starts": "20:00", "ends": "02:00"}
    assert (await (await door.asking()).post("/api/quotes", json=job(1, 1) | {"days": [day]})).status_code == 200


# -- every list of every question -------------------------------------------------------------------------------


def lists_without_end(schema: dict[str, Any], where: str = "") -> Iterator[str]:
    """The places of lists that nothing ends, and of texts that nothing ends."""
    choices = (*schema.get("anyOf", ()), *schema.get("oneOf", ()))
    if any(one.get("type") == "number" for one in choices):
        return  # an amount, whose figures are counted
    kind, bounded = schema.get("type"), "maxItems" in schema or "enum" in schema
    if kind == "array" and not bounded:
        yield where
    plain = not {"maxLength", "enum", "const", "pattern", "format"} & set(schema)
    if kind == "string" and plain and where.startswith("JobDeclaration"):
        yield where
    for name, inner in schema.get("properties", {}).items():
        yield from lists_without_end(inner, f"{where}.{name}")
    for inner in (*choices, *([schema["items"]] if "items" in schema else ())):
        yield from lists_without_end(inner, where)


def test_every_list_and_text_of_a_declaration_ends_somewhere() -> None:
    schema = JobDeclaration.model_json_schema()
    parts = {"JobDeclaration": schema} | {f"JobDeclaration/{name}": part for name, part in schema["$defs"].items()}
    assert [place for name, part in parts.items() for place in lists_without_end(part, name)] == []


async def test_every_list_that_a_question_may_hold_ends_somewhere(door: Door) -> None:
    schema = (await (await door.asking()).get("/openapi.json")).json()
    parts = schema["components"]["schemas"]
    todo = {
        content["schema"]["$ref"].split("/")[-1]
        for path in schema["paths"].values()
        for route in path.values()
        for content in route.get("requestBody", {}).get("content", {}).values()
        if "$ref" in content.get("schema", {})
    }
    seen: set[str] = set()
    while todo:
        name = todo.pop()
        seen.add(name)
        named = {one.split("/")[-1] for one in _references(parts[name])}
        todo |= named - seen
    assert [place for name in sorted(seen) for place in lists_without_end(parts[name], name)] == []


def _references(schema: Any) -> Iterator[str]:
    if isinstance(schema, dict):
        yield from ([schema["$ref"]] if "$ref" in schema else [])
        for one in schema.values():
            yield from _references(one)
    elif isinstance(schema, list):
        for one in schema:
            yield from _references(one)
