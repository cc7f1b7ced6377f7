"""Which decisions about a parked step are possible; whoever asks too late or twice is told so."""

from pydantic import ValidationError
from temporalio.exceptions import ApplicationError

from domain.job import Decision, JobFile, StepState
from workflows.steps import Steps


def check_decision(file: JobFile, steps: Steps, decision: Decision) -> None:
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
    _check_contents(state, steps, decision)


def _check_kind(state: StepState, decision: Decision) -> None:
    if decision.kind == "skip" and not (state.skippable or state.undoing):
        raise _no("NeverSkipped", f"{decision.step} is never skipped; it can be done by hand, with evidence")
    if decision.kind == "fail" and state.undoing:
        raise _no("AlreadyUndoing", f"{decision.step} is being undone already")
    if decision.kind == "by_hand" and not decision.evidence:
        raise _no("EvidenceMissing", "what was done by hand needs its evidence: a file or a reference")
    if decision.kind == "postpone" and decision.until_at is None:
        raise _no("DateMissing", "say until when")


def _check_contents(state: StepState, steps: Steps, decision: Decision) -> None:
    step = steps.knows(decision.step)
    if step is None:
        raise _no("NotReady", f"{decision.step} cannot be decided about yet; try again in a moment")
    try:
        if decision.kind == "by_hand" and not state.undoing:
            step.booking.model_validate(decision.result or {})
        if decision.request is not None and state.undoing and decision.request != state.request:
            raise _no("NotEditable", "what is given back or asked about cannot be edited")
        if decision.request is not None:
            step.request.model_validate(decision.request)
            changed = {
                field
                for field in {*state.request, *decision.request}
                if state.request.get(field) != decision.request.get(field)
            }
            if forbidden := changed - step.editable:
                raise _no("NotEditable", f"these fields cannot be changed here: {', '.join(sorted(forbidden))}")
    except ValidationError as error:
        first = error.errors()[0]
        raise _no("WrongForm", f"{'.'.join(map(str, first['loc']))}: {first['msg']}") from error


def _no(kind: str, why: str) -> ApplicationError:
    return ApplicationError(why, type=kind, non_retryable=True)
