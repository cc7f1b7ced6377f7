"""Somebody takes the place of somebody else: two people, two contracts, both named before anything is done."""

from typing import Any

import pytest
from temporalio.client import WorkflowUpdateFailedError

from domain.job import Move
from tests.process.small import ANN, BOB, DAY, HOUR, NOTHING_BOOKED, READY_OR_LATER, crew, declare, engaged
from tests.process.test_questions import answered, period_of
from tests.process.world import World

DORA_MAIL = "dora.maes@crew.example"
DORA: dict[str, Any] = {
    "item": "bob", "name": "Dora Maes", "email": DORA_MAIL, "function": "musician", "gross_eur": "300.00",
    "language": "fr",
}  # fmt: skip


async def duo(house: World, **changes: Any) -> str:
    """Ann and Bob, Tuesday 10 February 2026 from 15:00 to 22:30."""
    return await declare(house, crew=crew("ann", "bob"), **{**NOTHING_BOOKED, "expenses": None} | changes)


async def with_crew(house: World, job_id: str, *people: dict[str, Any]) -> dict[str, Any]:
    """The job with other people."""
    job = await house.job(job_id)
    told = {name: value for name, value in job.declaration.items() if value is not None} | {"crew": list(people)}
    return {"declaration": told, "reason": "Bob broke his arm"}


async def replaced(house: World, job_id: str, *people: dict[str, Any]) -> dict[str, Any]:
    """The preview; then the move itself."""
    body = await with_crew(house, job_id, *(people or (*crew("ann"), DORA)))
    path = f"/api/jobs/{job_id}/move"
    shown: dict[str, Any] = await house.ask("ann", "POST", f"{path}?dry_run=true&lang=en", json=body)
    await house.ask("ann", "POST", path, json=body)
    return shown


async def test_who_signed_is_asked_about_and_who_comes_signs_a_contract_of_their_own(house: World) -> None:
    job_id = await duo(house)
    await engaged(house, job_id)
    bob = await house.until_step(job_id, "employment_contract:bob", "done")
    shown = await replaced(house, job_id)
    assert shown["asked_again"] == []
    assert [(one["item"], one["name"], one["contract"]) for one in shown["leaving"]] == [
        ("bob", "Bob Lambert", "declared")
    ]
    assert [(one["item"], one["name"], one["contract"]) for one in shown["coming"]] == [
        ("dora", "Dora Maes", "offer")
    ]
    assert shown["coming"][0]["by_at"] == "2026-02-10T14:00:00Z"
    leaves, comes = shown["people"]
    assert leaves.startswith("Bob Lambert leaves, and the contract is signed and declared to social security")
    assert comes.startswith("Dora Maes comes: is offered a contract by a link")
    assert "Tue 10 Feb, 15:00" in comes

    asked = await house.until_step(job_id, "employment_contract:bob", "parked")
    assert asked.problem is not None
    assert (asked.problem.type, asked.wanted, asked.request) == ("SignedContract", None, bob.request)
    await house.until_step(job_id, "employment_contract:dora", "waiting")
    await house.decide(job_id, "employment_contract:bob", "answer", answer="end", who="iris")
    await house.until_step(job_id, "employment_contract:bob", "undone")
    await house.pass_time(4 * HOUR)
    dora = await house.until_step(job_id, "employment_contract:dora", "done")
    assert dora.request["person_id"] != bob.request["person_id"]
    assert (await period_of(house, job_id, "bob"))["cancelled"]
    assert (await period_of(house, job_id, "dora"))["startDate"] == "2026-02-10"
    await house.live_until(job_id, lambda job: job.state == "collecting", step=DAY, days=20)
    paid = {row.item for row in await house.house.steps.of_job(job_id) if row.service == "wages"}
    assert paid == {"ann", "dora"}


async def test_who_comes_while_somebody_else_has_not_signed_yet_is_paid_like_everybody(house: World) -> None:
    job_id = await duo(house)
    await house.person(ANN, role="collaborator", behaviour="silent")
    await engaged(house, job_id)
    await house.until_step(job_id, "employment_contract:bob", "done")
    await house.until_step(job_id, "employment_contract:ann", "waiting")
    await replaced(house, job_id)
    await house.until_step(job_id, "employment_contract:bob", "parked")
    await house.decide(job_id, "employment_contract:bob", "answer", answer="end", who="iris")
    await house.person(DORA_MAIL, role="collaborator", behaviour="silent")
    await house.until_step(job_id, "employment_contract:dora", "waiting")
    await house.person(ANN, role="collaborator", behaviour="answers")
    await house.pass_time(4 * HOUR)
    await house.until_step(job_id, "employment_contract:ann", "done")
    await house.person(DORA_MAIL, role="collaborator", behaviour="answers")
    await house.pass_time(4 * HOUR)
    await house.until_step(job_id, "employment_contract:dora", "done")
    await house.live_until(job_id, lambda job: job.state == "collecting", step=DAY, days=20)
    paid = {row.item: row.file.state for row in await house.house.steps.of_job(job_id) if row.service == "wages"}
    assert paid == {"ann": "done", "dora": "done"}


async def test_who_was_only_offered_a_contract_is_told_it_is_withdrawn_and_signs_nothing(house: World) -> None:
    await house.person(BOB, role="collaborator", behaviour="silent")
    job_id = await duo(house)
    await engaged(house, job_id)
    await house.until_step(job_id, "employment_contract:bob", "waiting")
    shown = await replaced(house, job_id)
    assert [(one["name"], one["contract"]) for one in shown["leaving"]] == [("Bob Lambert", "offered")]
    assert "the offer is withdrawn, and nothing is owed" in shown["people"][0]
    await house.until_step(job_id, "employment_contract:bob", "superseded")
    await house.pass_time(4 * HOUR)
    await house.until_step(job_id, "employment_contract:dora", "done")
    kept = await house.house.documents.of_job(job_id)
    assert not [paper.name for paper in kept if paper.name.startswith("amendment")]


async def test_who_was_not_even_asked_leaves_without_a_word(house: World) -> None:
    await house.person("nora.claes@client.example", role="client", behaviour="silent")
    job_id = await duo(house)
    await house.until_step(job_id, "agreement", "waiting")
    shown = await replaced(house, job_id)
    assert [(one["name"], one["contract"]) for one in shown["leaving"]] == [("Bob Lambert", "none")]
    await house.person("nora.claes@client.example", role="client", behaviour="answers")
    await house.pass_time(4 * HOUR)
    await house.until(job_id, lambda job: job.state in READY_OR_LATER)
    await house.pass_time(3 * HOUR)
    await house.until_step(job_id, "employment_contract:dora", "done")
    assert await house.step(job_id, "employment_contract:bob") is None


async def test_the_same_person_back_again_stays_on_the_contract_or_gets_a_new_one(house: World) -> None:
    job_id = await duo(house)
    await engaged(house, job_id)
    await house.until_step(job_id, "employment_contract:bob", "done")
    await replaced(house, job_id)
    await house.until_step(job_id, "employment_contract:bob", "parked")
    back = await with_crew(house, job_id, *crew("ann", "bob"))
    no = await answered(house, "ann", "POST", f"/api/jobs/{job_id}/move", json=back)
    assert (no.status_code, no.json()["type"].split("/")[-1]) == (422, "person-unclear")
    assert "that is answered first" in no.json()["detail"]
    await house.decide(job_id, "employment_contract:bob", "answer", answer="end", who="iris")
    await house.until_step(job_id, "employment_contract:bob", "undone")
    shown = await replaced(house, job_id, *crew("ann", "bob"))
    assert [(one["item"], one["name"]) for one in shown["coming"]] == [("bob-2", "Bob Lambert")]
    assert [one["name"] for one in shown["leaving"]] == ["Dora Maes"]
    await house.pass_time(4 * HOUR)
    again = await house.until_step(job_id, "employment_contract:bob-2", "done")
    assert again.booking is not None
    assert not again.booking["assignment_note"]
    assert (await period_of(house, job_id, "bob-2"))["cancelled"] is False


async def test_back_again_after_stays_as_signed_the_contract_stands_and_is_paid_once(house: World) -> None:
    job_id = await duo(house)
    await engaged(house, job_id)
    await house.until_step(job_id, "employment_contract:bob", "done")
    await replaced(house, job_id)
    await house.until_step(job_id, "employment_contract:bob", "parked")
    await house.decide(job_id, "employment_contract:bob", "answer", answer="keep", who="iris")
    await house.until_step(job_id, "employment_contract:bob", "done")
    shown = await replaced(house, job_id, *crew("ann", "bob"))
    assert [(one["item"], one["contract"]) for one in shown["coming"]] == [("bob", "signed")]
    await house.live_until(job_id, lambda job: job.state == "collecting", step=DAY, days=20)
    booked = [effect for effect in await house.effects("bank") if effect.get("kind") == "credit_transfer"]
    wages = {row.item: row.file.state for row in await house.house.steps.of_job(job_id) if row.service == "wages"}
    assert wages == {"ann": "done", "bob": "done"}, booked


async def test_who_comes_is_already_under_contract_on_those_days(house: World) -> None:
    other = await declare(house, key="another-job", crew=[*crew("ann"), DORA | {"item": "dora"}], **NOTHING_BOOKED,
                          expenses=None)  # fmt: skip
    await engaged(house, other)
    await house.until_step(other, "employment_contract:dora", "done")
    job_id = await duo(house, title="A second evening")
    await engaged(house, job_id)
    await house.until_step(job_id, "employment_contract:bob", "done")
    shown = await replaced(house, job_id)
    assert [(one["name"], one["contract"]) for one in shown["coming"]] == [("Dora Maes", "covered")]
    await house.pass_time(4 * HOUR)
    dora = await house.until_step(job_id, "employment_contract:dora", "done")
    assert dora.booking is not None
    assert dora.booking["covered_by_job"] == other


async def test_one_address_for_two_names_is_refused(house: World) -> None:
    job_id = await duo(house)
    await engaged(house, job_id)
    await house.until_step(job_id, "employment_contract:bob", "done")
    name = {**crew("bob")[0], "name": "Dora Maes"}
    body = await with_crew(house, job_id, *crew("ann"), name)
    no = await answered(house, "ann", "POST", f"/api/jobs/{job_id}/move?dry_run=true", json=body)
    assert (no.status_code, no.json()["type"].split("/")[-1]) == (422, "person-unclear")
    assert "Dora Maes is somebody else" in no.json()["detail"]


async def test_the_process_itself_refuses_somebody_else_under_a_used_item(house: World) -> None:
    job_id = await duo(house)
    await engaged(house, job_id)
    before = await house.until_step(job_id, "employment_contract:bob", "done")
    plan = (await house.job(job_id)).plan
    offers = dict(plan.employment_contract)
    offers["bob"] = offers["bob"].model_copy(update={"person_id": "p-dora"})
    wrong = Move(
        operation_id="m-by-hand",
        by="p-ann",
        role="member",
        reason="a plan made by an older program",
        plan=plan.model_copy(update={"employment_contract": offers}),
    )
    with pytest.raises(WorkflowUpdateFailedError) as no:
        await house.client.get_workflow_handle(f"job-{job_id}").execute_update("move", wrong)
    assert "bob is somebody else on this job" in str(no.value.cause)
    assert await house.step(job_id, "employment_contract:bob") == before
