"""Being busy with a parked step: a claim warns the others and ends by itself; a note tells them what was heard."""

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from api.container import Home
from api.decisions.evidence import ON_STEP, Row
from api.decisions.routes import STEP
from api.errors import Wrong, responses
from api.security.permissions import Asker, may
from storage.jobs.claims import Claim, Note

router = APIRouter(tags=["ops"])

USUAL = timedelta(minutes=30)
"""How long a claim holds when nothing is said: a telephone call and its notes."""
LONGEST = timedelta(hours=12)
"""A claim never outlives a working day: it warns, it locks nobody out."""


class ClaimGiven(BaseModel):
    """Being busy with a step, until when."""

    model_config = ConfigDict(
        extra="forbid",
        use_attribute_docstrings=True,
        json_schema_extra={"examples": [{"until_at": "2026-03-02T09:30:00Z"}]},
    )

    until_at: AwareDatetime | None = None
    """Half an hour when left out, twelve hours at most."""
    take_over: bool = False
    """Claim it although somebody else is busy with it."""


class NoteGiven(BaseModel):
    """What others should know."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"text": "I rang, they open at 8"}]})

    text: Annotated[str, Field(min_length=1, max_length=1000, pattern=r"\S")]


@router.post(f"{STEP}/claim", responses=responses(*ON_STEP, "claimed", "not-parked"))
async def claim(home: Home, row: Row, asker: Annotated[Asker, Depends(may("review"))], given: ClaimGiven) -> Claim:
    """Say that you are busy with a parked step; 409 when somebody else is."""
    if row.state != "parked":
        raise Wrong("not-parked", f"{row.step} is {row.state}")
    now = home.now()
    until_at = min(given.until_at or now + USUAL, now + LONGEST)
    if until_at <= now:
        raise Wrong("invalid", f"{until_at:%Y-%m-%d %H:%M} UTC is over")
    wanted = Claim(job_id=row.job_id, step=row.step, by=asker.person_id, at=now, until_at=until_at)
    kept = await home.claims.claim(wanted, take_over=given.take_over)
    if kept.by != asker.person_id:
        name = (await home.people.names({kept.by})).get(kept.by, kept.by)
        raise Wrong("claimed", f"{name} is busy with it until {kept.until_at:%H:%M} UTC", by=kept.by)
    return kept


@router.delete(f"{STEP}/claim", status_code=204, responses=responses(*ON_STEP))
async def unclaim(home: Home, row: Row, asker: Annotated[Asker, Depends(may("review"))]) -> None:
    """Give a claim back; one that is over already is no mistake."""
    await home.claims.release(row.job_id, row.step, asker.person_id, home.now())


@router.post(f"{STEP}/notes", status_code=201, responses=responses(*ON_STEP))
async def note(home: Home, row: Row, asker: Annotated[Asker, Depends(may("review"))], given: NoteGiven) -> Note:
    """Write down what others should know about a step."""
    return await home.claims.note(row.job_id, row.step, asker.person_id, home.now(), given.text.strip())


@router.get(f"{STEP}/notes", responses=responses(*ON_STEP))
async def notes(home: Home, row: Row, asker: Annotated[Asker, Depends(may("see_parked"))]) -> list[Note]:
    """What was written down about a step, the oldest first."""
    return (await home.claims.notes([(row.job_id, row.step)])).get((row.job_id, row.step), [])
