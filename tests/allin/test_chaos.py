"""Whatever dies and whoever misbehaves: nothing happens twice and nothing is lost. A damaged book is noticed."""

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import httpx2
import pytest
from sqlalchemy import update

from allin.chaos import Chaos, plan
from allin.chaos_lives import Door, Living, chosen
from allin.chaos_money import Bill, due, transfers
from allin.client.terminal import Stop
from allin.commands.chaos import stopped_short
from allin.invariants import broken
from allin.lives.editing import by_hand, edited
from allin.lives.life import Payment
from domain.ledger import Account, entry
from storage.core.database import Database
from storage.jobs.tables import jobs
from storage.money.ledger import book
from storage.security.audit import Audit, AuditEntry
from tests.databases import MONDAY, a_job

PARTNERS = ("bank", "dimona", "insurer", "mail", "railway")


def test_the_same_seed_breaks_the_same_things() -> None:
    one, again, other = plan(7, 3, 4, PARTNERS), plan(7, 3, 4, PARTNERS[::-1]), plan(8, 3, 4, PARTNERS)
    assert one == again
    assert one.faults != other.faults
    assert len(one.faults) == 10
    assert len(one.kills) == 4
    assert all(4 <= kill.after_seconds <= 12 for kill in one.kills)
    assert len(plan(7, 3, 0, PARTNERS, faults=3).faults) == 3
    turns = [kill.victim for kill in plan(7, 3, 4, PARTNERS, in_turn=True).kills]
    assert turns == ["everything", "temporal", "watch", "everything"]
    calm = plan(7, 3, 0, PARTNERS, faults=0)
    assert (calm.faults, calm.kills) == ((), ())


def test_the_same_seed_lives_the_same_lives_from_the_demonstrations_first_day() -> None:
    lives = chosen(3, 4)
    assert lives == chosen(3, 4)
    assert len({life.member.slug for life in lives}) == 4
    assert {life.begins_on.isoformat() for life in lives} == {"2026-02-02"}


def replies(answers: dict[str, httpx2.Response]) -> Door:
    """A door behind which everything is answered by its path."""
    door = Door("http://nowhere")
    door.ask = lambda who, method, path, **_: answers[path.partition("?")[0]]  # type: ignore[method-assign]
    return door


def test_a_life_that_the_quote_refuses_is_over_and_one_that_fails_at_the_door_complains() -> None:
    refusing = {"type": "problem/quote-refuses", "quote": {"refusals": [{"rule": "unprintable"}], "missing": []}}
    one = Living(chosen(3, 1)[0])
    one.declare(replies({"/api/jobs": httpx2.Response(409, json=refusing)}))
    assert (one.over, one.refused, one.complaints) == (True, ["unprintable"], [])
    other = Living(chosen(3, 1)[0])
    other.declare(replies({"/api/jobs": httpx2.Response(500, json={"type": "problem/broken"})}))
    assert (other.over, len(other.complaints)) == (True, 1)
    away = Living(chosen(3, 1)[0])
    away.declare(replies({"/api/jobs": httpx2.Response(503, json={"type": "problem/process-unreachable"})}))
    assert (away.over, away.complaints) == (False, [])


def test_an_installation_that_exists_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "allin.db").write_text("somebody's")
    with pytest.raises(Stop, match="is not empty: chaos makes an installation of its own"):
        Chaos(tmp_path, 1, 1, 1, print)


async def test_each_thing_that_does_not_hold_is_named(sqlite_only: Database) -> None:
    job_id = await a_job(sqlite_only)
    decided = AuditEntry(at=datetime(2026, 2, 2, tzinfo=UTC), who="p-otto", role="ops", what="step.replay")
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


BILL = Bill(
    number="LGE-2026-000001",
    job_id="J1",
    iban="BE71096123456769",
    payable_eur=Decimal("1060.00"),
    payment_reference="000000000101",
    due_on=date(2026, 3, 9),
)


@pytest.mark.parametrize(
    ("how", "amounts"),
    [
        ("exact", ["1060.00"]),
        ("part", ["530.00"]),
        ("too_much", ["1160.00"]),
        ("twice", ["1060.00", "1060.00"]),
        ("never", []),
        ("unrelated", ["1060.00"]),
    ],
)
def test_the_clients_money_comes_in_as_it_was_drawn(how: str, amounts: list[str]) -> None:
    made = transfers(BILL, Payment.model_validate({"how": how}))
    assert [one["amount_eur"] for one in made] == amounts
    assert all(("structured_communication" in one) == (how != "unrelated") for one in made)


def test_an_invoice_is_paid_once_on_its_drawn_day() -> None:
    late = [Payment(how="late", days_after_due=10)]
    assert [*due(late, [BILL], set(), date(2026, 3, 18))] == []
    assert [how.how for _, how in due(late, [BILL], set(), date(2026, 3, 19))] == ["late"]
    assert [*due(late, [BILL], {BILL.number}, date(2026, 3, 19))] == []
    second = BILL.model_copy(update={"number": "LGE-2026-000002"})
    assert [how.how for _, how in due(late, [BILL, second], {BILL.number}, date(2026, 3, 9))] == ["exact"]


def test_an_edited_replay_changes_a_number_and_a_loss_gets_its_bearer() -> None:
    told = {"request": {"price_eur": "100.00", "people": 3}, "editable": ["price_eur"], "result_draft": None}
    assert edited(told, 1.5) == {"price_eur": "150.00", "people": 3}
    assert edited(told | {"editable": ["people"]}, 2) == {"price_eur": "100.00", "people": 6}
    loss = {"request": {"loss_borne_by": None}, "editable": ["loss_borne_by"]}
    assert edited(loss, 2) == {"loss_borne_by": "community"}
    assert by_hand(told) is None
    begun = {"booking": {"net_eur": "198.91", "booked_on": None, "transferred_eur": None}}
    paid = {"net_eur": "198.91", "booked_on": "2026-02-20", "transferred_eur": "198.91"}
    assert by_hand(begun, on=date(2026, 2, 20)) == paid
    assert by_hand({"result_draft": {"van": "x", "paid_how": None}}) == {"van": "x", "paid_how": "free"}


def test_a_job_under_way_when_the_time_is_over_is_named_once() -> None:
    assert stopped_short("endings: J1 is engaged and waits for nobody", ["J1"])
    assert not stopped_short("endings: J2 is engaged and waits for nobody", ["J1"])
    assert not stopped_short("endings: J1 has ended, and wages:ann is held", ["J1"])
