"""No button, replay or bulk replay closes a question: every kind of question x every decision, from the lists."""

from datetime import UTC, datetime
from typing import Any, get_args

import pytest

from api.bulk.schemas import ReplayFilter
from domain.decisions import DecisionKind
from domain.job import Decision, JobFile, Problem, StepState
from domain.questions import ANSWERS, OUTCOMES, OWN_ANSWERS, answers, is_question
from tests.api.conftest import Door
from tests.api.jobs import OFFER
from tests.api.test_decisions import given, kind, parked
from tests.api.test_promises import INVOICE
from tests.databases import MONDAY
from workflows.decisions import check_answer

SIGNED = OFFER | {"person_id": "p-dan"}
OTHER_DAY = SIGNED | {"starts_at": "2026-03-15T18:00:00Z"}
VERBS: dict[str, tuple[str, dict[str, Any]]] = {
    "replay": ("replay", {}),
    "skip": ("skip", {}),
    "fail": ("fail", {}),
    "amend": ("answer", {"answer": "amend"}),
    "keep": ("answer", {"answer": "keep"}),
    "end": ("answer", {"answer": "end"}),
    "credit": ("answer", {"answer": "credit"}),
}
"""By decision, how it is asked for at the door; done by hand and postponed are possible for every question."""
CASES = [(asked, one) for asked in ANSWERS for one in get_args(DecisionKind) if one not in ANSWERS[asked]]


def a_question(problem: str) -> StepState:
    if problem == "IssuedInvoice":
        service, item, request = "invoicing", "invoice", INVOICE
    else:
        service, item, request = "employment_contract", "bob", SIGNED
    return StepState(
        service=service, item=item, state="parked", operation="sign", attempt=1, request=request,
        wanted=OTHER_DAY, undoing=True, skippable=True,
        problem=Problem(type=problem, text=problem, decided_by="advisor", since_at=MONDAY),
    )  # fmt: skip


def test_the_lists_agree_and_trying_again_is_in_none_of_them() -> None:
    assert set(OUTCOMES) == set(ANSWERS)
    for asked, possible in ANSWERS.items():
        assert not {"replay", "skip", "fail"} & set(possible), asked
        assert is_question(a_question(asked))
        assert set(answers(a_question(asked))) == set(possible)
    assert {one for _, one in CASES} <= set(VERBS)
    assert set(VERBS) >= {*OWN_ANSWERS, "replay", "skip", "fail"}


@pytest.mark.parametrize(("asked", "decided"), CASES)
def test_the_process_takes_no_other_decision(asked: str, decided: DecisionKind) -> None:
    step = a_question(asked)
    file = JobFile(job_id="7ZK4M2Q9XA", steps={step.step: step})
    wish = Decision(
        operation_id="op", step=step.step, kind=decided, expected_attempt=1, by="p-omar", role="ops",
        reason="be done", evidence="paper",
    )  # fmt: skip
    with pytest.raises(Exception, match="asks a question, it did not fail") as no:
        check_answer(file, wish, datetime(2026, 2, 2, 8, 0, tzinfo=UTC))
    assert getattr(no.value, "type", "") == "QuestionNeedsAnswer"


@pytest.mark.parametrize("asked", ANSWERS)
async def test_no_button_no_form_and_no_bulk_replay_takes_it(door: Door, asked: str) -> None:
    step = a_question(asked)
    job_id = await parked(door.house, step, asked, decided_by="advisor")
    door.process.attempts[f"job-{job_id} {step.step}"] = 1
    path = f"/api/jobs/{job_id}/steps/{step.step}"
    otto = await door.asking("otto")
    for decided in (one for case, one in CASES if case == asked):
        where, more = VERBS[decided]
        for query in ("", "?dry_run=true"):
            no = await otto.post(f"{path}/{where}{query}", json=given(**more))
            assert (no.status_code, kind(no)) == (422, "question-needs-answer"), (decided, query)
    for wish in ({"error": asked}, {"service": step.service}, {"jobs": [job_id]}):
        for query in ("?dry_run=true", ""):
            no = await otto.post(f"/api/ops/replays{query}", json={"reason": "all of them", **wish})
            assert (no.status_code, kind(no)) == (422, "question-needs-answer"), wish
    shown = await otto.get(f"/jobs/{job_id}/steps/{step.step}", headers={"accept": "text/html"})
    tabs = {one for one in get_args(DecisionKind) if f'href="?do={one}"' in shown.text}
    assert tabs == set(ANSWERS[asked])
    incidents = (await otto.get("/api/ops/incidents")).json()["incidents"]
    assert [one["asks"] for one in incidents if one["error_type"] == asked] == [True]
    page = await otto.get("/ops", headers={"accept": "text/html"})
    assert "/ops/replays/count" not in page.text
    assert not door.process.told


def test_a_bulk_replay_is_named_by_the_fields_tried_above() -> None:
    assert {"error", "service", "jobs"} <= set(ReplayFilter.model_fields)
