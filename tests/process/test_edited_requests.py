"""An edited request is checked by the service's own rules against its own job, in one place for every door."""

from datetime import UTC, datetime
from typing import Any

import pytest

from domain.frame import JobFrame
from domain.job import Decision, StepState
from tests.process.any_step import STEPS
from tests.process.test_decisions import EDITED, REQUESTS
from workflows.decisions import contents_flaw

JOB = JobFrame(
    first_start_at=datetime(2026, 2, 10, 12, 0, tzinfo=UTC),
    last_end_at=datetime(2026, 2, 10, 23, 0, tzinfo=UTC),  # midnight in Brussels: still the night of the 10th
    starts={"chloe": datetime(2026, 2, 10, 12, 0, tzinfo=UTC), "bob": datetime(2026, 2, 10, 12, 0, tzinfo=UTC)},
    crew=("chloe", "bob"),
)


def replayed(service: str, **edited: Any) -> tuple[str, str] | None:
    """What is said of a replay with these fields edited."""
    state = StepState(service=service, item="-", request=REQUESTS[service])
    decision = Decision(
        operation_id="o", step=service, kind="replay", expected_attempt=1, by="olga", role="ops", reason="because",
        request=REQUESTS[service] | edited,
    )  # fmt: skip
    return contents_flaw(STEPS[service], state, decision, JOB)


@pytest.mark.parametrize(
    ("service", "edited", "field"),
    [
        ("insurance", {"people": -1}, "people"),  # seen: bound
        ("insurance", {"people": 0}, "people"),
        ("insurance", {"from_on": "2026-05-01", "until_on": "2026-05-02"}, "from_on"),  # seen: another job's days
        ("insurance", {"until_on": "2026-02-09"}, "until_on"),
        ("insurance", {"declared_value_eur": "-4368.00"}, "declared_value_eur"),
        ("insurance", {"country": " "}, "country"),
        ("van_rental", {"kilometres": -5}, "kilometres"),
        ("van_rental", {"driver": "zoe"}, "driver"),
        ("van_rental", {"until_at": "2026-02-09T12:00:00Z"}, "until_at"),
        ("van_rental", {"from_at": "2026-06-01T08:00:00Z", "until_at": "2026-06-02T08:00:00Z"}, "from_at"),
        ("van_rental", {"ceiling_eur": "-0.01"}, "ceiling_eur"),
        ("equipment", {"items": [{"article": "par-led", "quantity": 0}]}, "items"),
        ("equipment", {"items": []}, "items"),
        ("travel", {"arrive_by_at": "2026-02-10T13:00:01Z"}, "arrive_by_at"),  # after the traveller's start
        ("travel", {"to_place": "bruxelles-midi "}, "to_place"),
        ("travel", {"return_at": "2026-02-10T01:00:00Z"}, "return_at"),
        ("workspace", {"days": ["2026-02-09", "2026-02-09"]}, "days"),
        ("workspace", {"days": ["2027-02-09"]}, "days"),
        ("workspace", {"people": -1}, "people"),
        ("special_request", {"wish": ""}, "wish"),
        ("agreement", {"answer_by": "2026-02-11T10:00:00Z"}, "answer_by"),
        ("agreement", {"client_version": 0}, "client_version"),
        ("employment_contract", {"answer_by": "2026-02-10T12:00:01Z"}, "answer_by"),
        ("wages", {"pay_on": "2026-02-09"}, "pay_on"),  # before the work
        ("wages", {"pay_on": "2026-04-17"}, "pay_on"),  # after the latest lawful day
        (
            "expenses",
            {"lines": [{"kind": "receipt", "label": "Strings", "amount_eur": "-24.50", "on": "2026-02-10"}]},
            "lines",
        ),
        ("invoicing", {"due_on": "2026-02-09"}, "due_on"),
        ("prefinancing", {"choice": "capped"}, "choice"),
        ("prefinancing", {"choice": "capped", "cap_eur": "-1.00"}, "cap_eur"),
    ],
)
def test_what_does_not_fit_this_job_is_refused_with_its_field(
    service: str, edited: dict[str, Any], field: str
) -> None:
    flaw = replayed(service, **edited)
    assert flaw is not None
    assert flaw[0] == "WrongForThisJob"
    fields, _, why = flaw[1].partition(": ")
    assert field in fields.split(", ")
    assert ";" in why  # why, and what to do


def test_what_fits_is_taken() -> None:
    for service, edited in EDITED.items():
        assert replayed(service, **edited) is None, service


def test_nobody_is_told_of_a_field_they_did_not_change() -> None:
    # arrival at 13:00 UTC is after the start already: who changes the ceiling is not kept from it
    assert replayed("travel", ceiling_eur="60.00") is None
