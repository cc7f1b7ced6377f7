"""No text that somebody wrote is computed by a spreadsheet, wherever that one sees the border of a cell."""

from datetime import date
from decimal import Decimal

import pytest

from domain.spreadsheets import harmless


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("=1+1", "'=1+1"),
        (" =1+1", " '=1+1"),
        ("Concert;=HYPERLINK(1)", "Concert;'=HYPERLINK(1)"),
        ("Concert, @SUM(A1)", "Concert, '@SUM(A1)"),
        ('a"=1', "a\"'=1"),
        ("a\n=1", "a\n'=1"),
        ("\uff1d1+1", "'\uff1d1+1"),
        ("12 - 13 March; a trio = three", "12 - 13 March; a trio = three"),
        ("", ""),
    ],
)
def test_a_formula_in_a_text_stays_a_text(text: str, kept: str) -> None:
    assert harmless(text) == kept


@pytest.mark.parametrize("one", [Decimal("-5.00"), -5, date(2026, 3, 1), None])
def test_figures_and_days_stay_what_they_are(one: object) -> None:
    assert harmless(one) is one
