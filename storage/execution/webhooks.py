"""What partners told us unasked: kept once per event id before anything is done with it."""

from datetime import datetime

from sqlalchemy import Column, Index, String, Table, select, update

from domain.errors import AllInclusiveError
from domain.message import Message
from storage.core.database import Database, insert_once
from storage.core.tables import EncryptedBytes, UtcDateTime, metadata

webhooks = Table(
    "webhooks",
    metadata,
    Column("partner", String(40), primary_key=True),
    Column("event_id", String(200), primary_key=True),
    Column("body", EncryptedBytes("webhooks.body"), nullable=False),
    Column("received_at", UtcDateTime, nullable=False),
    Column("handled_at", UtcDateTime),
    Column("outcome", String(200)),
    Index(None, "handled_at", "received_at"),
)


class EventReused(AllInclusiveError):
    """This partner told something else under this event id before."""


class Webhook(Message):
    """One event of one partner, as it came."""

    partner: str
    event_id: str
    body: bytes
    received_at: datetime
    handled_at: datetime | None = None
    outcome: str | None = None


class Webhooks:
    """Keeps events and says which are still to be handled."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def known(self, partner: str, event_id: str, body: bytes) -> bool:
        """Whether an event came before; EventReused when it said something else then."""
        this = webhooks.c.partner == partner, webhooks.c.event_id == event_id
        async with self._database.reading() as connection:
            kept = await connection.scalar(select(webhooks.c.body).where(*this))
        if kept is not None and bytes(kept) != body:
            raise EventReused(event_id)
        return kept is not None

    async def keep(
        self, partner: str, event_id: str, body: bytes, at: datetime, outcome: str | None = None
    ) -> bool:
        """Write an event down once, with what came of it when it was passed on; False when it came before."""
        row = {"partner": partner, "event_id": event_id, "body": body, "received_at": at}
        passed_on = {} if outcome is None else {"handled_at": at, "outcome": outcome}
        async with self._database.writing() as connection:
            return await insert_once(connection, webhooks, row | passed_on, key=["partner", "event_id"])

    async def handled(self, partner: str, event_id: str, at: datetime, outcome: str = "done") -> None:
        """What came of an event."""
        this = update(webhooks).where(webhooks.c.partner == partner, webhooks.c.event_id == event_id)
        async with self._database.writing() as connection:
            await connection.execute(this.values(handled_at=at, outcome=outcome))

    async def unhandled(self, limit: int = 100, before: datetime | None = None) -> list[Webhook]:
        """Events nobody has acted on yet, the oldest first; those received before an instant, when one is given."""
        wanted = select(webhooks).where(webhooks.c.handled_at.is_(None)).order_by(webhooks.c.received_at)
        if before is not None:
            wanted = wanted.where(webhooks.c.received_at < before)
        async with self._database.reading() as connection:
            rows = await connection.execute(wanted.limit(limit))
            return [Webhook.model_validate(dict(row._mapping)) for row in rows]
