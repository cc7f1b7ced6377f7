"""Sessions of people who signed in, kept on the server; the browser holds only an unguessable token.

Instants here are wall-clock time: a session has nothing to do with business time.
"""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import Boolean, Column, Index, String, Table, delete, select, update

from domain.message import Message
from storage.core.database import Database
from storage.core.tables import UtcDateTime, metadata

Proof = Literal["demo", "password", "second_factor", "elsewhere"]
"""`elsewhere`: the cooperative's own identity provider, with whatever it asks for."""
UNUSED = timedelta(days=7)
"""A session nobody used for a week is over: a phone in a drawer, a machine that was left."""
MOST_LISTED = 50
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
    Column("device", String(120)),
    Column("proof", String(20)),
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
    device: str | None = None
    """The program it was opened with, as that program calls itself."""
    proof: Proof | None = None
    """How the person proved who they are; None for sessions older than the question."""
    token_hash: str = ""

    @property
    def name(self) -> str:
        """What this session is called where it is listed; nobody comes in with it."""
        return self.token_hash[:16]


class Sessions:
    """Opens, finds and closes sessions."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def open(
        self,
        person_id: str,
        at: datetime,
        lasts: timedelta,
        *,
        demo: bool = False,
        device: str | None = None,
        proof: Proof | None = None,
    ) -> str:
        """A new session's token; only its hash is kept."""
        token = secrets.token_urlsafe(32)
        row = {"token_hash": _hash(token), "person_id": person_id, "demo": demo}
        row |= {"opened_at": at, "seen_at": at, "expires_at": at + lasts}
        row |= {"device": device[:120] if device else None, "proof": proof}
        async with self._database.writing() as connection:
            await connection.execute(sessions.insert().values(row))
        return token

    async def find(self, token: str, now: datetime) -> Session | None:
        """The session behind a token, unless it has expired."""
        wanted = select(sessions).where(_is(token), *_alive(now))
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

    async def of(self, person_id: str, now: datetime) -> list[Session]:
        """Everywhere this person is signed in, the one used last first."""
        theirs = select(sessions).where(sessions.c.person_id == person_id, *_alive(now))
        async with self._database.reading() as connection:
            rows = await connection.execute(theirs.order_by(sessions.c.seen_at.desc()).limit(MOST_LISTED))
            return [Session.model_validate(dict(row._mapping)) for row in rows]

    async def of_all(self, person_ids: Sequence[str], now: datetime) -> dict[str, list[Session]]:
        """Everywhere several persons are signed in, by person, the one used last first."""
        theirs = select(sessions).where(sessions.c.person_id.in_(person_ids), *_alive(now))
        found: dict[str, list[Session]] = {}
        async with self._database.reading() as connection:
            for row in await connection.execute(theirs.order_by(sessions.c.seen_at.desc())):
                found.setdefault(row.person_id, []).append(Session.model_validate(dict(row._mapping)))
        return {person_id: each[:MOST_LISTED] for person_id, each in found.items()}

    async def close_one(self, person_id: str, name: str) -> int:
        """Signed out of one of one's own sessions, by the name it is listed under; how many there were."""
        one = sessions.c.token_hash.startswith(name, autoescape=True)
        async with self._database.writing() as connection:
            gone = delete(sessions).where(sessions.c.person_id == person_id, one)
            return (await connection.execute(gone)).rowcount

    async def close_others(self, person_id: str, token: str) -> int:
        """Signed out everywhere else; how many sessions there were."""
        async with self._database.writing() as connection:
            gone = delete(sessions).where(sessions.c.person_id == person_id, ~_is(token))
            return (await connection.execute(gone)).rowcount


def _alive(now: datetime) -> tuple[Any, Any]:
    return sessions.c.expires_at > now, sessions.c.seen_at > now - UNUSED


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _is(token: str) -> Any:
    return sessions.c.token_hash == _hash(token)
