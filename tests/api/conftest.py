"""A whole application on a fresh SQLite database, its process in memory, and the people of a demonstration."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx2
import pytest
from fastapi import FastAPI
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from api.app import create_app
from api.container import Container
from domain.people import Address, Client, Entity, Person
from engine.calendar import wall_clock
from engine.settings import Settings
from storage.core.database import Database
from storage.people.members import Member
from storage.security.accounts import Role, SignInAccount
from tests.api.process import MemoryProcess
from tests.databases import KEYS, MONDAY, StillClock, ready_sqlite, sqlite_only, sqlite_url

__all__ = ["sqlite_only", "sqlite_url"]

PEOPLE: dict[str, Role] = {
    "ann": "member",
    "dan": "member",
    "eve": "advisor",
    "otto": "ops",
    "fay": "finance",
    "gus": "finance",
    "ada": "auditor",
}
BRUSSELS = Entity(
    slug="brussels",
    name="All Inclusive Brussels",
    legal_form="SC",
    enterprise_number="1000000021",
    address=Address(street="Rue Haute", house_number="1", postal_code="1000", city="Brussels"),
    seat="brussels",
    court="RPM Bruxelles",
    iban="BE71096123456769",
    bic="GKCCBEBB",
    email="brussels@all-inclusive.example",
    invoice_prefix="B",
    joint_committee="304",
)


@dataclass
class Door:
    """The application with everything behind it."""

    app: FastAPI
    house: Container
    process: MemoryProcess
    clock: StillClock

    def transport(self) -> httpx2.ASGITransport:
        """The way to the application, without a socket."""
        return httpx2.ASGITransport(app=self.app)

    async def token(self, login: str) -> str:
        """An access token of one of the people."""
        account = await self.house.accounts.by_login(login)
        assert account is not None
        return await self.house.sessions.open(account.person_id, wall_clock(), timedelta(hours=1))

    async def asking(self, login: str | None = None, **headers: str) -> httpx2.AsyncClient:
        """Somebody at the door; without a login, nobody known."""
        if login:
            headers["authorization"] = f"Bearer {await self.token(login)}"
        return httpx2.AsyncClient(transport=self.transport(), base_url="http://test", headers=headers)


async def settle(house: Container) -> None:
    """The people, the entity and the client of the tests."""
    await house.entities.seed([BRUSSELS])
    for login, role in PEOPLE.items():
        person = Person(person_id=f"p-{login}", given_name=login.title(), family_name="Test", language="en")
        await house.people.save(person, MONDAY, demo=True)
        await house.accounts.save(SignInAccount(person_id=f"p-{login}", login=login, roles=(role,), demo=True))
    for login in ("ann", "dan"):
        await house.members.save(Member(person_id=f"p-{login}", entity="brussels"))
    await house.clients.declare(
        Client(client_id="c-hall", version=1, kind="company", name="Zaal Kadans", language="nl")
    )


QUICK = PasswordHash((Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1),))
REAL = PasswordHash.recommended


@pytest.fixture(autouse=True)
def quick_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """Passwords are made and proven the same way, without what each guess has to cost; one test looks at that."""
    monkeypatch.setattr(PasswordHash, "recommended", lambda: QUICK)


def _door(database: Database, folder: Path) -> Door:
    """The application on a database, as it is."""
    process, clock = MemoryProcess(), StillClock()
    settings = Settings(data=folder, _env_file=None)
    app = create_app(settings, database, process, clock, sweeping=False)
    return Door(app, app.state.container, process, clock)


async def a_door(database: Database, folder: Path) -> Door:
    """The application on a database, with its people."""
    door = _door(database, folder)
    await settle(door.house)
    return door


@cache
def _settled() -> bytes:
    """A SQLite file with the people in it, made once per process: forty transactions less for each test."""

    async def make(folder: Path) -> Path:
        database = Database(ready_sqlite(folder), KEYS)
        await a_door(database, folder)
        await database.close()
        return Path(str(database.url.database))

    with TemporaryDirectory() as folder, ThreadPoolExecutor(1) as thread:
        file = thread.submit(asyncio.run, make(Path(folder))).result()
        assert not Path(f"{file}-wal").exists(), "the last connection took everything over"
        return file.read_bytes()


def _is_settled(database: Database) -> bool:
    """Put the people into a file nobody has used; False where a test wrote something first."""
    file = Path(str(database.url.database))
    if Path(f"{file}-wal").exists():
        return False
    file.write_bytes(_settled())
    return True


@pytest.fixture
async def door(sqlite_only: Database, tmp_path: Path) -> Door:
    """The application on a fresh database, with its people."""
    return _door(sqlite_only, tmp_path) if _is_settled(sqlite_only) else await a_door(sqlite_only, tmp_path)
