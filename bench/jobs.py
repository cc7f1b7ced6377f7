"""The example job as it is declared here: nearer, so that few days have to pass, and each for other people."""

from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from domain.declaration import load_declaration

EXAMPLE = Path(__file__).parent.parent / "examples" / "concert.yaml"
ON = date(2026, 2, 16)
"""Two weeks after the bench's first day: everybody has time to answer, and no agreement is short."""
DAYS = 3
COMPANY = 10_000_010
"""The first of a run of fictive enterprise numbers; the check digits are 97 minus the rest by 97."""


def concert(number: int = 0, on: date = ON) -> dict[str, Any]:
    """The concert of `examples/`, with its own client and crew; two on one day, as stock and fleet allow."""
    told = _example() | {}
    told["days"] = [told["days"][0] | {"date": (on + timedelta(days=number % DAYS)).isoformat()}]
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
