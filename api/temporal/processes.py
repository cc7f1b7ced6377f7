"""The processes of jobs on Temporal: started once, told decisions as updates, nudged by signals."""

import asyncio
from datetime import timedelta

from temporalio.client import (
    WorkflowUpdateFailedError,
    WorkflowUpdateRPCTimeoutOrCancelledError,
)
from temporalio.common import (
    SearchAttributePair,
    TypedSearchAttributes,
    WorkflowIDConflictPolicy,
    WorkflowIDReusePolicy,
)
from temporalio.exceptions import ApplicationError, WorkflowAlreadyStartedError
from temporalio.service import RPCError

from api.ports.process import NotTaken, ProcessStuck, ProcessUnreachable
from api.temporal.bulk import GONE, TemporalBulk
from domain import workflow_ids
from domain.job import ApprovalGiven, Decision, JobInput, Move, Report, Taken, Withdrawal
from domain.message import Message
from domain.proposed_move import MoveTakenBack
from engine.connection import CLIENT, JOB_STATE, MEMBER, TAKEN_AGAIN_AFTER
from engine.recorded import opened
from engine.stuck import has_ended, stuck

WORKFLOW = "Job"
"""The registered name; the two kinds of process share the names of their updates and signals."""
PATIENCE = timedelta(seconds=10)
"""A decision is taken within milliseconds; longer means that no worker is there."""


class TemporalProcess(TemporalBulk):
    """Satisfies Process."""

    async def start(self, job: JobInput) -> None:
        """Begin the process; a second time, also after its end, changes nothing."""
        try:
            await self._client.start_workflow(
                WORKFLOW,
                job,
                id=workflow_ids.of_job(job.job_id),
                task_queue=self._task_queue,
                id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
                id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
                search_attributes=_attributes(job),
                static_summary="One job, from declared to closed",
                request_eager_start=True,
                task_timeout=TAKEN_AGAIN_AFTER,
            )
        except WorkflowAlreadyStartedError:
            return
        except RPCError as error:
            raise ProcessUnreachable(str(error)) from error

    async def decide(self, workflow_id: str, decision: Decision) -> Taken:
        """A person's decision on a parked step."""
        return await self._update(workflow_id, "decide", decision, decision.operation_id)

    async def withdraw(self, job_id: str, withdrawal: Withdrawal) -> Taken:
        """Stop the job."""
        return await self._update(workflow_ids.of_job(job_id), "withdraw", withdrawal, withdrawal.operation_id)

    async def move(self, job_id: str, move: Move) -> Taken:
        """Change days, crew, place or price."""
        return await self._update(workflow_ids.of_job(job_id), "move", move, move.operation_id)

    async def take_back_move(self, job_id: str, taken_back: MoveTakenBack) -> Taken:
        """A move that waits is not wanted any more."""
        return await self._update(
            workflow_ids.of_job(job_id), "take_back_move", taken_back, taken_back.operation_id
        )

    async def approve(self, job_id: str, approval: ApprovalGiven) -> Taken:
        """An adviser's answer to one rule."""
        return await self._update(workflow_ids.of_job(job_id), "approve", approval, approval.operation_id)

    async def report(self, job_id: str, report: Report) -> Taken:
        """The member's answer."""
        return await self._update(workflow_ids.of_job(job_id), "report", report, report.operation_id)

    async def recorded(self, workflow_id: str) -> str | None:
        """The history, its payloads decrypted; readable without keys for as long as somebody keeps the file."""
        try:
            history = await self._client.get_workflow_handle(workflow_id).fetch_history()
        except RPCError as error:
            if error.status in GONE:
                return None
            raise ProcessUnreachable(str(error)) from error
        try:
            return await opened(history, self._client.data_converter.payload_codec)
        except KeyError:
            return None

    async def nudge(self, workflow_id: str, *steps: str) -> None:
        """A signal; a process that has ended needs none."""
        await self._signal(workflow_id, "answered", list(steps))

    async def money_moved(self, workflow_id: str) -> None:
        """A signal to a collection."""
        await self._signal(workflow_id, "money_moved")

    async def _signal(self, workflow_id: str, name: str, *said: list[str]) -> None:
        try:
            await self._client.get_workflow_handle(workflow_id).signal(name, args=list(said))
        except RPCError as error:
            if error.status not in GONE:
                raise ProcessUnreachable(str(error)) from error

    async def _update(self, workflow: str, name: str, message: Message, operation_id: str) -> Taken:
        handle = self._client.get_workflow_handle(workflow)
        try:
            async with asyncio.timeout(PATIENCE.total_seconds()):
                taken: Taken = await handle.execute_update(name, message, id=operation_id, result_type=Taken)
                return taken
        except WorkflowUpdateFailedError as error:
            raise _not_taken(error) from error
        except (TimeoutError, WorkflowUpdateRPCTimeoutOrCancelledError) as error:
            await self._stands_still(workflow)
            raise ProcessUnreachable("no worker took the decision in time") from error
        except RPCError as error:
            await self._stands_still(workflow)
            if error.status in GONE and await has_ended(self._client, workflow):
                raise NotTaken("JobEnded", "the process has ended or has not begun") from error
            raise ProcessUnreachable(str(error)) from error

    async def _stands_still(self, workflow: str) -> None:
        """ProcessStuck when our own code fails there over and over."""
        try:
            found = await stuck(self._client, workflow)
        except RPCError as error:
            raise ProcessUnreachable(str(error)) from error
        if found is not None:
            raise ProcessStuck("the process is stuck because of a mistake of ours; operations know")


def _not_taken(error: WorkflowUpdateFailedError) -> NotTaken:
    cause = error.cause
    if isinstance(cause, ApplicationError):
        return NotTaken(cause.type or "NotTaken", cause.message)
    return NotTaken("NotTaken", str(cause))


def _attributes(job: JobInput) -> TypedSearchAttributes:
    return TypedSearchAttributes(
        [
            SearchAttributePair(JOB_STATE, "quoted"),
            SearchAttributePair(MEMBER, job.plan.member_id),
            SearchAttributePair(CLIENT, job.plan.client_id),
        ]
    )
