"""Messages between a member and the adviser about a job: sealed, read and answered by people."""

import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Column, ForeignKey, Index, Row, String, Table, insert, select, update

from domain.message import Message
from storage.core.database import Database
from storage.core.tables import Encrypted, UtcDateTime, in_row, metadata
from storage.execution import events
from storage.jobs.tables import jobs
from storage.people.members import members

To = Literal["advisor", "member"]

messages = Table(
    "messages",
    metadata,
    Column("message_id", String(40), primary_key=True),
    Column("job_id", ForeignKey("jobs.job_id"), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("from_id", ForeignKey("people.person_id"), nullable=False),
    Column("to_role", String(20), nullable=False),
    Column("text", Encrypted("messages.text"), nullable=False),
    Column("answer_by", UtcDateTime),
    Column("read_at", UtcDateTime),
    Column("answered_at", UtcDateTime),
    Index(None, "job_id", "at"),
    Index(None, "to_role", "answered_at", "at"),
)


class JobMessage(Message):
    """One message, and what became of it."""

    message_id: str
    job_id: str
    at: datetime
    from_id: str
    to_role: To
    text: str
    answer_by: datetime | None = None
    """Until when the adviser promised to answer; none on an answer."""
    read_at: datetime | None = None
    answered_at: datetime | None = None


class Messages:
    """Sends, lists and marks messages; each also has its line in the story, without its words."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def send(
        self,
        job_id: str,
        from_id: str,
        to_role: To,
        text: str,
        at: datetime,
        answer_by: datetime | None = None,
        once: str | None = None,
    ) -> str:
        """Keep a message and tell the story of it; the same `once` is the same message. KeyError for no such job.

        A message to the member answers what the member had asked until then.
        """
        message_id = once or secrets.token_hex(10)
        row: dict[str, Any] = {"message_id": message_id, "job_id": job_id, "at": at, "from_id": from_id}
        row |= {"to_role": to_role, "text": text, "answer_by": answer_by}
        async with self._database.writing() as connection:
            kind, source = f"message.to_{to_role}", f"message:{message_id}"
            if await events.append(connection, job_id, kind, at, by=from_id, source=source) is None:
                return message_id
            await connection.execute(insert(messages).values(in_row(messages, row)))
            if to_role == "member":
                asked = (
                    messages.c.job_id == job_id,
                    messages.c.to_role == "advisor",
                    messages.c.answered_at.is_(None),
                )
                await connection.execute(update(messages).where(*asked).values(answered_at=at))
        return message_id

    async def of_job(self, job_id: str) -> list[JobMessage]:
        """The conversation about a job, from its beginning."""
        wanted = select(messages).where(messages.c.job_id == job_id).order_by(messages.c.at, messages.c.message_id)
        async with self._database.reading() as connection:
            return [_message(row) for row in await connection.execute(wanted)]

    async def unanswered(self, adviser_id: str | None = None, limit: int = 100) -> list[JobMessage]:
        """What members asked and nobody has answered, the oldest first; of one adviser's members only."""
        wanted = select(messages).where(messages.c.to_role == "advisor", messages.c.answered_at.is_(None))
        if adviser_id is not None:
            own = select(jobs.c.job_id).join(members, members.c.person_id == jobs.c.member_id)
            wanted = wanted.where(messages.c.job_id.in_(own.where(members.c.adviser_id == adviser_id)))
        async with self._database.reading() as connection:
            rows = await connection.execute(wanted.order_by(messages.c.at).limit(limit))
            return [_message(row) for row in rows]

    async def read(self, job_id: str, to_role: To, at: datetime) -> None:
        """Whoever the messages are for has seen them."""
        new = messages.c.job_id == job_id, messages.c.to_role == to_role, messages.c.read_at.is_(None)
        async with self._database.reading() as connection:
            if await connection.scalar(select(messages.c.message_id).where(*new).limit(1)) is None:
                return  # a look at a page does not queue for the writer
        async with self._database.writing() as connection:
            await connection.execute(update(messages).where(*new).values(read_at=at))

    async def answered(self, message_ids: Sequence[str], at: datetime) -> None:
        """These need no answer any more: it was given by phone, or face to face."""
        these = messages.c.message_id.in_(message_ids), messages.c.answered_at.is_(None)
        async with self._database.writing() as connection:
            await connection.execute(update(messages).where(*these).values(answered_at=at))


def _message(row: Row[Any]) -> JobMessage:
    return JobMessage.model_validate(dict(row._mapping))
