"""The mails that bad news makes due: written with the news itself, sent once by whoever is on duty."""

from datetime import datetime

from sqlalchemy import Column, Index, String, Table, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.job import JobFile, News
from domain.notices import Notice, may_be_told, notices
from storage.core.database import Database, insert_once
from storage.core.tables import Json, UtcDateTime, metadata
from storage.jobs.tables import jobs

due_notices = Table(
    "due_notices",
    metadata,
    Column("key", String(200), primary_key=True),
    Column("job_id", String(20), nullable=False),
    Column("notice", Json, nullable=False),
    Column("due_at", UtcDateTime, nullable=False),
    Column("done_at", UtcDateTime),
    Index(None, "done_at", "due_at"),
)


class DueNotice(Notice):
    """A notice that was not sent yet."""

    job_id: str
    due_at: datetime


async def write(connection: AsyncConnection, file: JobFile, news: News) -> None:
    """Write down the mails one piece of news makes due, within the caller's transaction."""
    if not may_be_told(news):
        return
    member_id = await connection.scalar(select(jobs.c.member_id).where(jobs.c.job_id == file.job_id))
    for one in notices(file, news, str(member_id)):
        await owe(connection, file.job_id, one, news.at)


async def owe(connection: AsyncConnection, job_id: str, notice: Notice, at: datetime) -> None:
    """Write one mail down that is due, once per key, within the caller's transaction."""
    row = {"key": notice.key, "job_id": job_id, "notice": notice.model_dump(mode="json"), "due_at": at}
    await insert_once(connection, due_notices, row, key=["key"])


class Notices:
    """Reads what is due and notes what was sent."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def due(self, limit: int = 50) -> list[DueNotice]:
        """What is not sent yet, the oldest first."""
        wanted = select(due_notices).where(due_notices.c.done_at.is_(None))
        async with self._database.reading() as connection:
            rows = await connection.execute(wanted.order_by(due_notices.c.due_at).limit(limit))
            return [
                DueNotice.model_validate({**row.notice, "job_id": row.job_id, "due_at": row.due_at}) for row in rows
            ]

    async def done(self, key: str, at: datetime) -> None:
        """It was sent, or there is nobody to send it to."""
        async with self._database.writing() as connection:
            await connection.execute(update(due_notices).where(due_notices.c.key == key).values(done_at=at))
