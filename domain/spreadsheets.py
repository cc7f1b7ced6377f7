"""Texts that people wrote, in a file that a spreadsheet opens: no part of one is computed there."""

import re
from typing import Final

FORMULA: Final = re.compile(r'(^[ \u00a0]*|[;,\t\r\n"|][ \u00a0]*)(?=[=+\-@\t\r\uff1d\uff0b\uff0d\uff20])')
"""Where a text would be computed: at its beginning, and behind any sign that a spreadsheet takes for the border of
a cell, whatever the file says (a Belgian one splits at semicolons). Source: OWASP, CSV Injection."""


def harmless(cell: object) -> object:
    """A cell as it may be opened in a spreadsheet; numbers and days stay what they are."""
    return FORMULA.sub(r"\1'", cell) if isinstance(cell, str) else cell
