"""Papers between the cooperative and its people: contract, pay, expenses, the day itself."""

from datetime import date, datetime
from decimal import Decimal
from typing import Literal, Self

from pydantic import Field, model_validator

from domain.money import ZERO, Eur, PositiveEur
from domain.papers.base import (
    EntityParty,
    LegalLanguage,
    Paper,
    PersonParty,
    Printed,
    PrintedAddress,
    PrintedWorkDay,
)


class Binding(Paper):
    """A paper that binds employer and person: French or Dutch decides, another language stands beside it.

    Source: the language of employment papers follows the seat of operations; a wrong one is nullity or
    replacement (Cass. 3 February 2025, consulted 23-11-2026).
    """

    authoritative: LegalLanguage
    """The language that binds; when `language` differs, that text is a courtesy translation beside it."""
    entity: EntityParty
    person: PersonParty
    number: str


class PrintedPayDay(Printed):
    """One pay of a contract that is paid by the month."""

    month_on: date
    """A day of the month it pays for."""
    gross_eur: PositiveEur
    paid_by_on: date


class ContractPaper(Binding):
    """Fixed-term employment contract with the information the law of 7 October 2022 asks for."""

    status: Literal["employee", "student"] = "employee"
    artistic: bool = False
    function: str
    category: Literal["white_collar", "blue_collar"] = "white_collar"
    joint_committee: str
    """For instance "304"."""
    days: tuple[PrintedWorkDay, ...] = Field(min_length=1)
    job_title: str
    gross_eur: PositiveEur
    """For all the days together."""
    weekly_hours: Decimal
    """Of a full-time worker in the entity, for instance 38."""
    paid_by_on: date
    pay_days: tuple[PrintedPayDay, ...] = ()
    """Each pay of a contract that is paid by the month, the last included."""
    fixed_term_reason: str | None = None
    """Why a further fixed term is allowed, when it follows an earlier one."""
    accident_insurer: str
    accident_policy: str
    work_regulations: str
    """Where the work regulations can be read."""
    signed_in: str
    """The place of the signature."""


class AmendmentPaper(Binding):
    """What changes in a signed contract: what was, and what becomes."""

    contract_number: str
    contract_signed_on: date
    job_title: str
    days_before: tuple[PrintedWorkDay, ...] = Field(min_length=1)
    days: tuple[PrintedWorkDay, ...] = Field(min_length=1)
    function_before: str
    function: str
    gross_before_eur: PositiveEur
    gross_eur: PositiveEur
    """For all the days together."""
    paid_by_on: date
    pay_days: tuple[PrintedPayDay, ...] = ()
    """Each pay of a contract that is paid by the month, the last included."""
    signed_in: str


class TerminationPaper(Binding):
    """Ending a contract by agreement, signed by both."""

    contract_number: str
    contract_signed_on: date
    job_title: str
    ends_on: date
    reason: str
    owed_eur: PositiveEur = ZERO
    """Gross still owed for what was done or promised."""
    signed_in: str


class AssignmentNotePaper(Paper):
    """Work under a contract that already exists: which job, which days."""

    entity: EntityParty
    person: PersonParty
    number: str
    contract_number: str
    contract_signed_on: date
    job_title: str
    client_name: str
    function: str
    days: tuple[PrintedWorkDay, ...] = Field(min_length=1)
    gross_eur: PositiveEur


class DimonaReceiptPaper(Paper):
    """What social security answered to the declaration of one person."""

    entity: EntityParty
    person: PersonParty
    action: Literal["IN", "OUT", "UPDATE", "CANCEL"]
    worker_type: str
    """Code of social security, for instance ART, STU, OTH."""
    joint_committee: str
    starts_on: date
    ends_on: date
    planned_hours: int | None = None
    declared_at: datetime
    answered_at: datetime
    answer: Literal["A", "W", "B", "S"]
    """Accepted, with a warning, refused, waiting: Dimona result codes."""
    period_id: str
    declaration_id: str
    anomalies: tuple[str, ...] = ()


PayLineKind = Literal[
    "gross",
    "base",
    "worker_contribution",
    "solidarity_contribution",
    "work_bonus",
    "taxable",
    "withholding",
    "tax_bonus",
    "special_contribution",
    "holiday_pay_single",
    "holiday_single_contribution",
    "holiday_pay_double",
    "holiday_double_contribution",
    "expenses",
    "other",
]


class PayLine(Printed):
    """One step from gross to what arrives on the account."""

    kind: PayLineKind
    amount_eur: Eur
    """Signed: what is withheld is negative. Bases (base, taxable) inform and are not added."""
    basis_eur: Eur | None = None
    rate_percent: Decimal | None = None
    label: str | None = None
    """Instead of the usual words, for `other`."""


class PayStatementPaper(Paper):
    """Pay statement for one person and pay period."""

    entity: EntityParty
    person: PersonParty
    employer_nsso_number: str | None = None
    """The employer's number at social security, where it is entered."""
    person_number: str | None = None
    """The person's number in the employer's own register."""
    number: str
    period_from: date
    period_until: date
    job_title: str
    function: str
    joint_committee: str
    days_worked: Decimal
    hours_worked: Decimal | None = None
    lines: tuple[PayLine, ...] = Field(min_length=1)
    net_eur: PositiveEur
    """Wage that arrives on the account."""
    expenses_eur: PositiveEur = ZERO
    """Reimbursed beside the wage."""
    employer_contribution_eur: PositiveEur | None = None
    paid_on: date
    provisional: bool = False
    """True when the social secretariat has not yet confirmed the figures."""

    @property
    def paid_eur(self) -> Decimal:
        """Wage and expenses together: what the bank booked."""
        return self.net_eur + self.expenses_eur

    @model_validator(mode="after")
    def _adds_up(self) -> Self:
        informs = {"base", "taxable", "expenses"}
        if sum((line.amount_eur for line in self.lines if line.kind not in informs), ZERO) != self.net_eur:
            raise ValueError("the lines do not add up to the net")
        return self


class PrintedExpenseLine(Printed):
    """One expense: a receipt, kilometres, or a day abroad."""

    on: date
    kind: Literal["receipt", "kilometres", "per_diem"]
    description: str
    quantity: Decimal | None = None
    rate_eur: Decimal | None = None
    """Per kilometre or per day."""
    amount_eur: PositiveEur
    receipt: str | None = None
    """Number or name of the receipt kept."""


class ExpenseNotePaper(Paper):
    """Expenses of one person on one job."""

    entity: EntityParty
    person: PersonParty
    number: str
    job_title: str
    lines: tuple[PrintedExpenseLine, ...] = Field(min_length=1)
    paid_on: date | None = None

    @property
    def total_eur(self) -> Decimal:
        """All expenses together."""
        return sum((line.amount_eur for line in self.lines), ZERO)


class DaySheetCrew(Printed):
    """Who is there, for what and from when."""

    name: str
    function: str
    call_at: str
    """As read on the sheet, for instance "14:00"."""
    phone: str | None = None


class DaySheetMoment(Printed):
    """One moment of the day."""

    at: str
    what: str
    where: str | None = None


class DaySheetPaper(Paper):
    """Everything the crew needs on one day, on one page."""

    entity: EntityParty
    number: str
    job_title: str
    on: date
    place: str
    place_address: PrintedAddress | None = None
    client_name: str
    client_contact: str | None = None
    adviser: str | None = None
    emergency_phone: str | None = None
    moments: tuple[DaySheetMoment, ...] = ()
    crew: tuple[DaySheetCrew, ...] = Field(min_length=1)
    van: str | None = None
    equipment: tuple[str, ...] = ()
    travel: tuple[str, ...] = ()
    note: str | None = None
