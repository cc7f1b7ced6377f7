"""What became of a decision, by the job's story: a replay is done only when the step has succeeded."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Path, Request
from pydantic import BaseModel, ConfigDict, Field

from activities.catalog import step_of
from api.container import Container, Home
from api.decisions import forms as decision_forms
from api.decisions import service as decision_service
from api.decisions.audit import audited
from api.errors import Wrong, responses
from api.jobs import access
from api.jobs.routes import Lang, language
from api.jobs.schemas import DecisionTold
from api.security.permissions import Asker, may
from api.wording.timeline import refusal
from domain.decisions import Rule, redacted
from domain.job import StepStateName
from domain.people import Language
from storage.execution.events import JobEvent
from storage.execution.operations import AlreadyAnswered, Operation, Review
from storage.jobs.steps import StepRow

router = APIRouter(prefix="/api/ops", tags=["ops"])

State = Literal["asked", "not_taken", "trying", "done", "parked_again", "ended"]
OperationId = Annotated[str, Path(pattern=r"^[A-Za-z0-9_:-]{1,80}$")]
Sees = Annotated[Asker, Depends(may("see_parked"))]
Reviews = Annotated[Asker, Depends(may("review"))]


class OperationTold(DecisionTold):
    """One decision and what became of it."""

    job_id: str
    step: str
    verb: str | None = None
    rule: Rule
    state: State
    """`trying` until the step has succeeded (`done`) or waits for a person again (`parked_again`)."""
    problem: str | None = None
    """Why it is parked again, or was not taken."""
    problem_type: str | None = None
    step_state: StepStateName | None = None
    """Where the step is now."""
    review_due_at: datetime | None = None
    reviewed_at: datetime | None = None
    reviewed_by: str | None = None
    review: Review | None = None
    review_note: str | None = None


class ReviewGiven(BaseModel):
    """What somebody else thinks of a decision one person took alone."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"outcome": "good", "note": "seen the receipt"}]}
    )

    outcome: Review
    note: Annotated[str, Field(max_length=500)] = ""


def decision_told(one: Operation, asker: Asker, row: StepRow) -> DecisionTold:
    """A decision for whoever asks: private values for ops alone."""
    step = step_of(row.service, row.item)
    private = () if asker.audience == "ops" or step is None else step.private
    light = one.model_dump(include=set(DecisionTold.model_fields) - {"changes"})
    return DecisionTold(**light, changes=list(redacted(one.changes, private)))


@router.get("/operations/{operation_id}", responses=responses("signed-out", "not-allowed", "not-found"))
async def operation(
    request: Request, home: Home, asker: Sees, operation_id: OperationId, lang: Lang = None
) -> OperationTold:
    """One decision: trying, done, or parked again with the new reason."""
    return await describe_operation(
        home, asker, await _operation(home, operation_id), language(request, asker, lang)
    )


@router.get("/reviews", responses=responses("signed-out", "not-allowed"))
async def reviews(request: Request, home: Home, asker: Sees, lang: Lang = None) -> list[OperationTold]:
    """What one person decided and another should look at within 24 hours, the most urgent first."""
    words = language(request, asker, lang)
    return [await describe_operation(home, asker, one, words) for one in await home.operations.to_review()]


@router.post(
    "/reviews/{operation_id}",
    responses=responses("signed-out", "not-allowed", "not-found", "second-person", "already-answered"),
)
async def review(
    request: Request, home: Home, asker: Reviews, operation_id: OperationId, given: ReviewGiven
) -> OperationTold:
    """Say that a decision somebody took alone was good, or object to it."""
    one = await _operation(home, operation_id)
    if asker.person_id in (one.by, one.confirmed_by):
        raise Wrong("second-person", "somebody else looks at what you decided")
    if decision_service.concerned(asker, await home.steps.step(one.job_id, one.step)):
        raise Wrong("not-allowed", "this is about your own job or pay: somebody else looks at it")
    try:
        await home.operations.reviewed(operation_id, asker.person_id, home.now(), given.outcome, given.note)
    except AlreadyAnswered:
        raise Wrong("already-answered", "nothing is left to be looked at") from None
    line = audited(home, asker, f"review.{given.outcome}", one.job_id, given.note or one.reason, step=one.step)
    await home.audit.record(line.model_copy(update={"operation_id": operation_id}))
    await home.events.append(
        one.job_id,
        "step.reviewed",
        home.now(),
        step=one.step,
        by=asker.person_id,
        params={"outcome": given.outcome, "note": given.note},
        source=f"review-{operation_id}",
    )
    return await describe_operation(
        home, asker, await _operation(home, operation_id), language(request, asker, None)
    )


async def _operation(home: Container, operation_id: str) -> Operation:
    try:
        return await home.operations.operation(operation_id)
    except KeyError:
        raise Wrong("not-found", f"there is no operation {operation_id}") from None


async def describe_operation(home: Container, asker: Asker, one: Operation, lang: Language) -> OperationTold:
    """A decision with what became of it, in the reader's language."""
    row = await home.steps.step(one.job_id, one.step)
    state, parked = became(one, row, await access.story(home, one.job_id))
    problem = refusal(parked.params, lang) if parked else None
    if state == "not_taken":
        problem = one.outcome
    return OperationTold(
        **decision_told(one, asker, row).model_dump(),
        **one.model_dump(include={"job_id", "step", "verb", "rule", "review_due_at", "reviewed_at", "reviewed_by"}),
        review=one.review,
        review_note=one.review_note,
        state=state,
        problem=problem,
        problem_type=parked.params.get("problem") if parked else None,
        step_state=row.state,
    )


WAITED_FOR = frozenset({"replay", "amend", "end", "credit"})
"""Decisions that set something going: they are done once it has succeeded."""


def became(one: Operation, row: StepRow, story: Sequence[JobEvent]) -> tuple[State, JobEvent | None]:
    """What became of a decision, by the story: `done` only once the step has succeeded."""
    if one.outcome != "taken":
        return ("asked" if one.outcome in ("asked", "unreachable") else "not_taken"), None
    lines = [event for event in story if event.step == one.step]
    begun = next((n for n, event in enumerate(lines) if event.params.get("operation") == one.operation_id), None)
    if begun is None:
        return "trying", None
    if one.kind not in WAITED_FOR:
        return "done", None
    succeeded = "step.settled.amended" if one.kind == "amend" else f"{row.service}.{one.verb}"
    for event in lines[begun + 1 :]:
        if event.kind == "step.parked":
            return "parked_again", event
        if event.kind == succeeded:
            return "done", None
        if event.kind == "step.missed" or event.kind.startswith("step.decided."):
            return "ended", None
    return _still(one, row), None


def _still(one: Operation, row: StepRow) -> State:
    """Nothing more is told: by where the step is now. Its answer may have been known, which tells nothing anew."""
    awaited = row.state == "waiting" and decision_forms.is_answer(row.service, row.item, one.verb)
    if row.state in ("trying", "parked") or awaited:
        return "trying"
    return "ended" if row.state in ("missed", "skipped", "failed", "superseded") else "done"
