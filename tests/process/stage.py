"""A stage for workflow code: the SDK's own workflow loop without a server, where a test plays the server.

What the workflow asks for (activities, timers) lies open until the test answers it; time moves when the test says
so. A task that fails or does not end is an error at once. Thousands of lives a minute.
"""

import asyncio
import signal
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from types import FrameType
from typing import Any

from google.protobuf.message import Message as Proto
from temporalio import workflow
from temporalio.api.common.v1 import Payload
from temporalio.api.failure.v1 import Failure
from temporalio.bridge.proto.workflow_activation import WorkflowActivation, WorkflowActivationJob
from temporalio.common import Priority, RetryPolicy, TypedSearchAttributes
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.converter import DefaultFailureConverter
from temporalio.worker import UnsandboxedWorkflowRunner, WorkflowInstance
from temporalio.worker._workflow_instance import WorkflowInstanceDetails

BEGINS = datetime(2026, 2, 2, 7, 0, tzinfo=UTC)
LONGEST_TASK = 5
"""Seconds one task may take; a sound one takes a few milliseconds."""
CONVERTER = pydantic_data_converter.payload_converter


class TaskFailed(AssertionError):
    """The workflow's task failed: the job would stand still."""


@dataclass
class Errand:
    """An activity that was asked for and not answered yet."""

    seq: int
    kind: str
    arguments: list[Payload] = field(repr=False)
    local: bool
    cancelled: bool = False

    def argument(self, kind: type[Any]) -> Any:
        """What it was given."""
        return CONVERTER.from_payloads(self.arguments, [kind])[0]


@dataclass
class Stage:
    """One workflow, and everything it waits for."""

    defn: type[Any]
    argument: Any
    now: datetime = BEGINS
    errands: dict[int, Errand] = field(default_factory=dict)
    timers: dict[int, datetime] = field(default_factory=dict)
    taken: dict[str, str | None] = field(default_factory=dict)
    """Updates by id: None when accepted, else why not."""
    cuts: int = 0
    """How often a long history was cut."""
    result: Any = None
    ended: bool = False
    dead: bool = False
    """A task failed: nothing more can be expected of it."""
    played: list[list[WorkflowActivation]] = field(default_factory=list)
    asked: list[list[bytes]] = field(default_factory=list)
    """What it asked for, task by task, history by history: played again it must ask for the same."""

    def __post_init__(self) -> None:
        self._said = 0
        self._begin(_payloads(self.argument))

    def _begin(self, arguments: Sequence[Payload]) -> None:
        """A history begins: the first, or one in which a long one goes on."""
        self._length = 0
        self._instance = _instance(self.defn)
        self.played.append([])
        self.asked.append([])
        job = WorkflowActivationJob()
        job.initialize_workflow.workflow_type = "Play"
        job.initialize_workflow.arguments.extend(arguments)
        self.play(job)

    def play(self, *jobs: WorkflowActivationJob, more: int = 3) -> None:
        """One task: what happened, and what the workflow asks for then."""
        self._length += more
        happened = WorkflowActivation(run_id="run", jobs=jobs, history_length=self._length)
        happened.timestamp.FromDatetime(self.now)
        self.played[-1].append(happened)
        with _in_time():
            answer = self._instance.activate(happened)
        if answer.HasField("failed"):
            self.dead = True
            raise TaskFailed(answer.failed.failure.message + "\n" + answer.failed.failure.stack_trace[-3000:])
        self.asked[-1].append(b"".join(each.SerializeToString(True) for each in answer.successful.commands))
        cut = "continue_as_new_workflow_execution"
        for command in sorted(answer.successful.commands, key=lambda each: each.WhichOneof("variant") == cut):
            kind = command.WhichOneof("variant")
            getattr(self, f"_{kind}", self._nothing)(getattr(command, kind))

    def _nothing(self, _: Proto) -> None:
        """Marks and attributes for the server's own pages."""

    def _schedule_activity(self, asked: Any, local: bool = False) -> None:
        errand = Errand(asked.seq, asked.activity_type, list(asked.arguments), local)
        self.errands[asked.seq] = errand

    def _schedule_local_activity(self, asked: Any) -> None:
        self._schedule_activity(asked, local=True)

    def _request_cancel_activity(self, asked: Any) -> None:
        self.errands[asked.seq].cancelled = True

    _request_cancel_local_activity = _request_cancel_activity

    def _start_timer(self, asked: Any) -> None:
        self.timers[asked.seq] = self.now + asked.start_to_fire_timeout.ToTimedelta()

    def _cancel_timer(self, asked: Any) -> None:
        del self.timers[asked.seq]

    def _update_response(self, told: Any) -> None:
        if told.HasField("rejected"):
            failure = told.rejected
            self.taken[told.protocol_instance_id] = failure.application_failure_info.type or failure.message
        else:
            self.taken.setdefault(told.protocol_instance_id, None)

    def _complete_workflow_execution(self, told: Any) -> None:
        self.ended, self.result = True, told.result

    def _continue_as_new_workflow_execution(self, asked: Any) -> None:
        """The history is cut: whatever was waited for is forgotten, and what was tried would be lost."""
        if self.errands:
            self.dead = True
            raise TaskFailed(f"the history is cut while something is tried: {self.errands}")
        self.timers.clear()
        self.cuts += 1
        self._leave(self._instance)
        self._begin(asked.arguments)

    def _fail_workflow_execution(self, told: Any) -> None:
        raise TaskFailed(f"the workflow failed: {told.failure}")

    @property
    def tasks(self) -> int:
        """How many tasks it has done."""
        return sum(map(len, self.played))

    @property
    def workflow(self) -> Any:
        """The workflow itself; its own task may not be under way."""
        return self._instance._object  # type: ignore[attr-defined]

    # -- what may happen ---------------------------------------------------------------------------------------

    def answer(self, errand: Errand, result: Any = None) -> None:
        """An activity succeeded."""
        job = self._resolution(errand)
        job.resolve_activity.result.completed.result.CopyFrom(_payloads(result)[0])
        self.play(job, more=0 if errand.local else 3)

    def refuse(self, errand: Errand, error: str, details: Any = None) -> None:
        """An activity failed for good."""
        cause = Failure(message=error)
        cause.application_failure_info.type = error
        cause.application_failure_info.non_retryable = True
        if details is not None:
            cause.application_failure_info.details.payloads.extend(_payloads(details))
        self._fail(errand, cause)

    def lose(self, errand: Errand, limit: str = "start to close") -> None:
        """Nobody answered in time; or whoever was at it showed no sign of life."""
        cause = Failure(message=limit)
        kind = {"start to close": 1, "heartbeat": 4}[limit]
        cause.timeout_failure_info.timeout_type = kind  # type: ignore[assignment]
        self._fail(errand, cause)

    def cancel(self, errand: Errand) -> None:
        """The activity was told to end, and did."""
        cause = Failure(message="cancelled")
        cause.canceled_failure_info.SetInParent()
        job = self._resolution(errand)
        job.resolve_activity.result.cancelled.failure.CopyFrom(_wrapped(errand, cause))
        self.play(job)

    def _fail(self, errand: Errand, cause: Failure) -> None:
        job = self._resolution(errand)
        job.resolve_activity.result.failed.failure.CopyFrom(cause if errand.local else _wrapped(errand, cause))
        self.play(job)

    def _resolution(self, errand: Errand) -> WorkflowActivationJob:
        del self.errands[errand.seq]
        job = WorkflowActivationJob()
        job.resolve_activity.seq = errand.seq
        job.resolve_activity.is_local = errand.local
        return job

    def ring(self, seq: int) -> None:
        """A timer's instant has come."""
        self.now = max(self.now, self.timers.pop(seq))
        job = WorkflowActivationJob()
        job.fire_timer.seq = seq
        self.play(job)

    def said(self, name: str, *arguments: Any) -> WorkflowActivationJob:
        """Somebody's update, on its way; its id is the protocol instance."""
        job = WorkflowActivationJob()
        job.do_update.id = job.do_update.protocol_instance_id = (
            uuid.uuid5(uuid.NAMESPACE_OID, str(self._said)).hex + name
        )
        self._said += 1
        job.do_update.name = name
        job.do_update.input.extend(_payloads(*arguments))
        job.do_update.run_validator = True
        return job

    def say(self, name: str, *arguments: Any) -> str | None:
        """Somebody's update; None when it was accepted, else why not."""
        job = self.said(name, *arguments)
        self.play(job)
        return self.taken[job.do_update.protocol_instance_id]

    def signal(self, name: str, *arguments: Any) -> None:
        """Somebody's signal."""
        job = WorkflowActivationJob()
        job.signal_workflow.signal_name = name
        job.signal_workflow.originating_event_id = self._length + 1
        job.signal_workflow.input.extend(_payloads(*arguments))
        self.play(job)

    def close(self) -> None:
        """Take the workflow off the stage."""
        self._leave(self._instance)

    def _leave(self, instance: WorkflowInstance) -> None:
        job = WorkflowActivationJob()
        job.remove_from_cache.message = "over"
        instance.activate(WorkflowActivation(run_id="run", jobs=[job]))

    def played_again(self) -> list[list[bytes]]:
        """What the same happenings make the same code ask for, from the beginning of each history."""
        return [self._again(history) for history in self.played]

    def _again(self, history: list[WorkflowActivation]) -> list[bytes]:
        other, asked = _instance(self.defn), []
        for happened in history:
            answer = other.activate(happened)
            asked.append(b"".join(each.SerializeToString(True) for each in answer.successful.commands))
        self._leave(other)
        return asked


def _payloads(*values: Any) -> list[Payload]:
    return list(CONVERTER.to_payloads(values))


def _wrapped(errand: Errand, cause: Failure) -> Failure:
    failure = Failure(message="activity failed", cause=cause)
    failure.activity_failure_info.activity_type.name = errand.kind
    return failure


@contextmanager
def _in_time() -> Iterator[None]:
    """End a task that goes round for ever, where it stands."""

    def too_long(_: int, frame: FrameType | None) -> None:
        raise TaskFailed(f"the task does not end: {frame}")

    before = signal.signal(signal.SIGALRM, too_long)
    signal.alarm(LONGEST_TASK)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def _instance(defn: type[Any]) -> WorkflowInstance:
    async def made() -> WorkflowInstance:
        return UnsandboxedWorkflowRunner().create_instance(_details(defn))

    return asyncio.run(made())


def _details(defn: type[Any]) -> WorkflowInstanceDetails:
    return WorkflowInstanceDetails(
        payload_converter_factory=lambda: CONVERTER,
        failure_converter_class=DefaultFailureConverter,
        interceptor_classes=[],
        defn=workflow._Definition.must_from_class(defn),
        info=_info(),
        randomness_seed=1,
        extern_functions={"__temporal_assert_local_activity_valid": lambda _: None},
        disable_eager_activity_execution=False,
        worker_level_failure_exception_types=[],
        patch_activation_callback=None,
        last_completion_result=_no_payloads(),
        last_failure=None,
    )


def _no_payloads() -> Any:
    from temporalio.api.common.v1 import Payloads

    return Payloads()


def _info() -> workflow.Info:
    return workflow.Info(
        attempt=1,
        continued_run_id=None,
        cron_schedule=None,
        execution_timeout=None,
        first_execution_run_id="run",
        headers={},
        namespace="default",
        original_execution_run_id="run",
        parent=None,
        root=None,
        raw_memo={},
        retry_policy=RetryPolicy(),
        run_id="run",
        run_timeout=None,
        search_attributes={},
        start_time=BEGINS,
        typed_search_attributes=TypedSearchAttributes([]),
        task_queue="queue",
        task_timeout=timedelta(seconds=10),
        workflow_id="play",
        workflow_start_time=BEGINS,
        workflow_type="Play",
        priority=Priority.default,
    )
