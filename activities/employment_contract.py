"""Employment: offered, signed by the person, signed by the cooperative, declared in the same minute."""

from datetime import datetime, timedelta

from temporalio import activity

from activities.amending import WARNINGS
from activities.employment_contract_desk import Order, employs, language_checked
from activities.employment_contract_ports import Level
from activities.ending_employment import Ending, ending_lacking, last_begun_on
from activities.engaged_by_hand import lacking
from activities.step import ADMINISTRATION, AT_ONCE, AT_OUR_DESK, HELD, PARTNER, BackByHand, Step, Verb
from activities.together import with_the_answer
from domain.errors import NotYet
from domain.papers import CrewSignatureReminderMail, ToldNotToStartMail, WithdrawnMail
from domain.rules import young_workers
from domain.services.employment_contract import (
    ContractAlreadyBinds,
    DimonaRefused,
    EmploymentContractRequest,
    EndedByHand,
    Engagement,
    KeptEngagement,
    NoRunningContract,
    NotSignedInTime,
    sound,
)

GUARDS: tuple[tuple[timedelta, Level], ...] = ((timedelta(hours=4), "loud"), (timedelta(hours=24), "call"))
"""How near the start must be for the adviser's call list, and for the loud one; a mail goes out before."""
ASK_PEOPLE_AGAIN = timedelta(hours=6)
"""Their answer wakes the process; asking is only for the case that the call got lost."""


class EmploymentContract(Ending):
    """Engages one crew member."""

    @activity.defn(name="employment_contract.offer")
    async def offer(self, order: Order) -> Engagement:
        """Offer the work by a link; under a running contract only an assignment note is made."""
        if order.amends is not None:
            return await self._draw_up(order)
        await self._replace(order)
        kept = await self._engagements.offer(self._offered(order))
        if kept.assigned_to is not None:
            return await self._covered(kept)
        parties = await self._parties(order)
        language_checked(order, parties)
        if employs(order) and (contract := await self._engagements.covering(kept)) is not None:
            return await self._covered(await self._assign(order, contract))
        if order.request.status == "standing_contract":
            raise NoRunningContract
        if employs(order):
            await self._offer_contract(order, parties)
        link = await self._link(order)
        await self._mail(order, parties, self._invitation(order, parties, link), "offer")
        kept = await self._engagement(order)
        return kept.engagement().model_copy(update={"token_id": link.token_id})

    @activity.defn(name="employment_contract.person_signs")
    async def person_signs(self, order: Order) -> Engagement:
        """Read the person's answer."""
        kept = await self._engagement(order)
        if kept.assigned_to is not None or kept.person_signed_at is not None:
            return kept.engagement()
        answer = await self._answer(order)
        person = await self._people.person(order.request.person_id)
        if employs(order) and person.complete and kept.amends is None and kept.contract is None:
            await self._contract(order, await self._parties(order))  # to be read before it is signed
        if answer is None or (employs(order) and not person.complete):
            raise NotYet("The person has not signed yet.", ASK_PEOPLE_AGAIN)
        await with_the_answer()
        kept = await self._engagements.note(order.key, person_signed_at=datetime.fromisoformat(answer.at_iso))
        await self._call_list.settle(order.key, self._clock.now())
        return kept.engagement()

    @activity.defn(name="employment_contract.remind")
    async def remind(self, order: Order) -> Engagement:
        """Remind by mail; nearer to the start put the person on the adviser's call list, then loudly."""
        kept, now = await self._engagement(order), self._clock.now()
        if kept.person_signed_at is not None or kept.assigned_to is not None:
            return kept.engagement()
        parties, link = await self._parties(order), await self._link(order)
        turn = sum(at <= now for at in order.request.remind_at)
        head = self._head(order, parties)
        reminder = CrewSignatureReminderMail(**head, link=link.url, first_start_at=order.request.starts_at)
        await self._mail(order, parties, reminder, f"remind-{turn}")
        await self._met(order, now, "remind")
        level = next((level for before, level in GUARDS if order.request.starts_at - now <= before), None)
        if level is not None:
            await self._call(order, level)
        return kept.engagement()

    @activity.defn(name="employment_contract.sign")
    async def sign(self, order: Order) -> Engagement:
        """Sign for the cooperative: the point of no return."""
        kept = await self._engagement(order)
        if kept.taken_off_at is not None:
            raise NotSignedInTime
        if kept.assigned_to is not None:
            return await self._signed_elsewhere(kept)
        if kept.amends is not None:
            return await self._sealed_amendment(order, kept)
        if not employs(order) or kept.cooperative_signed_at is not None:
            return kept.engagement()
        if kept.person_signed_at is None or kept.contract is None:
            raise NotYet("The person has not signed yet.", ASK_PEOPLE_AGAIN)
        young_workers.checked((await self._parties(order)).person.birth_on, order.request.days)
        kept = await self._engagements.bind(order.key, self._clock.now())
        if kept.assigned_to is not None:
            return await self._covered(await self._note_assignment(order, kept.assigned_to))
        seal = await self._seal(order, kept)
        await with_the_answer()
        await self._keep_evidence(order, kept, seal)
        now = self._clock.now()
        kept = await self._engagements.note(order.key, cooperative_signed_at=now)
        await self._met(order, now, "contract_signed", *WARNINGS)
        return kept.engagement()

    @activity.defn(name="employment_contract.declare")
    async def declare(self, order: Order) -> Engagement:
        """Declare to social security at once, with the hours of start and end."""
        kept = await self._engagement(order)
        if kept.assigned_to is not None:
            return await self._declared_elsewhere(order, kept)
        if not employs(order) or kept.dimona_result in ("A", "W"):
            return kept.engagement()
        if kept.cooperative_signed_at is None:
            raise NotYet("The cooperative has not signed yet.", ASK_PEOPLE_AGAIN)
        if kept.amends is not None:
            return await self._declare_change(order, kept)
        if kept.dimona_result == "B" and kept.dimona_parts is None:
            kept = await self._declare_anew(kept)
        if kept.dimona_declaration is None and (apart := await self._needs_parts(order, kept)) is not None:
            return await self._with_numbers(order, await self._declared_in_parts(order, apart))
        parties = await self._parties(order)
        told = self._dimona.starts(order, kept, parties.entity, parties.person)
        if kept.dimona_declaration is None:
            lodged = await self._lodged(order, kept, told)
            kept = await self._engagements.note(order.key, dimona_declaration=lodged, declared_at=self._clock.now())
        try:
            return (await self._declared(order, kept, told, parties)).engagement()
        except DimonaRefused:  # another contract of theirs may have been declared in the same moment
            if (apart := await self._needs_parts(order, kept)) is None:
                raise
        await self._engagements.note(order.key, dimona_declaration=None)
        return await self._with_numbers(order, await self._declared_in_parts(order, apart))

    @activity.defn(name="employment_contract.leans_still")
    async def leans_still(self, order: Order) -> Engagement:
        """Whether the other job's contract still covers this work; CoverGone when it does not."""
        return await self._signed_elsewhere(await self._engagement(order))

    @activity.defn(name="employment_contract.withdraw_offer")
    async def withdraw_offer(self, order: Order) -> Engagement:
        """Take the offer back, as long as the cooperative has not signed."""
        kept = await self._engagements.of_order(order.key)
        if kept is None or kept.withdrawn_at is not None:
            await self._links.close(order.key)
            if kept is not None and kept.amends is None:
                await self._uncover(kept)  # stopped in between, nobody was told
            return kept.engagement() if kept else Engagement()
        if kept.cooperative_signed_at or (kept.binding_at and await self._sealed(order)):
            raise ContractAlreadyBinds
        kept = await self._engagements.note(order.key, withdrawn_at=self._clock.now())
        await self._links.close(order.key)
        await self._call_list.settle(order.key, self._clock.now())
        if kept.amends is not None:
            return kept.engagement()  # the contract itself stays
        parties = await self._parties(order)
        await self._mail(order, parties, WithdrawnMail(**self._head(order, parties)), "withdraw")
        await self._uncover(kept)
        return kept.engagement()

    @activity.defn(name="employment_contract.terminate")
    async def terminate(self, order: Order) -> Engagement:
        """End a signed contract by agreement: the paper for both, and social security is told."""
        kept = await self._sealed_by_now(order)
        if kept.cooperative_signed_at is None:
            return await self.withdraw_offer(order)
        parties = await self._parties(order)
        ends_on = kept.terminated_on or last_begun_on(order.request, self._clock.now())
        kept = await self._tell_end(order, kept, parties, ends_on)
        await self._file(order, parties.termination(order, kept, ends_on), "termination")
        return await self._ended(order, kept, ends_on)

    @activity.defn(name="employment_contract.terminate_by_hand")
    async def terminate_by_hand(self, order: Order) -> Engagement:
        """Both ended it outside: the register has it, and social security is told unless it knows already."""
        ends_on = EndedByHand.model_validate(order.by_hand).terminated_on
        kept = await self._sealed_by_now(order)
        if kept.cooperative_signed_at is None:
            return await self.withdraw_offer(order)
        kept = await self._tell_end(order, kept, await self._parties(order), ends_on)
        return await self._ended(order, kept, ends_on)

    @activity.defn(name="employment_contract.take_off")
    async def take_off(self, order: Order) -> Engagement:
        """Unsigned or undeclared at the start: the person is told not to start."""
        if order.amends is not None:
            await self._tell_not_to_start(order)
            return (await self._signed(order)).engagement()
        kept = await self._sealed_by_now(order)
        if kept.dimona_result in ("A", "W") or kept.assigned_to is not None:
            return kept.engagement()
        await self._links.close(order.key)
        parties = await self._parties(order)
        head = self._head(order, parties)
        told = ToldNotToStartMail(
            **head, start_at=order.request.starts_at, adviser_phone=parties.card.adviser_phone
        )
        await self._mail(order, parties, told, "take_off")
        now = self._clock.now()
        kept = await self._engagements.note(order.key, taken_off_at=kept.taken_off_at or now)
        await self._call_list.settle(order.key, now)
        await self._uncover(kept)
        return kept.engagement()

    async def _sealed_by_now(self, order: Order) -> KeptEngagement:
        """The engagement, also with a seal that was put on it when the answer got lost."""
        kept = await self._engagement(order)
        if kept.binding_at is not None and kept.cooperative_signed_at is None and await self._sealed(order):
            kept = await self._engagements.note(order.key, cooperative_signed_at=kept.binding_at)
        return kept


def declared_alike(signed: EmploymentContractRequest, wanted: EmploymentContractRequest) -> bool:
    """Whether social security is told the same of both: the same person on the same days."""
    about = ("person_id", "status", "days", "joint_committee")
    return all(getattr(signed, name) == getattr(wanted, name) for name in about)


def under_contract(booking: Engagement) -> bool:
    """Whether there is nothing to sign: the work falls under a contract that runs already."""
    return booking.assignment_note


def signed_contract(booking: Engagement) -> str | None:
    """The contract, once the person has signed it."""
    return (booking.contract or "the contract") if booking.person_signed_at else None


def binds(booking: Engagement) -> bool:
    """Whether the cooperative has signed a contract of this job's own."""
    return booking.cooperative_signed_at is not None and not booking.assignment_note


STEP = Step(
    name="employment_contract",
    request=EmploymentContractRequest,
    booking=Engagement,
    partners=("dimona", "signature", "mail"),
    on_paper=True,
    question="SignedContractChanges",
    hold=Verb(EmploymentContract.offer, PARTNER),
    leaning=under_contract,
    leans_still=Verb(EmploymentContract.leans_still, AT_ONCE),
    answer=Verb(EmploymentContract.person_signs, AT_ONCE),
    answered_by="collaborator",
    answered=under_contract,
    remind=Verb(EmploymentContract.remind, PARTNER),
    confirm=(Verb(EmploymentContract.sign, PARTNER), Verb(EmploymentContract.declare, ADMINISTRATION)),
    release=Verb(EmploymentContract.withdraw_offer, PARTNER),
    correct=Verb(EmploymentContract.terminate, ADMINISTRATION),
    binds=binds,
    binds_already=ContractAlreadyBinds.__name__,
    too_late=Verb(EmploymentContract.take_off, PARTNER),
    holds_for=declared_alike,
    stay=Verb(EmploymentContract.stay, PARTNER),
    amended_by_hand=Verb(EmploymentContract.amended_by_hand, AT_OUR_DESK),
    essential=True,
    skippable=False,
    editable={
        "status": HELD,
        "answer_by": "who answers by when is nobody else's",
        "remind_at": "who is reminded when is nobody else's",
    },
    private=frozenset({"gross_eur"}),
    printed=frozenset({"status"}),
    signed=signed_contract,
    lacking=lacking,
    record=Verb(EmploymentContract.book_by_hand, PARTNER),
    recorded_since="contract-by-hand",
    back_by_hand=BackByHand(
        EndedByHand, Verb(EmploymentContract.terminate_by_hand, ADMINISTRATION), ending_lacking
    ),
    sound=sound,
)
