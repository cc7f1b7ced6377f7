"""A moved job: what the client agreed to stays in force until everybody whose yes the change needs has given it."""

import asyncio
from abc import abstractmethod
from collections.abc import Coroutine
from datetime import datetime, timedelta
from typing import Any

from temporalio import workflow

from activities import agreement, prefinancing
from activities.step import Step
from domain.job import Approval, JobInput, Move, StepState
from domain.message import Message
from domain.orders import NO_ITEM
from domain.plan import ApprovalRule, JobPlan
from domain.proposed_move import Proposal
from workflows.answers import instant
from workflows.holds import EARLIEST, EXTEND_BEFORE
from workflows.move import BOOKINGS, lifted, requests
from workflows.stopping import Stopping

NOBODY_BOUND = ("quoted", "agreeing")
LAST_WORD = timedelta(hours=1)
"""The question outlives the proposal, so that its end is told once, as the end of the proposal."""


class Changing(Stopping):
    """A job that can be moved."""

    def __init__(self, job: JobInput) -> None:
        super().__init__(job)
        self._steps.busy = lambda: self._asking is not None and not self._asking.done()
        self._asking: asyncio.Task[None] | None = None
        self._asked_plan: JobPlan | None = None
        """The plan that waits for a yes."""
        self._awaited: str | None = None
        """The move whose answer is awaited: as long as it is, partners' holds for it are prolonged."""
        self._asked_rules: set[str] = set()
        """Rules that only this plan asks an adviser about: a no to them is a no to the move, not to the job."""

    @abstractmethod
    def _in_force(self, old: JobPlan, new: JobPlan) -> None:
        """Set going what the new plan asks for. The one place where a plan comes into force."""

    def _move(self, move: Move) -> bool:
        """Put a move to everybody who must say yes to it. True when it waits for one; else it is in force at once.

        A newer move takes the place of one that still waits.
        """
        if not workflow.patched("a-move-needs-its-yes"):
            self._come_into_force(move, self._plan, move.plan)
            return False
        self._file.moves += 1
        earlier, self._file.proposal = self._file.proposal, None
        plan, unanswered = self._with_approvals(move)
        asked = self._client_must_agree(plan, earlier)
        if not asked and not (unanswered and self._file.state not in NOBODY_BOUND):
            self._at_once(move, plan)
            return False
        self._propose(move, plan, unanswered, asked)
        return True

    def _at_once(self, move: Move, plan: JobPlan) -> None:
        """Nobody is asked, or nobody had agreed yet: then whoever was asked is asked anew."""
        old, new = self._plan, plan
        if plan.agreement is not None and not plan.agreement.asks_anew(old.agreement):
            old, new = (each.model_copy(update={"agreement": None}) for each in (old, new))
        self._come_into_force(move, old, new, plan)

    def _come_into_force(
        self, move: Move, old: JobPlan, new: JobPlan, plan: JobPlan | None = None, *, waited: bool = False
    ) -> None:
        self._plan = plan or new
        self._file.in_force = move.operation_id
        self._file.plan_revision += 1
        told = _told(move) | ({"waited": "yes"} if waited else {})
        self._notebook.tell("job.moved", by=move.by, reason=move.reason, **told)
        self._in_force(old, new)

    def _client_must_agree(self, plan: JobPlan, earlier: Proposal | None) -> bool:
        """Whether the client has agreed to the plan in force, and would have to agree to this one."""
        state = self._file.steps.get(agreement.STEP.name)
        agreed = earlier is not None or (state is not None and state.state in ("done", "skipped"))
        if plan.agreement is None or not agreed:
            return False
        return plan.agreement.asks_anew(self._plan.agreement)

    def _with_approvals(self, move: Move) -> tuple[JobPlan, list[ApprovalRule]]:
        """The plan with every limit lifted an adviser has said yes to, and the rules nobody has answered yet.

        An adviser who makes the move says yes by it.
        """
        plan, unanswered = move.plan, []
        for rule in plan.approvals:
            known = self._file.approvals.get(rule.rule)
            if known is None or (known.granted and known.why != rule.why and move.role != "member"):
                self._file.approvals[rule.rule] = known = self._asked_for(rule, move)
            if known.granted:
                plan = lifted(plan, known)
            else:
                unanswered.append(rule)
        return plan, unanswered

    def _asked_for(self, rule: ApprovalRule, move: Move) -> Approval:
        asked = Approval(**rule.model_dump())
        if move.role == "advisor":
            asked.granted, asked.by, asked.reason = True, move.by, move.reason
            self._notebook.tell("job.approved", by=move.by, rule=rule.rule, reason=move.reason)
        else:
            self._notebook.tell("job.approval_needed", rule=rule.rule)
        return asked

    def _propose(self, move: Move, plan: JobPlan, rules: list[ApprovalRule], asked: bool) -> None:
        until = self._answer_by(plan)
        if asked and plan.agreement is not None:
            wanted = plan.agreement.model_copy(update={"answer_by": until + LAST_WORD})
            plan = plan.model_copy(update={"agreement": wanted})
        self._file.proposal = Proposal(
            operation_id=move.operation_id, by=move.by, until_at=until, asks_client=asked, changes=move.changes
        )
        self._asked_rules = {rule.rule for rule in rules} - {rule.rule for rule in self._plan.approvals}
        told = _told(move) | {"until": until.isoformat()}
        self._notebook.tell("job.move_proposed", by=move.by, reason=move.reason, **told)
        self._asked_plan = plan
        before, self._asking = self._asking, None
        (self._asking,) = self._strands.beside(self._ask_everybody(move, rules, asked, before))

    def _answer_by(self, plan: JobPlan) -> datetime:
        """Until when the yes is waited for: what is agreed must still be able to take place. Before Go that is
        the day by which everything must be agreed, because Go waits for the answer."""
        limits = [plan.agree_by, plan.first_start_at, self._plan.first_start_at]
        if self._file.state in NOBODY_BOUND and self._plan.agree_by > self._notebook.now():
            limits.append(self._plan.agree_by)
        return min(limits)

    async def _ask_everybody(
        self, move: Move, rules: list[ApprovalRule], asked: bool, before: "asyncio.Task[None] | None"
    ) -> None:
        """Hold the new beside the old, ask, and let one of the two go."""
        if before is not None:
            await asyncio.wait([before])
        plan = self._asked_plan
        if plan is None or not self._still_proposed(move):
            return
        self._awaited = move.operation_id
        held = self._strands.beside(*self._held_beside(plan, move))
        state = self._file.steps[agreement.STEP.name].model_copy(deep=True) if asked else None
        if asked and plan.agreement is not None:
            until = plan.agreement.answer_by
            self._strands.beside(self._steps.amend(agreement.STEP, NO_ITEM, plan.agreement, until=until))
        await self._until(lambda: self._answer(move, rules, state) is not None, by=self._asked_until())
        self._awaited = None
        await self._strands.together(*held)
        answer = self._answer(move, rules, state) or self._silence(state)
        if answer == "yes" and not await self._funded(plan):
            answer = "no_funds"
        if answer == "yes":
            self._agreed(move)
        else:
            await self._drop(move, rules, state, answer)

    def _held_beside(self, plan: JobPlan, move: Move) -> list[Coroutine[object, object, None]]:
        return [
            self._keep_beside(step, item, request, move)
            for step in BOOKINGS
            for item, request in requests(plan, step.name).items()
            if not step.short_hold or self._has_signed(item)
        ]

    async def _keep_beside(self, step: Step[Any, Any], item: str, request: Message, move: Move) -> None:
        """Hold what the proposal needs, and prolong a partner's hold for as long as the answer is awaited."""
        held = await self._steps.hold_beside(step, item, request)
        while held is not None and step.extend is not None and (ends := (held.booking or {}).get("expires_at")):
            wake = max(instant(ends) - EXTEND_BEFORE, self._notebook.now() + EARLIEST)
            if await self._until(lambda: self._awaited != move.operation_id, by=wake):
                return
            held = held if await self._steps.extend_beside(step, held) else None

    def _answer(self, move: Move, rules: list[ApprovalRule], before: StepState | None) -> str | None:
        """What everybody said together; None while somebody has not answered."""
        if not self._still_proposed(move):
            return "replaced"
        if self._file.proposal and self._file.proposal.taken_back_by:
            return "withdrawn"
        if self._file.state not in ("agreeing", "ready", "engaged"):
            return "no_answer"
        granted = [self._file.approvals[rule.rule].granted for rule in rules if rule.rule in self._file.approvals]
        if False in granted:
            return "not_approved"
        said = self._client_says(before) if before is not None else "yes"
        return said if said != "yes" or all(granted) else None

    def _client_says(self, before: StepState) -> str | None:
        state = self._file.steps[before.step]
        if state.revision == before.revision:
            return None
        if state.state == "parked" and state.problem and state.problem.type == "ClientRefused":
            return "refused"
        ended = {"done": "yes", "skipped": "yes", "failed": "given_up", "superseded": "given_up"}
        return self._silence(before) if state.state == "missed" else ended.get(state.state)

    def _silence(self, before: StepState | None) -> str:
        """Why there is no yes when the time is over: the client wanted something else, or said nothing."""
        state = self._file.steps[before.step] if before else None
        said = state and (state.problem.type if state.problem else state.ended_with)
        return "changes" if said == "ClientAsksForChanges" else "no_answer"

    def _still_proposed(self, move: Move) -> bool:
        return self._file.proposal is not None and self._file.proposal.operation_id == move.operation_id

    def _asked_until(self) -> datetime | None:
        return self._file.proposal.until_at if self._file.proposal else None

    async def _funded(self, plan: JobPlan) -> bool:
        """The fund reserves what the new plan needs instead of what the old one needed, or neither changes."""
        lifted_plan = self._asked_plan or plan
        if lifted_plan.prefinancing is None or self._steps.waits(prefinancing.STEP.name):
            return True
        return await self._steps.swap(prefinancing.STEP, NO_ITEM, lifted_plan.prefinancing)

    def _agreed(self, move: Move) -> None:
        """Everybody said yes: from this instant the new plan is in force, everywhere."""
        plan, old = self._asked_plan, self._plan
        self._file.proposal = self._asked_plan = None
        self._asked_rules = set()
        if plan is None:
            return
        same: dict[str, object] = {"agreement": plan.agreement}
        if not self._steps.waits(prefinancing.STEP.name):
            same["prefinancing"] = plan.prefinancing
        self._steps.wanted_for_good()
        self._come_into_force(move, old.model_copy(update=same), plan, waited=True)

    async def _move_answered(self) -> None:
        """Go waits while the client is asked about a move of what was agreed: for the answer, and until what was
        asked is tidied up."""
        while self._asking is not None and not self._asking.done():
            await self._until(self._asking.done)

    async def _drop(self, move: Move, rules: list[ApprovalRule], before: StepState | None, why: str) -> None:
        """The plan in force stays: what was held for the other goes back, the question is closed."""
        proposal = self._file.proposal
        told = _told(move)
        if proposal is not None and self._still_proposed(move):
            self._file.proposal = self._asked_plan = None
            self._asked_rules = set()
            told |= {"reason": proposal.taken_back_because} if why == "withdrawn" else {}
        by = (proposal.taken_back_by if proposal and why == "withdrawn" else None) or move.by
        self._notebook.tell(f"job.move_dropped.{why}", by=by, **told)
        in_force = {rule.rule for rule in self._plan.approvals}
        for rule in rules:
            if rule.rule not in in_force:
                self._file.approvals.pop(rule.rule, None)
        names = [name for name, state in self._file.steps.items() if state.proposed]
        if before is not None:
            await self._steps.take_back(agreement.STEP, before)
        await self._strands.together(*(self._steps.let_go_beside(name) for name in names))


def _told(move: Move) -> dict[str, str]:
    """Which move the story tells of, and from what to what."""
    return {"move": move.operation_id} | ({"changes": move.changes} if move.changes else {})
