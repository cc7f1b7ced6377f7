"""What is asked of the database, counted where statements leave: the same on every machine."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import event

from storage.core.database import Database


@dataclass
class Asked:
    """What went to the database while it was counted."""

    statements: int = 0
    written: int = 0
    """Of them, those within transactions that may change something."""
    reads: int = 0
    """Transactions that only read."""
    commits: int = 0
    """Transactions that may have changed something."""


@contextmanager
def counted(database: Database) -> Iterator[Asked]:
    """Count in this block; a SQLite database, whose two doors are two engines."""
    asked = Asked()
    writer, reader = (engine.sync_engine for engine in database.engines)

    def statement(*_: object) -> None:
        asked.statements += 1

    def write(*_: object) -> None:
        asked.written += 1

    def read(*_: object) -> None:
        asked.reads += 1

    def commit(*_: object) -> None:
        asked.commits += 1

    listened = (
        (writer, "before_cursor_execute", statement),
        (reader, "before_cursor_execute", statement),
        (writer, "before_cursor_execute", write),
        (reader, "commit", read),
        (writer, "commit", commit),
    )
    for each in listened:
        event.listen(*each)
    try:
        yield asked
    finally:
        for each in listened:
            event.remove(*each)
