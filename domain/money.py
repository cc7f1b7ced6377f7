"""Money: euro cents as exact decimals, rounded half-up once per printed line."""

from collections.abc import Sequence
from decimal import ROUND_CEILING, ROUND_DOWN, ROUND_HALF_UP, Decimal
from typing import Annotated

from pydantic import BeforeValidator, Field

CENT = Decimal("0.01")
ZERO = Decimal("0.00")


def _no_float(value: object) -> object:
    """Refuse a binary float: 12.3 as a float is not 12.30 euro."""
    if isinstance(value, float):
        raise ValueError('write amounts as text or whole numbers, for instance "12.30"')
    return value


Eur = Annotated[Decimal, Field(max_digits=14, decimal_places=2, allow_inf_nan=False), BeforeValidator(_no_float)]
"""An amount in euro with at most two decimals; never a float."""

PositiveEur = Annotated[
    Decimal, Field(ge=0, max_digits=14, decimal_places=2, allow_inf_nan=False), BeforeValidator(_no_float)
]
"""An amount in euro that is not below zero."""


def cents(amount: Decimal) -> Decimal:
    """Round to the cent, half-up: the way each printed line is rounded."""
    return amount.quantize(CENT, ROUND_HALF_UP)


def cents_down(amount: Decimal) -> Decimal:
    """Round down to the cent: for what is promised from a budget, so that the budget always suffices."""
    return amount.quantize(CENT, ROUND_DOWN)


def cents_up(amount: Decimal) -> Decimal:
    """Round up to the cent: for minima and prices, so that nobody gets less than what the rule promises."""
    return amount.quantize(CENT, ROUND_CEILING)


def slice_of(whole: Decimal, expected: Decimal, before: Decimal, received: Decimal) -> Decimal:
    """What of `whole` belongs to a slice of what was expected: reckoned from all that came in so far, so that once
    everything has come the slices are the whole, whatever their number and order. Nothing expected, nothing due."""
    if expected <= 0:
        return ZERO
    return cents(whole * (before + received) / expected) - cents(whole * before / expected)


def share(amount: Decimal, weights: Sequence[Decimal]) -> list[Decimal]:
    """Split an amount by weights so that the parts add up exactly.

    Cents go by largest remainder; ties go to the earlier part. Raises ValueError when no weight is above zero.
    """
    total = sum(weights, Decimal(0))
    if total <= 0:
        raise ValueError("at least one weight must be above zero")
    exact = [amount * weight / total for weight in weights]
    parts = [part.quantize(CENT, ROUND_DOWN) for part in exact]
    missing = int((amount - sum(parts, ZERO)) / CENT)
    by_remainder = sorted(range(len(parts)), key=lambda i: (parts[i] - exact[i], i))
    for i in by_remainder[:missing]:
        parts[i] += CENT
    return parts
