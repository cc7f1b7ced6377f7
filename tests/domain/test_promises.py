"""What may be said of a job that goes on, is being stopped, or is over: every state of a job x of a step."""

from datetime import UTC, datetime
from typing import Any, get_args

import pytest

from domain.job import JobFile, JobState, Problem, StepState, StepStateName
from domain.promises import OVER, as_told, outlook, takes_place, told_job_state, told_step_state
from domain.rules.lapsing import binds

NINE = datetime(2026, 2, 2, 8, 0, tzinfo=UTC)
RUNNING = [state for state in get_args(JobState) if state not in OVER and state != "stopping"]
SERVICES = {
    "agreement": "-", "prefinancing": "-", "insurance": "-", "van_rental": "van", "equipment": "-",
    "travel": "bob", "employment_contract": "bob", "expenses": "bob", "wages": "bob", "invoicing": "invoice",
    "debt_collection": "invoice-friendly", "special_request": "wish", "workspace": "-",
}  # fmt: skip
PROMISED = {
    "waiting": "ahead", "trying": "ahead", "held": "ahead", "parked": "ahead", "done": "behind",
    "missed": "off", "skipped": "off", "undone": "off", "failed": "off", "superseded": "off",
}  # fmt: skip
"""Of a job that goes on."""


def a_file(service: str, state: str, job: str = "ready", **changes: Any) -> JobFile:
    problem = Problem(type="NoVanLeft", text="-", since_at=NINE) if state == "parked" else None
    step = StepState.model_validate(
        {"service": service, "item": SERVICES[service], "state": state, "problem": problem, "attempt": 1}
        | changes.pop("step", {})
    )
    return JobFile.model_validate({"job_id": "J", "state": job, "steps": {step.step: step}} | changes)


def the_step(file: JobFile) -> StepState:
    (step,) = file.steps.values()
    return step


@pytest.mark.parametrize("job", RUNNING)
@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize(("state", "said"), PROMISED.items())
def test_a_job_that_goes_on_promises_what_is_not_behind_it(job: str, service: str, state: str, said: str) -> None:
    file = a_file(service, state, job)
    assert outlook(file, service, SERVICES[service]) == said
    assert told_step_state(file, the_step(file)) == state
    assert as_told(file, the_step(file)).state == state


@pytest.mark.parametrize("job", sorted(OVER))
@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize("state", get_args(StepStateName))
@pytest.mark.parametrize("undoing", [False, True])
def test_what_is_over_promises_nothing(job: str, service: str, state: str, undoing: bool) -> None:
    file = a_file(service, state, job, stopping="the hall is flooded", step={"undoing": undoing})
    assert outlook(file, service, SERVICES[service]) == ("behind" if state == "done" else "off")
    assert told_step_state(file, the_step(file)) not in ("waiting", "trying", "parked", "held", "giving_back")
    told = as_told(file, the_step(file))
    assert undoing or told.state not in ("waiting", "trying", "parked")


def test_what_is_over_promises_nothing_of_a_step_that_never_began() -> None:
    for state in OVER:
        nothing = JobFile(job_id="J", state=state)  # type: ignore[arg-type]  # one of the states
        assert {outlook(nothing, service, item) for service, item in SERVICES.items()} == {"off"}


STOPPING = {
    # waiting, trying, parked, held, done, done and given back by itself
    "agreement": ("off", "off", "off", "off", "behind", "giving_back"),
    "prefinancing": ("asked", "asked", "asked", "asked", "asked", "asked"),
    "insurance": ("off", "off", "off", "off", "behind", "giving_back"),
    "van_rental": ("off", "off", "off", "off", "behind", "giving_back"),
    "equipment": ("off", "off", "off", "off", "behind", "giving_back"),
    "travel": ("off", "off", "off", "off", "behind", "giving_back"),
    "employment_contract": ("off", "off", "off", "off", "behind", "giving_back"),
    "expenses": ("ahead", "ahead", "ahead", "ahead", "behind", "giving_back"),
    "wages": ("ahead", "ahead", "ahead", "ahead", "behind", "giving_back"),
    "invoicing": ("off", "off", "off", "off", "behind", "giving_back"),
    "debt_collection": ("ahead", "ahead", "ahead", "ahead", "behind", "giving_back"),
    "special_request": ("off", "off", "off", "off", "behind", "giving_back"),
    "workspace": ("off", "off", "off", "off", "behind", "giving_back"),
}


@pytest.mark.parametrize("service", SERVICES)
def test_while_a_job_is_stopped_only_what_is_owed_still_comes(service: str) -> None:
    states = ("waiting", "trying", "parked", "held", "done")
    said = [outlook(a_file(service, one, stopping="ill"), service, SERVICES[service]) for one in states]
    back = a_file(service, "done", stopping="ill", undo=[the_step(a_file(service, "done")).step])
    assert (*said, outlook(back, service, SERVICES[service])) == STOPPING[service]


def test_while_a_job_is_stopped_nobody_is_asked_about_what_nobody_carries_on() -> None:
    refused = a_file("agreement", "parked", "agreeing", stopping="the client said no")
    told = as_told(refused, the_step(refused))
    assert (told.state, told.problem) == ("superseded", None)
    assert told_step_state(refused, told) == "off"


def test_a_question_about_a_signed_contract_stays_a_question() -> None:
    asked = a_file("employment_contract", "parked", stopping="ill", step={"undoing": True})
    assert outlook(asked, "employment_contract", "bob") == "asked"
    assert as_told(asked, the_step(asked)).state == "parked"
    back = a_file("van_rental", "trying", stopping="ill", step={"undoing": True}, undo=["van_rental:van"])
    assert told_step_state(back, the_step(back)) == "giving_back"


@pytest.mark.parametrize("state", ["waiting", "trying", "parked"])
@pytest.mark.parametrize("service", ["employment_contract", "invoicing"])
def test_what_stays_though_the_job_stops_is_carried_on_and_decided_about(service: str, state: str) -> None:
    step = {"employment_contract": "employment_contract:bob", "invoicing": "invoicing:invoice"}[service]
    kept = a_file(service, state, stopping="ill", bound=[step])
    told = as_told(kept, the_step(kept))
    assert (told.state, told.problem is None) == (state, state != "parked")
    assert told_step_state(kept, told) == state


def test_while_it_is_asked_whether_a_contract_stays_its_pay_is_not_promised() -> None:
    asked = a_file("employment_contract", "parked", "engaged", step={"undoing": True})
    assert outlook(asked, "wages", "bob") == "asked"
    assert outlook(asked, "wages", "ann") == "ahead"


@pytest.mark.parametrize("state", ["missed", "skipped", "undone", "failed", "superseded"])
def test_whoever_is_not_engaged_is_promised_neither_pay_nor_a_ticket(state: str) -> None:
    file = a_file("employment_contract", state, "engaged")
    assert [outlook(file, one, "bob") for one in ("wages", "expenses", "travel")] == ["off", "off", "off"]
    assert outlook(file, "wages", "ann") == "ahead"
    assert outlook(file, "invoicing", "invoice") == "ahead"


@pytest.mark.parametrize(
    ("state", "stopping", "told", "happens"),
    [
        ("ready", None, "ready", True),
        ("ready", "ill", "stopping", False),
        ("engaged", "job.not_approved", "stopping", False),
        ("withdrawn", "ill", "withdrawn", False),
        ("refused", "job.not_approved", "refused", False),
        ("closed", None, "closed", True),
        ("written_off", None, "written_off", True),
    ],
)
def test_a_job_is_called_what_it_is(state: Any, stopping: str | None, told: str, happens: bool) -> None:
    file = JobFile(job_id="J", state=state, stopping=stopping)
    assert (told_job_state(file), takes_place(file)) == (told, happens)


def test_who_was_told_not_to_start_has_nothing_left_to_sign_or_declare() -> None:
    off = a_file("employment_contract", "missed", "taking_place", off_the_job=["bob"])
    kinds = ("dimona", "contract_signed", "remind", "call_list", "loud", "wages_paid", "wages_promised")
    assert [kind for kind in kinds if binds(kind, "bob", off)] == []
    assert [kind for kind in kinds if binds(kind, "ann", off)] == list(kinds)
    signed = off.model_copy(update={"bound": ["employment_contract:bob"]})
    assert [kind for kind in kinds if binds(kind, "bob", signed)] == ["wages_paid", "wages_promised"]
    assert binds("accident_report", "bob", off)


def test_a_job_that_is_being_stopped_owes_no_invoice_and_no_question_but_what_was_signed() -> None:
    file = a_file("employment_contract", "parked", "engaged", stopping="ill", step={"undoing": True})
    assert not binds("invoice_issued", "invoice", file)
    assert not binds("agreement", "-", file)
    assert binds("dimona", "bob", file)
    assert binds("wages_paid", "bob", file)
