"""`python -m bench`: measure, print a table, write it down as JSON."""

import argparse
import asyncio
import logging
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic

from bench.declaring import declare_to_accepted
from bench.figures import Figure, table, write
from bench.pages import page_times
from bench.papers import papers
from bench.quoting import quoting
from bench.stage import stage
from bench.whole import whole_jobs


async def measured() -> list[Figure]:
    """Every figure, one measure after the other: two at once would measure each other."""
    figures: list[Figure] = []
    with tempfile.TemporaryDirectory(prefix="allin-bench-") as folder:
        async with stage(Path(folder)) as here:
            with told("declare to accepted"):
                figures += await declare_to_accepted(here)
            with told("whole jobs and their floor"):
                whole, run = await whole_jobs(here)
                figures += whole
            with told("documents"):
                figures += papers()
            with told("quote"):
                figures += quoting()
            with told("pages"):
                figures += await page_times(here, run.job_ids[0])
    return figures


@contextmanager
def told(what: str) -> Iterator[None]:
    """Say what is being measured, and how long it took."""
    began = monotonic()
    print(f"{what} ...", end=" ", file=sys.stderr, flush=True)
    yield
    print(f"{monotonic() - began:.0f} s", file=sys.stderr)


def main() -> int:
    """Measure; never fails on a slow day."""
    parser = argparse.ArgumentParser("bench", description=__doc__)
    parser.add_argument("--json", type=Path, default=Path("var/bench.json"), help="where the figures are written")
    given = parser.parse_args()
    logging.disable(logging.WARNING)
    began = monotonic()
    figures = asyncio.run(measured())
    seconds = monotonic() - began
    write(figures, seconds, given.json)
    print(table(figures))
    for figure in figures:
        if figure.note:
            print(f"{figure.name}: {figure.note}")
    print(f"{seconds:.0f} s in all; {given.json}")
    return 0


if __name__ == "__main__":
    code = main()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)  # a client with calls in flight can hang at interpreter exit (sdk-python issue 300)
