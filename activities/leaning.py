"""Work that falls under a contract of another job: an assignment note, and whose contract and declaration it is."""

from datetime import timedelta

from activities.declaring_employment import ACCEPTED
from activities.declaring_in_parts import DeclaringInParts
from activities.dimona import others_there
from activities.employment_contract_desk import Order
from activities.employment_contract_papers import Parties
from domain.errors import NotYet
from domain.orders import step_name
from domain.rules.asked_work import AskedWork
from domain.services.employment_contract import CoverGone, Engagement, KeptEngagement, covers

GUARDED = ("remind", "call_list", "loud")
"""The guards before a start: nobody needs to be warned about a contract that is there."""
LEANING_LOOKS_AGAIN = timedelta(minutes=15)
"""How soon a job looks again whether the declaration of another job, on which it leans, is accepted."""


class Leaning(DeclaringInParts):
    """The cooperative's side of an employment that may lean on another one."""

    async def _assign(self, order: Order, contract: KeptEngagement) -> KeptEngagement:
        parties = await self._parties(order)
        note = await self._file(order, parties.assignment_note(order, contract), "assignment_note")
        return await self._engagements.note(order.key, contract=note, assigned_to=contract.order_key)

    async def _note_assignment(self, order: Order, covering: str) -> KeptEngagement:
        contract = await self._engagements.of_order(covering)
        return await self._assign(order, contract) if contract else await self._engagement(order)

    async def _cover(self, kept: KeptEngagement) -> KeptEngagement | None:
        """The contract this work falls under, as amended since; None once it does not cover it any more."""
        contract = await self._engagements.of_order(kept.assigned_to or "")
        while contract is not None and contract.amended_by is not None:
            contract = await self._engagements.of_order(contract.amended_by)
        return contract if contract is not None and covers(contract, kept) else None

    async def _covered(self, kept: KeptEngagement) -> Engagement:
        """An assignment note, with the contract and the declaration it leans on."""
        contract = await self._cover(kept)
        if contract is None:
            return kept.engagement()
        number = " + ".join(contract.dimona_numbers) or contract.dimona_declaration
        accepted = number if contract.dimona_result in ACCEPTED else None
        found = {"covered_by_job": contract.job_id, "covered_by_dimona": accepted}
        return kept.engagement().model_copy(update=found)

    async def _signed_elsewhere(self, kept: KeptEngagement) -> Engagement:
        """Nothing to sign, as long as the other job's contract covers these days; CoverGone when it does not."""
        if await self._cover(kept) is None:
            raise CoverGone
        return await self._covered(kept)

    async def _declared_elsewhere(self, order: Order, kept: KeptEngagement) -> Engagement:
        """Lean on the other job's declaration once it is accepted: then nothing is left to declare here.

        CoverGone when that contract does not cover these days any more.
        """
        contract = await self._cover(kept)
        if contract is None:
            raise CoverGone
        if contract.dimona_result not in ACCEPTED:
            raise NotYet("The contract this work falls under is not declared yet.", LEANING_LOOKS_AGAIN)
        parties = await self._parties(order)
        if not await self._holds(order, contract, parties):
            raise others_there(contract.declared_at or kept.offered_at, self._clock.now(), order.request.starts_at)
        signed_at = contract.cooperative_signed_at or contract.offered_at
        await self._met(order, max(signed_at, kept.offered_at), *GUARDED, "contract_signed")
        await self._met(order, contract.declared_at or signed_at, "dimona")
        return await self._covered(kept)

    async def _holds(self, order: Order, contract: KeptEngagement, parties: Parties) -> bool:
        """Whether the declaration of another contract is for this work too."""
        if contract.dimona_parts is None:
            held = await self._dimona.work(contract.dimona_period, parties.entity, parties.person)
            return held is not None and AskedWork.of(order.entity, order.request).within(held)
        own = [await self._dimona.period(number) for number in contract.dimona_numbers]
        there = [*(one for one in own if one and not one.cancelled), *await self._others(contract)]
        return all(any(one.start_on <= day.on <= one.end_on for one in there) for day in order.request.days)

    async def _uncover(self, changed: KeptEngagement) -> None:
        """A contract ended or is for other days now. The jobs that leaned on it and are not covered any more lack
        theirs: its deadlines are due again, and they are told at once. A second call does the same again."""
        link: KeptEngagement | None = changed
        while link is not None:
            for leaning in await self._engagements.leaning_on(link.order_key):
                if await self._cover(leaning) is None:
                    for kind in ("contract_signed", "dimona"):
                        await self._deadlines.reopened(leaning.job_id, kind, leaning.item)
                    await self._wake(leaning.job_id, step_name("employment_contract", leaning.item))
            link = await self._engagements.of_order(link.amends) if link.amends else None
