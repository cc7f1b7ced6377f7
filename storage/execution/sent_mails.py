"""Which mails went out by SMTP, which cannot be asked afterwards."""

from datetime import datetime

from sqlalchemy import Column, String, Table, select

from storage.core.database import Database, insert_once
from storage.core.tables import UtcDateTime, metadata

sent_mails = Table(
    "sent_mails",
    metadata,
    Column("key", String(200), primary_key=True),
    Column("reference", String(200), nullable=False),
    Column("sent_at", UtcDateTime, nullable=False),
)


class SentMails:
    """Sent mails in the database: keys and references, no address and no word of them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def find(self, key: str) -> str | None:
        """The reference of the message with this key, when it was sent."""
        async with self._database.reading() as connection:
            reference: str | None = await connection.scalar(
                select(sent_mails.c.reference).where(sent_mails.c.key == key)
            )
            return reference

    async def remember(self, key: str, reference: str, at: datetime) -> None:
        """It was sent."""
        row = {"key": key, "reference": reference, "sent_at": at}
        async with self._database.writing() as connection:
            await insert_once(connection, sent_mails, row, key=["key"])
