"""What finance people do with money nobody recognised: look at it, and say what it is, part by part."""

from typing import Annotated, Literal
from uuid import uuid4

from fastapi import APIRouter, Depends, Header, Path, Query
from pydantic import BaseModel, ConfigDict, Field

from api.container import Home
from api.errors import Wrong, responses
from api.finance.routes import HERE, AtDesk, audited_here, tell
from api.jobs.schemas import Answered
from api.security.permissions import Asker, may
from domain.bank import EntryCard, Nudges
from domain.matching import PartWish
from storage.jobs.jobs import KeyReused
from storage.money.matching import MatchDecision
from storage.security.audit import hash_of

router = APIRouter(prefix="/api/bank/movements", tags=["finance"])

Movement = Annotated[str, Path(pattern=r"^\d{1,9}-\d{1,6}$", examples=["12-3"])]
MovementState = Literal["matched", "partly", "unknown"]
Key = Annotated[
    str | None,
    Header(min_length=8, max_length=60, pattern=r"^[!-~]+$", description="your own name for this decision"),
]


class MovementList(Answered):
    """Movements on the cooperative's accounts, the newest first."""

    movements: list[EntryCard]


class MatchGiven(BaseModel):
    """What a movement is, in one part or several; what is left out stays open."""

    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)

    parts: Annotated[list[PartWish], Field(min_length=1, max_length=50)]
    reason: Annotated[str, Field(min_length=5, max_length=500)]


@router.get("", responses=responses("signed-out", "not-allowed"))
async def movements(
    home: Home,
    asker: Annotated[Asker, Depends(may("see_batches"))],
    state: Annotated[list[MovementState] | None, Query()] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 200,
) -> MovementList:
    """What moved on the accounts; `state=unknown` and `state=partly` are what a person should look at."""
    return MovementList(movements=await home.statements.entries(*(state or ()), limit=limit))


@router.get("/{movement}", responses=responses("signed-out", "not-allowed", "not-found"))
async def show(home: Home, asker: Annotated[Asker, Depends(may("see_batches"))], movement: Movement) -> EntryCard:
    """One movement, with what people said of it."""
    try:
        return await home.hand_matches.movement(movement)
    except KeyError:
        raise Wrong("not-found") from None


@router.post("/{movement}/match", responses=responses(*HERE, "not-found", "refused", "key-reused"))
async def match(
    home: Home,
    asker: Annotated[Asker, Depends(may("match_movement"))],
    desk: AtDesk,
    movement: Movement,
    given: MatchGiven,
    idempotency_key: Key = None,
) -> EntryCard:
    """Say what a movement is: invoices, a payment of ours, money for a job, or costs of the account.

    All parts or none; the money leaves the suspense account and whoever waits for it looks again. The same
    Idempotency-Key again changes nothing; with anything else it is refused.
    """
    key = f"m:{hash_of([asker.person_id, idempotency_key or uuid4().hex])[:24]}:"
    said = MatchDecision(
        parts=tuple(given.parts),
        by=asker.person_id,
        reason=given.reason,
        operation_id=f"{key}{hash_of(given.model_dump(mode='json') | {'movement': movement})[:24]}",
        key=key,
        at=home.now(),
    )
    async with audited_here(home, asker, "movement.match", f"{movement}: {given.reason}"):
        try:
            matched = await home.hand_matches.match(movement, said)
        except KeyError:
            raise Wrong("not-found") from None
        except KeyReused:
            raise Wrong("key-reused") from None
    await tell(home, desk, Nudges(nudges=matched.nudges))
    return matched.movement
