"""What a measure says, and how it is shown: ours, the floor beside it, the ratio, and the goal."""

import json
import os
import platform
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median, quantiles
from typing import Self

COLUMNS = ("figure", "ours", "floor", "ratio", "goal", "")


@dataclass(frozen=True)
class Figure:
    """One line of the table."""

    name: str
    ours: float | None
    """None for what could not be measured; the note says why."""
    unit: str
    floor: float | None = None
    """The same unit, measured in the same run; none for what is counted and not timed."""
    goal: str = ""
    met: bool | None = None
    """None where no goal is set."""
    note: str = ""

    @classmethod
    def missing(cls, name: str, why: str) -> Self:
        """A line for what could not be measured this time."""
        return cls(name, None, "", note=why)

    @property
    def ratio(self) -> float | None:
        """Ours divided by the floor."""
        return self.ours / self.floor if self.floor and self.ours is not None else None

    def cells(self) -> tuple[str, ...]:
        """The line as it is printed."""
        floor = "" if self.floor is None else f"{shown(self.floor)} {self.unit}"
        ratio = "" if self.ratio is None else f"{shown(self.ratio)} x"
        verdict = {True: "met", False: "MISSED", None: ""}[self.met]
        ours = "not measured" if self.ours is None else f"{shown(self.ours)} {self.unit}".strip()
        return self.name, ours, floor, ratio, self.goal, verdict


def shown(value: float) -> str:
    """Three significant figures, and never an exponent."""
    digits = 0 if value >= 100 else 1 if value >= 10 else 2 if value >= 0.1 else 3
    return f"{value:,.{digits}f}"


def typical(times: Sequence[float]) -> tuple[float, float]:
    """The median and the 95th percentile of times in seconds, in milliseconds."""
    return median(times) * 1000, quantiles(times, n=20)[-1] * 1000


def table(figures: Iterable[Figure]) -> str:
    """A Markdown table that also reads well in a terminal."""
    rows = [COLUMNS, *(figure.cells() for figure in figures)]
    widths = [max(len(row[i]) for row in rows) for i in range(len(COLUMNS))]
    lines = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |" for row in rows
    ]
    lines.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return "\n".join(lines)


def markdown(figures: Sequence[Figure], seconds: float) -> str:
    """The table with its notes and where it was measured, ready to be put on a page."""
    where = f"Python {platform.python_version()}, {platform.system()}, {os.cpu_count()} cores"
    busy = f"load {os.getloadavg()[0]:.1f} at the end"
    notes = [f"- {figure.name}: {figure.note}" for figure in figures if figure.note]
    return "\n".join([f"{where}, {busy}; {seconds:.0f} s in all.", "", table(figures), "", *notes, ""])


def write(figures: Sequence[Figure], seconds: float, file: Path) -> None:
    """Keep the figures for programs: one object per line of the table, with its ratio."""
    file.parent.mkdir(parents=True, exist_ok=True)
    told = {
        "machine": {"python": platform.python_version(), "system": platform.platform()},
        "seconds": round(seconds, 1),
        "figures": [asdict(figure) | {"ratio": figure.ratio} for figure in figures],
    }
    file.write_text(json.dumps(told, indent=2) + "\n")
