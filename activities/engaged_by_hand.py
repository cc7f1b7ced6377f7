"""An engagement made outside: on paper, and declared by a person. The register has it; what social security has is
looked at, never believed."""

import re

from temporalio import activity

from activities.amending import WARNINGS, Amending
from activities.declaring_employment import ACCEPTED
from activities.employment_contract_desk import Order, employs
from activities.employment_contract_papers import Parties
from domain.dimona import DimonaPart
from domain.errors import PartnerDown
from domain.rules.asked_work import AskedWork
from domain.services.employment_contract import (
    DimonaNotThere,
    EmploymentContractRequest,
    Engagement,
    KeptEngagement,
)


class EngagedByHand(Amending):
    """The cooperative's side of an engagement somebody made outside."""

    @activity.defn(name="employment_contract.book_by_hand")
    async def book_by_hand(self, order: Order) -> Engagement:
        """Both signed outside: the register has it, and nobody is warned any more.

        Its declaration is met only by what social security has: these days, this person and this employer.
        DimonaNotThere when it has something else; while it is away the deadline stays open, and rings.
        """
        done = Engagement.model_validate(order.by_hand)
        if done.assignment_note or done.terminated_on is not None:
            return done
        await self._links.close(order.key)
        kept = await self._signed_outside(order, done)
        now = self._clock.now()
        await self._call_list.settle(order.key, now)
        if employs(order):
            await self._met(order, min(done.cooperative_signed_at or now, now), "contract_signed", *WARNINGS)
            kept = await self._declared_outside(order, kept, done)
        return kept.engagement()

    async def _signed_outside(self, order: Order, done: Engagement) -> KeptEngagement:
        kept = await self._engagements.offer(self._offered(order))
        if kept.cooperative_signed_at is not None or done.person_signed_at is None:
            return kept
        kept = await self._engagements.note(
            order.key, contract=order.evidence or kept.contract or "-", person_signed_at=done.person_signed_at
        )
        if done.cooperative_signed_at is None:
            return kept
        signed_at = done.cooperative_signed_at
        return await self._engagements.note(order.key, binding_at=signed_at, cooperative_signed_at=signed_at)

    async def _declared_outside(self, order: Order, kept: KeptEngagement, done: Engagement) -> KeptEngagement:
        if kept.dimona_result in ACCEPTED:
            return kept
        number = done.dimona_period or kept.dimona_period
        declared_at = done.declared_at or kept.declared_at or self._clock.now()
        alone = number if number is None or re.fullmatch(r"\w+", number) else None
        kept = await self._engagements.note(order.key, dimona_period=alone, declared_at=declared_at)
        if done.dimona_declaration is not None:
            kept = await self._engagements.note(order.key, dimona_declaration=done.dimona_declaration)
        try:
            number = number or await self._number_of(done.dimona_declaration)
            parties = await self._parties(order)
            held = await self._dimona.work(number, parties.entity, parties.person)
            whole = held is not None and AskedWork.of(order.entity, order.request).met_by("dimona", held)
            parts = () if whole else await self._parts_named(order, kept, number or "", parties)
        except PartnerDown:
            return kept
        if not whole and not parts:
            raise DimonaNotThere(number=number or done.dimona_declaration or "-")
        await self._met(order, min(declared_at, self._clock.now()), "dimona")
        if whole:
            return await self._engagements.note(order.key, dimona_period=number, dimona_result="A")
        await self._engagements.note(order.key, dimona_period=None, dimona_parts=parts)
        return await self._engagements.note(order.key, dimona_result="A")

    async def _parts_named(
        self, order: Order, kept: KeptEngagement, numbers: str, parties: Parties
    ) -> tuple[DimonaPart, ...]:
        """The periods under these numbers, each from a day of the contract to a day of it, where they and those of
        other contracts hold every day; else nothing."""
        both = (parties.entity.enterprise_number, parties.person.national_number)
        found = [await self._dimona.period(number) for number in re.findall(r"\w+", numbers)]
        mine = [one for one in found if one is not None and not one.cancelled]
        if not mine or any((one.enterprise_number, one.national_number) != both for one in mine):
            return ()
        days, there = {day.on for day in order.request.days}, [*mine, *await self._others(kept)]
        if not all(one.start_on in days and one.end_on in days for one in mine):
            return ()
        if not all(any(one.start_on <= day <= one.end_on for one in there) for day in days):
            return ()
        return tuple(
            DimonaPart(first_on=one.start_on, last_on=one.end_on, period=one.period, result="A") for one in mine
        )

    async def _number_of(self, declaration: str | None) -> str | None:
        """The number of the period that a declaration led to, once it is accepted."""
        answer = await self._dimona.answer(declaration) if declaration else None
        return answer.period if answer is not None and answer.result in ACCEPTED else None


def lacking(request: EmploymentContractRequest, done: Engagement) -> str | None:
    """An engagement by hand is whole once both signed and social security was told: wages build on it."""
    if done.assignment_note or done.terminated_on is not None:
        return None
    needed: dict[str, object] = {"person_signed_at": done.person_signed_at}
    if request.status != "self_employed":
        needed |= {
            "cooperative_signed_at": done.cooperative_signed_at,
            "declared_at": done.declared_at,
            "dimona_period": done.dimona_period or done.dimona_declaration,
        }
    missing = [name for name, value in needed.items() if not value]
    why = "say when both signed and under which number it was declared"
    return f"{', '.join(missing)}: {why}" if missing else None
