"""Verification of payee: before money leaves, the bank says whether an account bears the name we know.

The answer is advice, the payer decides and bears what follows. Since 9 October 2025 every bank of the euro area
answers; a payer that is no consumer may ask for packages or go without. Source: Regulation (EU) 2024/886, art. 5c;
EPC VOP rulebook (codes MTCH, CMTC, NMTC, NOAP).
"""

from datetime import datetime
from typing import ClassVar, Literal

from domain.errors import Decider, Refusal
from domain.message import Message
from domain.money import Eur

CheckCode = Literal["MTCH", "CMTC", "NMTC", "NOAP"]
"""Match, close match, no match, not possible."""
CheckDecision = Literal["pay", "give_back"]
HELD = ("CMTC", "NMTC")
"""Nothing leaves before a finance person has decided. Not possible holds nothing: it is shown with the file."""


class PayeeAsked(Message):
    """Whose account is asked about."""

    reference: str
    name: str
    iban: str


class PayeeVerdict(Message):
    """What the bank answers about one account."""

    reference: str
    code: CheckCode
    holder: str | None = None
    """The holder's name as the bank knows it; only told on a close match."""


class PayeeCheck(PayeeVerdict):
    """A verdict as it is kept, with what somebody decided about it."""

    account: str
    """Stands for name and account: asked anew once either is another one."""
    decision: CheckDecision | None = None

    @property
    def held(self) -> bool:
        """Whether it waits for a decision."""
        return self.code in HELD and self.decision is None


class HeldPayment(Message):
    """A payment that waits because the account bears another name."""

    payment_id: str
    job_id: str
    person_id: str
    kind: str
    amount_eur: Eur
    code: CheckCode
    name: str
    """As we know it."""
    iban: str
    holder: str | None = None
    checked_at: datetime


class NothingHeld(Refusal):
    """Nobody waits for this decision."""

    text = "Payment {payment} waits for no decision about its payee."
    decided_by: ClassVar[Decider] = "finance"
