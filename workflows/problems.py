"""Why a step parks: a failure of the engine, told as a problem a person can decide about."""

from datetime import datetime
from typing import Any

from temporalio import workflow
from temporalio.exceptions import (
    ActivityError,
    ApplicationError,
    CancelledError,
    TimeoutError,
    TimeoutType,
    is_cancelled_exception,
)

from domain.job import INFRASTRUCTURE_DOWN, Decision, Problem, RefusalDetails, StepState

NOT_YET = "NotYet"
COVER_GONE = "CoverGone"
"""What a step leaned on has gone: it begins anew, on its own."""
PARTNER_PAUSED = "PartnerPaused"
"""Ops paused the calls to the partner: the step waits, and no attempt is used up."""

RAW_TROUBLE = frozenset({None, "", "OperationalError", "InterfaceError", "InternalError", "TimeoutError"})
"""Failures of the worker around an activity: its order could not be read, or its answer not be written."""


def is_cancelled(error: ActivityError) -> bool:
    """Whether the activity ended because the job is being stopped."""
    return is_cancelled_exception(error) or isinstance(error.cause, CancelledError)


def explain(error: ActivityError, at: datetime) -> Problem:
    """The problem behind a failed activity: a refusal keeps its words, the rest is named by its kind."""
    cause = error.cause
    if isinstance(cause, TimeoutError):
        return Problem(type="NoAnswerInTime", text="No answer within the time allowed.", since_at=at)
    if not isinstance(cause, ApplicationError):
        return Problem(type="Unknown", text="Something unexpected happened.", since_at=at, technical=str(cause))
    details = RefusalDetails.model_validate(cause.details[0]) if cause.details else RefusalDetails()
    return Problem(
        type=cause.type or "Unknown",
        text=cause.message,
        params=details.params,
        decided_by=details.decided_by,
        since_at=at,
        technical=details.technical,
    )


def is_infrastructure(error: ActivityError, at_hand: bool) -> bool:
    """Whether our own infrastructure is in trouble, which nobody decides about: database, keys, papers, engine.

    A worker that died says nothing any more; what only touches our own tables (`at_hand`) waits for no partner.
    """
    cause = error.cause
    if isinstance(cause, ApplicationError) and cause.type == INFRASTRUCTURE_DOWN:
        return True
    if isinstance(cause, ApplicationError):
        ours = cause.type in RAW_TROUBLE
    else:
        kind = cause.type if isinstance(cause, TimeoutError) else None
        ours = kind is TimeoutType.HEARTBEAT or (at_hand and kind is TimeoutType.START_TO_CLOSE)
    return ours and workflow.patched("infrastructure-is-awaited")


def ask(problem: str, at: datetime, **params: str) -> Problem:
    """A question only a person may answer: whether what binds is corrected, or a hand-made thing undone."""
    return Problem(type=problem, text=problem, params=params, decided_by="advisor", since_at=at)


def by_hand_result(state: StepState, decision: Decision) -> dict[str, Any]:
    """What was done by hand, on top of what is known already: what is left out stays."""
    return {**(state.booking or {}), **(decision.result or {})}


def asked_anew(state: StepState) -> None:
    """What is asked after a decision is another attempt: the same words again would count as sent again."""
    again = state.decided is not None and state.decided == state.attempt
    if again and workflow.patched(f"asked-anew:{state.step}:{state.attempt}"):
        state.attempt += 1
