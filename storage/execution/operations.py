"""Operations: each decision about a step as it was given, who else said yes, and who looked at it afterwards.

What became of it is not kept here: it is read from the job's story, which alone knows.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Column, ForeignKey, Index, Integer, Row, String, Table, Text, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.decisions import DecisionKind, FieldChange, Rule
from domain.errors import AllInclusiveError
from domain.job import Decision
from domain.message import Message
from storage.core.database import Database, insert_once
from storage.core.tables import EncryptedJson, UtcDateTime, in_row, metadata

Review = Literal["good", "objection"]
ProposalState = Literal["open", "confirmed", "refused", "overtaken"]

operations = Table(
    "operations",
    metadata,
    Column("operation_id", String(80), primary_key=True),
    Column("job_id", ForeignKey("jobs.job_id"), nullable=False),
    Column("step", String(80), nullable=False),
    Column("workflow_id", String(80), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("verb", String(40)),
    Column("rule", String(10), nullable=False),
    Column("by", String(40), nullable=False),
    Column("role", String(20), nullable=False),
    Column("confirmed_by", String(40)),
    Column("reason", Text, nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("changes", EncryptedJson("operations.changes"), nullable=False),
    Column("evidence", String(200)),
    Column("reference", String(200)),
    Column("until_at", UtcDateTime),
    Column("until_partner", String(40)),
    Column("asked_at", UtcDateTime, nullable=False),
    Column("outcome", String(40), nullable=False),
    Column("review_due_at", UtcDateTime),
    Column("reviewed_at", UtcDateTime),
    Column("reviewed_by", String(40)),
    Column("review", String(20)),
    Column("review_note", Text),
    Column("content_hash", String(64)),
    Index(None, "job_id", "step", "asked_at"),
    Index(None, "reviewed_at", "review_due_at"),
)
proposals = Table(
    "proposals",
    metadata,
    Column("proposal_id", String(80), primary_key=True),
    Column("job_id", ForeignKey("jobs.job_id"), nullable=False),
    Column("step", String(80), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("by", String(40), nullable=False),
    Column("role", String(20), nullable=False),
    Column("reason", Text, nullable=False),
    Column("decision", EncryptedJson("proposals.decision"), nullable=False),
    Column("changes", EncryptedJson("proposals.changes"), nullable=False),
    Column("proposed_at", UtcDateTime, nullable=False),
    Column("state", String(20), nullable=False),
    Column("answered_by", String(40)),
    Column("answered_at", UtcDateTime),
    Column("answer", Text),
    Column("shown_sha256", String(64)),
    Index(None, "state", "proposed_at"),
    Index(None, "job_id", "step", "state"),
)


IDENTITY = ("by", "job_id", "step", "kind", "attempt", "reason", "evidence", "reference", "until_at", "changes")
"""What makes a decision this one and no other, where its content was not hashed."""


class OperationReused(AllInclusiveError):
    """This operation id stands for another decision already."""


class Operation(Message):
    """One decision about a step, as it was given."""

    operation_id: str
    job_id: str
    step: str
    workflow_id: str
    kind: DecisionKind
    verb: str | None = None
    """The verb that is tried, undone or given up."""
    rule: Rule
    by: str
    role: str
    confirmed_by: str | None = None
    """The second person, where two decide."""
    reason: str
    attempt: int
    """The attempt the decision was about; a replay makes the next one."""
    changes: tuple[FieldChange, ...] = ()
    evidence: str | None = None
    reference: str | None = None
    until_at: datetime | None = None
    until_partner: str | None = None
    asked_at: datetime
    outcome: str = "asked"
    """`taken`, or why the process did not take it."""
    review_due_at: datetime | None = None
    reviewed_at: datetime | None = None
    reviewed_by: str | None = None
    review: Review | None = None
    review_note: str | None = None
    content_hash: str | None = None
    """Of caller, job, step and all that was decided; None for what was kept before ids were bound to it."""

    def is_same(self, other: "Operation") -> bool:
        """Whether another decision with this id is this one, sent again."""
        if self.content_hash and other.content_hash:
            return self.content_hash == other.content_hash
        return all(getattr(self, name) == getattr(other, name) for name in IDENTITY)


class Proposal(Message):
    """A decision that waits for a second person."""

    proposal_id: str
    job_id: str
    step: str
    kind: DecisionKind
    by: str
    role: str
    reason: str
    decision: Decision
    changes: tuple[FieldChange, ...] = ()
    proposed_at: datetime
    state: ProposalState = "open"
    answered_by: str | None = None
    answered_at: datetime | None = None
    answer: str | None = None
    shown_sha256: str | None = None
    """The hash of all that the first person was shown: a change of it asks again."""


class AlreadyProposed(AllInclusiveError):
    """Somebody has proposed a decision about this step, which waits for a second person."""

    def __init__(self, proposal_id: str) -> None:
        self.proposal_id = proposal_id
        super().__init__(f"proposal {proposal_id} waits for a second person")


class AlreadyAnswered(AllInclusiveError):
    """Somebody else has answered in the meantime."""


class Operations:
    """Reads and keeps decisions about steps."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def record_request(self, operation: Operation) -> None:
        """A decision is about to be handed to the process; told twice it is one.

        OperationReused when its id stands for anything else: another caller, job, step, kind or content.
        """
        same_id = select(operations).where(operations.c.operation_id == operation.operation_id)
        async with self._database.writing() as connection:
            row = dict(operation) | {"changes": list(operation.changes)}
            if await insert_once(connection, operations, row, key=["operation_id"]):
                return
            kept = _operation((await connection.execute(same_id)).one())
        if not kept.is_same(operation):
            raise OperationReused(operation.operation_id)

    async def answered(self, operation_id: str, outcome: str, review_due_at: datetime | None = None) -> None:
        """What the process said; a decision once taken stays taken."""
        this = update(operations).where(operations.c.operation_id == operation_id, operations.c.outcome != "taken")
        async with self._database.writing() as connection:
            await connection.execute(this.values(outcome=outcome[:40], review_due_at=review_due_at))

    async def operation(self, operation_id: str) -> Operation:
        """One decision; KeyError when unknown."""
        async with self._database.reading() as connection:
            wanted = select(operations).where(operations.c.operation_id == operation_id)
            row = (await connection.execute(wanted)).one_or_none()
        if row is None:
            raise KeyError(operation_id)
        return _operation(row)

    async def of_step(self, job_id: str, step: str) -> list[Operation]:
        """Every decision about one step, the oldest first."""
        wanted = select(operations).where(operations.c.job_id == job_id, operations.c.step == step)
        async with self._database.reading() as connection:
            rows = await connection.execute(wanted.order_by(operations.c.asked_at, operations.c.operation_id))
            return [_operation(row) for row in rows]

    async def of_job(self, job_id: str) -> list[Operation]:
        """Every decision about the steps of one job, the oldest first."""
        wanted = select(operations).where(operations.c.job_id == job_id)
        async with self._database.reading() as connection:
            rows = await connection.execute(wanted.order_by(operations.c.asked_at, operations.c.operation_id))
            return [_operation(row) for row in rows]

    async def to_review(self, late_at: datetime | None = None, limit: int = 200) -> list[Operation]:
        """What one person decided and another has not looked at, the most urgent first; with `late_at` only what
        should have been looked at by then."""
        conditions: list[Any] = [operations.c.reviewed_at.is_(None), operations.c.review_due_at.is_not(None)]
        if late_at is not None:
            conditions.append(operations.c.review_due_at < late_at)
        wanted = select(operations).where(*conditions).order_by(operations.c.review_due_at).limit(limit)
        async with self._database.reading() as connection:
            return [_operation(row) for row in await connection.execute(wanted)]

    async def reviewed(self, operation_id: str, by: str, at: datetime, review: Review, note: str) -> None:
        """Another person has looked at it; AlreadyAnswered when somebody had before."""
        open_ = update(operations).where(
            operations.c.operation_id == operation_id,
            operations.c.review_due_at.is_not(None),
            operations.c.reviewed_at.is_(None),
        )
        values = {"reviewed_by": by, "reviewed_at": at, "review": review, "review_note": note}
        async with self._database.writing() as connection:
            if (await connection.execute(open_.values(**values))).rowcount != 1:
                raise AlreadyAnswered(operation_id)


class Proposals:
    """Reads and keeps decisions that wait for a second person."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def propose(self, proposal: Proposal) -> Proposal:
        """Keep a proposal; the same one again is the one kept. AlreadyProposed when another is open."""
        place = [proposals.c.job_id == proposal.job_id, proposals.c.step == proposal.step]
        async with self._database.writing() as connection:
            wanted = select(proposals).where(*place, proposals.c.state == "open").with_for_update()
            for row in (await connection.execute(wanted)).all():
                kept = _proposal(row)
                if kept.proposal_id == proposal.proposal_id:
                    return kept
                if kept.decision.expected_attempt == proposal.decision.expected_attempt:
                    raise AlreadyProposed(kept.proposal_id)
                overtaken = update(proposals).where(proposals.c.proposal_id == kept.proposal_id)
                await connection.execute(overtaken.values(state="overtaken", answered_at=proposal.proposed_at))
            row_ = dict(proposal) | {"decision": proposal.decision, "changes": list(proposal.changes)}
            await connection.execute(insert(proposals).values(in_row(proposals, row_)))
        return proposal

    async def proposal(self, proposal_id: str) -> Proposal:
        """One proposal; KeyError when unknown."""
        async with self._database.reading() as connection:
            wanted = select(proposals).where(proposals.c.proposal_id == proposal_id)
            row = (await connection.execute(wanted)).one_or_none()
        if row is None:
            raise KeyError(proposal_id)
        return _proposal(row)

    async def all(self, state: str | None = "open", job_id: str | None = None, limit: int = 200) -> list[Proposal]:
        """Proposals, the oldest first."""
        conditions = [proposals.c.state == state] if state else []
        conditions += [proposals.c.job_id == job_id] if job_id else []
        wanted = select(proposals).where(*conditions).order_by(proposals.c.proposed_at).limit(limit)
        async with self._database.reading() as connection:
            return [_proposal(row) for row in await connection.execute(wanted)]

    async def answer(self, proposal_id: str, state: ProposalState, by: str, at: datetime, why: str) -> None:
        """A second person answers; AlreadyAnswered when it is not open any more."""
        open_ = update(proposals).where(proposals.c.proposal_id == proposal_id, proposals.c.state == "open")
        async with self._database.writing() as connection:
            values = {"state": state, "answered_by": by, "answered_at": at, "answer": why}
            if (await connection.execute(open_.values(**values))).rowcount != 1:
                raise AlreadyAnswered(proposal_id)


def _operation(row: Row[Any]) -> Operation:
    return Operation.model_validate(dict(row._mapping))


def _proposal(row: Row[Any]) -> Proposal:
    return Proposal.model_validate(dict(row._mapping))


async def answered_themselves(connection: AsyncConnection, job_id: str, steps: Sequence[str]) -> None:
    """What was proposed about steps that nobody needs any more is closed: it has answered itself."""
    its = proposals.c.job_id == job_id, proposals.c.step.in_(steps), proposals.c.state == "open"
    await connection.execute(update(proposals).where(*its).values(state="overtaken"))
