"""A crew item stands for one person: whoever replaces somebody gets an item of their own."""

from pathlib import Path
from typing import Any

import pytest

from domain.declaration import JobDeclaration, load_declaration
from domain.plans.crew_items import PersonUnclear, clear_persons, one_item_each

CONCERT = Path(__file__).parents[2] / "examples" / "concert.yaml"
NOW = {"ann": "p-ann", "bob": "p-bob", "chloe": "p-chloe"}
DORA = {"name": "Dora Maes", "email": "dora@crew.example", "function": "musician", "gross_eur": "300.00"}


def concert(crew: list[dict[str, Any]] | None = None) -> JobDeclaration:
    told = load_declaration(CONCERT.read_text()).model_dump(exclude_unset=True)
    return JobDeclaration.model_validate(told | ({"crew": crew} if crew else {}))


def rows(**replaced: dict[str, Any]) -> list[dict[str, Any]]:
    """The concert's crew, with other people under some of its items."""
    crew = load_declaration(CONCERT.read_text()).crew
    kept = {row.item: row.model_dump(exclude_unset=True) for row in crew}
    return [{"item": item} | replaced.get(item, row) for item, row in kept.items()]


def test_another_person_under_a_used_item_gets_their_own_and_the_van_follows_the_driver() -> None:
    asked = concert(rows(bob=DORA))
    assert {van.driver for van in asked.van_rental} == {"bob"}
    moved = one_item_each(asked, NOW | {"bob": "p-dora"}, NOW, frozenset())
    assert moved.slugs == ("ann", "dora", "chloe")
    assert {van.driver for van in moved.van_rental} == {"dora"}
    assert moved.expenses is not None
    assert {line.crew for line in moved.expenses.lines} == {"ann", "dora"}
    assert JobDeclaration.model_validate(moved.model_dump(exclude_unset=True)) == moved


def test_an_item_that_somebody_left_is_never_given_to_another_bob() -> None:
    other_bob = DORA | {"name": "Bob Maes", "email": "bob.maes@crew.example"}
    held = NOW | {"bob": "p-bob"}
    moved = one_item_each(concert(rows(bob=other_bob)), NOW | {"bob": "p-other-bob"}, held, frozenset())
    assert moved.slugs == ("ann", "bob-2", "chloe")


def test_two_people_who_change_places_keep_their_items() -> None:
    told = rows()
    told[1], told[2] = told[1] | {"item": "chloe"}, told[2] | {"item": "bob"}
    moved = one_item_each(concert(told), NOW | {"bob": "p-chloe", "chloe": "p-bob"}, NOW, frozenset())
    assert [(row.item, row.name) for row in moved.crew[1:]] == [("bob", "Bob Lambert"), ("chloe", "Chloé Janssens")]


def test_an_unchanged_crew_is_left_as_it_is() -> None:
    asked = concert()
    assert one_item_each(asked, NOW, NOW, frozenset()) is asked


def test_who_comes_back_after_a_contract_that_ended_is_somebody_new_to_the_job() -> None:
    moved = one_item_each(concert(), NOW, NOW, frozenset({"bob"}))
    assert moved.slugs == ("ann", "bob-2", "chloe")


def test_one_address_is_not_two_people() -> None:
    told = rows()
    told[1] = told[1] | {"name": "Dora Maes"}
    with pytest.raises(PersonUnclear, match="this is how Bob Lambert is reached, and Dora Maes is somebody else"):
        clear_persons(concert(told), NOW, concert(), NOW, {})
    told[1] = told[1] | {"name": "  bob  LAMBERT"}
    clear_persons(concert(told), NOW, concert(), NOW, {})


def test_nobody_comes_back_while_it_is_asked_what_becomes_of_their_contract() -> None:
    with pytest.raises(PersonUnclear, match="crew bob: Bob Lambert has left this job"):
        clear_persons(concert(), NOW, concert(), NOW, {"bob": "p-bob"})
