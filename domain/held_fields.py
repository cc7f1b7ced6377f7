"""Fields that another step has printed, signed, declared or bound already: nobody edits them alone.

One list for every service. A field that may be edited stands either here, with whoever holds it and what to do
instead, or in `FREE`, with the reason why no other step says the same.
"""

from collections.abc import Collection, Mapping
from typing import Final, Literal

from domain.job import StepState
from domain.message import Message
from domain.orders import NO_ITEM, split_step, step_name

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
FREE: Final[Mapping[str, str]] = {
    "answer_by": "who answers by when is nobody else's",
    "remind_at": "who is reminded when is nobody else's",
    "ceiling_eur": "what may be paid at most; the fund posts no more than it reserved",
    "insurance.from_on": "a cover may begin earlier; it never leaves a day of the job out",
    "insurance.until_on": "a cover may end later; it never leaves a day of the job out",
    "insurance.people": "more people may be covered; the rules of the service refuse fewer",
    "insurance.covers": "which covers are bought stands on their own certificate only",
    "insurance.declared_value_eur": "the value to cover is what the member declares it to be",
    "insurance.cause": "why a job was called off is told to the insurer alone",
    "van_rental.driver": "who drives stands on the handover sheet of this very order",
    "van_rental.from_at": "when the van is fetched stands on this order's own handover sheet",
    "van_rental.until_at": "when the van is brought back stands on this order's own handover sheet",
    "van_rental.kilometres": "priced and printed by this order alone",
    "van_rental.load_kg": "told to the hirer alone",
    "van_rental.pick_up": "where it is fetched stands on this order's own handover sheet",
    "van_rental.seats": "told to the hirer alone",
    "equipment.from_at": "when it is fetched stands on this order's own delivery sheet",
    "equipment.until_at": "when it is brought back stands on this order's own delivery sheet",
    "travel.from_place": "printed on this ticket alone",
    "travel.to_place": "printed on this ticket alone",
    "travel.arrive_by_at": "the rules of the service keep it before the traveller's signed start",
    "travel.return_at": "printed on this ticket alone",
    "travel.travel_class": "printed on this ticket alone",
    "travel.flexible": "printed on this ticket alone",
    "special_request.wish": "done by hand, as it is worded here",
    "workspace.days": "the room's own booking; rehearsals are not the days of the contract",
    "workspace.city": "the room's own booking; rehearsals are not the place of the contract",
    "workspace.people": "how many the room takes",
    "expenses.lines": "the note is this order's own paper; once paid, the service refuses a second payment",
    "expenses.pay_on": "its own payment; the promise is watched by its deadline",
    "wages.pay_on": "its own payment; the promise is watched by its deadline, the latest lawful day is kept",
    "agreement.evidence_document": "the file the client signed is this step's own proof",
    "agreement.language": "the order form is its own paper; each invoice says its own language",
    "prefinancing.choice": "the fund's own reservation",
    "prefinancing.cap_eur": "the fund's own reservation",
    "prefinancing.subsidy_document": "the proof is the fund's own",
    "prefinancing.approved_by": "an adviser's yes to the fund's limit",
    "prefinancing.loss_borne_by": "named when the books are closed, by two persons",
    "invoicing.client_version": "the client's corrected address; what went out keeps its own version",
    "invoicing.purchase_order": "the client's own number, which the client corrects",
    "invoicing.language": "each document says its own language",
    "invoicing.collect": "whether its client is reminded is nobody else's",
    "debt_collection.decided": "a decision about this very stage",
    "debt_collection.mandate": "a decision about this very stage",
    "debt_collection.borne_by": "named when a debt is written off, by two persons",
}
"""By field, or by service and field: why editing it contradicts no other step."""


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
    if holding.of_person and whose != item:
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
