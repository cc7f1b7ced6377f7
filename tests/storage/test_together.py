"""What belongs together is one transaction: seen by whoever wrote it, kept whole, or not at all."""

import asyncio

import httpx2
import pytest
from sqlalchemy import event

from domain.people import Person
from partners.http import PartnerHttp
from storage.core.database import Database
from storage.people.people import People
from tests.databases import MONDAY, StillClock

ANN = Person(person_id="p-ann", given_name="Ann", family_name="Peeters", email="ann@example.org")
BEN = ANN.model_copy(update={"person_id": "p-ben", "given_name": "Ben"})


async def _both(database: Database) -> set[str]:
    return await People(database).known(["p-ann", "p-ben"])


async def test_two_stores_write_in_one_transaction_and_read_what_they_wrote(database: Database) -> None:
    commits: list[object] = []
    event.listen(database.engines[0].sync_engine, "commit", commits.append)
    people = People(database)
    async with database.together():
        await people.save(ANN, MONDAY)
        await people.save(BEN, MONDAY)
        assert await _both(database) == {"p-ann", "p-ben"}
        async with database.glancing():
            assert (await people.person("p-ben")).given_name == "Ben"
        assert commits == []
    assert len(commits) == 1
    assert await _both(database) == {"p-ann", "p-ben"}


async def test_nothing_is_kept_when_a_later_part_fails(database: Database) -> None:
    async def both_or_none() -> None:
        async with database.together():
            await People(database).save(ANN, MONDAY)
            await People(database).person("nobody")

    with pytest.raises(KeyError):
        await both_or_none()
    assert await _both(database) == set()


async def test_a_failed_part_that_is_overlooked_keeps_nothing_either(database: Database) -> None:
    async def save(person: Person) -> None:
        async with database.writing():
            await People(database).save(person, MONDAY)
            raise LookupError(person.person_id)

    async def overlooked() -> None:
        async with database.together():
            await People(database).save(ANN, MONDAY)
            try:
                await save(BEN)
            except LookupError:
                await asyncio.sleep(0)

    with pytest.raises(RuntimeError, match="a part of what is written together failed"):
        await overlooked()
    assert await _both(database) == set()


async def test_a_task_that_outlives_the_block_works_on_its_own(database: Database) -> None:
    let_go = asyncio.Event()

    async def later() -> None:
        await let_go.wait()
        await People(database).save(BEN, MONDAY)

    async with database.together():
        await People(database).save(ANN, MONDAY)
        task = asyncio.create_task(later())
        await asyncio.sleep(0)
    let_go.set()
    await task
    assert await _both(database) == {"p-ann", "p-ben"}


async def test_no_partner_is_called_while_a_transaction_is_open(sqlite_only: Database) -> None:
    async def answers(_: httpx2.Request) -> httpx2.Response:
        return httpx2.Response(200)

    async with httpx2.AsyncClient(transport=httpx2.MockTransport(answers), base_url="http://bank") as http:
        bank = PartnerHttp("bank", http, StillClock())
        await bank.send("GET", "/payments")
        async with sqlite_only.together():
            with pytest.raises(RuntimeError, match="bank is not called while a transaction is open"):
                await bank.send("GET", "/payments")
        await bank.send("GET", "/payments")
