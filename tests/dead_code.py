"""Finds code that nothing of ours calls: `python -m tests.dead_code`, part of `make lint`; tests do not count.

Fields of messages are not looked at: they are written, stored and shown by their names. What only a template, a
framework or the person at the keyboard calls is in the list, with who calls it.
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

from vulture import Vulture

ROOT = Path(__file__).parent.parent
PACKAGES = (
    "activities", "allin", "api", "bench", "documents", "domain", "engine", "examples", "partners", "sandbox",
    "storage", "workers", "workflows",
)  # fmt: skip
ALSO_CALLING = ("tests/lives", "tests/crawling")
"""They live and read what `allin/lives` and `allin/crawling` draw and open: those two are written for them too."""
TEMPLATES = (".html", ".j2", ".typ", ".xml")
LOOKED_AT = ("class", "function", "method", "property", "import", "unreachable_code")
CALLED_BY_DECORATORS = [
    "@router.*", "@app.*", "@here.*", "@*_router.*", "@_texts.register", "@*.register", "@workflow.*",
    "@*.validator", "@model_validator", "@field_validator", "@field_serializer", "@computed_field", "@listens_for",
    "@event.*", "@compiles",
    "@*.exception_handler", "@*.middleware", "@*.get", "@*.post", "@*.put", "@*.delete", "@*.patch", "@*.command",
    "@*.callback", "@pytest.fixture", "@activity.*",
]  # fmt: skip
"""A route, a command, an update's validator: the framework calls it."""
ALLOWED: dict[str, str] = {
    "upgrade": "Alembic calls it",
    "downgrade": "Alembic calls it",
    "process_bind_param": "SQLAlchemy calls it",
    "process_result_value": "SQLAlchemy calls it",
    "column_expression": "SQLAlchemy calls it",
    "fetchmany": "SQLAlchemy calls it on a cursor",
    "capture_signals": "uvicorn calls it",
    "intercept_client": "Temporal's client calls it",
    "intercept_activity": "Temporal's worker calls it",
    "with_context": "Temporal's data converter calls it",
}
"""What is called from outside, by name."""
NOT_YET: dict[str, tuple[str, ...]] = {
    "a rule that has its source and its test, and no service that asks it yet": (
        "belgian_vat_number", "bic_of", "enterprise_number_text", "iban_text", "late_costs", "legal_rate",
        "loss_eur", "national_number_text", "price_for_net", "price_for_wanted_pay",
        "structured_communication_text",
    ),
    "a calendar's word, for rules that are still to come": ("by_month", "period_of", "semester", "start_of_day"),
    "storage that is tested and waits for its command": (
        "alarmed", "by_reference", "parked_groups", "reopen", "unhandled",
    ),
    "what a test of the mail uses of its partner": ("mail_sender",),
}  # fmt: skip
"""What only tests call, by reason: nothing is added here, and what is called or deleted is taken out."""


def unused(root: Path = ROOT) -> Iterator[str]:
    """`path:line: unused kind 'name'`, one a line."""
    looking = Vulture(ignore_names=list(ALLOWED), ignore_decorators=CALLED_BY_DECORATORS)
    looking.scavenge([str(root / each) for each in (*PACKAGES, *ALSO_CALLING) if (root / each).exists()])
    known = {*_words_of_templates(root), *(name for names in NOT_YET.values() for name in names)}
    for one in looking.get_unused_code(min_confidence=60):
        place = Path(one.filename).relative_to(root)
        if one.typ in LOOKED_AT and one.name not in known and not str(place).startswith(ALSO_CALLING):
            yield f"{place}:{one.first_lineno}: unused {one.typ} '{one.name}'"


def _words_of_templates(root: Path) -> Iterator[str]:
    for package in PACKAGES:
        for path in (root / package).rglob("*"):
            if path.suffix in TEMPLATES:
                yield from re.findall(r"[a-zA-Z_]\w+", path.read_text(errors="replace"))


if __name__ == "__main__":
    found = list(unused())
    for line in found:
        sys.stdout.write(f"{line}\n")
    sys.exit(1 if found else 0)
