"""Which fields of which answers each role is given: a new field, or a field for another role, needs its line.

`WRITE_FIELDS=1 pytest tests/api/test_fields_by_role.py` writes `fields_by_role.txt` anew; what changed in it is
read like code.
"""

import os
import re
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.api.test_role_matrix import Whole, own_views, whole
from tests.api.who_may import PEOPLE, rows

__all__ = ["whole"]

KEPT = Path(__file__).with_name("fields_by_role.txt")
PRIVATE = re.compile(r"(national_number|birth_on|birth_date|iban|phone|password|totp|recovery|token_hash)$")
OWN = ("/api/me",)
"""Where each sees what is their own."""
OF_MONEY = {"fay", "ada"}
"""Accounts of clients stand on statements and entities, for those who keep the books."""


def fields_of(told: Any, where: str = "") -> Iterator[str]:
    """The path of each field that says something; the names inside a free mapping are no fields."""
    if isinstance(told, dict):
        for name, value in told.items():
            plain = re.fullmatch(r"[a-z][a-z0-9_]*", name) is not None
            yield from fields_of(value, f"{where}.{name if plain else '*'}".lstrip("."))
    elif isinstance(told, list):
        for one in told:
            yield from fields_of(one, f"{where}[]")
    elif told is not None:
        yield where


async def answers(whole: Whole) -> AsyncIterator[tuple[str, str, Any]]:
    """Each JSON answer to a question that changes nothing: address, person, answer."""
    for login in PEOPLE:
        known = whole.places | await own_views(whole, login or "eve")
        async with await whole.asking(login or None) as person:
            for method, address, cells in rows():
                if method != "GET" or cells[login] != "ok" or not address.startswith("/api/"):
                    continue
                path = re.sub(r"\{([\w:]+)\}", lambda found, known=known: known[found[1]], address)  # type: ignore[misc]
                answer = await person.get(path)
                if answer.headers.get("content-type", "").startswith("application/json"):
                    yield address, login or "nobody", answer.json()


async def told(whole: Whole) -> dict[tuple[str, str], set[str]]:
    """Who is told each field."""
    found: dict[tuple[str, str], set[str]] = {}
    async for address, login, answer in answers(whole):
        for field in fields_of(answer):
            found.setdefault((address, field), set()).add(login)
    return found


def written(found: dict[tuple[str, str], set[str]]) -> list[str]:
    order = [*(login for login in PEOPLE if login), "nobody"]
    return [
        f"{address} {field}: {' '.join(login for login in order if login in who)}"
        for (address, field), who in sorted(found.items())
    ]


async def test_each_field_of_each_answer_goes_to_those_who_are_named(whole: Whole) -> None:
    now = written(await told(whole))
    if os.environ.get("WRITE_FIELDS"):
        KEPT.write_text("\n".join(now) + "\n", encoding="utf-8")
    kept = KEPT.read_text(encoding="utf-8").splitlines()
    new, gone = sorted(set(now) - set(kept)), sorted(set(kept) - set(now))
    assert not new, "not in tests/api/fields_by_role.txt (who is told what, changed):\n" + "\n".join(new[:40])
    assert not gone, "no longer told:\n" + "\n".join(gone[:40])


async def test_nobody_is_told_what_only_the_person_enters(whole: Whole) -> None:
    private = [
        (address, field, login)
        for (address, field), who in (await told(whole)).items()
        for login in who
        if PRIVATE.search(field) and not address.startswith(OWN) and login not in OF_MONEY
    ]
    assert private == []


@pytest.mark.parametrize(
    ("told_", "fields"), [({"a": [{"b": 1}, {"b": None, "c": 2}]}, ["a[].b", "a[].c"]), ({"Van 1": 2}, ["*"])]
)
def test_a_field_is_named_by_its_place(told_: Any, fields: list[str]) -> None:
    assert list(fields_of(told_)) == fields
