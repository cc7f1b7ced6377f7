"""The processes that wait for money: one per invoice, started when it is issued, nudged when money moves."""

from datetime import timedelta

from temporalio.client import Client
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.exceptions import WorkflowAlreadyStartedError
from temporalio.service import RPCError, RPCStatusCode

from domain import workflow_ids
from domain.errors import PartnerDown
from domain.job import CollectionInput
from domain.services.debt_collection import DebtCollectionRequest
from engine.connection import TAKEN_AGAIN_AFTER
from workflows.debt_collection import DebtCollectionWorkflow


class TemporalCollections:
    """Starts and nudges `collection-{invoice_id}`."""

    def __init__(self, client: Client, task_queue: str, shift: timedelta) -> None:
        self._client = client
        self._task_queue = task_queue
        self._shift = shift

    async def start(self, *, job_id: str, entity: str, request: DebtCollectionRequest) -> None:
        """Wait for this invoice's money; a second time, also after its end, changes nothing."""
        collection = CollectionInput(job_id=job_id, entity=entity, request=request, shift=self._shift)
        try:
            await self._client.start_workflow(
                DebtCollectionWorkflow.run,
                collection,
                id=workflow_ids.of_collection(request.invoice_id),
                task_queue=self._task_queue,
                id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
                id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
                static_summary=f"The money of invoice {request.number}",
                task_timeout=TAKEN_AGAIN_AFTER,
            )
        except WorkflowAlreadyStartedError:
            return
        except RPCError as error:
            raise PartnerDown("temporal", str(error)) from error

    async def nudge(self, invoice_id: str) -> None:
        """Something changed: look again now. An ended collection needs no nudge."""
        handle = self._client.get_workflow_handle(workflow_ids.of_collection(invoice_id))
        try:
            await handle.signal(DebtCollectionWorkflow.money_moved)
        except RPCError as error:
            if error.status is not RPCStatusCode.NOT_FOUND:
                raise PartnerDown("temporal", str(error)) from error
