"""Somebody forgot their password: what was asked is kept, and the mail with its link is sent by itself."""

import secrets
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Column, ForeignKey, Index, String, Table, delete, func, select, true, update

from domain.message import Message
from storage.core.database import Database
from storage.core.tables import UtcDateTime, metadata
from storage.security.accounts import accounts, password_links

NOT_AGAIN_WITHIN: Final = timedelta(minutes=5)
"""House rule: whoever presses twice gets one mail."""
IN_A_DAY: Final = 5
"""House rule: so many mails at most, so that nobody's mailbox is filled by a stranger."""

password_requests = Table(
    "password_requests",
    metadata,
    Column("request_id", String(40), primary_key=True),
    Column("person_id", ForeignKey("people.person_id")),
    Column("asked_at", UtcDateTime, nullable=False),
    Column("done_at", UtcDateTime),
    Index(None, "done_at", "asked_at"),
    Index(None, "person_id", "asked_at"),
)
"""Without a person: nobody signs in under what was typed. A line all the same, so that both take as long."""


class PasswordRequest(Message):
    """One wish for a new password."""

    request_id: str
    person_id: str | None = None
    asked_at: datetime


def mail_key(request_id: str) -> str:
    """Under which key the mail is sent, once."""
    return f"password/{request_id}"


class PasswordRequests:
    """Keeps who asked."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def ask(self, login: str, at: datetime, *, first: bool = False) -> None:
        """Keep a wish; of one person at most one in a while. What is typed decides nothing that the asker sees.

        With `first` it may be the first password of somebody who has none yet.
        """
        wanted = select(accounts.c.person_id).where(
            accounts.c.login == login.strip().lower(),
            accounts.c.active,
            accounts.c.demo.is_(False),
            accounts.c.subject.is_(None),
            true() if first else accounts.c.password_hash.is_not(None),
        )
        async with self._database.writing() as connection:
            person_id = await connection.scalar(wanted)
            lately = select(password_requests.c.request_id).where(
                password_requests.c.person_id == person_id, password_requests.c.asked_at > at - NOT_AGAIN_WITHIN
            )
            today = select(func.count()).where(
                password_requests.c.person_id == person_id, password_requests.c.asked_at > at - timedelta(days=1)
            )
            again = (
                await connection.scalar(lately.limit(1)) is not None
                or (await connection.scalar(today) or 0) >= IN_A_DAY
            )
            row = {"request_id": secrets.token_hex(10), "person_id": None if again else person_id, "asked_at": at}
            await connection.execute(password_requests.insert().values(**row))

    async def retire(self, person_id: str, at: datetime) -> None:
        """No link that was mailed to this person, or is about to be, sets a password any more."""
        waiting = update(password_requests).where(
            password_requests.c.person_id == person_id, password_requests.c.done_at.is_(None)
        )
        async with self._database.writing() as connection:
            await connection.execute(waiting.values(done_at=at))
            await connection.execute(delete(password_links).where(password_links.c.person_id == person_id))

    async def due(self, limit: int = 50) -> list[PasswordRequest]:
        """What nobody has seen to yet, the oldest first."""
        wanted = select(password_requests).where(password_requests.c.done_at.is_(None))
        async with self._database.reading() as connection:
            rows = await connection.execute(wanted.order_by(password_requests.c.asked_at).limit(limit))
            return [PasswordRequest.model_validate(dict(row._mapping)) for row in rows]

    async def done(self, request_id: str, at: datetime) -> None:
        """The mail went out, or there is nobody to send it to."""
        this = update(password_requests).where(password_requests.c.request_id == request_id)
        async with self._database.writing() as connection:
            await connection.execute(this.values(done_at=at))
