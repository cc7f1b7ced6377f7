"""How the bank's statements reach the cooperative on a morning: in time, late, or in the wrong order."""

from datetime import date
from typing import Literal

from allin.lives.dice import Dice

Mornings = Literal["in_time", "late", "newest_first", "again"]
"""`late`: they come with the next ones. `newest_first`: somebody hands in the files by hand, the newest first.
`again`: a file that was taken over is handed in once more."""


def morning(seed: int, day: date) -> Mornings:
    """What happens on one morning; the bank is everybody's, so it is drawn for the whole cooperative."""
    return Dice(seed, day.toordinal(), "statements").one(*("in_time",) * 6, "late", "late", "newest_first", "again")


def verifies(seed: int, day: date) -> bool:
    """Whether the bank says that morning whose account it is; now and then it cannot."""
    return Dice(seed, day.toordinal(), "verification").chance(0.9)
