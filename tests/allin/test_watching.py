"""`allin watch`: what a dead worker would miss in silence is alarmed, once, from the database alone."""

import os
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import get_args

import httpx2
import pytest
from fastapi import FastAPI, Request
from sqlalchemy import insert, update

from allin.embedded.data_folder import DataFolder, Running
from allin.embedded.web_server import Served
from allin.installation import reaching_temporal
from allin.operations.alarms import AlarmKind, Bell
from allin.operations.watch import Eyes
from api.decisions.approval_policy import TABLE
from domain.bank import MoneyMove
from engine.keys import MasterKeys
from engine.settings import load_settings
from storage.core.database import Database
from storage.core.migrate import upgrade
from storage.core.tables import in_row
from storage.execution.attempts import Attempt, AttemptId, Attempts
from storage.execution.operations import Operation, Operations
from storage.jobs.deadlines import Deadlines, deadlines
from storage.jobs.tables import jobs
from storage.money.bank_effects import BankMoves
from storage.money.payment_tables import payments
from storage.money.payments import Payments
from storage.people.entities import Entities
from tests.api.conftest import BRUSSELS
from tests.databases import StillClock

NOON = datetime(2026, 3, 20, 11, 0, tzinfo=UTC)
GRACE = timedelta(minutes=15)
BASIS = "RD of 5 November 2002, art. 4"


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    url = f"sqlite:///{tmp_path / 'allin.db'}"
    await upgrade(url)
    opened = Database(url, MasterKeys.in_folder(tmp_path))
    yield opened
    await opened.close()


async def declared(database: Database, job_id: str, **more: object) -> None:
    """A job as declared on the morning before, its process under way and asleep until tomorrow."""
    row = {
        "job_id": job_id,
        "quote_id": "Q",
        "entity": "brussels",
        "member_id": "ann",
        "client_id": "c1",
        "client_name": "Brasserie du Canal",
        "title": "Concert",
        "state": "agreeing",
        "parked": False,
        "amount_eur": Decimal("2400.00"),
        "declared_at": NOON - timedelta(days=1),
        "first_start_at": NOON + timedelta(hours=3),
        "next_at": NOON + timedelta(days=1),
        "last_change_at": NOON,
        "started_at": NOON - timedelta(days=1),
        "seq": 0,
        "declaration": {},
        "plan": {},
        "file": {},
    }
    async with database.writing() as connection:
        await connection.execute(insert(jobs).values(in_row(jobs, row | more)))


async def due(database: Database, job_id: str, at: datetime) -> None:
    row = {
        "job_id": job_id,
        "kind": "dimona",
        "item": "bob",
        "due_at": at,
        "basis": BASIS,
    }
    async with database.writing() as connection:
        await connection.execute(insert(deadlines).values(**row))


async def kinds(database: Database, now: datetime = NOON) -> list[str]:
    return [alarm.kind for alarm in await Eyes(database, GRACE).look(now)]


async def test_all_is_well_when_everything_is_on_time(database: Database) -> None:
    await declared(database, "K1")
    await due(database, "K1", NOON + timedelta(hours=30))
    assert await kinds(database) == []


async def test_a_deadline_that_passed_unmet_alarms_after_the_grace_and_not_when_met(database: Database) -> None:
    await declared(database, "K1")
    await due(database, "K1", NOON - timedelta(minutes=14))
    assert await kinds(database) == []
    (alarm,) = await Eyes(database, GRACE).look(NOON + timedelta(minutes=2))
    assert str(alarm) == (
        "deadline-missed: K1 bob dimona: unmet: RD of 5 November 2002, art. 4 "
        "(since 2026-03-20 10:46 UTC, docs/operations/runbooks/deadline-missed.md)"
    )
    await Deadlines(database).met("K1", "dimona", "bob", NOON)
    assert await kinds(database, NOON + timedelta(days=1)) == []


async def test_a_wage_on_its_way_is_late_only_once_the_statement_of_its_day_should_be_there(
    database: Database,
) -> None:
    await declared(database, "K1")
    await Entities(database).seed([BRUSSELS])
    promised = {"job_id": "K1", "kind": "wages_promised", "item": "bob", "basis": "promise of the cooperative"}
    async with database.writing() as connection:
        friday = datetime(2026, 3, 20, 23, 0, tzinfo=UTC)
        await connection.execute(insert(deadlines).values(**promised, due_at=friday))
    await Payments(database, StillClock(NOON)).order(
        order_key="K1/wages/bob/1", job_id="K1", kind="wage", entity="brussels", person_id="p-bob",
        amount_eur=Decimal("663.02"), pay_on=NOON.date(), end_to_end="E1", remittance="K1",
    )  # fmt: skip
    saturday, monday = NOON + timedelta(days=1), datetime(2026, 3, 23, 8, 0, tzinfo=UTC)  # nine and ten o'clock

    assert await kinds(database, saturday) == ["deadline-missed"], "nobody has given it to the bank"
    async with database.writing() as connection:
        await connection.execute(update(payments).values(state="sent"))
        await connection.execute(update(jobs).values(next_at=monday + timedelta(days=1)))
    assert await kinds(database, saturday) == []
    assert await kinds(database, monday) == []
    assert await kinds(database, monday + timedelta(hours=1, minutes=16)) == ["deadline-missed"]
    await Deadlines(database).met("K1", "wages_promised", "bob", friday)
    assert await kinds(database, monday + timedelta(hours=2)) == []


async def test_a_try_that_never_ended_is_a_silent_worker_until_another_takes_over(database: Database) -> None:
    await declared(database, "K1")
    tries, first = Attempts(database), AttemptId(workflow_id="job-K1", run_id="r", activity_id="5", try_no=1)
    about = {"job_id": "K1", "order_key": "K1/van_rental/-/1", "operation": "van_rental.hold"}
    begun = NOON - timedelta(hours=1)
    await tries.opened(Attempt(**first.model_dump(), **about, worker="host-a:41", started_at=begun))
    (alarm,) = await Eyes(database, GRACE).look(NOON)
    assert alarm.kind == "worker-silent"
    assert alarm.why == "try 1 was begun by host-a:41 and never ended"
    second = first.model_copy(update={"try_no": 2})
    await tries.opened(Attempt(**second.model_dump(), **about, worker="host-b:7", started_at=NOON))
    assert await kinds(database) == []


async def test_a_job_nobody_started_and_a_process_that_overslept_are_seen(database: Database) -> None:
    await declared(database, "K1", started_at=None)
    await declared(database, "K2", next_at=NOON - timedelta(hours=2))
    await declared(database, "K3", next_at=NOON - timedelta(hours=2), state="closed")
    found = await Eyes(database, GRACE).look(NOON)
    assert [(alarm.kind, alarm.subject) for alarm in found] == [("job-not-started", "K1"), ("job-asleep", "K2")]


async def test_an_alarm_rings_once_is_delivered_again_when_nobody_heard_and_again_when_it_comes_back(
    database: Database, tmp_path: Path
) -> None:
    heard: list[str] = []
    deaf = True
    receiver = FastAPI()

    @receiver.post("/alarms")
    async def hear(request: Request) -> None:
        if deaf:
            raise RuntimeError("not now")
        heard.extend(alarm["runbook"] for alarm in (await request.json())["alarms"])

    served = Served("the receiver", receiver)
    await served.start()
    settings = load_settings(data=tmp_path, alarm_webhook=f"{served.address}/alarms")
    bell, eyes = Bell(settings), Eyes(database, GRACE)
    await declared(database, "K1", started_at=None)

    await bell.ring(await eyes.look(NOON))
    assert heard == []
    deaf = False
    for _ in range(3):
        await bell.ring(await eyes.look(NOON))
    assert heard == ["docs/operations/runbooks/job-not-started.md"]

    async with database.writing() as connection:
        await connection.execute(update(jobs).values(started_at=NOON))
    await bell.ring(await eyes.look(NOON))
    async with database.writing() as connection:
        await connection.execute(update(jobs).values(started_at=None))
    await bell.ring(await eyes.look(NOON))
    assert len(heard) == 2
    await served.stop()


async def test_a_small_answer_over_a_socket_takes_no_nagle_pause(tmp_path: Path) -> None:
    app = FastAPI()

    @app.get("/")
    async def here() -> str:
        return "here"

    served = Served("the app", app)
    await served.start()
    async with httpx2.AsyncClient(base_url=served.address, trust_env=False) as http:
        took = [(await http.get("/")).elapsed for _ in range(20)]
    await served.stop()
    assert min(took) < timedelta(milliseconds=40), "a socket without TCP_NODELAY takes 45 ms each"


def test_the_watch_beside_allin_up_asks_the_temporal_server_of_its_own_folder(tmp_path: Path) -> None:
    # seen: the watch of every embedded installation asked port 7233, where nobody was, and so saw no stuck process
    settings = load_settings(data=tmp_path).model_copy(update={"temporal_address": None})
    assert reaching_temporal(settings).temporal_address is None
    ports = {"port": 8000, "sandbox_port": 8001, "temporal_port": 40123, "temporal_pid": 1}
    DataFolder(tmp_path).announce(Running(pid=os.getpid(), version="0.1.0", **ports))
    assert reaching_temporal(settings).temporal_address == "127.0.0.1:40123"
    given = settings.model_copy(update={"temporal_address": "temporal:7233"})
    assert reaching_temporal(given).temporal_address == "temporal:7233"


async def test_what_becomes_unlawful_soon_rings_while_something_can_still_be_done(database: Database) -> None:
    await declared(database, "J1")
    await due(database, "J1", NOON + timedelta(hours=13))
    eyes = Eyes(database, GRACE)
    assert await eyes.look(NOON) == []
    (alarm,) = await eyes.look(NOON + timedelta(hours=2))
    assert (alarm.kind, alarm.subject) == ("deadline-near", "J1 bob dimona")
    assert BASIS in alarm.why
    await Deadlines(database).met("J1", "dimona", "bob", NOON)
    assert await eyes.look(NOON + timedelta(hours=2)) == []


async def test_a_decision_nobody_looked_at_within_a_day_rings(database: Database) -> None:
    await declared(database, "J1")
    store = Operations(database)
    one = Operation(
        operation_id="d-12345678", job_id="J1", step="insurance", workflow_id="job-J1", kind="skip",
        rule="reviewed", by="p-otto", role="ops", reason="not needed", attempt=1, asked_at=NOON,
    )  # fmt: skip
    await store.record_request(one)
    await store.answered(one.operation_id, "taken", NOON + timedelta(hours=23))
    eyes = Eyes(database, GRACE)
    assert await eyes.look(NOON + timedelta(hours=23)) == []
    (alarm,) = await eyes.look(NOON + timedelta(hours=23, minutes=30))
    assert (alarm.kind, alarm.subject) == ("review-late", "J1 insurance d-12345678")
    await store.reviewed(one.operation_id, "p-eve", NOON, "good", "")
    assert await eyes.look(NOON + timedelta(hours=23, minutes=30)) == []


PAGES = Path(__file__).parents[2] / "docs" / "operations" / "runbooks"
PARTS = (
    "What it means",
    "How to see it",
    "What to do first",
    "The safe direction",
    "Whom to call",
    "What the law says",
)


@pytest.mark.parametrize("page", [*get_args(AlarmKind), *sorted(TABLE)])
def test_every_alarm_and_every_service_has_its_runbook(page: str) -> None:
    text = (PAGES / f"{page}.md").read_text()
    headings = [line.removeprefix("## ") for line in text.splitlines() if line.startswith("## ")]
    assert tuple(headings) == PARTS
    assert all(part.strip() for part in text.split("\n## ")[1:])


def test_no_runbook_is_left_over_and_the_index_names_each() -> None:
    pages = {path.stem for path in PAGES.glob("*.md")}
    assert pages == {*get_args(AlarmKind), *TABLE}
    index = (PAGES.parent / "runbook.md").read_text()
    assert not [page for page in pages if f"runbooks/{page}.md" not in index]


async def test_a_wage_booked_on_its_day_meets_its_deadlines_by_that_day_and_one_booked_later_is_late(
    database: Database,
) -> None:
    """The row is met by the day of booking as soon as the statement is settled, whatever the step does."""
    await declared(database, "K1")
    await Entities(database).seed([BRUSSELS])
    friday = datetime(2026, 3, 20, 23, 0, tzinfo=UTC)
    promised = {"job_id": "K1", "kind": "wages_promised", "item": "bob", "basis": "promise of the cooperative"}
    async with database.writing() as connection:
        await connection.execute(insert(deadlines).values(**promised, due_at=friday))
        await connection.execute(update(jobs).values(next_at=friday + timedelta(days=9)))
    payment_id = await Payments(database, StillClock(NOON)).order(
        order_key="K1/wages/bob/1", job_id="K1", kind="wage", entity="brussels", person_id="p-bob",
        amount_eur=Decimal("663.02"), pay_on=NOON.date(), end_to_end="E1", remittance="K1",
    )  # fmt: skip
    tuesday = friday + timedelta(days=4)
    for booked_on, said in ((NOON.date(), []), (NOON.date() + timedelta(days=3), ["deadline-missed"])):
        async with database.writing() as connection:
            await connection.execute(update(payments).values(state="booked", booked_on=booked_on))
        assert await kinds(database, tuesday) == said

    booked = MoneyMove(
        key="m", job_id="K1", kind="wage", on=NOON.date(), amount_eur=Decimal("663.02"), payment_id=payment_id
    )
    monday = datetime(2026, 3, 23, 7, 0, tzinfo=UTC)
    await BankMoves(database).after(booked.model_copy(update={"came_back": True}), monday)
    (row,) = await Deadlines(database).of_job("K1")
    assert row.met_at is None, "money that came back meets nothing"
    await BankMoves(database).after(booked, monday)
    (row,) = await Deadlines(database).of_job("K1")
    assert row.met_at == friday
    assert await kinds(database, tuesday) == []
