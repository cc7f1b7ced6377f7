"""A worker on its own, for production: `python -m workers`, or `allin worker`."""

import asyncio
import os
import signal
import sys

from engine import logs, telemetry
from engine.calendar import Calendar
from engine.connection import connect, ensure_search_attributes
from engine.settings import Settings, WrongSetting, load_settings
from engine.temporal_runtime import temporal_runtime
from storage.core.database import Database
from storage.core.schema_range import newest
from storage.security.data_keys import DataKeys
from workers.morning import ensure_schedule
from workers.notices import sending
from workers.wiring import OnSite, build_worker


async def serve(settings: Settings, stopped: asyncio.Event) -> None:
    """Be on duty until told to stop; running tries get two seconds to end."""
    logs.set_up(settings)
    telemetry.start(settings, "worker")
    calendar = Calendar()
    database = Database(settings.database, settings.keys(), part="allin-worker")
    site = OnSite(settings, database, calendar)
    ring = DataKeys(database, settings.keys(), site.clock)
    runtime = temporal_runtime(settings.metrics_address)
    client = await connect(settings, ring, interceptors=telemetry.interceptors(), runtime=runtime)
    await ensure_search_attributes(client)
    await ensure_schedule(client, settings.task_queue)
    async with build_worker(client, site), sending(site):
        logs.started("worker", schema=newest(), queue=settings.task_queue)
        await stopped.wait()
    await database.close()


async def _until_signal(settings: Settings) -> None:
    stopped, loop = asyncio.Event(), asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopped.set)
    await serve(settings, stopped)


def main() -> int:
    """Serve until a signal; 2 when a setting is wrong or Temporal cannot be reached."""
    try:
        asyncio.run(_until_signal(load_settings()))
    except (WrongSetting, RuntimeError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    return 0


if __name__ == "__main__":
    code = main()
    telemetry.stop()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)  # a client with calls in flight can hang at interpreter exit (sdk-python issue 300)
