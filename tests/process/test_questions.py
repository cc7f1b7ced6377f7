"""A question to people is not a failed step: it is answered in its own words, and no replay closes it."""

from datetime import timedelta
from typing import Any

import httpx2

from tests.process.small import NOTHING_BOOKED, crew, declare, engaged
from tests.process.world import World

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


async def answered(house: World, who: str, method: str, path: str, **request: Any) -> httpx2.Response:
    """What the door says, also when it says no."""
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app=house.api), base_url="http://allin") as http:
        login = (await http.post("/api/session", json={"person": who})).json()
        headers = {"authorization": f"Bearer {login['token']}"}
        return await http.request(method, path, headers=headers, **request)


async def withdrawn(house: World, *people: str) -> str:
    """A job everybody signed for, withdrawn: each contract asks whether it ends."""
    job_id = await declare(house, crew=crew(*people), **NOTHING_BOOKED, expenses=None)
    await engaged(house, job_id)
    await house.ask("ann", "POST", f"/api/jobs/{job_id}/withdraw", json={"reason": "the hall is flooded"})
    return job_id


async def test_a_question_is_neither_replayed_nor_skipped_nor_failed(house: World) -> None:
    job_id = await withdrawn(house, "ann")
    asked = await house.until_step(job_id, "employment_contract:ann", "parked")
    path = f"/api/jobs/{job_id}/steps/employment_contract:ann"
    body = {"reason": "be done with it", "expected_attempt": asked.attempt}
    for what in ("replay", "replay?dry_run=true", "skip", "fail"):
        no = await answered(house, "iris", "POST", f"{path}/{what}", json=body)
        assert no.status_code == 422, what
        assert no.json()["type"].endswith("problem/question-needs-answer"), what
        assert "end (ended by agreement)" in no.json()["detail"], what
    shown = await house.ask("iris", "GET", path)
    assert shown["answers"] == ["end", "by_hand", "keep", "postpone"]
    assert shown["rules"] == {"end": "two", "by_hand": "two", "keep": "alone", "postpone": "alone"}
    wrong = await answered(house, "iris", "POST", f"{path}/answer", json=body | {"answer": "credit"})
    assert wrong.status_code == 422
    await house.decide(job_id, "employment_contract:ann", "answer", answer="end", who="iris")
    await house.until_step(job_id, "employment_contract:ann", "undone")
    assert (await house.kinds(job_id)).count("employment_contract.terminate") == 1


async def moved(house: World, job_id: str, day: str = "2026-02-11", **changes: Any) -> None:
    """The member moves the job to another day, or changes something else of it."""
    job = await house.job(job_id)
    days = [{"date": day, "starts": "15:00", "ends": "22:30", "place": "Liège"}]
    told = job.declaration | {"days": days} | changes
    told = {name: value for name, value in told.items() if value is not None}
    body = {"declaration": told, "reason": "the hall is free then"}
    await house.ask("ann", "POST", f"/api/jobs/{job_id}/move", json=body)


async def signed(house: World, *people: str, **changes: Any) -> str:
    """A job everybody signed and is declared for, on Tuesday 10 February 2026 from 15:00 to 22:30."""
    job_id = await declare(house, crew=crew(*people), **{**NOTHING_BOOKED, "expenses": None} | changes)
    await engaged(house, job_id)
    for slug in people:
        await house.until_step(job_id, f"employment_contract:{slug}", "done")
    return job_id


async def test_two_people_are_asked_side_by_side_and_no_bulk_replay_takes_their_questions(house: World) -> None:
    job_id = await signed(house, "ann", "bob")
    await moved(house, job_id)
    for slug in ("ann", "bob"):
        await house.until_step(job_id, f"employment_contract:{slug}", "parked")
    found = (await house.ask("omar", "GET", "/api/ops/incidents"))["incidents"]
    (incident,) = [one for one in found if one["error_type"] == "SignedContractChanges"]
    assert (incident["count"], incident["asks"]) == (2, True)
    wish = {"error": "SignedContractChanges", "reason": "all at once"}
    for path in ("/api/ops/replays?dry_run=true", "/api/ops/replays"):
        no = await answered(house, "omar", "POST", path, json=wish)
        assert no.status_code == 422
        assert no.json()["type"].endswith("problem/question-needs-answer")
    page = await answered(house, "omar", "GET", "/ops")
    assert page.status_code == 200
    assert "/ops/replays/count" not in page.text
    await house.decide(job_id, "employment_contract:bob", "answer", answer="keep", who="iris")
    await house.until_step(job_id, "employment_contract:bob", "done")
    assert (await house.step(job_id, "employment_contract:ann")).state == "parked"  # type: ignore[union-attr]


async def test_an_answer_is_no_decision_about_a_step_that_failed(house: World) -> None:
    await house.partners("POST", "/admin/dimona/results", json={"result": "B", "code": "SANDBOX-SSIN"})
    job_id = await declare(house, crew=crew("ann"), **NOTHING_BOOKED, expenses=None)
    await engaged(house, job_id)
    parked = await house.until_step(job_id, "employment_contract:ann", "parked")
    path = f"/api/jobs/{job_id}/steps/employment_contract:ann/answer"
    body = {"reason": "leave it", "expected_attempt": parked.attempt, "answer": "keep"}
    no = await answered(house, "omar", "POST", path, json=body)
    assert no.status_code == 422
    assert "asks no question" in no.json()["detail"]
