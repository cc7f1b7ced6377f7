"""The watch as it runs: it outlives the absence of what it looks at, and alarms about it."""

from contextlib import AsyncExitStack
from datetime import datetime, timedelta
from types import TracebackType
from typing import Self

from allin.installation import Installation, opened
from allin.operations.alarms import Alarm, AlarmKind
from allin.operations.stuck_watch import StuckWatch
from allin.operations.watch import Eyes
from engine.calendar import wall_clock
from engine.outages import outage, words_of
from engine.settings import Settings
from storage.core.unavailable import is_storage_trouble

AWAY_FOR = timedelta(seconds=30)
"""What is back sooner is a restart, and nobody's alarm."""


class Watching:
    """Looks again and again, from one opened installation."""

    def __init__(self, settings: Settings, grace: timedelta, *, away_for: timedelta = AWAY_FOR) -> None:
        self._settings = settings
        self._grace = grace
        self._away_for = away_for
        self._open = AsyncExitStack()
        self._here: Installation | None = None
        self._stuck: StuckWatch | None = None
        self._since: dict[AlarmKind, datetime] = {}

    async def __aenter__(self) -> Self:
        """Nothing is opened before the first look: the database may be away by then."""
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close what was opened."""
        await self._open.aclose()

    async def look(self) -> list[Alarm]:
        """Everything that is late now; Stop when the database is not the one this program needs."""
        try:
            late = await self._looked()
        except Exception as error:  # each driver has errors of its own; what is no trouble of storage goes on
            if not (isinstance(error, OSError) or is_storage_trouble(error)):
                raise
            outage.tell(error, part="watch")
            return self._away("database-away", "database", f"our database cannot be used: {words_of(error)}")
        self._since.pop("database-away", None)
        return late

    async def _looked(self) -> list[Alarm]:
        if self._here is None or self._stuck is None:
            self._here = await self._open.enter_async_context(opened(self._settings, part="watch"))
            self._stuck = StuckWatch(self._here)
        await self._here.renew_calendar()
        why = await self._stuck.look()
        eyes = Eyes(self._here.database, self._grace, scheduled=self._settings.production)
        late = await eyes.look(self._here.calendar.now())
        if why is None:
            self._since.pop("engine-away", None)
            return late
        return [*late, *self._away("engine-away", "temporal", f"Temporal does not answer: {why}")]

    def _away(self, kind: AlarmKind, subject: str, why: str) -> list[Alarm]:
        """An alarm once it has been away for a while, by real time: a calendar may be away too."""
        now = wall_clock()
        since = self._since.setdefault(kind, now)
        if now - since < self._away_for:
            return []
        return [Alarm(kind=kind, subject=subject, since_at=since, why=why)]
