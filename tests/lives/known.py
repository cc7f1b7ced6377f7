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


TO_THE_CENT = "To the cent and by the law, in every case the form allows"
EVERY_LIFE = "Every life a job can have: nothing hangs, nothing lies, nothing is left over"

NO_CONTRACT = "quote: employment_contract:(me|p1): NoRunningContract"
"""Said to be employed already, and is not: the quote could ask."""
OPEN_BOOKS = r"(zero: is closed with -?[0-9.]+ on (reserved|result|client_credit)|fund: still reserves [0-9.]+)"
"""The closing of the books was given up or recorded as done by hand, and the job says closed."""

KNOWN: tuple[Known, ...] = (
    Known("1-5", EVERY_LIFE, r"deadline: \w+ of p[01] is neither met nor alarmed"),  # told not to start, refused
    Known("1-12", EVERY_LIFE, r"deadline: wages_\w+ of me is neither met nor alarmed"),  # given up, never engaged
    Known("1-11", EVERY_LIFE, "yes: insurance.bind of insurance before everybody said yes"),  # the clock confirms
    Known("1-5", EVERY_LIFE, NO_CONTRACT),
    Known("1-9", EVERY_LIFE, NO_CONTRACT),
    Known("1-12", EVERY_LIFE, NO_CONTRACT),
    Known("1-56", EVERY_LIFE, OPEN_BOOKS),
    Known("1-96", EVERY_LIFE, OPEN_BOOKS),
    Known("1-96", EVERY_LIFE, "pay: me signed 1395.33 and is paid 4392.67"),  # the price moved after the signature
)
