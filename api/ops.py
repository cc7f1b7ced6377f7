"""What ops do: see every parked step, decide on one, and read who decided what."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request
from pydantic import AwareDatetime

from api import deciding, forms, reading
from api.answers import ParkedList, StepFull, parked_told, step_told
from api.deciding import CompleteGiven, Given, Kind, PostponeGiven, Preview, ReplayGiven
from api.errors import Wrong, responses
from api.house import Home, House
from api.member import JobId, Lang, Sees, language
from api.who import Asker, may
from domain.job import Taken
from storage.audit import AuditLine
from storage.pages import BadCursor
from storage.steps import ParkedFilter, StepRow

router = APIRouter(tags=["ops"])

StepName = Annotated[str, Path(pattern=r"^[a-z_]{1,40}(:[a-z0-9][a-z0-9-]{0,40})?$", examples=["travel:ann"])]
DryRun = Annotated[bool, Query(description="show what would be done, and do nothing")]
ON_STEP = ("signed-out", "not-allowed", "not-found", "which-step", "stale", "not-now", "process-unreachable")
STEP = "/api/jobs/{job_id}/steps/{step}"


@router.get(STEP, responses=responses("signed-out", "not-allowed", "not-found", "which-step"))
async def show_step(
    request: Request, home: Home, asker: Sees, job_id: JobId, step: StepName, lang: Lang = None
) -> StepFull:
    """One step, with its request and the form it must have."""
    row = await reading.step(home, asker, job_id, step)
    deciding.allowed(asker, row)
    told = step_told(row.file, asker.audience, language(request, asker, lang))
    return StepFull(
        **told.model_dump(),
        job_id=job_id,
        revision=row.revision,
        request=row.file.request,
        request_schema=forms.request_schema(row.service, row.item),
        editable=forms.editable(row.service, row.item),
        booking=row.file.booking if asker.audience == "ops" else None,
        evidence=row.file.evidence,
    )


async def _decide(
    home: House, asker: Asker, row: StepRow, kind: Kind, given: Given, dry_run: bool
) -> Taken | Preview:
    taken = deciding.decision(kind, row, given, asker)
    if dry_run:
        deciding.allowed(asker, row)
        if taken.expected_attempt != row.attempt:
            raise Wrong("stale", f"{row.step} is at attempt {row.attempt}")
        return await deciding.preview(home, row, taken)
    return await deciding.decide(home, asker, row, taken)


async def _row(home: Home, asker: Sees, job_id: JobId, step: StepName) -> tuple[Asker, StepRow]:
    return asker, await reading.step(home, asker, job_id, step)


On = Annotated[tuple[Asker, StepRow], Depends(_row)]


@router.post(f"{STEP}/replay", responses=responses(*ON_STEP))
async def replay(home: Home, on: On, given: ReplayGiven, dry_run: DryRun = False) -> Taken | Preview:
    """Try a parked step again, with the same request or a corrected one."""
    return await _decide(home, *on, "replay", given, dry_run)


@router.post(f"{STEP}/complete", responses=responses(*ON_STEP))
async def complete(home: Home, on: On, given: CompleteGiven, dry_run: DryRun = False) -> Taken | Preview:
    """Record a parked step as done by hand, with its evidence."""
    return await _decide(home, *on, "by_hand", given, dry_run)


@router.post(f"{STEP}/skip", responses=responses(*ON_STEP))
async def skip(home: Home, on: On, given: Given, dry_run: DryRun = False) -> Taken | Preview:
    """Go on without a parked step; some steps are never skipped."""
    return await _decide(home, *on, "skip", given, dry_run)


@router.post(f"{STEP}/fail", responses=responses(*ON_STEP))
async def fail(home: Home, on: On, given: Given, dry_run: DryRun = False) -> Taken | Preview:
    """Give a parked step up."""
    return await _decide(home, *on, "fail", given, dry_run)


@router.post(f"{STEP}/postpone", responses=responses(*ON_STEP))
async def postpone(home: Home, on: On, given: PostponeGiven, dry_run: DryRun = False) -> Taken | Preview:
    """Decide later: the step is tried again by itself at that instant."""
    return await _decide(home, *on, "postpone", given, dry_run)


@router.get("/api/ops/parked", responses=responses("signed-out", "not-allowed", "wrong-cursor"))
async def parked(
    request: Request,
    home: Home,
    asker: Annotated[Asker, Depends(may("see_parked"))],
    service: Annotated[str | None, Query(max_length=40)] = None,
    error: Annotated[str | None, Query(max_length=80)] = None,
    decided_by: Annotated[str | None, Query(max_length=20)] = None,
    partner: Annotated[str | None, Query(max_length=40)] = None,
    since: AwareDatetime | None = None,
    cursor: Annotated[str | None, Query(max_length=300)] = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 50,
    lang: Lang = None,
) -> ParkedList:
    """The steps that wait for a person, the longest parked first."""
    wanted = ParkedFilter(service=service, error_type=error, decided_by=decided_by, partner=partner, since_at=since)
    try:
        page = await home.steps.parked(wanted, cursor, limit)
    except BadCursor as wrong:
        raise Wrong("wrong-cursor", str(wrong)) from None
    words = language(request, asker, lang)
    return ParkedList(steps=[parked_told(row, asker.audience, words) for row in page.rows], next=page.next)


@router.get("/api/ops/audit", responses=responses("signed-out", "not-allowed"))
async def audit(
    home: Home,
    asker: Annotated[Asker, Depends(may("see_audit"))],
    job: Annotated[str | None, Query(max_length=20)] = None,
    who: Annotated[str | None, Query(max_length=80)] = None,
    what: Annotated[str | None, Query(max_length=80)] = None,
    before: Annotated[int | None, Query(ge=1, le=2**31 - 1)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> list[AuditLine]:
    """Who decided what, the latest first; each line carries the hash of the one before."""
    return await home.audit.page(before=before, limit=limit, job_id=job, who=who, what=what)
