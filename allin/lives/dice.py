"""Dice that fall the same way again for the same seed and number."""

import random
from collections.abc import Sequence
from decimal import Decimal
from typing import TypeVar

T = TypeVar("T")


class Dice:
    """A seeded source of choices."""

    def __init__(self, seed: int, n: int, about: str = "") -> None:
        self._random = random.Random(f"{seed}:{n}:{about}")  # noqa: S311  # dice to be thrown again, not a secret

    def chance(self, probability: float) -> bool:
        """True that often."""
        return self._random.random() < probability

    def number(self, least: int, most: int) -> int:
        """A whole number, both ends included."""
        return self._random.randint(least, most)

    def one(self, *of: T) -> T:
        """One of these; write one twice to see it twice as often."""
        return of[self._random.randrange(len(of))]

    def some(self, of: Sequence[T], least: int = 0) -> list[T]:
        """Several of these, in their own order."""
        wanted = self.number(min(least, len(of)), len(of))
        chosen = set(self._random.sample(range(len(of)), wanted))
        return [each for n, each in enumerate(of) if n in chosen]

    def eur(self, least: int, most: int) -> str:
        """An amount: round, with odd cents, or on an edge."""
        whole = self.number(least, most)
        return str(Decimal(whole) + Decimal(self.one(0, 0, 0, 1, 33, 50, 99)) / 100)

    def hours(self) -> float:
        """How long something takes: minutes, hours or days."""
        return self.one(0.1, 1, 3, 6, 12, 20, 30, 48, 72)
