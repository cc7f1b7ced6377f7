"""An installation opened by one process: settings, keys, database, calendar and, where needed, Temporal."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from temporalio.client import Client, Interceptor
from temporalio.service import RPCError

from allin.client.terminal import Stop
from allin.embedded.data_folder import DataFolder
from engine import telemetry
from engine.calendar import Calendar
from engine.connection import connect, ensure_search_attributes
from engine.settings import Settings
from engine.temporal_runtime import temporal_runtime
from engine.time_skipping import StartOnDemoDay
from storage.core.calendar_state import CalendarState
from storage.core.database import Database
from storage.core.migrate import schema, upgrade
from storage.core.schema_range import SchemaTooNew, way_out
from storage.security.data_keys import DataKeys


@dataclass
class Installation:
    """What every part of an installation leans on."""

    settings: Settings
    database: Database
    calendar: Calendar

    async def temporal(self) -> Client:
        """A connection to Temporal; Stop when it cannot be reached."""
        ring = DataKeys(self.database, self.settings.keys(), self.calendar)
        early: tuple[Interceptor, ...] = () if self.settings.production else (StartOnDemoDay(self.calendar),)
        early = (*telemetry.interceptors(), *early)
        settings = reaching_temporal(self.settings)
        try:
            runtime = temporal_runtime(settings.metrics_address)
            client = await connect(settings, ring, interceptors=early, runtime=runtime)
            await ensure_search_attributes(client)
        except (RuntimeError, RPCError) as error:
            where = settings.temporal_address or "its address"
            raise Stop(f"Temporal does not answer on {where}: {error}") from error
        return client

    async def renew_calendar(self) -> None:
        """Follow a demonstration's clock that another process turns."""
        kept = await CalendarState(self.database).kept()
        if kept is not None:
            self.calendar.shift, self.calendar.skipped = kept.shift, kept.skipped


def reaching_temporal(settings: Settings) -> Settings:
    """The same with the address of the Temporal server that `allin up` runs beside this folder, if it has none."""
    running = None if settings.temporal_address else DataFolder(settings.data).running()
    if running is None:
        return settings
    return settings.model_copy(update={"temporal_address": f"127.0.0.1:{running.temporal_port}"})


@asynccontextmanager
async def opened(
    settings: Settings, *, upgrading: bool = False, any_schema: bool = False, part: str = "command"
) -> AsyncIterator[Installation]:
    """Open the installation; with `upgrading` its database is brought to the newest schema first. `part` names the
    process in the database's own lists.

    Stop when this program does not work with the database's schema; `any_schema` is for whoever reads keys alone.
    """
    settings.data.mkdir(parents=True, exist_ok=True)
    if upgrading:
        await _brought_up_to_date(settings)
    else:
        await _up_to_date(settings, any_schema)
    database = Database(settings.database, settings.keys(), part=f"allin-{part}")
    for engine in database.engines:
        telemetry.watch_statements(engine.sync_engine)
    try:
        here = Installation(settings, database, Calendar())
        await here.renew_calendar()
        yield here
    finally:
        await database.close()


async def _brought_up_to_date(settings: Settings) -> None:
    """One process is the whole installation: no older part is left behind a contract step."""
    try:
        await upgrade(settings.database, contract=True)
    except SchemaTooNew as error:
        raise Stop(str(error)) from error


async def _up_to_date(settings: Settings, any_schema: bool) -> None:
    here = await schema(settings.database)
    if (why := way_out(here)) and not (any_schema and here.heads):
        raise Stop(why)
