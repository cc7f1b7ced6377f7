"""Decisions that take two persons: proposed by one, confirmed or refused by another, never by the same."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query
from pydantic import BaseModel, ConfigDict, Field

from activities.catalog import step_of
from api.container import Container, Home
from api.decisions import service as decision_service
from api.decisions.audit import audited
from api.decisions.schemas import Reason
from api.errors import Wrong, responses
from api.ports.process import NotTaken
from api.security.permissions import Asker, may
from domain.decisions import redacted
from domain.job import Taken
from storage.execution.operations import AlreadyAnswered, Proposal, ProposalState
from storage.execution.shown_content import shown_sha256
from storage.jobs.steps import StepRow

router = APIRouter(prefix="/api/ops/proposals", tags=["ops"])

ProposalId = Annotated[str, Path(pattern=r"^[A-Za-z0-9_:-]{1,80}$")]
Sees = Annotated[Asker, Depends(may("see_parked"))]
Seconds = Annotated[Asker, Depends(may("review"))]
ANSWERS = ("signed-out", "not-allowed", "not-found", "second-person", "already-answered")


class SecondGiven(BaseModel):
    """The second person's answer, and why."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"reason": "I have seen the file"}]})

    reason: Reason
    shown_sha256: Annotated[str | None, Field(pattern=r"^[0-9a-f]{64}$")] = None
    """The hash that stood beside what you were shown: another one is a change since, and asks again."""


class ProposalTold(Proposal):
    """A proposal with what the second person needs to know."""

    may_confirm: list[str] = []
    """The roles one of which the second person has."""
    why: str = ""
    """Why it takes two."""
    changed: bool = False
    """Whether something shown has changed since it was proposed: it cannot be confirmed, only proposed anew."""


@router.get("", responses=responses("signed-out", "not-allowed"))
async def proposals(
    home: Home,
    asker: Sees,
    state: Annotated[ProposalState | None, Query(description="`open` by default")] = "open",
    job: Annotated[str | None, Query(max_length=20)] = None,
) -> list[ProposalTold]:
    """The decisions that wait for a second person, the oldest first."""
    return [await _proposal_view(home, asker, one) for one in await home.proposals.all(state, job)]


@router.get("/{proposal_id}", responses=responses("signed-out", "not-allowed", "not-found"))
async def proposal(home: Home, asker: Sees, proposal_id: ProposalId) -> ProposalTold:
    """One proposal."""
    return await _proposal_view(home, asker, await _proposal(home, proposal_id))


@router.post(
    "/{proposal_id}/confirm",
    responses=responses(*ANSWERS, "stale", "not-parked", "not-now", "process-unreachable"),
)
async def confirm(home: Home, asker: Seconds, proposal_id: ProposalId, given: SecondGiven) -> Taken:
    """Say yes as the second person: the decision goes to the process with both names."""
    one = await _proposal(home, proposal_id)
    row = await home.steps.step(one.job_id, one.step)
    _another(asker, one, row)
    if one.state in ("refused", "overtaken") or (one.state == "confirmed" and one.answered_by != asker.person_id):
        raise Wrong("already-answered", f"{one.state} before")
    await _as_shown(home, asker, one, row, given)
    taken = one.decision.model_copy(update={"confirmed_by": asker.person_id})
    try:
        done = await decision_service.carry_out(home, row, taken, "two", one.shown_sha256)
    except NotTaken:
        await _answer(home, one, "overtaken", asker, given.reason)
        raise
    await _answer(home, one, "confirmed", asker, given.reason)
    return done


@router.post("/{proposal_id}/refuse", responses=responses(*ANSWERS))
async def refuse(home: Home, asker: Seconds, proposal_id: ProposalId, given: SecondGiven) -> ProposalTold:
    """Say no; whoever proposed it may take it back the same way."""
    one = await _proposal(home, proposal_id)
    row = await home.steps.step(one.job_id, one.step)
    decision_service.allowed(asker, row)
    if one.state != "open":
        raise Wrong("already-answered", f"{one.state} before")
    await _answer(home, one, "refused", asker, given.reason)
    line = audited(home, asker, f"step.{one.kind}.refused", one.job_id, given.reason, step=one.step)
    refused = {"operation_id": one.decision.operation_id, "outcome": "refused", "confirmed_by": asker.person_id}
    await home.audit.record(line.model_copy(update=refused))
    await home.events.append(
        one.job_id,
        "step.proposal_refused",
        home.now(),
        step=one.step,
        by=asker.person_id,
        params={"kind": one.kind, "reason": given.reason},
        source=f"refused-{proposal_id}"[:200],
    )
    return await _proposal_view(home, asker, await _proposal(home, proposal_id))


async def changed(home: Container, one: Proposal, row: StepRow) -> bool:
    """Whether what an open proposal shows is no longer what its first person saw."""
    if one.state != "open" or one.shown_sha256 is None:
        return False
    return await shown_sha256(home.database, row, one.decision) != one.shown_sha256


def _another(asker: Asker, one: Proposal, row: StepRow) -> None:
    """The second person may decide this, and is not the first."""
    decision_service.allowed(asker, row)
    if asker.person_id == one.by:
        raise Wrong("second-person", "two different persons decide this")


async def _as_shown(home: Container, asker: Asker, one: Proposal, row: StepRow, given: SecondGiven) -> None:
    """Both say yes to the very same content: what changed since the first yes is proposed again."""
    if one.state != "open" or one.shown_sha256 is None:
        return
    now = await shown_sha256(home.database, row, one.decision)
    if now != one.shown_sha256:
        await _answer(home, one, "overtaken", asker, given.reason)
        line = audited(home, asker, f"step.{one.kind}.overtaken", one.job_id, given.reason, step=one.step)
        told = {"operation_id": one.decision.operation_id, "outcome": "changed_since", "shown_sha256": now}
        await home.audit.record(line.model_copy(update=told))
    if given.shown_sha256 not in (None, now) or now != one.shown_sha256:
        raise Wrong("stale", "what is shown has changed since it was proposed: look at it and propose it again")


async def _answer(home: Container, one: Proposal, state: ProposalState, asker: Asker, why: str) -> None:
    try:
        await home.proposals.answer(one.proposal_id, state, asker.person_id, home.now(), why)
    except AlreadyAnswered:
        kept = await home.proposals.proposal(one.proposal_id)
        if (kept.state, kept.answered_by) != (state, asker.person_id):
            raise Wrong("already-answered", f"{kept.state} before") from None


async def _proposal(home: Container, proposal_id: str) -> Proposal:
    try:
        return await home.proposals.proposal(proposal_id)
    except KeyError:
        raise Wrong("not-found", f"there is no proposal {proposal_id}") from None


async def _proposal_view(home: Container, asker: Asker, one: Proposal) -> ProposalTold:
    row = await home.steps.step(one.job_id, one.step)
    step = step_of(row.service, row.item)
    private = () if asker.audience == "ops" or step is None else step.private
    hidden = set() if asker.audience == "ops" else {"request", "result"}
    return ProposalTold(
        **dict(one)
        | {
            "changes": redacted(one.changes, private),
            "decision": one.decision.model_copy(update=dict.fromkeys(hidden)),
        },
        may_confirm=decision_service.may_confirm(row),
        why=decision_service.ruled(row, one.decision).why,
        changed=await changed(home, one, row),
    )
