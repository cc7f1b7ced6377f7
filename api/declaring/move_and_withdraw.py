"""Moving and withdrawing a job: first what it changes and costs, then one message to its process."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel, ConfigDict

from api.container import Container, Home
from api.decisions import service as decision_service
from api.decisions.service import CancelledBy, Reason
from api.declaring import service as declaring_service
from api.declaring.parties import client_as_asked, keep_client, keep_people, people_of
from api.declaring.replacing import named, one_person_an_item
from api.errors import Wrong, responses
from api.jobs import access
from api.jobs.routes import JobId, Lang, language
from api.ports.process import NotTaken
from api.security.permissions import Asker, may
from domain.declaration import JobDeclaration
from domain.job import Move, Taken
from domain.parties import DeclaredClient
from domain.people import Language
from domain.plan import ApprovalRule, JobPlan
from domain.planning import (
    MoveConsequences,
    WithdrawalConsequences,
    consequences,
    withdrawal_consequences,
)
from domain.plans.hours import self_employed_hours
from domain.plans.invoiced import AgainstTheDeposit, after_deposit, deposit_out
from domain.plans.telling import moved
from domain.quoting import elsewhere
from engine.wording import approval_reason, sentence
from engine.words import say
from storage.jobs.jobs import KeptJob, Moved
from storage.security.audit import hash_of
from workflows.job_messages import ENDED, OVER

router = APIRouter(prefix="/api/jobs/{job_id}", tags=["advisers and members"])
ON_JOB = ("signed-out", "not-allowed", "not-found", "not-now", "process-unreachable")
DryRun = Annotated[bool, Query(description="show what would change and cost, and do nothing")]


class WithdrawalGiven(BaseModel):
    """Why a job is withdrawn."""

    model_config = ConfigDict(
        extra="forbid",
        use_attribute_docstrings=True,
        json_schema_extra={"examples": [{"reason": "The hall is closed"}]},
    )

    reason: Reason
    cancelled_by: CancelledBy = "us"
    """Who calls it off; a client who cancels an accepted order owes what its table says."""


class MoveGiven(BaseModel):
    """The job as it is to be, and why."""

    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)

    declaration: JobDeclaration
    """The whole declaration, with other days, crew, place or price."""
    reason: Reason


@router.post("/withdraw", responses=responses(*ON_JOB))
async def withdraw(
    home: Home,
    asker: Annotated[Asker, Depends(may("withdraw"))],
    job_id: JobId,
    given: WithdrawalGiven,
    dry_run: DryRun = False,
) -> Taken | WithdrawalConsequences:
    """Stop a job: what is held is given back, what binds asks a person."""
    job = await access.job(home, asker, job_id)
    if dry_run:
        stoppable(job)
        by_client = given.cancelled_by == "client"
        return withdrawal_consequences(job.in_force, job.file, home.today(), cancelled_by_client=by_client)
    return await decision_service.withdraw(home, asker, job_id, given.reason, cancelled_by=given.cancelled_by)


def stoppable(job: KeptJob) -> None:
    """Raise not-now where the process would: what has taken place is corrected, document by document."""
    if job.file.stopping:
        raise NotTaken("AlreadyStopping", "the job is already being stopped")
    if job.state in (*OVER, *ENDED):
        raise NotTaken("TooLateToWithdraw", "the job has taken place; what is left is corrected")


@router.post(
    "/move",
    responses=responses(
        *ON_JOB, "against-deposit", "adviser-makes-move", "quote-changed", "quote-refuses", "person-unclear"
    ),
)
async def move(
    request: Request,
    home: Home,
    asker: Annotated[Asker, Depends(may("move"))],
    job_id: JobId,
    given: MoveGiven,
    dry_run: DryRun = False,
    lang: Lang = None,
) -> Taken | MoveConsequences:
    """Change days, crew, place or price: every step that is touched starts again with its new request.

    Another person under a crew item gets an item of their own: whoever leaves and whoever comes are two people.
    """
    job = await access.job(home, asker, job_id)
    asked = await ask(home, job, given.declaration, asker)
    declaring_service.acceptable(asked)
    if dry_run:
        return await preview(home, asker, job, asked, language(request, asker, lang))
    return await move_to(home, asker, job, asked, given.reason)


@router.post("/move/take-back", responses=responses(*ON_JOB))
async def take_back(
    home: Home, asker: Annotated[Asker, Depends(may("move"))], job_id: JobId, given: WithdrawalGiven
) -> Taken:
    """Take back a move that waits for a yes: what was agreed stays in force."""
    job = await access.job(home, asker, job_id)
    if job.file.proposal is None:
        raise Wrong("not-now", "no move waits for a yes")
    return await decision_service.take_back_move(home, asker, job_id, job.file.proposal.operation_id, given.reason)


async def ask(
    home: Container, job: KeptJob, declaration: JobDeclaration, reader: Asker
) -> declaring_service.QuotedDeclaration:
    """The quote of the job as it is to be, every person under an item of their own."""
    whole = await one_person_an_item(home, job, declaration)
    return await declaring_service.ask(home, whole, job.member_id, moved_job=job.job_id, reader=reader)


async def preview(
    home: Container, asker: Asker, job: KeptJob, asked: declaring_service.QuotedDeclaration, lang: Language
) -> MoveConsequences:
    """What would change; nobody is written down for it."""
    orders = await _orders_as_asked(home, job, asked)
    found = consequences(job.in_force, orders, job.file)
    because = tuple(rule_in_words(rule, lang) for rule in not_alone(asker, job, orders))
    overlaps = tuple(sentence(one, lang) for one in asked.quote.warnings if one.code in elsewhere.CODES)
    found = found.model_copy(update={"adviser_because": because, "overlaps": overlaps})
    return await named(home, job, asked.declaration, orders, found, lang)


async def _orders_as_asked(home: Container, job: KeptJob, asked: declaring_service.QuotedDeclaration) -> JobPlan:
    """The orders of the job as it is to be; nobody is written down for it. Raises when they cannot be had."""
    client = await client_as_asked(home, asked.declaration.client or DeclaredClient(), job.client_id)
    people = await people_of(home, job.member_id, asked.declaration)
    return _after_deposit(job, declaring_service.orders_of(home, asked, job.member_id, client, people))


def _after_deposit(job: KeptJob, orders: JobPlan) -> JobPlan:
    try:
        return after_deposit(orders, deposit_out(job.file))
    except AgainstTheDeposit as against:
        no = against
        raise Wrong(
            "against-deposit", lambda lang: say(lang, f"deposit_out.{no.why}", deposit=no.deposit_eur)
        ) from None


def not_alone(asker: Asker, job: KeptJob, orders: JobPlan) -> list[ApprovalRule]:
    """The rules for which a member's adviser makes this move: each asks for a yes the job does not have yet."""
    if asker.role != "member":
        return []
    return [rule for rule in orders.approvals if rule.rule not in job.file.approvals]


def rule_in_words(rule: ApprovalRule, lang: Language) -> str:
    """Why a rule asks for the adviser, in the reader's language."""
    return approval_reason(rule.rule, rule.why, rule.params, lang)


async def move_to(
    home: Container, asker: Asker, job: KeptJob, asked: declaring_service.QuotedDeclaration, reason: str
) -> Taken:
    """Keep what is asked for, then tell the process, which may refuse or wait for a yes.

    The job's own tables follow when the plan is in force: at once, or with what the process tells later.
    """
    await _orders_as_asked(home, job, asked)
    client = await keep_client(home, asked.declaration.client or DeclaredClient(), job.client_id)
    people = await keep_people(home, job.member_id, asked.declaration)
    orders = _after_deposit(job, declaring_service.orders_of(home, asked, job.member_id, client, people))
    if rules := not_alone(asker, job, orders):
        raise Wrong("adviser-makes-move", lambda lang: " ".join(rule_in_words(rule, lang) for rule in rules))
    nth = str(job.file.moves)
    operation_id = decision_service.operation("m", job.job_id, hash_of(asked.declaration), reason, nth)
    if orders.agreement is not None:
        question = orders.agreement.model_copy(update={"move": operation_id})
        orders = orders.model_copy(update={"agreement": question})
    message = Move(
        operation_id=operation_id,
        by=asker.person_id,
        role=asker.role,
        reason=reason,
        plan=orders,
        changes=moved(job.plan, orders, job.amount_eur, asked.amount_eur),
    )
    now = Moved(
        operation_id=operation_id,
        at=home.now(),
        declaration=asked.declaration,
        plan=orders,
        amount_eur=asked.amount_eur,
        deadlines=declaring_service.deadlines_of(orders),
        others=self_employed_hours(asked.declaration, people),
    )
    await home.jobs.propose(job.job_id, now)
    taken = await decision_service.move(home, asker, job.job_id, message)
    if not taken.pending:
        await home.jobs.moved(job.job_id, now)
    return taken
