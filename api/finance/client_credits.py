"""What finance people do with money that clients paid above what is owed: give it back, move it, or keep it."""

from typing import Annotated
from uuid import uuid4

from fastapi import APIRouter, Depends, Path
from pydantic import ConfigDict, Field

from api.container import Home
from api.errors import responses
from api.finance.routes import HERE, AtDesk, audited_here, tell
from api.finance.unmatched import Key
from api.jobs import access
from api.jobs.schemas import Answered
from api.security.permissions import Asker, may
from domain.bank import Nudges
from domain.client_credit import CreditWish, OwedBack
from storage.money.client_credits import ClientCredits, CreditChoice
from storage.security.audit import hash_of

router = APIRouter(prefix="/api/bank/credits", tags=["finance"])

CreditJob = Annotated[str, Path(pattern=r"^[A-Z0-9]{4,20}$", examples=["7K3QZ9A1BC"])]


class OwedList(Answered):
    """Money owed back to clients, by job."""

    owed: list[OwedBack]


class CreditGiven(CreditWish):
    """What is decided about money that is owed back, and why."""

    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)

    reason: Annotated[str, Field(min_length=5, max_length=500)]


@router.get("", responses=responses("signed-out", "not-allowed"))
async def owed(home: Home, asker: Annotated[Asker, Depends(may("see_batches"))]) -> OwedList:
    """What clients paid above what they owe: each is refunded, taken for another invoice, or kept."""
    return OwedList(owed=await ClientCredits(home.database).open())


@router.post("/{job_id}", responses=responses(*HERE, "refused"))
async def decide(
    home: Home,
    asker: Annotated[Asker, Depends(may("match_movement"))],
    desk: AtDesk,
    job_id: CreditJob,
    given: CreditGiven,
    idempotency_key: Key = None,
) -> OwedList:
    """Decide about a job's money: a refund leaves with a batch that two people approve.

    The same Idempotency-Key again changes nothing.
    """
    access.another_decides(asker, (await access.row(home, asker, job_id)).member_id)
    told = [asker.person_id, idempotency_key or uuid4().hex, job_id, given.model_dump(mode="json")]
    operation = f"c:{hash_of(told)[:60]}"
    wish = CreditWish.model_validate(given.model_dump(exclude={"reason"}))
    decided = CreditChoice(wish, asker.person_id, given.reason, operation, home.now())
    async with audited_here(home, asker, f"credit.{given.kind}", given.reason, job_id):
        nudges = await ClientCredits(home.database).decide(job_id, decided)
    await tell(home, desk, Nudges(nudges=nudges))
    return await owed(home, asker)
