"""The single lines on which a yes hangs: each is asked in every state, without a server."""

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from temporalio.exceptions import ApplicationError

from activities import prefinancing
from domain.job import Approval, Decision, JobFile, Problem, StepState
from domain.proposed_move import Proposal
from workflows.changing import Changing
from workflows.claiming import claim_of
from workflows.decisions import _check_kind, contents_flaw

NOW = datetime(2026, 2, 5, 9, 0, tzinfo=UTC)
CANCELLATION = {"covers": ["cancellation", "abroad"]}
TERMS = SimpleNamespace(declare_within_days=5, answer_within_days=30, source="the policy")


def filed(**step: Any) -> JobFile:
    state = StepState.model_validate({"request": {}, **step})
    return JobFile(job_id="7ZK4M2Q9XA", stopping="the hall is flooded", steps={state.step: state})


NOT_BOUND = ("waiting", "trying", "held", "parked", "missed", "skipped", "undone", "failed", "superseded")


@pytest.mark.parametrize(
    ("state", "asked", "terms", "claims"),
    [
        ("done", CANCELLATION, TERMS, True),
        *((state, CANCELLATION, TERMS, False) for state in NOT_BOUND),
        ("done", {"covers": ["abroad"]}, TERMS, False),
        ("done", CANCELLATION, None, False),
    ],
)
def test_only_on_a_bound_cancellation_cover_is_anything_claimed(
    state: str, asked: dict[str, Any], terms: Any, claims: bool
) -> None:
    plan: Any = SimpleNamespace(claim_terms=terms)
    found = claim_of(plan, filed(service="insurance", state=state, request=asked, revision=2), NOW)
    assert (found is not None) == claims
    if found is not None:
        assert found.policy_reference == "7ZK4M2Q9XA/insurance/-/2/cancellation"
        assert str(found.declare_by.date()) == "2026-02-10"


def test_a_job_without_insurance_claims_nothing() -> None:
    plan: Any = SimpleNamespace(claim_terms=TERMS)
    assert claim_of(plan, JobFile(job_id="7ZK4M2Q9XA"), NOW) is None


def moving(answer: StepState, **approvals: bool | None) -> Changing:
    """An engaged job whose move waits for its yes."""
    unborn: Any = Changing
    job: Changing = object.__new__(unborn)
    granted = {
        rule: Approval(rule=rule, why="-", answer_by=NOW, granted=said, by="p-iris" if said is not None else None)
        for rule, said in approvals.items()
    }
    proposal = Proposal(operation_id="m-1", by="p-ann", until_at=NOW, asks_client=True, changes="")
    job._file = JobFile(
        job_id="7ZK4M2Q9XA", state="engaged", proposal=proposal, approvals=granted, steps={"agreement": answer}
    )
    return job


def answered(state: str, problem: str | None = None, ended_with: str | None = None, revision: int = 2) -> StepState:
    asked = problem and {"type": problem, "text": problem, "since_at": NOW, "decided_by": "member"}
    told = {
        "service": "agreement",
        "state": state,
        "problem": asked,
        "ended_with": ended_with,
        "revision": revision,
    }
    return StepState.model_validate(told)


BEFORE = StepState(service="agreement", state="done", revision=1)
MOVE: Any = SimpleNamespace(operation_id="m-1")
RULE: Any = SimpleNamespace(rule="fund_limit")


@pytest.mark.parametrize(
    ("answer", "heard"),
    [
        (answered("done", revision=1), None),
        (answered("waiting"), None),
        (answered("trying"), None),
        (answered("parked", "ClientAsksForChanges"), None),
        (answered("parked", "PartnerDown"), None),
        (answered("parked", "ClientRefused"), "refused"),
        (answered("missed"), "no_answer"),
        (answered("missed", ended_with="ClientAsksForChanges"), "changes"),
        (answered("failed"), "given_up"),
        (answered("superseded"), "given_up"),
        (answered("done"), "yes"),
        (answered("skipped"), "yes"),
    ],
)
def test_nothing_but_a_clients_yes_is_heard_as_one(answer: StepState, heard: str | None) -> None:
    assert moving(answer)._answer(MOVE, [], BEFORE) == heard


@pytest.mark.parametrize(("said", "heard"), [(None, None), (False, "not_approved"), (True, "yes")])
def test_an_advisers_no_and_silence_are_no_yes(said: bool | None, heard: str | None) -> None:
    assert moving(answered("done"), fund_limit=said)._answer(MOVE, [RULE], BEFORE) == heard
    assert moving(answered("done"), fund_limit=said)._answer(MOVE, [RULE], None) == heard


def test_a_move_that_another_one_replaced_is_answered_by_nobody() -> None:
    other: Any = SimpleNamespace(operation_id="m-0")
    assert moving(answered("done"))._answer(other, [], BEFORE) == "replaced"


@pytest.mark.parametrize("kind", ["by_hand", "skip", "fail"])
def test_closing_the_books_is_neither_given_up_nor_done_by_hand(kind: Any) -> None:
    step = prefinancing.STEP
    settle = step.confirm[-1].name
    state = StepState(
        service=step.name,
        state="parked",
        operation=settle,
        attempt=1,
        skippable=step.skippable,
        problem=Problem(type="AccountsNotSettled", text="-", since_at=NOW),
    )
    said = Decision(
        operation_id="op", step=step.name, kind=kind, expected_attempt=1, by="p-omar", role="ops", reason="enough",
        evidence="letter.pdf",
    )  # fmt: skip
    if kind == "skip":
        with pytest.raises(ApplicationError, match="never skipped"):
            _check_kind(state, said)
        return
    flaw = contents_flaw(step, state, said)
    assert flaw is not None
    assert flaw[0] == "NeverGivenUp"
