"""Over a real socket: a cut connection closes without an answer, and a killed sandbox remembers."""

import asyncio
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import httpx2
import pytest
import uvicorn

from sandbox.app import create_app
from tests.patience import eventually

from .conftest import SETTINGS


async def until(true: Callable[[], bool]) -> None:
    async def so() -> bool | None:
        return true() or None

    await eventually("the socket", so)


@pytest.fixture
async def address(file: Path) -> AsyncIterator[str]:
    server = uvicorn.Server(uvicorn.Config(create_app(file, SETTINGS), port=0, log_level="critical"))
    serving = asyncio.create_task(server.serve())
    await until(lambda: server.started)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    await serving


async def test_a_cut_connection_closes_without_any_answer(address: str) -> None:
    async with httpx2.AsyncClient(base_url=address, trust_env=False) as client:
        for answer in ("cut", "execute_then_fail"):
            fault = {"partner": "mail", "fault": answer, "times": 1, "answer": "cut"}
            await client.post("/admin/faults", json=fault)
            with pytest.raises(httpx2.TransportError):
                await client.post("/mail/messages", json={"to": "a@x.be", "subject": "x"})
        effects = (await client.get("/admin/effects?partner=mail")).json()["effects"]
        assert len(effects) == 1
        await client.post("/admin/partners/mail/stop")
        with pytest.raises(httpx2.TransportError):
            await client.get("/mail/mailboxes/a@x.be")
        assert (await client.get("/supplier/items")).status_code == 200


def started(file: Path) -> tuple[subprocess.Popen[bytes], int]:
    """`python -m sandbox` on a free port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "sandbox", "--port", str(port), "--data", str(file)]
    return subprocess.Popen(command), port


async def listening(port: int) -> None:
    def answers() -> bool:
        with socket.socket() as one:
            return one.connect_ex(("127.0.0.1", port)) == 0

    await until(answers)


async def test_killed_in_the_middle_each_order_is_still_done_exactly_once(file: Path) -> None:
    async def order(client: httpx2.AsyncClient, number: int) -> bool:
        mail = {"to": "a@x.be", "subject": str(number)}
        try:
            answer = await client.post("/mail/messages", json=mail, headers={"Idempotency-Key": f"K{number}"})
        except httpx2.TransportError:
            return False
        return answer.status_code == 202

    process, port = started(file)
    await listening(port)
    async with httpx2.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False) as client:
        sending = [asyncio.create_task(order(client, number)) for number in range(60)]
        await asyncio.wait(sending, return_when=asyncio.FIRST_COMPLETED)
        process.send_signal(signal.SIGKILL)
        process.wait()
        await asyncio.gather(*sending)
    process, port = started(file)
    await listening(port)
    try:
        async with httpx2.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False) as client:
            assert all([await order(client, number) for number in range(60)])
            effects = (await client.get("/admin/effects?partner=mail")).json()["effects"]
            assert sorted(one["key"] for one in effects) == sorted(f"K{number}" for number in range(60))
    finally:
        process.terminate()
        process.wait()
