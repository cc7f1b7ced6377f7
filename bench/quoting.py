"""A quote for a crew of ten, against reading the same declaration as JSON."""

import json
import time
from datetime import date
from decimal import Decimal
from typing import Any

from bench.figures import Figure, typical
from bench.jobs import concert
from domain.declaration import JobDeclaration
from domain.quote import quote

CREW = 10
TIMES = 200
WARM = 20
PARSES = 50
"""Parses per sample: one alone is too short for the clock."""
GOAL_MS = 5.0
ON = date(2026, 2, 2)
PRICE_EUR = Decimal("9600.00")


def quoting() -> list[Figure]:
    """Alternating; the declaration is already read and valid, and each asks another price, as in typing."""
    told = _big_band()
    text, declaration = json.dumps(told), JobDeclaration.model_validate(told)
    if not quote(declaration, ON).declarable:
        raise RuntimeError("the measured declaration gives no whole quote")
    ours, floor = [], []
    for turn in range(WARM + TIMES):
        asked = declaration.model_copy(update={"price_eur": PRICE_EUR + turn})
        began = time.perf_counter()
        quote(asked, ON)
        between = time.perf_counter()
        for _ in range(PARSES):
            json.loads(text)
        ended = time.perf_counter()
        if turn >= WARM:
            ours.append(between - began)
            floor.append((ended - between) / PARSES)
    ms = typical(ours)[0]
    return [Figure(f"quote, crew of {CREW}", ms, "ms", typical(floor)[0], f"{GOAL_MS:.0f} ms", ms <= GOAL_MS)]


def _big_band() -> dict[str, Any]:
    """The concert with seven more musicians, and a price that pays them."""
    told = concert()
    more = [
        {
            "item": f"player-{n}",
            "name": f"Player {n}",
            "email": f"player-{n}@bench.example",
            "function": "musician",
            "share": 1,
        }
        for n in range(CREW - len(told["crew"]))
    ]
    return told | {"price_eur": str(PRICE_EUR), "crew": [*told["crew"], *more]}
