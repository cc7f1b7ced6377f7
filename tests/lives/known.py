"""What the fixed lives find and an open issue already names; empty when those issues end.

An entry belongs to one life and one finding. When it no longer happens the test of the fixed lives says so, and
the entry goes.
"""

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Known:
    """One finding in one life."""

    life: str
    """Seed and number."""
    title: str
    """The open issue that names it."""
    said: str
    """What is found, as a regular expression over kind and words."""

    def is_it(self, life: str, told: str) -> bool:
        """Whether this finding is the one."""
        return life == self.life and re.fullmatch(self.said, told) is not None


KNOWN: tuple[Known, ...] = ()
