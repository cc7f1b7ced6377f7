"""Workflow code is watched where it is checked: a worker on duty runs it without the sandbox."""

import ast
import random
import uuid
from pathlib import Path

import pytest
from temporalio import workflow
from temporalio.client import Client, WorkflowFailureError
from temporalio.worker import UnsandboxedWorkflowRunner, Worker
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner

import workflows
from workers.isolation import plain_runner, workflow_runner

OUTSIDE = {"os", "random", "secrets", "socket", "subprocess", "threading", "time", "uuid"}
"""What the sandbox would stop, and nothing else would notice on duty."""


@workflow.defn
class Chance:
    """A workflow that would do something else each time it is replayed."""

    @workflow.run
    async def run(self) -> int:
        return random.randint(1, 6)


async def test_the_sandbox_stops_what_a_replay_could_not_repeat(temporal_address: str) -> None:
    client, queue = await Client.connect(temporal_address), f"chance-{uuid.uuid4().hex[:8]}"
    async with Worker(
        client,
        task_queue=queue,
        workflows=[Chance],
        workflow_runner=workflow_runner(),
        workflow_failure_exception_types=[Exception],
    ):
        with pytest.raises(WorkflowFailureError) as stopped:
            await client.execute_workflow(Chance.run, id=queue, task_queue=queue)
    assert "RestrictedWorkflowAccessError" in repr(stopped.value.cause)


def test_runners_are_told_apart() -> None:
    assert type(plain_runner()) is UnsandboxedWorkflowRunner
    assert type(workflow_runner()) is SandboxedWorkflowRunner


def test_no_workflow_imports_the_clock_or_chance() -> None:
    for path in Path(workflows.__path__[0]).glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            named = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            named += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert not {name.partition(".")[0] for name in named} & OUTSIDE, path.name
