"""Within one step a person is read once, and never as they were before the step itself changed them."""

import pytest
from sqlalchemy import event

from domain.people import Person
from storage.core.database import Database
from storage.core.read_once import reading_once
from storage.people.people import People
from tests.databases import MONDAY

ANN = Person(person_id="p-ann", given_name="Ann", family_name="Peeters", email="ann@example.org")


@pytest.fixture
def asked(database: Database) -> list[str]:
    """Every statement that goes to the database."""
    seen: list[str] = []
    for engine in database.engines:
        event.listen(engine.sync_engine, "before_cursor_execute", lambda *told: seen.append(told[2]))
    return seen


async def test_in_a_step_the_same_person_is_read_once_and_elsewhere_each_time(
    database: Database, asked: list[str]
) -> None:
    await People(database).save(ANN, MONDAY)
    asked.clear()
    with reading_once():
        assert [(await People(database).person("p-ann")).name for _ in range(3)] == ["Ann Peeters"] * 3
    assert len(asked) == 1
    for _ in range(2):
        await People(database).person("p-ann")
    assert len(asked) == 3


async def test_who_is_changed_within_the_step_is_read_anew(database: Database) -> None:
    people = People(database)
    await people.save(ANN, MONDAY)
    with reading_once():
        await people.person("p-ann")
        await people.enter("p-ann", MONDAY, given_name="Anna")
        assert (await people.person("p-ann")).name == "Anna Peeters"


async def test_nobody_unknown_is_remembered_as_unknown(database: Database) -> None:
    people = People(database)
    with reading_once():
        with pytest.raises(KeyError):
            await people.person("p-ann")
        await people.save(ANN, MONDAY)
        assert (await people.person("p-ann")).name == "Ann Peeters"
