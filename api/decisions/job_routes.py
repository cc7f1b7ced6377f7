"""Decisions about a whole job: stopped, moved, approved, reported."""

from typing import Literal

from api.container import Container
from api.decisions.audit import audited, operation, recorded
from api.errors import Wrong
from api.security.permissions import Asker
from domain.job import ApprovalGiven, Move, Report, Taken, Withdrawal
from domain.plans.cancellation import fee_request
from domain.proposed_move import MoveTakenBack
from storage.security.audit import AuditEntry, hash_of

CancelledBy = Literal["us", "client"]
"""Who calls an agreed order off: the cooperative with its member, or the client."""


async def withdraw(
    home: Container, asker: Asker, job_id: str, reason: str, *, cancelled_by: CancelledBy = "us"
) -> Taken:
    """Stop a job; when it is the client who cancels, the accepted table says what is owed."""
    wish = Withdrawal(
        operation_id=operation("w", job_id, reason), by=asker.person_id, role=asker.role, reason=reason
    )
    if cancelled_by == "client":
        wish = await _by_client(home, job_id, wish)
    async with recorded(home, audited(home, asker, "job.withdraw", job_id, reason)):
        return await home.process.withdraw(job_id, wish)


async def cancel(home: Container, client_id: str, job_id: str, reason: str) -> Taken:
    """The client cancels the order by their own link."""
    wish = Withdrawal(operation_id=operation("w", job_id, reason), by=client_id, role="client", reason=reason)
    wish = await _by_client(home, job_id, wish)
    line = AuditEntry(
        at=home.now(), who=client_id, role="client", what="job.cancelled_by_client", job_id=job_id, why=reason
    )
    async with recorded(home, line):
        return await home.process.withdraw(job_id, wish)


async def _by_client(home: Container, job_id: str, wish: Withdrawal) -> Withdrawal:
    job = await home.jobs.job(job_id)
    fee = fee_request(job.in_force, job.file, home.today())
    return wish.model_copy(update={"by_client": True, "fee": fee})


async def move(home: Container, asker: Asker, job_id: str, wish: Move) -> Taken:
    """Change a job."""
    line = audited(home, asker, "job.move", job_id, wish.reason)
    async with recorded(home, line.model_copy(update={"after_hash": hash_of(wish.plan)})):
        return await home.process.move(job_id, wish)


async def take_back_move(home: Container, asker: Asker, job_id: str, move: str, reason: str) -> Taken:
    """A move that waits for a yes is not wanted any more."""
    wish = MoveTakenBack(
        operation_id=operation("b", job_id, move, reason),
        move=move,
        by=asker.person_id,
        role=asker.role,
        reason=reason,
    )
    async with recorded(home, audited(home, asker, "job.take_back_move", job_id, reason)):
        return await home.process.take_back_move(job_id, wish)


async def approve(home: Container, asker: Asker, job_id: str, rule: str, granted: bool, reason: str) -> Taken:
    """An adviser's yes or no to one rule; about their own job another adviser says it."""
    job = await home.jobs.job(job_id)
    if asker.person_id == job.member_id or asker.person_id in {
        one.person_id for one in job.plan.employment_contract.values()
    }:
        raise Wrong("second-person", "this is your own job: another adviser approves it")
    given = ApprovalGiven(
        operation_id=operation("a", job_id, rule, str(granted), reason),
        rule=rule,
        granted=granted,
        by=asker.person_id,
        role=asker.role,
        reason=reason,
    )
    what = "job.approve" if granted else "job.refuse_approval"
    async with recorded(home, audited(home, asker, what, job_id, f"{rule}: {reason}")):
        return await home.process.approve(job_id, given)


async def report(
    home: Container,
    asker: Asker,
    job_id: str,
    outcome: Literal["as_declared", "changed", "did_not_happen"],
    note: str,
) -> Taken:
    """The answer to "everything as declared?"."""
    told = Report(
        operation_id=operation("r", job_id, outcome, note), by=asker.person_id, outcome=outcome, note=note
    )
    async with recorded(home, audited(home, asker, f"job.report.{outcome}", job_id, note)):
        return await home.process.report(job_id, told)
