"""The sheet a quote is worked out on: the declaration, its profile, the context and the day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property

from domain.declaration import JobDeclaration
from domain.parties import CrewMember, DeclaredDay
from domain.periods import first_start_at, hours_of, last_day_on, last_end_at
from domain.profiles import Profile
from domain.quoting.context import CrewRecord, QuoteContext
from domain.rules.pay import Chain

NOBODY = CrewRecord()
SHORTEST_FULL_DAY_HOURS = 4
"""Up to four hours is half a day: the half of the eight hours of law of 16 March 1971, art. 19."""


@dataclass(frozen=True)
class QuoteInput:
    """Everything one quote looks at; nothing on it changes."""

    declaration: JobDeclaration
    profile: Profile
    context: QuoteContext
    on: date

    @property
    def days(self) -> tuple[DeclaredDay, ...]:
        """The job's days."""
        return self.declaration.days

    @cached_property
    def first_start_at(self) -> datetime | None:
        """The instant the job begins."""
        return first_start_at(self.days) if self.days else None

    @cached_property
    def last_end_at(self) -> datetime | None:
        """The instant the job is over."""
        return last_end_at(self.days) if self.days else None

    @cached_property
    def last_day_on(self) -> date:
        """The day whose rates hold: the last of the job, or today while there are no days."""
        return last_day_on(self.days) if self.days else self.on

    @cached_property
    def abroad(self) -> tuple[str, ...]:
        """The countries outside Belgium where the job takes place."""
        return tuple(sorted({day.country for day in self.days} - {"BE"}))

    @cached_property
    def employed(self) -> tuple[CrewMember, ...]:
        """Everybody who is paid a wage, in declared order."""
        return tuple(person for person in self.declaration.crew if person.status != "self_employed")

    @cached_property
    def self_employed(self) -> tuple[CrewMember, ...]:
        """Everybody who sends an invoice, in declared order."""
        return tuple(person for person in self.declaration.crew if person.status == "self_employed")

    def days_of(self, person: CrewMember) -> Sequence[DeclaredDay]:
        """The days one person works."""
        return self.declaration.days_of(person)

    def last_day_of(self, person: CrewMember) -> date:
        """One person's last day."""
        days = self.days_of(person)
        return last_day_on(days) if days else self.last_day_on

    def full_days(self, person: CrewMember) -> Decimal:
        """How many full days somebody works; a day of at most four hours is half a day."""
        return sum((_part_of_a_day(day) for day in self.days_of(person)), Decimal(0))

    def name_of(self, item: str) -> str:
        """How a sentence calls somebody on the crew: by name, and by the short name where none is known."""
        found = next((person for person in self.declaration.crew if person.item == item), None)
        if found is None:
            return item
        return found.name or (found.member and self.context.member.name) or item

    def record(self, person: CrewMember) -> CrewRecord:
        """What is known of somebody on the crew."""
        return self.context.crew.get(person.item, NOBODY)

    def artistic(self, person: CrewMember) -> bool:
        """Whether somebody's work is artistic: as declared, else as the function, else as the profile says."""
        if person.artistic is not None:
            return person.artistic
        function = self.profile.function(person.function)
        return function.artistic if function else self.profile.defaults.artistic

    def chain(self, person: CrewMember) -> Chain:
        """How somebody's pay is computed."""
        if person.status == "student":
            return "student"
        if self.artistic(person):
            return "artist"
        return "manual" if self.manual(person) else "employee"

    def manual(self, person: CrewMember) -> bool:
        """Whether somebody works mainly with the hands: as declared, else as the function says."""
        function = self.profile.function(person.function)
        return person.manual if person.manual is not None else bool(function and function.manual)

    def joint_committee(self, person: CrewMember) -> str:
        """The joint committee of somebody's function, else of the profile, else of the entity."""
        function = self.profile.function(person.function)
        of_function = function.joint_committee if function else None
        return of_function or self.profile.defaults.joint_committee or self.context.entity.joint_committee

    def scale(self, person: CrewMember) -> str | None:
        """The minimum scale of somebody's function, where one is known."""
        function = self.profile.function(person.function)
        return function.scale if function else None


def _part_of_a_day(day: DeclaredDay) -> Decimal:
    return Decimal("0.5") if hours_of(day.worked) <= SHORTEST_FULL_DAY_HOURS else Decimal(1)


def under_contract(person: CrewMember) -> bool:
    """Whether somebody is already employed by the entity: no second contract, and no holiday pay on leaving.

    The register of engagements says in the quote whether that is so for their days.
    """
    return person.status == "standing_contract"
