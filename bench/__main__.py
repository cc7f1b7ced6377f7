"""`python -m bench [MEASURE ...]`: measure, print a table, write it down as JSON and as Markdown."""

import argparse
import asyncio
import logging
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from time import monotonic

from bench.figures import Figure, markdown, table, write
from bench.measures import MEASURES, Setting

LONGEST = 200.0
"""Seconds one measure may take; then it is given up, and the others still have their turn."""


async def measured(names: Sequence[str]) -> list[Figure]:
    """Every measure asked for, one after the other: two at once would measure each other."""
    figures: list[Figure] = []
    async with Setting() as here:
        for name in names:
            figures += await _taken(name, here)
    return figures


async def _taken(name: str, here: Setting) -> list[Figure]:
    """One measure; what cannot be measured is a line that says why, and stops none of the others."""
    began = monotonic()
    print(f"{name} ...", end=" ", file=sys.stderr, flush=True)
    try:
        async with asyncio.timeout(LONGEST):
            found = await MEASURES[name](here)
    except Exception as error:  # noqa: BLE001  # whatever it is, it is told in the table
        found = [Figure.missing(name, f"{type(error).__name__}: {error}")]
    print(f"{monotonic() - began:.0f} s", file=sys.stderr)
    return found


def main() -> int:
    """Measure; never fails on a slow day."""
    parser = argparse.ArgumentParser("bench", description=__doc__)
    parser.add_argument(
        "measures", nargs="*", metavar="MEASURE", help=f"any of {', '.join(MEASURES)}; all when none"
    )
    parser.add_argument("--json", type=Path, default=Path("var/bench.json"), help="where the figures are written")
    given = parser.parse_args()
    if unknown := [name for name in given.measures if name not in MEASURES]:
        parser.error(f"there is no measure {', '.join(unknown)}: choose from {', '.join(MEASURES)}")
    logging.disable(logging.WARNING)
    began = monotonic()
    figures = asyncio.run(measured([name for name in MEASURES if name in (given.measures or MEASURES)]))
    seconds = monotonic() - began
    write(figures, seconds, given.json)
    pasted = given.json.with_suffix(".md")
    pasted.write_text(markdown(figures, seconds))
    print(table(figures))
    for figure in figures:
        if figure.note:
            print(f"{figure.name}: {figure.note}")
    print(f"{seconds:.0f} s in all; {given.json}, {pasted}")
    return 0


if __name__ == "__main__":
    code = main()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)  # a client with calls in flight can hang at interpreter exit (sdk-python issue 300)
