"""Every field of a declaration and every choice in it is drawn, and so is everything that people can do."""

import json
from functools import cache

from allin.lives import Life, draw
from allin.lives.life import Course
from allin.lives.saying import unsaid
from domain.declaration import JobDeclaration

MANY = 2500
NOT_DRAWN = {
    "quote_id": "whoever lives the life puts in the id of the quote it was given",
}
"""Fields that no life says, each with its reason."""


@cache
def lives() -> tuple[Life, ...]:
    return tuple(draw(7, n) for n in range(MANY))


def test_the_same_seed_and_number_give_the_same_life() -> None:
    assert draw(3, 14) == draw(3, 14)
    assert draw(3, 14) != draw(3, 15)
    assert draw(3, 14) != draw(4, 14)


def test_a_life_is_written_down_as_json_and_read_back() -> None:
    for life in lives()[:100]:
        assert Life.model_validate_json(life.model_dump_json()) == life


def test_every_drawn_declaration_is_one_that_a_member_can_write() -> None:
    for life in lives():
        JobDeclaration.model_validate_json(json.dumps(life.declaration))


def test_every_field_and_every_choice_of_a_declaration_is_drawn() -> None:
    left = set(unsaid(JobDeclaration, (life.declaration for life in lives())))
    assert sorted(left) == sorted(NOT_DRAWN)


def test_everything_people_partners_and_banks_can_do_is_drawn() -> None:
    assert unsaid(Course, (life.course.model_dump(mode="json") for life in lives())) == []


def test_nights_over_both_changes_of_the_clocks_and_the_29th_of_february_are_drawn() -> None:
    nights = {day["date"] for life in lives() for day in life.declaration["days"] if day["ends"] < day["starts"]}
    assert {"2026-03-28", "2025-10-25", "2024-02-29"} <= nights
    days = {day["date"] for life in lives() for day in life.declaration["days"]}
    assert {"2025-12-31", "2026-01-01", "2026-03-31", "2026-06-30", "2026-02-28"} <= days
    assert max(len(life.declaration["days"]) for life in lives()) > 10
