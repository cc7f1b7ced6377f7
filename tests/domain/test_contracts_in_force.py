"""What binds a crew member, in every state a change of the contract can be in."""

from typing import Any

import pytest

from domain.contracts_in_force import asked_by, in_force, proposals, terms
from domain.job import Binding, JobFile, StepState
from domain.plan import JobPlan
from domain.services.employment_contract import EmploymentContractRequest, first_start_without
from domain.services.wages import WagesRequest

AT = {"agree_by": "2026-02-05T08:00:00Z", "confirm_by": "2026-02-08T08:00:00Z", "report_by": "2026-02-13T09:00:00Z"}


def day(on: str, starts: str = "14:00", ends: str = "21:30", place: str = "Liège") -> dict[str, str]:
    return {"starts_at": f"2026-02-{on}T{starts}:00Z", "ends_at": f"2026-02-{on}T{ends}:00Z", "place": place}


def offer(*days: dict[str, str], gross: str = "300.00", answer_by: str = "") -> dict[str, Any]:
    given = days or (day("10"),)
    return {
        "person_id": "p-bob", "member": False, "function": "musician", "artistic": True, "days": list(given),
        "gross_eur": gross, "joint_committee": "304", "language": "fr", "starts_at": given[0]["starts_at"],
        "answer_by": answer_by or given[0]["starts_at"],
    }  # fmt: skip


TENTH, ELEVENTH = offer(), offer(day("11"))
PAY: dict[str, Any] = {
    "person_id": "p-bob", "chain": "artist", "days": 1, "pay_on": "2026-02-17", "answer_by": "2026-02-25T09:00:00Z",
}  # fmt: skip


def plan(wanted: dict[str, Any]) -> JobPlan:
    wage = PAY | {"gross_eur": wanted["gross_eur"], "last_day_on": wanted["starts_at"][:10]}
    return JobPlan.model_validate(
        AT
        | {"entity": "brussels", "member_id": "p-ann", "client_id": "c", "title": "Concert"}
        | {"first_start_at": wanted["starts_at"], "last_end_at": wanted["days"][-1]["ends_at"]}
        | {"employment_contract": {"bob": wanted}, "wages": {"bob": wage}}
    )


def file(bound: bool = True, **state: Any) -> JobFile:
    step = StepState.model_validate({"service": "employment_contract", "item": "bob", "request": TENTH} | state)
    pay = WagesRequest.model_validate(PAY | {"gross_eur": "300.00", "last_day_on": "2026-02-10"})
    return JobFile(
        job_id="7ZK4M2Q9XA", steps={step.step: step}, bound=[step.step] if bound else [], signed_pay={"bob": pay}
    )


SOONER = offer(answer_by="2026-02-09T08:00:00Z")
SIGNED = Binding(revision=1, request=TENTH)


@pytest.mark.parametrize(
    ("state", "bound", "binds", "proposed", "signing"),
    [
        ({"state": "waiting"}, False, "11", None, False),
        ({"state": "done"}, True, "10", None, False),
        ({"state": "parked", "undoing": True, "wanted": ELEVENTH}, True, "10", "11", False),
        ({"state": "waiting", "revision": 2, "request": ELEVENTH, "signed": SIGNED}, True, "10", "11", True),
        ({"state": "held", "revision": 2, "request": ELEVENTH}, True, "11", None, False),
        ({"state": "parked", "undoing": True, "wanted": SOONER}, True, "10", None, False),
    ],
)
def test_what_binds_and_what_is_proposed(
    state: dict[str, Any], bound: bool, binds: str, proposed: str | None, signing: bool
) -> None:
    kept, moved = file(bound, **state), plan(ELEVENTH)
    found = terms(kept, moved, "bob")
    assert found is not None
    assert (f"{found.in_force.starts_at:%d}", found.signing) == (binds, signing)
    assert (f"{found.proposed.starts_at:%d}" if found.proposed else None) == proposed
    assert set(proposals(kept, moved)) == ({"bob"} if proposed else set())
    assert f"{in_force(kept, moved).employment_contract['bob'].starts_at:%d}" == binds


def test_the_pay_that_belongs_to_what_is_signed_is_the_pay_that_is_shown() -> None:
    shown = in_force(file(state="done"), plan(offer(day("11"), gross="350.00")))
    assert (str(shown.wages["bob"].gross_eur), f"{shown.wages['bob'].last_day_on:%d}") == ("300.00", "10")


def test_each_link_asks_for_what_its_own_order_asked() -> None:
    state = file(
        state="waiting", revision=3, request=ELEVENTH, signed=SIGNED, given_up={2: offer(day("12"))}
    ).steps["employment_contract:bob"]  # fmt: skip
    asked = {n: asked_by(state, "7ZK4M2Q9XA", f"7ZK4M2Q9XA/employment_contract/bob/{n}") for n in (1, 2, 3, 4)}
    days = {n: f"{one.terms.starts_at:%d}" for n, one in asked.items() if one}
    assert days == {1: "10", 2: "12", 3: "11"}
    before = {n: one.instead_of for n, one in asked.items() if one}
    assert (before[1], before[2]) == (None, None)
    assert before[3] is not None
    assert f"{before[3].starts_at:%d}" == "10"


@pytest.mark.parametrize(
    ("wanted", "start"),
    [
        (offer(gross="350.00"), None),
        (offer(day("10", ends="19:00")), None),
        (offer(day("10", starts="13:00")), "10 13:00"),
        (offer(day("10", ends="22:30")), "10 14:00"),
        (offer(day("10", place="Gent")), "10 14:00"),
        (offer(day("10"), day("12")), "12 14:00"),
        (offer(day("11")), "11 14:00"),
    ],
)
def test_the_first_start_that_the_signed_contract_does_not_hold(wanted: dict[str, Any], start: str | None) -> None:
    signed, new = (EmploymentContractRequest.model_validate(one) for one in (TENTH, wanted))
    found = first_start_without(signed, new)
    assert (f"{found:%d %H:%M}" if found else None) == start
