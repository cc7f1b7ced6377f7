"""Bulk replays on duty: decisions handed to the processes of jobs, proposals to second persons."""

import asyncio
from datetime import datetime, timedelta

from temporalio.client import Client, WorkflowUpdateFailedError, WorkflowUpdateRPCTimeoutOrCancelledError
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError, RPCStatusCode

from activities.bulk_replay import BulkReplay
from domain.errors import PartnerDown
from domain.job import Decision, Taken
from engine.stuck import has_ended
from storage.core.database import Database
from storage.execution.bulk_replay_items import ReplayBook
from storage.execution.operations import AlreadyProposed, Proposal, Proposals
from storage.execution.shown_content import shown_sha256
from storage.jobs.steps import StepRows
from workers.order_lookups import Lookups
from workers.site import OnSite

PATIENCE = timedelta(seconds=20)
"""How long one decision may take to be taken; later it is sent again, and is the same decision."""
GONE = (RPCStatusCode.NOT_FOUND, RPCStatusCode.FAILED_PRECONDITION)


class TemporalDoors:
    """The processes of jobs and collections."""

    def __init__(self, client: Client) -> None:
        self._client = client

    async def decide(self, workflow_id: str, decision: Decision) -> tuple[str, str] | None:
        """Take a parked step again."""
        return await self._update(workflow_id, "decide", decision)

    async def redo(self, workflow_id: str, decision: Decision) -> tuple[str, str] | None:
        """Do anew what is done."""
        return await self._update(workflow_id, "redo", decision)

    async def _update(self, workflow_id: str, name: str, decision: Decision) -> tuple[str, str] | None:
        handle = self._client.get_workflow_handle(workflow_id)
        try:
            async with asyncio.timeout(PATIENCE.total_seconds()):
                await handle.execute_update(name, decision, id=decision.operation_id, result_type=Taken)
        except WorkflowUpdateFailedError as no:
            kind = no.cause.type if isinstance(no.cause, ApplicationError) and no.cause.type else "NotTaken"
            return kind, str(no.cause)
        except (TimeoutError, WorkflowUpdateRPCTimeoutOrCancelledError) as late:
            raise PartnerDown("temporal", "nobody took the decision in time") from late
        except RPCError as error:
            if error.status in GONE and await has_ended(self._client, workflow_id):
                return "JobEnded", "the process has ended"
            raise PartnerDown("temporal", str(error)) from error
        return None


class SecondPersons:
    """Decisions that wait for a second person."""

    def __init__(self, database: Database) -> None:
        self._proposals = Proposals(database)
        self._steps = StepRows(database)
        self._database = database

    async def propose(self, job_id: str, decision: Decision, at: datetime) -> None:
        """Put it before a second person; what is proposed already stays so."""
        row = await self._steps.step(job_id, decision.step)
        proposal = Proposal(
            proposal_id=decision.operation_id,
            job_id=job_id,
            step=decision.step,
            kind=decision.kind,
            by=decision.by,
            role=decision.role,
            reason=decision.reason,
            decision=decision,
            proposed_at=at,
            shown_sha256=await shown_sha256(self._database, row, decision),
        )
        try:
            await self._proposals.propose(proposal)
        except AlreadyProposed:
            return


def bulk_replay(client: Client, site: OnSite) -> BulkReplay:
    """Bulk replays of this installation, on its calendar and not on a job's."""
    return BulkReplay(
        ReplayBook(site.database),
        TemporalDoors(client),
        SecondPersons(site.database),
        Lookups(site),
        site.calendar,
    )
