"""The e-mails people receive: one class per occasion, so that no occasion lacks its figures or its link."""

from datetime import date, datetime
from typing import Literal

from domain.money import ZERO, PositiveEur
from domain.papers.base import Language, Link, PaymentReference, Printed, PrintedWorkDay
from domain.papers.sales import DossierRoute


class PrintedMail(Printed):
    """An e-mail to one person, in their language."""

    kind: str
    language: Language
    sandbox: bool
    entity_name: str
    entity_email: str
    entity_enterprise_number: str
    to_name: str
    job_title: str


class AgreementRequestMail(PrintedMail):
    """Asks the client to agree to the order."""

    kind: Literal["agreement_request"] = "agreement_request"
    link: Link
    """/a/..."""
    member_name: str
    total_eur: PositiveEur
    first_on: date
    valid_until: date
    is_change: bool = False
    """It changes what the client has agreed to: the old stands beside the new."""
    was_total_eur: PositiveEur | None = None
    was_starts_at: tuple[datetime, ...] = ()
    starts_at: tuple[datetime, ...] = ()
    was_place: str = ""
    place: str = ""


class AgreementReminderMail(PrintedMail):
    """Asks the client again."""

    kind: Literal["agreement_reminder"] = "agreement_reminder"
    link: Link
    member_name: str
    total_eur: PositiveEur
    first_on: date
    valid_until: date


class AgreementThanksMail(PrintedMail):
    """Confirms the client's yes and joins the order form."""

    kind: Literal["agreement_thanks"] = "agreement_thanks"
    link: Link
    total_eur: PositiveEur
    first_on: date


class CrewInvitationMail(PrintedMail):
    """Invites a collaborator: role, days, gross, place."""

    kind: Literal["crew_invitation"] = "crew_invitation"
    link: Link
    """/i/..."""
    member_name: str
    function: str
    days: tuple[date, ...]
    place: str
    gross_eur: PositiveEur
    answer_by_at: datetime
    own: bool = False
    """For the member's own contract: nobody offers anything to themselves."""


class CrewSignatureReminderMail(PrintedMail):
    """A contract waits for the person's signature; unsigned means not starting."""

    kind: Literal["crew_signature_reminder"] = "crew_signature_reminder"
    link: Link
    first_start_at: datetime


class ContractSignedMail(PrintedMail):
    """Both have signed and social security knows; the contract is joined."""

    kind: Literal["contract_signed"] = "contract_signed"
    link: Link
    first_start_at: datetime
    place: str
    paid_by_on: date
    paid_by_days: tuple[date, ...] = ()
    """Instead, every pay day of a contract that is paid by the month."""


class AmendmentMail(PrintedMail):
    """Asks somebody to sign an amendment to their contract: what is signed beside what it would become."""

    kind: Literal["amendment"] = "amendment"
    link: Link
    """/i/..."""
    days_before: tuple[PrintedWorkDay, ...]
    days_after: tuple[PrintedWorkDay, ...]
    gross_before_eur: PositiveEur
    gross_after_eur: PositiveEur
    answer_by_at: datetime


class ToldNotToStartMail(PrintedMail):
    """Unsigned or undeclared at the start: the person must not begin."""

    kind: Literal["told_not_to_start"] = "told_not_to_start"
    start_at: datetime
    signed_for: tuple[PrintedWorkDay, ...] = ()
    """The days of the contract that is signed, when it is not for this start: it stays in force for its own."""
    adviser_phone: str


class InvoiceMail(PrintedMail):
    """Sends an invoice or credit note."""

    kind: Literal["invoice"] = "invoice"
    document: Literal["invoice", "deposit", "balance", "credit_note", "debit_note"]
    number: str
    payable_eur: PositiveEur
    """Of a credit note: the amount credited; it asks for no payment."""
    due_on: date
    payment_reference: PaymentReference
    iban: str


class ClaimMail(PrintedMail):
    """A mail about an invoice that is not paid."""

    number: str
    issued_on: date
    due_on: date
    description: str
    balance_eur: PositiveEur
    pay_by: date
    payment_reference: PaymentReference
    iban: str


class PrintedInstalment(Printed):
    """One part of a plan."""

    on: date
    amount_eur: PositiveEur


class InstalmentsMail(PrintedMail):
    """What became of a plan of instalments."""

    kind: Literal["instalments"] = "instalments"
    became: Literal["proposed", "agreed", "broken", "refused"]
    number: str
    parts: tuple[PrintedInstalment, ...]
    interest_stops: bool
    payment_reference: PaymentReference
    iban: str


class ReminderFriendlyMail(ClaimMail):
    """A kind reminder; nothing is added."""

    kind: Literal["reminder_friendly"] = "reminder_friendly"


class ReminderAgainMail(ClaimMail):
    """A second kind reminder, a week after the first; still nothing is added."""

    kind: Literal["reminder_again"] = "reminder_again"


class ReminderFirstB2cMail(ClaimMail):
    """First reminder to a private person, on a durable medium, with the mandatory items.

    Source: CDE art. XIX.2 §3.
    """

    kind: Literal["reminder_first_b2c"] = "reminder_first_b2c"
    clause_amount_eur: PositiveEur = ZERO


class LateCostsMail(ClaimMail):
    """Interest and costs that are left once the invoice itself is paid: `balance_eur` is their sum."""

    kind: Literal["late_costs"] = "late_costs"


class FormalNoticeMail(ClaimMail):
    """Formal notice: last day before the dossier goes on."""

    kind: Literal["formal_notice"] = "formal_notice"
    total_eur: PositiveEur
    """With interest and costs."""
    route: DossierRoute = "court"
    """What follows when it is not paid."""


class WagesPaidMail(PrintedMail):
    """The wage is booked at the bank; the statement is behind the link."""

    kind: Literal["wages_paid"] = "wages_paid"
    link: Link
    net_eur: PositiveEur
    expenses_eur: PositiveEur = ZERO
    paid_on: date


class StepNeedsYouMail(PrintedMail):
    """A step waits for the adviser."""

    kind: Literal["step_needs_you"] = "step_needs_you"
    link: Link
    service: str
    """The service in the reader's words."""
    reason: str
    decide_by_at: datetime


class JobNewsMail(PrintedMail):
    """Something happened that the member has to know, and perhaps decide about."""

    kind: Literal["job_news"] = "job_news"
    link: Link
    """/jobs/..."""
    news: str
    """What happened, in the reader's language."""


class CalledOffMail(PrintedMail):
    """The job does not take place: to the client who was asked, and to whoever has signed."""

    kind: Literal["called_off"] = "called_off"
    signed: bool = False
    """The reader is under contract: how it ends is agreed with them."""


class DataChangedMail(PrintedMail):
    """What is known of a person was changed: told to the address that was known before."""

    kind: Literal["data_changed"] = "data_changed"
    changed: str
    """Which fields, in the reader's language; never what stands in them."""
    changed_at: datetime
    used_from_at: datetime | None = None
    """From when payments go to a new account."""


class PasswordLinkMail(PrintedMail):
    """A link that sets a new password, for whoever says they forgot the old one."""

    kind: Literal["password_link"] = "password_link"
    link: str


class OrderMovedMail(PrintedMail):
    """A job the client was asked about changes."""

    kind: Literal["order_moved"] = "order_moved"
    changes: str
    """From what to what, in the reader's language."""


class MoveNewsMail(PrintedMail):
    """A change of a job that waits for a yes, came into force or fell: to its member, its adviser and its crew."""

    kind: Literal["move_news"] = "move_news"
    link: Link | None = None
    """/jobs/..., for whoever has an account."""
    news: str
    """What happened, in the reader's language."""
    changes: str = ""
    """From what to what, in the reader's language."""


class WithdrawnMail(PrintedMail):
    """The job is withdrawn."""

    kind: Literal["withdrawn"] = "withdrawn"
    reason: str | None = None
    owed_eur: PositiveEur = ZERO
    """To a client: the agreed cancellation price; to a crew member: the pay still owed."""
