"""The cooperative of process tests, and readers of all its pages."""

from collections.abc import AsyncIterator

import httpx2
import pytest

from allin.crawling import Crawler
from tests.process.conftest import house
from tests.process.world import World

__all__ = ["house"]


@pytest.fixture
async def crawler(house: World) -> AsyncIterator[Crawler]:
    """Readers of every role, in one process."""
    async with Crawler(
        "http://allin",
        "http://sandbox",
        transport=httpx2.ASGITransport(app=house.api, raise_app_exceptions=False),
        sandbox_transport=httpx2.ASGITransport(app=house.sandbox, raise_app_exceptions=False),
    ) as opened:
        yield opened
