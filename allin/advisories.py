"""Asks whether a known hole is in what we use, without those somebody looked at and dated (`make audit`)."""

import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[1]
LISTED = ROOT / "docs" / "operations" / "advisories.txt"


class Accepted(NamedTuple):
    """An advisory we live with until a day."""

    advisory: str
    until: date
    why: str


def accepted(text: str) -> list[Accepted]:
    """The lines of the list; ValueError where one lacks its day or its reason."""
    found = []
    for line in text.splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        advisory, until, why = line.split(maxsplit=2)
        found.append(Accepted(advisory, date.fromisoformat(until), why))
    return found


def main() -> None:
    """Run pip-audit over the lock; its own exit code, or a clear line when it cannot ask anybody."""
    ignored = [part for one in accepted(LISTED.read_text("utf-8")) for part in ("--ignore-vuln", one.advisory)]
    lock = str(ROOT / "requirements.lock")
    asked = ["uv", "tool", "run", "pip-audit", "--requirement", lock, "--disable-pip", "--no-deps", *ignored]
    done = subprocess.run([sys.executable, "-m", *asked], check=False)  # noqa: S603  # our own list of words
    sys.exit(done.returncode)


if __name__ == "__main__":
    main()
