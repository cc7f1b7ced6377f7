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
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from domain.errors import AllInclusiveError
from storage.core.all_tables import metadata
from storage.core.database import parsed, sqlite_engine
from storage.migrations.compare import differs


class TablesInUse(AllInclusiveError):
    """A table was never free for long enough to be changed."""

    def __init__(self, revision: str, who: str) -> None:
        self.revision = revision
        super().__init__(f"the migration {revision} needs a table that is in use by {who}: end that, then again")


SCRIPTS = Path(__file__).parents[1] / "migrations"
ONE_AT_A_TIME = 4_242_001  # PostgreSQL advisory lock: two processes that start together migrate once
LOCK_NOT_AVAILABLE = "55P03"  # Source: PostgreSQL, appendix A, error codes
PATIENCE = timedelta(minutes=30)
"""A backup keeps every table from being changed until it ends; on our sizes that takes minutes."""
PAUSE_SECONDS = 2.0
LOCK_TIMEOUT = "1s"
"""For one second at a time, at most, everybody else waits behind a migration that waits for a table."""
ALEMBIC = threading.Lock()
"""Alembic has one context for the whole process: two migrations at once would mix their databases up."""
LOOK_AGAIN_SECONDS = 0.01  # between two looks whether this process's other migration is over


async def upgrade(url: str, to: str = "heads", *, patience: timedelta = PATIENCE) -> str:
    """Bring the database to the newest schema and return its revision; each migration whole, or not at all.

    An empty database is made in one transaction. In one that is in use each migration has its own and waits only
    moments for a table: whoever asks for that table meanwhile would wait behind it. TablesInUse when a table was
    never free within the patience; what was done so far stays, and works with the programs that run.
    """
    if not await current(url):
        return await _upgraded(url, to)
    give_up = time.monotonic() + patience.total_seconds()
    for revision in await _pending(url, to):
        while not await _is_done(url, revision):
            if time.monotonic() > give_up:
                raise TablesInUse(revision, await _in_the_way(url))
            await asyncio.sleep(PAUSE_SECONDS)
    return await current(url)


async def _is_done(url: str, revision: str) -> bool:
    """Try one migration; False when somebody else kept a table it needs."""
    try:
        await _upgraded(url, revision)
    except OperationalError as error:
        if getattr(error.orig, "sqlstate", None) != LOCK_NOT_AVAILABLE:
            raise
        return False
    return True


async def _upgraded(url: str, to: str) -> str:
    async with _alone(), _connected(url) as connection:
        await connection.run_sync(lambda sync: command.upgrade(_config(sync), to))
        return await connection.run_sync(_revision)


async def _pending(url: str, to: str) -> list[str]:
    """The migrations still to be done, in their order."""
    scripts = ScriptDirectory(str(SCRIPTS))
    here = tuple(filter(None, (await current(url)).split("+")))
    done = {each.revision for each in scripts.iterate_revisions(here, "base")}
    wanted = {each.revision for each in scripts.iterate_revisions(to, "base")}
    order = [each.revision for each in scripts.walk_revisions()]
    return [revision for revision in reversed(order) if revision in wanted - done]


async def _in_the_way(url: str) -> str:
    """Who keeps tables: programs, and since when; for people who want to upgrade."""
    wanted = text(
        "SELECT application_name || ' (process ' || pid || ', since ' || date_trunc('second', xact_start) || ')'"
        " FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        " AND xact_start < now() - interval '1 second' ORDER BY xact_start LIMIT 5"
    )
    async with _connected(url) as connection:
        return ", ".join(await connection.scalars(wanted)) or "nobody any more"


async def current(url: str) -> str:
    """The revision the database is at; empty when it was never set up."""
    async with _connected(url) as connection:
        return await connection.run_sync(_revision)


def newest() -> str:
    """The revision this code needs."""
    return _joined(ScriptDirectory(str(SCRIPTS)).get_heads())


def way_out(at: str) -> str | None:
    """Why this program does not work with a schema, and what to do about it; None when it does.

    Only a newer program can tell a newer schema apart from a strange one, or take it back.
    """
    if at == newest():
        return None
    known = {each.revision for each in ScriptDirectory(str(SCRIPTS)).walk_revisions()}
    if strange := sorted(set(filter(None, at.split("+"))) - known):
        return (
            f"the database is newer than this program (it is at {', '.join(strange)}, this program knows "
            f"{newest()}): start the release that upgraded it, or restore the backup made before"
        )
    return f"the database is at revision {at or 'none'}, this program needs {newest()}: run `allin db upgrade`"


async def check(url: str) -> list[str]:
    """What differs between the database and the tables in the code; empty when nothing does."""
    async with _connected(url) as connection:
        return await connection.run_sync(_differences)


async def revision(message: str) -> None:
    """Write the migration from the newest ones to the tables in the code; the word before `:` is its name."""
    name = message.partition(":")[0].strip().replace(" ", "_").lower()
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/empty.db"
        await upgrade(url)
        async with _alone(), _connected(url) as connection:
            await connection.run_sync(lambda sync: _write(sync, message, name))


def _write(connection: Connection, message: str, name: str) -> None:
    command.revision(_config(connection), message, autogenerate=True, head="heads", rev_id=name)


def _differences(connection: Connection) -> list[str]:
    context = MigrationContext.configure(connection, opts={"compare_type": differs})
    return [str(difference) for difference in compare_metadata(context, metadata)]


def _revision(connection: Connection) -> str:
    return _joined(MigrationContext.configure(connection).get_current_heads())


def _joined(revisions: Iterable[str]) -> str:
    return "+".join(sorted(revisions))


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    config.set_main_option("path_separator", "os")
    config.set_main_option("file_template", "%%(year)d%%(month).2d%%(day).2d_%%(rev)s")
    config.set_main_option("timezone", "UTC")
    config.attributes["connection"] = connection
    return config


@asynccontextmanager
async def _alone() -> AsyncIterator[None]:
    """The only use of Alembic's context in this process, also between threads with loops of their own."""
    while not ALEMBIC.acquire(blocking=False):  # noqa: ASYNC110  # whoever has it may be in another thread
        await asyncio.sleep(LOOK_AGAIN_SECONDS)
    try:
        yield
    finally:
        ALEMBIC.release()


@asynccontextmanager
async def _connected(url: str) -> AsyncIterator[AsyncConnection]:
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
            asyncio.run(revision(message))
            return 0
    sys.stderr.write(f"{__doc__}\n")
    return 2


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
