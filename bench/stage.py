"""Everything a real installation has, on loopback: engine, database, API over a socket, partners in a process."""

import asyncio
import os
import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import httpx2
from temporalio.client import Client

from allin.embedded.demo_data import seed
from allin.embedded.web_server import Served
from api.app import create_app
from api.container import Container
from api.temporal.processes import TemporalProcess
from bench.load import Meter
from domain.people import Person
from engine.calendar import Calendar
from engine.connection import connect
from engine.settings import Settings
from engine.temporal_server import TemporalServer
from engine.time_skipping import StartOnDemoDay
from storage.core.database import Database
from storage.core.migrate import upgrade
from storage.people.members import Member, Members
from storage.people.people import People
from storage.security.accounts import Accounts, SignInAccount
from storage.security.data_keys import DataKeys
from workers.wiring import OnSite

MEMBERS = 12
"""Each measured job has a member of its own, so that no limit of the guarantee fund asks for a person."""
QUEUE = "bench"
UNSERVED = "bench-unserved"
"""Nobody works on this queue: accepting a job is measured without carrying it out."""
STARTS_WITHIN = 20.0


class CountedTransport(httpx2.AsyncHTTPTransport):
    """The network, with a counter."""

    def __init__(self) -> None:
        super().__init__()
        self.requests = 0

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Count, and pass on."""
        self.requests += 1
        return await super().handle_async_request(request)


@dataclass(frozen=True)
class Stage:
    """What the measures work with."""

    client: Client
    """Encrypted and on business time, as a worker has it."""
    bare: Client
    """As plain as it comes, for the floors."""
    site: OnSite
    doors: Served
    """The API and pages; a declared job is carried out as soon as a worker is there."""
    accepting: Served
    """The same on the same database, for a queue nobody works on."""
    house: Container
    partners: httpx2.AsyncClient
    meter: Meter
    calls: CountedTransport = field(default_factory=CountedTransport)

    @property
    def calendar(self) -> Calendar:
        """The calendar everybody lives by."""
        return self.site.calendar

    @property
    def database(self) -> Database:
        """Where everything is remembered."""
        return self.site.database

    async def asking(self, who: str, doors: Served) -> httpx2.AsyncClient:
        """Somebody signed in at a door, over a socket that stays open."""
        http = httpx2.AsyncClient(base_url=doors.address, trust_env=False, timeout=30)
        login = (await http.post("/api/session", json={"person": who})).raise_for_status().json()
        http.headers["authorization"] = f"Bearer {login['token']}"
        return http


@asynccontextmanager
async def stage(folder: Path) -> AsyncIterator[Stage]:
    """Set everything up in an empty folder, without a worker; take it down afterwards."""
    server = TemporalServer(folder / "temporal.db", log=folder / "temporal.log")
    await server.start()
    port, partner_port = _free_port(), _free_port()
    settings = Settings(
        data=folder,
        temporal_address=server.address,
        task_queue=QUEUE,
        sandbox_url=f"http://127.0.0.1:{partner_port}",
        public_url=f"http://127.0.0.1:{port}",
        _env_file=None,
    )
    sandbox = _sandbox(settings, partner_port)
    try:
        async with httpx2.AsyncClient(base_url=settings.sandbox_url, trust_env=False, timeout=60) as partners:
            await _answers(partners)
            meter = Meter(server.pid, sandbox.pid)
            async with _doors_open(settings, port, partners, meter) as here:
                yield here
    finally:
        sandbox.terminate()
        await asyncio.to_thread(sandbox.wait)
        await server.stop()


@asynccontextmanager
async def _doors_open(
    settings: Settings, port: int, partners: httpx2.AsyncClient, meter: Meter
) -> AsyncIterator[Stage]:
    await upgrade(settings.database)
    database, calendar, calls = (
        Database(settings.database, settings.keys()),
        Calendar.born_for_demo(),
        CountedTransport(),
    )
    await seed(database, calendar.now())
    await _members(database, calendar)
    site = OnSite(settings, database, calendar, transport=calls)
    client = await connect(
        settings, DataKeys(database, settings.keys(), site.clock), interceptors=(StartOnDemoDay(calendar),)
    )
    apps = [
        create_app(
            settings, database, TemporalProcess(client, queue), calendar, shift=calendar.shift, sweeping=False
        )
        for queue in (QUEUE, UNSERVED)
    ]
    doors, accepting = Served("the API", apps[0], port=port), Served("the accepting API", apps[1])
    bare = await Client.connect(str(settings.temporal_address))
    await doors.start()
    await accepting.start()
    try:
        yield Stage(client, bare, site, doors, accepting, apps[0].state.container, partners, meter, calls)
    finally:
        await accepting.stop()
        await doors.stop()
        await database.close()


def login_of(number: int) -> str:
    """The sign-in of one of the bench's own members."""
    return f"member-{number:02d}"


async def _members(database: Database, calendar: Calendar) -> None:
    for number in range(MEMBERS):
        login = login_of(number)
        person = Person(
            person_id=login, given_name="Ann", family_name=f"Peeters {number}", email=f"{login}@bench.example"
        )
        await People(database).save(person, calendar.now(), demo=True)
        await Members(database).save(
            Member(
                person_id=login,
                adviser_id="iris",
                entity="brussels",
                profile="live-arts",
                since_on=date(2024, 1, 1),
            )
        )
        await Accounts(database).save(SignInAccount(person_id=login, login=login, roles=("member",), demo=True))


def _sandbox(settings: Settings, port: int) -> subprocess.Popen[bytes]:
    secret = settings.webhook_secret or settings.keys().derive("webhooks").hex()
    command = [
        *(sys.executable, "-m", "sandbox", "--port", str(port), "--data", str(settings.data / "sandbox.sqlite")),
        *("--public-url", settings.public_url, "--webhook-url", settings.public_url, "--webhook-secret", secret),
    ]
    out = (settings.data / "sandbox.log").open("wb")
    return subprocess.Popen(command, stdout=out, stderr=out, env=os.environ)  # noqa: S603  # our own program


async def _answers(partners: httpx2.AsyncClient) -> None:
    deadline = asyncio.get_running_loop().time() + STARTS_WITHIN
    while True:
        try:
            (await partners.get("/admin/effects")).raise_for_status()
        except httpx2.TransportError:
            if asyncio.get_running_loop().time() > deadline:
                raise
            await asyncio.sleep(0.1)
        else:
            return


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
