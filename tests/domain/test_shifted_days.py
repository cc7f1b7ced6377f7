"""The same declaration on other days."""

from datetime import date
from pathlib import Path

import pytest

from domain.declaration import JobDeclaration, load_declaration
from domain.shifted_days import with_first_day

SHOOT = Path(__file__).parent.parent.parent / "examples" / "shoot.yaml"


def test_every_date_moves_by_the_same_number_of_days() -> None:
    moved = with_first_day(load_declaration(SHOOT.read_text()), date(2026, 9, 7))
    assert [day.date.isoformat() for day in moved.days] == ["2026-09-07", "2026-09-08", "2026-09-09", "2026-09-10"]
    fay = next(person for person in moved.crew if person.item == "fay")
    assert fay.days == (date(2026, 9, 7), date(2026, 9, 8), date(2026, 9, 9))
    assert moved.prefinancing
    assert moved.prefinancing.subsidy
    assert moved.prefinancing.subsidy.expected_on == date(2026, 11, 17)


def test_everything_else_stays() -> None:
    before = load_declaration(SHOOT.read_text())
    there_and_back = with_first_day(with_first_day(before, date(2026, 9, 7)), date(2026, 4, 20))
    assert there_and_back == before


def test_a_declaration_without_a_day_has_nothing_to_move() -> None:
    with pytest.raises(ValueError, match="no day"):
        with_first_day(JobDeclaration(title="Soon"), date(2026, 9, 7))
