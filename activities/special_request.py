"""The singular wish: nothing automatic can do it, so a person does, and the process waits for them."""

from datetime import timedelta

from temporalio import activity

from activities.step import AT_ONCE, Step, Verb
from domain.orders import StepOrder
from domain.services.special_request import NeedsAPerson, SpecialRequestRequest, SpecialRequestResult


class SpecialRequest:
    """Hands a wish to the adviser."""

    @activity.defn(name="special_request.arrange")
    async def arrange(self, order: StepOrder[SpecialRequestRequest]) -> SpecialRequestResult:
        """Always parks: the adviser arranges the wish and says what was done, with the evidence."""
        raise NeedsAPerson(wish=order.request.wish)


def drafted(request: SpecialRequestRequest) -> SpecialRequestResult:
    """What was wished was arranged, for nothing more than is said."""
    return SpecialRequestResult(what=request.wish)


STEP = Step(
    name="special_request",
    request=SpecialRequestRequest,
    booking=SpecialRequestResult,
    confirm=(Verb(SpecialRequest.arrange, AT_ONCE),),
    decide_before_start=timedelta(hours=24),
    editable=frozenset({"wish", "ceiling_eur"}),
    drafted=drafted,
)
