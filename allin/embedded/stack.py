"""The embedded stack: Temporal, the partners, a worker, the API with its pages and the demonstration's clock.

One process, one data folder. The first part that ends, or a signal, stops all of them; killed at any moment it
continues where it was.
"""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path

import httpx2
import structlog
from temporalio.client import Client

from allin.client.terminal import Stop
from allin.embedded import demo_data
from allin.embedded.data_folder import DataFolder, Running, our_version
from allin.embedded.demo_clock import DemoClockController
from allin.embedded.web_server import Served, check_free
from allin.installation import Installation, opened
from api.app import create_app
from api.ports.codec_access import DOOR as CODEC
from api.temporal.processes import TemporalProcess
from engine import logs, telemetry
from engine.calendar import Calendar
from engine.settings import Settings, load_settings
from engine.temporal_server import ServerProblem, TemporalServer, die_with_parent
from sandbox.app import create_app as create_sandbox
from sandbox.settings import SandboxSettings
from storage.core.calendar_state import CalendarState
from workers.answers import answers_desk
from workers.bank_desk import bank_desk, nudger
from workers.foresight import WorkerPreviews
from workers.morning import morning_round
from workers.notices import sending
from workers.printer import Press
from workers.wiring import OnSite, build_worker

log = structlog.get_logger(__name__)

STOP_WITHIN = 3.0
"""Seconds a part gets to end; then it is left behind, which the next start heals."""
WATCH_EVERY_SECONDS = 5
GRACE_IN_A_DEMO_HOURS = 36
"""One tick of the demonstration's clock, and the night before it."""

AT_ONCE = {"dimona_seconds": 0, "peppol_seconds": 0, "signature_seconds": 0}
"""Where days are folded, administrations answer within the same visit: the seconds between are not folded."""


@dataclass(frozen=True)
class StackOptions:
    """How the stack is to run."""

    data: Path
    port: int = 8000
    demo: bool = False
    seconds_a_day: float | None = None
    ui: bool = False


@dataclass(frozen=True)
class Stack:
    """Everything that runs."""

    running: Running
    here: Installation
    temporal: TemporalServer
    temporal_ui: str | None
    parts: tuple[asyncio.Task[object], ...]
    """Whichever ends first ends all."""

    async def until_stopped(self, stopped: asyncio.Event) -> str | None:
        """Wait for a signal, or for a part to end by itself; then its name."""
        asked = asyncio.create_task(stopped.wait(), name="a signal")
        child = asyncio.create_task(_gone(self.temporal), name="Temporal")
        done, _ = await asyncio.wait({asked, child, *self.parts}, return_when=asyncio.FIRST_COMPLETED)
        ended = [task for task in done if task is not asked]
        for task in (asked, child):
            task.cancel()
        if asked in done or not ended:
            return None
        why = next((f": {task.exception()}" for task in ended if not task.cancelled() and task.exception()), "")
        return f"{ended[0].get_name()} ended by itself{why}"


@asynccontextmanager
async def stack(wanted: StackOptions) -> AsyncIterator[Stack]:
    """Start everything; on leaving, stop everything in the opposite order."""
    async with AsyncExitStack() as rooms:
        folder = rooms.enter_context(DataFolder(wanted.data))
        check_free("127.0.0.1", wanted.port)  # before anything is started that would have to be stopped again
        first = load_settings(data=folder.path)
        logs.set_up(first, folder.path / "allin.log")
        telemetry.start(first, "up")
        temporal = await _temporal(rooms, folder, wanted)
        sandbox = await _sandbox(rooms, first, folder, wanted)
        settings = _settings(folder, wanted, temporal, sandbox)
        here = await rooms.enter_async_context(opened(settings, upgrading=True))
        await _begin(here, wanted)
        yield await _open_the_doors(rooms, here, wanted, temporal, sandbox, folder)


async def _temporal(rooms: AsyncExitStack, folder: DataFolder, wanted: StackOptions) -> TemporalServer:
    ui_port = 8233 if wanted.ui else None  # Temporal's own default for its pages
    server = TemporalServer(
        folder.path / "temporal.db",
        log=folder.path / "temporal.log",
        ui_port=ui_port,
        ui_codec=f"http://127.0.0.1:{wanted.port}{CODEC}",
    )
    rooms.push_async_callback(server.stop)
    try:
        await server.start()
    except ServerProblem as problem:
        raise Stop(str(problem)) from problem
    return server


async def _sandbox(rooms: AsyncExitStack, first: Settings, folder: DataFolder, wanted: StackOptions) -> Served:
    ours = f"http://127.0.0.1:{wanted.port}"
    secret = first.webhook_secret or first.keys().derive("webhooks").hex()
    manners = SandboxSettings(public_url=ours, webhook_url=ours, webhook_secret=secret)
    if wanted.seconds_a_day is not None:
        manners = manners.model_copy(update=AT_ONCE)
    app = await asyncio.to_thread(create_sandbox, folder.path / "sandbox.sqlite", manners)
    served = Served("the sandbox", app)
    rooms.push_async_callback(served.stop)
    await served.start()
    return served


def _settings(folder: DataFolder, wanted: StackOptions, temporal: TemporalServer, sandbox: Served) -> Settings:
    """What follows from the embedded parts; everything else is as set by the environment."""
    return load_settings(
        data=folder.path,
        temporal_address=temporal.address,
        temporal_namespace="default",
        temporal_ui=f"http://127.0.0.1:{temporal.ui_port}" if temporal.ui_port else "",
        public_url=f"http://127.0.0.1:{wanted.port}",
        sandbox_url=sandbox.address,
    )


async def _begin(here: Installation, wanted: StackOptions) -> None:
    """A new data folder gets its calendar and, in a demonstration, its people."""
    if wanted.demo:
        await CalendarState(here.database).born(Calendar.born_for_demo().shift)
    await here.renew_calendar()
    if wanted.demo:
        await demo_data.seed(here.database, here.calendar.now())


async def _open_the_doors(
    rooms: AsyncExitStack,
    here: Installation,
    wanted: StackOptions,
    temporal: TemporalServer,
    sandbox: Served,
    folder: DataFolder,
) -> Stack:
    client = await here.temporal()
    site = OnSite(here.settings, here.database, here.calendar)
    worker = build_worker(client, site)
    on_duty = asyncio.create_task(worker.run(), name="the worker")
    rooms.push_async_callback(_within, worker.shutdown, STOP_WITHIN)
    await rooms.enter_async_context(sending(site))
    partners = await rooms.enter_async_context(httpx2.AsyncClient(base_url=sandbox.address, trust_env=False))
    if wanted.demo:
        await demo_data.tell_the_sandbox(partners)
    clock = _clock(here, wanted, client, partners, site)
    app = create_app(
        here.settings,
        here.database,
        TemporalProcess(client, here.settings.task_queue),
        here.calendar,
        demo_clock=clock,
        desk=bank_desk(site),
        foresight=WorkerPreviews(site),
        printer=Press(),
        shift=here.calendar.shift,
    )
    pages = Served("the API", app, port=wanted.port)
    rooms.push_async_callback(pages.stop)
    await pages.start()
    running = Running(
        pid=os.getpid(),
        version=our_version(),
        port=pages.port,
        sandbox_port=sandbox.port,
        temporal_port=temporal.port,
        temporal_pid=temporal.pid,
    )
    folder.announce(running)
    parts: list[asyncio.Task[object]] = [on_duty, _task(sandbox), _task(pages)]
    if clock:
        parts.append(asyncio.create_task(clock.run(), name="the clock"))
    rooms.push_async_callback(_cancelled, parts[3:])
    rooms.push_async_callback(_ended, await _watch(folder, wanted))
    return Stack(running, here, temporal, here.settings.temporal_ui or None, tuple(parts))


def _task(served: Served) -> asyncio.Task[object]:
    if served.task is None:
        raise RuntimeError(f"{served.name} was not started")
    return served.task


def _clock(
    here: Installation, wanted: StackOptions, client: Client, sandbox: httpx2.AsyncClient, site: OnSite
) -> DemoClockController | None:
    if not wanted.demo:
        return None
    rounds = partial(
        morning_round,
        desk=bank_desk(site),
        nudge=nudger(client),
        approvers=demo_data.APPROVERS,
        answers=answers_desk(site, client),
    )
    return DemoClockController(
        client,
        here.database,
        here.calendar,
        sandbox,
        rounds,
        seconds_a_day=wanted.seconds_a_day or timedelta(days=1).total_seconds(),
        playing=wanted.seconds_a_day is not None,
    )


async def _watch(folder: DataFolder, wanted: StackOptions) -> asyncio.subprocess.Process:
    """The second pair of eyes is a process of its own, so that a dead worker is seen."""
    grace = ("--grace-hours", str(GRACE_IN_A_DEMO_HOURS)) if wanted.demo else ()
    command = (sys.executable, "-m", "allin", "watch", "--data", str(folder.path))
    with (folder.path / "watch.log").open("ab") as out:
        return await asyncio.create_subprocess_exec(
            *command,
            *("--every", str(WATCH_EVERY_SECONDS), *grace),
            stdout=out,
            stderr=out,
            stdin=asyncio.subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=die_with_parent,
        )


async def _gone(server: TemporalServer) -> None:
    while server.exited() is None:  # noqa: ASYNC110  # a child process sets no event of ours
        await asyncio.sleep(0.2)


async def _ended(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        process.terminate()
        await _within(process.wait, STOP_WITHIN)
    if process.returncode is None:
        process.kill()


async def _cancelled(tasks: list[asyncio.Task[object]]) -> None:
    for task in tasks:
        task.cancel()
    if tasks:
        await asyncio.wait(tasks, timeout=1)


async def _within(ending: object, seconds: float) -> None:
    """Let something end, but not for ever."""
    try:
        await asyncio.wait_for(ending(), seconds)  # type: ignore[operator]  # a bound coroutine function
    except TimeoutError:
        log.warning("left behind while stopping", what=str(ending))
