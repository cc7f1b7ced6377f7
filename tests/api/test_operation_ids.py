"""An id chosen by whoever asks proves nothing: it stands for no other decision, and for no second person."""

from typing import Any

import httpx2
import pytest

from domain.job import Decision
from storage.execution.operations import Proposal
from storage.security.accounts import SignInAccount
from tests.api.conftest import Door
from tests.api.jobs import parked_van
from tests.api.test_decisions import given, kind, refused_dimona
from tests.databases import MONDAY

CHOSEN = "op-chosen-by-me"
VAN = "van_rental:van"


async def fail(who: httpx2.AsyncClient, job_id: str, **more: Any) -> httpx2.Response:
    address = f"/api/jobs/{job_id}/steps/employment_contract/fail"
    return await who.post(address, json=given(operation_id=CHOSEN, **more))


async def confirmed(door: Door) -> str:
    """Otto proposed to give up a contract under an id of his own, and a second person said yes."""
    job_id = await refused_dimona(door)
    await door.house.accounts.save(SignInAccount(person_id="p-gus", login="gus", roles=("ops",), demo=True))
    otto, gus = await door.asking("otto"), await door.asking("gus")
    proposed = (await fail(otto, job_id)).json()["proposal_id"]
    assert (await gus.post(f"/api/ops/proposals/{proposed}/confirm", json={"reason": "seen"})).status_code == 200
    return job_id


async def test_an_id_two_persons_agreed_to_on_one_job_opens_nothing_on_another(door: Door) -> None:
    first = await confirmed(door)
    other = await refused_dimona(door)
    told = dict(door.process.told)
    for login in ("otto", "gus"):
        answer = await fail(await door.asking(login), other)
        assert (answer.status_code, kind(answer)) == (422, "key-reused")
    assert door.process.told == told
    assert await door.house.operations.of_step(other, "employment_contract:bob") == []
    assert [one.what for one in await door.house.audit.page(job_id=other)] == []
    assert first != other


@pytest.mark.parametrize("more", [{"reason": "another reason"}, {"expected_attempt": 2}])
async def test_an_id_two_persons_agreed_to_stands_for_no_other_content(door: Door, more: dict[str, Any]) -> None:
    job_id = await confirmed(door)
    told = dict(door.process.told)
    answer = await fail(await door.asking("otto"), job_id, **more)
    assert (answer.status_code, kind(answer)) == (422, "key-reused")
    assert door.process.told == told


async def test_an_id_of_one_kind_of_decision_is_not_taken_for_another_kind(door: Door) -> None:
    job_id = await confirmed(door)
    otto = await door.asking("otto")
    answer = await otto.post(f"/api/jobs/{job_id}/steps/employment_contract/skip", json=given(operation_id=CHOSEN))
    assert (answer.status_code, kind(answer)) == (422, "key-reused")


async def test_what_two_persons_decided_sent_again_is_told_again_with_both_names(door: Door) -> None:
    job_id = await confirmed(door)
    for _ in range(2):
        assert (await fail(await door.asking("otto"), job_id)).status_code == 200
    assert len(door.process.told) == 1
    lines = await door.house.audit.page(job_id=job_id, what="step.fail")
    assert {(one.who, one.confirmed_by) for one in lines} == {("p-otto", "p-gus")}


async def test_what_the_second_person_refused_is_not_proposed_again_under_its_id(door: Door) -> None:
    job_id = await refused_dimona(door)
    otto = await door.asking("otto")
    proposed = (await fail(otto, job_id)).json()["proposal_id"]
    await otto.post(f"/api/ops/proposals/{proposed}/refuse", json={"reason": "no"})
    again = await fail(otto, job_id)
    assert (again.status_code, kind(again)) == (409, "already-answered")
    assert door.process.told == {}


async def test_an_open_proposal_is_not_changed_under_its_id(door: Door) -> None:
    job_id = await refused_dimona(door)
    otto = await door.asking("otto")
    await fail(otto, job_id)
    assert kind(await fail(otto, job_id, reason="something else")) == "key-reused"
    (kept,) = (await otto.get("/api/ops/proposals")).json()
    assert kept["reason"] == "because"


async def test_a_taken_id_does_not_take_the_review_away_from_another_decision(door: Door) -> None:
    van = await parked_van(door.house)
    door.process.attempts[f"job-{van} {VAN}"] = 1
    otto = await door.asking("otto")
    used = await otto.post(f"/api/jobs/{van}/steps/van_rental/skip", json=given(operation_id=CHOSEN))
    assert used.status_code == 200
    dimona = await refused_dimona(door)
    address = f"/api/jobs/{dimona}/steps/employment_contract"
    await otto.post(f"{address}/evidence?name=receipt.pdf", content=b"%PDF-1.7\n%%EOF")
    done = {"declared_at": "2026-02-02T04:00:00Z", "dimona_period": "4711"}
    by_hand = given(evidence="receipt.pdf", result=done, operation_id=CHOSEN)
    refused = await otto.post(f"{address}/complete", json=by_hand)
    assert (refused.status_code, kind(refused)) == (422, "key-reused")
    taken = await otto.post(f"{address}/complete", json=by_hand | {"operation_id": "another-of-mine"})
    assert taken.status_code == 200
    assert [one.operation_id for one in await door.house.operations.to_review()] == ["another-of-mine"]


async def test_nobody_takes_an_id_another_person_used(door: Door) -> None:
    job_id = await parked_van(door.house)
    door.process.attempts[f"job-{job_id} {VAN}"] = 1
    address = f"/api/jobs/{job_id}/steps/van_rental/skip"
    assert (await (await door.asking("otto")).post(address, json=given(operation_id=CHOSEN))).status_code == 200
    taken = await (await door.asking("ann")).post(address, json=given(operation_id=CHOSEN))
    assert (taken.status_code, kind(taken)) == (422, "key-reused")


async def test_an_id_made_here_is_not_chosen_in_advance(door: Door) -> None:
    """`w-…` is the id a withdrawal will have: once taken, the withdrawal would count as done."""
    job_id = await parked_van(door.house)
    door.process.attempts[f"job-{job_id} {VAN}"] = 1
    ann = await door.asking("ann")
    address = f"/api/jobs/{job_id}/steps/van_rental/skip"
    for letter in "wmard":
        answer = await ann.post(address, json=given(operation_id=f"{letter}-{'0' * 32}"))
        assert (answer.status_code, kind(answer)) == (422, "key-reused")
    own = (await ann.post(address, json=given())).json()["operation_id"]
    again = await ann.post(address, json=given(operation_id=own))
    assert (again.status_code, again.json()["operation_id"]) == (200, own)


# -- the own job, the own pay ----------------------------------------------------------------------------------


async def test_nobody_decides_about_the_own_job_or_pay_in_another_role(door: Door) -> None:
    job_id = await refused_dimona(door)
    await door.house.accounts.save(
        SignInAccount(person_id="p-ann", login="ann", roles=("ops", "member"), demo=True)
    )
    await door.house.accounts.save(SignInAccount(person_id="p-dan", login="dan", roles=("ops",), demo=True))
    for login in ("ann", "dan"):  # the member, and the collaborator whose contract it is
        answer = await fail(await door.asking(login), job_id)
        assert (answer.status_code, kind(answer)) == (403, "not-allowed")
    otto = await door.asking("otto")
    proposed = (await fail(otto, job_id)).json()["proposal_id"]
    for login in ("ann", "dan"):
        second = await (await door.asking(login)).post(
            f"/api/ops/proposals/{proposed}/confirm", json={"reason": "yes please"}
        )
        assert (second.status_code, kind(second)) == (403, "not-allowed")
    assert door.process.told == {}


async def test_an_adviser_does_not_approve_the_own_job(door: Door) -> None:
    job_id = await parked_van(door.house)
    await door.house.accounts.save(
        SignInAccount(person_id="p-ann", login="ann", roles=("member", "advisor"), demo=True)
    )
    answer = await (await door.asking("ann")).post(
        f"/api/jobs/{job_id}/approvals/new_client", json={"granted": True, "reason": "I know myself"}
    )
    assert (answer.status_code, kind(answer)) == (403, "second-person")
    assert door.process.told == {}


async def test_what_many_decisions_proposed_can_be_answered_by_its_name(door: Door) -> None:
    job_id = await refused_dimona(door)
    wish = Decision(
        operation_id=f"ab12:{job_id}:employment_contract:bob", step="employment_contract:bob", kind="replay",
        expected_attempt=1, by="p-otto", role="ops", reason="the server is back",
    )  # fmt: skip
    many = Proposal(
        proposal_id=wish.operation_id, job_id=job_id, step=wish.step, kind="replay", by="p-otto", role="ops",
        reason=wish.reason, decision=wish, proposed_at=MONDAY,
    )  # fmt: skip
    await door.house.proposals.propose(many)
    await door.house.accounts.save(SignInAccount(person_id="p-gus", login="gus", roles=("ops",), demo=True))
    gus = await door.asking("gus")
    answer = await gus.post(f"/api/ops/proposals/{many.proposal_id}/confirm", json={"reason": "yes"})
    assert answer.status_code == 200
    ((_, message),) = door.process.told.values()
    assert (message.by, message.confirmed_by) == ("p-otto", "p-gus")
    assert (await gus.get(f"/api/ops/operations/{wish.operation_id}")).json()["rule"] == "two"
