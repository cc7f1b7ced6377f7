"""Every field that a replay may edit is held by another step, which is named, or free for a reason."""

from typing import Any

import pytest

from activities.catalog import every_step
from activities.step import HELD as ELSEWHERE
from domain.held_fields import HELD, Holding, held_elsewhere, in_english
from domain.job import StepState
from domain.orders import step_name
from engine.words import LANGUAGES, catalog

EDITABLE = sorted({(step.name, field) for step in every_step() for field in step.editable})


@pytest.mark.parametrize(("service", "field"), EDITABLE, ids=lambda one: one)
def test_every_editable_field_has_its_place(service: str, field: str) -> None:
    held = [one for one in HELD if one.service == service and field in one.fields]
    reasons = {step.editable[field] for step in every_step() if step.name == service and field in step.editable}
    assert len(held) == (reasons == {ELSEWHERE}), "say in domain/held_fields.py who holds it"
    assert held or min(map(len, reasons)) > 15, "say in the STEP why nobody else says the same"


def test_nothing_stands_in_the_list_that_nobody_may_edit() -> None:
    assert {(one.service, field) for one in HELD for field in one.fields} <= set(EDITABLE)


def standing(holding: Holding, **more: Any) -> StepState:
    item = "chloe" if holding.by in ("employment_contract", "wages") else "-"
    covers = [holding.covering] if holding.covering else []
    return StepState(service=holding.by, item=item, request={"covers": covers}, state="done", **more)


@pytest.mark.parametrize("holding", HELD, ids=lambda one: f"{one.service}-{one.by}")
def test_what_another_step_holds_is_named_with_its_paper_and_what_to_do(holding: Holding) -> None:
    state = standing(holding)
    field = sorted(holding.fields)[0]
    item = "chloe" if holding.of_person else "-"
    held = held_elsewhere(holding.service, item, {field}, {state.step: state})
    assert held is not None
    assert (held.fields, held.step) == ((field,), state.step)
    assert state.step in in_english(held)
    for lang in LANGUAGES:
        assert {f"held.{held.paper}", f"held.instead.{held.instead}"} <= catalog(lang).keys()

    waiting = state.model_copy(update={"state": "waiting"})
    assert held_elsewhere(holding.service, item, {field}, {state.step: waiting}) is None
    assert held_elsewhere(holding.service, item, {"nothing"}, {state.step: state}) is None
    if holding.of_person:
        assert held_elsewhere(holding.service, "bob", {field}, {state.step: state}) is None
    if holding.covering:
        bare = state.model_copy(update={"request": {"covers": ["tour"]}})
        assert held_elsewhere(holding.service, item, {field}, {state.step: bare}) is None


def test_a_contract_both_have_signed_holds_before_social_security_knows_it() -> None:
    name = step_name("employment_contract", "chloe")
    signed = StepState(
        service="employment_contract", item="chloe", state="parked",
        booking={"cooperative_signed_at": "2026-02-03T10:00:00Z"},
    )  # fmt: skip
    held = held_elsewhere("insurance", "-", {"place"}, {name: signed})
    assert held is not None
    assert held.instead == "move"
