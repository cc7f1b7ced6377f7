"""The schema is changed while everybody works, and while a backup keeps every table as it is."""

import asyncio
from datetime import timedelta

import psycopg
import pytest
from sqlalchemy import text

from storage.core import migrate
from storage.core.database import Database
from storage.core.schema_range import newest
from tests.databases import postgres_database


async def test_an_upgrade_during_a_backup_lets_everybody_read_and_is_done_when_the_backup_ends() -> None:
    with postgres_database() as url:
        await migrate.upgrade(url, "ledger_facts")
        backup = await psycopg.AsyncConnection.connect(url, autocommit=True, application_name="pg_dump")
        await backup.execute("BEGIN")
        await backup.execute("LOCK TABLE deadlines IN ACCESS SHARE MODE")
        upgrading = asyncio.create_task(migrate.upgrade(url))
        database, reads = Database(url), 0
        for _ in range(8):  # everybody reads on, although the upgrade waits for this very table
            await asyncio.sleep(0.5)
            async with database.reading() as connection:
                await connection.execute(text("SELECT count(*) FROM deadlines"))
            reads += 1
        assert not upgrading.done()
        assert reads == 8
        await backup.execute("COMMIT")
        assert await upgrading == newest()
        assert await migrate.check(url) == []
        await backup.close()
        await database.close()


async def test_a_table_that_is_never_free_is_told_with_who_keeps_it_and_an_upgrade_goes_on_later() -> None:
    with postgres_database() as url:
        await migrate.upgrade(url, "ledger_facts")
        backup = await psycopg.AsyncConnection.connect(url, autocommit=True, application_name="pg_dump")
        await backup.execute("BEGIN")
        await backup.execute("LOCK TABLE deadlines IN ACCESS SHARE MODE")
        await asyncio.sleep(1.1)
        with pytest.raises(
            migrate.TablesInUse, match=r"deadline_work needs .* in use by pg_dump \(process \d+, since"
        ):
            await migrate.upgrade(url, patience=timedelta(seconds=1))
        reached = await migrate.current(url)
        assert reached not in ("ledger_facts", newest())
        await backup.execute("COMMIT")
        assert await migrate.upgrade(url) == newest()
        await backup.close()
