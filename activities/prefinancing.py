"""The guarantee fund pays what the job needs before the client pays, and the job's books end at zero."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Protocol

from temporalio import activity

from activities.step import AT_ONCE, Clock, Step, Verb
from domain.ledger import Account
from domain.money import ZERO
from domain.orders import StepOrder
from domain.periods import day_in_brussels
from domain.rules.prefinancing import LIFTED_BY_AN_ADVISER, Exposure, capped, limits_reached, not_needed
from domain.services.prefinancing import (
    FundIsFull,
    FundLimitReached,
    FundReservation,
    PrefinancingNeeded,
    PrefinancingRequest,
    SubsidyNotProven,
    sound,
)

FundOrder = StepOrder[PrefinancingRequest]

"""The limits of an entity and of the fund itself protect everybody's money: no adviser lifts them."""


class Fund(Protocol):
    """The fund and the books."""

    async def reserve(
        self, order: FundOrder, amount_eur: Decimal, on: date, check: Callable[[Exposure], None]
    ) -> FundReservation:
        """Set an amount aside, once; `check` refuses by raising, and nobody else reserves meanwhile."""
        ...

    async def void(self, order_key: str, on: date) -> FundReservation:
        """Give back what is reserved; nothing reserved is nothing to do."""
        ...

    async def settle(self, order: FundOrder, on: date, bearer: Account | None) -> FundReservation:
        """Post what was used, void the rest and close the job's books; AccountsNotSettled."""
        ...

    async def activity_balance(self, member_id: str) -> Decimal:
        """What stands to the member's credit."""
        ...

    async def paid_by_client(self, job_id: str) -> Decimal:
        """What the client has paid for the job so far."""
        ...


class Prefinancing:
    """Reserves, settles and voids."""

    def __init__(self, fund: Fund, clock: Clock) -> None:
        self._fund = fund
        self._clock = clock

    @activity.defn(name="prefinancing.reserve")
    async def reserve(self, order: FundOrder) -> FundReservation:
        """Set aside what services, pay and VAT need, within the limits; nothing when the job carries itself."""
        wish, on = order.request, self._today()
        if wish.recovered_from == "subsidy" and not wish.subsidy_document:
            raise SubsidyNotProven()
        to_pay = wish.services_eur + wish.wages_eur + wish.vat_eur
        if wish.choice == "not_needed":
            await self._carries_itself(order, to_pay)
            return await self._fund.reserve(order, ZERO, on, _always)
        cap_eur = wish.cap_eur if wish.choice == "capped" else None
        amount_eur = capped(to_pay, wish.services_eur, cap_eur)
        return await self._fund.reserve(order, amount_eur, on, _within_limits(order, amount_eur, on))

    @activity.defn(name="prefinancing.settle")
    async def settle(self, order: FundOrder) -> FundReservation:
        """Close the job's books: what is left is the member's, a loss is its named bearer's."""
        bearer = order.request.loss_borne_by
        return await self._fund.settle(order, self._today(), Account.called(bearer) if bearer else None)

    @activity.defn(name="prefinancing.void")
    async def void(self, order: FundOrder) -> FundReservation:
        """Give back what is reserved."""
        return await self._fund.void(order.key, self._today())

    async def _carries_itself(self, order: FundOrder, to_pay: Decimal) -> None:
        deposit = await self._fund.paid_by_client(order.job_id)
        activity_eur = await self._fund.activity_balance(order.request.member_id)
        if not not_needed(to_pay, deposit, activity_eur):
            raise PrefinancingNeeded(missing=str(to_pay - deposit - max(activity_eur, ZERO)))

    def _today(self) -> date:
        return day_in_brussels(self._clock.now())


def _within_limits(order: FundOrder, amount_eur: Decimal, on: date) -> Callable[[Exposure], None]:
    lifted = LIFTED_BY_AN_ADVISER if order.request.approved_by else frozenset()

    def check(exposure: Exposure) -> None:
        reached = [limit for limit in limits_reached(amount_eur, exposure, on) if limit.whose not in lifted]
        if reached:
            tightest = min(reached, key=lambda limit: limit.left_eur)
            told = {"wanted": str(amount_eur), "whose": tightest.whose, "left": str(tightest.left_eur)}
            raise FundLimitReached(**told) if tightest.whose in LIFTED_BY_AN_ADVISER else FundIsFull(**told)

    return check


def _always(_: Exposure) -> None:
    """Nothing is reserved, so no limit is touched."""


STEP = Step(
    name="prefinancing",
    request=PrefinancingRequest,
    booking=FundReservation,
    hold=Verb(Prefinancing.reserve, AT_ONCE),
    confirm=(Verb(Prefinancing.settle, AT_ONCE),),
    release=Verb(Prefinancing.void, AT_ONCE),
    essential=True,
    skippable=False,
    read_last=frozenset({"loss_borne_by"}),
    never_given_up=frozenset({"settle"}),
    editable={
        "choice": "the fund's own reservation",
        "cap_eur": "the fund's own reservation",
        "subsidy_document": "the proof is the fund's own",
        "approved_by": "an adviser's yes to the fund's limit",
        "loss_borne_by": "named when the books are closed, by two persons",
    },
    sound=sound,
)
