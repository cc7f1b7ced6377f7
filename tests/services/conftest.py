"""What a service needs for a test: a real database, business time, and every partner in-process."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx2
import pytest

from activities.letterhead import Letterhead
from documents import render
from domain.papers import Paper
from domain.people import Address, Client, Entity, JobSummary, Person
from domain.services.agreement import LateTerms
from partners.http import PartnerHttp, connect
from storage.core.database import Database
from storage.money.ledger import LedgerStore


@dataclass
class TestClock:
    """Business time that stands still until a test moves it: Monday 2 March 2026, 10:00 in Brussels."""

    __test__ = False
    at: datetime = field(default_factory=lambda: datetime(2026, 3, 2, 9, 0, tzinfo=UTC))

    def now(self) -> datetime:
        """This instant."""
        return self.at

    def wait(self, **time: float) -> None:
        """Let time pass."""
        self.at += timedelta(**time)


@dataclass
class Partners:
    """Every partner of the sandbox, and the levers that make them misbehave."""

    app: Any
    clock: TestClock

    def http(self, partner: str) -> PartnerHttp:
        """One partner as production speaks to it."""
        transport = httpx2.ASGITransport(app=self.app)
        return PartnerHttp(partner, connect(f"http://sandbox/{partner}", transport=transport), self.clock)

    async def fault(self, partner: str, operation: str, fault: str, times: int = 1, **more: Any) -> None:
        """Make one operation go wrong."""
        body = {"partner": partner, "operation": operation, "fault": fault, "times": times, **more}
        await self._admin("POST", "/admin/faults", json=body)

    async def effects(self, partner: str, kind: str | None = None) -> list[str]:
        """What really happened there, as kinds."""
        params = {"partner": partner, **({"kind": kind} if kind else {})}
        answer = await self._admin("GET", "/admin/effects", params=params)
        return [effect["kind"] for effect in answer["effects"]]

    async def calls(self, partner: str) -> list[str]:
        """The operations that were called there."""
        answer = await self._admin("GET", "/admin/calls", params={"partner": partner})
        return [call["operation"] for call in answer["calls"]]

    async def stop(self, partner: str) -> None:
        """Make a partner unreachable."""
        await self._admin("POST", f"/admin/partners/{partner}/stop")

    async def start(self, partner: str) -> None:
        """Bring it back."""
        await self._admin("POST", f"/admin/partners/{partner}/start")

    async def _admin(self, method: str, path: str, **request: Any) -> Any:
        async with httpx2.AsyncClient(
            base_url="http://sandbox", transport=httpx2.ASGITransport(app=self.app)
        ) as http:
            answer = (await http.request(method, path, **request)).raise_for_status()
            return answer.json() if answer.content else None


LETTERHEAD = Letterhead(
    sandbox=True, accident_insurer="Assurances Simulées", accident_policy="COL-WA", work_regulations="intranet"
)


class Cooperative:
    """The entity, the client, the traveller and the job of these stories."""

    async def entity(self, slug: str) -> Entity:
        """The Brussels one."""
        return Entity(
            slug=slug,
            name="All-in SC",
            legal_form="SC",
            enterprise_number="1000000021",
            address=Address(street="Rue Coenraets", house_number="72", postal_code="1060", city="Bruxelles"),
            seat="brussels",
            court="Bruxelles",
            iban="BE71096123456769",
            bic="GKCCBEBB",
            email="jobs@coop.example",
            invoice_prefix="AI",
            joint_committee="304",
        )

    async def client(self, client_id: str, version: int) -> Client:
        """A company in Brussels."""
        return Client(
            client_id=client_id,
            version=version,
            kind="company",
            name="Les Halles SRL",
            enterprise_number="1000000120",
            address=Address(street="Rue Royale", house_number="2", postal_code="1000", city="Bruxelles"),
            email="client@example.org",
        )

    async def person(self, person_id: str) -> Person:
        """Ana."""
        return Person(
            person_id=person_id,
            given_name="Ana",
            family_name="Ruiz",
            email="ana@example.org",
            birth_on=date(1991, 5, 4),
        )

    async def late_terms(self, job_id: str) -> LateTerms | None:
        """None were agreed."""
        return None

    async def card(self, job_id: str) -> JobSummary:
        """A concert."""
        return JobSummary(
            job_id=job_id,
            title="Concert à Liège",
            member_id="m-1",
            member_name="Ana Ruiz",
            client_name="Les Halles SRL",
        )

    async def pdf(self, paper: Paper) -> bytes:
        """The real printer."""
        return await asyncio.to_thread(render.pdf, paper)


@dataclass
class FiledPapers:
    """The papers of a job in a drawer: the same order key and kind keep the first one."""

    content: dict[str, bytes] = field(default_factory=dict)
    names: dict[tuple[str, str], str] = field(default_factory=dict)

    async def file(self, *, name: str, kind: str, content: bytes, order_key: str, **_: Any) -> str:
        """Keep a paper."""
        kept = self.names.setdefault((order_key, kind), name)
        self.content.setdefault(kept, content)
        return kept

    async def filed(self, order_key: str, kind: str) -> str | None:
        """The name of a paper that was kept."""
        return self.names.get((order_key, kind))

    async def kind(self, job_id: str, name: str) -> str:
        """What kind of paper this is."""
        return next(kind for (_, kind), kept in self.names.items() if kept == name)

    async def read(self, job_id: str, name: str) -> bytes:
        """One paper."""
        return self.content[name]


@pytest.fixture
def clock() -> TestClock:
    """Business time."""
    return TestClock()


@pytest.fixture
def partners(tmp_path: Path, clock: TestClock) -> Partners:
    """The sandbox in-process."""
    from sandbox.app import create_app
    from sandbox.settings import SandboxSettings

    return Partners(create_app(tmp_path / "sandbox.sqlite", SandboxSettings()), clock)


@pytest.fixture
async def database(sqlite_url: str) -> AsyncIterator[Database]:
    """An empty SQLite database with every table."""
    opened = Database(sqlite_url)
    yield opened
    await opened.close()


@pytest.fixture
async def either_database(database_url: str) -> AsyncIterator[Database]:
    """An empty database of each kind, for what must hold under concurrency."""
    opened = Database(database_url)
    yield opened
    await opened.close()


@pytest.fixture
def ledger(database: Database) -> LedgerStore:
    """The books."""
    return LedgerStore(database)
