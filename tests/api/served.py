"""The application on a real socket, for what an in-process transport cannot show."""

import asyncio
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import get_args

import uvicorn

from api.app import create_app
from api.container import Container
from engine.calendar import wall_clock
from engine.settings import Settings
from storage.core.database import Database
from storage.security.accounts import Role, SignInAccount
from tests.api.conftest import settle
from tests.api.process import MemoryProcess
from tests.databases import KEYS, StillClock
from tests.patience import PATIENCE


class Served:
    """A running application: where it is, and a way to do something inside its loop."""

    def __init__(self, url: str, house: Container, loop: asyncio.AbstractEventLoop, token: str) -> None:
        self.url, self.house, self._loop = url, house, loop
        self.bearer = {"Authorization": f"Bearer {token}"}
        """Somebody who is a member and has every other role too."""

    def run(self, work: Awaitable[object]) -> object:
        """Do something where the application lives."""

        async def done() -> object:
            return await work

        return asyncio.run_coroutine_threadsafe(done(), self._loop).result(30)


@contextmanager
def serve(database_url: str, folder: Path, prepare: Callable[[Container], Awaitable[object]]) -> Iterator[Served]:
    """Serve from a thread of its own until the block ends."""
    ready: list[Served] = []
    up, stop = threading.Event(), threading.Event()

    async def main() -> None:
        database = Database(database_url, KEYS)
        app = create_app(Settings(data=folder, _env_file=None), database, MemoryProcess(), StillClock(), limits={})
        house: Container = app.state.container
        token = await _everybody(house)
        await prepare(house)
        config = uvicorn.Config(app, port=0, log_level="warning", timeout_graceful_shutdown=1)
        server = uvicorn.Server(config)
        server.install_signal_handlers = lambda: None  # type: ignore[attr-defined]  # the test runner has its own
        serving = asyncio.create_task(server.serve())
        while not server.started:  # noqa: ASYNC110  # uvicorn says it in a flag only
            await asyncio.sleep(0.02)
        port = server.servers[0].sockets[0].getsockname()[1]
        ready.append(Served(f"http://127.0.0.1:{port}", house, asyncio.get_running_loop(), token))
        up.set()
        while not stop.is_set():  # noqa: ASYNC110  # the event lives in another thread
            await asyncio.sleep(0.05)
        server.should_exit = True
        await serving
        await database.close()

    thread = threading.Thread(target=lambda: asyncio.run(main()), daemon=True)
    thread.start()
    assert up.wait(PATIENCE)
    try:
        yield ready[0]
    finally:
        stop.set()
        thread.join(10)


async def _everybody(house: Container) -> str:
    await settle(house)
    everything = SignInAccount(person_id="p-ann", login="ann", roles=get_args(Role), demo=True)
    await house.accounts.save(everything)
    return await house.sessions.open("p-ann", wall_clock(), timedelta(hours=1))
