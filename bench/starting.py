"""How long `allin up` takes to its first page, against its Temporal server alone."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

import httpx2

from bench.figures import Figure
from engine.temporal_server import TemporalServer

TIMES = 2
GOAL_S = 5.0
READY_WITHIN, GONE_WITHIN = 60.0, 15.0
LOOK_EVERY = 0.02


async def starts() -> list[Figure]:
    """Once to make the data folder, then again as every day; bytecode is kept, as where it is installed."""
    with tempfile.TemporaryDirectory(prefix="allin-start-") as folder:
        data = Path(folder) / "data"
        first = await _once(data)
        warm = [await _once(data) for _ in range(TIMES)]
        floor = [await _server_alone(Path(folder), n) for n in range(TIMES)]
    took, least = median(warm), median(floor)
    note = f"{TIMES} starts of a demonstration with its watch; the floor is the Temporal server alone"
    return [
        Figure("start to the first page, warm", took, "s", least, f"{GOAL_S:.0f} s", took <= GOAL_S, note),
        Figure("... the first start of a new folder", first, "s"),
    ]


async def _once(data: Path) -> float:
    """Seconds from the command to a page that was read to its end."""
    port = _free_port()
    command = [sys.executable, "-m", "allin", "up", "--demo", "--data", str(data), "--port", str(port)]
    given = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    told = data.parent / "up.out"
    with told.open("wb") as out:
        began = time.perf_counter()
        process = subprocess.Popen(command, stdout=out, stderr=out, env=given)  # noqa: ASYNC220, S603  # our own
    try:
        await _first_page(f"http://127.0.0.1:{port}/", process, told)
        return time.perf_counter() - began
    finally:
        process.send_signal(signal.SIGINT)
        await asyncio.to_thread(process.wait, GONE_WITHIN)


async def _first_page(address: str, process: subprocess.Popen[bytes], told: Path) -> None:
    until = time.monotonic() + READY_WITHIN
    async with httpx2.AsyncClient(trust_env=False, follow_redirects=True, timeout=READY_WITHIN) as http:
        while time.monotonic() < until:
            if process.poll() is not None:
                raise RuntimeError(f"`allin up` ended at once: {_end_of(told)}")
            try:
                (await http.get(address)).raise_for_status()
            except httpx2.ConnectError:
                await asyncio.sleep(LOOK_EVERY)
            else:
                return
    raise TimeoutError(f"no page within {READY_WITHIN:.0f} s: {_end_of(told)}")


def _end_of(told: Path) -> str:
    return told.read_text()[-2000:]


async def _server_alone(folder: Path, number: int) -> float:
    server = TemporalServer(folder / f"alone-{number}.db", log=folder / f"alone-{number}.log")
    began = time.perf_counter()
    await server.start()
    took = time.perf_counter() - began
    await server.stop()
    return took


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
