"""What a confirmed booking costs the job, in the job's books; and what comes back when it is given back."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Protocol, TypeVar

from domain.entries import cost, cost_by_hand
from domain.hand import KeptByHand, PaidByHand, lacking_of_kept
from domain.ledger import Entry
from domain.message import Message
from domain.orders import StepOrder
from domain.periods import day_in_brussels

R = TypeVar("R", bound=Message)
P = TypeVar("P", bound=PaidByHand)


class CostBook(Protocol):
    """The books, as far as the costs of services go."""

    async def post(self, entry: Entry) -> None:
        """Book a balanced entry, once per key."""
        ...

    async def replace(self, entry: Entry) -> None:
        """Book an entry in place of the one that states the same fact. Once per key."""
        ...

    async def take_back(self, cost_key: str, key: str, on: date, kept_eur: Decimal) -> None:
        """Book a cost back, less what the partner keeps; nothing booked is nothing to do."""
        ...

    async def keep(self, kept: Entry, given_back: str) -> None:
        """Book what stays of a cost in its place, whatever had come back of it. Once per key."""
        ...


async def book_cost(book: CostBook, order: StepOrder[R], price_eur: Decimal, now: datetime) -> None:
    """The job bears the price from the moment it is owed; what costs nothing is not booked."""
    if price_eur:
        await book.post(cost(order.key_for("cost"), order.job_id, day_in_brussels(now), price_eur))


async def book_by_hand(
    book: CostBook, order: StepOrder[R], booking: type[P], costs: Callable[[P], Decimal], now: datetime
) -> P:
    """What a person arranged costs the job as a partner's booking would have; a later word replaces an earlier.

    The VAT that the cooperative deducts is the State's, the rest of what was paid is the job's.
    """
    done = booking.model_validate(order.by_hand)
    fact, day = order.key_for("cost"), day_in_brussels(now)
    key = order.key_for("cost-by-hand")
    await book.replace(cost_by_hand(key, order.job_id, day, costs(done), done.vat_eur, fact=fact))
    return done


async def book_back(book: CostBook, order: StepOrder[R], kept_eur: Decimal, now: datetime) -> None:
    """What was given back costs the job no more than the partner keeps."""
    await book.take_back(order.key_for("cost"), order.key_for("cost-back"), day_in_brussels(now), kept_eur)


async def keep_by_hand(book: CostBook, order: StepOrder[R], now: datetime) -> KeptByHand:
    """What a person gave back costs the job what the partner keeps, whatever it had cost before.

    It is booked also where nobody knew that there was a cost, because an answer got lost.
    """
    done = KeptByHand.model_validate(order.by_hand)
    fact, key, day = order.key_for("cost"), order.key_for("cost-kept"), day_in_brussels(now)
    kept = cost_by_hand(key, order.job_id, day, done.kept_eur, done.kept_vat_eur, fact=fact)
    await book.keep(kept, order.key_for("cost-back"))
    return done


def lacking_of_what_is_kept(costs: Callable[[P], Decimal]) -> Callable[[Message, P | None, KeptByHand], str | None]:
    """What a giving back by hand lacks, for a booking that costs what `costs` says."""

    def lacking(_: Message, booked: P | None, done: KeptByHand) -> str | None:
        return lacking_of_kept(done, None if booked is None else costs(booked))

    return lacking
