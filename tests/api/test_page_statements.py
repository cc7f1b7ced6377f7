"""Pages ask the database a fixed number of questions, however many jobs there are and wait."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import event

from storage.core.database import Database
from storage.jobs.deadlines import StoredDeadline, write
from tests.api.conftest import Door
from tests.api.jobs import parked_van
from tests.databases import MONDAY

MOST = {"/ops": 19, "/advisor": 25, "/jobs/{job_id}": 24, "/jobs/{job_id}/story": 17, "/": 8}
"""Signing in is three of them."""


@contextmanager
def counted(database: Database) -> Iterator[list[str]]:
    """Every statement that is sent while the block runs."""
    sent: list[str] = []

    def note(*told: object) -> None:
        sent.append(str(told[2]))

    engines = [engine.sync_engine for engine in database.engines]
    for engine in engines:
        event.listen(engine, "before_cursor_execute", note)
    yield sent
    for engine in engines:
        event.remove(engine, "before_cursor_execute", note)


async def busy_job(door: Door) -> str:
    """A job with a parked van, a deadline that is near, and a message nobody has answered."""
    job_id = await parked_van(door.house)
    due = StoredDeadline(kind="dimona", due_at=MONDAY + timedelta(hours=2), basis="the law")
    async with door.house.database.writing() as connection:
        await write(connection, job_id, [due])
    await door.house.messages.send(job_id, "p-ann", "advisor", "Is there another van?", MONDAY)
    return job_id


@pytest.mark.parametrize(
    ("page", "login"),
    [
        ("/ops", "otto"),
        ("/advisor", "eve"),
        ("/", "ann"),
        ("/jobs/{job_id}", "otto"),
        ("/jobs/{job_id}/story", "otto"),
    ],
)
async def test_a_page_asks_as_much_of_thirty_jobs_as_of_one(door: Door, page: str, login: str) -> None:
    path = page.format(job_id=await busy_job(door))
    http = await door.asking(login)
    with counted(door.house.database) as with_one:
        assert (await http.get(path)).status_code == 200
    for _ in range(29):
        await busy_job(door)
    with counted(door.house.database) as with_many:
        assert (await http.get(path)).status_code == 200
    assert len(with_many) <= len(with_one) <= MOST[page]


async def test_what_is_read_in_one_glance_is_one_state_of_things(door: Door) -> None:
    job_id = await parked_van(door.house)
    async with door.house.database.glancing():
        before = len(await door.house.messages.of_job(job_id))
        await door.house.messages.send(job_id, "p-ann", "advisor", "Hello?", MONDAY)
        assert len(await door.house.messages.of_job(job_id)) == before
    assert len(await door.house.messages.of_job(job_id)) == before + 1


async def test_a_reading_within_a_reading_of_one_glance_does_not_wait_for_itself(sqlite_only: Database) -> None:
    house = sqlite_only
    async with house.glancing(), house.glancing(), house.reading() as outer, house.reading() as inner:
        assert inner is outer
