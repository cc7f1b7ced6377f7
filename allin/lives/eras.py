"""The days on which installations are born: each has something that calendars get wrong just ahead of it."""

from datetime import date

ERAS = (
    date(2026, 2, 2),  # the demonstration's own first day: plain weeks, the month's end of February
    date(2026, 3, 16),  # the clocks go forward on 29 March, the quarter ends
    date(2026, 4, 20),  # 1 May, Ascension and Whitsun: bank days and working days apart
    date(2026, 6, 15),  # the half-year ends
    date(2025, 10, 13),  # the clocks go back on 26 October, All Saints
    date(2025, 12, 8),  # Christmas and the turn of the year: numbers begin again at 1
    date(2024, 2, 12),  # 29 February
)
"""Source of the changes of the clocks: Directive 2000/84/EC, last Sundays of March and October."""
USUAL = ERAS[0]

TURNING = {
    ERAS[0]: (date(2026, 2, 28), date(2026, 3, 1)),
    ERAS[1]: (date(2026, 3, 28), date(2026, 3, 29), date(2026, 3, 31), date(2026, 4, 1)),
    ERAS[2]: (date(2026, 4, 30), date(2026, 5, 1), date(2026, 5, 14), date(2026, 5, 25)),
    ERAS[3]: (date(2026, 6, 30), date(2026, 7, 1)),
    ERAS[4]: (date(2025, 10, 25), date(2025, 10, 26), date(2025, 11, 1)),
    ERAS[5]: (date(2025, 12, 25), date(2025, 12, 31), date(2026, 1, 1)),
    ERAS[6]: (date(2024, 2, 28), date(2024, 2, 29), date(2024, 3, 1)),
}
"""Days worth meeting in each era."""
