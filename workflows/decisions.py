"""Which decisions about a parked step are possible; whoever asks too late or twice is told so."""

from datetime import datetime
from typing import Any

from pydantic import ValidationError
from temporalio.exceptions import ApplicationError

from activities.step import Step
from domain.decisions import difference
from domain.frame import JobFrame
from domain.hand import lacking_of_cost
from domain.held_fields import held_elsewhere, in_english
from domain.job import Decision, JobFile, StepState
from domain.questions import misplaced, worked_already
from workflows.problems import by_hand_result
from workflows.steps import Steps


def check_decision(file: JobFile, steps: Steps, decision: Decision, job: JobFrame | None = None) -> None:
    """Raise the reason why this decision cannot be taken; nothing is changed by it."""
    state = file.steps.get(decision.step)
    if state is None:
        raise _no("UnknownStep", f"this job has no step {decision.step!r}")
    if state.state != "parked":
        raise _no("NotParked", f"{decision.step} is {state.state}, not parked")
    if decision.step not in steps.listening:
        raise _no("NotReady", f"nobody waits for a decision about {decision.step} now; try again in a moment")
    if decision.step in steps.decisions:
        raise _no("SomeoneElseDecides", f"somebody else is deciding about {decision.step}")
    if decision.expected_attempt != state.attempt:
        raise _no("StaleAttempt", f"{decision.step} is at attempt {state.attempt}, not {decision.expected_attempt}")
    if not decision.reason.strip():
        raise _no("ReasonMissing", "say why")
    _check_kind(state, decision)
    _check_contents(state, steps, decision, job)


def check_answer(file: JobFile, decision: Decision, now: datetime) -> None:
    """Raise unless a question gets one of its own answers. Only before a decision is taken: histories of an earlier
    time hold questions that were replayed or skipped."""
    state = file.steps[decision.step]
    if wrong := misplaced(state, decision.kind) or worked_already(file, state, decision.kind, now):
        raise _no(*wrong)


def check_given_back(file: JobFile, steps: Steps, decision: Decision) -> None:
    """Raise when a giving back by hand does not say what is booked of it. Only before a decision is taken, as
    `check_answer`."""
    state, step = file.steps[decision.step], steps.knows(decision.step)
    if step is not None and (flaw := given_back_flaw(step, state, decision)):
        raise _no(*flaw)


def check_redone(file: JobFile, steps: Steps, decision: Decision, job: JobFrame) -> None:
    """Raise when what is to be done anew is edited and the service, or the job, does not allow it so. Only before
    it is taken, as `check_answer`."""
    state, step = file.steps[decision.step], steps.knows(decision.step)
    if step is None or decision.request is None or decision.request == state.request:
        return
    if step.is_for_people() or step.essential:
        raise _no("NotEditable", f"{decision.step} is signed, issued or agreed to: nobody edits it alone")
    if flaw := contents_flaw(step, state, decision, job):
        raise _no(*flaw)


def check_held(file: JobFile, decision: Decision) -> None:
    """Raise when an edited field stands on what another step printed, signed, declared or bought. Only before a
    decision is taken, as `check_answer`."""
    state = file.steps.get(decision.step)
    if state is None or decision.request is None:
        return
    changed = {one.field for one in difference(state.request, decision.request)}
    if held := held_elsewhere(state.service, state.item, changed, file.steps):
        raise _no("HeldElsewhere", in_english(held))


def _check_kind(state: StepState, decision: Decision) -> None:
    if decision.kind == "skip" and not (state.skippable or state.undoing):
        raise _no("NeverSkipped", f"{decision.step} is never skipped; it can be done by hand, with evidence")
    if decision.kind == "fail" and state.undoing:
        raise _no("AlreadyUndoing", f"{decision.step} is being undone already")
    if decision.kind == "by_hand" and not decision.evidence:
        raise _no("EvidenceMissing", "what was done by hand needs its evidence: a file or a reference")
    if decision.kind == "postpone" and decision.until_at is None and decision.until_partner is None:
        raise _no("DateMissing", "say until when, or until which partner answers again")


def _check_contents(state: StepState, steps: Steps, decision: Decision, job: JobFrame | None) -> None:
    step = steps.knows(decision.step)
    if step is None:
        raise _no("NotReady", f"{decision.step} cannot be decided about yet; try again in a moment")
    if flaw := contents_flaw(step, state, decision, job):
        raise _no(*flaw)


def contents_flaw(
    step: Step[Any, Any], state: StepState, decision: Decision, job: JobFrame | None = None
) -> tuple[str, str] | None:
    """What is wrong with a decision, the request or the result it brings: the kind of flaw, and why."""
    if decision.kind in ("by_hand", "fail") and not state.undoing and state.operation in step.never_given_up:
        return "NeverGivenUp", (
            f"{state.operation} of {decision.step} is neither given up nor done by hand: put right what stands in "
            "its way, then replay it; what is missing gets its bearer in loss_borne_by"
        )
    if decision.kind in ("skip", "fail") and not state.undoing and state.operation in to_be_booked(step):
        return "StillOwed", (
            f"the money of {decision.step} stands in the books: it is paid again, to another account if need be, "
            "written off with its bearer, or settled by hand with its evidence, never given up"
        )
    back = step.back_by_hand
    if decision.kind == "skip" and state.undoing and back is not None and state.operation == back.record.name:
        return "StillOwed", f"{decision.step} was given back by hand: it is booked, replayed or entered anew"
    try:
        if decision.kind == "by_hand" and not state.undoing:
            return _result_flaw(step, state, decision)
        return None if decision.request is None else _request_flaw(step, state, decision.request, job)
    except ValidationError as error:
        first = error.errors()[0]
        return "WrongForm", f"{'.'.join(map(str, first['loc']))}: {first['msg']}"


def _result_flaw(step: Step[Any, Any], state: StepState, decision: Decision) -> tuple[str, str] | None:
    done = step.booking.model_validate(by_hand_result(state, decision))
    request = step.request.model_validate(state.request)
    lacks = step.lacking(request, done) if step.lacking else None
    if step.costs and not lacks:
        lacks = lacking_of_cost(done, step.costs(done), getattr(request, "ceiling_eur", None))
    return ("ResultIncomplete", lacks) if lacks else None


def _request_flaw(
    step: Step[Any, Any], state: StepState, wanted: dict[str, Any], job: JobFrame | None
) -> tuple[str, str] | None:
    changed = {one.field for one in difference(state.request, wanted)}
    if state.undoing and changed:
        return "NotEditable", "what is given back or asked about cannot be edited"
    if changed and step.record is not None and state.operation == step.record.name:
        return "NotEditable", "it is done by hand already: enter what was done anew, or replay it as it is"
    request = step.request.model_validate(wanted)
    if forbidden := changed - step.editable.keys():
        return "NotEditable", f"these fields cannot be changed here: {', '.join(sorted(forbidden))}"
    if (paper := signed_paper(step, state)) and (fixed := changed & step.printed):
        return "SignedPaper", f"{', '.join(sorted(fixed))}: stands on {paper}, which is signed or sent"
    for flaw in step.sound(request, job) if step.sound else ():
        if touched := changed.intersection(flaw.fields):
            return "WrongForThisJob", f"{', '.join(sorted(touched))}: {flaw.why}"
    return None


def given_back_flaw(step: Step[Any, Any], state: StepState, decision: Decision) -> tuple[str, str] | None:
    """What somebody who gave something back by hand does not say, or says wrongly: the kind of flaw, and why."""
    back = step.asks_back(state) if decision.kind == "by_hand" else None
    if back is None:
        return None
    try:
        done = back.form.model_validate(decision.result or {})
    except ValidationError as error:
        first = error.errors()[0]
        return "ResultIncomplete", f"{'.'.join(map(str, first['loc']))}: {first['msg']}"
    known = state.booking is not None and not state.given_up
    lacks = back.lacking(
        step.request.model_validate(state.request),
        step.booking.model_validate(state.booking) if known else None,
        done,
    )
    return ("ResultIncomplete", lacks) if lacks else None


def to_be_booked(step: Step[Any, Any]) -> frozenset[str]:
    """Verbs with which money waits: owed to somebody, or paid by hand and not in the books yet."""
    return step.owed if step.record is None else step.owed | {step.record.name}


def signed_paper(step: Step[Any, Any], state: StepState) -> str | None:
    """The signed paper of a step, whose printed fields nobody edits."""
    if step.signed is None or state.booking is None:
        return None
    return step.signed(step.booking.model_validate(state.booking))


def _no(kind: str, why: str) -> ApplicationError:
    return ApplicationError(why, type=kind, non_retryable=True)
