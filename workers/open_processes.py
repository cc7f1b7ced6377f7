"""Would this program carry on with the processes that are under way? Each is replayed from its own history."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

from temporalio.client import Client, WorkflowHistory
from temporalio.service import RPCError, RPCStatusCode
from temporalio.worker import Replayer

from workers.isolation import plain_runner
from workers.processes import PROCESSES

OPEN = "ExecutionStatus='Running' AND TaskQueue='{queue}'"


@dataclass(frozen=True)
class ReplayedProcess:
    """One process that is under way, and whether this program does what was done."""

    workflow_id: str
    events: int
    why_not: str
    """The first thing this program would do otherwise; empty when it carries on."""


async def replayed_now(client: Client, queue: str, most: int | None = None) -> AsyncIterator[ReplayedProcess]:
    """Replay what is under way on a task queue, at most so many; nothing is carried out or changed.

    RPCError when Temporal cannot be asked.
    """
    replayer = Replayer(
        workflows=PROCESSES,
        data_converter=client.data_converter,
        workflow_runner=plain_runner(),  # as a worker on duty
    )
    async with replayer.workflow_replay_iterator(_histories(client, queue, most)) as results:
        async for result in results:
            failure = result.replay_failure
            why = "" if failure is None else str(failure) or type(failure).__name__
            yield ReplayedProcess(result.history.workflow_id, len(result.history.events), why)


async def _histories(client: Client, queue: str, most: int | None) -> AsyncIterator[WorkflowHistory]:
    found: list[Any] = [each async for each in client.list_workflows(OPEN.format(queue=queue), limit=most)]
    for each in found:
        try:
            yield await client.get_workflow_handle(each.id, run_id=each.run_id).fetch_history()
        except RPCError as error:
            if error.status is not RPCStatusCode.NOT_FOUND:  # ended meanwhile and past its retention
                raise
