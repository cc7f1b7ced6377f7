"""Payments the bank gives back when their step was over: told in the story, watched, and paid again."""

from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import Row, and_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from domain import entries
from domain.bank import MoneyMove, asking
from domain.ledger import paid_fact
from domain.message import Message
from domain.money import Eur
from domain.orders import split_step
from domain.periods import bank_day_on_or_after, day_in_brussels
from domain.services.wages import PaidInTheFuture, PaymentReturned
from storage.core.database import Clock, Database
from storage.execution import events
from storage.jobs import deadlines
from storage.jobs.tables import job_steps
from storage.money.ledger import book, one_at_a_time
from storage.money.paid_by_hand import latest_of, paid_outside
from storage.money.payment_tables import payments
from storage.money.payments import Payments

BASIS: Final = "promise of the cooperative: what the bank gave back is paid again at once"
SERVICES: Final = ("wages", "expenses")
SAME: Final = ("order_key", "job_id", "kind", "entity", "person_id", "amount_eur", "end_to_end", "remittance")
"""What stays as it was when a payment is made once more."""
_PAID: Final = {"wage": entries.wages_paid, "expense": entries.expenses_paid}


class LateReturn(Message):
    """A payment that came back when its step was over, and was not paid again yet."""

    payment_id: str
    job_id: str
    step: str
    person_id: str
    amount_eur: Eur
    reason: str | None = None
    pay_on: date


async def after(connection: AsyncConnection, move: MoneyMove, at: datetime) -> None:
    """What a booked movement means for a step that is over: the process no longer waits for it, people do."""
    payment = await _payment(connection, move.payment_id)
    if payment is None:
        return
    step = asking(payment.order_key).step or ""
    service, item = split_step(step)
    if service not in SERVICES or (not move.came_back and payment.turn == 1):
        return
    if not await _over(connection, payment.job_id, step):
        return
    kind = "returned_late" if move.came_back else "paid_again"
    told = {"reason": payment.reason or "-"} if move.came_back else {"on": move.on.isoformat()}
    fresh = await events.append(
        connection, payment.job_id, f"{service}.{kind}", at, step=step, params=told, source=f"bank:{move.key}"
    )
    if fresh is None:
        return
    owed = {"job_id": payment.job_id, "kind": f"{service}_again", "item": item}
    if move.came_back:
        row = owed | {"due_at": at, "basis": BASIS, "met_at": None, "alarmed_at": None}
        await deadlines.ring(connection, row)
    else:
        await deadlines.met_on(connection, owed, at)


class LateReturns:
    """Lists what came back too late for its step, and pays it again."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def open(self) -> list[LateReturn]:
        """What is still to be paid again, the oldest first."""
        later = payments.alias()
        newer = and_(later.c.order_key == payments.c.order_key, later.c.turn > payments.c.turn)
        wanted = select(payments).where(payments.c.state == "returned", ~select(later).where(newer).exists())
        async with self._database.reading() as connection:
            rows = (await connection.execute(wanted.order_by(payments.c.pay_on, payments.c.payment_id))).all()
            return [_late_return(row) for row in rows if await _over(connection, row.job_id, _step(row))]

    async def pay_again(self, payment_id: str, account: str) -> str:
        """Put it on the list again, to another account; the new payment's id.

        KeyError when it is not among the open ones; PaymentReturned while the account is the one that failed.
        """
        if payment_id not in {one.payment_id for one in await self.open()}:
            raise KeyError(payment_id)
        async with self._database.reading() as connection:
            row = await _payment(connection, payment_id)
        assert row is not None, "it is among the open ones"
        pay_on = bank_day_on_or_after(day_in_brussels(self._clock.now()) + timedelta(days=1))
        again = await Payments(self._database, self._clock).order(
            **{name: getattr(row, name) for name in SAME}, pay_on=pay_on, account=account
        )
        if again == payment_id:
            raise PaymentReturned(reason=row.reason or "-")
        return again

    async def paid_outside(self, payment_id: str, on: date, by: str) -> str:
        """Somebody paid it outside on this day: booked until the bank's own line shows it; the new payment's id.

        KeyError when it is not among the open ones; PaidInTheFuture.
        """
        at = self._clock.now()
        if on > day_in_brussels(at):
            raise PaidInTheFuture(on=on.isoformat())
        if payment_id not in {one.payment_id for one in await self.open()}:
            raise KeyError(payment_id)
        async with self._database.writing() as connection:
            row = await _payment(connection, payment_id)
            assert row is not None, "it is among the open ones"
            await one_at_a_time(connection, row.job_id)
            latest = await latest_of(connection, row.order_key)
            if latest is None or latest.payment_id != payment_id:
                raise KeyError(payment_id)
            told = {name: row._mapping[name] for name in SAME} | {"pay_on": on, "ordered_at": at}
            made = await paid_outside(connection, told, latest, on, by_hand=True)
            paid = _PAID[row.kind](f"{row.order_key}:by-hand-{made}", row.job_id, on, row.amount_eur)
            await book(connection, paid.model_copy(update={"fact": paid_fact(made)}))
            service, item = split_step(_step(row))
            params, source = {"on": on.isoformat()}, f"outside:{made}"
            await events.append(
                connection,
                row.job_id,
                f"{service}.paid_again",
                at,
                by=by,
                step=_step(row),
                params=params,
                source=source,
            )
            owed = {"job_id": row.job_id, "kind": f"{service}_again", "item": item}
            await deadlines.met_on(connection, owed, at)
        return made


async def _payment(connection: AsyncConnection, payment_id: str | None) -> Row[Any] | None:
    wanted = select(payments).where(payments.c.payment_id == payment_id)
    return (await connection.execute(wanted)).one_or_none()


async def _over(connection: AsyncConnection, job_id: str, step: str) -> bool:
    wanted = select(job_steps.c.state).where(job_steps.c.job_id == job_id, job_steps.c.step == step)
    return await connection.scalar(wanted) == "done"


def _step(row: Row[Any]) -> str:
    return asking(row.order_key).step or ""


def _late_return(row: Row[Any]) -> LateReturn:
    return LateReturn.model_validate(dict(row._mapping) | {"step": _step(row)})
