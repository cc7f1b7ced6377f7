"""What is known of an invoice whose money is awaited: amounts, payments, the stages that are over, the answers."""

from datetime import date
from decimal import Decimal

from pydantic import Field

from domain.message import Message
from domain.money import ZERO, Eur
from domain.rules.consumer import Channel, ConsumerTerms
from domain.rules.interest import DatedPayment
from domain.rules.vat import ClientKind
from domain.services.debt_collection import CounselAnswer, StageKind


class SentStage(Message):
    """A stage already carried out."""

    kind: StageKind
    on: date
    channel: Channel = "electronic"
    skipped: bool = False
    """Given up by a person: never planned again, but the client has received nothing."""


class InvoiceFacts(Message):
    """What is known of an invoice whose money is awaited."""

    amount_eur: Eur
    """With VAT."""
    due_on: date
    client_kind: ClientKind
    client_country: str = "BE"
    enterprise_known: bool = True
    """Whether the debtor is entered in the Belgian register of enterprises."""
    terms: ConsumerTerms = Field(default_factory=ConsumerTerms)
    payments: tuple[DatedPayment, ...] = ()
    credited_eur: Eur = ZERO
    compensation: bool = False
    """No price of a service but a compensation: nothing is added when it is late. Source: Directive 2011/7/EU,
    recital 8 (payments as compensation for damages are left out); unverified."""
    tolerance_eur: Eur = ZERO
    """What may be missing of a paid invoice without being asked for."""
    done: tuple[SentStage, ...] = ()
    disputed: bool = False
    """A contested invoice waits for a person: no further stage."""
    heard: tuple[CounselAnswer, ...] = ()
    """What lawyer and bailiff have answered, the earliest first."""
    instalments_until: date | None = None
    """An agreed plan of instalments is kept, at least until the end of this day: no stage before the day after."""
    interest_stops_on: date | None = None
    """The day from which no interest is counted, as agreed, while the instalments are paid."""

    @property
    def consumer(self) -> bool:
        """Whether Book XIX protects the debtor."""
        return self.client_kind == "private_person"

    @property
    def principal_eur(self) -> Decimal:
        """What the invoice asked for, credit notes taken off."""
        return self.amount_eur - self.credited_eur

    def open_on(self, on: date) -> Decimal:
        """What is still owed of the principal: payments go to it first, and a small difference is no debt."""
        missing = self.missing_on(on)
        return ZERO if self.small(missing) and missing < self.principal_eur else missing

    def missing_on(self, on: date) -> Decimal:
        """The same to the cent, small differences too."""
        return self.principal_eur - sum((p.amount_eur for p in self.payments if p.on <= on), ZERO)

    def small(self, amount: Decimal) -> bool:
        """Whether so little is nobody's debt."""
        return ZERO < amount <= self.tolerance_eur

    def over(self, kind: StageKind) -> SentStage | None:
        """The stage, when it was carried out or given up."""
        return next((stage for stage in self.done if stage.kind == kind), None)

    def sent(self, kind: StageKind) -> SentStage | None:
        """The stage, when it was carried out."""
        stage = self.over(kind)
        return None if stage is None or stage.skipped else stage
