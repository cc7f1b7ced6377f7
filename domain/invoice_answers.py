"""What the client's side answers to an invoice sent over Peppol, and what follows from it.

Three layers are kept apart: sent (the access point took it), delivered (the network says so), answered (the client
says so). An answer has no legal force and frees nobody from paying; no answer is no acceptance.
Source: Peppol BIS 63 Invoice Response 3.2 and BIS 36 Message Level Response 3.1 (OpenPEPPOL, 29 May 2025);
Peppol Message Level Status 1.0, which service providers must know from 31 March 2027.
"""

from datetime import date
from typing import Literal, get_args

from domain.errors import AllInclusiveError
from domain.message import Message

AnswerCode = Literal["AB", "IP", "UQ", "CA", "RE", "AP", "PD"]
"""Received, in process, in query, accepted with conditions, rejected, accepted, paid: the fixed order of BIS 63."""
AnswerLayer = Literal["client", "network"]
Told = Literal[
    "received",
    "in_process",
    "in_query",
    "conditional",
    "rejected",
    "accepted",
    "paid",
    "partly_paid",
    "undelivered",
]
Effect = Literal["told", "disputed", "settled", "outdated", "unknown"]
"""`outdated`: it says less than what was answered before, so nothing follows from it."""


_TOLD: dict[AnswerCode, Told] = {
    "AB": "received",
    "IP": "in_process",
    "UQ": "in_query",
    "CA": "conditional",
    "RE": "rejected",
    "AP": "accepted",
    "PD": "paid",
}
_ORDER = get_args(AnswerCode)
AGAIN = ("UQ", "CA")
"""May be said several times, each time with another question or condition."""
CONTESTS = ("UQ", "CA", "RE")
"""While the client asks, sets conditions or refuses, no reminder leaves."""
AGREES = ("AP", "PD")


SERVICE_PROVIDERS = "0242"
"""Scheme under which service providers, and no clients, answer each other. Source: Peppol code list v9.7 (SPIS)."""


class AnswerUnreadable(AllInclusiveError):
    """What came in is no answer to an invoice that we understand."""


class InvoiceAnswer(Message):
    """One answer, as the access point delivered it."""

    message_id: str
    position: int
    """Its place in the access point's inbox: 1, 2, 3, ..."""
    layer: AnswerLayer = "client"
    code: AnswerCode
    part_paid: bool = False
    """Paid in part: not the last word."""
    document: str
    """The number of the invoice or credit note; of the network's answers perhaps the id it was sent under."""
    sender: str
    """Who answers, as `scheme:number`."""
    receiver: str
    """Whom: the entity that sent the invoice."""
    said_on: date
    reasons: tuple[str, ...] = ()
    note: str = ""

    @property
    def of_provider(self) -> bool:
        """Whether the receiver's service provider says it: it names what it got, and no client."""
        return self.sender.startswith(f"{SERVICE_PROVIDERS}:")

    @property
    def news(self) -> Told:
        """The answer for the story."""
        if self.layer == "network":
            return "undelivered" if self.code == "RE" else "received"
        return "partly_paid" if self.code == "PD" and self.part_paid else _TOLD[self.code]


class Unread(Message):
    """A document of the inbox that is no answer we understand: kept once, so that it is not read for ever."""

    message_id: str
    position: int
    why: str


class Inbox(Message):
    """What came in behind a position."""

    answers: tuple[InvoiceAnswer, ...] = ()
    unread: tuple[Unread, ...] = ()


class AnswerApplied(Message):
    """What an answer did."""

    effect: Effect
    about: str
    """The document's number."""
    news: Told
    job_id: str | None = None
    workflow_id: str | None = None
    """The collection that must look again."""


class CreditProposal(Message):
    """An invoice the client rejected, whose job has not been asked yet what becomes of it."""

    message_id: str
    job_id: str
    step: str
    number: str
    why: str


def follows(earlier: InvoiceAnswer | None, answer: InvoiceAnswer) -> bool:
    """Whether an answer says more than the one before it: a status that goes backwards counts for nothing.

    Rejected and paid are final; after accepted only paid follows.
    """
    if earlier is None:
        return True
    if earlier.code == "RE" or (earlier.code == "PD" and not earlier.part_paid):
        return False
    if earlier.code in AGREES:
        return answer.code == "PD"
    if answer.code == earlier.code:
        return answer.code in AGAIN
    return _ORDER.index(answer.code) > _ORDER.index(earlier.code)
