"""Fields that another step has printed, signed, declared or bound already: nobody edits them alone.

The STEP of a service names its editable fields: each with the reason why no other step says the same, or as held by
another step. Then it stands here, with whoever holds it and what to do instead.
"""

from collections.abc import Collection, Mapping
from typing import Final, Literal

from domain.job import StepState
from domain.message import Message
from domain.orders import NO_ITEM, crew_of, split_step, step_name

Paper = Literal["order_form", "invoice", "contract", "certificate", "pay_statement"]
Instead = Literal["move", "credit_note", "amendment", "insurance_first", "correct_pay"]


class Holding(Message):
    """What one step holds of another's request."""

    service: str
    fields: frozenset[str]
    by: str
    """The service whose step holds it."""
    paper: Paper
    instead: Instead
    of_person: bool = False
    """Only the step of the same person holds it."""
    covering: str | None = None
    """Only when the holder's request has this cover."""


HELD: Final = (
    Holding(
        service="invoicing",
        fields=frozenset({"issue_on", "due_on"}),
        by="agreement",
        paper="order_form",
        instead="move",
    ),
    Holding(
        service="agreement",
        fields=frozenset({"client_version"}),
        by="invoicing",
        paper="invoice",
        instead="credit_note",
    ),
    Holding(
        service="insurance",
        fields=frozenset({"place", "country"}),
        by="employment_contract",
        paper="contract",
        instead="move",
    ),
    Holding(
        service="equipment",
        fields=frozenset({"items"}),
        by="insurance",
        paper="certificate",
        instead="insurance_first",
        covering="equipment_all_risk",
    ),
    Holding(
        service="employment_contract",
        fields=frozenset({"status"}),
        by="wages",
        paper="pay_statement",
        instead="correct_pay",
        of_person=True,
    ),
)
"""Which fields of which services, and by whom."""


class HeldElsewhere(Message):
    """Fields that stay what they are, because another step says so already."""

    fields: tuple[str, ...]
    step: str
    paper: Paper
    instead: Instead


def held_elsewhere(
    service: str, item: str, changed: Collection[str], steps: Mapping[str, StepState]
) -> HeldElsewhere | None:
    """What another step of the job holds of the fields that somebody wants to edit; None when nothing is held."""
    for holding in HELD:
        fields = tuple(sorted(holding.fields.intersection(changed)))
        if holding.service != service or not fields:
            continue
        for name, state in steps.items():
            if _holds(holding, name, item, state):
                return HeldElsewhere(fields=fields, step=name, paper=holding.paper, instead=holding.instead)
    return None


def _holds(holding: Holding, name: str, item: str, state: StepState) -> bool:
    by, whose = split_step(name)
    if by != holding.by or not _stands(state):
        return False
    if holding.of_person and crew_of(whose) != item:
        return False
    if name == step_name("insurance", NO_ITEM) and holding.covering is not None:
        return holding.covering in state.request.get("covers", ())
    return holding.covering is None


def _stands(state: StepState) -> bool:
    """Printed, signed, declared or bought: done, or on its way to an amendment of what is signed."""
    return state.state == "done" or state.undoing or state.signed is not None or _is_signed(state)


def _is_signed(state: StepState) -> bool:
    """A contract that both have signed, and that social security does not know yet."""
    return bool((state.booking or {}).get("cooperative_signed_at"))


TEXT: Final[Mapping[Paper, str]] = {
    "order_form": "stands on the order form the client accepted",
    "invoice": "stands on an issued invoice",
    "contract": "stands on a signed contract",
    "certificate": "stands on the insurance certificate",
    "pay_statement": "stands on a pay statement",
}
TODO: Final[Mapping[Instead, str]] = {
    "move": "move the job, so that everybody who said yes is asked again",
    "credit_note": "take the invoice back with a credit note first",
    "amendment": "have an amendment signed",
    "insurance_first": "take the insurance anew with the other value first, or move the job",
    "correct_pay": "correct the pay first",
}


def in_english(held: HeldElsewhere) -> str:
    """The refusal for programs and logs; people read it in their language."""
    return f"{', '.join(held.fields)}: {TEXT[held.paper]} ({held.step}); {TODO[held.instead]}"
