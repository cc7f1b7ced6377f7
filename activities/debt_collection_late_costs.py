"""Interest and costs that are left when the principal is paid: claimed, kept or waived by a person."""

from temporalio import activity

from activities.debt_collection_desk import CollectionDesk, StageOrder
from activities.debt_collection_papers import LATE_COSTS_TERM, Position, late_costs_claim
from domain.collection_state import KeptStage, StageEnding
from domain.periods import instant, next_office_day
from domain.rules.debt_collection import OFFICE_OPENS
from domain.services.debt_collection import (
    DunningStage,
    LateCostsNeedDecision,
    LateCostsStillUnpaid,
    StageDone,
    StageKind,
)

BASIS = "decision of the cooperative: interest and costs are claimed, kept or waived with a reason"


class LateCosts(CollectionDesk):
    """What becomes of interest and costs."""

    @activity.defn(name="debt_collection.late_costs")
    async def late_costs(self, order: StageOrder) -> StageDone:
        """Claim interest and costs by a letter of their own, keep them, or give them up, as a person decided."""
        kind, position = order.request.stage.kind, await self._stage_position(order)
        known = position.collection.stage(kind)
        if known is not None and known.over:
            return known.result()
        if position.late_left_eur <= 0 or position.open_eur > 0:
            return StageDone(kind=kind)
        choice = order.request.late_costs
        told = {"number": position.invoice.number, "left": str(position.late_left_eur)}
        if choice is None:
            raise LateCostsStillUnpaid(**told) if kind == "late_costs_left" else LateCostsNeedDecision(**told)
        if choice == "claim" and kind == "late_costs_left":
            raise LateCostsStillUnpaid(**told)
        invoice_id = position.invoice.invoice_id
        begun = await self._collections.begin(invoice_id, kind, order.key, self._clock.now())
        ending = StageEnding(ended_on=position.on, claimed_eur=position.late_left_eur, choice=choice)
        if choice == "claim":
            ending = await self._claimed(order, begun, position, ending)
        return (await self._collections.end(invoice_id, kind, ending)).result()

    async def _claimed(
        self, order: StageOrder, begun: KeptStage, position: Position, ending: StageEnding
    ) -> StageEnding:
        paper = late_costs_claim(position, self._letterhead)
        letter = await self._file(order, begun, position, paper)
        if position.client.email is None:
            sent = {"channel": "post", "reference": await self._register(order, begun, position, letter)}
        else:
            sent = {"reference": await self._mail(begun, position, paper, letter)}
        return ending.model_copy(update=sent | {"document": letter[0]})


def late_costs_asked(position: Position) -> DunningStage | None:
    """What is to be decided about them: at once, and again when they were claimed and did not come."""
    if position.late_left_eur <= 0 or not position.facts.payments:
        return None
    kind: StageKind = "late_costs"
    first, on = position.collection.stage("late_costs"), position.on
    if first is not None and first.over:
        second = position.collection.stage("late_costs_left")
        if first.choice != "claim" or first.ended_on is None or (second is not None and second.over):
            return None
        kind, on = "late_costs_left", max(on, first.ended_on + LATE_COSTS_TERM)
    at = instant(next_office_day(on), OFFICE_OPENS)
    return DunningStage(kind=kind, at=at, basis=BASIS, on_answer=True)
