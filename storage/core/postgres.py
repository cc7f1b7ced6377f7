"""How a process speaks to PostgreSQL: named, with limits on every wait, and without values in its errors."""

from sqlalchemy import URL
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

POOL_SIZE, MORE_WHEN_BUSY = 10, 10
"""Connections a process keeps, and takes besides for a moment: 20 at most. `max_connections` of the server must
hold 20 for each API, worker and watch, and a few for commands and backups (docs/operations/production.md)."""
LIMITS = {
    "lock_timeout": "8s",
    "statement_timeout": "60s",
    "idle_in_transaction_session_timeout": "60s",
}
"""A wait behind a lock (a backup, an upgrade) ends before the 20 seconds one try of an activity may take, so that
it is told as what it is and tried again. Our transactions last milliseconds; the longest list takes seconds."""
POOL_TIMEOUT = 8
"""Seconds for a free connection, for the same reason."""
LINE = {
    "connect_timeout": 5,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 15_000,
}
"""A server whose machine is gone says nothing: it is given up after seconds. Units: seconds; the last one, ms."""


def postgres_engine(url: URL, part: str) -> AsyncEngine:
    """An engine for one process; `part` is what the server's own lists of connections call it."""
    options = " ".join(f"-c {name}={value}" for name, value in LIMITS.items())
    return create_async_engine(
        url,
        pool_size=POOL_SIZE,
        max_overflow=MORE_WHEN_BUSY,
        pool_timeout=POOL_TIMEOUT,
        pool_pre_ping=True,
        hide_parameters=True,
        connect_args={"application_name": part, "options": options, **LINE},
    )
