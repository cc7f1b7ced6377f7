"""Handing a decision to the process that carries the step: kept first, bound to its id, written to the audit."""

from activities.catalog import step_of
from api.container import Container
from api.decisions import approval_policy
from api.decisions import forms as decision_forms
from api.decisions.audit import DecisionOutcome, recorded
from api.errors import Wrong
from domain.decisions import Rule, difference, one_line, redacted
from domain.job import Decision, Taken
from storage.execution.operations import Operation, OperationReused
from storage.jobs.steps import StepRow
from storage.security.audit import AuditEntry, hash_of


async def unused(home: Container, row: StepRow, taken: Decision) -> None:
    """Raise key-reused when the operation id stands for anything else than this very decision.

    An id is chosen by whoever asks: it tells one decision sent twice from two, and proves nothing.
    """
    try:
        kept = await home.operations.operation(taken.operation_id)
    except KeyError:
        return
    if not kept.is_same(_operation(home, row, taken, kept.rule)):
        raise reused(taken)


def reused(taken: Decision) -> Wrong:
    return Wrong("key-reused", f"{taken.operation_id} stands for another decision already")


async def carry_out(
    home: Container, row: StepRow, taken: Decision, rule: Rule, shown_sha256: str | None = None
) -> Taken:
    """Hand a decision that enough persons have taken to the process, and keep what it said.

    `shown_sha256` is of what two persons said yes to, for the audit.
    """
    try:
        await home.operations.record_request(_operation(home, row, taken, rule))
    except OperationReused:
        raise reused(taken) from None
    line = AuditEntry(
        at=home.now(),
        who=taken.by,
        role=taken.role,
        what=f"step.{taken.kind}",
        job_id=row.job_id,
        step=row.step,
        why=taken.reason,
        shown_sha256=shown_sha256,
    )
    said = DecisionOutcome()
    try:
        async with recorded(home, detailed(line, row, taken), said):
            done = await home.process.decide(row.workflow_id, taken)
    finally:
        review = (
            home.now() + approval_policy.REVIEW_WITHIN if rule == "reviewed" and said.outcome == "taken" else None
        )
        await home.operations.answered(taken.operation_id, said.outcome, review)
    if taken.until_partner:
        await home.process.watch_partner(taken.until_partner)
    return done.model_copy(update={"operation_id": taken.operation_id})


def _operation(home: Container, row: StepRow, taken: Decision, rule: Rule) -> Operation:
    """A decision as it is kept."""
    return Operation(
        operation_id=taken.operation_id,
        job_id=row.job_id,
        step=row.step,
        workflow_id=row.workflow_id,
        kind=taken.kind,
        verb=decision_forms.tried(row.file, taken),
        rule=rule,
        by=taken.by,
        role=taken.role,
        confirmed_by=taken.confirmed_by,
        reason=taken.reason,
        attempt=taken.expected_attempt,
        changes=difference(row.file.request, taken.request or row.file.request),
        evidence=taken.evidence,
        reference=taken.reference,
        until_at=taken.until_at,
        until_partner=taken.until_partner,
        asked_at=home.now(),
        content_hash=taken.content_hash,
    )


def detailed(line: AuditEntry, row: StepRow, taken: Decision) -> AuditEntry:
    """An audit line with what the decision changes: hashes of all of it, and what of it may be read."""
    step = step_of(row.service, row.item)
    changes = difference(row.file.request, taken.request or row.file.request)
    shown = one_line(redacted(changes, step.private if step else ()))
    after = taken.request if taken.request is not None else taken.result
    return line.model_copy(
        update={
            "before_hash": hash_of(row.file.request),
            "after_hash": hash_of(after) if after is not None else None,
            "operation_id": taken.operation_id,
            "confirmed_by": taken.confirmed_by,
            "difference": shown or None,
        }
    )
