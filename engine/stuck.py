"""Processes whose task fails over and over: found at Temporal, where alone it is known.

A mistake in workflow code parks nothing: the task fails, is tried again, and everything of the job waits. Nothing
is lost: repaired code takes it up where it stood.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.failure.v1 import Failure
from temporalio.api.workflowservice.v1 import GetWorkflowExecutionHistoryReverseRequest
from temporalio.client import Client, WorkflowExecutionStatus
from temporalio.client import WorkflowExecution as Described
from temporalio.service import RPCError, RPCStatusCode

FAILED_TWICE = 2
"""More failures in a row than this are no hiccup of a restart."""
TOLD_AFTER = "system.numConsecutiveWorkflowTaskProblemsToTriggerSearchAttribute"
"""The server's setting: after how many failures in a row it marks a process (its default is 5)."""
MARKED = "TemporalReportedProblems IS NOT NULL AND ExecutionStatus='Running'"
MOST = 200
"""So many are looked at in one round: with more of them the cause is the same."""


@dataclass(frozen=True)
class Stuck:
    """One process that stands still because its own code fails."""

    workflow_id: str
    failures: int
    since_at: datetime
    """When its present task was first tried, on the engine's clock."""
    cause: str
    """The mistake, for whoever repairs the code."""


async def stuck_processes(client: Client, *, which: str = MARKED) -> list[Stuck]:
    """Every process that stands still. RPCError when Temporal cannot be asked."""
    marked = [each async for each in client.list_workflows(which, limit=MOST)]
    found = [await stuck(client, each.id) for each in marked]
    return [each for each in found if each is not None]


async def stuck(client: Client, workflow_id: str) -> Stuck | None:
    """How one process stands still; None when it does not, or has ended."""
    try:
        told = await client.get_workflow_handle(workflow_id).describe()
    except RPCError as error:
        if error.status is RPCStatusCode.NOT_FOUND:
            return None
        raise
    task = told.raw_description.pending_workflow_task
    failures = task.attempt - 1
    if told.status is not WorkflowExecutionStatus.RUNNING or failures <= FAILED_TWICE:
        return None
    first = task.original_scheduled_time.ToDatetime().replace(tzinfo=told.start_time.tzinfo)
    return Stuck(workflow_id, failures, first, await _cause(client, told))


async def has_ended(client: Client, workflow_id: str) -> bool:
    """Whether the process is over or never began; what one message to it was answered says nothing about that."""
    try:
        told = await client.get_workflow_handle(workflow_id).describe()
    except RPCError as error:
        if error.status is RPCStatusCode.NOT_FOUND:
            return True
        raise
    return told.status is not WorkflowExecutionStatus.RUNNING


async def _cause(client: Client, told: Described) -> str:
    """The words of the last failure that the history keeps."""
    request = GetWorkflowExecutionHistoryReverseRequest(
        namespace=client.namespace,
        execution=WorkflowExecution(workflow_id=told.id, run_id=told.run_id),
        maximum_page_size=20,
    )
    history = (await client.workflow_service.get_workflow_execution_history_reverse(request)).history
    failures = [
        event.workflow_task_failed_event_attributes.failure
        for event in history.events
        if event.HasField("workflow_task_failed_event_attributes")
    ]
    return await _words(client, failures)


async def _words(client: Client, failures: Sequence[Failure]) -> str:
    if not failures:
        return "its task ends without an answer"
    error = await client.data_converter.decode_failure(failures[0])
    kind = failures[0].application_failure_info.type
    return f"{kind}: {getattr(error, 'message', error)}" if kind else str(error)


def business_time(one: Stuck, shift: timedelta) -> datetime:
    """When it began, by the calendar that people live by."""
    return one.since_at + shift
