"""Personal data at rest: encrypted with a named key, readable with any key still known."""

import os
from collections.abc import Mapping

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

FORMAT = 1
NONCE_BYTES = 12  # NIST SP 800-38D, 8.2.2: a random nonce of 96 bits


class Unreadable(Exception):
    """A stored value cannot be opened: its key is not known here, or somebody changed it."""


class Cipher:
    """Seals values with the current key and opens them with any known one.

    The same value sealed twice looks different, so nobody can compare two persons by their stored values. The
    purpose (the column) is bound in: a value copied to another column does not open.
    Source: AES-256-GCM, NIST SP 800-38D.
    """

    def __init__(self, keys: Mapping[str, bytes], current: str) -> None:
        if current not in keys:
            raise ValueError(f"the current key {current!r} is not among the known keys")
        if wrong := [key_id for key_id, key in keys.items() if len(key) != 32 or not 0 < len(key_id) < 256]:
            raise ValueError(f"keys need a short id and 32 bytes: {', '.join(wrong)}")
        self.current = current
        self._keys = {key_id: AESGCM(key) for key_id, key in keys.items()}

    def seal(self, plain: bytes, purpose: str) -> bytes:
        """Encrypt with the current key."""
        key_id, nonce = self.current.encode(), os.urandom(NONCE_BYTES)
        head = bytes((FORMAT, len(key_id))) + key_id
        return head + nonce + self._keys[self.current].encrypt(nonce, plain, head + purpose.encode())

    def open(self, sealed: bytes, purpose: str) -> bytes:
        """Decrypt with the key the value names; Unreadable when it is unknown or the value was changed."""
        key_id = key_of(sealed)
        if key_id not in self._keys:
            raise Unreadable(f"sealed with the key {key_id!r}, which is not known here")
        start = 2 + len(key_id.encode())
        head, nonce, body = sealed[:start], sealed[start : start + NONCE_BYTES], sealed[start + NONCE_BYTES :]
        try:
            return self._keys[key_id].decrypt(nonce, body, head + purpose.encode())
        except InvalidTag:
            raise Unreadable(f"the value of {purpose} was changed or belongs elsewhere") from None


def key_of(sealed: bytes) -> str:
    """The id of the key a value was sealed with."""
    if len(sealed) < 2 or sealed[0] != FORMAT:
        raise Unreadable("this is not a sealed value")
    return sealed[2 : 2 + sealed[1]].decode()
