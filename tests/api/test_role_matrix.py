"""Nobody passes a door that is not theirs: each line of the table is tried by each of the people."""

import re
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import get_args

import httpx2
import pytest
from fastapi.routing import iter_route_contexts
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.app import create_app
from api.container import ClockCommand, Container
from api.security.permissions import MAY, Doing
from domain.bank import BankProblem
from domain.job import Approval, JobFile, Problem, Remembered, StepState
from domain.proposed_move import Proposal
from engine.settings import Settings
from sandbox.app import create_app as sandbox_app
from sandbox.settings import SandboxSettings
from storage.core.database import Database
from storage.execution.operations import Operation
from storage.jobs.reported_events import Happening
from storage.money.bank_problems import BankProblems
from tests.api.conftest import Door, settle
from tests.api.jobs import OFFER, ORDER, VAN, the_plan
from tests.api.process import MemoryProcess
from tests.api.test_bank import a_desk, a_due_wage
from tests.api.test_debts import owed
from tests.api.test_declaring import concert
from tests.api.test_links import contract_of
from tests.api.test_links import link as a_link
from tests.api.test_returned import paid_and_over
from tests.api.test_returned import told as bank_told
from tests.api.what_is_sent import DECIDED, sent, unknown_money
from tests.api.who_may import PEOPLE, rows
from tests.databases import KEYS, MONDAY, StillClock, a_declaration, ready_sqlite

STEPS: dict[str, StepState] = {
    "member": StepState(service="van_rental", item="van", operation="hold", request=VAN),
    "advisor": StepState(service="agreement", operation="send", request=ORDER),
    "finance": StepState(
        service="employment_contract", item="bob", operation="declare", request=OFFER | {"person_id": "p-dan"}
    ),
    "ops": StepState(service="travel", item="ann", operation="hold"),
}
"""One parked step for each who decides."""
STREAM = b"text/event-stream"
MALFORMED = ("invalid", "not-json", "key-missing")
"""A question nobody understood shows nothing about who may ask it."""


class Opened(Exception):
    """A stream began; nobody stays to listen."""


def only_opening(app: ASGIApp) -> ASGIApp:
    """The application, whose streams end as soon as they begin: who was let in is seen without waiting."""

    async def opening(scope: Scope, receive: Receive, send: Send) -> None:
        async def sending(message: Message) -> None:
            await send(message)
            if message["type"] == "http.response.start" and STREAM in dict(message["headers"]).get(
                b"content-type", b""
            ):
                await send({"type": "http.response.body", "body": b""})
                raise Opened

        try:
            await app(scope, receive, sending)
        except* Opened:
            pass

    return opening


class Hands:
    """The hands of a demonstration's calendar."""

    async def turn(self, command: ClockCommand) -> None:
        """Nothing moves here."""


@dataclass
class Whole(Door):
    """The whole application, and what stands in its addresses."""

    places: dict[str, str]

    def transport(self) -> httpx2.ASGITransport:
        """Nobody stays to listen to a stream."""
        return httpx2.ASGITransport(app=only_opening(self.app))


@pytest.fixture(scope="module")
async def whole(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Whole]:
    """The application with a bank behind it and a demonstration's clock, for all of the people."""
    folder = tmp_path_factory.mktemp("doors")
    database = Database(ready_sqlite(folder), KEYS)
    process, clock = MemoryProcess(), StillClock()
    settings = Settings(data=folder, _env_file=None)
    app = create_app(settings, database, process, clock, sweeping=False, demo_clock=Hands(), limits={})
    house: Container = app.state.container
    bank = sandbox_app(folder / "sandbox.sqlite", SandboxSettings())
    house.desk = a_desk(house, httpx2.ASGITransport(app=bank))
    await settle(house)
    door = Whole(app, house, process, clock, {})
    door.places |= await places(door)
    yield door
    await database.close()


# -- one of each thing a route is about ------------------------------------------------------------------------


async def a_job(house: Container) -> str:
    """Ann's concert, with a parked step for each who decides, an approval asked for, and a paper."""
    job_id = (await house.jobs.declare(a_declaration(plan=the_plan(), declaration=concert()))).job_id
    steps: dict[str, StepState] = {}
    for decider, step in STEPS.items():
        why = Problem(type="NoVanLeft", text="No van is left.", decided_by=decider, since_at=MONDAY)  # type: ignore[arg-type]  # the four who decide
        steps[step.step] = step.model_copy(update={"state": "parked", "attempt": 1, "problem": why})
    asked = Approval(rule="new_client", why="A first job.", answer_by=MONDAY + timedelta(days=2))
    moved = Proposal(operation_id="m-1", by="ann", until_at=MONDAY + timedelta(days=2))
    file = JobFile(
        job_id=job_id, state="taking_place", version=1, steps=steps, approvals={"new_client": asked}, proposal=moved
    )
    await house.jobs.remember(Remembered(workflow_id=f"job-{job_id}", file=file))
    await house.documents.file(
        job_id=job_id, step="agreement", name="order.pdf", kind="order", media_type="application/pdf",
        content=b"%PDF-1.7", audience=("member", "advisor", "ops"), order_key=f"{job_id}/agreement/1",
    )  # fmt: skip
    return job_id


async def an_operation(house: Container, job_id: str) -> str:
    """Something Gus decided alone, to be looked at by another."""
    given = Operation(
        operation_id="decided-alone", job_id=job_id, step="van_rental:van", workflow_id=f"job-{job_id}",
        kind="skip", rule="reviewed", by="p-gus", role="finance", reason="it was late", attempt=1, asked_at=MONDAY,
    )  # fmt: skip
    await house.operations.record_request(given)
    await house.operations.answered(given.operation_id, "taken", MONDAY + timedelta(days=1))
    return given.operation_id


async def a_happening(house: Container, job_id: str) -> str:
    await house.happenings.open(
        Happening(
            happening_id="x-1", job_id=job_id, kind="damage", happened_on=MONDAY.date(), told_at=MONDAY,
            told_by="p-ann", text="a lamp fell",
        )
    )  # fmt: skip
    return "x-1"


async def money(door: Door) -> dict[str, str]:
    """A wage that came back, one that is due in a file, an invoice that is late, and money nobody knows."""
    _, end_to_end = await paid_and_over(door)
    await bank_told(door, "740.11", end_to_end, 4, "-740.11", "AC04")
    await a_due_wage(door)
    await owed(door, date(2026, 1, 15))
    fay = await door.asking("fay")
    (returned,) = (await fay.get("/api/bank/returned")).json()["returned"]
    (batch,) = (await fay.post("/api/bank/batches")).json()["batches"]
    await fay.post("/api/bank/statements", content=unknown_money())
    (movement,) = await door.house.statements.entries("unknown")
    wrong = BankProblem(about="batch B-1", why="its account is closed", passing=False)
    await BankProblems(door.house.database).more("payments", [wrong], MONDAY)
    return {
        "payment": returned["payment_id"], "batch": batch["batch_id"], "invoice": "I-1", "debtor": "c-hall",
        "movement": movement.movement, "problem": "1",
    }  # fmt: skip


async def links(door: Door) -> dict[str, str]:
    """A client's, a collaborator's and a calendar's link."""
    client, _ = await a_link(door.house, "agreement", "c-hall")
    crew, of_crew = await a_link(door.house, "employment_contract:bob", "p-dan")
    await contract_of(door.house, of_crew)
    calendar = await door.house.links.link(
        order_key=f"{of_crew}/calendar/p-ann/1", job_id=of_crew, step="calendar", audience="calendar",
        subject_id="p-ann", expires_at=MONDAY + timedelta(days=60),
    )  # fmt: skip
    tokens = {"client": client, "crew": crew, "calendar": calendar.url}
    return {name: url.rsplit("/", 1)[-1] for name, url in tokens.items()} | {"contract": "contract-bob.pdf"}


async def places(door: Door) -> dict[str, str]:
    """What stands in an address, by the name it has there."""
    job_id = await a_job(door.house)
    otto, gus = await door.asking("otto"), await door.asking("gus")
    fail = f"/api/jobs/{job_id}/steps/employment_contract:bob/fail"
    proposed = (await gus.post(fail, json=DECIDED)).json()
    begun = await otto.post("/api/ops/replays", json={"service": "van_rental", "reason": "vans are back"})
    named = {
        "job": job_id, "rule": "new_client", "paper": "order.pdf", "draft": "d-1", "item": "bob",
        "replay": begun.json()["replay_id"], "token": "t" * 43, "account": "p-gus", "kind": "vans",
        "proposal": proposed["proposal_id"], "partner": "railway",
        "operation": await an_operation(door.house, job_id), "happening": await a_happening(door.house, job_id),
    }  # fmt: skip
    steps = {f"step:{decider}": step.step for decider, step in STEPS.items()}
    return named | steps | await links(door) | await money(door)


async def own_views(door: Door, login: str) -> dict[str, str]:
    """Two questions somebody keeps: one for the API to take away, one for the page."""
    kept = [await door.house.views.save(f"p-{login}", name, {"text": name}, False, MONDAY) for name in ("a", "b")]
    return {"view:api": kept[0].view_id, "view:page": kept[1].view_id}


# -- the doors -------------------------------------------------------------------------------------------------


async def tried(person: httpx2.AsyncClient, method: str, address: str, known: Mapping[str, str]) -> str:
    """What somebody gets at a door: `ok`, or the status with which they are sent away."""
    path = re.sub(r"\{([\w:]+)\}", lambda found: known[found[1]], address)
    answer = await person.request(method, path, **sent(method, address))
    if answer.status_code in (401, 403, 404):
        return str(answer.status_code)
    kind = answer.json()["type"].split("/")[-1] if "problem" in answer.headers.get("content-type", "") else ""
    broken = answer.status_code >= 500 or (kind in MALFORMED and "reason" not in answer.json())
    return f"{answer.status_code} {answer.text[:300]}" if broken else "ok"


@pytest.mark.parametrize("login", PEOPLE)
async def test_each_of_the_people_gets_at_every_door_what_the_table_says(whole: Whole, login: str) -> None:
    known = whole.places | await own_views(whole, login or "eve")
    wrong = []
    for method, address, cells in rows():
        async with await whole.asking(login or None) as person:
            got = await tried(person, method, address, known)
        if got != cells[login]:
            wrong.append(f"{method} {address}: {got}, not {cells[login]}")
    assert not wrong, f"{login or 'nobody'}:\n" + "\n".join(wrong)


def nameless(address: str) -> str:
    return re.sub(r"\{[^}]*\}", "{}", address.partition("?")[0])


def test_every_route_has_its_line_and_no_line_is_left_over(whole: Whole) -> None:
    stated = {(method, nameless(address)) for method, address, _ in rows()}
    served = {
        (method, nameless(route.path or ""))
        for route in iter_route_contexts(whole.app.routes)
        for method in (route.methods or ())
        if method != "HEAD"
    }
    assert served - stated == set(), "a new route needs a line in tests/api/who_may.py: who may pass?"
    assert stated - served == set()


async def test_somebody_with_a_browser_is_led_to_the_way_in(whole: Whole) -> None:
    stranger = await whole.asking(accept="text/html")
    for page in ("/me", "/ops", "/bank", "/jobs/7ZK4M2Q9XA"):
        answer = await stranger.get(page)
        assert (answer.status_code, answer.headers["location"]) == (303, f"/sign-in?next={page}")


def test_every_doing_has_its_row() -> None:
    assert set(MAY) == set(get_args(Doing))
