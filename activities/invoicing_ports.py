"""What invoicing needs of its neighbours."""

from typing import Literal, Protocol

from domain.papers import InvoicePaper
from domain.services.debt_collection import DebtCollectionRequest
from domain.services.invoicing import InvoiceDraft, KeptInvoice


class Invoices(Protocol):
    """The invoice book: numbers without gaps."""

    async def issue(self, draft: InvoiceDraft, replaces: str | None = None) -> KeptInvoice:
        """Number a draft, once per order key."""
        ...

    async def by_hand(
        self, draft: InvoiceDraft, number: str, reference: str, document: str, replaces: str | None
    ) -> KeptInvoice:
        """Keep a document made outside under the number it bears, once per order key; NumberNotForThis."""
        ...

    async def of_order(self, order_key: str) -> KeptInvoice | None:
        """What an order led to."""
        ...

    async def by_number(self, entity: str, number: str) -> KeptInvoice | None:
        """The invoice with this printed number."""
        ...

    async def of_job(self, job_id: str) -> list[KeptInvoice]:
        """Everything invoiced for a job."""
        ...

    async def filed(self, invoice_id: str, document: str, xml: str | None) -> None:
        """Remember the names of its files."""
        ...

    async def sent(self, invoice_id: str, by: Literal["peppol", "mail"], message_id: str) -> None:
        """Remember how it went out."""
        ...


class InvoicePrinter(Protocol):
    """Makes both forms of an invoice."""

    async def invoice_files(self, paper: InvoicePaper) -> tuple[bytes, bytes]:
        """The PDF for people and the UBL for programs."""
        ...


class AccessPoint(Protocol):
    """The Peppol network."""

    async def reaches(self, participant: str) -> bool:
        """Whether a receiver is registered."""
        ...

    async def send(self, *, key: str, message_id: str, document: bytes) -> str:
        """Hand over a document once; ReceiverRejected on a no."""
        ...


class Collections(Protocol):
    """The processes that wait for money."""

    async def start(self, *, job_id: str, entity: str, request: DebtCollectionRequest) -> None:
        """Wait for this invoice's money; a second time changes nothing."""
        ...

    async def nudge(self, invoice_id: str) -> None:
        """Something changed: look again now."""
        ...
