"""Paying a person through the bank: ordered once, done when booked, parked when it came back."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Literal, NoReturn, Protocol

from activities.ports import Ledger, People
from activities.step import Clock
from domain.bank_books import Making
from domain.errors import NotYet
from domain.identifiers import account_mark
from domain.ledger import paid_fact
from domain.orders import StepOrder
from domain.people import PaymentState, Person
from domain.periods import ONE_DAY, bank_day_on_or_before, day_in_brussels
from domain.rules.deadlines import payment_seen_by
from domain.services.expenses import ExpensesRequest
from domain.services.wages import (
    AlreadyPaidOut,
    NoBankAccount,
    NotBookedInTime,
    PaidInTheFuture,
    PaymentReturned,
    WagesRequest,
)

Order = StepOrder[WagesRequest] | StepOrder[ExpensesRequest]
Kind = Literal["wage", "expense"]
CAME_BACK = ("rejected", "returned")
ASK_BANK_AGAIN = timedelta(hours=6)
"""The statement of the day before wakes the process; asking is for the case that the call got lost."""
STATEMENT_READABLE = timedelta(days=31)
"""House rule: who is told late that the money came has a month to read the statement, too."""


class PersonPayments(Protocol):
    """Money on its way to people."""

    async def order(
        self,
        *,
        order_key: str,
        job_id: str,
        kind: Literal["wage", "expense", "refund", "supplier"],
        entity: str,
        person_id: str,
        amount_eur: Decimal,
        pay_on: date,
        end_to_end: str,
        remittance: str,
        account: str = "",
    ) -> str:
        """Put a payment on the list, once per order key; anew when it came back and the account changed."""
        ...

    async def paid_by_hand(
        self,
        *,
        order_key: str,
        job_id: str,
        kind: Literal["wage", "expense", "refund", "supplier"],
        entity: str,
        person_id: str,
        amount_eur: Decimal,
        paid_on: date,
        end_to_end: str,
        remittance: str,
    ) -> str:
        """A person paid it outside: it counts as booked until the bank's own line shows it; its id.

        PaymentInFile while a file that has not gone to the bank would still pay it.
        """
        ...

    async def of_order(self, order_key: str) -> PaymentState | None:
        """What became of an order's latest payment."""
        ...

    async def cancel(self, order_key: str) -> bool:
        """Take it off the list; False when it is already in a batch."""
        ...


class Paying:
    """The way of a wage or an expense note through the bank."""

    def __init__(self, payments: PersonPayments, people: People, clock: Clock) -> None:
        self._payments = payments
        self._people = people
        self._clock = clock

    async def order(self, order: Order, kind: Kind, amount_eur: Decimal) -> str:
        """Put the payment on the list. A changed order first takes its predecessor off, or is refused."""
        await self.take_off_replaced(order)
        person = await self.payable(order.request.person_id)
        return await self._payments.order(
            order_key=order.key,
            job_id=order.job_id,
            kind=kind,
            entity=order.entity,
            person_id=order.request.person_id,
            amount_eur=amount_eur,
            pay_on=order.request.pay_on,
            end_to_end=order.short,
            remittance=f"{order.job_id} {order.step}",
            account=_account(person),
        )

    async def awaited(self, order: Order) -> PaymentState:
        """The payment once the bank has spoken: booked, rejected or returned. NotYet before that."""
        state = await self._payments.of_order(order.key)
        if state is not None and (state.state == "booked" or state.state in CAME_BACK):
            return state
        if self._clock.now() >= (latest := _latest(order, state)):
            raise NotBookedInTime(answer_by=_told_of(latest).isoformat())
        raise NotYet("The bank has not booked the payment yet.", ASK_BANK_AGAIN)

    async def again(self, order: Order, kind: Kind, amount_eur: Decimal, came_back: PaymentState) -> NoReturn:
        """A payment that came back goes out again only to another account; else a person decides."""
        if await self.order(order, kind, amount_eur) == came_back.payment_id:
            raise PaymentReturned(reason=came_back.reason or "-")
        raise NotYet("The payment goes out again, to the new account.", ASK_BANK_AGAIN)

    def settled(self, order: Order, state: PaymentState) -> None:
        """Booked is done once a later day's statement came without a return, or there is no more time to wait.

        The calendar alone proves nothing: a statement that is late may still bring the payment back.
        """
        seen_on = state.statements_until_on
        early = state.booked_on is not None and (seen_on is None or seen_on <= state.booked_on)
        if early and self._clock.now() < _latest(order, state):
            raise NotYet("The bank may still return the payment.", ASK_BANK_AGAIN)

    async def by_hand(self, order: Order, kind: Kind, amount_eur: Decimal, paid_on: date) -> str:
        """A person paid it outside; nothing of it is paid again. PaidInTheFuture for a day that has not come."""
        if paid_on > day_in_brussels(self._clock.now()):
            raise PaidInTheFuture(on=paid_on.isoformat())
        await self.take_off_replaced(order)
        return await self._payments.paid_by_hand(
            order_key=order.key,
            job_id=order.job_id,
            kind=kind,
            entity=order.entity,
            person_id=order.request.person_id,
            amount_eur=amount_eur,
            paid_on=paid_on,
            end_to_end=order.short,
            remittance=f"{order.job_id} {order.step}",
        )

    async def take_off_replaced(self, order: Order) -> None:
        """Take the payment of the order this one replaces off the list; AlreadyPaidOut once a batch has it."""
        if order.replaces is not None and not await self._payments.cancel(order.replaces):
            raise AlreadyPaidOut

    async def take_off(self, order: Order) -> None:
        """Take a payment off the list; AlreadyPaidOut once a batch has it."""
        if not await self._payments.cancel(order.key):
            raise AlreadyPaidOut

    async def payable(self, person_id: str) -> Person:
        """The person with their account; NoBankAccount without one."""
        person = await self._people.person(person_id)
        if person.iban is None:
            raise NoBankAccount
        return person


async def book_paid(ledger: Ledger, order: Order, payment_id: str, make: Making, amount: Decimal, on: date) -> None:
    """Book what a person paid outside; nothing when the bank's own line is in the books already."""
    fact = paid_fact(payment_id)
    if await ledger.in_force(fact) is None:
        paid = make(f"{order.key}:by-hand-{payment_id}", order.job_id, on, amount)
        await ledger.post(paid.model_copy(update={"fact": fact}))


def _latest(order: Order, state: PaymentState | None) -> datetime:
    """Until when the bank is waited for."""
    if state is None or state.ordered_at is None or state.turn == 1:
        return order.request.answer_by
    return max(order.request.answer_by, payment_seen_by(day_in_brussels(state.ordered_at)))


def _told_of(latest: datetime) -> date:
    """The last day whose statement had come by then."""
    return bank_day_on_or_before(day_in_brussels(latest) - ONE_DAY)


def readable_until(order: Order, now: datetime) -> datetime:
    """Until when the link of the mail that says "paid" opens the statement."""
    return max(order.request.answer_by, now + STATEMENT_READABLE)


def _account(person: Person) -> str:
    """What stands for an account without telling it."""
    return account_mark(person.iban or "")
