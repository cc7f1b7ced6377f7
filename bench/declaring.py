"""From declared to accepted: the whole of POST /api/jobs against an endpoint that only starts an empty process."""

import time
import uuid
from typing import Any

import httpx2
from fastapi import FastAPI

from allin.embedded.web_server import Served
from bench.figures import Figure, typical
from bench.jobs import concert
from bench.stage import MEMBERS, UNSERVED, Stage, login_of

PAIRS = 60
WARM = 8
GOAL = 1.5


async def declare_to_accepted(here: Stage) -> list[Figure]:
    """Alternating, one request at a time, over kept-alive sockets on loopback."""
    floor = Served("the floor", _floor(here))
    await floor.start()
    members = [await here.asking(login_of(number), here.accepting) for number in range(MEMBERS)]
    async with httpx2.AsyncClient(base_url=floor.address, trust_env=False, timeout=30) as http:
        ours, bare = [], []
        for number in range(WARM + PAIRS):
            body, who = concert(number), members[number % MEMBERS]
            bare.append(await _timed(http, "/start", body))
            ours.append(await _timed(who, "/api/jobs", body))
    for each in members:
        await each.aclose()
    await floor.stop()
    (median, p95), (floor_median, floor_p95) = typical(ours[WARM:]), typical(bare[WARM:])
    return [
        Figure(
            "declare to accepted, median",
            median,
            "ms",
            floor_median,
            f"{GOAL} x",
            median <= GOAL * floor_median,
            f"{PAIRS} pairs, alternating; the floor reads the same body and starts an empty workflow",
        ),
        Figure("declare to accepted, 95th percentile", p95, "ms", floor_p95),
    ]


def _floor(here: Stage) -> FastAPI:
    app = FastAPI()

    @app.post("/start", status_code=202)
    async def start(body: dict[str, object]) -> dict[str, str]:
        handle = await here.bare.start_workflow("Empty", id=uuid.uuid4().hex, task_queue=UNSERVED)
        return {"id": handle.id}

    return app


async def _timed(http: httpx2.AsyncClient, path: str, body: dict[str, Any]) -> float:
    headers = {"idempotency-key": uuid.uuid4().hex}
    began = time.perf_counter()
    answer = await http.post(path, json=body, headers=headers)
    passed = time.perf_counter() - began
    if answer.status_code != 202:
        raise RuntimeError(f"{path}: {answer.status_code} {answer.text[:2000]}")
    return passed
