"""What the client agreed to stays in force until the client says yes to the change; only one set is confirmed."""

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import text

from tests.process.small import CLIENT, DAY, HOUR, concert, declare, engaged, states
from tests.process.world import World

OLD, NEW = "2026-02-20", "2026-02-23"
LATER = ("taking_place", "performed", "paid_out", "collecting")
SMALL: dict[str, Any] = {"travel": None, "equipment": None, "expenses": None}


async def agreed(house: World, **changes: Any) -> str:
    """The concert on Friday 20 February 2026; the client has said yes and everybody has signed."""
    job_id = await declare(house, date.fromisoformat(OLD), **(SMALL | changes))
    await engaged(house, job_id)
    await house.until(job_id, lambda job: job.state == "engaged")
    for step in ("van_rental:van", "insurance"):
        await house.until_step(job_id, step, "done")
    return job_id


async def move(house: World, job_id: str, day: str, reason: str = "the hall is closed", **changes: Any) -> Any:
    """The member moves the concert to another day."""
    days = [{"date": day, "starts": "15:00", "ends": "22:30", "place": "Liège"}]
    client = {**concert()["client"], "payment_days": 8}
    told = concert() | {"days": days, "client": client} | SMALL | changes
    told = {name: value for name, value in told.items() if value is not None}
    body = {"declaration": told, "reason": reason}
    return await house.ask("ann", "POST", f"/api/jobs/{job_id}/move", json=body)


async def vans(house: World, job_id: str) -> dict[str, str]:
    """The state of each van order of the job, by revision."""
    async with house.site.database.reading() as connection:
        rows = await connection.execute(text("SELECT order_key, state FROM van_bookings"))
        found = {row.order_key: row.state for row in rows if row.order_key.startswith(job_id)}
    return {key.rsplit("/", 1)[1]: state for key, state in found.items()}


async def unmet(house: World, job_id: str) -> set[datetime]:
    """When each deadline that still lies ahead is due."""
    return {one.due_at for one in await house.house.deadlines.of_job(job_id) if one.met_at is None}


async def in_force(house: World, job_id: str, day: str) -> None:
    """Plan and declaration say this day."""
    job = await house.job(job_id)
    assert job.plan.first_start_at.date().isoformat() == day
    assert job.declaration["days"][0]["date"] == day


async def test_until_the_client_says_yes_the_old_day_is_in_force_and_both_are_held(house: World) -> None:
    job_id = await agreed(house)
    before = await unmet(house, job_id)
    await house.person(CLIENT, role="client", behaviour="silent")
    taken = await move(house, job_id, NEW)
    assert taken["pending"]
    await house.until_step(job_id, "agreement", "waiting")
    await house.settle()
    await in_force(house, job_id, OLD)
    assert await unmet(house, job_id) == before
    assert await vans(house, job_id) == {"1": "confirmed", "2": "held"}
    mails = (await house.partners("GET", f"/mail/mailboxes/{CLIENT}"))["messages"]
    (question,) = [one for one in mails if "Jours convenus" in one["text"]]
    assert len(mails) > 1
    for told in ("Jours convenus", "20 février", "Jours proposés", "23 février", "reste en vigueur"):
        assert told in question["text"], question["text"]
    (form,) = [one for one in question["attachments"] if "order-form-2" in one["name"]]
    assert form
    assert "job.move_proposed" in await house.kinds(job_id)
    assert "job.moved" not in await house.kinds(job_id)
    assert (await house.step(job_id, "employment_contract:bob")).state == "done"  # type: ignore[union-attr]

    await house.person(CLIENT, role="client", behaviour="answers")
    await house.live_until(job_id, lambda job: job.file.plan_revision == 2, step=4 * HOUR, days=2)
    await house.settle()
    await in_force(house, job_id, NEW)
    assert datetime(2026, 2, 22, 14, 0, tzinfo=UTC) in await unmet(house, job_id)  # the call list, a day before
    await house.until_step(job_id, "van_rental:van", "done")
    assert await vans(house, job_id) == {"1": "released", "2": "confirmed"}
    kinds = await house.kinds(job_id)
    assert kinds.index("job.move_proposed") < kinds.index("job.moved")
    assert kinds.count("agreement.accept") == 2


async def test_a_no_leaves_everything_as_it_was_agreed(house: World) -> None:
    job_id = await agreed(house)
    before = await states(house, job_id)
    await house.person(CLIENT, role="client", behaviour="refuses")
    await move(house, job_id, NEW)
    await house.live_until(job_id, lambda job: job.file.proposal is None, step=4 * HOUR, days=2)
    for step in ("agreement", "van_rental:van"):
        await house.until_step(job_id, step, "done")
    await house.settle()
    assert await states(house, job_id) == before
    await in_force(house, job_id, OLD)
    assert await vans(house, job_id) == {"1": "confirmed", "2": "released"}
    dropped = [kind for kind in await house.kinds(job_id) if kind.startswith("job.move_dropped")]
    assert dropped == ["job.move_dropped.refused"]
    bound = [one for one in await house.effects("insurer") if one["kind"] == "policy"]
    assert len(bound) == 1


async def test_silence_until_its_time_leaves_everything_as_it_was_agreed_and_the_job_takes_place(
    house: World,
) -> None:
    job_id = await agreed(house)
    await house.person(CLIENT, role="client", behaviour="silent")
    await move(house, job_id, NEW)
    await house.until_step(job_id, "agreement", "waiting")
    job = await house.live_until(job_id, lambda job: job.state in LATER, step=3 * DAY, days=30)
    assert "step.parked" not in await house.kinds(job_id)
    assert job.plan.first_start_at.date().isoformat() == OLD
    assert job.file.proposal is None
    assert (await house.step(job_id, "agreement")).state == "done"  # type: ignore[union-attr]
    assert await vans(house, job_id) == {"1": "confirmed", "2": "released"}


async def test_a_second_move_takes_the_place_of_the_first_and_no_order_number_is_used_twice(house: World) -> None:
    job_id = await agreed(house)
    await house.person(CLIENT, role="client", behaviour="silent")
    await move(house, job_id, NEW)
    await house.until_step(job_id, "agreement", "waiting")
    await house.settle()
    await house.person(CLIENT, role="client", behaviour="answers")
    await move(house, job_id, "2026-02-25")
    await house.live_until(job_id, lambda job: job.file.plan_revision == 2, step=4 * HOUR, days=2)
    await house.settle()
    await in_force(house, job_id, "2026-02-25")
    assert await vans(house, job_id) == {"1": "released", "2": "released", "3": "confirmed"}


async def test_another_driver_asks_the_client_nothing(house: World) -> None:
    job_id = await agreed(house)
    van = {"driver": "chloe", "pick_up": "Bruxelles", "kilometres": 220, "load_kg": 300}
    taken = await move(house, job_id, OLD, reason="Bob lost his licence", van_rental=van)
    assert not taken["pending"]
    await house.settle()
    await house.until_step(job_id, "van_rental:van", "done")
    assert (await house.step(job_id, "agreement")).revision == 1  # type: ignore[union-attr]
    assert (await house.kinds(job_id)).count("agreement.ask") == 1
    assert (await house.job(job_id)).plan.van_rental["van"].driver == "chloe"


async def test_withdrawn_while_the_client_is_asked_gives_both_back(house: World) -> None:
    job_id = await agreed(house)
    await house.person(CLIENT, role="client", behaviour="silent")
    await move(house, job_id, NEW)
    await house.until_step(job_id, "agreement", "waiting")
    await house.settle()
    await house.ask("ann", "POST", f"/api/jobs/{job_id}/withdraw", json={"reason": "the singer is ill"})
    await house.until_step(job_id, "van_rental:van", "undone")
    assert await vans(house, job_id) == {"1": "released", "2": "released"}
    await house.until_step(job_id, "agreement", "undone")
