"""What a claim for something that happened needs of others: the insurer, our register, the record and the books."""

from datetime import date, datetime
from decimal import Decimal
from typing import Protocol

from domain.incident_claims import (
    Bearer,
    ClaimStanding,
    EvidenceFile,
    IncidentClaim,
    IncidentReport,
    InsurersIncident,
)
from domain.ledger import Entry


class WhatHappened(Protocol):
    """One thing that was told, as the record has it."""

    @property
    def text(self) -> str:
        """In the words of whoever told it."""
        ...

    @property
    def who(self) -> str | None:
        """Whom it happened to."""
        ...


class IncidentsDesk(Protocol):
    """The insurance company, as far as what happened goes."""

    async def policy_number(self, claim: IncidentClaim) -> str | None:
        """The policy of the claim's cover that is in force on the day; None when there is none."""
        ...

    async def incidents(self, reference: str) -> tuple[InsurersIncident, ...]:
        """Everything reported under this reference, oldest first."""
        ...

    async def report(self, told: IncidentReport, evidence: tuple[EvidenceFile, ...], key: str) -> InsurersIncident:
        """Tell the insurer what happened."""
        ...

    async def incident_loss(self, incident_id: str, loss_eur: Decimal, key: str) -> InsurersIncident:
        """Tell the insurer what it costs."""
        ...

    async def add_documents(
        self, incident_id: str, evidence: tuple[EvidenceFile, ...], key: str
    ) -> InsurersIncident:
        """Send what the insurer asked for."""
        ...


class KeptIncident(Protocol):
    """A claim as our own register has it."""

    @property
    def number(self) -> str | None:
        """The insurer's number."""
        ...

    @property
    def decided_at(self) -> datetime | None:
        """When the insurer decided."""
        ...

    @property
    def progress(self) -> ClaimStanding:
        """How it stands, with what came in on the bank account."""
        ...


class ClaimRegister(Protocol):
    """Our own register of claims."""

    async def claim(self, job_id: str, item: str) -> KeptIncident:
        """One claim; KeyError when unknown."""
        ...

    async def reported(self, job_id: str, item: str, number: str, at: datetime) -> None:
        """The insurer has it: its deadline is met."""
        ...

    async def not_claimed(self, job_id: str, item: str, at: datetime) -> None:
        """No insurer is told: its deadline asks for nothing any more."""
        ...

    async def lost(self, job_id: str, item: str, loss_eur: Decimal) -> None:
        """What it costs."""
        ...

    async def note_outcome(
        self, job_id: str, item: str, granted_eur: Decimal, excess_eur: Decimal, at: datetime, *, to_person: bool
    ) -> None:
        """What the insurer decided."""
        ...

    async def paid_outside(self, job_id: str, item: str, paid_eur: Decimal) -> None:
        """What a person says came in."""
        ...

    async def end(self, job_id: str, item: str, at: datetime) -> None:
        """Nothing is awaited any more."""
        ...


class IncidentRecord(Protocol):
    """What people told, and the papers they gave with it."""

    async def incident(self, incident_id: str) -> WhatHappened:
        """One thing that happened."""
        ...

    async def evidence(self, job_id: str, incident_id: str, more: tuple[str, ...]) -> tuple[EvidenceFile, ...]:
        """The papers given with it, and those named beside."""
        ...

    async def close(self, incident_id: str, at: datetime) -> None:
        """It is dealt with; the story says so once."""
        ...


class LossBook(Protocol):
    """The books, as far as a claim goes."""

    async def replace(self, entry: Entry) -> None:
        """Book an entry in place of the one that states the same fact. Once per key."""
        ...


class ClaimMoney(Protocol):
    """What is left of a claim when its money is there."""

    async def bear(self, job_id: str, item: str, by: Bearer, on: date) -> None:
        """Name who bears what no insurer paid, and book it; money that comes later is theirs."""
        ...
