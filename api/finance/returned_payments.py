"""Payments the bank gave back when their step was over: finance people see them and pay them again."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Path
from pydantic import BaseModel, ConfigDict, Field

from api.container import Home
from api.errors import Wrong, responses
from api.finance.routes import audited_here
from api.jobs.schemas import Answered
from api.partners.nudges import nudge
from api.security.permissions import Asker, may
from domain.identifiers import account_mark
from domain.services.wages import NoBankAccount
from storage.money.late_returns import LateReturn, LateReturns

router = APIRouter(prefix="/api/bank/returned", tags=["finance"])

PaymentId = Annotated[str, Path(pattern=r"^[A-Za-z0-9]{1,40}$", examples=["5RNM3TPLD4Q2KX7A"])]


class ReturnList(Answered):
    """Payments that came back too late for their step, the oldest first."""

    returned: list[LateReturn]


class PaidAgain(Answered):
    """The payment that was put on the list."""

    payment_id: str


class Again(BaseModel):
    """Why it is paid again now."""

    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)

    reason: Annotated[str, Field(min_length=5, max_length=500)]


class PaidOutside(Again):
    """What was paid outside, and when."""

    paid_on: date
    """The day on which it was paid; it has come."""


@router.get("", responses=responses("signed-out", "not-allowed"))
async def came_back(home: Home, asker: Annotated[Asker, Depends(may("see_batches"))]) -> ReturnList:
    """Wages and expenses the bank gave back when their step was over: each is to be paid again."""
    return ReturnList(returned=await LateReturns(home.database, home.clock).open())


@router.post("/{payment_id}/again", responses=responses("signed-out", "not-allowed", "not-found", "refused"))
async def pay_again(
    home: Home, asker: Annotated[Asker, Depends(may("make_batch"))], payment_id: PaymentId, given: Again
) -> PaidAgain:
    """Put a payment that came back on the list again, once the person has entered another account."""
    returns = LateReturns(home.database, home.clock)
    found = {one.payment_id: one for one in await returns.open()}.get(payment_id)
    if found is None:
        raise Wrong("not-found")
    async with audited_here(home, asker, "payment.again", f"{payment_id}: {given.reason}", found.job_id):
        person = await home.people.person(found.person_id)
        if person.iban is None:
            raise NoBankAccount
        return PaidAgain(payment_id=await returns.pay_again(payment_id, account_mark(person.iban)))


@router.post("/{payment_id}/by-hand", responses=responses("signed-out", "not-allowed", "not-found", "refused"))
async def paid_by_hand(
    home: Home, asker: Annotated[Asker, Depends(may("make_batch"))], payment_id: PaymentId, given: PaidOutside
) -> PaidAgain:
    """Record that somebody paid it outside; the bank's own line takes the place of this word once it comes.

    For who has no account to enter, or no way to enter one.
    """
    returns = LateReturns(home.database, home.clock)
    found = {one.payment_id: one for one in await returns.open()}.get(payment_id)
    if found is None:
        raise Wrong("not-found")
    if found.person_id == asker.person_id:
        raise Wrong("not-allowed", "somebody else records a payment to oneself")
    async with audited_here(home, asker, "payment.by_hand", f"{payment_id}: {given.reason}", found.job_id):
        made = await returns.paid_outside(payment_id, given.paid_on, asker.person_id)
    await nudge(home, found.job_id, "prefinancing")
    return PaidAgain(payment_id=made)
