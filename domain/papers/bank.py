"""The payment order given to the bank."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from domain.money import ZERO, PositiveEur
from domain.papers.base import Iban, PaymentReference, Printed
from domain.sepa import sepa_text

LONGEST = 140
"""Source: EPC SCT rulebook, AT-T009: the longest text of a payment."""
BankId = Annotated[str, Field(pattern=r"^[A-Za-z0-9/?:().,'+ -]{1,35}$")]
"""An identification in the character set all SEPA banks accept. Source: EPC217-08, section 1."""


Written = Annotated[
    str,
    BeforeValidator(lambda told: sepa_text(told, LONGEST) if isinstance(told, str) else told),
    Field(pattern=r"^[A-Za-z0-9/?:().,'+ -]+$"),
]
"""A name or a text, written in the same characters whatever it is given in. Source: EPC217-08."""


class PrintedPayment(Printed):
    """One transfer."""

    end_to_end_id: BankId
    amount_eur: Annotated[PositiveEur, Field(gt=0)]
    name: Written = Field(min_length=1, max_length=70)
    """The exact holder of the account: banks verify it."""
    iban: Iban
    bic: str | None = None
    reference: PaymentReference | None = None
    """Structured: the creditor's own reference."""
    text: Written | None = Field(default=None, max_length=140)
    """Unstructured: only read when there is no reference."""


class PaymentBatch(Printed):
    """Transfers from one account on one day."""

    payment_info_id: BankId
    execute_on: date
    debtor_name: Written = Field(min_length=1, max_length=70)
    debtor_iban: Iban
    debtor_bic: str
    purpose: Literal["SALA", "SUPP", "TREA"] | None = None
    """SALA asks the bank to keep single wages out of the statement's details."""
    payments: tuple[PrintedPayment, ...] = Field(min_length=1)

    @property
    def total_eur(self) -> Decimal:
        """Control sum of the batch."""
        return sum((payment.amount_eur for payment in self.payments), ZERO)


class PaymentFile(Printed):
    """A file of batches for one bank; the same data always give the same bytes."""

    message_id: BankId
    created_at: datetime
    initiator_name: Written = Field(min_length=1, max_length=70)
    initiator_enterprise_number: str
    batches: tuple[PaymentBatch, ...] = Field(min_length=1)

    @property
    def count(self) -> int:
        """Number of transfers in the file."""
        return sum(len(batch.payments) for batch in self.batches)

    @property
    def total_eur(self) -> Decimal:
        """Control sum of the file."""
        return sum((batch.total_eur for batch in self.batches), ZERO)
