"""Storage is tested on both databases."""

from tests.databases import (  # noqa: F401 - pytest finds fixtures by their names here
    clock,
    database,
    database_url,
    empty_url,
    keys,
    postgres_shared,
    postgres_template,
    postgres_url,
    sqlite_only,
    sqlite_template,
    sqlite_url,
)
