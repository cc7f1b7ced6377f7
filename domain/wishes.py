"""What a member wishes of each service: one model per service, named as the service is."""

from collections import Counter
from collections.abc import Iterable
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from domain.caps import (
    MOST_ARTICLES,
    MOST_COVERS,
    MOST_CREW,
    MOST_EXPENSES,
    MOST_JOURNEYS,
    MOST_VANS,
    MOST_WISHES,
    JobDate,
    JobInstant,
)
from domain.flaw_kinds import misfit
from domain.form_field import FormField
from domain.identifiers import CrewSlug
from domain.money import PositiveEur
from domain.parties import Declared, LongText, ShortText
from domain.services.insurance import Cover
from domain.wish import Wish

Kilometres = Annotated[int, Field(ge=0, le=10_000)]


def _one_or_many(value: object) -> object:
    """One wish may be written without the list around it."""
    return [value] if isinstance(value, dict) else value


class AgreementWish(Wish):
    """How the client says yes."""

    how: Literal["link", "signed_file", "later"] = "link"
    """By a link without login, by a file that is already signed, or later with a reason."""
    why_later: Annotated[LongText | None, FormField(control="lines")] = None
    """Why the client's yes comes later."""
    evidence_document: ShortText | None = None
    """The name of the signed file."""

    @model_validator(mode="after")
    def _reasons(self) -> Self:
        if self.how == "later" and not self.why_later:
            raise misfit("why_later", "why_later", "say in why_later why the client's yes comes later")
        if self.how == "signed_file" and not self.evidence_document:
            raise misfit("signed_file", "evidence_document", "name the signed file in evidence_document")
        return self


class Subsidy(Declared):
    """A signed promise of a subsidy that pays part of the job and an advance leans on."""

    from_name: ShortText
    """Who promised it."""
    amount_eur: PositiveEur
    document: ShortText
    """The name of the signed promise."""
    expected_on: JobDate | None = None


class PrefinancingWish(Wish):
    """What the guarantee fund pays before the client does."""

    mode: Literal["automatic", "not_needed", "capped"] = "automatic"
    cap_eur: PositiveEur | None = None
    """The most the fund may lay out for costs, wages excepted: wages never wait for the client."""
    subsidy: Annotated[Subsidy | None, FormField(seldom=True)] = None

    @model_validator(mode="after")
    def _cap_is_given(self) -> Self:
        if (self.mode == "capped") != (self.cap_eur is not None):
            raise misfit("cap", "cap_eur", "cap_eur goes with mode `capped`, and only with it")
        return self


class InsuranceWish(Wish):
    """Covers beyond the collective ones, which are always there and cost nothing here."""

    covers: Annotated[tuple[Cover, ...], Field(max_length=MOST_COVERS)] = ()
    declared_value_eur: PositiveEur | None = None
    """The value of what is covered; left out, the value of the rented and bought equipment."""


class VanWish(Wish):
    """One van."""

    item: Annotated[CrewSlug, FormField(instead="the page numbers the vans itself")] = "van"
    """A short name when there are several: `van-1`, `van-2`."""
    driver: Annotated[CrewSlug | None, FormField(control="person")] = None
    """The crew member who drives and holds a licence."""
    from_at: Annotated[JobInstant | None, FormField(seldom=True)] = None
    """Left out, two hours before the first start."""
    until_at: Annotated[JobInstant | None, FormField(seldom=True)] = None
    """Left out, two hours after the last end."""
    pick_up: ShortText | None = None
    kilometres: Kilometres | None = None
    seats: Annotated[int, Field(ge=1, le=9), FormField(seldom=True)] = 3
    load_kg: Annotated[int, Field(ge=0, le=3500), FormField(seldom=True)] = 0


class EquipmentLineWish(Declared):
    """One line of equipment."""

    article: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,59}$"), FormField(control="article")]
    """The article's short name in the catalogue."""
    quantity: Annotated[int, Field(ge=1, le=10_000)] = 1
    how: Literal["rent", "buy", "lease"] = "rent"
    value_eur: Annotated[PositiveEur | None, FormField(seldom=True)] = None
    """The value of one piece, for the cover; left out, the catalogue's."""
    price_eur: Annotated[PositiveEur | None, FormField(seldom=True)] = None
    """The price of one piece (buy), or of one piece and day (rent), ex VAT, when the catalogue has none."""


class EquipmentWish(Wish):
    """Equipment to rent, buy or lease."""

    items: Annotated[tuple[EquipmentLineWish, ...], Field(min_length=1, max_length=MOST_ARTICLES)]
    from_at: Annotated[JobInstant | None, FormField(seldom=True)] = None
    until_at: Annotated[JobInstant | None, FormField(seldom=True)] = None


class TravelWish(Wish):
    """One journey by train for one or several travellers; each traveller gets own tickets."""

    travellers: Annotated[tuple[CrewSlug, ...], Field(max_length=MOST_CREW), FormField(control="people")] = ()
    """Left empty: everybody on the crew."""
    from_place: ShortText
    to_place: ShortText
    arrive_by_at: Annotated[JobInstant | None, FormField(seldom=True)] = None
    """Left out, one hour before the traveller's first start."""
    and_back: Annotated[bool, FormField(seldom=True)] = True
    return_at: Annotated[JobInstant | None, FormField(seldom=True)] = None
    """Left out, after the traveller's last end."""
    travel_class: Annotated[Literal["first", "second"], FormField(seldom=True)] = "second"
    flexible: Annotated[bool, FormField(seldom=True)] = True
    price_eur: Annotated[PositiveEur | None, FormField(seldom=True)] = None
    """What one traveller's ticket is known to cost; left out, the price list's."""


class EmploymentContractWish(Wish):
    """The contracts of the crew; they are never left out, but the adviser can be asked along."""


class ExpenseWish(Declared):
    """One expected expense of one crew member."""

    crew: Annotated[CrewSlug, FormField(control="person")]
    kind: Annotated[Literal["kilometres", "bike", "per_diem", "receipt"], FormField(usual="receipt")]
    label: ShortText
    on: Annotated[JobDate | None, FormField(seldom=True)] = None
    """Left out, the person's first day."""
    kilometres: Kilometres | None = None
    days: Annotated[int, Field(ge=1, le=366)] = 1
    """For `per_diem`: how many days."""
    amount_eur: PositiveEur | None = None
    """For `receipt`."""

    @model_validator(mode="after")
    def _measured(self) -> Self:
        if self.kind in ("kilometres", "bike") and self.kilometres is None:
            raise misfit("kilometres", "kilometres", "say how many kilometres")
        if self.kind == "receipt" and self.amount_eur is None:
            raise misfit("receipt_amount", "amount_eur", "say in amount_eur what the receipt will be")
        return self


class ExpensesWish(Wish):
    """Expenses paid back beside the wage."""

    lines: Annotated[tuple[ExpenseWish, ...], Field(max_length=MOST_EXPENSES)] = ()


class WagesWish(Wish):
    """The wages; they are never left out."""


class InvoicingWish(Wish):
    """When the client is invoiced which part."""

    deposit_percent: Annotated[int, Field(ge=1, le=100)] | None = None
    deposit_on: Annotated[JobDate | None, FormField(seldom=True)] = None
    """When the deposit is invoiced; left out, the day after the client must have agreed."""
    balance_on: Annotated[JobDate | None, FormField(seldom=True)] = None
    """Left out, the last day of the job."""


class DebtCollectionWish(Wish):
    """Waiting for the money, reminders and what follows."""


class SpecialRequestWish(Wish):
    """The singular, in one field: something no service does, arranged by a person."""

    item: Annotated[CrewSlug, FormField(instead="the page numbers the wishes itself")] = "wish"
    wish: Annotated[str, Field(min_length=3, max_length=1000), FormField(control="lines")]
    ceiling_eur: PositiveEur | None = None
    """The real price may go up to here without asking me again."""


Vans = Annotated[tuple[VanWish, ...], Field(max_length=MOST_VANS), BeforeValidator(_one_or_many)]
Journeys = Annotated[tuple[TravelWish, ...], Field(max_length=MOST_JOURNEYS), BeforeValidator(_one_or_many)]
Wishes = Annotated[tuple[SpecialRequestWish, ...], Field(max_length=MOST_WISHES), BeforeValidator(_one_or_many)]


def twice(names: Iterable[str]) -> list[str]:
    """The names that are used more than once."""
    return sorted(name for name, times in Counter(names).items() if times > 1)
