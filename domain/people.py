"""Entities, clients and persons, as activities load them at the moment of use.

None of this is ever part of a history: orders carry ids, and personal data stays in encrypted columns.
"""

from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from domain.message import Message
from domain.money import Eur

Language = Literal["fr", "nl", "en"]


class Address(Message):
    """A postal address in structured form."""

    street: str
    house_number: str = ""
    postal_code: str
    city: str
    country: str = "BE"


class Entity(Message):
    """A legal entity of the cooperative: employer, seller, account holder."""

    slug: str
    name: str
    legal_form: str
    enterprise_number: str
    address: Address
    seat: Literal["wallonia", "flanders", "brussels", "german"]
    court: str
    """The register of legal persons (RPM/RPR) it is entered in."""
    iban: str
    bic: str
    email: str
    invoice_prefix: str
    joint_committee: str
    terms_days: int = 30
    tolerance_eur: Eur = Decimal("0.05")
    """House rule: missing or too much by so little, once a client has paid, is nobody's debt; it is booked."""
    nsso_number: str | None = None


class Client(Message):
    """A client as declared; a changed client is a new version."""

    client_id: str
    version: int
    kind: Literal["company", "public_body", "private_person", "own_takings", "internal"]
    name: str
    enterprise_number: str | None = None
    country: str = "BE"
    address: Address | None = None
    language: Language = "fr"
    email: str | None = None
    peppol_id: str | None = None
    purchase_order: str | None = None
    payment_days: int = 30
    contact: str | None = None
    """The person papers are addressed to."""
    registration_number: str | None = None
    """Outside the EU: its number in the register of its own country."""

    @property
    def participant(self) -> str | None:
        """Where it receives electronic invoices. Source: law of 6 February 2024; Peppol scheme 0208."""
        if self.peppol_id is not None:
            return self.peppol_id
        enterprise = self.country == "BE" and self.kind in ("company", "public_body")
        return f"0208:{self.enterprise_number}" if enterprise and self.enterprise_number else None


class Person(Message):
    """A member or collaborator, with the private data only they enter."""

    person_id: str
    given_name: str
    family_name: str
    email: str | None = None
    phone: str | None = None
    language: Language = "fr"
    national_number: str | None = None
    birth_on: date | None = None
    iban: str | None = None
    address: Address | None = None
    withholding: Literal["prudent", "flat"] | None = None
    """Which withholding tax applies to this person; set by an adviser, None while nobody has."""

    @property
    def name(self) -> str:
        """Given name and family name."""
        return f"{self.given_name} {self.family_name}".strip()

    @property
    def complete(self) -> bool:
        """Whether everything an employment contract and a declaration need has been entered."""
        return all((self.national_number, self.birth_on, self.iban, self.address))


class JobSummary(Message):
    """What papers and mails say of a job: loaded when they are made, never part of a history."""

    job_id: str
    title: str
    member_id: str
    member_name: str
    client_name: str
    adviser_name: str = ""
    adviser_email: str | None = None
    adviser_phone: str = ""


class Link(Message):
    """A signed, expiring way in for somebody without an account."""

    token_id: str
    url: str


class LinkAnswer(Message):
    """What somebody answered through a link, as it is kept."""

    kind: Literal["accepted", "changes", "refused", "signed", "cancelled"]
    reason: str = ""
    at_iso: str
    evidence_document: str | None = None
    signature_reference: str | None = None
    by_name: str = ""
    """The name that was typed with the answer."""
    address: str = ""
    """The network address it came from."""


class PaymentState(Message):
    """What became of one payment order."""

    payment_id: str
    state: Literal["ordered", "batched", "approved", "sent", "rejected", "booked", "returned"]
    booked_on: date | None = None
    reason: str | None = None
    ordered_at: datetime | None = None
    turn: int = 1
    """How often it was ordered: again when it came back and the person gave another account."""
    statements_until_on: date | None = None
    """The last day whose statement of the account it left from was taken over."""
