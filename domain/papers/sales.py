"""Papers between the cooperative and its client: order form, invoice, credit note, reminders."""

from datetime import date, datetime
from decimal import Decimal
from typing import Literal, Self

from pydantic import Field, model_validator

from domain.money import ZERO, Eur, PositiveEur, cents
from domain.papers.base import ClientParty, EntityParty, Paper, PaymentReference, Printed, PrintedWorkDay
from domain.vat_mentions import MENTIONS

VatCase = Literal["standard", "reverse_charge_eu", "outside_eu", "exempt_art_44", "outside_scope"]
"""Which VAT rule a line follows; `outside_scope`: no supply at all, a compensation.

Source: art. 21 §2, 44, 51 §2 of the Belgian VAT code; Directive 2006/112/EC art. 44 and 196.
"""

Unit = Literal["flat", "day", "hour", "piece", "km"]


class PriceLine(Printed):
    """One line of an offer or invoice, without VAT."""

    name: str
    description: str | None = None
    quantity: Decimal = Decimal(1)
    """Negative to take something off, for instance a deposit already invoiced."""
    unit: Unit = "flat"
    unit_price_eur: PositiveEur
    vat_case: VatCase = "standard"
    vat_percent: Decimal = Field(ge=0, le=100)
    mention: str | None = None
    """Where no VAT is charged: the key of what the law wants printed (domain.vat_mentions)."""

    @property
    def net_eur(self) -> Decimal:
        """Quantity times price, rounded half-up once."""
        return cents(self.quantity * self.unit_price_eur)

    @model_validator(mode="after")
    def _rate_fits_case(self) -> Self:
        if (self.vat_case == "standard") != (self.vat_percent > 0):
            raise ValueError("a standard line has a VAT rate above zero, the other cases have rate zero")
        if self.mention is not None and self.mention not in MENTIONS:
            raise ValueError(f"no such legal mention: {self.mention}")
        return self


class VatRow(Printed):
    """One row of the VAT table: all lines of one case and rate."""

    vat_case: VatCase
    vat_percent: Decimal
    mention: str | None
    net_eur: Eur
    vat_eur: Eur


CENTS_OF_ROUNDING = Decimal("0.02")
"""Between a total with VAT and its parts: one cent of the price, one of costs on top (BR-CO-17 leaves more)."""


def vat_rows(lines: tuple[PriceLine, ...]) -> tuple[VatRow, ...]:
    """VAT per case and rate on the sum of the lines, rounded half-up once per rate.

    Source: EN 16931 BR-CO-17 and BR-S-09; no rounding per line (RD 8 July 2025, consulted 23-11-2026).
    """
    sums: dict[tuple[VatCase, Decimal, str | None], Decimal] = {}
    for line in lines:
        row = (line.vat_case, line.vat_percent, line.mention)
        sums[row] = sums.get(row, ZERO) + line.net_eur
    return tuple(
        VatRow(vat_case=case, vat_percent=rate, mention=why, net_eur=net, vat_eur=cents(net * rate / 100))
        for (case, rate, why), net in sorted(sums.items(), key=lambda row: (-row[0][1], row[0][0]))
    )


class Priced(Paper):
    """A paper with lines, VAT and a total."""

    entity: EntityParty
    client: ClientParty
    number: str
    title: str
    """What the client recognises the job by."""
    lines: tuple[PriceLine, ...] = Field(min_length=1)
    agreed_total_eur: PositiveEur | None = None
    """What was agreed with VAT. Where no net meets it to the cent, or parts were invoiced before, the VAT takes the
    cents that are left: 100.00 at 21 % is 82.64 and 17.36."""

    @property
    def vat_rows(self) -> tuple[VatRow, ...]:
        """The VAT table."""
        rows = vat_rows(self.lines)
        left = self._left_over(rows)
        return (rows[0].model_copy(update={"vat_eur": rows[0].vat_eur + left}), *rows[1:]) if left else rows

    def _left_over(self, rows: tuple[VatRow, ...]) -> Decimal:
        """The cents between the total as the lines give it and as it was agreed; the highest rate takes them."""
        if self.agreed_total_eur is None:
            return ZERO
        return self.agreed_total_eur - self.net_eur - sum((row.vat_eur for row in rows), ZERO)

    @model_validator(mode="after")
    def _agreed_to_the_cent(self) -> Self:
        rows = vat_rows(self.lines)
        left = abs(self._left_over(rows))
        if left > CENTS_OF_ROUNDING or (left and not rows[0].vat_percent):
            raise ValueError(f"the lines make another total than the agreed {self.agreed_total_eur}")
        return self

    @property
    def net_eur(self) -> Decimal:
        """Total without VAT."""
        return sum((line.net_eur for line in self.lines), ZERO)

    @property
    def vat_eur(self) -> Decimal:
        """Total VAT."""
        return sum((row.vat_eur for row in self.vat_rows), ZERO)

    @property
    def total_eur(self) -> Decimal:
        """Total with VAT."""
        return self.net_eur + self.vat_eur


class ScheduleLine(Printed):
    """When which part will be invoiced."""

    kind: Literal["deposit", "balance", "all"]
    on: date
    due_on: date | None = None
    """The last day to pay it; agreed to with the order."""
    amount_eur: PositiveEur
    """With VAT."""


class CancellationLine(Printed):
    """What the client owes when the order is cancelled from this day on."""

    from_on: date
    percent: Decimal = Field(ge=0, le=100)


class AgreementEvidence(Printed):
    """The client's yes, kept as proof."""

    method: Literal["link", "signed_file", "later"]
    agreed_at: datetime | None = None
    by_name: str | None = None
    by_email: str | None = None
    ip_address: str | None = None
    fingerprint: str | None = None
    """SHA-256 of the order form that was agreed to."""
    why_later: str | None = None


class AgreedBefore(Printed):
    """What the client has agreed to and a change would replace: printed beside the new."""

    days: tuple[PrintedWorkDay, ...]
    description: str | None = None
    total_eur: PositiveEur


class OrderFormPaper(Priced):
    """Order form: price, days, terms, and below them the client's agreement once given."""

    description: str | None = None
    days: tuple[PrintedWorkDay, ...]
    valid_until: date
    payment_days: int = Field(ge=0)
    purchase_order: str | None = None
    schedule: tuple[ScheduleLine, ...] = ()
    cancellation: tuple[CancellationLine, ...] = ()
    withdrawal: Literal["fourteen_days", "fixed_date"] | None = None
    """Private persons: their right to step back, or why there is none; and what is owed binds both sides."""
    penalty_clause: bool = False
    """Private persons: what is agreed about late payment allows a lump sum (art. XIX.4 CDE)."""
    penalty_interest_percent: Decimal | None = None
    """Private persons: the yearly interest that is agreed."""
    before: AgreedBefore | None = None
    """What stays in force until the client accepts the change."""
    agreement: AgreementEvidence | None = None


class DocumentReference(Printed):
    """An earlier invoice this one corrects or takes off."""

    number: str
    issued_on: date


class InvoicePaper(Priced):
    """Invoice, deposit invoice, balance invoice, credit note or debit note.

    A balance shows the whole price and takes the invoiced deposit off as a line with negative quantity and
    the same VAT rate, so that VAT is charged once. `paid_so_far_eur` is money already received on this
    document.
    """

    kind: Literal["invoice", "deposit", "balance", "credit_note", "debit_note"] = "invoice"
    issued_on: date
    due_on: date
    performed_from: date | None = None
    """A deposit has no day of performance: it is asked before."""
    performed_until: date | None = None
    job_reference: str
    """Printed, and the buyer reference of the electronic invoice when the client gave none."""
    purchase_order: str | None = None
    client_reference: str | None = None
    payment_reference: PaymentReference
    paid_so_far_eur: PositiveEur = ZERO
    refers_to: tuple[DocumentReference, ...] = ()
    note: str | None = None
    penalty_clause: bool = False
    """Private persons: the order carried the clause that allows a lump sum (art. XIX.4 CDE)."""
    penalty_interest_percent: Decimal | None = None
    """Private persons: the yearly interest the order carried."""

    @property
    def delivered_on(self) -> date | None:
        """The last day of the performance, once it is past or reached: nothing is delivered in the future."""
        until = self.performed_until
        return until if until is not None and until <= self.issued_on else None

    @property
    def payable_eur(self) -> Decimal:
        """What is still to be paid."""
        return self.total_eur - self.paid_so_far_eur

    @model_validator(mode="after")
    def _credit_names_its_invoice(self) -> Self:
        if self.kind == "credit_note" and not self.refers_to:
            raise ValueError("a credit note names the invoice it corrects (art. 53 §2 VAT code)")
        if (self.performed_from is None) != (self.performed_until is None):
            raise ValueError("a performance has a first and a last day, or neither")
        if self.total_eur < 0:
            raise ValueError("a negative total is a credit note with positive lines")
        return self


class PrintedInterestLine(Printed):
    """Interest over one stretch with one rate."""

    from_on: date
    until_on: date
    days: int = Field(ge=0)
    rate_percent: Decimal
    amount_eur: PositiveEur


class ClaimedInvoice(Printed):
    """The unpaid invoice, as a reminder repeats it."""

    number: str
    issued_on: date
    due_on: date
    description: str
    """The product or service: art. XIX.2 §3, 3° CDE asks for it."""
    total_eur: PositiveEur
    paid_eur: PositiveEur = ZERO
    payment_reference: PaymentReference

    @property
    def balance_eur(self) -> Decimal:
        """What is still unpaid of the invoice itself."""
        return self.total_eur - self.paid_eur


class Annex(Printed):
    """A piece of evidence joined to the bailiff's dossier."""

    title: str
    on: date
    detail: str | None = None


DossierRoute = Literal[
    "undisputed_debt", "amicable_bailiff", "court", "european_order", "enforcement", "insolvency"
]
ReminderKind = Literal["friendly", "first_b2c", "formal_notice", "bailiff_dossier", "late_costs", "form_a"]


class ReminderPaper(Paper):
    """A reminder, a formal notice, or the cover of the dossier for lawyer and bailiff.

    Source: law of 2 August 2002 art. 5 and 6 (companies); CDE art. XIX.2 §3 and XIX.4 (private persons).
    """

    kind: ReminderKind
    entity: EntityParty
    client: ClientParty
    number: str
    invoice: ClaimedInvoice
    pay_by: date
    """First reminder to a private person: the last day of the 14 that cost nothing."""
    interest: tuple[PrintedInterestLine, ...] = ()
    fixed_cost_eur: PositiveEur = ZERO
    """Companies: the 40.00 of art. 6."""
    lump_sum_eur: PositiveEur = ZERO
    """Private persons, after the 14 days: the agreed lump sum within the cap of art. XIX.4."""
    late_costs_eur: PositiveEur = ZERO
    """Interest and costs together, once the invoice itself is paid."""
    charged_eur: PositiveEur = ZERO
    """What bailiff or court have cost so far, as far as the law lets us ask it."""
    clause_amount_eur: PositiveEur = ZERO
    """First reminder to a private person: what the agreed clause adds after the 14 days; 0 without clause."""
    annexes: tuple[Annex, ...] = ()
    judicial_district: str | None = None
    addressed_to: str | None = None
    """Dossier: the lawyer or bailiff."""
    route: DossierRoute | None = None
    """Dossier: what the lawyer or bailiff is asked to do; what comes after a formal notice that is not answered."""
    interest_later: bool = False
    """Nobody has published the rate of these days yet: interest is added once it is."""
    title_number: str | None = None
    """Dossier: the enforceable title that is carried out."""

    @property
    def interest_eur(self) -> Decimal:
        """All interest together."""
        return sum((line.amount_eur for line in self.interest), ZERO)

    @property
    def total_eur(self) -> Decimal:
        """Everything claimed on the day of printing."""
        asked = self.interest_eur + self.fixed_cost_eur + self.lump_sum_eur + self.charged_eur + self.late_costs_eur
        return self.invoice.balance_eur + asked

    @model_validator(mode="after")
    def _free_first_reminder(self) -> Self:
        if self.kind == "first_b2c" and self.total_eur != self.invoice.balance_eur:
            raise ValueError("the first reminder to a private person is free (art. XIX.2 §2 CDE)")
        return self
