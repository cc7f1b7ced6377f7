"""Asks whether a known hole is in what we use, without those somebody looked at and dated (`make audit`)."""

import json
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


def reported(report: str) -> tuple[int, str]:
    """What the audit's report says, as an exit code and in words: what could not be asked about is not fine.

    0: everything was asked about and nothing is known; 1: something is known; 2: some could not be asked about.
    """
    each = json.loads(report)["dependencies"]
    known = [f"{one['name']} {one['version']}: {hole['id']}" for one in each for hole in one.get("vulns", ())]
    unasked = [one["name"] for one in each if "skip_reason" in one]
    if known:
        return 1, "\n".join([f"{len(known)} known holes:", *known])
    if unasked or not each:
        return 2, f"{len(unasked)} of {len(each)} packages could not be asked about: nothing is known of them"
    return 0, f"nothing is known against any of {len(each)} packages"


def main() -> None:
    """Ask about the lock, and say what is known; exit code as in `reported`, 2 also when nobody answered."""
    ignored = [part for one in accepted(LISTED.read_text("utf-8")) for part in ("--ignore-vuln", one.advisory)]
    lock = str(ROOT / "requirements.lock")
    asked = ["uv", "tool", "run", "pip-audit", "--requirement", lock, "--disable-pip", "--no-deps", *ignored]
    done = subprocess.run(  # noqa: S603  # our own list of words
        [sys.executable, "-m", *asked, "--format", "json"], check=False, stdout=subprocess.PIPE, text=True
    )
    try:
        code, words = reported(done.stdout)
    except (ValueError, KeyError):
        code, words = 2, "the advisories could not be reached: nothing is known"
    sys.stdout.write(words + "\n")
    sys.exit(code)


if __name__ == "__main__":
    main()
