"""What one job leaves in the engine: events, billable actions and bytes, without the clock of the bench."""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from google.protobuf.message import Message
from temporalio.api.common.v1 import Payload
from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import HistoryEvent
from temporalio.client import Client

LOCAL_ACTIVITY = "core_local_activity"
"""The marker the Python SDK writes for a local activity."""
NOTE = "remember"
"""What the process writes down for people to read; no step of the job."""
CLOCK = ("TIME_SKIPPING_TRANSITIONED", "OPTIONS_UPDATED")
"""Events of moving time from outside; production has none."""
BILLED_EACH = ("WORKFLOW_EXECUTION_STARTED", "TIMER_STARTED", "EXECUTION_SIGNALED", "UPDATE_ACCEPTED", "UPSERT_")
"""One action each. Source: Temporal Cloud documentation, actions (consulted 23-11-2026); activities count per
try, all local activities of one workflow task count once."""


@dataclass(frozen=True)
class Scheduled:
    """One activity that was asked for: when, and by which decision."""

    at: datetime
    decision: tuple[str, int]
    name: str
    at_hand: bool = False
    """Done by the worker that decided, within the decision."""


@dataclass
class Left:
    """What the processes of one job left behind."""

    events: int = 0
    of_the_clock: int = 0
    actions: int = 0
    payload_bytes: int = 0
    event_bytes: int = 0
    activities: list[Scheduled] = field(default_factory=list)
    kinds: Counter[str] = field(default_factory=Counter)


async def left_behind(client: Client, workflow_ids: Sequence[str]) -> Left:
    """Read the histories of these processes as one."""
    left = Left()
    for workflow_id in workflow_ids:
        events = [event async for event in client.get_workflow_handle(workflow_id).fetch_history_events()]
        _count(left, workflow_id, events)
    return left


def _count(left: Left, workflow_id: str, events: Sequence[HistoryEvent]) -> None:
    noted: set[int] = set()
    for event in events:
        kind = EventType.Name(event.event_type).removeprefix("EVENT_TYPE_")
        if any(mark in kind for mark in CLOCK):
            left.of_the_clock += 1
            continue
        left.events += 1
        left.kinds[kind] += 1
        left.event_bytes += event.ByteSize()
        left.payload_bytes += sum(len(payload.data) for payload in payloads(event))
        left.actions += any(mark in kind for mark in BILLED_EACH)
        if event.HasField("activity_task_started_event_attributes"):
            left.actions += event.activity_task_started_event_attributes.attempt
        if event.HasField("marker_recorded_event_attributes"):
            marker = event.marker_recorded_event_attributes
            if marker.marker_name == LOCAL_ACTIVITY and marker.workflow_task_completed_event_id not in noted:
                noted.add(marker.workflow_task_completed_event_id)
                left.actions += 1
            if done := _done_at_hand(event):
                decision = workflow_id, marker.workflow_task_completed_event_id
                left.activities.append(Scheduled(event.event_time.ToDatetime(), decision, done, at_hand=True))
        if event.HasField("activity_task_scheduled_event_attributes"):
            asked = event.activity_task_scheduled_event_attributes
            decision = workflow_id, asked.workflow_task_completed_event_id
            left.activities.append(Scheduled(event.event_time.ToDatetime(), decision, asked.activity_type.name))


def _done_at_hand(event: HistoryEvent) -> str | None:
    """Which step was done within a decision; notes are none."""
    marker = event.marker_recorded_event_attributes
    if marker.marker_name != LOCAL_ACTIVITY:
        return None
    name = str(json.loads(marker.details["data"].payloads[0].data)["activity_type"])
    return None if name == NOTE else name


def payloads(message: Message) -> Iterator[Payload]:
    """Every payload anywhere inside a message."""
    if isinstance(message, Payload):
        yield message
        return
    for kind, value in message.ListFields():
        if kind.message_type is None:
            continue
        if kind.message_type.GetOptions().map_entry:
            inner = list(value.values())
        else:
            inner = value if kind.is_repeated else [value]
        for each in inner:
            if isinstance(each, Message):
                yield from payloads(each)
