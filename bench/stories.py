"""A job's whole story, search and its counts, with a thousand to a hundred thousand jobs in the database."""

import asyncio
import sqlite3
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx2

from allin.embedded.web_server import Served
from api.app import create_app
from api.temporal.processes import TemporalProcess
from bench.copies import add_copies, client_of
from bench.figures import Figure, typical
from bench.pages import at_once
from bench.stage import UNSERVED, Stage
from storage.core.database import Database

SIZES = (1_000, 10_000, 100_000)
TIMES, WARM = 25, 3
GOAL_MS = 50.0
FLAT = 2.0
"""A hundred times the jobs may cost so much more, with the unrest of a shared machine; a scan would cost fifty."""
ASKED = {
    "story": "/api/jobs/{job_id}/story",
    "search, by state": "/api/jobs?state=collecting",
    "search, a common word": "/api/jobs?text=concert",
    "search, of a client": "/api/jobs?client={client_id}",
    "search, parked": "/api/jobs?parked=true&service=van_rental",
    "counts beside the list": "/api/jobs/facets",
    "counts, of a client": "/api/jobs/facets?client={client_id}",
}


async def story_times(here: Stage, job_id: str) -> list[Figure]:
    """The same questions at every size, in turns, from somebody who sees everything."""
    file = here.site.settings.data / "many.sqlite"
    client_id = client_of(await asyncio.to_thread(_beside, Path(str(here.database.url.database)), file, job_id))
    asked = {name: path.format(job_id=job_id, client_id=client_id) for name, path in ASKED.items()}
    found: dict[int, dict[str, float]] = {}
    made = 0
    for size in SIZES:
        await asyncio.to_thread(add_copies, file, job_id, made, size)
        made = size
        async with _doors(here, file) as (ops, bare):
            found[size] = await _measured(ops, bare, asked)
    await asyncio.to_thread(file.unlink)
    return [figure for name in asked for figure in _figures(name, found)]


def _beside(real: Path, file: Path, job_id: str) -> str:
    """A copy of the database, which no other measure sees grow; whom the job is for."""
    with sqlite3.connect(real) as database:
        database.execute("VACUUM INTO ?", (str(file),))
        client_id = database.execute("SELECT client_id FROM jobs WHERE job_id = ?", (job_id,)).fetchone()[0]
    database.close()
    return str(client_id)


@asynccontextmanager
async def _doors(here: Stage, file: Path) -> AsyncIterator[tuple[httpx2.AsyncClient, httpx2.AsyncClient]]:
    """The API on the large database, and an endpoint that answers at once."""
    settings = here.site.settings
    database = Database(f"sqlite:///{file}", settings.keys())
    process = TemporalProcess(here.client, UNSERVED)
    app = create_app(settings, database, process, here.calendar, shift=here.calendar.shift, sweeping=False)
    doors, floor = Served("the API", app), Served("the floor", at_once())
    await doors.start()
    await floor.start()
    ops = await here.asking("omar", doors)
    async with httpx2.AsyncClient(base_url=floor.address, trust_env=False) as bare:
        yield ops, bare
    await ops.aclose()
    await floor.stop()
    await doors.stop()
    await database.close()


async def _measured(ops: httpx2.AsyncClient, bare: httpx2.AsyncClient, asked: dict[str, str]) -> dict[str, float]:
    times: dict[str, list[float]] = {name: [] for name in ("floor", *asked)}
    for turn in range(WARM + TIMES):
        for name, (http, path) in {"floor": (bare, "/"), **{n: (ops, path) for n, path in asked.items()}}.items():
            began = time.perf_counter()
            (await http.get(path)).raise_for_status()
            if turn >= WARM:
                times[name].append(time.perf_counter() - began)
    return {name: typical(taken)[0] for name, taken in times.items()}


def _figures(name: str, found: dict[int, dict[str, float]]) -> list[Figure]:
    """One line per size, and how much the largest costs more than the smallest."""
    lines = [
        Figure(f"{name}, {size:,} jobs", ms[name], "ms", ms["floor"], f"{GOAL_MS:.0f} ms", ms[name] <= GOAL_MS)
        for size, ms in found.items()
    ]
    few, many = found[min(found)][name], found[max(found)][name]
    flat = Figure(
        f"{name}: {max(found):,} jobs against {min(found):,}",
        many,
        "ms",
        few,
        f"flat, at most {FLAT:.0f} x",
        many <= FLAT * few,
    )
    return [*lines, flat]
