"""What people may say to a running job: each an update that is checked before it leaves a trace."""

import asyncio
from abc import abstractmethod
from collections.abc import Coroutine
from typing import Any

from temporalio import workflow
from temporalio.exceptions import ApplicationError

from domain.job import (
    Approval,
    ApprovalGiven,
    CollectionEnded,
    Decision,
    JobFile,
    JobInput,
    Move,
    Report,
    Taken,
    Withdrawal,
)
from domain.orders import step_name
from domain.plan import JobPlan
from domain.plans.invoiced import DEPOSIT, deposit_out
from domain.promises import FUND
from domain.proposed_move import MoveTakenBack
from workflows.decisions import check_answer, check_decision, check_given_back, check_held, check_redone
from workflows.move import stated
from workflows.projection import Projection
from workflows.redo import RedoableSteps, check_redo

OVER = frozenset({"performed", "paid_out", "collecting", "disputed"})
ENDED = frozenset({"closed", "written_off", "withdrawn", "refused"})


class JobMessages:
    """The job's file, its steps, and one lock for everything that changes them from outside."""

    def __init__(self, job: JobInput) -> None:
        self._plan: JobPlan = job.plan
        self._file = job.carried or JobFile(job_id=job.job_id)
        self._notebook = Projection(self._file, job.shift)
        self._steps = RedoableSteps(self._notebook, job.plan.entity)
        self._steps.know(stated)
        self._lock = asyncio.Lock()

    @abstractmethod
    def _beside(self, work: Coroutine[Any, Any, None]) -> None:
        """Let something happen beside the process."""

    @abstractmethod
    def _move(self, move: Move) -> bool:
        """Put a move to whoever must say yes; True when it waits for that."""

    @abstractmethod
    async def _looks_again(self, step: str) -> None:
        """Look whether what a done step leans on is still there."""

    @abstractmethod
    def _approved(self, approval: Approval) -> None:
        """Take up what an adviser's answer changes."""

    def _request_stop(self, reason: str) -> None:
        self._file.stopping = reason
        self._notebook.changed()
        self._steps.stop()

    @workflow.update
    async def decide(self, decision: Decision) -> Taken:
        """A person decides about a parked step; returns when the decision is taken, not when the step is done."""
        async with self._lock:
            check_decision(self._file, self._steps, decision, self._plan.frame)
            self._steps.decide(decision)
        state = self._file.steps[decision.step]
        return Taken(step=decision.step, state=state.state, attempt=state.attempt)

    @decide.validator
    def _decide_allowed(self, decision: Decision) -> None:
        check_decision(self._file, self._steps, decision, self._plan.frame)
        check_answer(self._file, decision, self._notebook.now())
        check_given_back(self._file, self._steps, decision)
        check_held(self._file, decision)

    @workflow.update
    async def redo(self, decision: Decision) -> Taken:
        """Do anew what is done: a booking under a new order; what is signed is put to people."""
        async with self._lock:
            check_redo(self._file, self._steps, decision)
            asked_by_client = decision.role == "client"
            news = "step.redo.client" if asked_by_client else "step.redo"
            by = None if asked_by_client else decision.by
            self._notebook.tell(news, step=decision.step, by=by, reason=decision.reason)
            self._beside(self._steps.redo(decision))
        state = self._file.steps[decision.step]
        return Taken(step=decision.step, state=state.state, attempt=state.attempt)

    @redo.validator
    def _redo_allowed(self, decision: Decision) -> None:
        check_redo(self._file, self._steps, decision)
        check_redone(self._file, self._steps, decision, self._plan.frame)
        check_held(self._file, decision)

    @workflow.update
    async def withdraw(self, withdrawal: Withdrawal) -> Taken:
        """Stop the job."""
        async with self._lock:
            told = "job.cancelled_by_client" if withdrawal.by_client else "job.withdrawing"
            by = None if withdrawal.role == "client" else withdrawal.by
            self._notebook.tell(told, by=by, reason=withdrawal.reason)
            self._file.cancellation = withdrawal.fee
            self._request_stop(withdrawal.reason)
        return Taken(state=self._file.state)

    @withdraw.validator
    def _withdraw_allowed(self, withdrawal: Withdrawal) -> None:
        self._still_open()
        if self._file.state in OVER:
            raise ApplicationError("the job has taken place; what is left is corrected", type="TooLateToWithdraw")

    @workflow.update
    async def move(self, move: Move) -> Taken:
        """Change days, crew, place or price: each step that is touched starts again with the new request."""
        async with self._lock:
            pending = self._move(move)
        return Taken(state=self._file.state, pending=pending)

    @move.validator
    def _move_allowed(self, move: Move) -> None:
        self._still_open()
        if self._file.state not in ("quoted", "agreeing", "ready", "engaged"):
            raise ApplicationError("the job has begun; its adviser corrects what is left", type="TooLateToMove")
        self._same_people(move)
        self._same_deposit(move)
        asked = [rule.why for rule in move.plan.approvals if rule.rule not in self._file.approvals]
        if asked and move.role == "member":
            raise ApplicationError(" ".join(asked), type="ApprovalNeeded")

    def _same_people(self, move: Move) -> None:
        """A crew item stands for one person for good: no contract is changed into that of somebody else."""
        for slug, offer in move.plan.employment_contract.items():
            state = self._file.steps.get(step_name("employment_contract", slug))
            holder = state.request.get("person_id") if state else None
            known = self._plan.employment_contract.get(slug)
            if (holder or (known.person_id if known else offer.person_id)) != offer.person_id:
                raise ApplicationError(
                    f"{slug} is somebody else on this job; another person gets another short name",
                    type="AnotherPerson",
                )

    def _same_deposit(self, move: Move) -> None:
        """What is invoiced stays as it is: a plan that was made before it went out is made anew."""
        out = deposit_out(self._file)
        if out is not None and move.plan.invoicing.get(DEPOSIT) != out:
            raise ApplicationError(
                "the deposit has gone out meanwhile; look at the job and move it again", type="AgainstTheDeposit"
            )

    @workflow.update
    async def take_back_move(self, taken_back: MoveTakenBack) -> Taken:
        """A move that still waits for a yes is not wanted any more; the plan in force stays."""
        if self._file.proposal is not None:
            self._file.proposal.taken_back_by = taken_back.by
            self._file.proposal.taken_back_because = taken_back.reason
            self._notebook.changed()
        return Taken(state=self._file.state)

    @take_back_move.validator
    def _take_back_allowed(self, taken_back: MoveTakenBack) -> None:
        proposal = self._file.proposal
        if proposal is None or proposal.operation_id != taken_back.move or proposal.taken_back_by:
            raise ApplicationError("this move does not wait for anybody any more", type="NoMoveWaits")

    @workflow.update
    async def approve(self, given: ApprovalGiven) -> Taken:
        """An adviser's yes or no to one rule."""
        approval = self._file.approvals[given.rule]
        approval.granted, approval.by, approval.reason = given.granted, given.by, given.reason
        answer = "job.approved" if given.granted else "job.approval_refused"
        self._notebook.tell(answer, by=given.by, rule=given.rule, reason=given.reason)
        self._approved(approval)
        return Taken(state=self._file.state)

    @approve.validator
    def _approve_allowed(self, given: ApprovalGiven) -> None:
        approval = self._file.approvals.get(given.rule)
        if approval is None:
            raise ApplicationError(f"no approval {given.rule!r} is asked for", type="UnknownApproval")
        if approval.granted is not None:
            raise ApplicationError(f"{given.rule!r} has been answered", type="AlreadyAnswered")

    @workflow.update
    async def report(self, report: Report) -> Taken:
        """The member's answer to "everything as declared?"."""
        self._file.report, self._file.reported_by = report.outcome, report.by
        self._notebook.tell(f"job.report.{report.outcome}", by=report.by, note=report.note)
        return Taken(state=self._file.state)

    @report.validator
    def _report_allowed(self, report: Report) -> None:
        if self._file.report is not None:
            raise ApplicationError("the question has been answered", type="AlreadyAnswered")
        if self._file.state != "taking_place":
            raise ApplicationError("the job is not taking place", type="NotTakingPlace")

    @workflow.signal
    def answered(self, steps: list[str] | str) -> None:
        """Somebody answered; the tables know what. Only a nudge. A single step is what older callers say."""
        for step in [steps] if isinstance(steps, str) else steps:
            self._steps.nudge(step)
            if self._steps.told_to_look(step):
                self._beside(self._looks_again(step))

    @workflow.signal
    def collection_settled(self, ended: CollectionEnded) -> None:
        """The money of one invoice came, was credited or is given up."""
        self._file.collections[ended.invoice_id] = ended.outcome
        self._notebook.tell(f"job.collection.{ended.outcome}", number=ended.number)
        fund = self._file.steps.get(FUND)
        if fund is None:
            return
        awaits = fund.state == "waiting" and fund.waiting is not None and fund.waiting.who == "client"
        if awaits or (fund.state == "parked" and workflow.patched("settled-while-closing")):
            self._steps.nudge(FUND)  # collected once more while the books waited to be closed

    @workflow.query
    def file(self) -> JobFile:
        """Everything this process knows; the tables can be written anew from it, also after the job's end."""
        return self._file

    def _still_open(self) -> None:
        if self._file.stopping:
            raise ApplicationError("the job is already being stopped", type="AlreadyStopping")
        if self._file.state in ENDED:
            raise ApplicationError("the job has ended", type="JobEnded")
