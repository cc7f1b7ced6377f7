"""The bank desk as the doors see it."""

from datetime import date
from typing import Protocol

from domain.bank import BatchCard, BatchesMade, FileKind, ImportResult, Nudges


class BankDeskPort(Protocol):
    """Money out in batches that two people approve, money in from statements; nothing happens twice."""

    async def make_batches(self, day: date) -> BatchesMade:
        """Put the payments promised for the next bank days into files."""
        ...

    async def batches(self, *states: str) -> list[BatchCard]:
        """The batches in these states; all when none is named."""
        ...

    async def batch(self, batch_id: str) -> BatchCard:
        """One batch; KeyError when unknown."""
        ...

    async def approve(self, batch_id: str, by: str) -> BatchCard:
        """One finance person's yes; the second, by somebody else, releases the batch."""
        ...

    async def export(self, batch_id: str) -> bytes:
        """The file of an approved batch, the same bytes each time."""
        ...

    async def send_approved(self) -> Nudges:
        """Hand what two people approved to the bank."""
        ...

    async def import_file(self, content: bytes, kind: FileKind | None = None) -> ImportResult:
        """Take over CAMT.053, CODA or pain.002, whole or not at all."""
        ...

    async def notify(self, nudges: Nudges) -> None:
        """Everybody who waited was told."""
        ...
