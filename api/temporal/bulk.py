"""Processes beside those of jobs, on Temporal: bulk replays, the watch over partners, money awaited again."""

from temporalio.client import Client, WorkflowUpdateFailedError, WorkflowUpdateRPCTimeoutOrCancelledError
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.exceptions import ApplicationError, WorkflowAlreadyStartedError
from temporalio.service import RPCError, RPCStatusCode

from api.ports.process import NotTaken, ProcessUnreachable, Turn
from domain import workflow_ids
from domain.bulk_replay import BulkInput, Turned
from domain.incident_claims import ClaimInput
from domain.job import CollectionInput
from engine.connection import TAKEN_AGAIN_AFTER

GONE = (RPCStatusCode.NOT_FOUND, RPCStatusCode.FAILED_PRECONDITION)


class TemporalBulk:
    """Begins and turns what is no process of one job."""

    def __init__(self, client: Client, task_queue: str) -> None:
        self._client = client
        self._task_queue = task_queue

    async def begin_replay(self, bulk: BulkInput) -> None:
        """Begin a bulk replay; a second time, also after its end, changes nothing."""
        try:
            await self._client.start_workflow(
                "BulkReplay",
                bulk,
                id=workflow_ids.of_bulk_replay(bulk.replay_id),
                task_queue=self._task_queue,
                id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
                id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
                static_summary="Many steps decided at once",
            )
        except WorkflowAlreadyStartedError:
            return
        except RPCError as error:
            raise ProcessUnreachable(str(error)) from error

    async def collect(self, collection: CollectionInput) -> None:
        """Begin awaiting an invoice's money again; a second time, also after its end, changes nothing."""
        request = collection.request
        try:
            await self._client.start_workflow(
                "DebtCollection",
                collection,
                id=workflow_ids.of_collection(request.invoice_id, collection.turn),
                task_queue=self._task_queue,
                id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
                id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
                static_summary=f"The money of invoice {request.number}, again",
                task_timeout=TAKEN_AGAIN_AFTER,
            )
        except WorkflowAlreadyStartedError:
            return
        except RPCError as error:
            raise ProcessUnreachable(str(error)) from error

    async def follow_claim(self, claim: ClaimInput) -> None:
        """Carry what happened to its insurer; a second time, also after its end, changes nothing."""
        try:
            await self._client.start_workflow(
                "InsuranceClaim",
                claim,
                id=workflow_ids.of_claim(claim.job_id, claim.claim.item),
                task_queue=self._task_queue,
                id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
                id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
                static_summary="What happened on a job, to its insurer and its money",
                task_timeout=TAKEN_AGAIN_AFTER,
            )
        except WorkflowAlreadyStartedError:
            return
        except RPCError as error:
            raise ProcessUnreachable(str(error)) from error

    async def turn_replay(self, replay_id: str, turn: Turn, turned: Turned) -> None:
        """Pause, resume or stop."""
        try:
            await self._client.get_workflow_handle(workflow_ids.of_bulk_replay(replay_id)).execute_update(
                turn, turned
            )
        except WorkflowUpdateFailedError as error:
            kind = error.cause.type if isinstance(error.cause, ApplicationError) else None
            raise NotTaken(kind or "NotTaken", str(error.cause)) from error
        except WorkflowUpdateRPCTimeoutOrCancelledError as error:
            raise ProcessUnreachable("no worker took it in time") from error
        except RPCError as error:
            if error.status in GONE:
                raise NotTaken("Ended", "the replay has ended or has not begun") from error
            raise ProcessUnreachable(str(error)) from error

    async def watch_partner(self, partner: str) -> None:
        """Begin the watch over a partner, or have the present one look now."""
        try:
            await self._client.start_workflow(
                "PartnerWatch",
                partner,
                id=workflow_ids.of_partner(partner),
                task_queue=self._task_queue,
                id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
                id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
                start_signal="look_again",
                static_summary=f"Does {partner} answer again?",
            )
        except RPCError as error:
            raise ProcessUnreachable(str(error)) from error
