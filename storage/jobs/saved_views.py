"""Saved views: a question about jobs under a name, one's own or everybody's."""

import secrets
from datetime import datetime

from sqlalchemy import Boolean, Column, Index, Row, String, Table, UniqueConstraint, delete, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.errors import AllInclusiveError
from domain.message import Message
from storage.core.database import Database, upsert
from storage.core.tables import Json, UtcDateTime, metadata

MOST = 100
"""Views one person keeps; more would not be found again."""

job_views = Table(
    "job_views",
    metadata,
    Column("view_id", String(20), primary_key=True),
    Column("owner_id", String(40), nullable=False),
    Column("name", String(80), nullable=False),
    Column("shared", Boolean, nullable=False),
    Column("asked", Json, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    UniqueConstraint("owner_id", "name"),
    Index(None, "shared", "name"),
)


class TooManyViews(AllInclusiveError):
    """This person keeps as many views as anybody may."""


class JobView(Message):
    """A question about jobs under a name."""

    view_id: str
    owner_id: str
    name: str
    shared: bool
    asked: dict[str, str]
    """The question as an address carries it: `state`, `service`, `text`, ..."""
    at: datetime


class JobViews:
    """Keeps and lists saved views."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def save(self, owner_id: str, name: str, asked: dict[str, str], shared: bool, at: datetime) -> JobView:
        """Keep a view; the same owner and name is the same view, changed. TooManyViews above the limit."""
        async with self._database.writing() as connection:
            known = await _known(connection, owner_id)
            if name not in known and len(known) >= MOST:
                raise TooManyViews(owner_id)
            view = JobView(
                view_id=known.get(name) or secrets.token_hex(8),
                owner_id=owner_id,
                name=name,
                shared=shared,
                asked=asked,
                at=at,
            )
            await upsert(connection, job_views, view.model_dump(), key=["owner_id", "name"])
        return view

    async def seen_by(self, person_id: str) -> list[JobView]:
        """One's own views and everybody's, by name."""
        theirs = or_(job_views.c.owner_id == person_id, job_views.c.shared)
        wanted = select(job_views).where(theirs).order_by(job_views.c.name, job_views.c.view_id)
        async with self._database.reading() as connection:
            return [_view(row) for row in await connection.execute(wanted)]

    async def remove(self, owner_id: str, view_id: str) -> bool:
        """Take one's own view away; False when there is none."""
        own = (job_views.c.owner_id == owner_id, job_views.c.view_id == view_id)
        async with self._database.writing() as connection:
            return (await connection.execute(delete(job_views).where(*own))).rowcount == 1


async def _known(connection: AsyncConnection, owner_id: str) -> dict[str, str]:
    wanted = select(job_views.c.name, job_views.c.view_id).where(job_views.c.owner_id == owner_id)
    return {row.name: row.view_id for row in await connection.execute(wanted)}


def _view(row: Row[object]) -> JobView:
    return JobView.model_validate(dict(row._mapping))
