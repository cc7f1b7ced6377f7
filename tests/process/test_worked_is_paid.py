"""Who has worked is paid: no withdrawal, no question and no payment that came back takes it away."""

from typing import Any

import pytest

from tests.process.small import BOB, CLIENT, DAY, NO_EXPENSES, NOTHING_BOOKED, START, crew, declare, engaged
from tests.process.test_questions import period_of
from tests.process.world import World

ANN_SIGNED, BOB_SIGNED = "employment_contract:ann", "employment_contract:bob"
BARE = NOTHING_BOOKED | NO_EXPENSES


def days(*dates: str) -> list[dict[str, Any]]:
    return [{"date": one, "starts": "15:00", "ends": "22:30", "place": "Liège"} for one in dates]


async def withdrawn(house: World, job_id: str) -> None:
    """The rest of it is called off."""
    await house.ask("ann", "POST", f"/api/jobs/{job_id}/withdraw", json={"reason": "the hall is flooded"})
    await house.settle()


async def never_ended(house: World, job_id: str, step: str) -> None:
    """Neither here nor on paper does a contract end under which work has begun."""
    await house.until_step(job_id, step, "parked")
    shown = await house.ask("iris", "GET", f"/api/jobs/{job_id}/steps/{step}")
    assert shown["answers"] == ["keep", "postpone"]
    with pytest.raises(AssertionError, match="work-has-begun"):
        await house.decide(job_id, step, "answer", answer="end", who="iris")
    await house.decide(job_id, step, "answer", answer="keep", who="iris")


async def test_a_job_withdrawn_after_two_of_its_days_pays_what_was_signed(house: World) -> None:
    await house.person(CLIENT, role="client", pays_after_days=6)
    dates = days("2026-02-10", "2026-02-11", "2026-02-20")
    job_id = await declare(house, crew=crew("ann", "bob"), **BARE, price_eur="2499.00", days=dates)
    await engaged(house, job_id)
    await house.reach(START + 3 * DAY, step=2 * DAY)
    await withdrawn(house, job_id)
    for step in (ANN_SIGNED, BOB_SIGNED):
        await never_ended(house, job_id, step)
    await house.live_until(job_id, lambda job: job.file.steps["wages:bob"].state == "done", step=2 * DAY, days=40)
    wage = await house.step(job_id, "wages:bob")
    assert wage is not None
    assert wage.request["gross_eur"] == "300.00"
    period = await period_of(house, job_id, "bob")
    assert (period["startDate"], period["endDate"], period["cancelled"]) == ("2026-02-10", "2026-02-20", False)


async def test_pay_that_came_back_stays_owed_when_the_rest_of_the_job_is_withdrawn(house: World) -> None:
    iban = (await house.partners("GET", f"/admin/people/{BOB}"))["identity"]["iban"]
    await house.partners("POST", "/admin/bank/returns", json={"iban": iban, "reason": "AC04"})
    people = [one | ({"days": ["2026-02-10"]} if one["item"] == "bob" else {}) for one in crew("ann", "bob")]
    job_id = await declare(house, crew=people, **BARE, days=days("2026-02-10", "2026-02-27"))
    await engaged(house, job_id)
    await house.reach(START + 12 * DAY, step=DAY)
    back = await house.until_step(job_id, "wages:bob", "parked")
    assert back.problem is not None
    await withdrawn(house, job_id)
    for step in (ANN_SIGNED, BOB_SIGNED):
        await never_ended(house, job_id, step)
    await house.settle()
    owed = (await house.house.ledger.balances(job_id)).open
    assert {account.value: str(amount) for account, amount in owed.items()}["wages_due"] == "-991.89", (
        "Bob's 198.91 that came back, and Ann's 792.98 for the day that is kept"
    )
    wage = await house.step(job_id, "wages:bob")
    assert wage is not None
    assert wage.state != "superseded"
