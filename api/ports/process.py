"""The running process of a job, as the doors see it: started, told a decision, nudged."""

from typing import Literal, Protocol

from domain.bulk_replay import BulkInput, Turned
from domain.errors import AllInclusiveError
from domain.incident_claims import ClaimInput
from domain.job import ApprovalGiven, CollectionInput, Decision, JobInput, Move, Report, Taken, Withdrawal
from domain.proposed_move import MoveTakenBack

Turn = Literal["pause", "resume", "stop"]


class NotTaken(AllInclusiveError):
    """The process does not take this decision now; `kind` names why, such as `StaleAttempt`."""

    def __init__(self, kind: str, why: str) -> None:
        self.kind = kind
        super().__init__(why)


class ProcessUnreachable(AllInclusiveError):
    """Nobody could be asked; what is in the database stays true, and trying again is safe."""


class ProcessStuck(ProcessUnreachable):
    """The process stands still because our own code fails; operations are alarmed, and nothing was changed."""


class Process(Protocol):
    """One durable process per job, and one per invoice while its money is awaited.

    Every decision has its own operation id: sent again, it is the same decision. NotTaken when the process says
    no; ProcessUnreachable when it could not be asked.
    """

    async def start(self, job: JobInput) -> None:
        """Begin the process; a second time changes nothing."""
        ...

    async def decide(self, workflow_id: str, decision: Decision) -> Taken:
        """A person's decision on a parked step; returns when it is taken, not when the step is done."""
        ...

    async def withdraw(self, job_id: str, withdrawal: Withdrawal) -> Taken:
        """Stop the job and undo what can be undone."""
        ...

    async def move(self, job_id: str, move: Move) -> Taken:
        """Change days, crew, place or price."""
        ...

    async def take_back_move(self, job_id: str, taken_back: MoveTakenBack) -> Taken:
        """A move that waits for a yes is not wanted any more."""
        ...

    async def approve(self, job_id: str, approval: ApprovalGiven) -> Taken:
        """An adviser's answer to one rule."""
        ...

    async def report(self, job_id: str, report: Report) -> Taken:
        """The member's answer to "everything as declared?"."""
        ...

    async def recorded(self, workflow_id: str) -> str | None:
        """Everything the process went through, opened, as JSON that the engine's own replay accepts; None when the
        engine does not keep it any more or its key was erased."""
        ...

    async def nudge(self, workflow_id: str, *steps: str) -> None:
        """Somebody answered: look now instead of at the next wake-up. The tables stay the truth."""
        ...

    async def money_moved(self, workflow_id: str) -> None:
        """Money came for an invoice, or went back: its collection looks now. The tables stay the truth."""
        ...

    async def collect(self, collection: CollectionInput) -> None:
        """Await an invoice's money again; a second time, also after its end, changes nothing."""
        ...

    async def follow_claim(self, claim: ClaimInput) -> None:
        """Carry what happened to its insurer; a second time, also after its end, changes nothing."""
        ...

    async def begin_replay(self, bulk: BulkInput) -> None:
        """Begin what many steps were frozen for; a second time changes nothing."""
        ...

    async def turn_replay(self, replay_id: str, turn: Turn, turned: Turned) -> None:
        """Pause, resume or stop a bulk replay."""
        ...

    async def watch_partner(self, partner: str) -> None:
        """Somebody asks now and then whether this partner answers, and tells who waits for it."""
        ...
