"""Who takes part in a declared job, and when: the client, the crew, the days."""

from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from domain.caps import MOST_DAYS, JobDate
from domain.countries import zone_of
from domain.flaw_kinds import misfit
from domain.form_field import FormField
from domain.identifiers import CrewSlug, EnterpriseNumber, VatNumber
from domain.money import PositiveEur
from domain.people import Language
from domain.peppol import PeppolId
from domain.periods import Country, JobDay, Zone

ShortText = Annotated[str, Field(min_length=1, max_length=200)]
LongText = Annotated[str, Field(max_length=4000)]
Email = Annotated[str, Field(pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$", max_length=254), FormField(control="email")]
INVOICED = ("company", "public_body", "private_person")
"""The kinds of client that get an order to agree to and an invoice."""
BUSINESS = ("company", "public_body")


class Declared(BaseModel):
    """Something a member wrote: an unknown word is refused, so that no wish is lost by a typing error."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


class DeclaredDay(JobDay):
    """One day of the job: date, from, until (earlier than the start means after midnight), place, country."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)

    date: JobDate
    """The day on which it starts."""
    country: Annotated[Country, FormField(control="country")] = "BE"
    timezone: Annotated[Zone, FormField(seldom=True)] = "Europe/Brussels"
    """The clock the two times are read from; left out, the country's."""
    anywhere: bool = False
    """The work has no fixed place: whoever works chooses it. A contract may say so.

    Source: Directive (EU) 2019/1152, art. 4 (2) (b).
    """

    @model_validator(mode="before")
    @classmethod
    def _clock_of_the_country(cls, told: Any) -> Any:
        """Times are local: where nothing else is said, the clock of the country counts."""
        if isinstance(told, dict) and told.get("timezone") is None and (zone := zone_of(told.get("country"))):
            return {name: value for name, value in told.items() if name != "timezone"} | {"timezone": zone}
        return told


class DeclaredAddress(Declared):
    """A postal address in parts, because banks and invoices refuse addresses in one line."""

    street: ShortText
    house_number: Annotated[str, Field(max_length=20)] = ""
    postal_code: Annotated[str, Field(min_length=2, max_length=12)]
    city: ShortText
    country: Annotated[Country, FormField(seldom=True, control="country")] = "BE"
    """Left out, the client's."""


class DeclaredClient(Declared):
    """Who ordered the job and pays for it."""

    kind: Annotated[
        Literal["company", "public_body", "private_person", "own_takings", "internal"], FormField(opens=True)
    ] = "company"
    """`own_takings`: the member collects the money and no invoice is made; `internal`: another activity of
    the cooperative, without fee, VAT or invoice."""
    name: Annotated[ShortText | None, FormField(clients=(*INVOICED, "internal"))] = None
    enterprise_number: Annotated[EnterpriseNumber | None, FormField(clients=BUSINESS)] = None
    """Belgian companies and public bodies: ten digits."""
    vat_number: Annotated[VatNumber | None, FormField(clients=BUSINESS)] = None
    """Companies in another member state: needed to leave the VAT to the client."""
    vat_identified: Annotated[bool, FormField(seldom=True, clients=("company",))] | None = None
    """Of a Belgian association: whether it is identified for VAT; if not, a show abroad bears the VAT there."""
    registration_number: (
        Annotated[str, Field(pattern=r"^[0-9A-Za-z][0-9A-Za-z .\-/]{3,39}$"), FormField(seldom=True)] | None
    ) = None
    """Outside the EU: the number of the client's business in its own country, such as CHE-123.456.789."""
    country: Annotated[Country, FormField(control="country", clients=INVOICED)] = "BE"
    address: Annotated[DeclaredAddress | None, FormField(clients=INVOICED)] = None
    language: Annotated[Language, FormField(clients=INVOICED)] = "fr"
    """The language of the order form, the invoice and the reminders."""
    contact: Annotated[ShortText | None, FormField(seldom=True)] = None
    """The person papers are addressed to."""
    email: Annotated[Email | None, FormField(control="email", clients=INVOICED)] = None
    """Where the order to agree to, and the invoice, are sent."""
    phone: Annotated[str, Field(max_length=30), FormField(control="tel", seldom=True)] | None = None
    peppol_id: Annotated[PeppolId | None, FormField(seldom=True)] = None
    """Scheme and number, for instance 0208:1000000021; left out, it is derived from the enterprise number."""
    purchase_order: Annotated[ShortText | None, FormField(seldom=True)] = None
    """The client's own order number, printed on the invoice."""
    payment_days: Annotated[int, Field(ge=0, le=365), FormField(seldom=True)] | None = None
    """Days to pay after the invoice; left out, the entity's own term."""
    cancellation_terms: Annotated[str, Field(max_length=60), FormField(seldom=True)] = "standard"
    """The name of the agreed cancellation table."""

    @model_validator(mode="before")
    @classmethod
    def _lives_in_its_country(cls, told: Any) -> Any:
        """An address without a country is in the client's."""
        address = told.get("address") if isinstance(told, dict) else None
        if isinstance(address, dict) and address.get("country") is None and (country := told.get("country")):
            return told | {"address": address | {"country": country}}
        return told

    @model_validator(mode="after")
    def _country_fits_numbers(self) -> Self:
        if self.enterprise_number and self.country != "BE":
            text = "an enterprise number is Belgian, but the client's country is not: give vat_number instead"
            raise misfit("number_of_belgium", "enterprise_number", text)
        return self


class CrewMember(Declared):
    """One person on the job, the member included. Private data is never written here: each enters it."""

    item: Annotated[CrewSlug, FormField(instead="the page makes it from the name and keeps it")]
    """A short name for this job, such as `ann`; never given to somebody else later."""
    member: Annotated[bool, FormField(instead="whoever declares is “you” on the page")] = False
    """Whether this is the member who declares."""
    name: ShortText | None = None
    email: Email | None = None
    """E-mail or phone: where the link to accept is sent."""
    phone: Annotated[str, Field(pattern=r"^\+?[0-9 ./-]{6,25}$"), FormField(control="tel")] | None = None
    function: ShortText | None = None
    """What this person does; the profile names the usual functions, your own words are fine."""
    artistic: Annotated[bool | None, FormField(seldom=True)] = None
    """Left out, the profile's function says."""
    manual: Annotated[bool | None, FormField(seldom=True)] = None
    """Whether the work is mainly done with the hands; left out, the function says. The adviser looks at it.

    Source: law of 3 July 1978, art. 2 and 3.
    """
    status: Literal["employee", "standing_contract", "student", "self_employed", "ask"] = "employee"
    """`standing_contract`: already employed by the entity; `self_employed`: sends an invoice; `ask`: my
    adviser decides."""
    days: Annotated[tuple[JobDate, ...], Field(max_length=MOST_DAYS), FormField(control="days")] | None = None
    """Which of the job's days; left out, all of them."""
    fixed_term_reason: (
        Annotated[str, Field(min_length=10, max_length=300), FormField(control="lines", seldom=True)] | None
    ) = None
    """Why one more fixed-term contract is justified, where there were others: the production, its dates, the role.
    Printed in the contract."""
    language: Annotated[Language | None, FormField(seldom=True)] = None
    """The language of the papers, as far as the law leaves a choice."""
    gross_eur: Annotated[PositiveEur | None, FormField(way="pay")] = None
    """A fixed gross for all the days together."""
    net_wished_eur: Annotated[PositiveEur | None, FormField(way="pay")] = None
    """What should arrive on the account; the gross is worked out from it."""
    budget_eur: Annotated[PositiveEur | None, FormField(way="pay")] = None
    """A fixed cost for the job; the gross is worked out from it. Self-employed: their price ex VAT."""
    share: Annotated[int, Field(ge=1, le=1000), FormField(way="pay")] | None = None
    """A share of what is left after the fixed amounts; 1 for each when nothing is said."""

    @model_validator(mode="after")
    def _one_way_to_be_paid(self) -> Self:
        ways = [self.gross_eur, self.net_wished_eur, self.budget_eur, self.share]
        if sum(way is not None for way in ways) > 1:
            raise misfit("one_pay", "share", "choose one of gross_eur, net_wished_eur, budget_eur or share")
        if self.status == "self_employed" and self.budget_eur is None:
            raise misfit("own_price", "budget_eur", "self-employed people have a price: give budget_eur (ex VAT)")
        if self.days is not None and len(set(self.days)) < max(1, len(self.days)):
            raise misfit("own_days", "days", "the days are empty or one is written twice")
        return self
