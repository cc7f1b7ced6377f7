"""Work that comes round by itself: when each kind was last begun and finished, and what it told."""

from datetime import datetime

from sqlalchemy import Column, String, Table, Text, select

from storage.core.database import Database, upsert
from storage.core.tables import UtcDateTime, metadata

regular_work = Table(
    "regular_work",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("begun_at", UtcDateTime, nullable=False),
    Column("done_at", UtcDateTime),
    Column("said", Text, nullable=False),
)
LONGEST = 2000
"""Characters of what it told."""


class RegularWork:
    """Notes that such work was begun, and that it is done."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def begun(self, name: str, at: datetime) -> None:
        """It was begun now."""
        row = {"name": name, "begun_at": at, "said": ""}
        async with self._database.writing() as connection:
            await upsert(connection, regular_work, row, key=["name"])

    async def done(self, name: str, begun_at: datetime, at: datetime, told: str = "") -> None:
        """It is finished."""
        row = {"name": name, "begun_at": begun_at, "done_at": at, "said": told[:LONGEST]}
        async with self._database.writing() as connection:
            await upsert(connection, regular_work, row, key=["name"])

    async def done_since(self, name: str, since: datetime) -> bool:
        """Whether a run that began then or later is finished, or one has done its work since."""
        wanted = select(regular_work.c.done_at).where(regular_work.c.name == name)
        async with self._database.reading() as connection:
            done_at = await connection.scalar(wanted)
        return done_at is not None and done_at >= since
