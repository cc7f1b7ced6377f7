"""One day of work as a contract asks it: its instants, and the clock of its place."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from domain.message import Message
from domain.periods import BRUSSELS, worked


class WorkDay(Message):
    """One declared day of work."""

    starts_at: datetime
    ends_at: datetime
    place: str
    break_minutes: int = 0
    timezone: str = "Europe/Brussels"
    """The clock of the place, where it shows another hour than Belgium's."""

    @property
    def local_start(self) -> datetime:
        """Its start as a clock at the place shows it."""
        return self.starts_at.astimezone(ZoneInfo(self.timezone))

    @property
    def local_end(self) -> datetime:
        """Its end as a clock at the place shows it."""
        return self.ends_at.astimezone(ZoneInfo(self.timezone))

    @property
    def on(self) -> date:
        """The day it is, at the place: the one that was declared."""
        return self.local_start.date()

    @property
    def elsewhere(self) -> bool:
        """Whether the clock of the place shows another hour than Belgium's."""
        return self.timezone != BRUSSELS.key

    @property
    def worked(self) -> timedelta:
        """How long it is worked, breaks taken off."""
        return worked(self.starts_at, self.ends_at, self.break_minutes)
