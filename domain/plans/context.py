"""The desk a plan is made on: the completed declaration, its quote, who is who, and when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Final

from domain.declaration import JobDeclaration
from domain.message import Message
from domain.parties import CrewMember
from domain.periods import first_start_at
from domain.quoting.context import QuoteContext
from domain.quoting.models import Quote
from domain.quoting.sheet import QuoteInput
from domain.rules.deadlines import answer_by, guards, short_notice
from domain.services.agreement import LateTerms

HOLD_MARGIN: Final = timedelta(hours=1)
"""A hold lasts a little longer than the last instant at which it is confirmed."""
AGREEMENT_REMINDERS: Final = (timedelta(hours=48), timedelta(hours=24))
"""Before the client's time to answer is over. Source: rule of the cooperative."""


class PlanRefs(Message):
    """Who is who, and when the job was declared; names and addresses stay where they are kept."""

    entity: str
    member_id: str
    client_id: str
    client_version: int
    people: dict[str, str]
    """Person id by crew slug."""
    declared_at: datetime
    agreement_days_before: int = 5
    """How many days before the first start everything must be agreed, when there is that much time."""
    context: QuoteContext = QuoteContext()
    """The same the quote leaned on."""
    late_terms: LateTerms | None = None
    """What the cooperative's terms ask of private clients who pay late."""


class CannotPlan(ValueError):
    """The quote still lacks something or refuses: there is nothing to plan yet."""


@dataclass(frozen=True)
class PlanContext:
    """Everything one plan looks at."""

    sheet: QuoteInput
    quote: Quote
    refs: PlanRefs

    @property
    def declaration(self) -> JobDeclaration:
        """The declaration, completed."""
        return self.sheet.declaration

    def ceilings(self, service: str) -> dict[str, Decimal]:
        """By item, what the service may cost at most."""
        return {line.item: line.ceiling.amount_eur for line in self.quote.services if line.service == service}

    @cached_property
    def first_start_at(self) -> datetime:
        """The instant the job begins."""
        return first_start_at(self.sheet.days)

    @cached_property
    def agree_by(self) -> datetime:
        """Until when everything must be agreed and held."""
        return answer_by(self.first_start_at, self.refs.declared_at, days_before=self.refs.agreement_days_before)

    @cached_property
    def confirm_by(self) -> datetime:
        """When shared bookings are confirmed even if somebody has not signed: at the first guard, or at Go."""
        return max(guards(self.first_start_at).remind_at, self.agree_by)

    @property
    def hold_until_at(self) -> datetime:
        """Until when holds must last."""
        return self.confirm_by + HOLD_MARGIN

    @property
    def short_notice(self) -> bool:
        """Whether people sign first and the agreement follows."""
        return short_notice(self.first_start_at, self.refs.declared_at)

    @property
    def employed(self) -> Sequence[CrewMember]:
        """Everybody who is paid a wage."""
        return self.sheet.employed

    def person_id(self, item: str) -> str:
        """Who a crew slug is: as said, else the member for the member; KeyError when nobody said."""
        member = self.declaration.member
        if item not in self.refs.people and member is not None and member.item == item:
            return self.refs.member_id
        return self.refs.people[item]

    def still_ahead(self, *instants: datetime) -> tuple[datetime, ...]:
        """The instants that were not yet past when the job was declared, the earliest first."""
        return tuple(sorted(at for at in instants if at > self.refs.declared_at))
