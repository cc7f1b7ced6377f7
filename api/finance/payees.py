"""Payments that wait because the account they go to bears another name than the one we know."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Path

from api.container import Home
from api.errors import Wrong, responses
from api.finance.debts import Because
from api.finance.routes import HERE, audited_here
from api.jobs.schemas import Answered
from api.security.permissions import Asker, may
from domain.payee_checks import HeldPayment
from storage.money.payee_checks import PayeeChecks

router = APIRouter(prefix="/api/bank/payees", tags=["finance"])

PaymentId = Annotated[str, Path(pattern=r"^[A-Za-z0-9-]{1,40}$", examples=["5RNM3TPLD4Q2KX7A"])]


class HeldList(Answered):
    """Payments whose account bears another name, the soonest first."""

    held: list[HeldPayment]


class PayeeDecided(Because):
    """What becomes of the payment."""

    decision: Literal["pay", "give_back"]
    """`pay`: the account is right, whatever name it bears; whoever says so answers for it. `give_back`: it leaves
    with no file, and its step asks for another account."""


@router.get("", responses=responses("signed-out", "not-allowed"))
async def held(home: Home, asker: Annotated[Asker, Depends(may("see_batches"))]) -> HeldList:
    """What the bank said is a close match or none: nothing of it leaves before somebody has decided."""
    return HeldList(held=await PayeeChecks(home.database).held())


@router.post("/{payment_id}", responses=responses(*HERE, "refused"))
async def decide(
    home: Home, asker: Annotated[Asker, Depends(may("match_movement"))], payment_id: PaymentId, given: PayeeDecided
) -> HeldList:
    """Pay all the same, with the next file that two people approve, or give it back to its step."""
    async with audited_here(home, asker, f"payee.{given.decision}", f"{payment_id}: {given.reason}"):
        checks = PayeeChecks(home.database)
        if any(one.payment_id == payment_id and one.person_id == asker.person_id for one in await checks.held()):
            raise Wrong("not-allowed", "somebody else decides about a payment to oneself")
        await checks.decide(payment_id, given.decision, asker.person_id, given.reason, home.now())
    return await held(home, asker)
