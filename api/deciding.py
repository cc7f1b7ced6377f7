"""Decisions of people on a job or a step: allowed, handed to the process, and written to the audit."""

import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from api.errors import Wrong
from api.house import House
from api.previewing import Preview, preview
from api.process import NotTaken, ProcessUnreachable
from api.who import Asker
from domain.decisions import DecisionKind
from domain.job import ApprovalGiven, Decision, Move, Report, Taken, Withdrawal
from storage.audit import Decided, hash_of
from storage.steps import StepRow

__all__ = ["Kind", "Preview", "decide", "decision", "preview"]

Kind = DecisionKind
NOT_A_MEMBERS = frozenset({"approved_by", "loss_borne_by", "answer_by", "evidence_document"})
"""Fields of a request that only somebody who answers for the cooperative changes."""
Reason = Annotated[str, Field(min_length=1, max_length=500, pattern=r"\S")]


class Given(BaseModel):
    """A decision, and why."""

    model_config = ConfigDict(
        extra="forbid",
        use_attribute_docstrings=True,
        json_schema_extra={"examples": [{"reason": "The railway is back", "expected_attempt": 1}]},
    )

    reason: Reason
    expected_attempt: Annotated[int, Field(ge=0, le=10_000)]
    """The attempt you have seen; 409 when the step has moved on since."""
    operation_id: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{8,80}$")] | None = None
    """Sent again with the same id it is the same decision; left out, it is made from what is decided."""


class ReplayGiven(Given):
    """Try again, with the request as it is or corrected."""

    request: dict[str, Any] | None = None
    """The corrected request; only its editable fields may differ."""


class CompleteGiven(Given):
    """Done by hand."""

    evidence: Annotated[str, Field(min_length=1, max_length=200)]
    """The file or reference that proves it."""
    result: dict[str, Any] | None = None
    """What was done, in the form of the step's booking."""


class PostponeGiven(Given):
    """Decide later."""

    until_at: AwareDatetime
    """When the step is tried again by itself."""


def decision(kind: Kind, row: StepRow, given: Given, asker: Asker) -> Decision:
    """The message for the process; the same content has the same operation id."""
    content = given.model_dump(mode="json", exclude={"operation_id"})
    seed = hash_of({"job": row.job_id, "step": row.step, "kind": kind, "by": asker.person_id, **content})
    return Decision(
        operation_id=given.operation_id or f"d-{seed[:32]}",
        step=row.step,
        kind=kind,
        expected_attempt=given.expected_attempt,
        by=asker.person_id,
        role=asker.role,
        reason=given.reason.strip(),
        request=getattr(given, "request", None),
        result=getattr(given, "result", None),
        evidence=getattr(given, "evidence", None),
        until_at=getattr(given, "until_at", None),
    )


def allowed(asker: Asker, row: StepRow) -> None:
    """Ops decide everything; anybody else only what the problem names them for."""
    if asker.may("decide"):
        return
    if not (asker.may("decide_own") and row.decided_by in asker.roles):
        raise Wrong("not-allowed", f"this is decided by {row.decided_by or 'ops'}")


def within_reach(asker: Asker, row: StepRow, taken: Decision) -> None:
    """A member decides about the own job, but lifts no limit, moves no legal day and vouches for nothing."""
    if asker.role != "member":
        return
    if taken.kind == "by_hand":
        raise Wrong("not-allowed", "your adviser records what was done by hand")
    old, new = row.file.request, taken.request or row.file.request
    changed = {name for name in {*old, *new} if old.get(name) != new.get(name)}
    if forbidden := sorted(changed & NOT_A_MEMBERS):
        raise Wrong("not-allowed", f"your adviser changes this: {', '.join(forbidden)}")


async def decide(home: House, asker: Asker, row: StepRow, taken: Decision) -> Taken:
    """Hand a decision to the process that carries the step."""
    allowed(asker, row)
    within_reach(asker, row, taken)
    before = hash_of(row.file.request)
    after = hash_of(taken.request) if taken.request is not None else None
    line = audited(home, asker, f"step.{taken.kind}", row.job_id, taken.reason, step=row.step)
    async with _recorded(home, line.model_copy(update={"before_hash": before, "after_hash": after})):
        return await home.process.decide(row.workflow_id, taken)


async def withdraw(home: House, asker: Asker, job_id: str, reason: str) -> Taken:
    """Stop a job."""
    wish = Withdrawal(
        operation_id=operation("w", job_id, reason), by=asker.person_id, role=asker.role, reason=reason
    )
    async with _recorded(home, audited(home, asker, "job.withdraw", job_id, reason)):
        return await home.process.withdraw(job_id, wish)


async def move(home: House, asker: Asker, job_id: str, wish: Move) -> Taken:
    """Change a job."""
    line = audited(home, asker, "job.move", job_id, wish.reason)
    async with _recorded(home, line.model_copy(update={"after_hash": hash_of(wish.plan)})):
        return await home.process.move(job_id, wish)


async def approve(home: House, asker: Asker, job_id: str, rule: str, granted: bool, reason: str) -> Taken:
    """An adviser's yes or no to one rule."""
    given = ApprovalGiven(
        operation_id=operation("a", job_id, rule, str(granted), reason),
        rule=rule,
        granted=granted,
        by=asker.person_id,
        role=asker.role,
        reason=reason,
    )
    what = "job.approve" if granted else "job.refuse_approval"
    async with _recorded(home, audited(home, asker, what, job_id, f"{rule}: {reason}")):
        return await home.process.approve(job_id, given)


async def report(
    home: House, asker: Asker, job_id: str, outcome: Literal["as_declared", "changed", "did_not_happen"], note: str
) -> Taken:
    """The answer to "everything as declared?"."""
    told = Report(
        operation_id=operation("r", job_id, outcome, note), by=asker.person_id, outcome=outcome, note=note
    )
    async with _recorded(home, audited(home, asker, f"job.report.{outcome}", job_id, note)):
        return await home.process.report(job_id, told)


def operation(kind: str, *content: str) -> str:
    """An operation id made from what is decided: pressed twice, it is one decision."""
    return f"{kind}-{hashlib.sha256('|'.join(content).encode()).hexdigest()[:32]}"


def audited(home: House, asker: Asker, what: str, job_id: str | None, why: str, step: str | None = None) -> Decided:
    """A line for the audit."""
    return Decided(
        at=home.now(), who=asker.person_id, role=asker.role, what=what, job_id=job_id, step=step, why=why
    )


@asynccontextmanager
async def _recorded(home: House, line: Decided) -> AsyncIterator[None]:
    """Write to the audit what became of a decision, also when it was not taken."""
    outcome = "not_reached"
    try:
        yield
        outcome = "taken"
    except NotTaken as error:
        outcome = error.kind
        raise
    except ProcessUnreachable:
        outcome = "unreachable"
        raise
    finally:
        await home.audit.record(line.model_copy(update={"outcome": outcome[:40]}))
