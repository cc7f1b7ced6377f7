"""Stages of a collection that a person carried out: what they cost is asked for and booked like our own."""

from temporalio import activity

from activities.debt_collection_desk import CollectionDesk, StageOrder
from domain.money import ZERO
from domain.rules import debt_collection
from domain.services.debt_collection import OFFICES, StageDone, StageRequest


class StagesByHand(CollectionDesk):
    """What people did instead of us."""

    @activity.defn(name="debt_collection.book_by_hand")
    async def book_by_hand(self, order: StageOrder) -> StageDone:
        """Book what a stage has cost that a person carried out, and who bears it; once."""
        done, kind = StageDone.model_validate(order.by_hand), order.request.stage.kind
        position = await self._stage_position(order)
        route = debt_collection.route_of(position.facts, kind) if kind in OFFICES else None
        borne_by = done.borne_by or order.request.borne_by
        await self._spent(position, kind, done.costs_eur or ZERO, borne_by, route)
        return done


def drafted(request: StageRequest) -> StageDone:
    """The stage that was asked for; what it cost is still to be said."""
    return StageDone(kind=request.stage.kind, borne_by=request.borne_by)


def lacking_of_costs(_: StageRequest, done: StageDone) -> str | None:
    """What a stage by hand does not say of its costs."""
    if done.costs_eur is None:
        return "costs_eur: say what it has cost in all, zero when it was for nothing"
    if done.costs_eur < ZERO:
        return "costs_eur: an amount is never below zero"
    if done.costs_eur > ZERO and done.borne_by is None:
        return "borne_by: say who bears what it cost, as far as the client does not pay it"
    return None


def lacking_of_loss(_: StageRequest, done: StageDone) -> str | None:
    """A loss has a bearer, also when it was written off elsewhere."""
    return "borne_by: say who bears what is written off" if done.borne_by is None else None
