"""What engaging somebody needs of its neighbours."""

from datetime import datetime
from typing import Literal, Protocol, Unpack

from domain.services.employment_contract import EngagementNote, EngagementOffer, KeptEngagement, Seal

Level = Literal["call", "loud"]


class Engagements(Protocol):
    """The cooperative's register of engagements."""

    async def offer(self, offer: EngagementOffer) -> KeptEngagement:
        """Enter an offer, once per order key."""
        ...

    async def of_order(self, order_key: str) -> KeptEngagement | None:
        """What an order led to."""
        ...

    async def covering(self, offer: EngagementOffer) -> KeptEngagement | None:
        """The contract that already covers these days."""
        ...

    async def bind(self, order_key: str, at: datetime) -> KeptEngagement:
        """Begin to sign, unless another contract covers these days."""
        ...

    async def leaning_on(self, order_key: str) -> list[KeptEngagement]:
        """The assignment notes, not withdrawn, that lean on this contract."""
        ...

    async def overlapping(self, kept: KeptEngagement) -> list[KeptEngagement]:
        """Other contracts of the same person and entity, declared, over days of this one."""
        ...

    async def note(self, order_key: str, **changes: Unpack[EngagementNote]) -> KeptEngagement:
        """Write down what happened."""
        ...


class Waker(Protocol):
    """Tells the process of a job that it is to look at a step again."""

    async def __call__(self, job_id: str, step: str) -> None:
        """Look now; a process that has ended needs nothing."""
        ...


class CallList(Protocol):
    """Whom advisers should ring."""

    async def add(
        self,
        *,
        order_key: str,
        level: Level,
        job_id: str,
        step: str,
        person_id: str,
        starts_at: datetime,
        at: datetime,
    ) -> None:
        """Put somebody on the list, once per order and level."""
        ...

    async def settle(self, order_key: str, at: datetime) -> None:
        """Nobody needs to ring any more."""
        ...


class SealPartner(Protocol):
    """The trust service that holds the cooperative's seal."""

    async def seal(self, *, key: str, reference: str, document: bytes) -> Seal:
        """Seal a document, once per key."""
        ...

    async def sealed(self, key: str) -> bool:
        """Whether a seal was made under this key."""
        ...
