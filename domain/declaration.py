"""The declaration: one job, told once, in the member's words. Half of it is enough for a quote."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from domain.caps import MOST_CREW, MOST_DAYS, MOST_PERSON_DAYS
from domain.declaration_file import DeclarationUnreadable, Flaw, read
from domain.flaw_kinds import Misfit, misfit, misfits
from domain.form_field import FormField
from domain.money import PositiveEur
from domain.parties import CrewMember, Declared, DeclaredClient, DeclaredDay, LongText, ShortText
from domain.services.workspace import WorkspaceWish
from domain.vat_mentions import Ground
from domain.wishes import (
    AgreementWish,
    DebtCollectionWish,
    EmploymentContractWish,
    EquipmentWish,
    ExpensesWish,
    InsuranceWish,
    InvoicingWish,
    Journeys,
    PrefinancingWish,
    Vans,
    WagesWish,
    Wishes,
    twice,
)

__all__ = ["DeclarationUnreadable", "Flaw", "JobDeclaration", "VatQuestions", "load_declaration"]

EntitySlug = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,30}$")]


class VatQuestions(Declared):
    """The two questions that decide between the reduced and the standard rate.

    Source: RD no 20 of 20 July 1970, table A, rubric XXIX.
    """

    performance_or_licence: bool | None = None
    """Is it a live performance by artists, or the licence of a work?"""
    advertising: bool | None = None
    """Does it serve to advertise something?"""
    live: Annotated[bool, FormField(seldom=True)] = True
    """Of a yes to the first: before people, rather than a licence only."""
    nature: Annotated[Literal["activity", "support", "advice", "hire", "other"], FormField(seldom=True)] | None = (
        None
    )
    """Of a no to the first: what the service is. Asked where client or work is abroad and the client is no taxable
    person: where VAT is due depends on it. Source: CTVA art. 21bis § 2."""
    virtual: Annotated[bool, FormField(seldom=True)] | None = None
    """Whether it is followed online only: then it is placed where the client lives."""
    override_percent: Annotated[Decimal, Field(ge=0, le=100), FormField(seldom=True)] | None = None
    """Another rate than the answers give, one of those in force; needs a reason, and the adviser looks at it."""
    override_reason: (
        Annotated[str, Field(min_length=10, max_length=500), FormField(control="lines", seldom=True)] | None
    ) = None
    override_ground: Annotated[Ground | None, FormField(seldom=True)] = None
    """Of a rate of 0: the rule by which no VAT is due; its article is printed on order form and invoice."""

    @model_validator(mode="after")
    def _override_has_a_reason(self) -> Self:
        if (self.override_percent is None) != (not self.override_reason):
            raise misfit("override", "override_reason", "override_percent and override_reason go together")
        if self.override_ground is not None and self.override_percent != 0:
            text = "override_ground says why the rate is 0: it goes with override_percent 0"
            raise misfit("override_ground", "override_percent", text)
        return self


class JobDeclaration(Declared):
    """A job as its member declares it.

    Nothing but the title is needed for a quote: what is missing is listed there. Declaring needs everything.
    Private data of persons (national number, bank account, address, birth date) is never part of it.
    """

    quote_id: (
        Annotated[str, Field(max_length=40), FormField(instead="the page names the quote it shows")] | None
    ) = None
    """The quote the member has seen; other figures by now give the new quote instead of a job."""
    entity: Annotated[EntitySlug | None, FormField("rules")] = None
    """The legal entity of the cooperative that employs and invoices; left out, the member's own."""
    profile: Annotated[EntitySlug, FormField("vat")] = "general"
    """The sector profile: its words, questions and defaults."""
    all_inclusive: Annotated[bool, FormField("rules")] = False
    """Let the rules fill in what is left open. The quote says what they filled in, and why."""
    title: Annotated[ShortText | None, FormField("first")] = None
    """What the client recognises the job by."""
    description: Annotated[LongText | None, FormField("terms", control="lines")] = None
    """Printed on the invoice."""
    client: Annotated[DeclaredClient | None, FormField("first")] = None
    days: Annotated[tuple[DeclaredDay, ...], Field(max_length=MOST_DAYS), FormField("first", moves=True)] = ()
    price_eur: Annotated[PositiveEur | None, FormField("first", moves=True)] = None
    """What the client pays, ex VAT unless said otherwise; left out, it is worked out from the wished pay."""
    price_includes_vat: Annotated[bool, FormField("first")] = False
    vat: VatQuestions = VatQuestions()
    crew: Annotated[tuple[CrewMember, ...], Field(max_length=MOST_CREW), FormField(moves=True)] = ()
    """Everybody on the job, the member included."""
    regulated_trade: Annotated[bool, FormField("vat")] = False
    """The work belongs to a trade with its own licence or risks (construction, pyrotechnics, rigging)."""

    agreement: Annotated[AgreementWish | None, FormField("terms")] = None
    prefinancing: Annotated[PrefinancingWish | None, FormField("fund")] = None
    insurance: InsuranceWish | None = None
    van_rental: Vans = ()
    """One van, or a list of vans."""
    equipment: EquipmentWish | None = None
    travel: Journeys = ()
    """One journey, or a list of journeys."""
    employment_contract: Annotated[EmploymentContractWish | None, FormField("rules")] = None
    expenses: ExpensesWish | None = None
    wages: Annotated[WagesWish | None, FormField("rules")] = None
    invoicing: Annotated[InvoicingWish | None, FormField("terms")] = None
    debt_collection: Annotated[DebtCollectionWish | None, FormField("terms")] = None
    special_request: Wishes = ()
    """What no service does; one or several."""
    workspace: WorkspaceWish | None = None

    reserve_eur: Annotated[PositiveEur | None, FormField("fund")] = None
    """Something put aside for surprises; what is left goes to the activity account."""
    note: Annotated[LongText | None, FormField("terms", control="lines")] = None
    """A note to my adviser."""

    @model_validator(mode="after")
    def _hangs_together(self) -> Self:
        problems = [*self._doubles(), *self._strangers(), *self._unknown_days()]
        if sum(person.member for person in self.crew) > 1:
            text = "crew: only one person can be the member who declares"
            problems.append(Misfit("one_member", "crew", text))
        if (together := self.person_days) > MOST_PERSON_DAYS:
            text = f"crew: {together} days of work together, at most {MOST_PERSON_DAYS}: make it several jobs"
            values = {"days": str(together), "most": str(MOST_PERSON_DAYS)}
            problems.append(Misfit("person_days", "crew", text, values))
        if problems:
            raise misfits(problems)
        return self

    def _doubles(self) -> list[Misfit]:
        """Two people or two vans cannot have the same short name, nor one traveller two journeys."""
        travellers = [slug for journey in self.travel for slug in journey.travellers or self.slugs]
        named = {
            "crew": [person.item for person in self.crew],
            "days": [day.date.isoformat() for day in self.days],
            "van_rental": [van.item for van in self.van_rental],
            "special_request": [wish.item for wish in self.special_request],
            "travel": travellers,
            "workspace": [on.isoformat() for on in (self.workspace.days if self.workspace else None) or ()],
        }
        return [
            Misfit("twice", field, f"{field}: {name} is there twice", {"name": name})
            for field, names in named.items()
            for name in twice(names)
        ]

    def _strangers(self) -> list[Misfit]:
        """Drivers, travellers and people with expenses are on the crew."""
        named = [("van_rental.driver", van.driver) for van in self.van_rental if van.driver]
        named += [("travel.travellers", slug) for journey in self.travel for slug in journey.travellers]
        named += [("expenses.crew", line.crew) for line in (self.expenses.lines if self.expenses else ())]
        known = set(self.slugs)
        return [
            Misfit("stranger", field, f"{field}: {slug} is not on the crew", {"name": slug})
            for field, slug in named
            if slug not in known
        ]

    def _unknown_days(self) -> list[Misfit]:
        dates = {day.date for day in self.days}
        return [
            Misfit(
                "no_day_of_job",
                "crew",
                f"crew {person.item}: {on.isoformat()} is not a day of this job",
                {"name": person.item, "on": on.isoformat()},
            )
            for person in self.crew
            for on in person.days or ()
            if on not in dates
        ]

    @property
    def person_days(self) -> int:
        """The days of everybody together."""
        return sum(len(self.days) if person.days is None else len(person.days) for person in self.crew)

    @property
    def slugs(self) -> tuple[str, ...]:
        """The crew's short names, in declared order."""
        return tuple(person.item for person in self.crew)

    @property
    def member(self) -> CrewMember | None:
        """The crew member who declares, when on the crew."""
        return next((person for person in self.crew if person.member), None)

    def days_of(self, person: CrewMember) -> tuple[DeclaredDay, ...]:
        """The days one crew member works."""
        if person.days is None:
            return self.days
        wanted: set[date] = set(person.days)
        return tuple(day for day in self.days if day.date in wanted)


def load_declaration(text: str) -> JobDeclaration:
    """Read a declaration from YAML or JSON.

    Raises DeclarationUnreadable with one line per flaw: where, what, and what to do.
    """
    return read(text, JobDeclaration)
