"""Two things at once: a move and a declaration under way, a move and a thing done by hand, a question and a day."""

import asyncio
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from temporalio.client import WorkflowUpdateFailedError

from domain.job import Decision
from domain.ledger import Account
from storage.money.ledger import LedgerStore
from tests.process.small import DAY, HOUR, NO_EXPENSES, NOTHING_BOOKED, START, crew, declare, engaged
from tests.process.test_partners import HEAVY
from tests.process.world import World

BARE = NOTHING_BOOKED | NO_EXPENSES
ANN, BOB, VAN = "employment_contract:ann", "employment_contract:bob", "van_rental:van"


async def moved(house: World, job_id: str, **changes: Any) -> Any:
    """The member changes something of the job."""
    told = (await house.job(job_id)).declaration | changes
    body = {"declaration": told, "reason": "the orchestra asked for it"}
    return await house.ask("ann", "POST", f"/api/jobs/{job_id}/move", json=body)


def paid_less() -> list[dict[str, Any]]:
    return [{**one, "gross_eur": "250.00"} if one["item"] == "bob" else one for one in crew("ann", "bob")]


async def declared(house: World) -> list[str]:
    return [one["kind"] for one in await house.effects("dimona") if one["kind"] == "declaration"]


async def test_a_change_of_pay_lets_a_declaration_under_way_come_to_its_end(house: World) -> None:
    job_id = await declare(house, crew=crew("ann", "bob"), **BARE)
    await house.pass_time(4 * HOUR)
    await house.until(job_id, lambda job: job.state == "ready")
    await house.fault("dimona", "delay", seconds=2)
    await house.pass_time(3 * HOUR)
    for _ in range(200):
        if (await house.kinds(job_id)).count("employment_contract.sign") == 2:
            break
        await asyncio.sleep(0.05)
    await moved(house, job_id, crew=paid_less())
    await house.partners("DELETE", "/admin/faults")
    await house.settle()
    await house.pass_time(4 * HOUR)
    asked = await house.until_step(job_id, BOB, "parked")
    assert asked.problem is not None
    assert asked.problem.type == "SignedContractChanges"
    assert len(await declared(house)) == 2
    await house.reach(START + HOUR, step=2 * DAY)
    job = await house.until(job_id, lambda job: job.state in ("taking_place", "performed", "engaged"))
    assert job.file.off_the_job == []


async def test_who_is_refused_by_social_security_is_told_not_to_start_whatever_is_asked_about_their_pay(
    house: World,
) -> None:
    await house.fault("dimona", "422", detail="worker unknown")
    job_id = await declare(house, crew=crew("ann", "bob"), **BARE)
    await house.pass_time(4 * HOUR)
    await house.pass_time(3 * HOUR)
    await house.until_step(job_id, BOB, "parked")
    await moved(house, job_id, crew=paid_less())
    await house.settle()
    await house.reach(START + HOUR, step=2 * DAY)
    await house.settle()
    job = await house.job(job_id)
    assert sorted(job.file.off_the_job) == ["ann", "bob"]
    assert (await house.kinds(job_id)).count("job.taken_off") == 2


async def test_a_van_hired_by_telephone_is_not_given_up_by_a_move_without_a_word(house: World) -> None:
    await house.fault("vans", "422", detail="no vans")
    job_id = await declare(house, crew=crew("ann", "bob"), **BARE | {"van_rental": HEAVY})
    await house.until_step(job_id, VAN, "parked")
    found = {
        "van": "1-XYZ-999",
        "source": "hirer",
        "price_eur": "100.00",
        "reference": "phone 77",
        "confirmed": True,
    }
    paid = {"paid_how": "card", "paid_to": "Vans & Co"}
    await house.decide(job_id, VAN, "complete", evidence="order by phone", result=found | paid)
    await house.until_step(job_id, VAN, "done")
    await engaged(house, job_id)
    await house.partners("DELETE", "/admin/faults")
    days = [{"date": "2026-02-12", "starts": "15:00", "ends": "22:30", "place": "Liège"}]
    await moved(house, job_id, days=days)
    await house.settle()
    await house.pass_time(4 * HOUR)
    asked = await house.until_step(job_id, VAN, "parked")
    assert asked.problem is not None
    assert (asked.problem.type, asked.problem.params) == ("DoneByHand", {"evidence": "order by phone.pdf"})
    books = LedgerStore(house.site.database)
    assert (await books.balances(job_id)).of(Account.RESULT) == Decimal("100.00")


async def test_who_has_worked_is_paid_a_question_left_open_ends_no_contract(house: World) -> None:
    job_id = await declare(house, crew=crew("ann", "bob"), **BARE)
    await engaged(house, job_id)
    for step in (ANN, BOB):
        await house.until_step(job_id, step, "done")
    await moved(house, job_id, crew=paid_less())
    for step in (ANN, BOB):  # what Bob gets less is Ann's
        await house.until_step(job_id, step, "parked")
    path = f"/api/jobs/{job_id}/steps/{BOB}"
    assert (await house.ask("iris", "GET", path))["answers"] == ["amend", "by_hand", "keep", "end", "postpone"]
    await house.reach(START + timedelta(hours=18), step=2 * DAY)
    await house.until_step(job_id, BOB, "parked")
    assert (await house.ask("iris", "GET", path))["answers"] == ["keep", "postpone"]
    with pytest.raises(AssertionError, match="work-has-begun"):
        await house.decide(job_id, BOB, "answer", answer="end", who="iris")


async def redone(house: World, job_id: str, step: str, **edited: Any) -> None:
    """Somebody finds what is booked wrong, and has it booked otherwise."""
    state = await house.step(job_id, step)
    assert state is not None
    wish = Decision(
        operation_id=f"redo-{step}-{len(edited)}-{state.revision}",
        step=step,
        kind="replay",
        expected_attempt=state.attempt,
        by="p-omar",
        role="ops",
        reason="the road is closed",
        request=state.request | edited,
    )
    await house.client.get_workflow_handle(f"job-{job_id}").execute_update("redo", wish)


@pytest.mark.parametrize(
    ("edited", "why"),
    [
        ({"kilometres": -1}, "kilometres"),
        ({"until_at": "2026-02-10T10:00:00Z"}, "until_at"),
        ({"hold_until_at": "2026-02-10T10:00:00Z"}, "cannot be changed here"),
        ({"kilometres": "far"}, "kilometres"),
    ],
)
async def test_an_edited_redo_follows_the_rules_of_its_service(
    house: World, edited: dict[str, Any], why: str
) -> None:
    job_id = await declare(house, crew=crew("bob"), **BARE | {"van_rental": HEAVY})
    await engaged(house, job_id)
    await house.until_step(job_id, VAN, "done")
    with pytest.raises(WorkflowUpdateFailedError) as no:
        await redone(house, job_id, VAN, **edited)
    assert why in str(no.value.cause)
    with pytest.raises(WorkflowUpdateFailedError) as no:
        await redone(house, job_id, BOB, gross_eur="900.00")
    assert "signed, issued or agreed to" in str(no.value.cause)


async def test_an_edited_redo_costs_the_job_what_is_booked_now_and_nothing_twice(house: World) -> None:
    job_id = await declare(house, crew=crew("bob"), **BARE | {"van_rental": HEAVY})
    await engaged(house, job_id)
    before = await house.until_step(job_id, VAN, "done")
    books = LedgerStore(house.site.database)
    assert before.booking is not None
    assert (await books.balances(job_id)).of(Account.RESULT) == Decimal(before.booking["price_eur"])
    await redone(house, job_id, VAN, seats=2)
    for _ in range(2):
        await house.settle()
    after = await house.until_step(job_id, VAN, "done")
    assert after.booking is not None
    assert (after.revision, after.booking["released"]) == (2, False)
    costs = [one for one in await books.entries(job_id) if "van_rental" in one.key]
    assert sum(one.on_account(Account.RESULT) for one in costs) == Decimal(after.booking["price_eur"])
