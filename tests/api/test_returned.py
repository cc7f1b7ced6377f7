"""A wage the bank gives back when its step was over: the story says so, it is watched, and it is paid again."""

from datetime import date
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


async def test_only_finance_pays_again(door: Door) -> None:
    for login, wanted in {"ada": 200, "eve": 403, "ann": 403}.items():
        asking = await door.asking(login)
        assert (await asking.get(RETURNED)).status_code == wanted
        assert (await asking.post(f"{RETURNED}/P1/again", json=REASON)).status_code == 403
