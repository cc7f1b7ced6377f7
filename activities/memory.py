"""Writing down what only the process knows, so that people read tables and never an engine's history."""

from typing import Protocol

from temporalio import activity

from domain.job import Remembered


class JobTables(Protocol):
    """The tables behind lists, pages and the live stream."""

    async def remember(self, remembered: Remembered) -> None:
        """Keep the file if it is newer, and each piece of news once."""
        ...


class Memory:
    """The process's memory."""

    def __init__(self, tables: JobTables) -> None:
        self._tables = tables

    @activity.defn(name="remember")
    async def remember(self, remembered: Remembered) -> None:
        """Write down the file and the news; the same version twice changes nothing."""
        await self._tables.remember(remembered)
