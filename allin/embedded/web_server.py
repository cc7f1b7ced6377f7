"""A web application served inside this process, which alone decides when to stop."""

import asyncio
import contextlib
import logging
import socket
from collections.abc import Iterator

import uvicorn
from starlette.types import ASGIApp

from allin.client.terminal import Stop
from allin.embedded.in_time import InTime

OPEN_STREAMS_GET = 1
"""Seconds that live stories get to end; an open stream holds uvicorn's shutdown otherwise."""


class _Server(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Signals belong to whoever runs all the parts."""
        yield


class Served:
    """One application on one port."""

    def __init__(self, name: str, app: ASGIApp, *, port: int = 0, host: str = "127.0.0.1") -> None:
        self.name = name
        self._port = port
        # uvicorn binds by itself: sockets it makes have TCP_NODELAY, handed-in ones cost 45 ms a request
        config = uvicorn.Config(
            app,
            host=host,
            port=port,
            log_config=None,
            access_log=False,
            http=InTime,
            server_header=False,
            lifespan="on",
            proxy_headers=False,  # the application knows its proxies; anybody on this machine could name another
            timeout_graceful_shutdown=OPEN_STREAMS_GET,
        )
        self._host = host
        self._server = _Server(config)
        self.task: asyncio.Task[None] | None = None

    @property
    def port(self) -> int:
        """The port it answers on, once started."""
        return int(self._server.servers[0].sockets[0].getsockname()[1])

    @property
    def address(self) -> str:
        """Where it answers."""
        return f"http://{self._host}:{self.port}"

    async def start(self) -> None:
        """Serve; returns when the first request can be answered. Stop when the port is taken."""
        check_free(self._host, self._port)
        self.task = asyncio.create_task(self._server.serve(), name=self.name)
        while not self._server.started:
            if self.task.done():
                raise Stop(f"{self.name} could not be started: {self.task.exception() or 'see the log'}")
            await asyncio.sleep(0.01)

    async def stop(self) -> None:
        """Stop taking requests, let the open ones end, leave."""
        if self.task is None:
            return
        logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)  # a stream cut short is no error by now
        self._server.should_exit = True
        await asyncio.wait([self.task], timeout=OPEN_STREAMS_GET + 1)


def check_free(host: str, port: int) -> None:
    """Stop when a port is taken."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise Stop(
                f"port {port} cannot be used ({error.strerror}): stop what is there, or give --port"
            ) from error
