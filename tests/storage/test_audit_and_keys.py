"""The audit shows any tampering; keys, sessions, webhooks and the demonstration's calendar are kept."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy.exc import DBAPIError

from domain.job import JobFile, Remembered
from engine.keys import MasterKeys
from storage.core.calendar_state import CalendarState
from storage.core.database import Database
from storage.core.retention import forget
from storage.execution.partner_states import PartnerStates
from storage.execution.webhooks import Webhooks
from storage.jobs.jobs import Jobs
from storage.security import audit_notes
from storage.security.audit import Audit, AuditEntry, _chained, hash_of
from storage.security.data_keys import DataKeys
from storage.security.sessions import Sessions
from tests.databases import KEYS, MONDAY, StillClock, a_job


def decision(n: int) -> AuditEntry:
    return AuditEntry(
        at=MONDAY + timedelta(minutes=n),
        who="p-ops",
        role="ops",
        what="step.replay",
        job_id="JOB",
        step="van_rental",
        why=f"reason {n}",
        before_hash=hash_of({"seats": 3}),
        after_hash=hash_of({"seats": 5}),
    )


async def tamper(database: Database, statement: str) -> None:
    """As somebody who owns the database and takes the triggers away first."""
    async with database.writing() as connection:
        if database.is_sqlite:
            for name in ("audit_is_not_changed", "audit_is_not_removed", "audit_head_goes_on", "audit_head_stays"):
                await connection.exec_driver_sql(f"DROP TRIGGER {name}")
        else:
            await connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
        await connection.exec_driver_sql(statement)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit SET why = 'nothing to see' WHERE n = 1",
        "DELETE FROM audit WHERE n = 2",
        "DELETE FROM audit",
        "UPDATE audit_head SET n = 1",
        "DELETE FROM audit_head",
    ],
)
async def test_the_database_itself_refuses_to_change_or_remove_a_line(database: Database, statement: str) -> None:
    audit = Audit(database)
    for number in range(3):
        await audit.record(decision(number))
    with pytest.raises(DBAPIError, match="only ever added to"):
        async with database.writing() as connection:
            await connection.exec_driver_sql(statement)
    assert (await audit.verify(), (await audit.head())[0]) == ([], 3)


async def test_a_chain_rewritten_whole_is_found_by_a_head_noted_elsewhere(database: Database) -> None:
    """The last line is removed and the head moved back to fit."""
    audit = Audit(database)
    for number in range(3):
        await audit.record(decision(number))
    noted = await audit.head()
    first, second = list(reversed(await audit.page()))[:2]
    await tamper(database, "DELETE FROM audit WHERE n = 3")
    async with database.writing() as connection:
        if not database.is_sqlite:
            await connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
        await connection.exec_driver_sql(f"UPDATE audit_head SET n = 2, hash = '{second.hash}'")
    assert (first.n, await audit.verify()) == (1, [])
    assert [broken.why for broken in await audit.verify(noted)] == ["line 3, which was noted, is missing"]


async def test_every_head_of_a_file_is_looked_for_not_only_the_last(database: Database) -> None:
    audit, heads = Audit(database), []
    for number in range(3):
        await audit.record(decision(number))
        heads.append(await audit.head())
    assert await audit.verify(*heads) == []
    wrong = (2, "f" * 64)
    assert [broken.n for broken in await audit.verify(heads[0], wrong, heads[2])] == [2]


def test_a_noted_head_is_signed_and_a_changed_or_foreign_line_is_refused() -> None:
    ours, head = b"s" * 32, (12, "a" * 64)
    line = audit_notes.noted(MONDAY, head, ours)
    (read,) = audit_notes.read([line, ""], [b"older", ours])
    assert (read.head, read.at) == (head, MONDAY)
    for forged in (line.replace(" 12 ", " 11 "), audit_notes.noted(MONDAY, head, b"theirs"), "nonsense"):
        with pytest.raises(audit_notes.NotOurs, match="line 2"):
            [*audit_notes.read([line, forged], [ours])]


async def test_lines_of_before_a_field_existed_still_fit_their_hash(database: Database) -> None:
    """Literal: the hash a line of the first release had, computed by its formula."""
    line = await Audit(database).record(decision(1))
    old_fields = line.model_dump(
        mode="json", exclude={"hash", "operation_id", "confirmed_by", "difference", "shown_sha256"}
    )
    assert line.hash == hash_of(old_fields)
    younger = await Audit(database).record(decision(2).model_copy(update={"difference": "seats: 3 → 5"}))
    assert younger.hash != hash_of(younger.model_dump(mode="json", exclude={"hash", "difference"}))


async def test_forty_decisions_at_once_make_one_unbroken_chain(database: Database) -> None:
    audit = Audit(database)
    assert (await audit.verify(), (await audit.head())[0]) == ([], 0)
    await asyncio.gather(*(audit.record(decision(n)) for n in range(40)))
    assert await audit.verify() == []
    assert (await audit.head())[0] == 40
    newest = await audit.page(limit=15)
    rest = await audit.page(before=newest[-1].n, limit=100, job_id="JOB", who="p-ops", what="step.replay")
    assert [line.n for line in [*newest, *rest]] == list(range(40, 0, -1))
    assert await audit.page(job_id="OTHER") == []


async def test_a_check_during_work_finds_nothing_broken(database: Database) -> None:
    audit = Audit(database)
    found = await asyncio.gather(*(audit.record(decision(n)) if n % 2 else audit.verify() for n in range(40)))
    assert [broken for broken in found if isinstance(broken, list) and broken] == []


@pytest.mark.parametrize("n", range(1, 6))
async def test_a_changed_line_is_found_wherever_it_is(database: Database, n: int) -> None:
    audit = Audit(database)
    for number in range(5):
        await audit.record(decision(number))
    await tamper(database, f"UPDATE audit SET why = 'nothing to see' WHERE n = {n}")
    assert [broken.n for broken in await audit.verify()] == [n]


@pytest.mark.parametrize(
    "column", ["at", "who", "role", "what", "job_id", "step", "outcome", "after_hash", "difference", "confirmed_by"]
)
async def test_no_column_can_be_changed_unseen(database: Database, column: str) -> None:
    audit = Audit(database)
    await audit.record(decision(1))
    value = "2026-02-01 00:00:00.000000" if column == "at" else "x"
    await tamper(database, f"UPDATE audit SET {column} = '{value}'")
    assert [broken.why for broken in await audit.verify()] == ["it was changed"]


@pytest.mark.parametrize(("gone", "found"), [(1, 2), (3, 4), (5, 4)])
async def test_a_removed_line_is_missed(database: Database, gone: int, found: int) -> None:
    audit = Audit(database)
    for number in range(5):
        await audit.record(decision(number))
    await tamper(database, f"DELETE FROM audit WHERE n = {gone}")
    assert [broken.n for broken in await audit.verify()] == [found]


async def test_a_line_written_anew_with_a_fitting_hash_breaks_the_next(database: Database) -> None:
    """The forger knows our formula."""
    audit = Audit(database)
    for number in range(3):
        await audit.record(decision(number))
    second = (await audit.page())[1]
    forged = _chained(second.model_copy(update={"why": "nothing to see"}))
    await tamper(database, f"UPDATE audit SET why = 'nothing to see', hash = '{forged}' WHERE n = 2")
    assert [(broken.n, broken.why) for broken in await audit.verify()] == [
        (3, "it does not follow the line before it")
    ]


async def test_a_data_key_is_made_once_and_found_again(database: Database, clock: StillClock) -> None:
    ring = DataKeys(database, KEYS, clock)
    made = await asyncio.gather(*(DataKeys(database, KEYS, clock).data_key("job-A") for _ in range(20)))
    assert len(set(made)) == 1
    assert await ring.data_key("job-A") == made[0]
    assert await ring.data_key("job-B") != made[0]


async def test_an_erased_job_leaves_no_key_of_its_own_nor_of_its_collections(
    database: Database, clock: StillClock
) -> None:
    ring, job_id = DataKeys(database, KEYS, clock), await a_job(database)
    names = (f"job-{job_id}", "collection-7", "job-OTHER")
    for name in names:
        await ring.data_key(name)
    await Jobs(database).remember(Remembered(workflow_id="collection-7", file=JobFile(job_id=job_id, version=1)))
    assert await ring.erase_job(job_id, MONDAY) == 2
    for name in names[:2]:
        with pytest.raises(KeyError, match="erased on 2026-02-02"):
            await ring.data_key(name)
    assert len(await ring.data_key("job-OTHER")) == 32


async def test_keys_wrapped_anew_open_with_the_new_master_key_alone(database: Database, clock: StillClock) -> None:
    key = await DataKeys(database, KEYS, clock).data_key("job-A")
    both = MasterKeys(current="k2", keys={"k2": b"2" * 32, **KEYS.keys})
    assert [await DataKeys(database, both, clock).rewrap() for _ in range(2)] == [1, 0]
    alone = MasterKeys(current="k2", keys={"k2": b"2" * 32})
    assert await DataKeys(database, alone, clock).data_key("job-A") == key


async def test_a_session_ends_by_time_by_hand_and_everywhere(database: Database) -> None:
    store, day = Sessions(database), timedelta(days=1)
    tokens = [await store.open("p-ann", MONDAY, day) for _ in range(3)]
    session = await store.find(tokens[0], MONDAY + timedelta(hours=2))
    assert session is not None
    assert session.person_id == "p-ann"
    seen = await store.find(tokens[0], MONDAY + timedelta(hours=3))
    assert seen is not None
    assert seen.seen_at == MONDAY + timedelta(hours=2)
    assert await store.find(tokens[0], MONDAY + day) is None
    assert await store.find("guess", MONDAY) is None
    await store.close(tokens[0])
    assert await store.find(tokens[0], MONDAY) is None
    assert await store.close_all("p-ann") == 2
    await store.open("p-ben", MONDAY, day)
    assert (await forget(database, MONDAY + day))["sessions"] == 1


async def test_a_webhook_delivered_twice_is_kept_once(database: Database) -> None:
    store = Webhooks(database)
    kept = await asyncio.gather(*(store.keep("vans", "e-1", b'{"ready": true}', MONDAY) for _ in range(10)))
    assert kept.count(True) == 1
    assert await store.keep("travel", "e-1", b"{}", MONDAY)
    first, _ = await store.unhandled()
    assert {first.partner} <= {"vans", "travel"}
    await store.handled("vans", "e-1", MONDAY)
    (left,) = await store.unhandled()
    assert (left.partner, left.body) == ("travel", b"{}")


async def test_the_calendar_of_a_demonstration_continues_where_it_was(database: Database) -> None:
    store = CalendarState(database)
    assert await store.kept() is None
    shift = timedelta(days=-294, microseconds=7)
    await store.born(shift)
    assert (await store.born(timedelta(0))).shift == shift
    await store.skip_to(timedelta(days=3))
    await store.skip_to(timedelta(days=2))
    kept = await store.kept()
    assert kept is not None
    assert (kept.shift, kept.skipped) == (shift, timedelta(days=3))


async def test_a_partner_fails_until_it_works_again(database: Database) -> None:
    store = PartnerStates(database)
    await store.succeeded("railway", MONDAY)
    await store.succeeded("railway", MONDAY + timedelta(seconds=1))
    await store.failed("railway", MONDAY + timedelta(minutes=1), "503 for POST /bookings")
    (state,) = await store.all()
    assert (state.failing, state.last_success_at, state.last_failure) == (True, MONDAY, "503 for POST /bookings")
    await store.succeeded("railway", MONDAY + timedelta(minutes=2))
    (state,) = await store.all()
    assert not state.failing
