"""The audit's head, written down outside the database: who rewrites the whole chain cannot rewrite these lines.

Each line is signed with a secret that follows from the master keys: whoever owns the database alone makes none. Put
the file where nothing is ever changed: an append-only folder, a mailbox, a printer.
"""

import hashlib
import hmac
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from domain.message import Message

LINE = re.compile(r"^(?P<at>\S+) (?P<n>\d{1,12}) (?P<hash>[0-9a-f]{64}) (?P<signature>[0-9a-f]{64})$")
SHOWN = "%Y-%m-%dT%H:%M:%SZ"


class NotOurs(ValueError):
    """A line that was not signed with any key we know, or that is no line of ours at all."""


class NotedHead(Message):
    """A head as it was at an instant."""

    at: datetime
    n: int
    hash: str

    @property
    def head(self) -> tuple[int, str]:
        """Number and hash, as they are checked."""
        return self.n, self.hash


def noted(at: datetime, head: tuple[int, str], secret: bytes) -> str:
    """One signed line."""
    said = f"{at:{SHOWN}} {head[0]} {head[1]}"
    return f"{said} {_signature(said, secret)}"


def read(lines: Iterable[str], secrets: Sequence[bytes]) -> Iterator[NotedHead]:
    """The heads of a file, the oldest first; NotOurs names the first line that is none."""
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        found = LINE.match(line.strip())
        said = line.strip().rpartition(" ")[0]
        fits = found and any(hmac.compare_digest(_signature(said, one), found["signature"]) for one in secrets)
        if not found or not fits:
            raise NotOurs(f"line {number} was not signed with a key of this installation")
        yield NotedHead(
            at=datetime.strptime(f"{found['at']}+0000", f"{SHOWN}%z"), n=int(found["n"]), hash=found["hash"]
        )


def _signature(said: str, secret: bytes) -> str:
    return hmac.new(secret, said.encode(), hashlib.sha256).hexdigest()
