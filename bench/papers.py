"""Papers, warm: an invoice with its UBL and a contract, against the smallest page typst can set."""

import time
from collections.abc import Callable

import typst

from bench.figures import Figure, typical
from documents import render
from tests.documents.paper_samples import contract
from tests.documents.samples import invoice

TIMES = 25
WARM = 3
GOAL_MS = 25.0
SMALLEST = b"Hello"


def papers() -> list[Figure]:
    """In turns, so that a slow second falls on all of them."""
    fonts = typst.Fonts(include_system_fonts=False)
    made: dict[str, Callable[[], object]] = {
        "the floor": lambda: typst.compile(SMALLEST, font_paths=fonts),
        "invoice: PDF/A-3 and UBL": lambda: render.invoice_files(invoice()),
        "contract: PDF/A-3": lambda: render.pdf(contract()),
    }
    times: dict[str, list[float]] = {name: [] for name in made}
    for turn in range(WARM + TIMES):
        for name, make in made.items():
            began = time.perf_counter()
            make()
            if turn >= WARM:
                times[name].append(time.perf_counter() - began)
    floor, _ = typical(times.pop("the floor"))
    found = {name: typical(taken)[0] for name, taken in times.items()}
    return [Figure(name, ms, "ms", floor, f"{GOAL_MS:.0f} ms", ms <= GOAL_MS) for name, ms in found.items()]
