"""What the API answers about jobs, steps and papers, at the level of the one who reads it."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict

from api.jobs.contract_changes import ContractChange, contract_changes
from api.jobs.pending_move import PendingMove, pending_move
from api.wording import failures
from api.wording.timeline import NOBODY, Audience, Names, refusal, title, whom
from domain.decisions import FieldChange
from domain.job import Approval, JobFile, JobState, StepState, StepStateName, Waiting
from domain.money import Eur
from domain.people import Language
from domain.promises import told_step_state
from engine.wording import approval_reason
from engine.words import knows, say
from storage.jobs.claims import Claim, Note
from storage.jobs.documents import StoredDocument
from storage.jobs.jobs import JobRow, KeptJob
from storage.jobs.steps import StepRow


class Answered(BaseModel):
    """Something the API answers."""

    model_config = ConfigDict(use_attribute_docstrings=True)


class ProblemTold(Answered):
    """Why a step waits for a person."""

    type: str
    """The refusal's name, or the kind of failure."""
    text: str
    """In the reader's language."""
    decided_by: str
    since_at: datetime
    technical: str | None = None
    """The cause behind it; for ops."""


class StepTold(Answered):
    """One step as people follow it."""

    step: str
    """Its name in addresses and commands: `van_rental`, `wages:ann`."""
    title: str
    """Its name for people."""
    service: str
    item: str
    state: StepStateName
    state_text: str
    attempt: int
    waiting: Waiting | None = None
    problem: ProblemTold | None = None
    decide_by: datetime | None = None
    by_hand: bool = False


class ApprovalTold(Answered):
    """An approval a rule asks for."""

    rule: str
    label: str
    """The rule in the reader's language."""
    why: str
    answer_by: datetime
    granted: bool | None = None


class JobTold(Answered):
    """One job in a list."""

    job_id: str
    title: str
    client_name: str
    state: JobState
    state_text: str
    parked: bool
    """Whether a step of it waits for a decision."""
    amount_eur: Eur
    """What the client pays, ex VAT."""
    member_id: str
    declared_at: datetime
    first_start_at: datetime
    next_at: datetime | None = None
    """When the process goes on by itself."""
    started: bool
    """Whether its process is confirmed to be under way."""


class JobDeclared(JobTold):
    """A job just declared."""

    overlaps: list[str] = []
    """Who works on another job at the same hours."""


class JobFull(JobTold):
    """One job with its steps."""

    entity: str
    quote_id: str
    last_end_at: datetime
    steps: list[StepTold]
    approvals: list[ApprovalTold]
    pending_move: PendingMove | None = None
    """A move that waits for a yes; until then the job stays as it is."""
    contract_changes: list[ContractChange] = []
    """Signed contracts that would change; until both have signed, what is signed stays in force."""
    report: str | None = None
    off_the_job: list[str]


class JobList(Answered):
    """Some jobs, the latest first."""

    jobs: list[JobTold]
    next: str | None = None
    """The cursor of the next page; none on the last."""


class PaperTold(Answered):
    """One paper of a job."""

    name: str
    kind: str
    step: str
    media_type: str
    size: int
    sha256: str
    filed_at: datetime


class StepFull(StepTold):
    """One parked or running step with all that a decision needs."""

    job_id: str
    revision: int
    request: dict[str, Any]
    """The request as it stands, to be edited for a replay."""
    request_schema: dict[str, Any]
    """JSON Schema of the request."""
    editable: list[str]
    """The request fields a replay may change."""
    booking: dict[str, Any] | None = None
    evidence: str | None = None
    result_schema: dict[str, Any] = {}
    """JSON Schema of the result, for whoever does the step by hand."""
    result_draft: dict[str, Any] | None = None
    """The result by hand as the step itself offers it."""
    read_only: dict[str, str] = {}
    """Fields that would be editable but stand on a signed paper: why not."""
    rules: dict[str, str] = {}
    """How many persons each decision takes: `alone`, `reviewed`, `two`; `never` where it is not possible."""
    answers: list[str] = []
    """When the step asks a question: what may be answered. `by_hand` is `complete`, the others go to `answer`."""
    wanted: dict[str, Any] | None = None
    """What a signed request would become, while people are asked about it."""
    postponed_until_at: datetime | None = None
    until_partner: str | None = None
    """Postponed until this partner answers again."""
    decisions: list["DecisionTold"] = []
    """What people decided about it so far, the oldest first, with what they edited."""
    claim: Claim | None = None
    """Who is busy with it."""
    notes: list[Note] = []


class DecisionTold(Answered):
    """One decision about a step, as it was given."""

    operation_id: str
    kind: str
    by: str
    role: str
    confirmed_by: str | None = None
    reason: str
    asked_at: datetime
    attempt: int
    outcome: str
    """`taken`, or why the process did not take it."""
    changes: list[FieldChange] = []
    """The edited fields, from what to what; private values are for ops alone."""
    evidence: str | None = None
    reference: str | None = None


class ParkedTold(StepTold):
    """One parked step in the list of ops."""

    job_id: str
    job_title: str
    first_start_at: datetime
    partner: str | None = None
    claim: Claim | None = None
    """Who is busy with it."""
    last_note: Note | None = None


class ParkedList(Answered):
    """Some parked steps, in the order in which to decide about them."""

    steps: list[ParkedTold]
    next: str | None = None


def step_told(
    state: StepState, audience: Audience, lang: Language, file: JobFile | None = None, names: Names = NOBODY
) -> StepTold:
    """One step for one audience; with the job's file its state is told as the whole job makes it true."""
    return StepTold(**_step(state, audience, lang, file, names))


def state_text(state: StepState, lang: Language, file: JobFile | None) -> str:
    """The state of a step in words: what a stopped job left unfinished is not "waiting" and was not "replaced"."""
    return say(lang, f"state.step.{told_step_state(file, state) if file else state.state}")


def _step(
    state: StepState, audience: Audience, lang: Language, file: JobFile | None, names: Names
) -> dict[str, Any]:
    return {
        "step": state.step,
        "title": title(state.step, lang, names),
        "service": state.service,
        "item": state.item,
        "state": state.state,
        "state_text": state_text(state, lang, file),
        "attempt": state.attempt,
        "waiting": state.waiting,
        "problem": problem_told(state, audience, lang),
        "decide_by": state.decide_by,
        "by_hand": state.by_hand,
    }


def problem_told(state: StepState, audience: Audience, lang: Language) -> ProblemTold | None:
    """Why a step is parked, in the reader's language; the technical cause for ops only."""
    problem = state.problem
    if problem is None:
        return None
    text = refusal({**problem.params, "problem": problem.type, "text": problem.text}, lang)
    if audience == "ops" and problem.type == "PartnerDown" and problem.technical:
        text = failures.away(problem.params.get("partner"), problem.technical, lang)
    return ProblemTold(
        type=problem.type,
        text=text,
        decided_by=problem.decided_by,
        since_at=problem.since_at,
        technical=problem.technical if audience == "ops" else None,
    )


def job_told(row: JobRow, lang: Language) -> JobTold:
    """One job for a list."""
    return JobTold(
        **row.model_dump(include=set(JobTold.model_fields)),
        state_text=say(lang, f"state.job.{row.state}"),
        started=row.started_at is not None,
    )


def job_full(kept: KeptJob, steps: list[StepState], audience: Audience, lang: Language, names: Names) -> JobFull:
    """One job with its steps."""
    light = job_told(kept, lang)
    return JobFull(
        **light.model_dump(),
        entity=kept.entity,
        quote_id=kept.quote_id,
        last_end_at=kept.plan.last_end_at,
        steps=[step_told(step, audience, lang, kept.file, names) for step in steps],
        approvals=[approval_told(one, lang) for one in kept.file.approvals.values()],
        pending_move=pending_move(kept.file, {one.step: one for one in steps}, lang),
        contract_changes=contract_changes(kept, lang, names),
        report=kept.file.report,
        off_the_job=kept.file.off_the_job,
    )


def approval_told(kept: Approval, lang: Language) -> ApprovalTold:
    """One approval for people; a rule nobody has worded yet keeps its short name."""
    name = f"rule.{kept.rule}"
    told = kept.model_dump(exclude={"why"})
    why = approval_reason(kept.rule, kept.why, kept.params, lang)
    return ApprovalTold(**told, why=why, label=say(lang, name) if knows(name) else kept.rule)


def parked_told(row: StepRow, audience: Audience, lang: Language, names: Names) -> ParkedTold:
    """One parked step for the list of ops; `names` of persons by their id."""
    return ParkedTold(
        **_step(row.file, audience, lang, None, whom(row.file, names)),
        **row.model_dump(include={"job_id", "first_start_at", "partner"}),
        job_title=row.title,
    )


def paper_told(paper: StoredDocument) -> PaperTold:
    """One paper for a list."""
    return PaperTold(**paper.model_dump(include=set(PaperTold.model_fields)))
