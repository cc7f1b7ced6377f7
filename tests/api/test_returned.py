"""A wage the bank gives back when its step was over: the story says so, it is watched, and it is paid again."""

from datetime import UTC, date, datetime
from decimal import Decimal

from sqlalchemy import insert, select, update

from domain.identifiers import account_mark
from domain.job import StepState
from domain.ledger import Account
from domain.statements import StatementEntry
from storage.jobs.tables import job_steps
from storage.money.payment_tables import payments
from tests.api.bank_morning import morning_with
from tests.api.conftest import Door
from tests.api.test_bank import a_due_wage, door

__all__ = ["door"]
RETURNED = "/api/bank/returned"
REASON = {"reason": "Ann entered another account"}


async def paid_and_over(door: Door) -> tuple[str, str]:
    """740.11 for Ann, booked, its step done; the job and the payment's EndToEndId."""
    job_id = await a_due_wage(door)
    step = StepState(service="wages", item="ann", state="done")
    row = {
        "job_id": job_id, "step": "wages:ann", "workflow_id": f"job-{job_id}", "position": 1, "service": "wages",
        "item": "ann", "state": "done", "attempt": 1, "revision": 1, "file": step.model_dump(mode="json"),
    }  # fmt: skip
    async with door.house.database.writing() as connection:
        await connection.execute(insert(job_steps).values(**row))
        await connection.execute(update(payments).values(state="sent", account=account_mark("BE62510007547061")))
        end_to_end = (await connection.execute(select(payments.c.end_to_end))).scalar_one()
    await told(door, "-740.11", end_to_end, 3)
    return job_id, end_to_end


async def told(door: Door, amount: str, end_to_end: str, day: int, opening: str = "0.00", why: str = "") -> None:
    """A statement with one movement is taken over, booked and settled, as every morning."""
    moved = Decimal(amount)
    entry = StatementEntry(
        reference="R", amount_eur=moved, booked_on=date(2026, 2, day), end_to_end=end_to_end,
        return_reason=why or None,
    )  # fmt: skip
    await morning_with(door, entry, opening)


async def wages_due(door: Door, job_id: str) -> Decimal:
    return (await door.house.ledger.balances(job_id)).of(Account.WAGES_DUE)


async def test_a_late_return_is_told_watched_and_paid_again_to_another_account(door: Door) -> None:
    job_id, end_to_end = await paid_and_over(door)
    fay = await door.asking("fay")
    assert (await fay.get(RETURNED)).json() == {"returned": []}

    await told(door, "740.11", end_to_end, 4, "-740.11", "AC04")

    (late,) = (await fay.get(RETURNED)).json()["returned"]
    assert (late["step"], late["reason"], late["amount_eur"]) == ("wages:ann", "AC04", "740.11")
    lines = [(line.kind, line.step, line.params) for line in await door.house.events.since(job_id)]
    assert lines[-1] == ("wages.returned_late", "wages:ann", {"reason": "AC04"})
    alarmed = [one.kind for one in await door.house.deadlines.due_unmet(door.clock.now())]
    assert "wages_again" in alarmed

    path = f"{RETURNED}/{late['payment_id']}/again"
    refused = await fay.post(path, json=REASON)
    assert (refused.status_code, refused.json()["refusal"]) == (422, "PaymentReturned")
    await door.house.people.enter("p-ann", door.clock.now(), iban="BE71096123456769")
    again = await fay.post(path, json=REASON)
    assert again.status_code == 200, again.text
    assert (await fay.get(RETURNED)).json() == {"returned": []}
    assert (await fay.post(path, json=REASON)).status_code == 404

    async with door.house.database.writing() as connection:
        await connection.execute(update(payments).where(payments.c.turn == 2).values(state="sent"))
    before = await wages_due(door, job_id)
    await told(door, "-740.11", again.json()["payment_id"], 5, "0.00")
    assert await wages_due(door, job_id) - before == Decimal("740.11")
    assert (await door.house.events.since(job_id))[-1].kind == "wages.paid_again"
    assert "wages_again" not in [one.kind for one in await door.house.deadlines.due_unmet(door.clock.now())]


async def test_a_late_return_that_is_paid_outside_is_owed_no_more_and_the_banks_own_line_takes_its_place(
    door: Door,
) -> None:
    job_id, end_to_end = await paid_and_over(door)
    await told(door, "740.11", end_to_end, 4, "-740.11", "AC04")
    fay = await door.asking("fay")
    (late,) = (await fay.get(RETURNED)).json()["returned"]
    path, before = f"{RETURNED}/{late['payment_id']}/by-hand", await wages_due(door, job_id)
    said = {"reason": "her account is closed: paid to her sister, as she asks in writing"}
    door.clock.at = datetime(2026, 2, 6, 9, tzinfo=UTC)
    future = await fay.post(path, json=said | {"paid_on": "2026-02-07"})
    assert (future.status_code, future.json()["refusal"]) == (422, "PaidInTheFuture")

    paid = await fay.post(path, json=said | {"paid_on": "2026-02-05"})
    assert paid.status_code == 200, paid.text
    assert (await fay.post(path, json=said | {"paid_on": "2026-02-05"})).status_code == 404
    assert (await fay.get(RETURNED)).json() == {"returned": []}
    assert await wages_due(door, job_id) - before == Decimal("740.11")
    line = (await door.house.events.since(job_id))[-1]
    assert (line.kind, line.step, line.params) == ("wages.paid_again", "wages:ann", {"on": "2026-02-05"})
    assert "wages_again" not in [one.kind for one in await door.house.deadlines.due_unmet(door.clock.now())]

    await told(door, "-740.11", paid.json()["payment_id"], 5, "0.00")
    assert await wages_due(door, job_id) - before == Decimal("740.11")


async def test_only_finance_pays_again(door: Door) -> None:
    for login, wanted in {"ada": 200, "eve": 403, "ann": 403}.items():
        asking = await door.asking(login)
        assert (await asking.get(RETURNED)).status_code == wanted
        assert (await asking.post(f"{RETURNED}/P1/again", json=REASON)).status_code == 403
        outside = REASON | {"paid_on": "2026-02-05"}
        assert (await asking.post(f"{RETURNED}/P1/by-hand", json=outside)).status_code == 403
