"""A contract of several months is paid each month, whatever is still to come: worked is paid, once.

Seven Tuesdays from 10 February to 24 March 2026, 15:00 to 22:30: three in February, four in March. Bob's gross is
700.00: 300.00 for February, by the fourth working day of March (Thursday 5), and 400.00 by 31 March.
"""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal as D
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from domain.periods import Period
from storage.money.ledger import LedgerStore
from storage.money.payment_tables import payments
from storage.people.hand_over import HandOvers
from tests.process.small import BOB, CLIENT, DAY, HOUR, NO_EXPENSES, NOTHING_BOOKED, crew, declare, engaged
from tests.process.world import World, world

TUESDAYS = [date(2026, 2, 10) + n * timedelta(days=7) for n in range(7)]
BARE = NOTHING_BOOKED | NO_EXPENSES
FEBRUARY, MARCH = "wages:bob.2026-02", "wages:bob"


def days(*dates: date) -> list[dict[str, Any]]:
    return [{"date": str(on), "starts": "15:00", "ends": "22:30", "place": "Liège"} for on in dates]


def two(**bob: Any) -> list[dict[str, Any]]:
    """Ann and Bob, who has a gross of his own."""
    return [one | ({"gross_eur": "700.00"} | bob if one["item"] == "bob" else {}) for one in crew("ann", "bob")]


async def begun(house: World, **changes: Any) -> str:
    await house.person(CLIENT, role="client", pays_after_days=6)
    told = {"crew": two(), "price_eur": "2499.00", "days": days(*TUESDAYS)} | changes
    job_id = await declare(house, **BARE, **told)
    await engaged(house, job_id)
    return job_id


async def paid(house: World, job_id: str) -> list[tuple[str, D, date | None]]:
    """What Bob's account shows: the step, the amount and the day, in order."""
    wanted = select(payments).where(payments.c.job_id == job_id, payments.c.state == "booked")
    async with house.site.database.reading() as connection:
        rows = (await connection.execute(wanted.order_by(payments.c.booked_on))).all()
    bob = [row for row in rows if "/wages/bob" in row.order_key]
    return [(row.order_key.split("/")[2], row.amount_eur, row.booked_on) for row in bob]


def done(step: str) -> Any:
    return lambda job: step in job.file.steps and job.file.steps[step].state == "done"


async def test_each_month_is_paid_when_it_is_over_and_the_job_closes_at_zero(house: World) -> None:
    job_id = await begun(house)
    await house.reach(datetime(2026, 3, 8, 12, tzinfo=UTC), step=DAY)
    job = await house.until(job_id, done(FEBRUARY))
    assert job.state == "taking_place"
    assert MARCH not in job.file.steps
    # of 300.00: base 324.00, 13.07 % 42.35, 22.8 % of 257.65 58.74
    assert await paid(house, job_id) == [("bob.2026-02", D("198.91"), date(2026, 3, 5))]
    due = {(one.kind, one.item): one for one in await house.house.deadlines.of_job(job_id)}
    assert due["wages_paid", "bob.2026-02"].met_at is not None
    assert due["wages_paid", "bob"].met_at is None
    assert ("wages_promised", "bob.2026-02") not in due
    job = await house.live_until(job_id, lambda one: one.state == "closed", step=2 * DAY, days=60)
    # of 400.00: base 432.00, 13.07 % 56.46, 22.8 % of 343.54 78.33
    assert (await paid(house, job_id))[1:] == [("bob", D("265.21"), date(2026, 3, 31))]
    assert (await LedgerStore(house.site.database).balances(job_id)).open == {}


async def test_what_is_worked_stays_paid_and_the_rest_stays_owed_when_the_job_is_withdrawn(house: World) -> None:
    job_id = await begun(house)
    await house.reach(datetime(2026, 3, 11, 12, tzinfo=UTC), step=DAY)
    await house.until(job_id, done(FEBRUARY))
    await house.ask("ann", "POST", f"/api/jobs/{job_id}/withdraw", json={"reason": "the hall is flooded"})
    await house.settle()
    for slug in ("ann", "bob"):
        step = f"employment_contract:{slug}"
        await house.until_step(job_id, step, "parked")
        await house.decide(job_id, step, "answer", answer="keep", who="iris")
    await house.live_until(job_id, done(MARCH), step=2 * DAY, days=40)
    assert [(item, amount) for item, amount, _ in await paid(house, job_id)] == [
        ("bob.2026-02", D("198.91")),
        ("bob", D("265.21")),
    ]


async def test_a_month_that_came_back_holds_no_other_month_up(house: World) -> None:
    iban = (await house.partners("GET", f"/admin/people/{BOB}"))["identity"]["iban"]
    await house.partners("POST", "/admin/bank/returns", json={"iban": iban, "reason": "AC04"})
    job_id = await begun(house)
    await house.reach(datetime(2026, 3, 10, 12, tzinfo=UTC), step=DAY)
    await house.settle()
    due = {(one.kind, one.item): one for one in await house.house.deadlines.of_job(job_id)}
    assert due["wages_again", "bob.2026-02"].met_at is None
    await house.partners("DELETE", f"/admin/bank/returns/{iban}")
    await house.live_until(job_id, done(MARCH), step=2 * DAY, days=40)
    assert [(item, amount) for item, amount, _ in await paid(house, job_id)] == [("bob", D("265.21"))]


async def test_an_amendment_after_a_month_was_paid_is_made_up_for_by_the_last_pay(house: World) -> None:
    """Bob would get 840.00 instead of 700.00; both sign on 10 March, when 300.00 are paid: 540.00 are left."""
    job_id = await begun(house)
    step = "employment_contract:bob"
    job = await house.job(job_id)
    told = job.declaration | {"crew": two(gross_eur="840.00")}
    body = {"declaration": told, "reason": "a longer set"}
    await house.ask("ann", "POST", f"/api/jobs/{job_id}/move", json=body)
    await house.pass_time(4 * HOUR)
    await house.until_step(job_id, step, "parked")
    await house.reach(datetime(2026, 3, 10, 12, tzinfo=UTC), step=DAY)
    job = await house.until(job_id, done(FEBRUARY))
    assert job.in_force.wages["bob"].gross_eur == D("400.00")
    paper = {"reason": "signed at the desk", "result": {}, "evidence": "avenant-signe"}
    await house.decide(job_id, step, "complete", who="iris", **paper)
    await house.until_step(job_id, step, "done")
    await house.live_until(job_id, done(MARCH), step=2 * DAY, days=40)
    # of 540.00: base 583.20, 13.07 % 76.22, 22.8 % of 463.78 105.74
    assert [(item, amount) for item, amount, _ in await paid(house, job_id)] == [
        ("bob.2026-02", D("198.91")),
        ("bob", D("358.04")),
    ]
    last = await house.step(job_id, MARCH)
    assert last is not None
    assert (last.request["gross_eur"], last.request["earlier_eur"]) == ("540.00", "300.00")
    entity = await house.house.entities.entity("brussels")
    first_quarter = Period(first_on=date(2026, 1, 1), last_on=date(2026, 3, 31))
    lines = (await HandOvers(house.site.database).of(entity, first_quarter)).lines
    assert [line.gross_cents for line in lines if line.worker_number == last.request["person_id"]] == [84000]


@pytest.fixture
async def forgetful(
    temporal_address: str, sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[World]:
    """A cooperative whose histories are cut after forty events."""
    monkeypatch.setattr("activities.dimona.POLLS_SECONDS", (0.1,))
    async with world(temporal_address, sqlite_url, tmp_path, longest_history=40) as opened:
        yield opened


async def test_a_long_history_that_is_cut_pays_no_month_twice(forgetful: World) -> None:
    job_id = await begun(forgetful)
    await forgetful.live_until(job_id, lambda one: one.state == "closed", step=2 * DAY, days=90)
    runs = [run async for run in forgetful.client.list_workflows(f"WorkflowId='job-{job_id}'")]
    assert len(runs) >= 2
    assert [(item, amount) for item, amount, _ in await paid(forgetful, job_id)] == [
        ("bob.2026-02", D("198.91")),
        ("bob", D("265.21")),
    ]
