"""The singular wish: nothing automatic can do it, so a person does, and the process waits for them."""

from datetime import timedelta
from decimal import Decimal

from temporalio import activity

from activities.costs import CostBook, book_by_hand, keep_by_hand, lacking_of_what_is_kept
from activities.step import AT_ONCE, BackByHand, Clock, Step, Verb
from domain.hand import KeptByHand
from domain.orders import StepOrder
from domain.services.special_request import NeedsAPerson, SpecialRequestRequest, SpecialRequestResult, sound


class SpecialRequest:
    """Hands a wish to the adviser."""

    def __init__(self, costs: CostBook, clock: Clock) -> None:
        self._costs = costs
        self._clock = clock

    @activity.defn(name="special_request.arrange")
    async def arrange(self, order: StepOrder[SpecialRequestRequest]) -> SpecialRequestResult:
        """Always parks: the adviser arranges the wish and says what was done, with the evidence."""
        raise NeedsAPerson(wish=order.request.wish)

    @activity.defn(name="special_request.book_by_hand")
    async def book_by_hand(self, order: StepOrder[SpecialRequestRequest]) -> SpecialRequestResult:
        """Book what a person arranged instead."""
        return await book_by_hand(self._costs, order, SpecialRequestResult, costs, self._clock.now())

    @activity.defn(name="special_request.give_back_by_hand")
    async def give_back_by_hand(self, order: StepOrder[SpecialRequestRequest]) -> SpecialRequestResult:
        """Book what is kept of what a person called off again."""
        kept = await keep_by_hand(self._costs, order, self._clock.now())
        return SpecialRequestResult(what=order.request.wish, price_eur=kept.kept_eur)


def drafted(request: SpecialRequestRequest) -> SpecialRequestResult:
    """What was wished was arranged; what it cost, and how it was paid, is still to be said."""
    return SpecialRequestResult(what=request.wish)


def costs(booking: SpecialRequestResult) -> Decimal:
    """What it costs the job, without VAT."""
    return booking.price_eur


STEP = Step(
    name="special_request",
    request=SpecialRequestRequest,
    booking=SpecialRequestResult,
    confirm=(Verb(SpecialRequest.arrange, AT_ONCE),),
    decide_before_start=timedelta(hours=24),
    editable={
        "wish": "done by hand, as it is worded here",
        "ceiling_eur": "what may be paid at most; the fund posts no more than it reserved",
    },
    drafted=drafted,
    costs=costs,
    record=Verb(SpecialRequest.book_by_hand, AT_ONCE),
    back_by_hand=BackByHand(
        KeptByHand, Verb(SpecialRequest.give_back_by_hand, AT_ONCE), lacking_of_what_is_kept(costs)
    ),
    sound=sound,
)
