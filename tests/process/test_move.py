"""A moved job: each step that is touched starts again under a new key, and nothing is booked twice."""

from datetime import timedelta
from time import monotonic

from domain.declaration import load_declaration
from tests.patience import PATIENCE
from tests.process.world import EXAMPLES, World

CLIENT = "nora.claes@client.example"


def moved(day: str, **changes: object) -> dict[str, object]:
    """The concert on another day."""
    told = load_declaration((EXAMPLES / "concert.yaml").read_text()).model_dump(mode="json", exclude_unset=True)
    days = [{"date": day, "starts": "15:00", "ends": "22:30", "place": "Liège"}]
    return {name: value for name, value in (told | {"days": days} | changes).items() if value is not None}


async def test_another_day_renews_the_holds_and_asks_the_client_again(house: World) -> None:
    await house.person(CLIENT, role="client", behaviour="silent")
    job_id = await house.declare("concert")
    await house.until_step(job_id, "agreement", "waiting")
    await house.until_step(job_id, "van_rental:van", "held")
    await house.until_step(job_id, "equipment", "held")

    body = {"declaration": moved("2026-03-27"), "reason": "the hall is free a week later"}
    told = await house.ask("ann", "POST", f"/api/jobs/{job_id}/move?dry_run=true", json=body)
    assert told["changes"]
    assert (await house.step(job_id, "van_rental:van")).revision == 1  # type: ignore[union-attr]

    await house.ask("ann", "POST", f"/api/jobs/{job_id}/move", json=body)
    van = await house.until_step(job_id, "van_rental:van", "held")
    for step in ("van_rental:van", "equipment", "agreement"):
        until = monotonic() + PATIENCE
        while monotonic() < until:
            state = await house.step(job_id, step)
            assert state is not None
            if state.revision == 2 and state.state in ("held", "waiting"):
                break
            await house.turn()
        assert state.revision == 2, step
        assert state.booking is not None, step
        assert state.given_up == {}, step
    assert van.request["from_at"].startswith("2026-03-27") or van.revision == 1

    await house.person(CLIENT, role="client", behaviour="answers")
    job = await house.live_until(job_id, lambda job: job.state == "engaged", step=timedelta(days=1), days=20)
    assert job.plan.first_start_at.date().isoformat() == "2026-03-27"
    kept = [row for row in await house.house.steps.of_job(job_id) if row.service == "van_rental"]
    assert [row.file.state for row in kept] in (["held"], ["done"], ["trying"])


async def test_a_new_member_of_the_crew_signs_and_one_who_leaves_is_let_go(house: World) -> None:
    days = moved("2026-02-12")["days"]
    job_id = await house.declare("concert", days=days)
    await house.live_until(job_id, lambda job: job.state == "engaged", step=timedelta(days=1), days=9)
    crew = moved("2026-02-12")["crew"]
    assert isinstance(crew, list)
    dora = {"item": "dora", "name": "Dora Maes", "email": "dora@crew.example", "function": "musician"}
    without_bob = [person for person in crew if person["item"] != "bob"]
    changes = {"crew": [*without_bob, dora | {"gross_eur": "300.00", "language": "fr"}]}
    van = {"driver": "chloe", "pick_up": "Bruxelles", "kilometres": 220, "load_kg": 300}
    body = {
        "declaration": moved("2026-02-12", **changes, van_rental=van, expenses=None),
        "reason": "Bob broke his arm",
    }
    await house.ask("ann", "POST", f"/api/jobs/{job_id}/move", json=body)
    await house.until_step(job_id, "employment_contract:bob", "parked")
    await house.decide(job_id, "employment_contract:bob", "answer", answer="end", who="iris")
    await house.until_step(job_id, "employment_contract:bob", "undone")
    for slug in ("ann", "chloe"):
        assert (await house.until_step(job_id, f"employment_contract:{slug}", "parked")).problem is not None
        signed = {"reason": "the amendment is signed", "result": {}, "evidence": f"amendment-{slug}.pdf"}
        await house.decide(job_id, f"employment_contract:{slug}", "complete", who="iris", **signed)

    await house.pass_time(timedelta(days=1))
    await house.pass_time(timedelta(days=1))
    await house.until_step(job_id, "employment_contract:dora", "done")
    job = await house.live_until(job_id, lambda job: job.state == "collecting", step=timedelta(days=1), days=20)
    paid = {row.step: row.file.state for row in await house.house.steps.of_job(job_id) if row.service == "wages"}
    assert paid == {"wages:ann": "done", "wages:chloe": "done", "wages:dora": "done"}
    assert job.file.off_the_job == []
