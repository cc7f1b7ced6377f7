"""Declaring to social security: lodged at once, asked about shortly, then at growing intervals."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import date, datetime, timedelta
from typing import Protocol

from temporalio import activity

from domain.dimona import DimonaAnswer, DimonaDeclaration, DimonaPart, DimonaPeriod
from domain.errors import NotYet, PartnerDown
from domain.orders import StepOrder, short_reference
from domain.people import Entity, Person
from domain.periods import brussels
from domain.rules.asked_work import AskedWork
from domain.rules.student import quota_hours
from domain.services.employment_contract import EmploymentContractRequest, KeptEngagement

POLLS_SECONDS = (2.0, 3.0)
"""Nothing is ready sooner than 2 s; then once more, and from then on the process waits. Source: practice of the
Dimona web service."""
PROCESSED_IN = timedelta(seconds=5)
"""As long as both looks take: whoever is woken later finds the answer at once, or waits on."""
SOONEST, LATEST, AT_LEAST = timedelta(minutes=15), timedelta(hours=6), timedelta(minutes=1)
FORGIVEN, OF_WHAT_IS_LEFT, TRIES = timedelta(minutes=30), 10, 5
"""House rule: an absence is forgiven for half an hour, or for a tenth of the time from signing to the start when
that is less, and for five tries at least; then a person is told, who can still act before work starts undeclared.

Source: royal decree of 5 November 2002, art. 4: declared at the latest when work starts.
"""
SECTOR_CODES = {"302": "XXX", "304": "XXX"}
"""How these joint committees are declared. Source: laravel-dimona (secondary), so a setting."""


class SocialSecurity(Protocol):
    """Dimona."""

    async def declare(self, *, key: str, reference: str, declaration: DimonaDeclaration) -> str:
        """Lodge a declaration, once per key and reference, and return its id."""
        ...

    async def answer(self, declaration: str) -> DimonaAnswer | None:
        """What was answered; None while it is being processed."""
        ...

    async def period(self, number: str) -> DimonaPeriod | None:
        """The employment under this number as it stands; None when it is not known."""
        ...


class Dimona:
    """The manners of declaring."""

    def __init__(
        self,
        social_security: SocialSecurity,
        *,
        sector_codes: Mapping[str, str] = SECTOR_CODES,
        start_by_update: bool = True,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._social_security = social_security
        self._sector_codes = sector_codes
        self.start_by_update = start_by_update
        """Whether an UPDATE moves the start of an employment; unverified, else CANCEL and IN."""
        self._pause = pause

    async def lodge(
        self, order: StepOrder[EmploymentContractRequest], operation: str, turn: int, told: DimonaDeclaration
    ) -> str:
        """Lodge it once; a declaration that was refused is lodged anew under the next turn."""
        key = order.key_for(operation) if turn == 1 else f"{order.key_for(operation)}#{turn}"
        reference = order.short if key == order.key_for("declare") else short_reference(key)
        return await self._social_security.declare(key=key, reference=reference, declaration=told)

    async def answer(self, declaration: str, *, just_lodged: bool = True) -> DimonaAnswer | None:
        """What was answered within some seconds; lodged by an earlier try, it is there by now or not yet."""
        for seconds in POLLS_SECONDS if just_lodged else (0.0,):
            await self._pause(seconds)
            if (answer := await self._social_security.answer(declaration)) is not None:
                return answer
        return None

    async def period(self, number: str) -> DimonaPeriod | None:
        """The employment under this number as social security has it now."""
        return await self._social_security.period(number)

    async def work(self, number: str | None, entity: Entity, person: Person) -> AskedWork | None:
        """This person's work for this employer, on the first and last day that social security has under a number;
        None when it has nothing there, or somebody else's."""
        there = await self.period(number) if number else None
        both = (entity.enterprise_number, person.national_number)
        if there is None or there.cancelled or (there.enterprise_number, there.national_number) != both:
            return None
        days = tuple(dict.fromkeys((there.start_on, there.end_on)))
        return AskedWork(entity=entity.slug, person_id=person.person_id, days=days)

    def starts(
        self,
        order: StepOrder[EmploymentContractRequest],
        kept: KeptEngagement,
        entity: Entity,
        person: Person,
        part: DimonaPart | None = None,
    ) -> DimonaDeclaration:
        """IN with both dates, so that no OUT is needed; of a part, with its days alone.

        Source: socialsecurity.be, Dimona, declarations.
        """
        request = order.request
        student = request.status == "student"
        days = [day for day in request.days if part is None or part.first_on <= day.on <= part.last_on]
        return DimonaDeclaration(
            action="IN",
            enterprise_number=entity.enterprise_number,
            national_number=person.national_number or "",
            start_on=part.first_on if part else kept.first_on,
            end_on=part.last_on if part else kept.last_on,
            start_hour=_hour(min(day.starts_at for day in days)),
            end_hour=_hour(max(day.ends_at for day in days)),
            planned_hours=quota_hours(days) if student else None,
            worker_type="STU" if student else "OTH",
            joint_committee=self._sector_codes.get(request.joint_committee, request.joint_committee),
        )

    @staticmethod
    def ends(number: str, entity: Entity, person: Person, on: date | None) -> DimonaDeclaration:
        """OUT with the last day; CANCEL when no day of it counts, because it ended before the start."""
        return DimonaDeclaration(
            action="CANCEL" if on is None else "OUT",
            enterprise_number=entity.enterprise_number,
            national_number=person.national_number or "",
            period=number,
            end_on=on,
        )


def not_processed(declared_at: datetime, now: datetime, starts_at: datetime) -> NotYet:
    """Ask again after as long as was already waited: 15 minutes to 6 hours, sooner when work starts sooner."""
    wait = min(max(now - declared_at, SOONEST), LATEST)
    before_start = max((starts_at - now) / 2, AT_LEAST)
    return NotYet("Social security has not processed the declaration yet.", min(wait, before_start))


def others_there(declared_at: datetime, now: datetime, starts_at: datetime) -> NotYet:
    """Accepted, but what social security has is not what was signed: it is looked at again until it is, and a
    person is told when it stays so."""
    again = not_processed(declared_at, now, starts_at)
    return NotYet("Social security does not have this person's days for this employer yet.", again.ask_again_in)


def away(down: PartnerDown, since: datetime, now: datetime, starts_at: datetime) -> PartnerDown:
    """Nothing is declared, because social security is away: try again, or tell a person while there is time."""
    forgiven = min(FORGIVEN, (starts_at - since) / OF_WHAT_IS_LEFT)
    tries = activity.info().attempt if activity.in_activity() else 1
    return PartnerDown(
        down.partner, str(down), down.retry_after, too_long=tries >= TRIES and now - since >= forgiven
    )


def _hour(at: datetime) -> str:
    return brussels(at).strftime("%H%M")
