"""Work that falls under a contract of another job: an assignment note, and whose contract and declaration it is."""

from datetime import timedelta

from activities.employment_contract_desk import Engaging, Order
from domain.errors import NotYet
from domain.services.employment_contract import Engagement, KeptEngagement

DECLARED = ("A", "W")
"""Results with which social security has accepted a declaration."""
GUARDED = ("remind", "call_list", "loud")
"""The guards before a start: nobody needs to be warned about a contract that is there."""
LEANING_LOOKS_AGAIN = timedelta(minutes=15)
"""How soon a job looks again whether the declaration of another job, on which it leans, is accepted."""


class Leaning(Engaging):
    """The cooperative's side of an employment that may lean on another one."""

    async def _assign(self, order: Order, contract: KeptEngagement) -> KeptEngagement:
        parties = await self._parties(order)
        note = await self._file(order, parties.assignment_note(order, contract), "assignment_note")
        return await self._engagements.note(order.key, contract=note, assigned_to=contract.order_key)

    async def _note_assignment(self, order: Order, covering: str) -> KeptEngagement:
        contract = await self._engagements.of_order(covering)
        return await self._assign(order, contract) if contract else await self._engagement(order)

    async def _covered(self, kept: KeptEngagement) -> Engagement:
        """An assignment note, with the contract and the declaration it leans on."""
        contract = await self._engagements.of_order(kept.assigned_to) if kept.assigned_to else None
        if contract is None:
            return kept.engagement()
        number = contract.dimona_period or contract.dimona_declaration
        accepted = number if contract.dimona_result in DECLARED else None
        found = {"covered_by_job": contract.job_id, "covered_by_dimona": accepted}
        return kept.engagement().model_copy(update=found)

    async def _declared_elsewhere(self, order: Order, kept: KeptEngagement) -> Engagement:
        """Lean on the other job's declaration once it is accepted: then nothing is left to declare here."""
        contract = await self._engagements.of_order(kept.assigned_to) if kept.assigned_to else None
        ended = contract and (contract.withdrawn_at or contract.taken_off_at or contract.terminated_on)
        if contract is None or ended or contract.dimona_result not in DECLARED:
            raise NotYet("The contract this work falls under is not declared yet.", LEANING_LOOKS_AGAIN)
        signed_at = contract.cooperative_signed_at or contract.offered_at
        for kind in (*GUARDED, "contract_signed"):
            await self._deadlines.met(order.job_id, kind, order.item, max(signed_at, kept.offered_at))
        await self._deadlines.met(order.job_id, "dimona", order.item, contract.declared_at or signed_at)
        return await self._covered(kept)

    async def _uncover(self, ended: KeptEngagement) -> None:
        """A contract ended on which other jobs of the person leaned: what they lack is due again, and alarms."""
        for leaning in await self._engagements.leaning_on(ended.order_key):
            for kind in ("contract_signed", "dimona"):
                await self._deadlines.reopened(leaning.job_id, kind, leaning.item)
