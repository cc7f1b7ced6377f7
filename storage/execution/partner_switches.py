"""The switch of each partner: whether we call it now, how fast we begin again, and who decided so and why."""

from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import Boolean, Column, Integer, String, Table, Text, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.message import Message
from storage.core.database import Database, upsert
from storage.core.tables import UtcDateTime, metadata
from storage.security.audit import AuditEntry, record

SwitchState = Literal["open", "paused", "resuming"]
HEAD_START = timedelta(seconds=10)
"""House rule: what one partner did not use of its rate is kept for this long, so that a slow look loses nothing."""

partner_switches = Table(
    "partner_switches",
    metadata,
    Column("partner", String(40), primary_key=True),
    Column("state", String(10), nullable=False),
    Column("rate_per_minute", Integer),
    Column("replay_by_itself", Boolean, nullable=False),
    Column("by", String(80), nullable=False),
    Column("reason", Text, nullable=False),
    Column("since_at", UtcDateTime, nullable=False),
    Column("next_call_at", UtcDateTime),
)


class PartnerSwitch(Message):
    """One partner's switch, as it was last set."""

    partner: str
    state: SwitchState = "open"
    rate_per_minute: int | None = None
    """While it begins again: how many orders a minute go out to it."""
    replay_by_itself: bool = False
    """Whether what is parked is replayed as soon as the partner answers again."""
    by: str = ""
    reason: str = ""
    since_at: datetime | None = None


class Switches:
    """Reads and sets the switches; every turn is in the audit."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def all(self) -> list[PartnerSwitch]:
        """Every switch that was ever touched, by partner."""
        async with self._database.reading() as connection:
            rows = await connection.execute(select(partner_switches).order_by(partner_switches.c.partner))
            return [PartnerSwitch.model_validate(dict(row._mapping)) for row in rows]

    async def of(self, partner: str) -> PartnerSwitch:
        """One switch; open when nobody touched it."""
        async with self._database.reading() as connection:
            return await _of(connection, partner)

    async def turn(self, wanted: PartnerSwitch, line: AuditEntry) -> PartnerSwitch:
        """Set a switch and write down who did it and why, in one transaction."""
        row = wanted.model_dump() | {"next_call_at": None}
        async with self._database.writing() as connection:
            await upsert(connection, partner_switches, row, key=["partner"])
            await record(connection, line)
        return wanted

    async def opened(self, partner: str) -> None:
        """It has begun again: nothing waits for it any more."""
        over = update(partner_switches).where(
            partner_switches.c.partner == partner, partner_switches.c.state == "resuming"
        )
        async with self._database.writing() as connection:
            await connection.execute(over.values(state="open", rate_per_minute=None, next_call_at=None))

    async def may_go(self, partner: str, now: datetime) -> bool:
        """Take one of the places a minute has while a partner begins again; False when none is free yet.

        One row for all workers: ten of them keep the same rate as one.
        """
        row = partner_switches.c
        async with self._database.writing() as connection:
            locked = select(partner_switches).where(row.partner == partner).with_for_update()
            kept = (await connection.execute(locked)).one_or_none()
            if kept is None or kept.state == "open":
                return True
            if kept.state == "paused" or not kept.rate_per_minute:
                return False
            free = max(kept.next_call_at or now, now - HEAD_START)
            if free > now:
                return False
            taken = free + timedelta(minutes=1) / kept.rate_per_minute
            await connection.execute(
                update(partner_switches).where(row.partner == partner).values(next_call_at=taken)
            )
        return True


async def _of(connection: AsyncConnection, partner: str) -> PartnerSwitch:
    wanted = select(partner_switches).where(partner_switches.c.partner == partner)
    row = (await connection.execute(wanted)).one_or_none()
    return PartnerSwitch(partner=partner) if row is None else PartnerSwitch.model_validate(dict(row._mapping))
