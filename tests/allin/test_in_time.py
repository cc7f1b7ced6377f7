"""Somebody who sends a request one sign at a time is sent away, and nobody else."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from allin.embedded import in_time
from allin.embedded.web_server import Served


async def _answer(request: Request) -> Response:
    return PlainTextResponse(f"{len(await request.body())} bytes")


async def _slow(_: Request) -> Response:
    await asyncio.sleep(0.9)
    return PlainTextResponse("at last")


@pytest.fixture
async def port(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[int]:
    """A server that waits half a second for a head and as long for a body."""
    monkeypatch.setattr(in_time, "HEAD_WITHIN", 0.5)
    monkeypatch.setattr(in_time, "WHOLE_WITHIN", 0.5)
    routes = [Route("/", _answer, methods=["GET", "POST"]), Route("/slow", _slow)]
    served = Served("a test", Starlette(routes=routes))
    await served.start()
    yield served.port
    await served.stop()


HEAD = b"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\n\r\n"


@pytest.mark.parametrize(
    "first", [b"", b"POST / HTTP/1.1\r\nhost:", HEAD + b"abc"], ids=["nothing", "a head", "a body"]
)
async def test_what_never_ends_is_cut_off(port: int, first: bytes) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(first)
    with contextlib.suppress(ConnectionResetError):
        assert await asyncio.wait_for(reader.read(), 3) == b""
    writer.close()


async def test_a_second_request_on_the_same_line_has_no_longer_either(port: int) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(HEAD + b"0123456789")
    assert b"10 bytes" in await asyncio.wait_for(reader.readuntil(b"bytes"), 3)
    writer.write(b"GET /")
    with contextlib.suppress(ConnectionResetError):
        assert await asyncio.wait_for(reader.read(), 3) == b""
    writer.close()


async def test_an_answer_may_take_its_time(port: int) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"GET /slow HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n")
    told = await asyncio.wait_for(reader.read(), 5)
    assert told.endswith(b"at last")
    assert b"server:" not in told.lower()
    writer.close()
