"""`allin watch` about what waits for people, and about what is away: the database, the engine, a round."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert, update
from temporalio.service import RPCError, RPCStatusCode

from allin.operations.alarms import Alarm, Bell
from allin.operations.stuck_watch import StuckWatch
from allin.operations.watch import Eyes
from allin.operations.watching import Watching
from domain.job import StepState
from domain.rules.rounds import OVER_AFTER, round_due
from engine.keys import MasterKeys
from engine.settings import load_settings
from storage.core.database import Database
from storage.core.migrate import upgrade
from storage.execution.regular_work import RegularWork
from storage.execution.webhooks import Webhooks
from storage.jobs.tables import job_steps
from tests.allin.test_watching import GRACE, NOON, declared, due
from tests.databases import own_postgres
from workflows.morning import UNTIL_THE_NEXT

HOUR = timedelta(hours=1)


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    url = f"sqlite:///{tmp_path / 'allin.db'}"
    await upgrade(url)
    opened = Database(url, MasterKeys.in_folder(tmp_path))
    yield opened
    await opened.close()


async def parked(database: Database, job_id: str, since: datetime, **more: object) -> None:
    """A step parked for want of a van."""
    row = {
        "job_id": job_id, "step": "van_rental", "workflow_id": f"job-{job_id}", "position": 0, "item": "-",
        "service": "van_rental", "state": "parked", "attempt": 1, "revision": 1, "error_type": "NoVanLeft",
        "decided_by": "advisor", "parked_since_at": since, "file": {"service": "van_rental", "state": "parked"},
    }  # fmt: skip
    async with database.writing() as connection:
        await connection.execute(insert(job_steps).values(**(row | more)))


async def found(database: Database, now: datetime = NOON, **more: bool) -> list[tuple[str, str]]:
    return [(alarm.kind, alarm.subject) for alarm in await Eyes(database, GRACE, **more).look(now)]


async def test_a_parked_step_rings_after_a_day_and_after_an_hour_when_its_time_is_near(database: Database) -> None:
    for job_id, age, limit in (("K1", 23 * HOUR, None), ("K2", 25 * HOUR, None), ("K3", 2 * HOUR, 47 * HOUR)):
        await declared(database, job_id)
        await parked(database, job_id, NOON - age, decide_by=NOON + limit if limit else None)
    await declared(database, "K4")
    await parked(database, "K4", NOON - 2 * HOUR, decide_by=NOON + 49 * HOUR)
    await declared(database, "K5")
    await parked(database, "K5", NOON - HOUR / 2, decide_by=NOON + HOUR, error_type="NoDriver")
    rang = await Eyes(database, GRACE).look(NOON)
    assert [each.subject for each in rang] == ["K2 van_rental", "K3 van_rental"]
    assert rang[1].why == "NoVanLeft: advisor has to decide, until 2026-03-22 10:00 UTC"


async def test_a_parked_step_whose_persons_deadline_is_near_is_urgent_too(database: Database) -> None:
    await declared(database, "K1")
    await due(database, "K1", NOON + 40 * HOUR)
    await parked(database, "K1", NOON - 2 * HOUR, item="bob", step="employment_contract:bob")
    assert await found(database) == [("step-parked", "K1 employment_contract:bob")]


async def test_five_steps_parked_for_one_reason_are_one_incident_at_once_and_one_alarm(database: Database) -> None:
    for n in range(4):
        await declared(database, f"K{n}")
        await parked(database, f"K{n}", NOON - timedelta(minutes=n), partner="vans")
    assert await found(database) == []
    await declared(database, "K4")
    await parked(database, "K4", NOON, partner="vans")
    (first,) = await Eyes(database, GRACE).look(NOON)
    assert (first.kind, first.subject) == ("incident", "vans NoVanLeft")
    assert first.why == "5 steps of 5 jobs are parked for one reason"
    await declared(database, "K5")
    await parked(database, "K5", NOON, partner="vans")
    async with database.writing() as connection:
        await connection.execute(update(job_steps).where(job_steps.c.job_id == "K3").values(state="done"))
    (again,) = await Eyes(database, GRACE).look(NOON + HOUR / 2)
    assert again.key == first.key, "the oldest was dealt with, and it is the same incident"


async def test_what_our_own_trouble_holds_up_is_one_alarm_after_the_grace(database: Database) -> None:
    for n, minutes in enumerate((10, 20)):
        state = StepState(service="wages", state="trying", held_up_since_at=NOON - timedelta(minutes=minutes))
        await declared(database, f"K{n}")
        await parked(
            database, f"K{n}", NOON, state="trying", parked_since_at=None, file=state.model_dump(mode="json")
        )
    (alarm,) = await Eyes(database, GRACE).look(NOON)
    assert (alarm.kind, alarm.since_at) == ("held-up", NOON - timedelta(minutes=20))
    assert alarm.why.startswith("2 steps are tried again and again")
    assert await found(database, NOON - timedelta(minutes=6)) == []


@pytest.mark.parametrize(
    ("now", "due_at"),
    [
        ("2026-03-20T08:59", "2026-03-19T15:00"),  # 09:59 in Brussels: yesterday's at four is the last that is over
        ("2026-03-20T09:00", "2026-03-20T06:00"),  # 10:00 in Brussels: today's at seven is over
        ("2026-03-29T08:00", "2026-03-29T05:00"),  # the day summer time begins
    ],
)
def test_a_round_is_over_three_hours_after_it_begins_by_the_clock_of_brussels(now: str, due_at: str) -> None:
    at = datetime.fromisoformat(now).replace(tzinfo=UTC)
    assert round_due(at) == datetime.fromisoformat(due_at).replace(tzinfo=UTC)


def test_a_round_is_only_missed_once_it_has_failed() -> None:
    assert OVER_AFTER > UNTIL_THE_NEXT


async def test_a_morning_round_that_was_not_finished_rings_where_a_schedule_begins_it(database: Database) -> None:
    rounds, seven = RegularWork(database), NOON.replace(hour=6)
    assert await found(database) == []
    assert await found(database, scheduled=True) == [("round-missed", "morning_round")]
    await rounds.begun("morning_round", seven)
    assert await found(database, scheduled=True) == [("round-missed", "morning_round")]
    await rounds.done("morning_round", seven, seven + HOUR)
    assert await found(database, scheduled=True) == []
    assert await found(database, NOON + 3 * HOUR, scheduled=True) == [("round-missed", "morning_round")]


async def test_what_a_partner_told_and_nobody_passed_on_rings(database: Database) -> None:
    await Webhooks(database).keep("dimona", "ev_1", b"{}", NOON - timedelta(minutes=16))
    await Webhooks(database).keep("dimona", "ev_2", b"{}", NOON - timedelta(minutes=14))
    assert await found(database) == [("webhook-unhandled", "dimona ev_1")]
    await Webhooks(database).handled("dimona", "ev_1", NOON)
    assert await found(database) == []


async def test_the_watch_outlives_a_database_that_is_away_at_its_start_and_later_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def silent(_: StuckWatch) -> None:
        """Temporal is not asked here."""

    monkeypatch.setattr(StuckWatch, "look", silent)
    with own_postgres() as server:
        settings = load_settings(data=tmp_path, database_url=server.url)
        watching, heard = Watching(settings, GRACE, away_for=timedelta(0)), list[str]()
        bell = Bell(settings, heard.append)
        await asyncio.to_thread(server.stop)
        async with watching:
            for _ in range(2):
                await bell.ring(await watching.look())
            (away,) = await watching.look()
            assert (away.kind, away.subject) == ("database-away", "database")
            await asyncio.to_thread(server.start)
            assert await watching.look() == []
            await asyncio.to_thread(server.stop)
            await bell.ring(await watching.look())
            await bell.ring(await watching.look())
            await asyncio.to_thread(server.start)
            assert await watching.look() == []
        assert [each.partition(":")[0] for each in heard] == ["database-away", "database-away"]


async def test_an_engine_that_does_not_answer_rings_after_a_while_and_the_rest_is_still_seen(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(_: object) -> None:
        raise RPCError("nobody there", RPCStatusCode.UNAVAILABLE, b"")

    monkeypatch.setattr("allin.installation.Installation.temporal", away)
    await declared(database, "K1", started_at=None)
    settings = load_settings(data=tmp_path)

    async def looked(away_for: timedelta) -> list[Alarm]:
        async with Watching(settings, GRACE, away_for=away_for) as watching:
            return [each for each in await watching.look() if each.kind in ("engine-away", "job-not-started")]

    assert [each.kind for each in await looked(timedelta(minutes=1))] == ["job-not-started"]
    assert [each.kind for each in await looked(timedelta(0))] == ["job-not-started", "engine-away"]
