"""An employment declared in several parts: around the periods of other contracts, or quarter by quarter."""

from collections.abc import Sequence
from datetime import date

from activities.declaring_employment import ACCEPTED, Declaring
from activities.dimona import away, not_processed, others_there
from activities.employment_contract_desk import Order
from activities.employment_contract_papers import Parties
from domain.dimona import DimonaDeclaration, DimonaPart, DimonaPeriod
from domain.errors import PartnerDown
from domain.periods import day_in_brussels
from domain.rules.dimona import stretches
from domain.services.employment_contract import DimonaRefused, Engagement, KeptEngagement


class DeclaringInParts(Declaring):
    """The cooperative's side of a contract with several periods at social security."""

    async def _needs_parts(self, order: Order, kept: KeptEngagement) -> KeptEngagement | None:
        """The same engagement with the stretches it is declared in; None where one declaration says it all."""
        if kept.dimona_parts is not None:
            return kept
        wanted = await self._stretches(order, kept)
        if wanted == ((kept.first_on, kept.last_on),):
            return None
        parts = tuple(DimonaPart(first_on=first, last_on=last) for first, last in wanted)
        return await self._engagements.note(order.key, dimona_parts=parts)

    async def _stretches(
        self, order: Order, kept: KeptEngagement, own: Sequence[DimonaPart] = ()
    ) -> tuple[tuple[date, date], ...]:
        """The stretches of its days that neither it nor another contract has declared yet."""
        taken = [(there.start_on, there.end_on) for there in await self._others(kept)]
        taken += [(part.first_on, part.last_on) for part in own]
        student = order.request.status == "student"
        return stretches((day.on for day in order.request.days), taken, by_quarter=student)

    async def _others(self, kept: KeptEngagement) -> list[DimonaPeriod]:
        """The periods that other contracts of this person and employer have over its days."""
        numbers = {number for one in await self._engagements.overlapping(kept) for number in one.dimona_numbers}
        found = [await self._dimona.period(number) for number in sorted(numbers.difference(kept.dimona_numbers))]
        return [
            there
            for there in found
            if there is not None
            and not there.cancelled
            and there.start_on <= kept.last_on
            and kept.first_on <= there.end_on
        ]

    async def _declared_in_parts(self, order: Order, kept: KeptEngagement) -> KeptEngagement:
        """Each part lodged and accepted, until every day is declared; then the contract counts as declared."""
        parties = await self._parties(order)
        while True:
            parts = kept.dimona_parts or ()
            left = next((part for part in parts if part.result not in ACCEPTED), None)
            if left is not None:
                kept = await self._declared_part(order, kept, left, parties)
                continue
            missing = await self._stretches(order, kept, parts)
            if not missing:
                break
            more = (DimonaPart(first_on=first, last_on=last) for first, last in missing)
            kept = await self._engagements.note(order.key, dimona_parts=(*parts, *more))
        now = self._clock.now()
        for part in parts:
            there = await self._dimona.period(part.period or "")
            if there is None or there.cancelled or (there.start_on, there.end_on) != (part.first_on, part.last_on):
                raise others_there(part.declared_at or now, now, order.request.starts_at)
        declared_at = max((part.declared_at for part in parts if part.declared_at), default=now)
        await self._met(order, declared_at, "dimona")
        kept = await self._engagements.note(order.key, dimona_result="A", declared_at=declared_at)
        if kept.amends is None:
            await self._send_signed(order, kept, parties, await self._link(order))
        return kept

    async def _declared_part(
        self, order: Order, kept: KeptEngagement, part: DimonaPart, parties: Parties
    ) -> KeptEngagement:
        """Lodge one part once and read its answer; a refused one is told to a person, and then lodged anew."""
        if part.result == "B":
            part = DimonaPart(first_on=part.first_on, last_on=part.last_on, turn=part.turn + 1)
        told = self._dimona.starts(order, kept, parties.entity, parties.person, part)
        if part.declaration is None:
            lodged = await self._lodged_part(order, kept, part, told)
            part = part.model_copy(update={"declaration": lodged, "declared_at": self._clock.now()})
            kept = await self._replaced(kept, part)
        now = self._clock.now()
        answer = await self._dimona.answer(part.declaration or "")
        if answer is None:
            raise not_processed(part.declared_at or now, now, order.request.starts_at)
        if answer.result == "B" and (around := await self._around(order, kept)) is not None:
            return around
        kept = await self._replaced(
            kept, part.model_copy(update={"result": answer.result, "period": answer.period})
        )
        if answer.result == "B":
            await self._engagements.note(order.key, dimona_result="B")
            raise DimonaRefused(anomalies="; ".join(answer.anomalies) or "-")
        if answer.result == "S":
            raise not_processed(part.declared_at or now, now, order.request.starts_at)
        receipt = parties.receipt(order, kept.model_copy(update={"declared_at": part.declared_at}), told, answer)
        first = f"{part.first_on:%Y%m%d}"
        await self._file(order, receipt, "dimona_receipt", f"dimona-receipt-{first}", part=first)
        return kept

    async def _lodged_part(
        self, order: Order, kept: KeptEngagement, part: DimonaPart, told: DimonaDeclaration
    ) -> str:
        operation = f"declare_{part.first_on:%Y%m%d}_{part.last_on:%Y%m%d}"
        try:
            return await self._dimona.lodge(order, operation, part.turn, told)
        except PartnerDown as down:
            now = self._clock.now()
            raise away(down, kept.cooperative_signed_at or now, now, order.request.starts_at) from down

    async def _around(self, order: Order, kept: KeptEngagement) -> KeptEngagement | None:
        """A part was refused: the contract with other stretches, where another contract was declared meanwhile."""
        parts = kept.dimona_parts or ()
        held = tuple(part for part in parts if part.result in ACCEPTED)
        fresh = await self._stretches(order, kept, held)
        if fresh == tuple((part.first_on, part.last_on) for part in parts if part not in held):
            return None
        known = {(part.first_on, part.last_on): part.turn for part in parts}
        anew = (DimonaPart(first_on=a, last_on=b, turn=known.get((a, b), 0) + 1) for a, b in fresh)
        return await self._engagements.note(order.key, dimona_parts=(*held, *anew))

    async def _replaced(self, kept: KeptEngagement, part: DimonaPart) -> KeptEngagement:
        parts = (
            part if (one.first_on, one.last_on) == (part.first_on, part.last_on) else one
            for one in kept.dimona_parts or ()
        )
        return await self._engagements.note(kept.order_key, dimona_parts=tuple(parts))

    async def _with_numbers(self, order: Order, kept: KeptEngagement) -> Engagement:
        """The step's result, with each period its days are declared in: its own, and those it leans on."""
        own, days = kept.dimona_numbers, [day.on for day in order.request.days]
        others = await self._others(kept)
        leant = (one.period for one in others if any(one.start_on <= day <= one.end_on for day in days))
        return kept.engagement().model_copy(update={"dimona_periods": (*own, *leant)})

    # --- when days are given up ---

    async def _left_to_another(
        self, order: Order, kept: KeptEngagement, there: DimonaPeriod, parties: Parties
    ) -> bool:
        """A period that this contract gives up stays declared for the days of another contract of the same two that
        leaned on it: that one has it from now on. False when there is none."""
        for heir in await self._engagements.overlapping(kept):
            first = max(heir.first_on, there.start_on)
            last = min(heir.terminated_on or heir.last_on, heir.last_on, there.end_on)
            if heir.dimona_parts is None or first > last:
                continue
            if (first, last) != (there.start_on, there.end_on):
                first = await self._narrowed(order, kept, there, (first, last), parties)
            if there.period not in heir.dimona_numbers:
                taken_over = DimonaPart(
                    first_on=first, last_on=last, period=there.period, result="A", declared_at=kept.declared_at
                )
                await self._engagements.note(heir.order_key, dimona_parts=(*heir.dimona_parts, taken_over))
            return True
        return False

    async def _narrowed(
        self, order: Order, kept: KeptEngagement, there: DimonaPeriod, days: tuple[date, date], parties: Parties
    ) -> date:
        """Its first day after it was cut to these days: what has begun, and a student's, keeps its start."""
        fixed = there.start_on < day_in_brussels(self._clock.now()) or order.request.status == "student"
        first = there.start_on if fixed or not self._dimona.start_by_update else days[0]
        told = self._dimona.ends(there.period, parties.entity, parties.person, days[1])
        if first != there.start_on:
            told = told.model_copy(update={"action": "UPDATE", "start_on": first})
        await self._told_of_end(order, kept, told)
        return first

    async def _parts_after(
        self, order: Order, kept: KeptEngagement, before: KeptEngagement, parties: Parties
    ) -> KeptEngagement:
        """The parts of an amendment: what is right, or has begun, stays; the rest is cancelled, or left to another.

        What is missing is declared after that.
        """
        wanted = await self._stretches(order, kept)
        today = day_in_brussels(self._clock.now())
        stays: list[DimonaPart] = []
        for part in _parts_of(before):
            there = await self._dimona.period(part.period or "")
            if there is None or there.cancelled:
                continue
            days = (there.start_on, there.end_on)
            if days in wanted and self._same_hours(order, kept, part, there, parties):
                stays.append(part)
            elif there.start_on < today:
                stays.append(await self._shortened(order, kept, part, there, parties))
            elif not await self._left_to_another(order, kept, there, parties):
                gone = self._dimona.ends(there.period, parties.entity, parties.person, None)
                await self._told_of_end(order, kept, gone)
        return await self._engagements.note(order.key, dimona_parts=tuple(stays), dimona_result=None)

    def _same_hours(
        self, order: Order, kept: KeptEngagement, part: DimonaPart, there: DimonaPeriod, parties: Parties
    ) -> bool:
        return there.covers(self._dimona.starts(order, kept, parties.entity, parties.person, part))

    async def _shortened(
        self, order: Order, kept: KeptEngagement, part: DimonaPart, there: DimonaPeriod, parties: Parties
    ) -> DimonaPart:
        """What has begun ends with the last day of work in it; today when none is left."""
        days = [day.on for day in order.request.days if there.start_on <= day.on <= there.end_on]
        ends_on = max(days, default=day_in_brussels(self._clock.now()))
        if ends_on < there.end_on:
            told = self._dimona.ends(there.period, parties.entity, parties.person, ends_on)
            await self._told_of_end(order, kept, told)
        return part.model_copy(update={"first_on": there.start_on, "last_on": min(ends_on, there.end_on)})

    async def _told_of_end(
        self, order: Order, kept: KeptEngagement, told: DimonaDeclaration, operation: str | None = None
    ) -> None:
        """Cancel or shorten one period; a refusal of it is told to a person, and it is lodged anew after that."""
        lodged = await self._dimona.lodge(order, operation or f"end_{told.period}", kept.dimona_turn, told)
        answer = await self._dimona.answer(lodged)
        if answer is None or answer.result == "S":
            now = self._clock.now()
            raise not_processed(kept.cooperative_signed_at or now, now, order.request.starts_at)
        if answer.result == "B":
            await self._engagements.note(order.key, dimona_turn=kept.dimona_turn + 1)
            raise DimonaRefused(anomalies="; ".join(answer.anomalies) or "-")


def _parts_of(before: KeptEngagement) -> tuple[DimonaPart, ...]:
    if before.dimona_parts is not None:
        return tuple(part for part in before.dimona_parts if part.period is not None)
    if before.dimona_period is None:
        return ()
    whole = DimonaPart(first_on=before.first_on, last_on=before.last_on, period=before.dimona_period, result="A")
    return (whole.model_copy(update={"declared_at": before.declared_at}),)
