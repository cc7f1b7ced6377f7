"""The schema: migrations lead to the tables in the code, on both databases."""

import asyncio
import pkgutil
import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import inspect

import storage
from allin.client.terminal import Stop
from allin.operations.schema import upgraded
from engine.settings import load_settings
from storage.core import all_tables, migrate
from storage.core.all_tables import metadata
from storage.core.database import Database, parsed
from storage.core.schema_range import newest, way_out
from tests.databases import sqlite_database


async def test_migrations_from_nothing_lead_to_the_tables_in_the_code(empty_url: str) -> None:
    assert await migrate.current(empty_url) == ""
    assert await migrate.upgrade(empty_url) == newest()
    assert await migrate.current(empty_url) == newest()
    assert await migrate.check(empty_url) == [], "write its migration, see docs/adding-a-column.md"


async def test_a_difference_is_told(empty_url: str) -> None:
    await migrate.upgrade(empty_url)
    database = Database(empty_url)
    async with database.writing() as connection:
        await connection.exec_driver_sql("ALTER TABLE people DROP COLUMN iban")
    await database.close()
    (difference,) = await migrate.check(empty_url)
    assert "people" in difference
    assert "iban" in difference


async def test_a_refused_start_says_the_true_way_out(empty_url: str, tmp_path: Path) -> None:
    assert (way_out(await migrate.schema(empty_url)) or "").startswith("the database is at revision none, this")
    await migrate.upgrade(empty_url, "ledger_facts")
    assert "at revision ledger_facts" in (way_out(await migrate.schema(empty_url)) or "")
    await migrate.upgrade(empty_url)
    assert way_out(await migrate.schema(empty_url)) is None
    database = Database(empty_url)
    async with database.writing() as connection:
        await connection.exec_driver_sql("DELETE FROM alembic_version")
        await connection.exec_driver_sql("INSERT INTO alembic_version VALUES ('of_next_year')")
    await database.close()
    why = way_out(await migrate.schema(empty_url)) or ""
    assert why.startswith("the database is newer than this program (of_next_year was done")
    assert "start the release that did it" in why
    with pytest.raises(Stop, match="newer than this program"):
        await upgraded(load_settings(data=tmp_path, database_url=empty_url))


async def test_three_processes_that_start_together_migrate_once(empty_url: str) -> None:
    reached = await asyncio.gather(*(migrate.upgrade(empty_url) for _ in range(3)))
    assert reached == [newest()] * 3


@pytest.mark.parametrize("what", ["BEGIN IMMEDIATE", "BEGIN EXCLUSIVE", "BEGIN; SELECT * FROM began"])
async def test_who_opens_a_new_file_while_another_writes_in_it_waits_for_the_other(
    tmp_path: Path, what: str
) -> None:
    """The first switch to WAL needs the file for itself, and SQLite's busy timeout does not cover it."""
    other = sqlite3.connect(tmp_path / "test.sqlite", isolation_level=None, check_same_thread=False)
    other.execute("CREATE TABLE began (x)")
    for statement in what.split(";"):
        other.execute(statement).fetchall()
    done = threading.Timer(0.3, other.execute, ("COMMIT",))
    done.start()
    opened = Database(sqlite_database(tmp_path))
    async with opened.writing() as connection:
        assert (await connection.exec_driver_sql("PRAGMA journal_mode")).scalar_one() == "wal"
    await opened.close()
    done.join()
    other.close()


async def test_many_who_open_a_new_file_together_all_get_in(tmp_path: Path) -> None:
    """`allin up` and its watch on a new data folder."""
    for round_ in range(10):
        url = f"sqlite:///{tmp_path}/new-{round_}.db"
        with ThreadPoolExecutor(8) as threads:
            assert list(threads.map(lambda url: asyncio.run(migrate.current(url)), [url] * 8)) == [""] * 8


async def test_migrations_of_two_databases_at_once_do_not_mix(tmp_path: Path) -> None:
    """From threads with loops of their own, and within one loop: Alembic has one context per process."""
    urls = [f"sqlite:///{tmp_path}/one-{n}.db" for n in range(4)]
    with ThreadPoolExecutor(2) as threads:
        elsewhere = [threads.submit(asyncio.run, migrate.upgrade(url)) for url in urls[:2]]
        here = await asyncio.gather(*(migrate.upgrade(url) for url in urls[2:]))
        assert {*here, *(one.result() for one in elsewhere)} == {newest()}
    for url in urls:
        assert await migrate.check(url) == []


async def test_triggers_and_exclusions_are_migrated_too(database: Database, empty_url: str) -> None:
    """No comparison of tables sees them, so a migration must spell them out."""
    if database.url.get_backend_name() != parsed(empty_url).get_backend_name():
        pytest.skip("one database with its like")
    created = Database(empty_url)
    async with created.writing() as connection:
        await connection.run_sync(metadata.create_all)
    assert await _guards(database) == await _guards(created)
    await created.close()


async def _guards(database: Database) -> list[tuple[str, str]]:
    wanted = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' ORDER BY name"
    if not database.is_sqlite:
        wanted = (
            "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE contype = 'x' "
            "UNION ALL SELECT tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal "
            "UNION ALL SELECT extname, '' FROM pg_extension ORDER BY 1"
        )
    async with database.reading() as connection:
        rows = await connection.exec_driver_sql(wanted)
        return [(str(name), " ".join(str(definition).split())) for name, definition in rows]


async def test_every_table_of_the_code_is_in_the_database(database: Database) -> None:
    async with database.reading() as connection:
        present = await connection.run_sync(lambda sync: set(inspect(sync).get_table_names()))
    assert set(metadata.tables) == present - {"alembic_version"}


def test_every_module_with_a_table_is_listed() -> None:
    listed = {module.__name__ for module in all_tables.MODULES}
    for module in pkgutil.iter_modules(storage.__path__):
        source = f"storage.{module.name}"
        if not module.ispkg and "= Table(" in _text(module.name):
            assert source in listed, f"add {source} to storage/core/all_tables.py"


def _text(name: str) -> str:
    with open(f"{storage.__path__[0]}/{name}.py", encoding="utf-8") as file:
        return file.read()


def test_names_of_constraints_fit_in_both_databases() -> None:
    for table in metadata.tables.values():
        both: list[Any] = [*table.constraints, *table.indexes]
        for one in both:
            assert one.name, f"{table.name}: {one} has no name"
            assert len(str(one.name)) <= 63, one.name


@pytest.mark.parametrize("url", ["mysql://x/y", "sqlite://", "sqlite:///:memory:"])
def test_an_address_we_cannot_use_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match=r"sqlite|SQLite"):
        parsed(url)
