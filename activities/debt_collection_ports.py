"""What collecting needs of its neighbours."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Protocol

from activities.ports import Papers
from domain.bank import ClientReceipt
from domain.collection_state import CollectionState, KeptCollection, KeptStage, NewCollection, StageEnding
from domain.instalments import InstalmentPlan, PlanState
from domain.papers import Language
from domain.people import Address
from domain.services.debt_collection import (
    CollectionCost,
    Dossier,
    DossierState,
    DossierStep,
    LossBearer,
    PostedLetter,
    StageKind,
)
from domain.services.invoicing import KeptInvoice


class InvoiceBook(Protocol):
    """The invoices as they were issued."""

    async def invoice(self, invoice_id: str) -> KeptInvoice:
        """One invoice with what credit notes took off; KeyError when unknown."""
        ...


class Receipts(Protocol):
    """What the statements of account show for an invoice."""

    async def received(self, invoice_id: str) -> list[ClientReceipt]:
        """The money that was recognised as this invoice's, oldest first."""
        ...

    async def received_above(self, invoice_id: str) -> Decimal:
        """What came in under its reference above what it still asked for."""
        ...

    async def late_costs_received(self, invoice_id: str) -> Decimal:
        """What a person said is interest and costs of an invoice."""
        ...


class Collections(Protocol):
    """What is kept of each collection."""

    async def open(self, new: NewCollection) -> KeptCollection:
        """Begin to await an invoice's money, once."""
        ...

    async def begin(self, invoice_id: str, kind: StageKind, order_key: str, at: datetime) -> KeptStage:
        """Note that a stage is about to be carried out; the first order keeps its key."""
        ...

    async def end(self, invoice_id: str, kind: StageKind, ending: StageEnding) -> KeptStage:
        """Note how a stage ended, once."""
        ...

    async def ended_outside(
        self, invoice_id: str, kind: StageKind, order_key: str, ending: StageEnding, at: datetime
    ) -> None:
        """A stage was done by hand or given up."""
        ...

    async def write_off(self, invoice_id: str, borne_by: LossBearer) -> None:
        """The rest is given up."""
        ...

    async def close(self, invoice_id: str, state: CollectionState, at: datetime) -> KeptCollection:
        """The collection is over, once."""
        ...


class Answers(Protocol):
    """What lawyer and bailiff answered."""

    async def heard(
        self,
        *,
        job_id: str,
        invoice_id: str,
        number: str,
        stage: StageKind,
        history: Sequence[DossierStep],
        at: datetime,
    ) -> int:
        """Keep and tell what is new of a dossier's history; how many answers were new."""
        ...


class Plans(Protocol):
    """The plans of instalments."""

    async def become(
        self, invoice_id: str, n: int, state: PlanState, at: datetime, *, instead_of: Sequence[PlanState]
    ) -> InstalmentPlan:
        """Note what became of a plan, with its line in the story."""
        ...

    async def client_informed(self, invoice_id: str, n: int, state: PlanState) -> None:
        """The client was told by mail."""
        ...


class CostBook(Protocol):
    """What collecting costs, in the books."""

    async def spent(self, cost: CollectionCost) -> None:
        """Book what is new of what a stage has cost, and charge the debtor what may be asked by now."""
        ...

    async def titled(self, invoice_id: str, on: date) -> None:
        """There is a title: the debtor is charged what waited for it."""
        ...

    async def given_up(self, invoice_id: str, on: date) -> None:
        """The debtor is not asked any more: whoever was named bears what is unpaid."""
        ...


class RegisteredMail(Protocol):
    """A postal operator that proves delivery."""

    async def post(
        self, *, key: str, name: str, address: Address, document: tuple[str, bytes], language: Language
    ) -> PostedLetter:
        """Post a letter, once per key, and return its tracking number and its price."""
        ...


class DossierOffice(Protocol):
    """A lawyer's or a bailiff's office."""

    async def open(self, *, key: str, dossier: Dossier) -> DossierState:
        """Hand a dossier over, once per reference."""
        ...

    async def state(self, dossier_id: str) -> DossierState:
        """How far it is."""
        ...

    async def withdraw(self, dossier_id: str, key: str) -> None:
        """Take it back: nothing is owed any more."""
        ...

    async def suspend(self, dossier_id: str, key: str) -> DossierState:
        """Do nothing more until told to go on."""
        ...

    async def resume(self, dossier_id: str, key: str) -> DossierState:
        """Go on."""
        ...

    async def answer_plan(self, dossier_id: str, key: str, *, agreed: bool) -> DossierState:
        """Agree to the instalments the client asks for, or not."""
        ...

    async def lower(self, dossier_id: str, key: str, principal_eur: Decimal) -> DossierState:
        """So much of the principal is still owed."""
        ...


class FiledPaper(Protocol):
    """What a list of papers says of one."""

    @property
    def name(self) -> str:
        """Under which it is read."""
        ...

    @property
    def media_type(self) -> str:
        """PDF, XML, ..."""
        ...

    @property
    def audience(self) -> tuple[str, ...]:
        """Who may read it."""
        ...

    @property
    def filed_at(self) -> datetime:
        """When it was filed."""
        ...


class JobPapers(Papers, Protocol):
    """The papers of a job, with their list."""

    async def of_job(self, job_id: str) -> Sequence[FiledPaper]:
        """All of them, the oldest first."""
        ...
