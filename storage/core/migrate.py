"""Brings a database to the present schema, and says whether it is there.

A changed or new table gets a migration of its own:

    python -m storage.core.migrate revision "fleet: vans and their bookings"

writes `storage/migrations/versions/<date>_fleet.py` from the difference between the tables in the code and
the migrations so far; read it, then add by hand what no comparison sees (triggers, exclusion constraints:
`op.execute` under `op.get_bind().dialect.name`). No database is needed for it.
"""

import asyncio
import sys
import tempfile
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import partial

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import Script
from sqlalchemy import Connection, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from domain.errors import AllInclusiveError
from storage.core.all_tables import metadata
from storage.core.database import parsed, sqlite_engine
from storage.core.schema_range import (
    Schema,
    SchemaTooNew,
    contract_of,
    read,
    scripts,
    up_to,
    way_out,
)
from storage.migrations.compare import differs
from storage.migrations.reading import FORWARD, narrows, operations


class TablesInUse(AllInclusiveError):
    """A table was never free for long enough to be changed."""

    def __init__(self, revision: str, who: str) -> None:
        self.revision = revision
        super().__init__(f"the migration {revision} needs a table that is in use by {who}: end that, then again")


ONE_AT_A_TIME = 4_242_001  # PostgreSQL advisory lock: two processes that start together migrate once
LOCK_NOT_AVAILABLE = "55P03"  # Source: PostgreSQL, appendix A, error codes
PATIENCE = timedelta(minutes=30)
"""A backup keeps every table from being changed until it ends; on our sizes that takes minutes."""
PAUSE_SECONDS = 2.0
LOCK_TIMEOUT = "1s"
"""For one second at a time, at most, everybody else waits behind a migration that waits for a table."""
ALEMBIC = threading.Lock()
"""Alembic has one context for the whole process: two migrations at once would mix their databases up."""
ADDED = ("remove_table", "remove_column", "remove_index", "remove_constraint", "remove_fk")
"""What a comparison with our tables says of something that is there and is none of ours."""
LOOK_AGAIN_SECONDS = 0.01  # between two looks whether this process's other migration is over


async def upgrade(url: str, to: str = "heads", *, patience: timedelta = PATIENCE, contract: bool = False) -> str:
    """Bring the database to the newest schema and return its revision; each migration whole, or not at all.

    An empty database is made in one transaction. In one that is in use each migration has its own and waits only
    moments for a table: whoever asks for that table meanwhile would wait behind it. TablesInUse when a table was
    never free within the patience; what was done so far stays, and works with the programs that run. Contract steps
    of a database that is in use, and what builds on them, are done with `contract` only. Nothing is done in a
    database that a newer release changed and this program works with; SchemaTooNew when it does not.
    """
    before = await schema(url)
    if not before.heads:
        return await _upgraded(url, to)
    if before.unknown:
        if why := way_out(before):
            raise SchemaTooNew(why)
        return str(before)
    give_up = time.monotonic() + patience.total_seconds()
    for revision in await _pending(url, to):
        if contract or not _is_behind_a_contract(revision, before):
            await patiently(partial(_upgraded, url, revision), url, revision, give_up)
    return await current(url)


def _is_behind_a_contract(revision: str, before: Schema) -> bool:
    return any(contract_of(scripts().get_revision(each)) for each in up_to([revision]) - before.done)


async def patiently(work: Callable[[], Awaitable[object]], url: str, revision: str, give_up: float) -> None:
    """Do one migration as soon as its tables are free; TablesInUse when they are not by then."""
    while not await _is_done(work):
        if time.monotonic() > give_up:
            raise TablesInUse(revision, await _in_the_way(url))
        await asyncio.sleep(PAUSE_SECONDS)


async def _is_done(work: Callable[[], Awaitable[object]]) -> bool:
    """Try one migration; False when somebody else kept a table it needs."""
    try:
        await work()
    except OperationalError as error:
        if getattr(error.orig, "sqlstate", None) != LOCK_NOT_AVAILABLE:
            raise
        return False
    return True


async def _upgraded(url: str, to: str) -> str:
    async with alone(), connected(url) as connection:
        await connection.run_sync(lambda sync: command.upgrade(_config(sync), to))
        return str(await connection.run_sync(read))


async def _pending(url: str, to: str) -> list[str]:
    """The migrations still to be done, in their order."""
    wanted = {each.revision for each in scripts().iterate_revisions(to, "base")} - (await schema(url)).done
    order = [each.revision for each in scripts().walk_revisions()]
    return [revision for revision in reversed(order) if revision in wanted]


async def _in_the_way(url: str) -> str:
    """Who keeps tables: programs, and since when; for people who want to upgrade."""
    wanted = text(
        "SELECT application_name || ' (process ' || pid || ', since ' || date_trunc('second', xact_start) || ')'"
        " FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        " AND xact_start < now() - interval '1 second' ORDER BY xact_start LIMIT 5"
    )
    async with connected(url) as connection:
        return ", ".join(await connection.scalars(wanted)) or "nobody any more"


async def current(url: str) -> str:
    """The revision the database is at; empty when it was never set up."""
    return str(await schema(url))


async def schema(url: str) -> Schema:
    """What was done in the database, by this program and by newer ones."""
    async with connected(url) as connection:
        return await connection.run_sync(read)


async def waiting_contracts(url: str) -> dict[str, str]:
    """Contract steps that are still to be done, and why each is one."""
    pending = [scripts().get_revision(revision) for revision in await _pending(url, "heads")]
    return {each.revision: why for each in pending if (why := contract_of(each))}


async def check(url: str) -> list[str]:
    """What differs between the database and the tables in the code; empty when nothing does."""
    async with connected(url) as connection:
        return await connection.run_sync(_differences)


async def revision(message: str) -> list[str]:
    """Write the migration from the newest ones to the tables in the code; the word before `:` is its name.

    What makes it a contract step (storage/core/schema_range.py) is told.
    """
    name = message.partition(":")[0].strip().replace(" ", "_").lower()
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/empty.db"
        await upgrade(url)
        async with alone(), connected(url) as connection:
            return await connection.run_sync(_write, message, name)


def _write(connection: Connection, message: str, name: str) -> list[str]:
    written = command.revision(_config(connection), message, autogenerate=True, head="heads", rev_id=name)
    assert isinstance(written, Script)
    return narrows(operations(written.module, FORWARD, "postgresql"))


def _differences(connection: Connection) -> list[str]:
    """What a newer release added is no difference."""
    context = MigrationContext.configure(connection, opts={"compare_type": differs})
    found = compare_metadata(context, metadata)
    more = ADDED if read(connection).unknown else ()
    return [str(difference) for difference in found if difference[0] not in more]


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", scripts().dir)
    config.set_main_option("path_separator", "os")
    config.set_main_option("file_template", "%%(year)d%%(month).2d%%(day).2d_%%(rev)s")
    config.set_main_option("timezone", "UTC")
    config.attributes["connection"] = connection
    return config


@asynccontextmanager
async def alone() -> AsyncIterator[None]:
    """The only use of Alembic's context in this process, also between threads with loops of their own."""
    while not ALEMBIC.acquire(blocking=False):  # noqa: ASYNC110  # whoever has it may be in another thread
        await asyncio.sleep(LOOK_AGAIN_SECONDS)
    try:
        yield
    finally:
        ALEMBIC.release()


@asynccontextmanager
async def connected(url: str) -> AsyncIterator[AsyncConnection]:
    """One transaction that waits for other migrations; foreign keys rest while SQLite rebuilds tables."""
    address = parsed(url)
    if address.get_backend_name() == "sqlite":
        engine = sqlite_engine(address, "BEGIN IMMEDIATE", pool_size=1, foreign_keys=False)
    else:
        engine = create_async_engine(address, pool_size=1)
    try:
        async with engine.begin() as connection:
            if connection.dialect.name == "postgresql":
                await connection.execute(text("SELECT pg_advisory_xact_lock(:n)"), {"n": ONE_AT_A_TIME})
                await connection.execute(text(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}'"))
            else:  # a transaction takes its lock with its first statement, and Alembic must find it taken
                await connection.execute(text("SELECT 1"))
            yield connection
    finally:
        await engine.dispose()


def main(arguments: list[str]) -> int:
    """`python -m storage.core.migrate revision "message"`."""
    match arguments:
        case ["revision", message]:
            for why in asyncio.run(revision(message)):
                sys.stderr.write(f'a contract step, say `contract = "why"`: it {why}\n')
            return 0
    sys.stderr.write(f"{__doc__}\n")
    return 2


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
