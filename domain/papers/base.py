"""What every paper has in common: who speaks, in which language, printed on which day."""

from datetime import date, datetime, time, timedelta
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Language = Literal["fr", "nl", "en"]
LegalLanguage = Literal["fr", "nl"]
"""The languages an employment paper may be binding in; English never stands alone."""

EnterpriseNumber = Annotated[str, Field(pattern=r"^[01]\d{9}$")]
"""Ten digits, without BE and without dots."""

Iban = Annotated[str, Field(pattern=r"^[A-Z]{2}\d{2}[A-Z0-9]{11,30}$")]
"""Without spaces."""

PaymentReference = Annotated[str, Field(pattern=r"^(\d{12}|RF\d{2}[A-Z0-9]{1,21})$")]
"""Twelve digits (Belgian structured communication) or an ISO 11649 reference, without signs or spaces."""


Link = Annotated[str, Field(pattern=r"^https?://\S+$")]
"""A full address: an e-mail has no page it could be relative to."""


class Printed(BaseModel):
    """Something that ends up on paper: never changed once built."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class PrintedAddress(Printed):
    """Where somebody lives or sits, in parts, because banks refuse addresses in one line."""

    street: str
    """Street, number and box."""
    postal_code: str
    city: str
    country: str = Field(default="BE", pattern=r"^[A-Z]{2}$")


class EntityParty(Printed):
    """The legal entity of the cooperative that employs, sells and signs."""

    name: str
    legal_form: str
    """As registered, for instance "SC" or "CV"."""
    enterprise_number: EnterpriseNumber
    address: PrintedAddress
    """The seat."""
    iban: Iban
    bic: str = Field(pattern=r"^[A-Z0-9]{8}([A-Z0-9]{3})?$")
    court: str
    """The place of the register of legal entities (RPM/RPR), for instance "Liège"."""
    email: str
    website: str | None = None
    phone: str | None = None
    in_liquidation: bool = False


ClientKind = Literal["company", "public_body", "private_person"]


class ClientParty(Printed):
    """Who ordered the job and pays for it."""

    name: str
    kind: ClientKind = "company"
    address: PrintedAddress
    email: str | None = None
    contact: str | None = None
    """The person to whom papers are addressed."""
    enterprise_number: EnterpriseNumber | None = None
    """Belgian clients that are not private persons."""
    vat_number: str | None = None
    """With country prefix, for instance FR40303265045; none: derived from the Belgian enterprise number."""
    registration_number: str | None = None
    """A foreign company's own register number."""
    peppol_id: str | None = Field(default=None, pattern=r"^\d{4}:\S+$")
    """Scheme and number, for instance 0208:0403019261; none: derived where possible."""


class PersonParty(Printed):
    """A crew member on a paper; private data only where that paper needs it."""

    name: str
    address: PrintedAddress | None = None
    national_number: str | None = Field(default=None, pattern=r"^\d{11}$")
    birth_on: date | None = None
    iban: Iban | None = None
    email: str | None = None


class PrintedWorkDay(Printed):
    """One day of work: when and where."""

    on: date
    starts: time
    ends: time
    """Earlier than `starts` when the work ends after midnight."""
    place: str
    local: bool = False
    """Whether the hours are those of the place, where its clock is not Belgium's: that is said."""
    minutes: int | None = Field(default=None, gt=0)
    """How long it is worked, breaks taken off: counted between instants, clocks change at night. Papers without
    working time have none."""
    pause_minutes: int = Field(default=0, ge=0)

    @property
    def ends_on(self) -> date:
        """The day on which the work ends: the next one for a night that goes on after midnight."""
        after_midnight = time(0) < self.ends < self.starts
        return self.on + timedelta(days=1) if after_midnight else self.on


class Paper(Printed):
    """A paper: the same data always give the same bytes."""

    language: Language
    sandbox: bool
    """True prints "no legal value" across each page: the partners behind this paper are simulated."""
    printed_on: date


class MailText(Printed):
    """An e-mail ready to be sent."""

    subject: str
    text: str
    html: str


class CalendarEntry(Printed):
    """A hold or booking in the member's calendar."""

    uid: str
    """Stable: the same entry sent again replaces the earlier one."""
    title: str
    starts_at: datetime
    ends_at: datetime
    changed_at: datetime
    """When this version of the entry was written."""
    place: str | None = None
    description: str | None = None
    url: str | None = None
    state: Literal["tentative", "confirmed", "cancelled"] = "confirmed"
    revision: int = Field(default=0, ge=0)
