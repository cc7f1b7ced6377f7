"""Recorded histories as they are kept: decrypted, without names and traces, one event to a line."""

import base64
import json
from pathlib import Path
from typing import TypeAlias

from google.protobuf.json_format import MessageToDict
from temporalio.api.history.v1 import History
from temporalio.client import WorkflowHistory
from temporalio.converter import PayloadCodec

from engine.recorded import payloads

FOLDER = Path(__file__).parent
RECORDER = "worker"
"""Instead of the process and host that recorded it."""
TRACE = "stack_trace"
CONTENT = "content"
PLAIN: dict[str, "Json"] = {"encoding": base64.b64encode(b"json/plain").decode()}
Json: TypeAlias = "dict[str, Json] | list[Json] | str | float | bool | None"


def kept() -> dict[str, WorkflowHistory]:
    """Every recorded history by the name of its file."""
    return {path.stem: _read(path) for path in sorted(FOLDER.glob("*.json"))}


def _read(path: Path) -> WorkflowHistory:
    told = _packed(json.loads(path.read_text()))
    assert isinstance(told, dict), f"{path.name} is no history"
    return WorkflowHistory.from_json(str(told["workflowId"]), {"events": told["events"]})


async def keep(name: str, history: WorkflowHistory, codec: PayloadCodec) -> Path:
    """Write a history down so that it can be read, compared, and replayed without keys."""
    copy = History()
    copy.CopyFrom(History(events=history.events))
    for payload in payloads(copy):
        (plain,) = await codec.decode([payload])
        payload.CopyFrom(plain)
    events = [_readable(MessageToDict(event)) for event in copy.events]
    path = FOLDER / f"{name}.json"
    lines = ",\n".join(json.dumps(event, ensure_ascii=False, separators=(",", ":")) for event in events)
    path.write_text(f'{{"workflowId": "{history.workflow_id}", "events": [\n{lines}\n]}}\n')
    return path


def _readable(told: Json) -> Json:
    """Contents as they are instead of packed, and without machine and traces."""
    if isinstance(told, list):
        return [_readable(each) for each in told]
    if not isinstance(told, dict):
        return told
    if told.get("metadata") == PLAIN:
        return {CONTENT: _traceless(json.loads(base64.b64decode(str(told["data"]))))}
    return {key: RECORDER if _machine(key, value) else _readable(value) for key, value in told.items()}


def _machine(key: str, value: Json) -> bool:
    """The process and host that recorded it: as identity, or as the name of its own queue."""
    return key == "identity" or (key == "name" and "@" in str(value))


def _traceless(content: Json) -> Json:
    """A failure's own words stay; where in which file it happened does not."""
    if isinstance(content, dict) and TRACE in content:
        return content | {TRACE: ""}
    return content


def _packed(told: Json) -> Json:
    """The opposite of readable, as the engine wants it."""
    if isinstance(told, list):
        return [_packed(each) for each in told]
    if not isinstance(told, dict):
        return told
    if CONTENT in told:
        return {"metadata": PLAIN, "data": base64.b64encode(json.dumps(told[CONTENT]).encode()).decode()}
    return {key: _packed(value) for key, value in told.items()}
