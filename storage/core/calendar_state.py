"""Where a demonstration's calendar stands, so that it continues there after a restart."""

from datetime import timedelta

from sqlalchemy import BigInteger, Column, Integer, Table, select, update

from domain.message import Message
from storage.core.database import Database, insert_once
from storage.core.tables import metadata

MICROSECOND = timedelta(microseconds=1)

calendar_state = Table(
    "calendar_state",
    metadata,
    Column("one", Integer, primary_key=True, autoincrement=False),
    Column("shift_microseconds", BigInteger, nullable=False),
    Column("skipped_microseconds", BigInteger, nullable=False),
)


class CalendarKept(Message):
    """How far business time is from the wall clock; both are zero in production."""

    shift: timedelta = timedelta(0)
    skipped: timedelta = timedelta(0)


class CalendarState:
    """Reads and keeps the calendar of a data folder."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def kept(self) -> CalendarKept | None:
        """The calendar as kept; None when this data folder has none yet."""
        async with self._database.reading() as connection:
            row = (await connection.execute(select(calendar_state))).one_or_none()
        if row is None:
            return None
        return CalendarKept(
            shift=row.shift_microseconds * MICROSECOND, skipped=row.skipped_microseconds * MICROSECOND
        )

    async def born(self, shift: timedelta) -> CalendarKept:
        """Fix the shift when a data folder is born; one that has a calendar keeps it."""
        row = {"one": 1, "shift_microseconds": shift // MICROSECOND, "skipped_microseconds": 0}
        async with self._database.writing() as connection:
            await insert_once(connection, calendar_state, row, key=["one"])
        kept = await self.kept()
        return kept or CalendarKept(shift=shift)

    async def skip_to(self, skipped: timedelta) -> None:
        """So much time was folded away in all; it never shrinks."""
        total = skipped // MICROSECOND
        grown = update(calendar_state).where(calendar_state.c.skipped_microseconds < total)
        async with self._database.writing() as connection:
            await connection.execute(grown.values(skipped_microseconds=total))
