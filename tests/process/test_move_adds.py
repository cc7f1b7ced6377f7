"""What a proposed move adds is held beside while the client decides, and only what is agreed is ever bought."""

from datetime import date
from typing import Any

from tests.process.small import CLIENT, DAY, HOUR, concert, declare, engaged
from tests.process.test_move_agreed import LATER, NEW, OLD, in_force, move, vans
from tests.process.world import World

ADDED: dict[str, Any] = {
    "van_rental": concert()["van_rental"],
    "equipment": concert()["equipment"],
    "travel": concert()["travel"],
}


async def without_a_van(house: World) -> str:
    """Agreed and signed, without van, lamps and tickets."""
    small: dict[str, Any] = {"travel": None, "equipment": None, "expenses": None, "van_rental": None}
    job_id = await declare(house, date.fromisoformat(OLD), **small)
    await engaged(house, job_id)
    await house.until(job_id, lambda job: job.state == "engaged")
    await house.until_step(job_id, "insurance", "done")
    return job_id


async def proposed(house: World) -> str:
    """The move to another day adds a van, lamps and tickets; the client has not answered."""
    job_id = await without_a_van(house)
    await house.person(CLIENT, role="client", behaviour="silent")
    await move(house, job_id, NEW, **ADDED)
    await house.until_step(job_id, "agreement", "waiting")
    await house.settle()
    return job_id


async def answered(house: World, job_id: str, behaviour: str) -> None:
    await house.person(CLIENT, role="client", behaviour=behaviour)
    await house.live_until(job_id, lambda job: job.file.proposal is None, step=4 * HOUR, days=2)
    await house.settle()


async def tickets(house: World) -> list[str]:
    """What happened at the railway."""
    return [one["kind"] for one in await house.effects("railway")]


async def test_what_a_move_adds_is_held_beside_and_bought_once_after_the_yes(house: World) -> None:
    job_id = await proposed(house)
    await in_force(house, job_id, OLD)
    assert await vans(house, job_id) == {"1": "held"}
    assert "equipment.hold" in await house.kinds(job_id)
    assert (await tickets(house)).count("booking") == 2
    assert not {"van_rental.confirm", "travel.confirm", "equipment.confirm"} & set(await house.kinds(job_id))
    van = await house.step(job_id, "van_rental:van")
    assert van is not None
    assert (van.state, van.waiting and van.waiting.who) == ("waiting", "client")

    await answered(house, job_id, "answers")
    await in_force(house, job_id, NEW)
    for step in ("van_rental:van", "equipment", "travel:ann", "travel:chloe"):
        await house.until_step(job_id, step, "done")
    assert await vans(house, job_id) == {"1": "confirmed"}
    assert (await tickets(house)).count("fulfillment") == 2
    assert (await house.kinds(job_id)).count("van_rental.confirm") == 1


async def test_a_no_gives_back_what_was_added_and_a_second_move_holds_it_anew(house: World) -> None:
    job_id = await proposed(house)
    await answered(house, job_id, "refuses")
    await house.until_step(job_id, "van_rental:van", "superseded")
    await house.until_step(job_id, "equipment", "superseded")
    assert await vans(house, job_id) == {"1": "released"}
    assert "equipment.release" in await house.kinds(job_id)
    assert "van_rental:van" not in (await house.job(job_id)).file.undo
    await in_force(house, job_id, OLD)

    await house.person(CLIENT, role="client", behaviour="silent")
    await move(house, job_id, "2026-02-25", **ADDED)
    await house.until_step(job_id, "agreement", "waiting")
    await house.settle()
    assert await vans(house, job_id) == {"1": "released", "2": "held"}
    await answered(house, job_id, "answers")
    await house.until_step(job_id, "van_rental:van", "done")
    assert await vans(house, job_id) == {"1": "released", "2": "confirmed"}


async def test_silence_gives_back_what_was_added_and_the_job_takes_place_without_it(house: World) -> None:
    job_id = await proposed(house)
    await house.live_until(job_id, lambda job: job.state in LATER, step=3 * DAY, days=30)
    await in_force(house, job_id, OLD)
    assert await vans(house, job_id) == {"1": "released"}
    assert "equipment.release" in await house.kinds(job_id)
    assert "fulfillment" not in await tickets(house)
    assert (await house.step(job_id, "travel:ann")).state == "superseded"  # type: ignore[union-attr]


async def test_taken_back_gives_back_what_was_added(house: World) -> None:
    job_id = await proposed(house)
    await house.ask("ann", "POST", f"/api/jobs/{job_id}/move/take-back", json={"reason": "as it was"})
    await house.until(job_id, lambda job: job.file.proposal is None)
    await house.until_step(job_id, "van_rental:van", "superseded")
    assert await vans(house, job_id) == {"1": "released"}


async def test_withdrawn_while_the_client_is_asked_gives_back_what_was_added(house: World) -> None:
    job_id = await proposed(house)
    await house.ask("ann", "POST", f"/api/jobs/{job_id}/withdraw", json={"reason": "the singer is ill"})
    await house.until_step(job_id, "van_rental:van", "undone")
    await house.until_step(job_id, "equipment", "undone")
    assert await vans(house, job_id) == {"1": "released"}
    assert "equipment.release" in await house.kinds(job_id)


async def test_what_cannot_be_had_beside_is_told_and_does_not_stop_the_question(house: World) -> None:
    job_id = await without_a_van(house)
    await house.person(CLIENT, role="client", behaviour="silent")
    await house.fault("railway", "422", "*", detail="no seats")
    await move(house, job_id, NEW, **ADDED)
    await house.until_step(job_id, "agreement", "waiting")
    await house.settle()
    assert (await house.kinds(job_id)).count("step.not_held_beside") == 2
    await house.partners("DELETE", "/admin/faults")
    await answered(house, job_id, "answers")
    for step in ("travel:ann", "travel:chloe"):
        await house.until_step(job_id, step, "done")
