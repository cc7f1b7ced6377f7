"""Decisions on a parked step at the door: who, with whom, with which proof, and what became of each."""

from datetime import timedelta
from typing import Any

import httpx2
import pytest

from api.container import Container
from api.ports.process import NotTaken
from domain.job import JobFile, News, Problem, Remembered, StepState
from domain.people import Client
from storage.execution.operations import Operation
from tests.api.conftest import Door
from tests.api.jobs import OFFER, ORDER, concert, parked_van
from tests.databases import MONDAY

VAN = "van_rental:van"
SIGNED = OFFER | {"person_id": "p-dan"}


async def parked(
    house: Container, step: StepState, problem: str, *, decided_by: Any = "ops", partner: str | None = None
) -> str:
    """A concert with one parked step."""
    job_id = await concert(house)
    params = {"partner": partner} if partner else {}
    why = Problem(type=problem, text=problem, params=params, decided_by=decided_by, since_at=MONDAY)
    step = step.model_copy(update={"state": "parked", "attempt": 1, "problem": why})
    file = JobFile(job_id=job_id, state="ready", version=1, steps={step.step: step})
    await house.jobs.remember(Remembered(workflow_id=f"job-{job_id}", file=file))
    return job_id


async def refused_dimona(door: Door, **more: Any) -> str:
    """Bob has signed, the cooperative too, and social security refused the declaration."""
    signed = {
        "contract": "contract-bob.pdf",
        "person_signed_at": "2026-02-01T08:00:00Z",
        "cooperative_signed_at": "2026-02-01T08:01:00Z",
    }
    step = StepState(
        service="employment_contract",
        item="bob",
        operation="declare",
        request=SIGNED,
        booking=signed,
        skippable=False,
        **more,
    )
    job_id = await parked(door.house, step, "DimonaRefused")
    door.process.attempts[f"job-{job_id} employment_contract:bob"] = 1
    return job_id


async def story(house: Container, job_id: str, version: int, steps: StepState, *news: News) -> None:
    """What the process told next."""
    file = JobFile(job_id=job_id, state="agreeing", version=version, steps={steps.step: steps})
    await house.jobs.remember(Remembered(workflow_id=f"job-{job_id}", file=file, news=news))


def kind(answer: httpx2.Response) -> str:
    return str(answer.json()["type"]).rsplit("/", 1)[-1]


def given(**more: Any) -> dict[str, Any]:
    return {"reason": "because", "expected_attempt": 1, **more}


# -- refused at the door ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "status", "problem"),
    [
        ("StaleAttempt", 409, "stale"),
        ("NotParked", 409, "not-parked"),
        ("SomeoneElseDecides", 409, "someone-else-decides"),
        ("NotReady", 409, "not-now"),
        ("NeverSkipped", 422, "never-skipped"),
        ("UnknownStep", 404, "not-found"),
    ],
)
async def test_each_no_of_the_process_has_its_own_problem(
    door: Door, monkeypatch: pytest.MonkeyPatch, said: str, status: int, problem: str
) -> None:
    job_id = await parked_van(door.house)

    async def no(*_: object) -> None:
        raise NotTaken(said, "as the process says")

    monkeypatch.setattr(door.process, "decide", no)
    otto = await door.asking("otto")
    answer = await otto.post(f"/api/jobs/{job_id}/steps/van_rental/skip", json=given())
    assert (answer.status_code, kind(answer)) == (status, problem)
    assert (await door.house.audit.page(job_id=job_id))[0].outcome == said
    assert (await door.house.operations.of_step(job_id, VAN))[0].outcome == said


async def test_who_may_not_decide_is_told_who_does(door: Door) -> None:
    job_id = await parked_van(door.house)
    eve = await door.asking("eve")
    answer = await eve.post(f"/api/jobs/{job_id}/steps/van_rental/replay", json=given())
    assert (answer.status_code, kind(answer)) == (403, "not-allowed")
    assert "member" in answer.json()["detail"]


@pytest.mark.parametrize("who", ["ann", "eve"])
@pytest.mark.parametrize("way", ["", "?dry_run=true"])
async def test_what_waits_for_no_decision_says_so_to_whoever_sees_the_job(door: Door, who: str, way: str) -> None:
    """It was told to be decided by ops, who had nothing to decide either."""
    job_id = await parked_van(door.house)
    somebody = await door.asking(who)
    answer = await somebody.post(f"/api/jobs/{job_id}/steps/agreement/replay{way}", json=given())
    assert (answer.status_code, kind(answer)) == (409, "not-parked")
    assert answer.json()["detail"] == "agreement is held, not parked"


async def test_a_stranger_is_not_told_that_nothing_waits(door: Door) -> None:
    job_id = await parked_van(door.house)
    stranger = await door.asking("dan")
    answer = await stranger.post(f"/api/jobs/{job_id}/steps/agreement/replay", json=given())
    assert answer.status_code == 404


@pytest.mark.parametrize("field", ["approved_by", "loss_borne_by", "answer_by", "evidence_document"])
async def test_what_only_the_cooperative_answers_for_is_no_member_s_to_change(door: Door, field: str) -> None:
    """A limit, who bears a loss, a legal day, a proof: whatever the problem says about who decides."""
    step = StepState(service="prefinancing", operation="hold", request={field: None})
    job_id = await parked(door.house, step, "AboveTheLimit", decided_by="member")
    ann = await door.asking("ann")
    edited = given(request={field: "2026-12-31T00:00:00Z"})
    answer = await ann.post(f"/api/jobs/{job_id}/steps/prefinancing/replay", json=edited)
    assert (answer.status_code, kind(answer)) == (403, "not-allowed")
    assert field in answer.json()["detail"]


async def test_what_stands_on_a_signed_contract_is_read_only_and_the_page_is_told_why(door: Door) -> None:
    job_id = await refused_dimona(door)
    otto = await door.asking("otto")
    address = f"/api/jobs/{job_id}/steps/employment_contract"
    step = (await otto.get(address)).json()
    assert step["read_only"] == {"status": "stands on contract-bob.pdf"}
    for dry in ("", "?dry_run=true"):
        edited = given(request=step["request"] | {"status": "student"})
        answer = await otto.post(f"{address}/replay{dry}", json=edited)
        assert (answer.status_code, kind(answer)) == (422, "signed-paper")
        assert "contract-bob.pdf" in answer.json()["detail"]
    assert door.process.told == {}


async def test_a_wage_budget_is_not_for_the_hand_of_whoever_replays(door: Door) -> None:
    job_id = await refused_dimona(door)
    otto = await door.asking("otto")
    address = f"/api/jobs/{job_id}/steps/employment_contract"
    step = (await otto.get(address)).json()
    answer = await otto.post(f"{address}/replay", json=given(request=step["request"] | {"gross_eur": "1.00"}))
    assert (answer.status_code, answer.json()["reason"]) == (422, "NotEditable")


# -- what is edited --------------------------------------------------------------------------------------------


async def test_an_edited_request_is_kept_field_by_field_and_shown_with_who_and_why(door: Door) -> None:
    job_id = await parked_van(door.house)
    door.process.attempts[f"job-{job_id} {VAN}"] = 1
    otto = await door.asking("otto")
    address = f"/api/jobs/{job_id}/steps/van_rental"
    step = (await otto.get(address)).json()
    edited = step["request"] | {"ceiling_eur": "150.00", "seats": 5}
    answer = await otto.post(f"{address}/replay", json=given(reason="dearer is fine", request=edited))
    assert answer.status_code == 200
    (decision,) = (await otto.get(address)).json()["decisions"]
    assert (decision["by"], decision["reason"], decision["outcome"]) == ("p-otto", "dearer is fine", "taken")
    assert [(one["field"], one["old"], one["new"]) for one in decision["changes"]] == [
        ("ceiling_eur", "120.00", "150.00"),
        ("seats", None, 5),
    ]
    line = (await door.house.audit.page(job_id=job_id))[0]
    assert line.difference == "ceiling_eur: 120.00 → 150.00; seats: – → 5"
    assert line.operation_id == answer.json()["operation_id"]


async def test_whoever_lifts_the_fund_s_limit_is_named_whatever_the_form_says(door: Door) -> None:
    request = {"member_id": "p-ann", "client_id": "c", "services_eur": 1, "wages_eur": 1, "vat_eur": 1}
    step = StepState(service="prefinancing", operation="reserve", request=request, skippable=False)
    job_id = await parked(door.house, step, "FundLimitReached")
    door.process.attempts[f"job-{job_id} prefinancing"] = 1
    otto = await door.asking("otto")
    edited = given(request=request | {"approved_by": "p-somebody"})
    answer = await otto.post(f"/api/jobs/{job_id}/steps/prefinancing/replay", json=edited)
    assert answer.status_code == 200
    ((_, message),) = door.process.told.values()
    assert message.request["approved_by"] == "p-otto"
    (late,) = await door.house.operations.to_review()
    assert late.review_due_at == MONDAY + timedelta(hours=24)


# -- by hand ---------------------------------------------------------------------------------------------------


async def test_by_hand_needs_a_file_that_was_uploaded_and_keeps_it_with_its_reference(door: Door) -> None:
    job_id = await refused_dimona(door)
    otto = await door.asking("otto")
    address = f"/api/jobs/{job_id}/steps/employment_contract"
    done = given(
        evidence="receipt.pdf",
        reference="DIM-4711",
        result={"declared_at": "2026-02-02T06:00:00Z", "dimona_period": "4711"},
    )
    missing = await otto.post(f"{address}/complete", json=done)
    assert (missing.status_code, kind(missing)) == (422, "evidence-missing")
    wrong = await otto.post(f"{address}/evidence?name=page.html", content=b"<script>")
    assert (wrong.status_code, kind(wrong)) == (422, "unreadable-file")
    empty = await otto.post(f"{address}/evidence?name=receipt.pdf", content=b"")
    assert kind(empty) == "unreadable-file"
    kept = await otto.post(f"{address}/evidence?name=../receipt.pdf", content=b"%PDF-1.7")
    assert (kept.status_code, kept.json()["name"], kept.json()["kind"]) == (201, "receipt.pdf", "evidence")
    answer = await otto.post(f"{address}/complete", json=done)
    assert answer.status_code == 200
    ((_, message),) = door.process.told.values()
    assert (message.evidence, message.reference) == ("receipt.pdf", "DIM-4711")
    assert (await otto.get(f"/api/jobs/{job_id}/documents/receipt.pdf")).content == b"%PDF-1.7"
    ann = await door.asking("ann")
    assert (await ann.get(f"/api/jobs/{job_id}/documents/receipt.pdf")).status_code == 404


async def test_a_declaration_by_hand_says_under_which_number(door: Door) -> None:
    job_id = await refused_dimona(door)
    otto = await door.asking("otto")
    address = f"/api/jobs/{job_id}/steps/employment_contract"
    await otto.post(f"{address}/evidence?name=receipt.pdf", content=b"%PDF-1.7")
    answer = await otto.post(f"{address}/complete", json=given(evidence="receipt.pdf"))
    assert (answer.status_code, answer.json()["reason"]) == (422, "ResultIncomplete")
    assert "declared_at, dimona_period" in answer.json()["detail"]


async def test_a_wish_that_was_arranged_says_what_it_cost_and_who_was_paid(door: Door) -> None:
    step = StepState(
        service="special_request",
        item="tuner",
        operation="arrange",
        request={"wish": "piano tuner", "ceiling_eur": "90.00"},
    )
    job_id = await parked(door.house, step, "NeedsAPerson", decided_by="advisor")
    door.process.attempts[f"job-{job_id} special_request:tuner"] = 1
    eve = await door.asking("eve")
    address = f"/api/jobs/{job_id}/steps/special_request"
    assert (await eve.get(address)).json()["result_draft"]["what"] == "piano tuner"
    await eve.post(f"{address}/evidence?name=bill.pdf", content=b"%PDF-1.7")
    silent = await eve.post(f"{address}/complete", json=given(evidence="bill.pdf"))
    assert (silent.status_code, silent.json()["reason"]) == (422, "ResultIncomplete")
    assert "paid_how" in silent.json()["detail"]
    paid = {"what": "piano tuner", "paid_how": "transfer", "paid_to": "Klavier & Co", "vat_eur": "17.85"}
    for dry in ("?dry_run=true", ""):
        too_much = given(evidence="bill.pdf", result=paid | {"price_eur": "450.00"})
        said = await eve.post(f"{address}/complete{dry}", json=too_much)
        assert (said.status_code, said.json()["reason"]) == (422, "ResultIncomplete")
        assert "450.00 EUR is above the ceiling of 90.00 EUR" in said.json()["detail"]
    assert door.process.told == {}
    right = given(evidence="bill.pdf", result=paid | {"price_eur": "85.00"})
    assert (await eve.post(f"{address}/complete", json=right)).status_code == 200
    ((_, message),) = door.process.told.values()
    assert (message.result["what"], message.result["price_eur"]) == ("piano tuner", "85.00")


# -- two persons -----------------------------------------------------------------------------------------------


async def test_a_signed_contract_is_ended_by_two_persons_and_never_by_the_same_twice(door: Door) -> None:
    job_id = await refused_dimona(door, undoing=True)
    rows = await door.house.steps.of_job(job_id)
    asked = rows[0].file.model_copy(
        update={
            "problem": Problem(type="SignedContract", text="?", decided_by="advisor", since_at=MONDAY),
            "operation": "declare",
        }
    )
    await story(door.house, job_id, 2, asked)
    eve, otto, ann = await door.asking("eve"), await door.asking("otto"), await door.asking("ann")
    address = f"/api/jobs/{job_id}/steps/employment_contract"
    assert (await eve.get(address)).json()["rules"]["end"] == "two"
    answer = await eve.post(f"{address}/answer", json=given(reason="both agreed", answer="end"))
    assert (answer.status_code, answer.json()["may_confirm"]) == (202, ["advisor", "ops"])
    assert door.process.told == {}
    second = f"/api/ops/proposals/{answer.json()['proposal_id']}"
    rival = await otto.post(f"{address}/answer", json=given(reason="me too", answer="end"))
    assert (rival.status_code, kind(rival)) == (409, "already-proposed")

    alone = await eve.post(f"{second}/confirm", json={"reason": "sure"})
    assert (alone.status_code, kind(alone)) == (403, "second-person")
    assert (await ann.post(f"{second}/confirm", json={"reason": "sure"})).status_code == 403
    (waiting,) = (await otto.get("/api/ops/proposals")).json()
    assert (waiting["by"], waiting["reason"], waiting["state"]) == ("p-eve", "both agreed", "open")

    for _ in range(2):
        assert (await otto.post(f"{second}/confirm", json={"reason": "I saw the paper"})).status_code == 200
    ((_, message),) = door.process.told.values()
    assert (message.by, message.confirmed_by) == ("p-eve", "p-otto")
    line = (await door.house.audit.page(job_id=job_id, what="step.end"))[0]
    assert (line.who, line.confirmed_by, line.outcome) == ("p-eve", "p-otto", "taken")
    assert (await otto.get("/api/ops/proposals")).json() == []


async def test_a_second_person_may_say_no(door: Door) -> None:
    job_id = await refused_dimona(door)
    otto, eve = await door.asking("otto"), await door.asking("eve")
    answer = await otto.post(f"/api/jobs/{job_id}/steps/employment_contract/fail", json=given())
    second = f"/api/ops/proposals/{answer.json()['proposal_id']}"
    assert (await eve.post(f"{second}/refuse", json={"reason": "no"})).status_code == 403
    refused = await otto.post(f"{second}/refuse", json={"reason": "I was wrong"})
    assert (refused.status_code, refused.json()["state"]) == (200, "refused")
    again = await otto.post(f"{second}/confirm", json={"reason": "after all"})
    assert again.status_code == 403
    assert "step.proposal_refused" in [one.kind for one in await door.house.events.since(job_id)]


async def test_a_proposal_the_step_has_overtaken_is_not_taken(door: Door) -> None:
    job_id = await refused_dimona(door)
    await door.house.accounts.save(await _as(door, "fay", "ops"))
    otto, fay = await door.asking("otto"), await door.asking("fay")
    answer = await otto.post(f"/api/jobs/{job_id}/steps/employment_contract/fail", json=given())
    door.process.attempts[f"job-{job_id} employment_contract:bob"] = 2
    second = f"/api/ops/proposals/{answer.json()['proposal_id']}"
    late = await fay.post(f"{second}/confirm", json={"reason": "yes"})
    assert (late.status_code, kind(late)) == (409, "stale")
    assert (await otto.get(second)).json()["state"] == "overtaken"


async def _as(door: Door, login: str, role: Any) -> Any:
    account = await door.house.accounts.by_login(login)
    assert account is not None
    return account.model_copy(update={"roles": (role,)})


# -- looked at afterwards --------------------------------------------------------------------------------------


async def test_five_in_the_morning_one_person_declares_by_hand_and_another_looks_at_it(door: Door) -> None:
    job_id = await refused_dimona(door)
    otto, eve = await door.asking("otto"), await door.asking("eve")
    address = f"/api/jobs/{job_id}/steps/employment_contract"
    await otto.post(f"{address}/evidence?name=receipt.pdf", content=b"%PDF-1.7")
    result = {"declared_at": "2026-02-02T04:00:00Z", "dimona_period": "4711"}
    body = given(evidence="receipt.pdf", result=result)
    operation = (await otto.post(f"{address}/complete", json=body)).json()["operation_id"]
    (one,) = (await eve.get("/api/ops/reviews")).json()
    assert (one["operation_id"], one["rule"]) == (operation, "reviewed")
    own = await otto.post(f"/api/ops/reviews/{operation}", json={"outcome": "good"})
    assert (own.status_code, kind(own)) == (403, "second-person")
    seen = await eve.post(f"/api/ops/reviews/{operation}", json={"outcome": "objection", "note": "wrong hour"})
    assert (seen.json()["review"], seen.json()["reviewed_by"]) == ("objection", "p-eve")
    assert (await eve.get("/api/ops/reviews")).json() == []
    again = await eve.post(f"/api/ops/reviews/{operation}", json={"outcome": "good"})
    assert kind(again) == "already-answered"
    assert (await door.house.audit.page(job_id=job_id))[0].what == "review.objection"


# -- what became of it -----------------------------------------------------------------------------------------


async def test_a_replay_is_done_only_once_the_step_has_succeeded(door: Door) -> None:
    job_id = await parked_van(door.house)
    door.process.attempts[f"job-{job_id} {VAN}"] = 1
    otto = await door.asking("otto")
    replayed = await otto.post(f"/api/jobs/{job_id}/steps/van_rental/replay", json=given())
    operation = replayed.json()["operation_id"]
    van = (await door.house.steps.step(job_id, VAN)).file

    async def state() -> tuple[str, str | None]:
        told = (await otto.get(f"/api/ops/operations/{operation}")).json()
        return told["state"], told["problem"]

    assert await state() == ("trying", None)
    decided = News(n=9, at=MONDAY, kind="step.decided.replay", step=VAN, params={"operation": operation})
    trying = van.model_copy(update={"state": "trying", "attempt": 2, "problem": None})
    await story(door.house, job_id, 2, trying, decided)
    assert await state() == ("trying", None)
    again = van.model_copy(update={"attempt": 2})
    params = {"problem": "VanAboveCeiling", "price": "130.00", "ceiling": "120.00"}
    await story(door.house, job_id, 3, again, News(n=10, at=MONDAY, kind="step.parked", step=VAN, params=params))
    told, why = await state()
    assert told == "parked_again"
    assert why is not None
    assert "130" in why
    assert (await otto.get("/api/ops/operations/unknown-operation")).status_code == 404


async def test_a_van_that_was_held_is_done_also_when_its_answer_was_known(door: Door) -> None:
    job_id = await parked_van(door.house)
    van = (await door.house.steps.step(job_id, VAN)).file
    one = Operation(
        operation_id="op-12345678",
        job_id=job_id,
        step=VAN,
        workflow_id=f"job-{job_id}",
        kind="replay",
        verb="hold",
        rule="alone",
        by="p-otto",
        role="ops",
        reason="because",
        attempt=1,
        asked_at=MONDAY,
    )
    await door.house.operations.record_request(one)
    await door.house.operations.answered("op-12345678", "taken")
    await door.house.operations.answered("op-12345678", "StaleAttempt")  # sent again, it comes too late
    assert (await door.house.operations.operation("op-12345678")).outcome == "taken"
    decided = News(n=9, at=MONDAY, kind="step.decided.replay", step=VAN, params={"operation": "op-12345678"})
    held = van.model_copy(update={"state": "held", "attempt": 2, "problem": None})
    await story(door.house, job_id, 2, held, decided)
    otto = await door.asking("otto")
    assert (await otto.get("/api/ops/operations/op-12345678")).json()["state"] == "done"


# -- later -----------------------------------------------------------------------------------------------------


async def test_a_step_waits_for_its_partner_and_says_so(door: Door) -> None:
    step = StepState(service="travel", item="ann", operation="hold", request={})
    job_id = await parked(door.house, step, "PartnerDown", partner="railway")
    door.process.attempts[f"job-{job_id} travel:ann"] = 1
    otto = await door.asking("otto")
    address = f"/api/jobs/{job_id}/steps/travel/postpone"
    assert (await otto.post(address, json=given())).status_code == 422
    assert (await otto.post(address, json=given(until="partner"))).status_code == 200
    ((_, message),) = door.process.told.values()
    assert message.until_partner == "railway"
    row = (await door.house.steps.step(job_id, "travel:ann")).file
    await story(door.house, job_id, 2, row.model_copy(update={"until_partner": "railway"}))
    assert [one.step for one in await door.house.steps.postponed_for("railway")] == ["travel:ann"]
    assert await door.house.steps.postponed_for("vans") == []


async def test_nobody_waits_for_a_partner_that_is_not_named(door: Door) -> None:
    job_id = await parked_van(door.house)
    otto = await door.asking("otto")
    answer = await otto.post(f"/api/jobs/{job_id}/steps/van_rental/postpone", json=given(until="partner"))
    assert (answer.status_code, kind(answer)) == (422, "invalid")


# -- busy ------------------------------------------------------------------------------------------------------


async def test_a_claim_warns_the_others_and_ends_by_itself(door: Door) -> None:
    job_id = await parked_van(door.house)
    otto, eve = await door.asking("otto"), await door.asking("eve")
    address = f"/api/jobs/{job_id}/steps/van_rental"
    claimed = await otto.post(f"{address}/claim", json={})
    assert claimed.json()["until_at"] == "2026-02-02T07:30:00Z"
    taken = await eve.post(f"{address}/claim", json={})
    assert (taken.status_code, kind(taken)) == (409, "claimed")
    assert "Otto Test" in taken.json()["detail"]
    assert (await eve.post(f"{address}/notes", json={"text": "I rang, they open at 8"})).status_code == 201
    (line,) = (await eve.get("/api/ops/parked")).json()["steps"]
    assert (line["claim"]["by"], line["last_note"]["text"]) == ("p-otto", "I rang, they open at 8")
    door.clock.at = MONDAY + timedelta(minutes=31)
    assert (await eve.get("/api/ops/parked")).json()["steps"][0]["claim"] is None
    assert (await eve.post(f"{address}/claim", json={})).json()["by"] == "p-eve"
    taken_over = await otto.post(f"{address}/claim", json={"take_over": True})
    assert taken_over.json()["by"] == "p-otto"
    assert (await otto.delete(f"{address}/claim")).status_code == 204
    kinds = [one.kind for one in await door.house.events.since(job_id)]
    assert kinds[-5:] == ["step.claimed", "step.noted", "step.claimed", "step.claimed", "step.unclaimed"]
    ann = await door.asking("ann")
    told = (await ann.get(f"/api/jobs/{job_id}/history")).text
    assert "I rang" not in told


# -- deadlines -------------------------------------------------------------------------------------------------


async def test_what_becomes_unlawful_first_stands_first_with_the_step_that_endangers_it(door: Door) -> None:
    job_id = await refused_dimona(door)
    otto = await door.asking("otto")
    assert (await otto.get("/api/ops/deadlines?within=PT12H")).json() == []
    door.clock.at = MONDAY + timedelta(days=40)
    (one,) = (await otto.get("/api/ops/deadlines?within=P2D")).json()
    assert (one["job_id"], one["kind"], one["rank"], one["late"]) == (job_id, "dimona", 0, False)
    assert one["basis"] == "Royal Decree of 5 November 2002, article 4"
    for wrong in ("never", "-PT1H", "P90D"):
        assert (await otto.get(f"/api/ops/deadlines?within={wrong}")).status_code == 422


async def test_an_edited_request_that_does_not_fit_its_job_changes_nothing_also_in_a_dry_run(door: Door) -> None:
    request = {
        "from_on": "2026-02-10",
        "until_on": "2026-02-10",
        "country": "BE",
        "people": 3,
        "covers": [],
        "ceiling_eur": None,
    }
    step = StepState(service="insurance", operation="quote", request=request)
    job_id = await parked(door.house, step, "PartnerRefused", decided_by="ops")
    door.process.attempts[f"job-{job_id} insurance"] = 1
    otto = await door.asking("otto")
    address = f"/api/jobs/{job_id}/steps/insurance/replay"
    for dry in ("?dry_run=true", ""):
        said = await otto.post(f"{address}{dry}", json=given(request=request | {"people": -1}))
        assert (said.status_code, said.json()["reason"]) == (422, "WrongForThisJob")
        assert said.json()["errors"] == [{"where": "body.request.people", "why": "-1 is below 1; say 1 or more"}]
        days = {"from_on": "2027-05-01", "until_on": "2027-05-02"}
        other = await otto.post(f"{address}{dry}", json=given(request=request | days))
        assert (other.status_code, other.json()["reason"]) == (422, "WrongForThisJob")
        assert "this job" in other.json()["detail"]
    assert door.process.told == {}


async def test_an_edited_request_names_a_version_of_the_client_that_somebody_declared(door: Door) -> None:
    client = Client(client_id="", version=0, kind="company", name="Muziekcentrum", country="BE")
    known = await door.house.clients.declare(client)
    request = ORDER | {"client_id": known.client_id, "client_version": 1}
    step = StepState(service="agreement", operation="ask", request=request)
    job_id = await parked(door.house, step, "ClientRefused", decided_by="member")
    door.process.attempts[f"job-{job_id} agreement"] = 1
    otto, address = await door.asking("otto"), f"/api/jobs/{job_id}/steps/agreement/replay"
    for dry in ("?dry_run=true", ""):
        said = await otto.post(f"{address}{dry}", json=given(request=request | {"client_version": 2}))
        assert (said.status_code, said.json()["reason"]) == (422, "WrongForThisJob")
        where = [one["where"] for one in said.json()["errors"]]
        assert where == ["body.request.client_version"]
    assert door.process.told == {}
    moved = await door.house.clients.declare(known.model_copy(update={"name": "Muziekcentrum De Ketel"}))
    assert moved.version == 2
    said = await otto.post(address, json=given(request=request | {"client_version": 2}))
    assert said.is_success, said.text
