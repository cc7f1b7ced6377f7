"""A rehearsal room by the day, from the cooperative's own rooms."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Protocol

from temporalio import activity

from activities.costs import CostBook, book_back, book_by_hand, book_cost, keep_by_hand, lacking_of_what_is_kept
from activities.step import AT_ONCE, BackByHand, Clock, Step, Verb
from domain.errors import Refusal
from domain.hand import KeptByHand
from domain.money import ZERO
from domain.orders import StepOrder
from domain.periods import end_of_day
from domain.services.workspace import (
    NO_ROOM,
    KeptRoom,
    NoRoomLeft,
    RoomAboveCeiling,
    WorkspaceBooking,
    WorkspaceRequest,
    sound,
)

RoomOrder = StepOrder[WorkspaceRequest]


class RoomBook(Protocol):
    """The cooperative's own rooms, and for whom each is kept on which day."""

    async def hold(self, order: RoomOrder, now: datetime) -> KeptRoom | None:
        """Keep the cheapest free room that fits within the ceiling; None when there is none.

        What this order already keeps stays. An order that replaces another takes over its room in the same
        stroke.
        """
        ...

    async def cheapest(self, order: RoomOrder, now: datetime) -> Decimal | None:
        """What the cheapest free room that fits costs, whatever the ceiling; None when none is free."""
        ...

    async def confirm(self, order_key: str) -> KeptRoom | None:
        """Keep it for good; None when this order keeps no room."""
        ...

    async def extend(self, order_key: str, until_at: datetime) -> KeptRoom | None:
        """Let the hold last longer; None when this order keeps no room."""
        ...

    async def release(self, order_key: str) -> KeptRoom | None:
        """Give it back; None when this order never had one."""
        ...


class Workspace:
    """Holds, takes and gives back a room."""

    def __init__(self, rooms: RoomBook, costs: CostBook, clock: Clock) -> None:
        self._rooms = rooms
        self._costs = costs
        self._clock = clock

    @activity.defn(name="workspace.hold")
    async def hold(self, order: RoomOrder) -> WorkspaceBooking:
        """Keep a room: what this order already has, else a free one within the ceiling."""
        return (await self._take(order)).booking()

    @activity.defn(name="workspace.confirm")
    async def confirm(self, order: RoomOrder) -> WorkspaceBooking:
        """Take the room for good; when the hold ran out and the room is gone, take another within the ceiling."""
        room = await self._rooms.confirm(order.key)
        if room is None:
            held = await self._take(order)
            room = await self._rooms.confirm(order.key) or held
        await book_cost(self._costs, order, room.price_eur, self._clock.now())
        return room.booking()

    @activity.defn(name="workspace.extend")
    async def extend(self, order: RoomOrder) -> WorkspaceBooking:
        """Let the hold last to the end of the last day: it is our own room, nobody is in a hurry."""
        until_at = end_of_day(max(order.request.days))
        room = await self._rooms.extend(order.key, until_at) or await self._take(order)
        return room.booking()

    @activity.defn(name="workspace.release")
    async def release(self, order: RoomOrder) -> WorkspaceBooking:
        """Give back what this order has, for nothing; nothing found is nothing to do."""
        room = await self._rooms.release(order.key) or NO_ROOM
        await book_back(self._costs, order, ZERO, self._clock.now())
        return room.booking()

    @activity.defn(name="workspace.book_by_hand")
    async def book_by_hand(self, order: RoomOrder) -> WorkspaceBooking:
        """Book what a person arranged instead."""
        return await book_by_hand(self._costs, order, WorkspaceBooking, costs, self._clock.now())

    @activity.defn(name="workspace.give_back_by_hand")
    async def give_back_by_hand(self, order: RoomOrder) -> WorkspaceBooking:
        """Book what is kept of what a person gave back instead."""
        kept = await keep_by_hand(self._costs, order, self._clock.now())
        return NO_ROOM.booking().model_copy(update={"kept_eur": kept.kept_eur})

    async def _take(self, order: RoomOrder) -> KeptRoom:
        now = self._clock.now()
        room = await self._rooms.hold(order, now)
        if room is None:
            raise _why_none(order.request, await self._rooms.cheapest(order, now))
        return room


def _why_none(wish: WorkspaceRequest, cheapest_eur: Decimal | None) -> Refusal:
    if cheapest_eur is not None:
        return RoomAboveCeiling(price=str(cheapest_eur), ceiling=str(wish.ceiling_eur))
    days = ", ".join(f"{on:%d-%m-%Y}" for on in wish.days)
    return NoRoomLeft(people=str(wish.people), city=wish.city, days=days)


def costs(booking: WorkspaceBooking) -> Decimal:
    """What it costs the job, without VAT."""
    return booking.price_eur


STEP = Step(
    name="workspace",
    request=WorkspaceRequest,
    booking=WorkspaceBooking,
    hold=Verb(Workspace.hold, AT_ONCE),
    confirm=(Verb(Workspace.confirm, AT_ONCE),),
    release=Verb(Workspace.release, AT_ONCE),
    extend=Verb(Workspace.extend, AT_ONCE),
    decide_before_start=timedelta(hours=24),
    editable={
        "days": "the room's own booking; rehearsals are not the days of the contract",
        "city": "the room's own booking; rehearsals are not the place of the contract",
        "people": "how many the room takes",
        "ceiling_eur": "what may be paid at most; the fund posts no more than it reserved",
    },
    costs=costs,
    record=Verb(Workspace.book_by_hand, AT_ONCE),
    back_by_hand=BackByHand(KeptByHand, Verb(Workspace.give_back_by_hand, AT_ONCE), lacking_of_what_is_kept(costs)),
    sound=sound,
)
