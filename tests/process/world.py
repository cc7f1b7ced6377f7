"""A whole cooperative in one test: the real engine, a real database, every partner in-process, and a calendar.

Time stands still unless a test lets it pass. Between two steps people act, the bank books and the desk reads on.
"""

import asyncio
import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx2
from fastapi import FastAPI
from sqlalchemy import func, select
from temporalio.client import Client, Interceptor, OutboundInterceptor, StartWorkflowInput, WorkflowHandle

from allin.embedded.demo_data import APPROVERS, seed
from allin.embedded.stack import AT_ONCE
from api.app import create_app
from api.container import Container
from api.declaring.start_sweeper import keep_sweeping
from api.temporal.processes import TemporalProcess
from domain.declaration import load_declaration
from domain.job import StepState
from engine import telemetry
from engine.calendar import Calendar
from engine.connection import connect
from engine.settings import Settings
from engine.time_skipping import OPEN, StartOnDemoDay, advance
from sandbox.app import create_app as create_sandbox
from sandbox.settings import SandboxSettings
from storage.core.database import Database
from storage.jobs.jobs import KeptJob
from storage.jobs.tables import job_steps, jobs
from storage.security.data_keys import DataKeys
from tests.patience import PATIENCE
from tests.process.working import Working
from workers.answers import answers_desk
from workers.bank_desk import bank_desk, nudger
from workers.morning import morning_round
from workers.notices import sending
from workers.printer import Press
from workers.wiring import GRACE, OnSite

ROOT = Path(__file__).parent.parent.parent
EXAMPLES = ROOT / "examples"

LOOKS = 15
"""How often somebody comes back for a contract that is being drawn up."""


class Cut(Interceptor):
    """Processes go on in a new history sooner than the server would suggest."""

    def __init__(self, longest: int) -> None:
        self._longest = longest

    def intercept_client(self, next: OutboundInterceptor) -> OutboundInterceptor:
        """Put ourselves before every start."""
        return _Shortening(next, self._longest) if self._longest else next


class _Shortening(OutboundInterceptor):
    def __init__(self, next: OutboundInterceptor, longest: int) -> None:
        super().__init__(next)
        self._longest = longest

    async def start_workflow(self, input: StartWorkflowInput) -> WorkflowHandle[object, object]:
        input.args = [each.model_copy(update={"longest_history": self._longest}) for each in input.args]
        return await super().start_workflow(input)


@dataclass
class World:
    """Everything, and the levers of a test."""

    client: Client
    site: OnSite
    api: FastAPI
    sandbox: FastAPI
    queue: str
    working: Working

    @property
    def house(self) -> Container:
        """The stores behind the doors."""
        house: Container = self.api.state.container
        return house

    @property
    def calendar(self) -> Calendar:
        """The calendar everybody lives by."""
        return self.site.calendar

    # -- at the door -------------------------------------------------------------------------------------------

    async def ask(self, who: str, method: str, path: str, **request: Any) -> Any:
        """Somebody uses the api; the answer as JSON. AssertionError with the problem when it says no."""
        async with httpx2.AsyncClient(
            transport=httpx2.ASGITransport(app=self.api), base_url="http://allin"
        ) as http:
            login = (await http.post("/api/session", json={"person": who})).json()
            headers = {"authorization": f"Bearer {login['token']}", **request.pop("headers", {})}
            answer = await http.request(method, path, headers=headers, **request)
            assert answer.is_success, f"{method} {path}: {answer.status_code} {answer.text[:2000]}"
            return answer.json() if answer.content else None

    async def declare(self, example: str = "concert", key: str | None = None, **changes: Any) -> str:
        """The member declares an example, changed where a test wants it; the job's id."""
        told = load_declaration((EXAMPLES / f"{example}.yaml").read_text())
        body = told.model_dump(mode="json", exclude_unset=True) | changes
        body = {name: value for name, value in body.items() if value is not None}
        key = key or uuid.uuid4().hex
        answer = await self.ask("ann", "POST", "/api/jobs", json=body, headers={"idempotency-key": key})
        return str(answer["job_id"])

    async def decide(self, job_id: str, step: str, what: str, who: str = "omar", **more: Any) -> Any:
        """Ops decide about a parked step; the proof is uploaded first, a second person agrees where two decide."""
        state = await self.step(job_id, step)
        assert state is not None
        path = f"/api/jobs/{job_id}/steps/{step}"
        if "evidence" in more:
            proof = f"{path}/evidence?name={quote(more['evidence'])}.pdf"
            more["evidence"] = (await self.ask(who, "POST", proof, content=b"%PDF-1.7"))["name"]
        body = {"reason": "decided in a test", "expected_attempt": state.attempt, **more}
        said = await self.ask(who, "POST", f"{path}/{what}", json=body)
        if "proposal_id" not in said:
            return said
        second = "omar" if who != "omar" else "iris"
        confirmed = f"/api/ops/proposals/{said['proposal_id']}/confirm"
        return await self.ask(second, "POST", confirmed, json={"reason": "seen"})

    # -- what is known -----------------------------------------------------------------------------------------

    def handle(self, job_id: str) -> WorkflowHandle[Any, Any]:
        """The job's process."""
        return self.client.get_workflow_handle(f"job-{job_id}")

    async def job(self, job_id: str) -> KeptJob:
        """The job as the tables have it."""
        return await self.house.jobs.job(job_id)

    async def step(self, job_id: str, step: str) -> StepState | None:
        """One step as the tables have it."""
        rows = {row.step: row.file for row in await self.house.steps.of_job(job_id)}
        return rows.get(step)

    async def kinds(self, job_id: str) -> list[str]:
        """The story, as the kinds of its lines."""
        return [event.kind for event in await self.house.events.since(job_id, 0, 1000)]

    # -- the partners ------------------------------------------------------------------------------------------

    async def partners(self, method: str, path: str, **request: Any) -> Any:
        """The sandbox's own levers."""
        transport = httpx2.ASGITransport(app=self.sandbox)
        async with httpx2.AsyncClient(transport=transport, base_url="http://sandbox") as http:
            answer = (await http.request(method, path, **request)).raise_for_status()
            return answer.json() if answer.content else None

    async def file(self, path: str) -> bytes:
        """A file as a partner hands it out."""
        transport = httpx2.ASGITransport(app=self.sandbox)
        async with httpx2.AsyncClient(transport=transport, base_url="http://sandbox") as http:
            return (await http.get(path)).raise_for_status().content

    async def person(self, email: str, **behaviour: Any) -> None:
        """How a simulated person behaves."""
        await self.partners("POST", "/admin/people", json={"email": email, **behaviour})

    async def fault(self, partner: str, fault: str, operation: str = "*", **more: Any) -> None:
        """Make a partner misbehave."""
        await self.partners(
            "POST", "/admin/faults", json={"partner": partner, "operation": operation, "fault": fault, **more}
        )

    async def effects(self, partner: str) -> list[dict[str, Any]]:
        """What really happened at a partner."""
        effects: list[dict[str, Any]] = (await self.partners("GET", f"/admin/effects?partner={partner}"))["effects"]
        return effects

    # -- time --------------------------------------------------------------------------------------------------

    async def until(self, job_id: str, ready: Callable[[KeptJob], bool], within: float = PATIENCE) -> KeptJob:
        """Wait, without time passing, until the job is as a test wants it."""
        for _ in range(int(within / 0.05)):
            job = await self.job(job_id)
            if ready(job):
                return job
            await asyncio.sleep(0.05)
        steps = {row.step: (row.file.state, row.file.problem) for row in await self.house.steps.of_job(job_id)}
        raise AssertionError(f"{job_id} is {job.state}: {steps}\n{await self.kinds(job_id)}")

    async def until_step(self, job_id: str, step: str, state: str, within: float = PATIENCE) -> StepState:
        """Wait, without time passing, until a step is in a state."""
        for _ in range(int(within / 0.05)):
            found = await self.step(job_id, step)
            if found and found.state == state:
                return found
            await asyncio.sleep(0.05)
        rows = await self.house.steps.of_job(job_id)
        told = {row.step: (row.file.state, row.file.operation, row.file.problem) for row in rows}
        raise AssertionError(f"{step} of {job_id} is not {state}: {told}; {await self.kinds(job_id)}")

    async def settle(self, within: float = 6.0) -> None:
        """Wait until nothing is tried and no story grows; a partner that stays away is not waited for."""
        told, quiet = -1, 0
        for _ in range(int(within / 0.06)):
            async with self.site.database.reading() as connection:
                now_told = await connection.scalar(select(func.sum(jobs.c.seq))) or 0
                trying = await connection.scalar(
                    select(func.count()).select_from(job_steps).where(job_steps.c.state == "trying")
                )
                fresh = await connection.scalar(
                    select(func.count()).select_from(jobs).where(jobs.c.job_id.not_in(select(job_steps.c.job_id)))
                )
            quiet = quiet + 1 if (now_told, trying, fresh) == (told, 0, 0) else 0
            if quiet == 2:
                return
            told = now_told
            await asyncio.sleep(0.06)

    async def pass_time(self, by: timedelta) -> None:
        """Let time pass for everybody, then let people, partners and the bank desk have their turn."""
        await self.settle()
        which = f"{OPEN} AND TaskQueue='{self.queue}'"
        day = self.calendar.now().date()
        await advance(self.client, self.calendar, lambda _: None, by, which=which)
        await self.turn()
        if self.calendar.now().date() != day:
            desk, nudge = bank_desk(self.site), nudger(self.client)
            answers = answers_desk(self.site, self.client)
            await morning_round(self.calendar.now().date(), desk, nudge, approvers=APPROVERS, answers=answers)
        await asyncio.sleep(0.1)

    async def turn(self) -> None:
        """People and partners act on what has reached them by now; who is told "in a moment" looks again."""
        for _ in range(LOOKS):
            told = await self.partners("POST", "/admin/tick", json={"now": self.calendar.now().isoformat()})
            if not told["failed_acts"]:
                return
            await asyncio.sleep(0.2)

    async def live_until(
        self, job_id: str, ready: Callable[[KeptJob], bool], step: timedelta = timedelta(hours=12), days: int = 120
    ) -> KeptJob:
        """Let days pass until the job is as a test wants it."""
        end = self.calendar.now() + timedelta(days=days)
        while self.calendar.now() < end:
            await self.settle()
            job = await self.job(job_id)
            if ready(job):
                return job
            await self.pass_time(step)
        steps = {row.step: (row.file.state, row.file.problem) for row in await self.house.steps.of_job(job_id)}
        raise AssertionError(f"{job_id} is {job.state} after {days} days: {steps}\n{await self.kinds(job_id)}")

    async def reach(self, at: datetime, step: timedelta = timedelta(hours=12)) -> None:
        """Let time pass until an instant."""
        while (left := at - self.calendar.now()) > timedelta(seconds=2):
            await self.pass_time(min(step, left))


@asynccontextmanager
async def _swept(house: Container) -> AsyncIterator[None]:
    """A start that took longer than a member waits for is made up for, as everywhere."""
    sweeping = asyncio.create_task(keep_sweeping(house))
    yield
    sweeping.cancel()
    await asyncio.gather(sweeping, return_exceptions=True)


@asynccontextmanager
async def world(
    address: str,
    database_url: str,
    folder: Path,
    *,
    longest_history: int = 0,
    born_at: datetime | None = None,
    grace: timedelta = GRACE,
    watched: bool = True,
) -> AsyncIterator[World]:
    """Open a cooperative on an empty, migrated database; its histories are cut sooner when a test says so.

    Its first instant is the demonstration's first day, or another one.
    """
    queue = f"jobs-{uuid.uuid4().hex[:8]}"
    settings = Settings(
        data=folder, temporal_address=address, task_queue=queue, sandbox_url="http://sandbox",
        public_url="http://allin", _env_file=None,
    )  # fmt: skip
    calendar = Calendar(shift=born_at - datetime.now(UTC)) if born_at else Calendar.born_for_demo()
    database = Database(database_url, settings.keys())
    manners = SandboxSettings(public_url="http://allin").model_copy(update=AT_ONCE)
    sandbox = create_sandbox(folder / "sandbox.db", manners)
    site = OnSite(settings, database, calendar, transport=httpx2.ASGITransport(app=sandbox))
    await seed(database, calendar.now())
    ring = DataKeys(database, settings.keys(), site.clock)
    interceptors = (*telemetry.interceptors(), Cut(longest_history), StartOnDemoDay(calendar))
    for engine in database.engines:
        telemetry.watch_statements(engine.sync_engine)
    client = await connect(settings, ring, interceptors=interceptors)
    api = create_app(
        settings,
        database,
        TemporalProcess(client, queue),
        calendar,
        shift=calendar.shift,
        sweeping=False,
        desk=bank_desk(site),
        printer=Press(),
    )
    sandbox.state.rounds.transport = httpx2.ASGITransport(app=api)
    async with Working(client, site, grace, watched=watched) as working, sending(site), _swept(api.state.container):
        yield World(client, site, api, sandbox, queue, working)
    await database.close()
