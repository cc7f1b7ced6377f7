"""When each partner last worked and last failed, for `doctor` and the ops page."""

import time
from datetime import datetime

from sqlalchemy import Column, String, Table, select

from domain.message import Message
from storage.core.database import Database, upsert
from storage.core.tables import UtcDateTime, metadata

SUCCESS_EVERY_SECONDS = 15.0  # "works" is written at most this often per process: health, not a log

partner_states = Table(
    "partner_states",
    metadata,
    Column("partner", String(40), primary_key=True),
    Column("last_success_at", UtcDateTime),
    Column("last_failure_at", UtcDateTime),
    Column("last_failure", String(300)),
)


class PartnerState(Message):
    """The last signs of life of one partner."""

    partner: str
    last_success_at: datetime | None = None
    last_failure_at: datetime | None = None
    last_failure: str | None = None
    """The kind of failure, in one line without personal data."""

    @property
    def failing(self) -> bool:
        """Whether the last thing heard was a failure."""
        if self.last_failure_at is None:
            return False
        return self.last_success_at is None or self.last_failure_at > self.last_success_at


class PartnerStates:
    """Keeps and reads the partners' signs of life."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._written: dict[str, float] = {}

    async def succeeded(self, partner: str, at: datetime) -> None:
        """The partner answered as it should."""
        last = self._written.get(partner)
        if last is not None and time.monotonic() - last < SUCCESS_EVERY_SECONDS:
            return
        await self._write({"partner": partner, "last_success_at": at})
        self._written[partner] = time.monotonic()

    async def failed(self, partner: str, at: datetime, what: str) -> None:
        """The partner could not be reached, or broke."""
        self._written.pop(partner, None)
        await self._write({"partner": partner, "last_failure_at": at, "last_failure": what[:300]})

    async def all(self) -> list[PartnerState]:
        """Every partner ever spoken to, by name."""
        async with self._database.reading() as connection:
            rows = await connection.execute(select(partner_states).order_by(partner_states.c.partner))
            return [PartnerState.model_validate(dict(row._mapping)) for row in rows]

    async def _write(self, row: dict[str, object]) -> None:
        async with self._database.writing() as connection:
            await upsert(connection, partner_states, row, key=["partner"])
