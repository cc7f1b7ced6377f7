"""What a step's request and result look like, for whoever edits one or does it by hand."""

from typing import Any

from pydantic import ValidationError

from activities.catalog import step_of
from domain.decisions import DecisionKind
from domain.job import Decision, StepState
from domain.questions import AMENDED, CORRECTED
from workflows.decisions import to_be_booked


def request_schema(service: str, item: str = "-") -> dict[str, Any]:
    """JSON Schema of a step's request; empty for a service this program does not know any more."""
    step = step_of(service, item)
    return step.request.model_json_schema() if step else {}


def result_schema(state: StepState) -> dict[str, Any]:
    """JSON Schema of what whoever does it by hand says: what it brings, or what is given back of it."""
    step = step_of(state.service, state.item)
    if step is None or not state.undoing:
        return step.booking.model_json_schema() if step else {}
    back = step.asks_back(state)
    return back.form.model_json_schema() if back else {}


def present(state: StepState) -> dict[str, Any]:
    """What the form of a result by hand shows before anybody typed."""
    booked = None if state.undoing else state.booking
    return booked or drafted(state) or {}


def editable(service: str, item: str = "-") -> list[str]:
    """The request fields a replay may change."""
    step = step_of(service, item)
    return sorted(step.editable) if step else []


def next_verb(state: StepState) -> str | None:
    """The verb a replay tries: the one that parked, the one that corrects or gives back, else the first."""
    step = step_of(state.service, state.item)
    if step is None:
        return state.operation
    asked = state.problem.type if state.problem else ""
    if state.undoing and asked in AMENDED:
        return "amend"
    if state.undoing and asked in CORRECTED and step.correct:
        return step.correct.name
    if state.undoing and step.release and state.operation != step.release.name and not step.correct:
        return step.release.name
    return state.operation or (step.verbs[0].name if step.verbs else None)


def never_given_up(state: StepState) -> bool:
    """Whether what it waits with is only ever done by our own books: neither given up nor done by hand."""
    step = step_of(state.service, state.item)
    return step is not None and not state.undoing and state.operation in step.never_given_up


def still_owed(state: StepState) -> bool:
    """Whether it waits with money that is owed to somebody: then it is paid, by hand if need be, never given up."""
    step = step_of(state.service, state.item)
    return step is not None and not state.undoing and state.operation in to_be_booked(step)


def not_offered(state: StepState) -> set[DecisionKind]:
    """The decisions that would be refused in any case."""
    never: set[DecisionKind] = set() if state.skippable or state.undoing else {"skip"}
    if never_given_up(state):
        never |= {"by_hand", "fail"}
    if still_owed(state):
        never |= {"skip", "fail"}
    return never


def following(state: StepState, verb: str | None, *, amending: bool = False) -> list[str]:
    """The verbs that come after this one when their time has come."""
    step = step_of(state.service, state.item)
    if step is None or (state.undoing and not amending):
        return []
    last, between = (step.answer, None) if step.answers_last else (None, step.answer)
    order = [one.name for one in (step.hold, between, *step.confirm, last) if one]
    return order[order.index(verb) + 1 :] if verb in order else []


def first_verb(state: StepState) -> str | None:
    """The verb a changed request begins with."""
    step = step_of(state.service, state.item)
    if step is None:
        return None
    return step.hold.name if step.hold else (step.confirm[0].name if step.confirm else None)


def is_answer(service: str, item: str, verb: str | None) -> bool:
    """Whether a verb only reads what somebody answered, so that it may bring something else next time."""
    step = step_of(service, item)
    return bool(step and step.answer and step.answer.name == verb)


def tried(state: StepState, taken: Decision) -> str | None:
    """The verb a decision is about: an edited request begins at the first one, unless only the last one
    reads what is edited; an amendment is drawn up by it."""
    step = step_of(state.service, state.item)
    if taken.kind == "amend":
        return first_verb(state)
    if taken.kind == "end" and step and step.correct:
        return step.correct.name
    if taken.kind != "replay" or taken.request is None or taken.request == state.request:
        return next_verb(state)
    return next_verb(state) if step and step.goes_on_with(state, taken.request) else first_verb(state)


def drafted(state: StepState) -> dict[str, Any] | None:
    """The result by hand that the step itself offers; None when it offers none."""
    step = step_of(state.service, state.item)
    if step is not None and state.undoing:
        back = step.asks_back(state)
        if back is None or back.drafted is None or state.booking is None:
            return None
        request = step.request.model_validate(state.request)
        return back.drafted(request, step.booking.model_validate(state.booking))
    if step is None or step.drafted is None:
        return None
    try:
        return dict(step.drafted(step.request.model_validate(state.request)).model_dump(mode="json"))
    except ValidationError:
        return None
