"""The cooperative of process tests."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.process.world import World, world


@pytest.fixture
async def house(
    temporal_address: str, sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[World]:
    """A cooperative on Monday 2 February 2026, 08:00 in Brussels; social security answers at once."""
    monkeypatch.setattr("activities.dimona.POLLS_SECONDS", (0.1,))
    async with world(temporal_address, sqlite_url, tmp_path) as opened:
        yield opened
