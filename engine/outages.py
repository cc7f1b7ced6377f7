"""What a process says in its log while something of ours is away: one line now and then, not one per victim."""

import time

import structlog

from engine import metrics

TOLD_EVERY = 10.0
"""Seconds between two log lines about the same trouble: a thousand jobs meet it at once."""
LONGEST = 300
"""Characters of a cause. A database's own words come first; statements and their values are not told."""

log = structlog.get_logger(__name__)


class Outage:
    """When each trouble was last told in this process, and how often it was met since."""

    def __init__(self, every: float = TOLD_EVERY) -> None:
        self._every = every
        self._at: dict[str, float] = {}
        self._unsaid: dict[str, int] = {}

    def tell(self, error: BaseException, **where: str | None) -> bool:
        """One line, unless the same kind of error was told a moment ago; whether it was told."""
        kind, now = type(error).__name__, time.monotonic()
        metrics.OUTAGES.labels(kind).inc()
        if now - self._at.get(kind, float("-inf")) < self._every:
            self._unsaid[kind] = self._unsaid.get(kind, 0) + 1
            return False
        self._at[kind] = now
        log.warning("infrastructure_down", kind=kind, why=words_of(error), more=self._unsaid.pop(kind, 0), **where)
        return True


def words_of(error: BaseException) -> str:
    """The first line of what a database or a line to it said; an error of SQLAlchemy would quote the statement."""
    cause = getattr(error, "orig", None) or error
    return str(cause).strip().partition("\n")[0][:LONGEST]


outage = Outage()
"""This process's own."""
