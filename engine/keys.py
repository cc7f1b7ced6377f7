"""Keys: the master keys of an installation, and what is derived from them.

A master key wraps the data keys of jobs and encrypts personal columns. Rotation: the first key encrypts, every
known key decrypts. The embedded stack makes its key in the data folder on first start.
"""

import base64
import os
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

NONCE = 12
"""Bytes of an AES-GCM nonce (NIST SP 800-38D section 8.2)."""


class WrongKey(ValueError):
    """Something was encrypted with a key this installation does not have."""


@dataclass(frozen=True)
class MasterKeys:
    """The current master key and the older ones that may still be met."""

    current: str
    keys: dict[str, bytes]

    def seal(self, plain: bytes, context: bytes = b"") -> bytes:
        """Encrypt with the current key; the key's id and the context are authenticated with it."""
        nonce = os.urandom(NONCE)
        head = self.current.encode()
        box = AESGCM(self.keys[self.current]).encrypt(nonce, plain, head + context)
        return bytes([len(head)]) + head + nonce + box

    def open(self, sealed: bytes, context: bytes = b"") -> bytes:
        """Decrypt with whichever known key it was encrypted; WrongKey when none fits."""
        size = sealed[0]
        head, nonce, box = (
            sealed[1 : 1 + size],
            sealed[1 + size : 1 + size + NONCE],
            sealed[1 + size + NONCE :],
        )
        key = self.keys.get(head.decode(errors="replace"))
        if key is None:
            raise WrongKey(f"no master key {head!r}: add it to ALLIN_MASTER_KEYS")
        try:
            return AESGCM(key).decrypt(nonce, box, head + context)
        except InvalidTag as error:
            raise WrongKey(f"master key {head!r} does not open this: wrong key or damaged data") from error

    def derive(self, purpose: str, key_id: str | None = None) -> bytes:
        """A 32-byte secret for one purpose (links, sessions, webhooks), from the current key or another known one.

        Source: RFC 5869.
        """
        return HKDF(SHA256(), 32, salt=None, info=purpose.encode()).derive(self.keys[key_id or self.current])

    def derive_all(self, purpose: str) -> list[bytes]:
        """The secret for one purpose from every known key, the oldest first and the current one last: to
        verify what was signed, and find what was named, before a rotation."""
        others = [key_id for key_id in reversed(self.keys) if key_id != self.current]
        return [*(self.derive(purpose, key_id) for key_id in others), self.derive(purpose)]

    @classmethod
    def parse(cls, text: str) -> "MasterKeys":
        """Read `id:base64[,id:base64...]`, the current key first. ValueError says what is wrong."""
        keys: dict[str, bytes] = {}
        for part in filter(None, (part.strip() for part in text.split(","))):
            key_id, _, encoded = part.partition(":")
            try:
                key = base64.b64decode(encoded, validate=True)
            except ValueError as error:
                raise ValueError(f"master key {key_id!r} is not base64") from error
            if len(key) != 32:
                raise ValueError(f"master key {key_id!r} has {len(key)} bytes, 32 are needed")
            keys[key_id] = key
        if not keys:
            raise ValueError("at least one master key is needed, as id:base64")
        return cls(current=next(iter(keys)), keys=keys)

    def text(self) -> str:
        """As a setting or a file holds them."""
        order = [self.current, *(key_id for key_id in self.keys if key_id != self.current)]
        return ",".join(f"{key_id}:{base64.b64encode(self.keys[key_id]).decode()}" for key_id in order)

    def and_a_new_one(self) -> "MasterKeys":
        """The same keys behind a new one, which seals from now on."""
        taken = [int(key_id[1:]) for key_id in self.keys if key_id[:1] == "k" and key_id[1:].isdigit()]
        key_id = f"k{max(taken, default=0) + 1}"
        return MasterKeys(current=key_id, keys={key_id: os.urandom(32), **self.keys})

    @classmethod
    def in_folder(cls, folder: Path) -> "MasterKeys":
        """The keys of an embedded installation, made on first use and readable by its owner only."""
        path = folder / "master.keys"
        if not path.exists():
            folder.mkdir(parents=True, exist_ok=True)
            fresh = f"k1:{base64.b64encode(os.urandom(32)).decode()}\n"
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "w") as file:
                file.write(fresh)
        return cls.parse(path.read_text())
