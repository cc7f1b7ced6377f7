"""Within one step a person is read once, and never as they were before the step itself changed them."""

from datetime import date

import pytest
from sqlalchemy import event

from allin.embedded.demo_data import ENTITIES
from domain.people import Person
from storage.core.database import Database
from storage.core.read_once import reading_once
from storage.jobs.jobs import Jobs
from storage.jobs.parties import parties
from storage.jobs.summaries import JobSummaries
from storage.people.entities import Entities
from storage.people.members import Member, Members
from storage.people.people import People
from tests.databases import MONDAY, a_job

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


async def _concert(database: Database) -> str:
    """A job of Ann Peeters, sold by the Brussels entity; Ben is on the crew."""
    await People(database).save(ANN, MONDAY)
    await People(database).save(ANN.model_copy(update={"person_id": "p-ben", "given_name": "Ben"}), MONDAY)
    member = Member(person_id="p-ann", entity="brussels", profile="live-arts", since_on=date(2024, 1, 1))
    await Entities(database).seed(ENTITIES)
    await Members(database).save(member)
    return await a_job(database)


async def test_whom_an_order_is_about_is_read_in_one_trip_and_anew_after_a_change(
    database: Database, asked: list[str]
) -> None:
    job_id = await _concert(database)
    people, jobs, entities = People(database), JobSummaries(database), Entities(database)
    apart = await jobs.card(job_id), await entities.entity("brussels"), await people.person("p-ann")
    asked.clear()
    with reading_once(parties(database, job_id, "brussels", "p-ann")):
        together = await jobs.card(job_id), await entities.entity("brussels"), await people.person("p-ann")
        assert (together, len(asked)) == (apart, 1)
        assert (await people.person("p-ben")).given_name == "Ben"
        assert len(asked) == 2, "somebody else is read by themselves"
        await people.enter("p-ann", MONDAY, given_name="Anna")
        assert (await people.person("p-ann")).given_name == "Anna"


async def test_within_one_glance_nothing_is_read_twice_and_afterwards_anew(
    database: Database, asked: list[str]
) -> None:
    job_id = await _concert(database)
    people, jobs = People(database), Jobs(database)
    asked.clear()
    async with database.glancing():
        for _ in range(3):
            assert (await jobs.job(job_id)).job_id == job_id
            assert (await people.person("p-ann")).given_name == "Ann"
        assert len(asked) == 3, "the job, its steps and the person"
        await people.enter("p-ann", MONDAY, given_name="Anna")
        assert (await people.person("p-ann")).given_name == "Ann", "one state of things"
    assert (await people.person("p-ann")).given_name == "Anna"


async def test_an_order_about_nobody_known_asks_for_each_by_itself(database: Database) -> None:
    job_id = await _concert(database)
    with reading_once(parties(database, job_id, "nowhere", None)):
        assert (await JobSummaries(database).card(job_id)).job_id == job_id
        with pytest.raises(KeyError):
            await Entities(database).entity("nowhere")


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
