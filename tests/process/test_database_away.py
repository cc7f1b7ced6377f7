"""The database goes away while jobs are under way: nobody is asked anything, and everything is done once."""

import asyncio
import sqlite3
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import httpx2
import pytest
from sqlalchemy import select

from storage.core.unavailable import is_storage_trouble
from storage.execution.events import job_events
from storage.jobs.tables import job_steps
from tests.databases import own_postgres
from tests.process.small import HOUR, START, alone
from tests.process.world import World, world

AWAY_SECONDS = 20.0
JOBS = 3


async def _in_flight(house: World) -> list[str]:
    """Jobs declared a moment ago: their fund is reserved, their contract offered, their client written to."""
    return [await alone(house, on=START.date() + timedelta(days=day)) for day in range(JOBS)]


async def _outlived(house: World, away: Callable[[], Awaitable[None]]) -> None:
    """What was in flight goes on by itself, and nobody was asked anything."""
    jobs = await _in_flight(house)
    await away()
    for job_id in jobs:
        await house.live_until(job_id, lambda job: job.state == "engaged", step=3 * HOUR, days=3)
        await house.until_step(job_id, "employment_contract:ann", "done")
    async with house.site.database.reading() as connection:
        parked = (await connection.execute(select(job_steps.c.step).where(job_steps.c.state == "parked"))).all()
        told = set(await connection.scalars(select(job_events.c.kind)))
    assert parked == []
    assert "step.parked" not in told
    contracts = [each for each in await house.effects("dimona") if each["kind"] == "declaration"]
    assert len(contracts) == JOBS


async def _asked(house: World, page: bool) -> httpx2.Response:
    transport = httpx2.ASGITransport(app=house.api)
    headers = {"accept": "text/html", "accept-language": "nl"} if page else {"accept-language": "fr"}
    async with httpx2.AsyncClient(transport=transport, base_url="http://allin") as http:
        login = {"authorization": "Bearer nobody-knows-this-token"}
        return await http.get("/" if page else "/api/jobs", headers={**headers, **login})


async def test_postgresql_gone_for_20_seconds_asks_nobody_and_loses_nothing(
    temporal_address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("activities.dimona.POLLS_SECONDS", (0.1,))
    with own_postgres() as server:
        async with world(temporal_address, server.url, tmp_path) as house:

            async def away() -> None:
                await asyncio.to_thread(server.stop)
                until = time.monotonic() + AWAY_SECONDS
                told = await _asked(house, page=False)
                assert (told.status_code, told.headers["retry-after"]) == (503, "5")
                assert told.json()["title"] == "Nous ne pouvons rien consulter pour l'instant"
                page = await _asked(house, page=True)
                assert page.status_code == 503
                assert "Aanvaarde jobs gaan vanzelf verder" in page.text
                await asyncio.sleep(until - time.monotonic())
                await asyncio.to_thread(server.start)

            await _outlived(house, away)
            answered = await _asked(house, page=False)
            assert answered.status_code == 401


async def test_a_sqlite_file_somebody_keeps_locked_asks_nobody_and_loses_nothing(
    house: World, sqlite_url: str
) -> None:
    file = sqlite_url.removeprefix("sqlite:///")

    async def away() -> None:
        other = sqlite3.connect(file, timeout=30, isolation_level=None, check_same_thread=False)
        await asyncio.to_thread(other.execute, "BEGIN IMMEDIATE")  # longer than anybody waits: 8 s
        with pytest.raises(Exception) as told:  # which error it is, is asked below
            async with house.site.database.writing() as connection:
                await connection.execute(job_steps.delete())
        assert is_storage_trouble(told.value)
        await asyncio.sleep(2)
        other.execute("ROLLBACK")
        other.close()

    await _outlived(house, away)
