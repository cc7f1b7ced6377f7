"""What nobody needs any more is forgotten after its time, and nothing else is."""

from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import func, insert, select, update

from engine.calendar import Calendar
from engine.settings import load_settings
from storage.core.database import Database
from storage.core.retention import RULES, SLICE, forget
from storage.core.tables import in_row
from storage.execution.attempts import attempts
from storage.execution.regular_work import RegularWork
from storage.execution.webhooks import webhooks
from storage.jobs.drafts import drafts
from storage.jobs.quotes import quotes
from storage.jobs.tables import jobs
from storage.security.sessions import UNUSED, sessions
from tests.databases import MONDAY, a_job
from tests.storage.test_drafts_and_messages import known
from workers.site import OnSite
from workers.upkeep import upkeep

DAY = timedelta(days=1)


async def _session(database: Database, name: str, expires_at: datetime, seen_at: datetime = MONDAY) -> None:
    row = {"token_hash": name, "person_id": "p-ann", "demo": False, "opened_at": MONDAY - 99 * DAY}
    async with database.writing() as connection:
        await connection.execute(insert(sessions).values(**row, seen_at=seen_at, expires_at=expires_at))


async def _quote(database: Database, quote_id: str, valid_until_at: datetime) -> None:
    row = {"quote_id": quote_id, "fingerprint": "f", "declaration": {}, "quote": {}, "made_at": MONDAY - 200 * DAY}
    async with database.writing() as connection:
        await connection.execute(insert(quotes).values(in_row(quotes, row | {"valid_until_at": valid_until_at})))


async def _tried(database: Database, job_id: str | None, name: str, closed_at: datetime | None) -> None:
    row = {"workflow_id": "w", "run_id": "r", "activity_id": name, "try_no": 1, "operation": "travel.hold"}
    more = {"worker": "host:1", "started_at": MONDAY - 500 * DAY, "job_id": job_id, "closed_at": closed_at}
    async with database.writing() as connection:
        await connection.execute(insert(attempts).values(**row, **more))


async def _left(database: Database) -> dict[str, set[str]]:
    columns = {
        "sessions": sessions.c.token_hash, "quotes": quotes.c.quote_id, "drafts": drafts.c.draft_id,
        "webhooks": webhooks.c.event_id, "attempts": attempts.c.activity_id,
    }  # fmt: skip
    async with database.reading() as connection:
        return {name: set(await connection.scalars(select(column))) for name, column in columns.items()}


async def test_each_is_forgotten_after_its_time_and_what_is_needed_stays(database: Database) -> None:
    await known(database, "p-ann")
    await _session(database, "open", MONDAY + DAY)
    await _session(database, "expired", MONDAY - timedelta(seconds=1))
    await _session(database, "unused", MONDAY + DAY, MONDAY - UNUSED)
    for name, days in (("fresh", 89), ("old", 91)):
        await _quote(database, name, MONDAY - days * DAY)
    declared = await a_job(database, quote_id="old-but-declared")
    await _quote(database, "old-but-declared", MONDAY - 91 * DAY)
    ended, lately = await a_job(database), await a_job(database)
    async with database.writing() as connection:
        for job_id, days in ((ended, 366), (lately, 364)):
            this = update(jobs).where(jobs.c.job_id == job_id)
            await connection.execute(this.values(state="closed", last_change_at=MONDAY - days * DAY))
        for name, days in (("touched", 364), ("forgotten", 366)):
            draft = {"person_id": "p-ann", "draft_id": name, "changed_at": MONDAY - days * DAY, "form": {}}
            await connection.execute(insert(drafts).values(in_row(drafts, draft)))
        for name, handled_at in (("new", MONDAY - 89 * DAY), ("gone", MONDAY - 91 * DAY), ("unheard", None)):
            event = {"partner": "dimona", "event_id": name, "body": b"{}", "received_at": MONDAY - 200 * DAY}
            await connection.execute(insert(webhooks).values(in_row(webhooks, event | {"handled_at": handled_at})))
    for name, job_id in (("of-ended", ended), ("of-lately", lately), ("of-open", declared)):
        await _tried(database, job_id, name, MONDAY - 400 * DAY)
    await _tried(database, ended, "never-closed", None)

    gone = await forget(database, MONDAY)
    assert gone == {"sessions": 2, "quotes": 1, "drafts": 1, "webhooks": 1, "attempts": 1}
    assert await _left(database) == {
        "sessions": {"open"},
        "quotes": {"fresh", "old-but-declared"},
        "drafts": {"touched"},
        "webhooks": {"new", "unheard"},
        "attempts": {"of-lately", "of-open", "never-closed"},
    }
    assert set((await forget(database, MONDAY)).values()) == {0}


async def test_many_are_forgotten_in_slices(database: Database) -> None:
    row = {"partner": "dimona", "body": b"{}", "received_at": MONDAY - 200 * DAY, "handled_at": MONDAY - 200 * DAY}
    async with database.writing() as connection:
        await connection.execute(
            insert(webhooks), [in_row(webhooks, row | {"event_id": f"e{n}"}) for n in range(SLICE + 3)]
        )
    assert (await forget(database, MONDAY))["webhooks"] == SLICE + 3
    async with database.reading() as connection:
        assert await connection.scalar(select(func.count()).select_from(webhooks)) == 0


async def test_the_upkeep_is_done_once_a_day_and_noted(sqlite_only: Database, tmp_path: Path) -> None:
    calendar = Calendar()
    site = OnSite(load_settings(data=tmp_path), sqlite_only, calendar)
    await _session(sqlite_only, "expired", calendar.now() - DAY, calendar.now())
    assert [await upkeep(site) for _ in range(2)] == [True, False]
    assert await RegularWork(sqlite_only).done_since("retention", calendar.now() - timedelta(minutes=1))
    calendar.shift += DAY
    assert await upkeep(site)


def test_no_rule_forgets_what_has_to_be_kept() -> None:
    kept = {"audit", "ledger_entries", "invoices", "documents", "orders", "order_answers", "jobs", "job_events"}
    assert not {rule.table.name for rule in RULES} & kept
    assert all(rule.why for rule in RULES)
