"""Temporal's own pages read what we encrypted, through us: for ops and auditors only, and written down.

Source: Temporal, "Codec Server" (docs.temporal.io/codec-server, consulted 23-11-2026). There is no way to encrypt:
whatever changes a job is decided in our own pages, where it is audited.
"""

import base64
import binascii
from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field
from temporalio.api.common.v1 import Payload

from api.container import Container, Home
from api.errors import Wrong, responses
from api.ports.codec_access import DOOR
from api.security.permissions import Asker, may
from engine.calendar import wall_clock
from engine.codec import EncryptionCodec
from engine.keys import WrongKey
from storage.security.audit import AuditEntry

UNREADABLE = b'"cannot be read: its key was erased, or is not one of ours"'
AT_ONCE = 1000
"""More payloads than a page of Temporal's shows."""

router = APIRouter(prefix=DOOR, tags=["ops"])


class Sealed(BaseModel):
    """One payload as Temporal's pages write it: bytes in base64."""

    model_config = ConfigDict(use_attribute_docstrings=True, extra="ignore")

    metadata: dict[str, str] = {}
    """`encoding`, and the name of the key."""
    data: str = ""


class Payloads(BaseModel):
    """Some payloads, in an order that the answer keeps."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    payloads: Annotated[list[Sealed], Field(max_length=AT_ONCE)] = []


@router.post("/decode", responses=responses("signed-out", "not-allowed"))
async def decode(home: Home, asker: Annotated[Asker, Depends(may("read_histories"))], given: Payloads) -> Payloads:
    """Decrypt payloads for Temporal's own pages or its command line; the first look at a job is audited."""
    sealed = [_payload(each, n) for n, each in enumerate(given.payloads)]
    opened = [await _opened(home, each) for each in sealed]
    read = {_key_of(before) for before, after in zip(sealed, opened, strict=True) if _was_read(before, after)}
    for workflow_id in sorted(read):
        await _note(home, asker, workflow_id)
    return Payloads(payloads=[_to_wire(each) for each in opened])


async def _opened(home: Container, payload: Payload) -> Payload:
    codec = EncryptionCodec(home.data_keys)
    try:
        return (await codec.decode([payload]))[0]
    except (KeyError, WrongKey, ValueError):
        return Payload(metadata={"encoding": b"json/plain"}, data=UNREADABLE)


def _was_read(before: Payload, after: Payload) -> bool:
    return before is not after and after.data != UNREADABLE


def _key_of(payload: Payload) -> str:
    return payload.metadata.get("key-id", b"").decode(errors="replace")


async def _note(home: Container, asker: Asker, workflow_id: str) -> None:
    if not home.looks.new(asker.person_id, workflow_id, wall_clock()):
        return
    job_id = await home.steps.job_of(workflow_id)
    line = AuditEntry(
        at=home.now(),
        who=asker.person_id,
        role="auditor" if "auditor" in asker.roles else "ops",
        what="history.read",
        job_id=job_id,
        why=f"{workflow_id[:80]} opened in Temporal's own pages",
        outcome="shown",
    )
    await home.audit.record(line)


def _payload(sealed: Sealed, n: int) -> Payload:
    try:
        metadata = {name: base64.b64decode(value, validate=True) for name, value in sealed.metadata.items()}
        return Payload(metadata=metadata, data=base64.b64decode(sealed.data, validate=True))
    except (binascii.Error, ValueError) as error:
        raise Wrong("invalid", f"payloads[{n}] is not base64: {error}") from error


def _to_wire(payload: Payload) -> Sealed:
    metadata = {name: base64.b64encode(value).decode() for name, value in payload.metadata.items()}
    return Sealed(metadata=metadata, data=base64.b64encode(payload.data).decode())
