"""The table of guards, read as a whole: the safe direction alone, what cannot be taken back by two."""

from typing import Any

import pytest

from activities.catalog import stated, steps
from api.decisions import approval_policy
from api.decisions.approval_policy import EXCEPTIONS, TABLE, guard

SERVICES = sorted(TABLE)


def test_every_service_has_its_row_and_no_row_is_left_over() -> None:
    assert set(TABLE) == set(steps()) | {"debt_collection"}


def test_the_verbs_and_fields_the_table_names_exist() -> None:
    for one in EXCEPTIONS:
        kinds = list(stated()[one.service].values())
        verbs = {verb.name for step in kinds for verb in step.verbs} | {"amend"}
        assert one.verbs <= verbs, one
        assert one.fields <= {field for step in kinds for field in step.editable}, one


@pytest.mark.parametrize("service", SERVICES)
def test_waiting_is_always_allowed_to_one_person(service: str) -> None:
    assert guard(service, "postpone") == "alone"


@pytest.mark.parametrize("service", SERVICES)
def test_trying_the_same_request_again_is_never_blocked(service: str) -> None:
    for step in stated()[service].values():
        tried = [verb for verb in (step.hold, step.answer, *step.confirm) if verb]
        assert {guard(service, "replay", verb.name) for verb in tried} == {"alone"}


@pytest.mark.parametrize(
    ("service", "kind", "verb", "edited", "rule"),
    [
        # a Dimona IN at five in the morning, also by hand on the portal
        ("employment_contract", "replay", "declare", (), "alone"),
        ("employment_contract", "by_hand", "declare", (), "reviewed"),
        # its cancel, with the contract
        ("employment_contract", "replay", "terminate", (), "two"),
        ("employment_contract", "by_hand", "terminate", (), "two"),
        # a contract correction
        ("employment_contract", "by_hand", "amend", (), "two"),
        ("employment_contract", "skip", "amend", (), "alone"),
        # fail-and-undo of what is signed or declared, and before that
        ("employment_contract", "fail", "declare", (), "two"),
        ("employment_contract", "fail", "offer", (), "reviewed"),
        # payments
        ("wages", "by_hand", "booked", (), "two"),
        ("wages", "fail", "pay", (), "two"),
        ("wages", "replay", "pay", ("pay_on",), "reviewed"),
        ("expenses", "replay", "prepare", ("lines",), "two"),
        # the bailiff, and a write-off
        ("debt_collection", "replay", "hand_over", ("decided",), "two"),
        ("debt_collection", "replay", "hand_over", (), "alone"),
        ("debt_collection", "by_hand", "hand_over", (), "two"),
        ("debt_collection", "replay", "write_off", ("borne_by", "decided"), "two"),
        ("debt_collection", "by_hand", "write_off", (), "two"),
        ("debt_collection", "by_hand", "remind", (), "reviewed"),
        ("prefinancing", "replay", "settle", ("loss_borne_by",), "two"),
        ("prefinancing", "replay", "reserve", ("approved_by",), "reviewed"),
        # an issued invoice
        ("invoicing", "replay", "credit", (), "two"),
        ("invoicing", "skip", "credit", (), "alone"),
        ("invoicing", "fail", "issue", (), "reviewed"),
        ("invoicing", "fail", "send", (), "two"),
        # bookings are everyday work
        ("travel", "replay", "hold", ("to_place", "ceiling_eur"), "alone"),
        ("van_rental", "fail", "hold", (), "alone"),
        # nobody wrote it down yet
        ("teleporting", "replay", None, (), "two"),
    ],
)
def test_a_decision_takes_as_many_as_the_table_says(
    service: str, kind: Any, verb: str | None, edited: tuple[str, ...], rule: str
) -> None:
    assert guard(service, kind, verb, edited) == rule
    assert approval_policy.guarded(service, kind, verb, edited).why
