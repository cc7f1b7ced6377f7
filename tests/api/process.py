"""A process that lives in memory: starts once, takes decisions on parked steps, remembers who nudged it."""

from dataclasses import dataclass, field
from typing import Any

from api.ports.process import NotTaken, ProcessUnreachable, Turn
from domain import workflow_ids
from domain.bulk_replay import BulkInput, Turned
from domain.incident_claims import ClaimInput
from domain.job import ApprovalGiven, CollectionInput, Decision, JobInput, Move, Report, Taken, Withdrawal
from domain.proposed_move import MoveTakenBack


@dataclass
class MemoryProcess:
    """Satisfies Process; can be made unreachable."""

    started: dict[str, JobInput] = field(default_factory=dict)
    starts: int = 0
    told: dict[str, tuple[str, Any]] = field(default_factory=dict)
    """By operation id: whom, and what."""
    nudges: list[tuple[str, str]] = field(default_factory=list)
    attempts: dict[str, int] = field(default_factory=dict)
    """The parked steps, by `workflow step`, and the attempt each is at."""
    replays: dict[str, BulkInput] = field(default_factory=dict)
    collections: dict[str, CollectionInput] = field(default_factory=dict)
    claims: dict[str, ClaimInput] = field(default_factory=dict)
    away: bool = False

    async def start(self, job: JobInput) -> None:
        """Begin once."""
        self._reach()
        self.starts += 1
        self.started.setdefault(job.job_id, job)

    async def decide(self, workflow_id: str, decision: Decision) -> Taken:
        """Take a decision on a parked step, at the attempt it is at."""
        self._reach()
        name = f"{workflow_id} {decision.step}"
        if decision.operation_id not in self.told:
            if name not in self.attempts:
                raise NotTaken("NotParked", f"{decision.step} is done, not parked")
            if self.attempts[name] != decision.expected_attempt:
                raise NotTaken("StaleAttempt", f"{decision.step} is at attempt {self.attempts[name]}")
            self.attempts[name] += 1
        return self._take(workflow_id, decision.operation_id, decision)

    async def withdraw(self, job_id: str, withdrawal: Withdrawal) -> Taken:
        """Stop."""
        return self._take(job_id, withdrawal.operation_id, withdrawal)

    async def move(self, job_id: str, move: Move) -> Taken:
        """Change."""
        return self._take(job_id, move.operation_id, move)

    async def take_back_move(self, job_id: str, taken_back: MoveTakenBack) -> Taken:
        """Take back a change."""
        return self._take(job_id, taken_back.operation_id, taken_back)

    async def approve(self, job_id: str, approval: ApprovalGiven) -> Taken:
        """Hear the adviser."""
        return self._take(job_id, approval.operation_id, approval)

    async def report(self, job_id: str, report: Report) -> Taken:
        """Hear the member."""
        return self._take(job_id, report.operation_id, report)

    async def recorded(self, workflow_id: str) -> str | None:
        """Nothing is kept: this process is no engine."""
        return None

    async def nudge(self, workflow_id: str, *steps: str) -> None:
        """Look now."""
        self._reach()
        self.nudges.extend((workflow_id, step) for step in steps)

    async def money_moved(self, workflow_id: str) -> None:
        """Look now."""
        self._reach()
        self.nudges.append((workflow_id, "money_moved"))

    async def follow_claim(self, claim: ClaimInput) -> None:
        """Begin once."""
        self._reach()
        self.claims.setdefault(workflow_ids.of_claim(claim.job_id, claim.claim.item), claim)

    async def collect(self, collection: CollectionInput) -> None:
        """Begin once."""
        self._reach()
        workflow = workflow_ids.of_collection(collection.request.invoice_id, collection.turn)
        self.collections.setdefault(workflow, collection)

    def _take(self, whom: str, operation_id: str, message: object) -> Taken:
        self._reach()
        self.told.setdefault(operation_id, (whom, message))
        return Taken(state="agreeing")

    def _reach(self) -> None:
        if self.away:
            raise ProcessUnreachable("nobody there")

    async def begin_replay(self, bulk: BulkInput) -> None:
        """Begin once."""
        self._reach()
        self.replays[bulk.replay_id] = bulk

    async def turn_replay(self, replay_id: str, turn: Turn, turned: Turned) -> None:
        """Hear it."""
        self._reach()
        self.told[f"{turn} {replay_id}"] = (replay_id, turned)

    async def watch_partner(self, partner: str) -> None:
        """Look now."""
        self._reach()
        self.nudges.append(("partner", partner))
