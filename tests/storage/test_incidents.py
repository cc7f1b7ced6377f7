"""What went wrong is told once: parked steps by partner and reason, also among ten thousand jobs; done steps are
found by their day and their rate."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import insert
from sqlalchemy.dialects import sqlite

from domain.bulk_replay import Item
from storage.core.database import Database
from storage.core.tables import in_row
from storage.execution.bulk_replays import Begun, Frozen, Replays, StaleToken
from storage.execution.partner_states import PartnerStates
from storage.jobs.incidents import Incidents, grouped
from storage.jobs.step_selection import serves
from storage.jobs.tables import job_steps, jobs
from tests.databases import MONDAY

JOBS, PARKED = 10_000, 1_000
SOON = timedelta(hours=30)


async def many_jobs(database: Database, count: int, parked: int) -> None:
    base = {
        "quote_id": "q", "entity": "brussels", "member_id": "m", "client_id": "c", "client_name": "n", "title": "t",
        "state": "engaged", "parked": False, "amount_eur": Decimal(0), "declared_at": MONDAY,
        "first_start_at": MONDAY, "last_change_at": MONDAY, "seq": 0, "declaration": {}, "plan": {}, "file": {},
    }  # fmt: skip
    rows = [base | {"job_id": f"J{n:06d}"} for n in range(count)]
    step = {
        "workflow_id": "w", "position": 0, "item": "ann", "attempt": 1, "revision": 1, "decided_by": "ops",
        "file": {},
    }  # fmt: skip
    steps = []
    for n in range(count):
        row = step | {"job_id": f"J{n:06d}", "workflow_id": f"job-J{n:06d}"}
        stuck = n < parked
        dimona = n % 4 == 0
        steps.append(
            row
            | {
                "step": "employment_contract:ann" if dimona else "travel:ann",
                "service": "employment_contract" if dimona else "travel",
                "state": "parked" if stuck else "done",
                "error_type": "PartnerDown" if stuck else None,
                "partner": ("dimona" if dimona else "railway") if stuck else None,
                "parked_since_at": MONDAY + timedelta(seconds=n) if stuck else None,
                "decide_by": MONDAY + SOON if stuck and n % 10 == 1 else None,
            }
        )
    async with database.writing() as connection:
        await connection.execute(insert(jobs), [in_row(jobs, row) for row in rows])
        await connection.execute(insert(job_steps), steps)


async def test_a_thousand_parked_of_ten_thousand_are_two_incidents_through_an_index(sqlite_only: Database) -> None:
    await many_jobs(sqlite_only, JOBS, PARKED)
    await PartnerStates(sqlite_only).failed("railway", MONDAY, "ConnectError at GET /bookings")
    found = await Incidents(sqlite_only).all(MONDAY)
    assert [(one.partner, one.error_type, one.count, one.jobs) for one in found] == [
        ("railway", "PartnerDown", 750, 750),
        ("dimona", "PartnerDown", 250, 250),
    ]
    assert [one.services for one in found] == [("travel",), ("employment_contract",)]
    assert [one.endangered for one in found] == [100, 0], "those are missed within two days"
    assert found[0].last_failure == "ConnectError at GET /bookings"
    assert found[0].since_at == MONDAY + timedelta(seconds=1)
    statement = str(grouped(MONDAY).compile(dialect=sqlite.dialect(), compile_kwargs={"literal_binds": True}))
    async with sqlite_only.reading() as connection:
        plan = [row[3] for row in await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}")]
    assert any("ix_job_steps_state_" in line for line in plan), plan
    assert not any(line.startswith("SCAN job_steps") for line in plan), plan


def test_a_train_of_the_twelfth_serves_the_twelfth_in_brussels() -> None:
    train = {
        "from_place": "Bruxelles",
        "arrive_by_at": "2026-03-12T23:30:00+00:00",
        "answer_by": "2026-03-01T08:00:00Z",
    }
    assert serves(train, date(2026, 3, 13)), "half past midnight in Brussels"
    assert not serves(train, date(2026, 3, 12))
    assert not serves(train, date(2026, 3, 1)), "the day somebody must answer is not the day it serves"
    van = {"from_at": "2026-03-11T08:00:00+00:00", "until_at": "2026-03-14T18:00:00+00:00"}
    assert serves(van, date(2026, 3, 12))
    assert not serves(van, date(2026, 3, 15))


async def test_what_was_counted_is_begun_once_and_only_as_long_as_it_is_so(sqlite_only: Database) -> None:
    await many_jobs(sqlite_only, 3, 3)
    items = [
        Item(
            n=n, job_id=f"J{n:06d}", step="employment_contract:ann" if n == 0 else "travel:ann",
            workflow_id=f"job-J{n:06d}", service="travel", attempt=1, revision=1,
        )
        for n in range(3)
    ]  # fmt: skip
    replays, now = Replays(sqlite_only), datetime(2026, 2, 2, 9, 0, tzinfo=UTC)
    frozen = await replays.freeze("replay", {"partner": "railway"}, items, "p-otto", "ops", now)
    how = Begun(
        by="p-otto", role="ops", reason="back", canary=1, rate_per_minute=0, at_once=10, safe=False, at=now
    )  # fmt: skip
    begun, fresh = await replays.begin(frozen.token, how)
    assert (begun.state, begun.count, fresh) == ("running", 3, True)
    assert (await replays.begin(frozen.token, how))[1] is False, "sent again it is the same replay"
    other = Begun(**how.__dict__ | {"by": "p-eve"})
    with pytest.raises(Frozen):
        await replays.begin(frozen.token, other)
    with pytest.raises(StaleToken, match="nothing was counted"):
        await replays.begin("f" * 40, other)

    late = await replays.freeze("replay", {"partner": "railway"}, items, "p-otto", "ops", now)
    async with sqlite_only.writing() as connection:
        await connection.execute(job_steps.update().where(job_steps.c.job_id == "J000001").values(attempt=2))
    with pytest.raises(StaleToken, match="1 of 3 steps have moved on since"):
        await replays.begin(late.token, how)
