"""Stopping a job, by the cooperative or by a client who cancels the order."""

from domain.message import Message
from domain.services.invoicing import InvoiceRequest


class Withdrawal(Message):
    """The wish to stop the job."""

    operation_id: str
    by: str
    role: str
    reason: str
    by_client: bool = False
    """The client cancels the order: the accepted table says what is owed."""
    fee: InvoiceRequest | None = None
    """What the client owes for that, before an adviser said what it is; None when nothing is owed."""
