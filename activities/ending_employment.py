"""The end of a signed contract: on the last day it held, and social security says yes to it before it counts."""

from datetime import date, datetime

from activities.dimona import SOONEST, not_processed
from activities.employment_contract_desk import Order
from activities.employment_contract_papers import Parties
from activities.engaged_by_hand import EngagedByHand
from domain.dimona import DimonaDeclaration
from domain.errors import NotYet
from domain.periods import day_in_brussels
from domain.services.employment_contract import (
    DimonaRefused,
    EmploymentContractRequest,
    EndedByHand,
    Engagement,
    KeptEngagement,
)


class Ending(EngagedByHand):
    """The cooperative's side of the end of an employment."""

    async def _tell_end(self, order: Order, kept: KeptEngagement, parties: Parties, on: date) -> KeptEngagement:
        """Social security is told that nothing, or no more, comes of what was declared; an answer that is still out
        is waited for. Never that it lasts longer than was declared."""
        now = self._clock.now()
        if kept.dimona_period is None and kept.dimona_declaration is not None and kept.dimona_result != "B":
            answer = await self._dimona.answer(kept.dimona_declaration)
            if answer is None or answer.result == "S":
                raise not_processed(kept.declared_at or now, now, kept.starts_at)
            kept = await self._engagements.note(order.key, dimona_result=answer.result, dimona_period=answer.period)
        none_counts = _none_counts(kept, on, now)
        for number in kept.dimona_numbers:
            there = await self._dimona.period(number)
            if there is None or there.cancelled or (there.end_on <= on and not none_counts):
                continue
            if await self._left_to_another(order, kept, there, parties):
                continue
            last_on = None if none_counts or there.start_on > on else on
            if kept.dimona_parts is None:
                await self._accepted(
                    order, kept, self._dimona.ends(number, parties.entity, parties.person, last_on)
                )
            else:
                told = self._dimona.ends(number, parties.entity, parties.person, last_on)
                await self._told_of_end(order, kept, told)
        return kept

    async def _accepted(self, order: Order, kept: KeptEngagement, told: DimonaDeclaration) -> None:
        """Lodge it, and wait until social security has it; a refused one goes to a person, and is lodged anew after
        that."""
        lodged = await self._dimona.lodge(order, "terminate", kept.dimona_turn, told)
        answer = await self._dimona.answer(lodged)
        if answer is not None and answer.result == "B":
            await self._engagements.note(order.key, dimona_turn=kept.dimona_turn + 1)
            raise DimonaRefused(anomalies="; ".join(answer.anomalies) or "-")
        there = await self._dimona.period(kept.dimona_period or "")
        if there is None or not (there.cancelled or there.end_on == told.end_on):
            raise NotYet("Social security has not processed the end of the employment yet.", SOONEST)

    async def _ended(self, order: Order, kept: KeptEngagement, on: date) -> Engagement:
        now = self._clock.now()
        kept = await self._engagements.note(order.key, terminated_on=on)
        if _none_counts(kept, on, now) and kept.withdrawn_at is None:
            kept = await self._engagements.note(order.key, withdrawn_at=now)
        await self._uncover(kept)
        return kept.engagement()


def last_begun_on(request: EmploymentContractRequest, now: datetime) -> date:
    """The last day a contract that ends now has held: of its days the last one begun; today when none has."""
    return max((day.on for day in request.days if day.starts_at <= now), default=day_in_brussels(now))


def _none_counts(kept: KeptEngagement, ends_on: date, now: datetime) -> bool:
    """Whether it ends before it begins: then no day of it counts, not even today."""
    return now < kept.starts_at or ends_on < kept.first_on


def ending_lacking(request: EmploymentContractRequest, _: Engagement | None, done: EndedByHand) -> str | None:
    """What is wrong with the end of a contract that both ended outside."""
    last_on = max(day.on for day in request.days)
    if done.terminated_on > last_on:
        return f"terminated_on: the contract ends by itself on {last_on}; say the last day it held, at the latest"
    return None
