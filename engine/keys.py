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
IN_ITS_ROW = 0x80
"""Added to the first byte, the length of the key's id, of a value that opens in its own row only."""
BOUND = "bound"
"""Behind a key in the settings: this key seals values so that they open in their own row only. Without it a value
is sealed as earlier releases read it, for as long as parts of such a release may run beside."""
ROWS = "rows"
"""Behind a key in the settings: as "bound", and this key opens nothing that is not bound to its row."""


class WrongKey(ValueError):
    """Something was encrypted with a key this installation does not have."""


@dataclass(frozen=True)
class MasterKeys:
    """The current master key and the older ones that may still be met."""

    current: str
    keys: dict[str, bytes]
    rows_only: frozenset[str] = frozenset()
    """The keys that open no column's value unless it is bound to its row."""
    bound: frozenset[str] = frozenset()
    """The keys that bind a column's value to its row, and open others too."""

    @property
    def binds(self) -> bool:
        """Whether what is sealed now opens in its own row only."""
        return self.current in self.rows_only | self.bound

    def seal(self, plain: bytes, context: bytes = b"") -> bytes:
        """Encrypt with the current key; the key's id and the context are authenticated with it."""
        nonce = os.urandom(NONCE)
        head = self.current.encode()
        box = AESGCM(self.keys[self.current]).encrypt(nonce, plain, head + context)
        return loose_head(self.current) + nonce + box

    def seal_in_row(self, plain: bytes, column: bytes, row: bytes) -> bytes:
        """Encrypt a column's value so that it opens in this column of this row and nowhere else.

        While the key says neither "bound" nor "rows", parts of an earlier release may read it: then it opens in
        this column of any row.
        """
        if not self.binds:
            return self.seal(plain, column)
        nonce = os.urandom(NONCE)
        head = bound_head(self.current)
        return head + nonce + AESGCM(self.keys[self.current]).encrypt(nonce, plain, _place(head, column, row))

    def open_in_row(self, sealed: bytes, column: bytes, row: bytes) -> bytes:
        """Decrypt a column's value where it stands; WrongKey when it was sealed for another row or column.

        What was sealed before values were bound to their rows opens by its column, unless its key says "rows".
        """
        if not sealed[0] & IN_ITS_ROW:
            if _id(sealed) in self.rows_only:
                raise WrongKey(f"master key {_id(sealed)!r} opens nothing that is not bound to its row")
            return self.open(sealed, column)
        head = sealed[: 1 + (sealed[0] & ~IN_ITS_ROW)]
        key = self._key(_id(sealed))
        box = sealed[len(head) :]
        return _opened(key, box, _place(head, column, row), _id(sealed))

    def open(self, sealed: bytes, context: bytes = b"") -> bytes:
        """Decrypt with whichever known key it was encrypted; WrongKey when none fits."""
        head = _id(sealed)
        return _opened(self._key(head), sealed[1 + sealed[0] :], head.encode() + context, head)

    def _key(self, key_id: str) -> bytes:
        key = self.keys.get(key_id)
        if key is None:
            raise WrongKey(f"no master key {key_id!r}: add it to ALLIN_MASTER_KEYS")
        return key

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
        """Read `id:base64[:bound|:rows][,...]`, the current key first. ValueError says what is wrong."""
        keys: dict[str, bytes] = {}
        marked: dict[str, set[str]] = {"": set(), BOUND: set(), ROWS: set()}
        for part in filter(None, (part.strip() for part in text.split(","))):
            key_id, _, encoded = part.partition(":")
            encoded, _, more = encoded.partition(":")
            if more not in marked:
                raise ValueError(f"master key {key_id!r}: behind the key only {BOUND!r} or {ROWS!r} may stand")
            marked[more].add(key_id)
            try:
                key = base64.b64decode(encoded, validate=True)
            except ValueError as error:
                raise ValueError(f"master key {key_id!r} is not base64") from error
            if len(key) != 32:
                raise ValueError(f"master key {key_id!r} has {len(key)} bytes, 32 are needed")
            keys[key_id] = key
        if not keys:
            raise ValueError("at least one master key is needed, as id:base64")
        return cls(next(iter(keys)), keys, frozenset(marked[ROWS]), frozenset(marked[BOUND]))

    def text(self) -> str:
        """As a setting or a file holds them."""
        order = [self.current, *(key_id for key_id in self.keys if key_id != self.current)]
        return ",".join(self._written(key_id) for key_id in order)

    def _written(self, key_id: str) -> str:
        encoded = base64.b64encode(self.keys[key_id]).decode()
        mark = ROWS if key_id in self.rows_only else BOUND if key_id in self.bound else ""
        return f"{key_id}:{encoded}" + (f":{mark}" if mark else "")

    def binding(self) -> "MasterKeys":
        """The same keys, each of which binds to its row what it seals, and opens what is not bound."""
        return MasterKeys(self.current, self.keys, self.rows_only, frozenset(self.keys) - self.rows_only)

    def for_rows_only(self) -> "MasterKeys":
        """The same keys, none of which opens a column's value that is not bound to its row."""
        return MasterKeys(self.current, self.keys, frozenset(self.keys))

    def without(self, key_id: str) -> "MasterKeys":
        """The same keys but one, which is not the current one."""
        kept = {name: key for name, key in self.keys.items() if name != key_id}
        return MasterKeys(self.current, kept, self.rows_only - {key_id}, self.bound - {key_id})

    def and_a_new_one(self) -> "MasterKeys":
        """The same keys behind a new one, which seals from now on."""
        taken = [int(key_id[1:]) for key_id in self.keys if key_id[:1] == "k" and key_id[1:].isdigit()]
        key_id = f"k{max(taken, default=0) + 1}"
        return MasterKeys(key_id, {key_id: os.urandom(32), **self.keys}, self.rows_only | {key_id}, self.bound)

    @classmethod
    def in_folder(cls, folder: Path) -> "MasterKeys":
        """The keys of an embedded installation, made on first use and readable by its owner only."""
        path = folder / "master.keys"
        if not path.exists():
            folder.mkdir(parents=True, exist_ok=True)
            fresh = f"k1:{base64.b64encode(os.urandom(32)).decode()}:{ROWS}\n"
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "w") as file:
                file.write(fresh)
        return cls.parse(path.read_text())


def bound_head(key_id: str) -> bytes:
    """How a value that is bound to its row begins under one key."""
    name = key_id.encode()
    return bytes([IN_ITS_ROW | len(name)]) + name


def loose_head(key_id: str) -> bytes:
    """How a value begins that is bound to its column alone."""
    name = key_id.encode()
    return bytes([len(name)]) + name


def _id(sealed: bytes) -> str:
    return sealed[1 : 1 + (sealed[0] & ~IN_ITS_ROW)].decode(errors="replace")


def _place(head: bytes, column: bytes, row: bytes) -> bytes:
    """What is authenticated beside the content: no part can be taken for another, 0xFE is in no text."""
    return head + column + b"\xfe" + row


def _opened(key: bytes, box: bytes, beside: bytes, key_id: str) -> bytes:
    try:
        return AESGCM(key).decrypt(box[:NONCE], box[NONCE:], beside)
    except InvalidTag as error:
        raise WrongKey(f"master key {key_id!r} does not open this: wrong key, moved or damaged data") from error
