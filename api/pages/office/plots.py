"""Pictures of figures, drawn here as SVG: they read the same on a phone and on a wall, and a table stands beside.

Widths are percentages and heights pixels: nothing is scaled, so letters keep their size on every screen.
Colours come from the style sheet by class, so light and dark follow the visitor.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from itertools import pairwise

from markupsafe import Markup, escape

LABELS = 6
"""So many labels fit under a picture as wide as a phone."""
LEFT = Decimal(15)
"""Percent of the width kept free at the left for the values of the axis."""
ROW, BAND, HEIGHT, FOOT, HEAD = 46, 12, 190, 22, 16
"""Pixels: a lying bar with its label, the bar itself, a standing picture, its labels below, its air above."""


@dataclass(frozen=True)
class Bar:
    """One lying bar: how far something reaches, and the limit it should stay under."""

    label: str
    value: Decimal
    written: str
    """The value as people write it."""
    limit: Decimal | None = None
    tone: str = ""
    """`warn` near the limit, `bad` above it."""


@dataclass(frozen=True)
class Group:
    """One place on the time axis with a value per series."""

    label: str
    values: tuple[Decimal, ...]


def lying(name: str, title: str, told: str, bars: Sequence[Bar]) -> Markup:
    """Lying bars below each other, each with its label above it and its value at the end."""
    top = max((max(bar.value, bar.limit or Decimal(0)) for bar in bars), default=Decimal(0)) or Decimal(1)
    drawn = Markup("").join(_lying(bar, n * ROW, top) for n, bar in enumerate(bars))
    return _picture(name, title, told, max(len(bars), 1) * ROW, drawn)


def _lying(bar: Bar, y: int, top: Decimal) -> Markup:
    ground, width, at = y + 22, _percent(bar.value, top), ""
    if bar.limit is not None:
        mark = _percent(bar.limit, top)
        at = Markup('<line class="limit" x1="{0}%" x2="{0}%" y1="{1}" y2="{2}"/>').format(
            mark, ground - 4, ground + BAND + 4
        )
    return Markup(
        '<text x="0" y="{0}">{1}</text><text class="end" x="100%" y="{0}">{2}</text>'
        '<rect class="ground" x="0" y="{3}" width="100%" height="{4}" rx="3"/>'
        '<rect class="bar {5}" x="0" y="{3}" width="{6}%" height="{4}" rx="3"/>{7}'
    ).format(y + 15, bar.label, bar.written, ground, BAND, bar.tone, width, at)


def vertical_bars(name: str, title: str, told: str, groups: Sequence[Group], written: Sequence[str]) -> Markup:
    """Standing bars side by side, a group per place on the time axis. `written` are the ticks, lowest first."""
    top = _top(groups)
    each = _each(groups)
    bars = [
        _vertical_bars(LEFT + each * n + each * Decimal("0.15"), each * Decimal("0.7"), group, top)
        for n, group in enumerate(groups)
    ]
    return _picture(name, title, told, HEIGHT, Markup("").join([_grid(written), *bars, _below(groups, each)]))


def _vertical_bars(x: Decimal, width: Decimal, group: Group, top: Decimal) -> Markup:
    one = width / len(group.values)
    drawn = []
    for n, value in enumerate(group.values):
        height = _height(value, top)
        drawn.append(
            Markup('<rect class="bar s{0}" x="{1:.2f}%" y="{2}" width="{3:.2f}%" height="{4}" rx="1.5"/>').format(
                n + 1, x + one * n, HEIGHT - FOOT - height, one, height
            )
        )
    return Markup("").join(drawn)


def line(name: str, title: str, told: str, groups: Sequence[Group], written: Sequence[str]) -> Markup:
    """One line through the first value of each group, with a dot on each."""
    top = _top(groups)
    each = Decimal(100) / max(len(groups), 1)
    dots = [(each * n + each / 2, HEIGHT - FOOT - _height(group.values[0], top)) for n, group in enumerate(groups)]
    strokes = [
        Markup('<line class="line" x1="{:.2f}%" y1="{}" x2="{:.2f}%" y2="{}"/>').format(*one, *other)
        for one, other in pairwise(dots)
    ]
    points = [Markup('<circle class="point" cx="{:.2f}%" cy="{}" r="3.5"/>').format(*dot) for dot in dots]
    return _picture(
        name, title, told, HEIGHT, Markup("").join([_grid(written), *strokes, *points, _below(groups, each)])
    )


def ticks(largest: Decimal) -> list[Decimal]:
    """Round values from zero up to and including the first one that is not below the largest."""
    if largest <= 0:
        return [Decimal(0), Decimal(1)]
    power = Decimal(10) ** (largest.adjusted() - 1)
    step = next(n * power for n in (2, 5, 10, 20, 25, 50) if n * power * 4 >= largest)
    count = int((largest / step).to_integral_value(ROUND_CEILING))
    return [step * n for n in range(count + 1)]


def largest(groups: Sequence[Group]) -> Decimal:
    """The largest value of all."""
    return max((value for group in groups for value in group.values), default=Decimal(0))


def _top(groups: Sequence[Group]) -> Decimal:
    return ticks(largest(groups))[-1]


def _grid(written: Sequence[str]) -> Markup:
    """Lines across with their value at the left; the lowest is the ground."""
    usable, steps = HEIGHT - FOOT - HEAD, max(len(written) - 1, 1)
    rows = []
    for n, text in enumerate(written):
        y = HEIGHT - FOOT - usable * n // steps
        rows.append(Markup('<line class="grid" x1="{1}%" x2="100%" y1="{0}" y2="{0}"/>').format(y, LEFT))
        rows.append(Markup('<text class="tick" x="0" y="{}">{}</text>').format(y + 4, text))
    return Markup("").join(rows)


def _below(groups: Sequence[Group], each: Decimal) -> Markup:
    every = -(-len(groups) // LABELS) or 1
    shown = [(n, group.label) for n, group in enumerate(groups) if (len(groups) - 1 - n) % every == 0]
    return Markup("").join(
        Markup('<text class="tick mid" x="{:.2f}%" y="{}">{}</text>').format(
            LEFT + each * n + each / 2, HEIGHT - 6, label
        )
        for n, label in shown
    )


def _each(groups: Sequence[Group]) -> Decimal:
    """How much of the width one group has."""
    return (Decimal(100) - LEFT) / max(len(groups), 1)


def _height(value: Decimal, top: Decimal) -> int:
    return round(max(value, Decimal(0)) * (HEIGHT - FOOT - HEAD) / top)


def _percent(value: Decimal, top: Decimal) -> str:
    return f"{max(value, Decimal(0)) * 100 / top:.2f}"


def _picture(name: str, title: str, told: str, height: int, drawn: Markup) -> Markup:
    """Named and described for those who do not see it."""
    return Markup(
        '<svg class="chart" width="100%" height="{}" role="img" aria-labelledby="{}-title {}-told">'
        '<title id="{}-title">{}</title><desc id="{}-told">{}</desc>{}</svg>'
    ).format(height, name, name, name, escape(title), name, escape(told), drawn)
