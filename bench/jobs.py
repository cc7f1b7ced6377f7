"""The example job as it is declared here: nearer, so that few days have to pass, and each for other people."""

from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from domain.declaration import load_declaration
from engine.calendar import DEMO_FIRST_DAY

EXAMPLE = Path(__file__).parent.parent / "examples" / "concert.yaml"
FIRST_DAY = DEMO_FIRST_DAY.date()
SHORTEST = timedelta(days=7)
"""Everybody has time to answer, and no agreement is short."""
WEDNESDAY = 2
DAYS = 3
"""The jobs of a run take place on as many days in a row, so that stock and fleet suffice."""
COMPANY = 10_000_010
"""The first of a run of fictive enterprise numbers; the check digits are 97 minus the rest by 97."""


def concert(number: int = 0, today: date = FIRST_DAY) -> dict[str, Any]:
    """The concert of `examples/`, soon, with its own client and crew."""
    told = dict(_example())
    first = today + SHORTEST
    on = first + timedelta(days=(WEDNESDAY - first.weekday()) % 7 + number % DAYS)
    told["days"] = [told["days"][0] | {"date": on.isoformat()}]
    base = COMPANY + number
    told["client"] = told["client"] | {
        "name": f"Brasserie {number} (fictive)",
        "enterprise_number": f"{base:08d}{97 - base % 97:02d}",
        "email": f"client-{number}@bench.example",
    }
    told["crew"] = [
        person if person.get("member") else person | {"email": f"{person['item']}-{number}@bench.example"}
        for person in told["crew"]
    ]
    return told


@cache
def _example() -> dict[str, Any]:
    return load_declaration(EXAMPLE.read_text()).model_dump(mode="json", exclude_unset=True)
