"""Payloads are encrypted from the first day, because histories live for months.

AES-256-GCM with a data key per workflow, wrapped by the master key and kept in the application's database:
erasing that row makes a job's history unreadable. The key's name is in the payload's metadata. What is long is
packed before it is sealed: a job's file travels with many activities.

Not encrypted by Temporal and therefore free of personal data: workflow and activity ids, failure types, search
attributes.
"""

import os
import zlib
from collections.abc import Sequence
from typing import Protocol, Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from temporalio.api.common.v1 import Payload
from temporalio.converter import (
    ActivitySerializationContext,
    PayloadCodec,
    SerializationContext,
    WithSerializationContext,
    WorkflowSerializationContext,
)

from engine.keys import NONCE, WrongKey

ENCODING = b"binary/encrypted"
PACKING = b"zlib"
WORTH_PACKING = 512
"""Bytes; below it packing saves next to nothing."""

SHARED = "shared"
"""Names the key of payloads that belong to no single workflow."""


class KeyRing(Protocol):
    """Where the data keys are kept."""

    async def data_key(self, name: str) -> bytes:
        """The 32-byte key of one workflow, made on first use; KeyError when it was erased."""
        ...


class EncryptionCodec(PayloadCodec, WithSerializationContext):
    """Encrypts each payload with the key of the workflow it belongs to."""

    def __init__(self, ring: KeyRing, owner: str = SHARED) -> None:
        self._ring = ring
        self._owner = owner

    def with_context(self, context: SerializationContext) -> Self:
        """The same codec, knowing whose payloads these are."""
        owner = None
        if isinstance(context, WorkflowSerializationContext | ActivitySerializationContext):
            owner = context.workflow_id
        return type(self)(self._ring, owner or SHARED)

    async def encode(self, payloads: Sequence[Payload]) -> list[Payload]:
        """Encrypt."""
        if not payloads:
            return []
        name = self._owner.encode()
        box = AESGCM(await self._ring.data_key(self._owner))
        return [self._seal(box, name, payload) for payload in payloads]

    @staticmethod
    def _seal(box: AESGCM, name: bytes, payload: Payload) -> Payload:
        nonce, plain = os.urandom(NONCE), payload.SerializeToString()
        if len(plain) < WORTH_PACKING:
            data = nonce + box.encrypt(nonce, plain, name)
            return Payload(metadata={"encoding": ENCODING, "key-id": name}, data=data)
        data = nonce + box.encrypt(nonce, zlib.compress(plain), name + PACKING)
        return Payload(metadata={"encoding": ENCODING, "key-id": name, "packing": PACKING}, data=data)

    async def decode(self, payloads: Sequence[Payload]) -> list[Payload]:
        """Decrypt; what was never encrypted passes as it is."""
        return [await self._open(payload) for payload in payloads]

    async def _open(self, payload: Payload) -> Payload:
        if payload.metadata.get("encoding") != ENCODING:
            return payload
        name, packing = payload.metadata["key-id"], payload.metadata.get("packing", b"")
        key = await self._ring.data_key(name.decode())
        try:
            plain = AESGCM(key).decrypt(payload.data[:NONCE], payload.data[NONCE:], name + packing)
        except InvalidTag as error:
            raise WrongKey(f"the data key of {name.decode()} does not open this payload") from error
        opened = Payload()
        opened.ParseFromString(zlib.decompress(plain) if packing else plain)
        return opened
