"""Which invoice somebody says they pay: the reference in what was written on a transfer."""

import re
from typing import Final

from stdnum import iso11649
from stdnum.be import ogm_vcs

STRUCTURED: Final = re.compile(r"(?<!\d)(?:[+*]{3})?(\d{3})/?(\d{4})/?(\d{5})(?:[+*]{3})?(?!\d)")

RF: Final = re.compile(r"(?<![0-9A-Z])RF\s?\d\d")
LONGEST_RF: Final = 25
"""Letters and digits of the longest RF reference. Source: ISO 11649."""


def payment_reference_in(text: str) -> str | None:
    """The structured communication or RF reference somebody wrote into a free text, if it is a valid one."""
    for found in STRUCTURED.finditer(text):
        digits = "".join(found.groups())
        if ogm_vcs.is_valid(digits):
            return digits
    return _creditor_reference_in(text.upper())


def _creditor_reference_in(text: str) -> str | None:
    """The first RF reference in a text, written in one piece or in groups. Source: ISO 11649."""
    for start in RF.finditer(text):
        groups = text[start.start() :].split()
        for count in range(min(len(groups), LONGEST_RF), 0, -1):
            written = "".join(groups[:count]).rstrip(".,;")
            if len(written) <= LONGEST_RF and iso11649.is_valid(written):
                return str(iso11649.compact(written))
    return None
