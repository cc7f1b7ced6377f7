"""Whatever is written into any field of a form, a question or an address: an answer, and never something broken.

`make fuzz` asks what the OpenAPI document names; pages are not in it and are tried here, more of them with FUZZ=1.
"""

import os
import random
import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

import pytest
from fastapi.routing import iter_route_contexts

from tests.api.test_role_matrix import Whole, nameless, own_views, whole
from tests.api.what_is_sent import sent
from tests.api.who_may import rows

__all__ = ["whole"]

TEXTS = (
    "", " ", "漢é€", "-1", "1e400000", "9999-12-31", "0001-01-01", "9" * 25, "x" * 3000, "a=b&c=[", "%ff?", "NaN",
    "null", "\u202e{{7*7}}", "2026-02-30",
)  # fmt: skip
ODD = ([], {}, None, True, 1e308, -1, [[["a"]]], {"a": {"b": "c"}}, 10**30)
IN_ADDRESSES = ("漢", "-1", "9" * 30, "x" * 500, "%2e%2e", "a'b", "1-99999999999")
LEFT_ALONE = ("events", "sign-out", "session")
"""Streams do not end, and whoever signs out tries nothing more."""
TRIED = 1_000_000 if os.environ.get("FUZZ") else 2
"""So many of each route's, drawn anew each time."""


def asked_for(whole: Whole) -> dict[tuple[str, str], list[str]]:
    """What each route reads of the question behind an address."""

    def names(of: Any) -> list[str]:
        return [one.alias for one in of.query_params] + [name for below in of.dependencies for name in names(below)]

    found: dict[tuple[str, str], list[str]] = {}
    for route in iter_route_contexts(whole.app.routes):
        reads = getattr(getattr(route, "original_route", route), "dependant", None) or getattr(
            route, "dependant", None
        )
        for method in route.methods or ():
            found[method, nameless(route.path or "")] = names(reads) if reads is not None else []
    return found


def bodies(body: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The same body, wrong in one place each time."""
    for kind in ("data", "json"):
        told = body.get(kind)
        if isinstance(told, dict):
            wrong = TEXTS if kind == "data" else (*TEXTS, *ODD)
            yield from ({**body, kind: {**told, name: one}} for name in told for one in wrong)
            yield {**body, kind: {}}


def tries(
    method: str, address: str, known: Mapping[str, str], reads: list[str]
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Addresses and bodies for one line of the table."""

    def filled(place: str = "", told: str = "") -> str:
        return re.sub(r"\{([\w:]+)\}", lambda found: told if found[1] == place else known[found[1]], address)

    body = sent(method, address)
    if method == "POST":
        yield from ((filled(), one) for one in bodies(body))
    mark = "&" if "?" in address else "?"
    yield from ((f"{filled()}{mark}{name}={quote(one)}", body) for name in reads for one in TEXTS)
    for place in re.findall(r"\{([\w:]+)\}", address):
        yield from ((filled(place, quote(one, safe="%")), body) for one in IN_ADDRESSES)


async def test_nothing_that_is_typed_breaks_us(whole: Whole) -> None:
    drawn, reads, broken = random.Random(), asked_for(whole), []  # which ones are tried is no secret
    assert reads["GET", "/advisor"]
    for method, address, cells in rows():
        login = next((one for one in ("otto", "fay", "eve", "ann", "") if cells[one] == "ok"), None)
        if login is None or any(one in address for one in LEFT_ALONE):
            continue
        known = whole.places | await own_views(whole, login or "eve")
        every = list(tries(method, address, known, reads.get((method, nameless(address)), [])))
        accept = "application/json" if address.startswith("/api") else "text/html"
        async with await whole.asking(login or None, accept=accept) as person:
            for where, body in drawn.sample(every, min(TRIED, len(every))):
                answer = await person.request(method, where, **body)
                if answer.status_code >= 500:
                    broken.append(f"{method} {where[:150]} {str(body)[:200]}: {answer.status_code}")
    assert not broken, "\n".join(broken)


@pytest.mark.parametrize(
    ("login", "method", "address", "body"),
    [
        ("eve", "POST", "/advisor/views", {"data": {"name": "v", "question": "a=b&c=["}}),
        ("eve", "POST", "/advisor/views", {"data": {"name": "v", "question": "text=漢é€"}}),
        ("otto", "GET", f"/api/ops/replays/{{replay}}/items?cursor={'9' * 25}", {}),
        ("otto", "GET", f"/ops/replays/{{replay}}?after={'9' * 25}", {}),
        ("fay", "POST", f"/bank/problems/{'9' * 30}", {}),
        ("fay", "POST", f"/api/bank/problems/{'9' * 30}/seen", {}),
        ("fay", "POST", "/bank/credits/{job}", {"data": {"kind": "keep", "amount_eur": "1e400000"}}),
        ("fay", "POST", "/bank/movements/{movement}", {"data": {"kind": "costs", "amount_eur": "1e400000"}}),
    ],
)
async def test_what_broke_before_is_answered(
    whole: Whole, login: str, method: str, address: str, body: dict[str, dict[str, str]]
) -> None:
    more = {"reason": "because it is so", "key": "a-key-of-mine"}
    told = {kind: given | (more if "views" not in address else {}) for kind, given in body.items()}
    path = re.sub(r"\{(\w+)\}", lambda found: whole.places[found[1]], address)
    answer = await (await whole.asking(login, accept="text/html")).request(method, path, **told)  # type: ignore[arg-type]
    assert answer.status_code in (303, 422), answer.text[:300]
