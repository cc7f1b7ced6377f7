"""The example job, as the documentation and the form show it."""

from functools import cache
from pathlib import Path
from typing import Any

from fastapi.openapi.models import Example

from domain.declaration import load_declaration

FILE = Path(__file__).parents[2] / "examples" / "concert.yaml"


@cache
def text() -> str:
    """The example job as its author wrote it; empty where only the program was installed."""
    return FILE.read_text() if FILE.exists() else ""


def _examples() -> dict[str, Example]:
    smallest = {"title": "Concert", "price_eur": "1200.00"}
    found: dict[str, Any] = {"half": {"summary": "Half a declaration", "value": smallest}}
    if text():
        value = load_declaration(text()).model_dump(mode="json", exclude_unset=True)
        found["concert"] = {"summary": "A concert in Liège", "value": value}
    return found


EXAMPLES = _examples()
