"""Drafts: declarations people began and have not sent; kept for whoever typed them, and for nobody else."""

from datetime import datetime
from typing import Any

from sqlalchemy import Column, ForeignKey, Index, Row, String, Table, delete, select

from domain.message import Message
from storage.core.database import Database, upsert
from storage.core.tables import EncryptedJson, UtcDateTime, metadata

MOST = 30
"""Drafts one person keeps; the oldest gives way."""

drafts = Table(
    "drafts",
    metadata,
    Column("person_id", ForeignKey("people.person_id"), primary_key=True),
    Column("draft_id", String(40), primary_key=True),
    Column("changed_at", UtcDateTime, nullable=False),
    Column("form", EncryptedJson("drafts.form"), nullable=False),
    Index(None, "person_id", "changed_at"),
)


class Draft(Message):
    """A form somebody began to fill in."""

    draft_id: str
    changed_at: datetime
    form: dict[str, str]


class Drafts:
    """Keeps, lists and forgets drafts."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def keep(self, person_id: str, draft_id: str, form: dict[str, str], at: datetime) -> None:
        """Keep the form as it is now; beyond the most a person keeps, the oldest goes."""
        row: dict[str, Any] = {"person_id": person_id, "draft_id": draft_id, "form": form, "changed_at": at}
        async with self._database.writing() as connection:
            await upsert(connection, drafts, row, key=["person_id", "draft_id"])
            newest = select(drafts.c.draft_id).where(drafts.c.person_id == person_id)
            newest = newest.order_by(drafts.c.changed_at.desc()).offset(MOST).limit(1)
            if oldest := await connection.scalar(newest):
                await connection.execute(delete(drafts).where(*_is(person_id, oldest)))

    async def of(self, person_id: str) -> list[Draft]:
        """Somebody's drafts, the latest first."""
        wanted = select(drafts).where(drafts.c.person_id == person_id).order_by(drafts.c.changed_at.desc())
        async with self._database.reading() as connection:
            return [_draft(row) for row in await connection.execute(wanted)]

    async def draft(self, person_id: str, draft_id: str) -> Draft | None:
        """One draft of this person; none when it is somebody else's or gone."""
        async with self._database.reading() as connection:
            wanted = select(drafts).where(*_is(person_id, draft_id))
            row = (await connection.execute(wanted)).one_or_none()
        return None if row is None else _draft(row)

    async def forget(self, person_id: str, draft_id: str) -> None:
        """Throw a draft away; once it was declared, or because nobody wants it."""
        async with self._database.writing() as connection:
            await connection.execute(delete(drafts).where(*_is(person_id, draft_id)))


def _is(person_id: str, draft_id: str) -> tuple[Any, ...]:
    return drafts.c.person_id == person_id, drafts.c.draft_id == draft_id


def _draft(row: Row[Any]) -> Draft:
    kept = dict(row._mapping)
    kept.pop("person_id")
    return Draft.model_validate(kept)
