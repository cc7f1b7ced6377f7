"""Sessions of people who signed in, kept on the server; the browser holds only an unguessable token.

Instants here are wall-clock time: a session has nothing to do with business time.
"""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Boolean, Column, Index, String, Table, delete, select, update

from domain.message import Message
from storage.core.database import Database
from storage.core.tables import UtcDateTime, metadata

SEEN_EVERY = timedelta(minutes=1)  # a page view writes at most once a minute

sessions = Table(
    "sessions",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("person_id", String(40), nullable=False),
    Column("demo", Boolean, nullable=False),
    Column("opened_at", UtcDateTime, nullable=False),
    Column("seen_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Index(None, "person_id"),
    Index(None, "expires_at"),
)


class Session(Message):
    """Somebody who signed in."""

    person_id: str
    demo: bool = False
    """Taken on without a password, in a demonstration."""
    opened_at: datetime
    seen_at: datetime
    expires_at: datetime


class Sessions:
    """Opens, finds and closes sessions."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def open(self, person_id: str, at: datetime, lasts: timedelta, *, demo: bool = False) -> str:
        """A new session's token; only its hash is kept."""
        token = secrets.token_urlsafe(32)
        row = {"token_hash": _hash(token), "person_id": person_id, "demo": demo}
        row |= {"opened_at": at, "seen_at": at, "expires_at": at + lasts}
        async with self._database.writing() as connection:
            await connection.execute(sessions.insert().values(row))
        return token

    async def find(self, token: str, now: datetime) -> Session | None:
        """The session behind a token, unless it has expired."""
        wanted = select(sessions).where(_is(token), sessions.c.expires_at > now)
        async with self._database.reading() as connection:
            row = (await connection.execute(wanted)).one_or_none()
        if row is None:
            return None
        session = Session.model_validate(dict(row._mapping))
        if now - session.seen_at >= SEEN_EVERY:
            async with self._database.writing() as connection:
                await connection.execute(update(sessions).where(_is(token)).values(seen_at=now))
        return session

    async def close(self, token: str) -> None:
        """Signed out."""
        async with self._database.writing() as connection:
            await connection.execute(delete(sessions).where(_is(token)))

    async def close_all(self, person_id: str) -> int:
        """Signed out everywhere; how many sessions there were."""
        async with self._database.writing() as connection:
            return (await connection.execute(delete(sessions).where(sessions.c.person_id == person_id))).rowcount

    async def sweep(self, now: datetime) -> int:
        """Forget what has expired; how many."""
        async with self._database.writing() as connection:
            return (await connection.execute(delete(sessions).where(sessions.c.expires_at <= now))).rowcount


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _is(token: str) -> Any:
    return sessions.c.token_hash == _hash(token)
