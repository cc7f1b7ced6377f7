"""Pages with thousands of jobs in the database, against an endpoint that answers at once."""

import time
from collections.abc import Sequence

import httpx2
from fastapi import FastAPI
from sqlalchemy import Integer, Table, cast, func, insert, literal, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from allin.embedded.web_server import Served
from bench.figures import Figure, typical
from bench.stage import Stage
from storage.execution.events import job_events
from storage.jobs.tables import job_steps, jobs

TIMES = 30
WARM = 4
GOAL_MS = 50.0
FEW, MANY = 1_000, 10_000
PARKED_EVERY = 10
"""One job in ten waits for a person."""


async def page_times(here: Stage, job_id: str) -> list[Figure]:
    """The page of one real job and the ops page, with few and with many jobs beside it."""
    floor = Served("the floor", at_once())
    await floor.start()
    figures: list[Figure] = []
    made = 0
    for size in (FEW, MANY):
        await _copies(here, job_id, made, size)
        made = size
        figures += await _measured(here, floor, job_id, size)
    await floor.stop()
    return figures


async def _measured(here: Stage, floor: Served, job_id: str, size: int) -> list[Figure]:
    ops = await here.asking("omar", here.doors)
    bare = httpx2.AsyncClient(base_url=floor.address, trust_env=False)
    paths = {"/jobs/{id}": f"/jobs/{job_id}", "/ops": "/ops"}
    times: dict[str, list[float]] = {name: [] for name in ("floor", *paths)}
    for turn in range(WARM + TIMES):
        for name, (http, path) in {
            "floor": (bare, "/"),
            **{name: (ops, path) for name, path in paths.items()},
        }.items():
            began = time.perf_counter()
            (await http.get(path)).raise_for_status()
            if turn >= WARM:
                times[name].append(time.perf_counter() - began)
    await ops.aclose()
    await bare.aclose()
    least = typical(times["floor"])[0]
    found = {name: typical(times[name])[0] for name in paths}
    return [
        Figure(f"page {name}, {size:,} jobs", ms, "ms", least, f"{GOAL_MS:.0f} ms", ms <= GOAL_MS)
        for name, ms in found.items()
    ]


def at_once() -> FastAPI:
    """An application that answers without looking anything up."""
    app = FastAPI()

    @app.get("/")
    async def answer() -> dict[str, bool]:
        return {"answered": True}

    return app


async def _copies(here: Stage, job_id: str, begin: int, end: int) -> None:
    """Copies of a real job with its steps and its story, numbered from `begin` to `end`."""
    async with here.database.writing() as connection:
        for table, changed in ((jobs, ()), (job_steps, ()), (job_events, ("source",))):
            await _copy(connection, table, job_id, begin, end, changed)
        await _park(connection, begin, end)


async def _copy(
    connection: AsyncConnection, table: Table, job_id: str, begin: int, end: int, emptied: Sequence[str]
) -> None:
    numbers = select(literal(begin, Integer).label("n")).cte("numbers", recursive=True)
    numbers = numbers.union_all(select(numbers.c.n + 1).where(numbers.c.n < end - 1))
    name = literal("COPY") + func.substr(cast(1_000_000 + numbers.c.n, jobs.c.job_id.type), 2)
    columns = [
        name.label(column.name) if column.name == "job_id" else column
        for column in table.c
        if column.name not in emptied
    ]
    copied = select(*columns).select_from(table).join(numbers, literal(True)).where(table.c.job_id == job_id)
    await connection.execute(insert(table).from_select([column.name for column in columns], copied))


async def _park(connection: AsyncConnection, begin: int, end: int) -> None:
    """A booking of every tenth copy waits for a person, since a minute each."""
    ids = [f"COPY{number:06d}" for number in range(begin, end, PARKED_EVERY)]
    since = select(jobs.c.declared_at).where(jobs.c.job_id == job_steps.c.job_id).scalar_subquery()
    for some in (ids[n : n + 500] for n in range(0, len(ids), 500)):
        parked = {"state": "parked", "error_type": "NoVanLeft", "decided_by": "ops", "parked_since_at": since}
        await connection.execute(
            update(job_steps)
            .where(job_steps.c.job_id.in_(some), job_steps.c.service == "van_rental")
            .values(**parked)
        )
        await connection.execute(update(jobs).where(jobs.c.job_id.in_(some)).values(parked=True))
