"""A question to people is not a failed step: it is answered in its own words, and no replay closes it."""

from datetime import timedelta
from typing import Any

import httpx2

from allin.operations.reconcile import other_days
from domain.dimona import DimonaPeriod
from tests.process.small import ANN, NOTHING_BOOKED, crew, declare, engaged
from tests.process.world import World
from workers.order_lookups import Lookups

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


async def moved(house: World, job_id: str, day: str = "2026-02-11", who: str = "ann", **changes: Any) -> None:
    """The member, or at short notice the adviser, moves the job to another day, or changes something else of it."""
    job = await house.job(job_id)
    days = [{"date": day, "starts": "15:00", "ends": "22:30", "place": "Liège"}]
    told = job.declaration | {"days": days} | changes
    told = {name: value for name, value in told.items() if value is not None}
    body = {"declaration": told, "reason": "the hall is free then"}
    await house.ask(who, "POST", f"/api/jobs/{job_id}/move", json=body)
    await house.pass_time(4 * HOUR)  # the client says yes to it


async def signed(house: World, *people: str, **changes: Any) -> str:
    """A job everybody signed and is declared for, on Tuesday 10 February 2026 from 15:00 to 22:30."""
    job_id = await declare(house, **{**NOTHING_BOOKED, "expenses": None, "crew": crew(*people)} | changes)
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


BOB = "bob.lambert@crew.example"


async def period_of(house: World, job_id: str, slug: str) -> dict[str, Any]:
    """What social security has of somebody now."""
    state = await house.step(job_id, f"employment_contract:{slug}")
    assert state is not None
    assert state.booking is not None
    token = (await house.partners("POST", "/dimona/REST/oauth/v5/token", data=TOKEN))["access_token"]
    path = f"/dimona/REST/dimona/v2/periods/{state.booking['dimona_period']}"
    found: dict[str, Any] = await house.partners("GET", path, headers={"authorization": f"Bearer {token}"})
    return found


async def declared(house: World, body: dict[str, Any]) -> httpx2.Response:
    """Somebody else tells social security something about a period of ours."""
    token = (await house.partners("POST", "/dimona/REST/oauth/v5/token", data=TOKEN))["access_token"]
    async with httpx2.AsyncClient(
        transport=httpx2.ASGITransport(app=house.sandbox), base_url="http://sandbox"
    ) as http:
        path, headers = "/dimona/REST/dimona/v2/declarations", {"authorization": f"Bearer {token}"}
        return await http.post(path, json=body, headers=headers | {"idempotency-key": str(body)})


TOKEN = {"grant_type": "client_credentials", "client_id": "a-test"}


async def met(house: World, job_id: str, item: str = "bob") -> dict[str, tuple[str, bool]]:
    """The deadlines that count for somebody: when each is due, and whether it is met."""
    rows = await house.house.deadlines.of_job(job_id)
    return {row.kind: (row.due_at.strftime("%d %H:%M"), row.met_at is not None) for row in rows if row.item == item}


async def test_an_amendment_is_signed_by_both_and_everything_says_the_new_day(house: World) -> None:
    job_id = await signed(house, "ann", "bob")
    assert (await met(house, job_id))["dimona"] == ("10 14:00", True)
    await moved(house, job_id)
    await house.until_step(job_id, "employment_contract:bob", "parked")
    held = (await house.step(job_id, "employment_contract:bob")).booking["dimona_period"]  # type: ignore[union-attr, index]  # it was just found
    elsewhere = {"dimonaUpdate": {"periodId": held, "startDate": "2026-02-09", "endDate": "2026-02-09"}}
    assert (await declared(house, elsewhere)).status_code == 201
    (other,) = await other_days(house.site.database, Lookups(house.site))
    assert "2026-02-09 to 2026-02-09" in other.said
    back = {"dimonaUpdate": {"periodId": held, "startDate": "2026-02-10", "endDate": "2026-02-10"}}
    assert (await declared(house, back)).status_code == 201
    now = await met(house, job_id)
    assert (now["dimona"], now["contract_signed"]) == (("11 14:00", False), ("11 14:00", False))
    before = await house.job(job_id)

    await house.decide(job_id, "employment_contract:bob", "answer", answer="amend", who="iris")
    waiting = await house.until_step(job_id, "employment_contract:bob", "waiting")
    assert waiting.signed is not None
    assert (waiting.signed.revision, waiting.revision) == (1, 2)
    assert (await period_of_old(house, job_id))["startDate"] == "2026-02-10"
    await house.pass_time(4 * HOUR)
    done = await house.until_step(job_id, "employment_contract:bob", "done")
    assert (done.revision, done.signed, done.wanted) == (2, None, None)
    assert done.request["starts_at"].startswith("2026-02-11")
    period = await period_of(house, job_id, "bob")
    assert (period["startDate"], period["endDate"], period["cancelled"]) == ("2026-02-11", "2026-02-11", False)
    now = await met(house, job_id)
    assert (now["dimona"], now["contract_signed"]) == (("11 14:00", True), ("11 14:00", True))
    assert await other_days(house.site.database, Lookups(house.site)) == []
    past = {(one.kind, one.item, one.due_at.strftime("%d")) for one in await house.house.deadlines.past(job_id)}
    assert {("dimona", "bob", "10"), ("contract_signed", "bob", "10")} <= past
    papers = [paper.name for paper in await house.house.documents.of_job(job_id)]
    assert {"amendment-2-bob.pdf", "amendment-2-bob-evidence.json"} <= set(papers)
    assert (await house.kinds(job_id)).count("step.settled.amended") == 1
    assert before.plan.first_start_at.day == 11


async def numbers(house: World, job_id: str) -> dict[str, str]:
    """The numbers under which social security has everybody."""
    rows = await house.house.steps.of_job(job_id)
    kept = {row.item: row.file.booking for row in rows if row.service == "employment_contract"}
    return {slug: str(booking["dimona_period"]) for slug, booking in kept.items() if booking}


async def test_reconciling_names_another_person_or_another_employer_and_no_national_number(house: World) -> None:
    job_id = await signed(house, "ann", "bob")
    ann, bob = [(await numbers(house, job_id))[slug] for slug in ("ann", "bob")]
    lookups = Lookups(house.site)
    asked = lookups.period

    async def mixed_up(number: str) -> DimonaPeriod | None:
        found = await asked(number)
        if found is None or number != bob:
            return found
        theirs = await asked(ann)
        assert theirs is not None
        return found.model_copy(
            update={"national_number": theirs.national_number, "enterprise_number": "0999999922"}
        )

    assert await other_days(house.site.database, lookups) == []
    lookups.period = mixed_up  # type: ignore[method-assign]  # social security mixes two people up
    (other,) = await other_days(house.site.database, lookups)
    assert other.kind == "other_person"
    assert "employer 0999999922 and another person" in other.said
    person = await house.house.people.person((await house.job(job_id)).plan.employment_contract["ann"].person_id)
    assert person.national_number is not None
    assert person.national_number not in other.said


async def period_of_old(house: World, job_id: str) -> dict[str, Any]:
    """What social security has while an amendment waits: the signed contract's own days."""
    state = await house.step(job_id, "employment_contract:bob")
    assert state is not None
    assert state.signed is not None
    assert state.signed.booking is not None
    token = (await house.partners("POST", "/dimona/REST/oauth/v5/token", data=TOKEN))["access_token"]
    path = f"/dimona/REST/dimona/v2/periods/{state.signed.booking['dimona_period']}"
    found: dict[str, Any] = await house.partners("GET", path, headers={"authorization": f"Bearer {token}"})
    return found


async def test_whoever_refuses_the_amendment_is_asked_about_again_and_paid_as_signed(house: World) -> None:
    job_id = await signed(house, "ann", "bob")
    await moved(house, job_id)
    await house.person(BOB, role="collaborator", behaviour="refuses", reason="je joue ailleurs le 11")
    await house.until_step(job_id, "employment_contract:bob", "parked")
    await house.decide(job_id, "employment_contract:bob", "answer", answer="amend", who="iris")
    await house.until_step(job_id, "employment_contract:bob", "waiting")
    await house.pass_time(4 * HOUR)
    asked = await house.until_step(job_id, "employment_contract:bob", "parked")
    assert asked.problem is not None
    assert (asked.problem.type, asked.problem.params) == ("AmendmentRefused", {"reason": "je joue ailleurs le 11"})
    assert (asked.revision, asked.request["starts_at"][:10], asked.signed) == (1, "2026-02-10", None)
    await house.decide(job_id, "employment_contract:bob", "answer", answer="keep", who="iris")
    await house.until_step(job_id, "employment_contract:bob", "done")
    job = await house.until(job_id, lambda job: job.file.off_the_job == ["bob"])
    now = await met(house, job_id)
    assert (now["dimona"], now["contract_signed"]) == (("10 14:00", True), ("10 14:00", True))
    assert (await period_of(house, job_id, "bob"))["startDate"] == "2026-02-10"
    await house.decide(job_id, "employment_contract:ann", "answer", answer="keep", who="iris")
    await house.live_until(job_id, lambda job: job.state == "collecting", step=DAY, days=20)
    wages = await house.step(job_id, "wages:bob")
    assert wages is not None
    assert (wages.state, wages.request["last_day_on"]) == ("done", "2026-02-10")
    assert job.state == "engaged"


async def test_moved_while_the_declaration_is_parked_nothing_is_declared_for_the_old_day(house: World) -> None:
    refused = {"result": "B", "code": "SANDBOX-SSIN"}
    await house.partners("POST", "/admin/dimona/results", json=refused)
    job_id = await declare(house, crew=crew("ann"), **NOTHING_BOOKED, expenses=None)
    await engaged(house, job_id)
    parked = await house.until_step(job_id, "employment_contract:ann", "parked")
    assert parked.problem is not None
    assert parked.problem.type == "DimonaRefused"
    await moved(house, job_id)
    await house.until(job_id, lambda job: job.plan.first_start_at.day == 11)
    await house.settle()
    asked = await house.until_step(job_id, "employment_contract:ann", "parked")
    assert asked.problem is not None
    assert asked.problem.type == "SignedContractChanges"
    await house.decide(job_id, "employment_contract:ann", "answer", answer="amend", who="iris")
    await house.until_step(job_id, "employment_contract:ann", "waiting")
    await house.pass_time(4 * HOUR)
    await house.until_step(job_id, "employment_contract:ann", "done")
    assert (await period_of(house, job_id, "ann"))["startDate"] == "2026-02-11"
    assert (await met(house, job_id, "ann"))["dimona"] == ("11 14:00", True)


async def test_moved_back_before_the_amendment_is_signed_the_question_answers_itself(house: World) -> None:
    job_id = await signed(house, "ann")
    await moved(house, job_id)
    await house.person(ANN, role="collaborator", behaviour="silent")
    await house.until_step(job_id, "employment_contract:ann", "parked")
    await house.decide(job_id, "employment_contract:ann", "answer", answer="amend", who="iris")
    await house.until_step(job_id, "employment_contract:ann", "waiting")
    await moved(house, job_id, "2026-02-12")
    asked = await house.until_step(job_id, "employment_contract:ann", "parked")
    assert asked.problem is not None
    assert asked.wanted is not None
    assert (asked.problem.type, asked.wanted["starts_at"][:10]) == ("SignedContractChanges", "2026-02-12")
    assert asked.revision == 1
    await moved(house, job_id, "2026-02-10")
    done = await house.until_step(job_id, "employment_contract:ann", "done")
    assert (done.revision, done.request["starts_at"][:10], done.wanted) == (1, "2026-02-10", None)
    assert (await met(house, job_id, "ann"))["dimona"] == ("10 14:00", True)
    assert [effect["kind"] for effect in await house.effects("dimona")] == ["declaration"]


async def test_withdrawn_while_an_amendment_waits_the_contract_as_signed_is_asked_about(house: World) -> None:
    job_id = await signed(house, "ann")
    await moved(house, job_id)
    await house.until_step(job_id, "employment_contract:ann", "parked")
    await house.decide(job_id, "employment_contract:ann", "answer", answer="amend", who="iris")
    await house.until_step(job_id, "employment_contract:ann", "waiting")
    await house.ask("ann", "POST", f"/api/jobs/{job_id}/withdraw", json={"reason": "the hall is flooded"})
    asked = await house.until_step(job_id, "employment_contract:ann", "parked")
    assert asked.problem is not None
    assert (asked.problem.type, asked.revision, asked.signed) == ("SignedContract", 1, None)
    await house.decide(job_id, "employment_contract:ann", "answer", answer="end", who="iris")
    await house.until(job_id, lambda job: job.state == "withdrawn")
    assert (await period_of(house, job_id, "ann"))["cancelled"]
