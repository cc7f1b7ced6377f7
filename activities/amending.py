"""A signed contract that changes: the amendment is drawn up, signed by both, and social security is told.

What binds stays as it is until both have signed. The amendment has an order of its own, which takes the place of
the signed one from then on.
"""

from temporalio import activity

from activities.dimona import not_processed
from activities.employment_contract_desk import Order, language_checked
from activities.employment_contract_papers import work_days
from activities.leaning import Leaning
from domain.dimona import DimonaDeclaration, DimonaPeriod
from domain.errors import NotYet
from domain.papers import AmendmentMail, ToldNotToStartMail
from domain.periods import day_in_brussels
from domain.planning import contract_deadlines
from domain.rules import young_workers
from domain.rules.asked_work import AskedWork
from domain.rules.dimona import next_told
from domain.services.employment_contract import Engagement, KeptEngagement, first_start_without

WARNINGS = ("remind", "call_list", "loud")
"""The deadlines that warn before the start."""


class Amending(Leaning):
    """The cooperative's side of an amendment."""

    @activity.defn(name="employment_contract.amended_by_hand")
    async def amended_by_hand(self, order: Order) -> Engagement:
        """Both signed an amendment outside: the register has it, with the signed paper as its proof."""
        signed = await self._signed(order)
        kept = await self._engagements.offer(self._offered(order))
        if kept.cooperative_signed_at is None:
            now = self._clock.now()
            kept = await self._engagements.note(
                order.key,
                contract=order.evidence or signed.contract or "-",
                contract_number=signed.contract_number or signed.order_key,
                person_signed_at=now,
                binding_at=now,
            )
            kept = await self._in_force(order, signed)
        else:
            await self._take_the_place(order, signed)
        return kept.engagement()

    @activity.defn(name="employment_contract.stay")
    async def stay(self, order: Order) -> Engagement:
        """The contract stays as signed: its own deadlines count again. On other days this person does not start."""
        signed, now = await self._signed(order), self._clock.now()
        await self._links.close(order.key)
        await self._call_list.settle(order.key, now)
        if order.amends is not None:
            stands, work = contract_deadlines(order.item, order.amends), AskedWork.of(signed.entity, order.amends)
            await self._deadlines.stand(order.job_id, order.item, stands, now, work)
            if first_start_without(order.amends, order.request) is not None:
                await self._tell_not_to_start(order)
        return signed.engagement()

    async def _draw_up(self, order: Order) -> Engagement:
        """The paper with what was and what becomes, and the link by which the person signs it."""
        signed = await self._signed(order)
        kept = await self._engagements.offer(self._offered(order))
        if kept.withdrawn_at is not None or kept.cooperative_signed_at is not None:
            return kept.engagement()
        parties, request = await self._parties(order), order.request
        language_checked(order, parties)
        young_workers.checked(parties.person.birth_on, request.days)
        kind = f"amendment-{order.revision}"
        name = await self._file(order, parties.amendment(order, signed, request.language), "amendment", kind)
        if request.courtesy_translation is not None:
            translated = parties.amendment(order, signed, request.courtesy_translation)
            await self._file(order, translated, "amendment_translation", f"{kind}-translation")
        kept = await self._engagements.note(
            order.key, contract=name, contract_number=signed.contract_number or signed.order_key
        )
        link = await self._link(order)
        mail = AmendmentMail(
            **self._head(order, parties),
            link=link.url,
            days_before=work_days(order.amends or request),
            days_after=work_days(request),
            gross_before_eur=(order.amends or request).gross_eur,
            gross_after_eur=request.gross_eur,
            answer_by_at=request.answer_by,
        )
        await self._mail(order, parties, mail, "offer")
        return kept.engagement().model_copy(update={"token_id": link.token_id})

    async def _sealed_amendment(self, order: Order, kept: KeptEngagement) -> Engagement:
        """Sealed by the cooperative: from now on the amendment says what was agreed."""
        if kept.cooperative_signed_at is not None:
            await self._take_the_place(order, await self._signed(order))  # stopped in between, it may not have
            return kept.engagement()
        if kept.person_signed_at is None:
            raise NotYet("The person has not signed the amendment yet.")
        kept = await self._engagements.note(order.key, binding_at=kept.binding_at or self._clock.now())
        seal = await self._seal(order, kept)
        await self._keep_evidence(order, kept, seal, f"amendment-{order.revision}")
        return (await self._in_force(order, await self._signed(order))).engagement()

    async def _in_force(self, order: Order, signed: KeptEngagement) -> KeptEngagement:
        """The amendment takes the place of what was signed, with the period that social security has."""
        now = self._clock.now()
        kept = await self._engagements.note(
            order.key,
            cooperative_signed_at=now,
            dimona_period=signed.dimona_period,
        )
        await self._take_the_place(order, signed)
        await self._met(order, now, "contract_signed", *WARNINGS)
        return kept

    async def _take_the_place(self, order: Order, signed: KeptEngagement) -> None:
        """From now on the amendment speaks for the contract; who leaned on its earlier days is told."""
        changed = await self._engagements.note(signed.order_key, amended_by=order.key)
        await self._uncover(changed)

    async def _declare_change(self, order: Order, kept: KeptEngagement) -> Engagement:
        """From what social security has to what was signed: an UPDATE, or a CANCEL and an IN."""
        if kept.dimona_result in ("A", "W"):
            return kept.engagement()
        parties, before = await self._parties(order), await self._signed(order)
        if kept.dimona_parts is None and await self._apart(order, kept, before):
            kept = await self._parts_after(order, kept, before, parties)
        if kept.dimona_parts is not None:
            return await self._with_numbers(order, await self._declared_in_parts(order, kept))
        wanted = self._dimona.starts(order, kept, parties.entity, parties.person)
        while True:
            there = await self._there(order, kept)
            today, by_update = day_in_brussels(self._clock.now()), self._dimona.start_by_update
            told = next_told(wanted, there, today, start_by_update=by_update)
            if told is None:
                now = self._clock.now()
                kept = await self._engagements.note(
                    order.key, dimona_result="A", declared_at=kept.declared_at or now
                )
                await self._met(order, now, "dimona")
                return kept.engagement()
            if told.action != "CANCEL":
                return (await self._lodged_and_read(order, kept, told)).engagement()
            await self._told_of_end(order, kept, told, "cancel")

    async def _apart(self, order: Order, kept: KeptEngagement, before: KeptEngagement) -> bool:
        """Whether one declaration says neither what was nor what becomes, or another contract leans on what was."""
        if before.dimona_parts is not None or await self._stretches(order, kept) != (
            (kept.first_on, kept.last_on),
        ):
            return True
        beside = await self._engagements.overlapping(before)
        return any(one.dimona_parts is not None and one.order_key != order.key for one in beside)

    async def _there(self, order: Order, kept: KeptEngagement) -> DimonaPeriod | None:
        """What social security has of this employment; an answer that is still out is waited for."""
        number = kept.dimona_period
        before = await self._engagements.of_order(kept.amends or "")
        if number is None and before is not None and before.dimona_declaration and before.dimona_result != "B":
            answer = await self._dimona.answer(before.dimona_declaration)
            if answer is None or answer.result == "S":
                since = before.declared_at or self._clock.now()
                raise not_processed(since, self._clock.now(), order.request.starts_at)
            await self._engagements.note(before.order_key, dimona_result=answer.result, dimona_period=answer.period)
            number = answer.period
            await self._engagements.note(order.key, dimona_period=number)
        return None if number is None else await self._dimona.period(number)

    async def _lodged_and_read(self, order: Order, kept: KeptEngagement, told: DimonaDeclaration) -> KeptEngagement:
        """Lodge the UPDATE or the new IN, and read its answer; a refused one is lodged anew."""
        if kept.dimona_result == "B":
            kept = await self._declare_anew(kept)
        if kept.dimona_declaration is None:
            lodged = await self._lodged(order, kept, told)
            kept = await self._engagements.note(order.key, dimona_declaration=lodged, declared_at=self._clock.now())
        return await self._declared(order, kept, told, await self._parties(order))

    async def _signed(self, order: Order) -> KeptEngagement:
        """The contract that is amended, as the register has it; once it is amended, the one that was."""
        amendment = await self._engagements.of_order(order.key)
        amended = (amendment.amends if amendment else None) or order.replaces or ""
        kept = await self._engagements.of_order(amended)
        if kept is None:
            raise NotYet("There is no signed contract to amend.")
        return kept

    async def _tell_not_to_start(self, order: Order) -> None:
        """Not on the days the signed contract is not for; on its own days it stays in force."""
        parties = await self._parties(order)
        signed = order.amends or order.request
        told = ToldNotToStartMail(
            **self._head(order, parties),
            start_at=first_start_without(signed, order.request) or order.request.starts_at,
            signed_for=work_days(signed),
            adviser_phone=parties.card.adviser_phone,
        )
        await self._mail(order, parties, told, "take_off")
