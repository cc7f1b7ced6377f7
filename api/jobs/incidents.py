"""Something happened on a job: told with its day and papers, and what became of it at the insurer's."""

from datetime import date, datetime
from hashlib import sha256
from typing import Annotated, Any

from fastapi import APIRouter, Header, Path, Query, Request
from pydantic import BaseModel, ConfigDict, Field

from api.container import Container, Home
from api.decisions.evidence import ANY_FILE
from api.declaring.start_sweeper import start_claim_at_once
from api.errors import FieldProblem, Wrong, responses
from api.jobs import access
from api.jobs.routes import JobId
from api.jobs.schemas import PaperTold, paper_told
from api.security.permissions import Asker, Known
from api.security.uploads import accepted
from domain.incident_claims import ClaimStanding, HitThing, IncidentClaim
from domain.money import Eur
from domain.orders import order_key
from domain.rules.claims import DEMONSTRATION_CLAIM_TERMS, PAY_WITHIN_DAYS, cover_for, report_by
from storage.jobs.documents import StoredDocument
from storage.jobs.incident_files import KIND, given_with, order_of
from storage.jobs.reported_events import Happening, HappeningKind, new_happening_id
from storage.security.audit import hash_of
from storage.services.insurance_claims import KeptClaim

router = APIRouter(prefix="/api/jobs/{job_id}/incidents", tags=["jobs"])
WHO = ("signed-out", "not-allowed", "not-found")
Key = Annotated[
    str | None, Header(max_length=200, description="Told again with the same key and words, it is one incident.")
]
IncidentId = Annotated[str, Path(pattern=r"^x-[0-9a-f]{1,40}$", examples=["x-0f3a9c1d2e4b5a69"])]
NO_CLAIM = frozenset({"cancelled_on_the_spot"})
"""A job that is called off claims on its cancellation cover by itself when it stops."""


class IncidentGiven(BaseModel):
    """What happened."""

    model_config = ConfigDict(
        extra="forbid",
        use_attribute_docstrings=True,
        json_schema_extra={
            "examples": [
                {"kind": "damage", "about": "equipment", "happened_on": "2026-03-14", "text": "The mixer fell"}
            ]
        },
    )

    kind: HappeningKind
    happened_on: date
    text: Annotated[str, Field(min_length=1, max_length=2000, pattern=r"\S")]
    """What happened, in plain words; the insurer reads it."""
    who: Annotated[str, Field(max_length=200)] = ""
    """Whom it happened to, or who did not come."""
    about: HitThing = "equipment"
    """Of damage and theft: the equipment of the job, a vehicle, or something of others."""


class IncidentTold(BaseModel):
    """Something that happened, and how far it is."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    incident_id: str
    kind: HappeningKind
    happened_on: date
    told_at: datetime
    text: str
    who: str | None = None
    report_by: datetime | None = None
    """Until when the insurer must know of it; None where nobody says."""
    basis: str = ""
    """The law or the policy that says so."""
    closed_at: datetime | None = None
    papers: list[str] = []
    """The names of the papers given with it."""
    claim: str | None = None
    """The claim's short name on the job: its steps are `insurance:{claim}-report`, `-loss`, `-outcome`, `-money`
    and `-bearer`. None where nothing is claimed."""
    cover: str | None = None
    number: str | None = None
    """The insurer's."""
    reported_at: datetime | None = None
    loss_eur: Eur | None = None
    granted_eur: Eur | None = None
    excess_eur: Eur | None = None
    paid_eur: Eur | None = None
    borne_by: str | None = None


@router.get("", responses=responses(*WHO))
async def list_incidents(home: Home, asker: Known, job_id: JobId) -> list[IncidentTold]:
    """What happened on a job, and how far each is."""
    await _mine(home, asker, job_id)
    return await incidents_of(home, job_id)


@router.post("", status_code=201, responses=responses(*WHO))
async def tell_incident(
    home: Home, asker: Known, job_id: JobId, given: IncidentGiven, idempotency_key: Key = None
) -> IncidentTold:
    """Tell what happened: the insurer hears of it within its time.

    The same Idempotency-Key with the same words is one incident.
    """
    await _mine(home, asker, job_id)
    kept = await tell(home, asker, job_id, given, idempotency_key)
    claims = [one for one in await home.insurance_claims.of_job(job_id) if one.incident_id == kept.happening_id]
    return _view(kept, claims[0] if claims else None, await home.documents.of_job(job_id))


@router.post(
    "/{incident_id}/papers",
    status_code=201,
    openapi_extra=ANY_FILE,
    responses=responses(*WHO, "unreadable-file", "too-large"),
)
async def add_paper(
    request: Request,
    home: Home,
    asker: Known,
    job_id: JobId,
    incident_id: IncidentId,
    name: Annotated[str, Query(min_length=1, max_length=120, examples=["damage.jpg"])],
) -> PaperTold:
    """A photograph, a police report, a bill: kept with what happened, and sent to the insurer with it or when the
    insurer asks for more."""
    await _mine(home, asker, job_id)
    return paper_told(await keep_paper(home, asker, job_id, incident_id, name, await request.body()))


async def incidents_of(home: Container, job_id: str) -> list[IncidentTold]:
    """What happened on a job, the first first, and how far each is."""
    claims = {one.incident_id: one for one in await home.insurance_claims.of_job(job_id)}
    papers = await home.documents.of_job(job_id)
    found = await home.happenings.of_job(job_id)
    return [_view(one, claims.get(one.happening_id), papers) for one in found]


async def tell(home: Container, asker: Asker, job_id: str, given: IncidentGiven, once: str | None) -> Happening:
    """Keep what happened with its deadline and begin its claim; the same words under the same key are one."""
    if given.happened_on > home.today():
        raise Wrong("invalid", errors=[FieldProblem(where="happened_on", why="this day is still to come")])
    said = (job_id, given.kind, str(given.happened_on), given.who, given.text)
    incident_id = f"x-{hash_of([asker.person_id, once, *said])[:24]}" if once else new_happening_id()
    claim = None if given.kind in NO_CLAIM else await _claim(home, job_id, incident_id, given)
    clock = report_by(given.kind, given.happened_on) if claim is not None else None
    told = Happening(
        happening_id=incident_id,
        job_id=job_id,
        kind=given.kind,
        happened_on=given.happened_on,
        told_at=home.now(),
        told_by=asker.person_id,
        who=given.who.strip() or None,
        text=given.text.strip(),
        due_at=clock.at if clock else None,
        basis=clock.basis if clock else "",
    )
    await home.happenings.open(told, claim)
    await start_claim_at_once(home, job_id, incident_id)
    return await home.happenings.one(incident_id)


async def keep_paper(
    home: Container, asker: Asker, job_id: str, incident_id: str, name: str, content: bytes
) -> StoredDocument:
    """Keep a paper with what happened; the same file twice is one. not-found for what did not happen here."""
    if incident_id not in {one.happening_id for one in await home.happenings.of_job(job_id)}:
        raise Wrong("not-found")
    media_type, plain = accepted(content, name)
    filed = await home.documents.file(
        job_id=job_id,
        step="insurance",
        name=plain,
        kind=KIND,
        media_type=media_type,
        content=content,
        audience=("member", "advisor", "ops"),
        subject_id=asker.person_id if asker.role == "member" else None,
        order_key=order_of(job_id, incident_id, sha256(content).hexdigest()[:16]),
    )
    return await home.documents.document(job_id, filed)


async def _mine(home: Container, asker: Asker, job_id: str) -> None:
    """One's own job, or a job one advises on."""
    asker.must("withdraw")
    await access.row(home, asker, job_id)


async def _claim(home: Container, job_id: str, incident_id: str, given: IncidentGiven) -> IncidentClaim:
    """The claim that follows from it, under the cover it falls under."""
    plan, bound = (await home.jobs.job(job_id)).plan, await _bound(home, job_id)
    kind: Any = given.kind
    cover = cover_for(kind, given.about, bound)
    return IncidentClaim(
        incident_id=incident_id,
        item="-",
        kind=kind,
        cover=cover,
        happened_on=given.happened_on,
        policy_reference=bound.get(cover),
        country=plan.insurance.country if plan.insurance else "BE",
        report_by=report_by(given.kind, given.happened_on).at,
        answer_within_days=DEMONSTRATION_CLAIM_TERMS.answer_within_days,
        pay_within_days=PAY_WITHIN_DAYS,
    )


async def _bound(home: Container, job_id: str) -> dict[str, str]:
    """The job's own covers that are bound, each with the reference under which it was."""
    try:
        row = await home.steps.step(job_id, "insurance")
    except KeyError:
        return {}
    state = row.file
    if state.state != "done" or state.by_hand:
        return {}
    order = order_key(job_id, "insurance", state.item, state.revision)
    return {cover: f"{order}/{cover}" for cover in state.request.get("covers", ())}


def _view(one: Happening, claim: KeptClaim | None, papers: list[StoredDocument]) -> IncidentTold:
    told = IncidentTold(
        incident_id=one.happening_id,
        kind=one.kind,
        happened_on=one.happened_on,
        told_at=one.told_at,
        text=one.text,
        who=one.who,
        report_by=one.due_at,
        basis=one.basis,
        closed_at=one.closed_at,
        papers=[paper.name for paper in papers if given_with(paper, one.happening_id)],
    )
    if claim is None:
        return told
    standing: ClaimStanding = claim.progress
    return told.model_copy(
        update={
            "claim": claim.item,
            "cover": claim.claim.cover if claim.claim else None,
            "number": claim.number,
            "reported_at": claim.reported_at,
            "loss_eur": standing.loss_eur,
            "granted_eur": standing.granted_eur,
            "excess_eur": standing.excess_eur,
            "paid_eur": standing.paid_eur,
            "borne_by": standing.borne_by,
        }
    )
