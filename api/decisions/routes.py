"""What ops do: see every parked step, decide on one, and read who decided what."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from pydantic import AwareDatetime

from api.container import Container, Home
from api.decisions import forms as decision_forms
from api.decisions import service as decision_service
from api.decisions.outcome import decision_told
from api.decisions.service import (
    AnswerGiven,
    CompleteGiven,
    Given,
    Kind,
    PostponeGiven,
    Preview,
    Proposed,
    ReplayGiven,
)
from api.errors import Wrong, responses
from api.jobs import access
from api.jobs.routes import JobId, Lang, Sees, language
from api.jobs.schemas import ParkedList, StepFull, parked_told, step_told
from api.security.permissions import Asker, may
from domain.job import Taken
from storage.core.pagination import BadCursor
from storage.jobs.steps import ParkedFilter, StepRow
from storage.security.audit import AuditLine

router = APIRouter(tags=["ops"])

StepName = Annotated[
    str, Path(pattern=r"^[a-z_]{1,40}(:[a-z0-9][a-z0-9-]{0,40}(\.\d{4}-\d{2})?)?$", examples=["travel:ann"])
]
DryRun = Annotated[bool, Query(description="show what would be done, and do nothing")]
ON_STEP = (
    "signed-out",
    "not-allowed",
    "not-found",
    "which-step",
    "stale",
    "not-parked",
    "someone-else-decides",
    "already-proposed",
    "not-now",
    "evidence-missing",
    "never-skipped",
    "question-needs-answer",
    "work-has-begun",
    "signed-paper",
    "process-unreachable",
)
STEP = "/api/jobs/{job_id}/steps/{step}"


@router.get(STEP, responses=responses("signed-out", "not-allowed", "not-found", "which-step"))
async def show_step(
    request: Request, home: Home, asker: Sees, job_id: JobId, step: StepName, lang: Lang = None
) -> StepFull:
    """One step, with its request and the form it must have."""
    row = await access.step(home, asker, job_id, step)
    decision_service.allowed(asker, row)
    job = await home.jobs.job(row.job_id)
    names = await access.crew_names(home, job.plan, [row.file])
    told = step_told(row.file, asker.audience, language(request, asker, lang), job.file, names)
    return StepFull(
        **told.model_dump(),
        job_id=job_id,
        revision=row.revision,
        request=row.file.request,
        request_schema=decision_forms.request_schema(row.service, row.item),
        editable=decision_forms.editable(row.service, row.item),
        booking=row.file.booking if asker.audience == "ops" else None,
        evidence=row.file.evidence,
        result_schema=decision_forms.result_schema(row.file),
        result_draft=decision_forms.drafted(row.file),
        read_only=decision_service.read_only(row),
        rules=decision_service.rules(row),
        answers=list(await decision_service.offered_answers(home, row)),
        wanted=row.file.wanted,
        postponed_until_at=row.file.postponed_until_at,
        until_partner=row.file.until_partner,
        decisions=[decision_told(one, asker, row) for one in await home.operations.of_step(job_id, row.step)],
        claim=(await home.claims.of_steps([(job_id, row.step)], home.now())).get((job_id, row.step)),
        notes=(await home.claims.notes([(job_id, row.step)])).get((job_id, row.step), []),
    )


async def _decide(
    home: Container, response: Response, asker: Asker, row: StepRow, kind: Kind, given: Given, dry_run: bool
) -> Taken | Preview | Proposed:
    taken = decision_service.decision(kind, row, given, asker)
    if dry_run:
        return await decision_service.rehearsed(home, asker, row, taken)
    done = await decision_service.decide(home, asker, row, taken)
    if isinstance(done, Proposed):
        response.status_code = 202
    return done


async def _row(home: Home, asker: Sees, job_id: JobId, step: StepName) -> tuple[Asker, StepRow]:
    return asker, await access.step(home, asker, job_id, step)


On = Annotated[tuple[Asker, StepRow], Depends(_row)]


@router.post(f"{STEP}/replay", responses=responses(*ON_STEP))
async def replay(
    home: Home, response: Response, on: On, given: ReplayGiven, dry_run: DryRun = False
) -> Taken | Preview | Proposed:
    """Try a parked step again, with the same request or a corrected one."""
    return await _decide(home, response, *on, "replay", given, dry_run)


@router.post(f"{STEP}/complete", responses=responses(*ON_STEP))
async def complete(
    home: Home, response: Response, on: On, given: CompleteGiven, dry_run: DryRun = False
) -> Taken | Preview | Proposed:
    """Record a parked step as done by hand; its evidence was uploaded before."""
    return await _decide(home, response, *on, "by_hand", given, dry_run)


@router.post(f"{STEP}/skip", responses=responses(*ON_STEP))
async def skip(
    home: Home, response: Response, on: On, given: Given, dry_run: DryRun = False
) -> Taken | Preview | Proposed:
    """Go on without a parked step; some steps are never skipped."""
    return await _decide(home, response, *on, "skip", given, dry_run)


@router.post(f"{STEP}/fail", responses=responses(*ON_STEP))
async def fail(
    home: Home, response: Response, on: On, given: Given, dry_run: DryRun = False
) -> Taken | Preview | Proposed:
    """Give a parked step up."""
    return await _decide(home, response, *on, "fail", given, dry_run)


@router.post(f"{STEP}/postpone", responses=responses(*ON_STEP))
async def postpone(
    home: Home, response: Response, on: On, given: PostponeGiven, dry_run: DryRun = False
) -> Taken | Preview | Proposed:
    """Decide later: the step is tried again by itself at that instant, or when its partner answers again."""
    return await _decide(home, response, *on, "postpone", given, dry_run)


@router.post(f"{STEP}/answer", responses=responses(*ON_STEP))
async def answer(
    home: Home, response: Response, on: On, given: AnswerGiven, dry_run: DryRun = False
) -> Taken | Preview | Proposed:
    """Answer what a step asks about what is signed, issued or done by hand: no replay answers it."""
    return await _decide(home, response, *on, given.answer, given, dry_run)


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
    """The steps that wait for a person: what becomes unlawful soon, then by decide-by, then the longest parked."""
    wanted = ParkedFilter(service=service, error_type=error, decided_by=decided_by, partner=partner, since_at=since)
    try:
        page = await home.steps.parked(wanted, cursor, limit, now=home.now())
    except BadCursor as wrong:
        raise Wrong("wrong-cursor", str(wrong)) from None
    words = language(request, asker, lang)
    places = [(row.job_id, row.step) for row in page.rows]
    claims, notes = await home.claims.of_steps(places, home.now()), await home.claims.notes(places)
    names = await home.people.names({str(row.file.request.get("person_id")) for row in page.rows})
    told = [
        parked_told(row, asker.audience, words, names).model_copy(
            update={"claim": claims.get(place), "last_note": next(reversed(notes.get(place, [])), None)}
        )
        for row, place in zip(page.rows, places, strict=True)
    ]
    return ParkedList(steps=told, next=page.next)


@router.get("/api/ops/audit", responses=responses("signed-out", "not-allowed"))
async def audit(
    home: Home,
    asker: Annotated[Asker, Depends(may("see_audit"))],
    job: Annotated[str | None, Query(max_length=20)] = None,
    who: Annotated[str | None, Query(max_length=80)] = None,
    what: Annotated[
        str | None, Query(max_length=80, description="`step.replay`; `step.*` for all of a kind")
    ] = None,
    since: AwareDatetime | None = None,
    until: AwareDatetime | None = None,
    before: Annotated[int | None, Query(ge=1, le=2**31 - 1)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> list[AuditLine]:
    """Who decided what, the latest first; each line carries the hash of the one before."""
    return await home.audit.page(
        before=before, limit=limit, job_id=job, who=who, what=what, since_at=since, until_at=until
    )
