"""A changed request meets a step that waits for a person: the step starts over with it, in the same breath."""

from typing import Any

from tests.process.small import (
    ANN,
    CLIENT,
    NO_EXPENSES,
    NOTHING_BOOKED,
    READY_OR_LATER,
    alone,
    client,
    concert,
    crew,
    declare,
)
from tests.process.world import World

A_DAY_LATER = [{"date": "2026-02-11", "starts": "15:00", "ends": "22:30", "place": "Liège"}]


def later(**changes: Any) -> dict[str, Any]:
    """The small concert a day later, for a move."""
    told = concert() | {"client": client(), "days": A_DAY_LATER} | changes
    return {
        "declaration": {name: value for name, value in told.items() if value is not None},
        "reason": "the hall is free a day later",
    }


async def move(house: World, job_id: str, **changes: Any) -> None:
    """Ann moves her job by a day."""
    await house.ask("ann", "POST", f"/api/jobs/{job_id}/move", json=later(**changes))


async def revised(house: World, job_id: str, step: str, state: str, revision: int = 2) -> None:
    """The step runs under its new request; AssertionError when it does not get there."""
    await house.until(job_id, lambda job: job.file.steps[step].revision == revision)
    await house.until(job_id, lambda job: job.file.steps[step].state == state)


async def test_the_adviser_lifts_the_limit_of_the_fund_and_the_reservation_goes_on(house: World) -> None:
    nothing = {**NOTHING_BOOKED, **NO_EXPENSES}
    await house.person(CLIENT, role="client", behaviour="answers", after_hours=0)
    job_id = await declare(house, **nothing, crew=crew("ann"), price_eur="60000.00")
    parked = await house.until_step(job_id, "prefinancing", "parked")
    assert parked.problem is not None
    assert (parked.problem.type, parked.problem.params["left"]) == ("FundLimitReached", "15000.00")
    for rule in ("new_client", "autonomy", "fund_limit"):
        answer = {"granted": True, "reason": "I know this client"}
        await house.ask("iris", "POST", f"/api/jobs/{job_id}/approvals/{rule}", json=answer)

    reserved = await house.until_step(job_id, "prefinancing", "held")
    assert (reserved.revision, reserved.attempt) == (2, 2)
    assert reserved.request["approved_by"] == "iris"
    assert reserved.booking is not None
    assert reserved.booking["reserved_eur"] == "59700.00"
    await house.settle()
    await house.turn()
    await house.until(job_id, lambda job: job.state in READY_OR_LATER)


async def test_a_client_who_asked_for_changes_is_asked_anew_about_the_moved_job(house: World) -> None:
    await house.person(CLIENT, role="client", behaviour="asks_for_changes", after_hours=0)
    job_id = await alone(house)
    await house.until_step(job_id, "agreement", "waiting")
    await house.turn()
    before = await house.until_step(job_id, "agreement", "parked")
    await house.person(CLIENT, role="client", behaviour="answers", after_hours=0)
    await move(house, job_id, **NOTHING_BOOKED, **NO_EXPENSES, crew=crew("ann"))

    await revised(house, job_id, "agreement", "waiting")
    await house.turn()
    agreed = await house.until_step(job_id, "agreement", "done")
    assert agreed.request["starts_at"].startswith("2026-02-11")
    assert agreed.attempt == before.attempt + 1
    assert agreed.given_up == {}
    assert (await house.kinds(job_id)).count("step.parked") == 1


async def test_a_collaborator_who_refused_is_offered_the_moved_job(house: World) -> None:
    await house.person(ANN, role="collaborator", behaviour="refuses", after_hours=0)
    await house.person(CLIENT, role="client", behaviour="answers", after_hours=0)
    job_id = await alone(house)
    for _ in range(3):
        await house.settle()
        await house.turn()
    await house.until_step(job_id, "employment_contract:ann", "parked")
    await house.person(ANN, role="collaborator", behaviour="answers", after_hours=0)
    await move(house, job_id, **NOTHING_BOOKED, **NO_EXPENSES, crew=crew("ann"))
    await revised(house, job_id, "agreement", "waiting")
    await house.turn()  # the client says yes to the new day
    await revised(house, job_id, "employment_contract:ann", "waiting")
    for _ in range(3):
        await house.settle()
        await house.turn()
    signed = await house.until_step(job_id, "employment_contract:ann", "done")
    assert signed.request["starts_at"].startswith("2026-02-11")


async def test_a_supplier_that_refused_is_asked_for_the_new_day(house: World) -> None:
    await house.fault("supplier", "422", detail="nothing left on that day", times=1)
    job_id = await declare(house, van_rental=None, insurance=None, travel=None, **NO_EXPENSES)
    await house.until_step(job_id, "equipment", "parked")
    await move(house, job_id, van_rental=None, insurance=None, travel=None, **NO_EXPENSES)
    await revised(house, job_id, "equipment", "held")
    again = await house.step(job_id, "equipment")
    assert again is not None
    assert again.request["from_at"].startswith("2026-02-11")
    holds = [one for one in await house.effects("supplier") if one["kind"] == "hold"]
    assert len(holds) <= 1


async def test_a_job_withdrawn_right_after_its_move_gives_everything_back(house: World) -> None:
    await house.fault("supplier", "422", detail="nothing left on that day", times=1)
    job_id = await declare(house, van_rental=None, insurance=None, travel=None, **NO_EXPENSES)
    await house.until_step(job_id, "equipment", "parked")
    await move(house, job_id, van_rental=None, insurance=None, travel=None, **NO_EXPENSES)
    await house.ask("ann", "POST", f"/api/jobs/{job_id}/withdraw", json={"reason": "not at all then"})
    job = await house.until(job_id, lambda job: job.state == "withdrawn")
    assert {state.state for state in job.file.steps.values()} == {"undone"}
