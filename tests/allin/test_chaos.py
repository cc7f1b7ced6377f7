"""Whatever dies and whoever misbehaves: nothing happens twice and nothing is lost. A damaged book is noticed."""

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import update

from allin.chaos import Chaos, plan
from allin.invariants import broken
from allin.terminal import Stop
from domain.ledger import Account, entry
from storage.audit import Audit, Decided
from storage.database import Database
from storage.job_tables import jobs
from storage.ledger import book
from tests.databases import MONDAY, a_job

PARTNERS = ("bank", "dimona", "insurer", "mail", "railway")


def test_the_same_seed_breaks_the_same_things() -> None:
    one, again, other = plan(7, 3, 4, PARTNERS), plan(7, 3, 4, PARTNERS[::-1]), plan(8, 3, 4, PARTNERS)
    assert one == again
    assert one.faults != other.faults
    assert len(one.faults) == 10
    assert len(one.kills) == 4
    assert all(4 <= kill.after_seconds <= 12 for kill in one.kills)


def test_an_installation_that_exists_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "allin.db").write_text("somebody's")
    with pytest.raises(Stop, match="is not empty: chaos makes an installation of its own"):
        Chaos(tmp_path, 1, 1, 1, 0.2, print)


async def test_each_thing_that_does_not_hold_is_named(sqlite_only: Database) -> None:
    job_id = await a_job(sqlite_only)
    decided = Decided(at=datetime(2026, 2, 2, tzinfo=UTC), who="p-otto", role="ops", what="step.replay")
    await Audit(sqlite_only).record(decided)
    assert await broken(sqlite_only, []) == [f"endings: {job_id} is quoted and waits for nobody"]

    amounts = {Account.BANK: Decimal("1.00"), Account.WAGES_DUE: Decimal("-1.00")}
    async with sqlite_only.writing() as connection:
        await book(connection, entry("wage-paid-twice", job_id, MONDAY.date(), "A wage", amounts))
        await connection.execute(update(jobs).values(state="closed", seq=5))
    twice = {"partner": "dimona", "kind": "declaration", "key": "X/-/1:declare", "reference": "r", "subject": "s"}
    told = await broken(sqlite_only, [twice, twice])
    assert [line.split(":")[0] for line in told] == ["effects", "effects", "effects", "books"]
    assert f"books: {job_id} is closed with -1.00 on wages_due" in told
    assert "effects: dimona: declaration 2 times for X/-/1:declare" in told
