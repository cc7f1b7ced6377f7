"""Worlds in which lives are lived."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import pytest

from allin.lives.life import Life
from tests.databases import migrated, sqlite_database
from tests.lives.living import Living, world_of

Opening = Callable[[Sequence[Life]], AbstractAsyncContextManager[Living]]


@pytest.fixture
def opening(temporal_address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Opening:
    """Opens a cooperative on the day some lives begin."""
    monkeypatch.setattr("activities.dimona.POLLS_SECONDS", (0.1,))

    @asynccontextmanager
    async def opened(lives: Sequence[Life]) -> AsyncIterator[Living]:
        url = sqlite_database(tmp_path)
        await asyncio.to_thread(migrated, url)
        async with world_of(lives, temporal_address, url, tmp_path) as living:
            yield living

    return opened
