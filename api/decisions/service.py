"""Decisions of people on a job or a step: allowed, handed to the process, and written to the audit."""

from typing import Literal

from activities.catalog import step_of
from api.container import Container
from api.decisions import approval_policy
from api.decisions import forms as decision_forms
from api.decisions.audit import audited, operation
from api.decisions.carry_out import carry_out, detailed, reused, unused
from api.decisions.job_routes import CancelledBy, approve, cancel, move, report, take_back_move, withdraw
from api.decisions.preview import Preview, preview
from api.decisions.schemas import (
    AnswerGiven,
    CompleteGiven,
    Given,
    Kind,
    PostponeGiven,
    Reason,
    ReplayGiven,
    decision,
)
from api.errors import FieldProblem, Wrong
from api.jobs.schemas import Answered
from api.ports.process import NotTaken
from api.security.permissions import Asker
from api.wording.diffs import held_told
from domain.decisions import difference
from domain.frame import NO_SUCH_VERSION, JobFrame
from domain.held_fields import held_elsewhere, in_english
from domain.job import Decision, Taken
from domain.questions import answers, misplaced, worked_already
from storage.execution.operations import AlreadyProposed, Proposal, ProposalState
from storage.execution.shown_content import shown_sha256
from storage.jobs.steps import StepRow
from storage.security.audit import hash_of
from workflows.decisions import contents_flaw, given_back_flaw, signed_paper

__all__ = [
    "AnswerGiven",
    "CancelledBy",
    "CompleteGiven",
    "Given",
    "Kind",
    "PostponeGiven",
    "Preview",
    "Proposed",
    "Reason",
    "ReplayGiven",
    "approve",
    "audited",
    "cancel",
    "carry_out",
    "decide",
    "decision",
    "move",
    "operation",
    "preview",
    "rehearsed",
    "report",
    "take_back_move",
    "withdraw",
]

LONGEST_PROPOSAL_ID = 80
"""Characters a proposal's name may have in the tables."""
NOT_A_MEMBERS = frozenset({"approved_by", "loss_borne_by", "answer_by", "evidence_document"})
"""Fields of a request that only somebody who answers for the cooperative changes."""


class Proposed(Answered):
    """Two persons decide this: it waits for a second one, and nothing was done yet."""

    proposal_id: str
    step: str
    state: ProposalState
    rule: Literal["two"] = "two"
    why: str
    """Why it takes two."""
    may_confirm: list[str]
    """The roles one of which the second person has."""


def allowed(asker: Asker, row: StepRow) -> None:
    """Ops decide everything, others what the problem names them for; about an own job only its member decides.

    Where nothing waits for a decision nobody else's is awaited: whoever sees the job is told that, not sent away.
    """
    if row.state != "parked" and (concerned(asker, row) or not asker.may("decide")):
        raise NotTaken("NotParked", f"{row.step} is {row.state}, not parked")
    if concerned(asker, row) and not (row.decided_by == "member" and "member" in asker.roles):
        raise Wrong("not-allowed", "this is about your own job or pay: somebody else decides it")
    if asker.may("decide"):
        return
    if not (asker.may("decide_own") and row.decided_by in asker.roles):
        raise Wrong("not-allowed", f"this is decided by {row.decided_by or 'ops'}")


def concerned(asker: Asker, row: StepRow) -> bool:
    """Whether somebody would decide about their own job or their own pay."""
    return asker.person_id in (row.member_id, row.file.request.get("person_id"))


def within_reach(asker: Asker, row: StepRow, taken: Decision) -> None:
    """A member decides about the own job, but lifts no limit, moves no legal day and vouches for nothing."""
    if asker.role != "member" and not concerned(asker, row):
        return
    if taken.kind == "by_hand":
        raise Wrong("not-allowed", "your adviser records what was done by hand")
    old, new = row.file.request, taken.request or row.file.request
    changed = {name for name in {*old, *new} if old.get(name) != new.get(name)}
    if forbidden := sorted(changed & NOT_A_MEMBERS):
        raise Wrong("not-allowed", f"your adviser changes this: {', '.join(forbidden)}")


async def decide(home: Container, asker: Asker, row: StepRow, taken: Decision) -> Taken | Proposed:
    """Hand a decision to the process that carries the step, or keep it for a second person where two decide."""
    allowed(asker, row)
    within_reach(asker, row, taken)
    await sound(home, row, taken)
    await proven(home, row, taken)
    await unused(home, row, taken)
    rule = ruled(row, taken)
    if rule.rule == "two":
        return await _by_two(home, asker, row, taken, rule)
    return await carry_out(home, row, taken, rule.rule)


async def rehearsed(home: Container, asker: Asker, row: StepRow, taken: Decision) -> Preview:
    """What a decision would do, for somebody who may take it; what cannot be taken is said as when it is taken."""
    allowed(asker, row)
    within_reach(asker, row, taken)
    if row.state == "parked" and taken.expected_attempt != row.attempt:
        raise Wrong("stale", f"{row.step} is at attempt {row.attempt}")
    await sound(home, row, taken)
    return await preview(home, row, taken)


def ruled(row: StepRow, taken: Decision) -> approval_policy.Guarded:
    """How many persons this decision takes, and why."""
    edited = [one.field for one in difference(row.file.request, taken.request or row.file.request)]
    return approval_policy.guarded(row.service, taken.kind, decision_forms.next_verb(row.file), edited)


async def sound(home: Container, row: StepRow, taken: Decision) -> None:
    """Raise what is wrong with the request or result a decision brings, as the process would."""
    step = step_of(row.service, row.item)
    current = row.state == "parked" and row.attempt == taken.expected_attempt
    if current and (wrong := misplaced(row.file, taken.kind) or await _worked(home, row, taken.kind)):
        raise NotTaken(*wrong)
    if step is not None and current and (flaw := contents_flaw(step, row.file, taken, await _frame(home, row))):
        raise NotTaken(*flaw)
    if step is not None and current and (flaw := given_back_flaw(step, row.file, taken)):
        raise NotTaken(*flaw)
    await _of_a_known_client(home, row, taken)
    await _held(home, row, taken)


async def _of_a_known_client(home: Container, row: StepRow, taken: Decision) -> None:
    """Raise when an edited request names a version of the client that nobody declared."""
    wanted = taken.request or {}
    version, client_id = wanted.get("client_version"), wanted.get("client_id")
    if client_id is None or version == row.file.request.get("client_version"):
        return
    try:
        await home.clients.client(str(client_id), int(str(version)))
    except KeyError:
        raise NotTaken("WrongForThisJob", f"client_version: {NO_SUCH_VERSION}") from None


async def _worked(home: Container, row: StepRow, kind: Kind) -> tuple[str, str] | None:
    if not answers(row.file):
        return None
    return worked_already((await home.jobs.job(row.job_id)).file, row.file, kind, home.now())


async def offered_answers(home: Container, row: StepRow) -> list[Kind]:
    """What a question may be answered now; nothing when it is no question."""
    return [one for one in answers(row.file) if await _worked(home, row, one) is None]


async def _held(home: Container, row: StepRow, taken: Decision) -> None:
    """Raise, in the reader's language, when an edited field stands on what another step has made of it."""
    if taken.request is None:
        return
    changed = {one.field for one in difference(row.file.request, taken.request)}
    steps = {one.step: one.file for one in await home.steps.of_job(row.job_id)}
    held = held_elsewhere(row.service, row.item, changed, steps)
    if held is None:
        return
    flaws = [FieldProblem(where=f"body.request.{one}", why=in_english(held)) for one in held.fields]
    raise Wrong("held-elsewhere", lambda lang: held_told(held, lang), errors=flaws, step=held.step)


async def _frame(home: Container, row: StepRow) -> JobFrame:
    """The job an edited request must fit."""
    return (await home.jobs.job(row.job_id)).plan.frame


async def proven(home: Container, row: StepRow, taken: Decision) -> None:
    """Raise evidence-missing unless what was done by hand is proven by a paper of the job."""
    if taken.kind != "by_hand":
        return
    try:
        await home.documents.document(row.job_id, taken.evidence or "")
    except KeyError:
        why = f"{taken.evidence} is not among the papers of this job: upload it to the step's evidence first"
        raise Wrong("evidence-missing", why) from None


async def _by_two(
    home: Container, asker: Asker, row: StepRow, taken: Decision, rule: approval_policy.Guarded
) -> Taken | Proposed:
    """Propose it; or tell again what was done, when a second person has confirmed this very proposal."""
    try:
        before = await home.proposals.proposal(proposal_id(taken))
    except KeyError:
        return await propose(home, asker, row, taken, rule)
    if not _same(before, row, taken):
        raise reused(taken)
    if before.state == "confirmed":
        return await carry_out(home, row, taken.model_copy(update={"confirmed_by": before.answered_by}), "two")
    if before.state != "open":
        raise Wrong("already-answered", f"{before.state} before", proposal_id=before.proposal_id)
    return await propose(home, asker, row, taken, rule)


def proposal_id(taken: Decision) -> str:
    """The name under which a decision waits for a second person."""
    name = f"p-{taken.operation_id}"
    return name if len(name) <= LONGEST_PROPOSAL_ID else f"p-{hash_of(taken.operation_id)}"


def _same(before: Proposal, row: StepRow, taken: Decision) -> bool:
    """Whether a proposal is this decision: of the same person, about the same step, with the same content."""
    if (before.job_id, before.step, before.by) != (row.job_id, row.step, taken.by):
        return False
    if before.decision.content_hash:
        return before.decision.content_hash == taken.content_hash
    apart = {"confirmed_by", "content_hash"}
    return before.decision.model_dump(exclude=apart) == taken.model_dump(exclude=apart)


async def propose(
    home: Container, asker: Asker, row: StepRow, taken: Decision, rule: approval_policy.Guarded
) -> Proposed:
    """Keep a decision for a second person."""
    if row.state != "parked":
        raise NotTaken("NotParked", f"{row.step} is {row.state}, not parked")
    if row.attempt != taken.expected_attempt:
        raise NotTaken("StaleAttempt", f"{row.step} is at attempt {row.attempt}, not {taken.expected_attempt}")
    wanted = Proposal(
        proposal_id=proposal_id(taken),
        job_id=row.job_id,
        step=row.step,
        kind=taken.kind,
        by=asker.person_id,
        role=asker.role,
        reason=taken.reason,
        decision=taken,
        changes=difference(row.file.request, taken.request or row.file.request),
        proposed_at=home.now(),
        shown_sha256=await shown_sha256(home.database, row, taken),
    )
    try:
        kept = await home.proposals.propose(wanted)
    except AlreadyProposed as open_:
        raise Wrong("already-proposed", str(open_), proposal_id=open_.proposal_id) from None
    line = audited(home, asker, f"step.{taken.kind}.proposed", row.job_id, taken.reason, step=row.step)
    await home.audit.record(
        detailed(line, row, taken).model_copy(
            update={"outcome": "waits_for_second", "shown_sha256": kept.shown_sha256}
        )
    )
    told = {"kind": taken.kind, "reason": taken.reason}
    await home.events.append(
        row.job_id,
        "step.proposed",
        home.now(),
        step=row.step,
        by=asker.person_id,
        params=told,
        source=kept.proposal_id,
    )
    return Proposed(
        proposal_id=kept.proposal_id,
        step=row.step,
        state=kept.state,
        why=rule.why,
        may_confirm=may_confirm(row),
    )


def may_confirm(row: StepRow) -> list[str]:
    """The roles that may be the second person: ops, and whoever the problem names, but no member."""
    named = {row.decided_by} if row.decided_by in ("advisor", "finance") else set()
    return sorted({"ops", *map(str, named)})


def read_only(row: StepRow) -> dict[str, str]:
    """The editable fields that stand on a signed paper, and why they stay what they are."""
    step = step_of(row.service, row.item)
    paper = signed_paper(step, row.file) if step else None
    return dict.fromkeys(sorted(step.printed), f"stands on {paper}") if step and paper else {}


def rules(row: StepRow) -> dict[str, str]:
    """How many persons each decision about this step takes."""
    verb = decision_forms.next_verb(row.file)
    if possible := answers(row.file):
        return {kind: approval_policy.guard(row.service, kind, verb) for kind in possible}
    found: dict[str, str] = {kind: approval_policy.guard(row.service, kind, verb) for kind in approval_policy.KINDS}
    return found | dict.fromkeys(decision_forms.not_offered(row.file), "never")
