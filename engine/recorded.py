"""Histories as files: every payload opened, so that a later program replays them without keys."""

import json
from collections.abc import Iterator

from google.protobuf.json_format import MessageToDict
from google.protobuf.message import Message
from temporalio.api.common.v1 import Payload
from temporalio.api.history.v1 import History
from temporalio.client import WorkflowHistory
from temporalio.converter import PayloadCodec


async def opened(history: WorkflowHistory, codec: PayloadCodec | None) -> str:
    """A history as JSON, decrypted: `WorkflowHistory.from_json(workflow_id, text)` reads it again.

    The present converter replays it as it is: a codec passes what was never encrypted.
    """
    copy = History()
    copy.CopyFrom(History(events=history.events))
    if codec is not None:
        for payload in payloads(copy):
            (plain,) = await codec.decode([payload])
            payload.CopyFrom(plain)
    told = {"workflowId": history.workflow_id, **MessageToDict(copy)}
    return json.dumps(told, ensure_ascii=False, indent=1)


def payloads(message: Message) -> Iterator[Payload]:
    """Every payload anywhere in a message."""
    if isinstance(message, Payload):
        yield message
        return
    for field, value in message.ListFields():
        if field.message_type is None:
            continue
        if field.message_type.GetOptions().map_entry:
            inside = field.message_type.fields_by_name["value"].message_type
            parts = list(value.values()) if inside is not None else []
        else:
            parts = list(value) if field.is_repeated else [value]
        for part in parts:
            yield from payloads(part)
