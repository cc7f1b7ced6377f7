"""What happened on a job, carried to its insurer and its money: its own process, because it outlives the job.

It computes no rule and knows no policy: which cover it falls under and by when comes with it, and what came in is
read from the tables at every look.
"""

import asyncio
from datetime import timedelta
from typing import Any

from temporalio import workflow
from temporalio.common import RetryPolicy

from activities.insurance_incident import STAGES, IncidentClaims, stage_of
from activities.step import Step
from domain.incident_claims import ClaimInput, ClaimStage, ClaimStanding, IncidentClaim, step_item
from domain.job import Decision, JobFile, StepState, Taken
from domain.money import ZERO
from domain.orders import StepOrder
from workflows.borders import Renew
from workflows.decisions import check_decision
from workflows.projection import Projection
from workflows.steps import Steps

OUR_OWN_TABLES = RetryPolicy(maximum_interval=timedelta(minutes=1))


@workflow.defn(name="InsuranceClaim")
class InsuranceClaimWorkflow:
    """One claim, from the word that something happened to closed."""

    @workflow.init
    def __init__(self, told: ClaimInput) -> None:
        self._told = told
        self._file = JobFile.model_validate(told.carried) if told.carried else JobFile(job_id=told.job_id)
        self._notebook = Projection(self._file, told.shift)
        self._steps = Steps(self._notebook, told.entity)
        self._steps.know(self._stage_of)

    def _stage_of(self, state: StepState) -> Step[Any, Any]:
        return STAGES[stage_of(state.item)]

    @workflow.run
    async def run(self, told: ClaimInput) -> ClaimStanding:
        """Report, state the loss, hear the decision, await the money, name who bears the rest."""
        notes = asyncio.create_task(self._notebook.keep())
        renewal = asyncio.create_task(self._steps.renew_when_long(told.longest_history))
        life = asyncio.create_task(self._lived())
        try:
            await self._notebook.beside(life)
        except Renew:
            workflow.continue_as_new(told.model_copy(update={"carried": self._file.model_dump(mode="json")}))
        await self._notebook.until_written()
        notes.cancel()
        renewal.cancel()
        return life.result()

    async def _lived(self) -> ClaimStanding:
        claim = self._told.claim
        reported = await self._stage("report")
        if reported is None:
            await self._note("leave_unclaimed")
        # Of an accident the insurer pays the person by itself; everything else costs what somebody must say.
        lost = await self._stage("loss") if claim.kind != "accident" else None
        paid: ClaimStanding | None = None
        if reported is not None and (claim.kind == "accident" or _something(lost)):
            heard = await self._stage("outcome")
            if heard is not None and heard.granted_eur:
                paid = await self._stage("money")
        if _something(lost) or (paid is not None and paid.left_eur):
            await self._stage("bearer")
        return await self._note("end_claim")

    async def _stage(self, stage: ClaimStage) -> ClaimStanding | None:
        """One step; None when a person left it."""
        return await self._steps.do(STAGES[stage], self._told.claim, step_item(self._told.claim.item, stage))

    async def _note(self, what: str) -> ClaimStanding:
        """Something our own tables keep, outside every step."""
        verb = {"leave_unclaimed": IncidentClaims.leave_unclaimed, "end_claim": IncidentClaims.end_claim}[what]
        return await workflow.execute_activity_method(
            verb,
            StepOrder[IncidentClaim](
                job_id=self._told.job_id,
                service="insurance",
                item=self._told.claim.item,
                entity=self._told.entity,
                request=self._told.claim,
            ),
            summary=f"{self._told.claim.item}: {what}",
            start_to_close_timeout=timedelta(seconds=20),
            retry_policy=OUR_OWN_TABLES,
        )

    @workflow.signal
    def answered(self, steps: list[str] | str) -> None:
        """The insurer decided, money came, or a paused partner goes on; the tables know. Only a nudge."""
        for step in [steps] if isinstance(steps, str) else steps:
            self._steps.nudge(step)

    @workflow.update
    async def decide(self, decision: Decision) -> Taken:
        """A person decides about a parked step."""
        self._steps.decide(decision)
        state = self._file.steps[decision.step]
        return Taken(step=decision.step, state=state.state, attempt=state.attempt)

    @decide.validator
    def _decide_allowed(self, decision: Decision) -> None:
        check_decision(self._file, self._steps, decision)

    @workflow.query
    def file(self) -> JobFile:
        """Everything this process knows; the tables can be written anew from it, also after its end."""
        return self._file


def _something(lost: ClaimStanding | None) -> bool:
    """Whether anything is lost that an insurer or a bearer pays."""
    return lost is not None and lost.loss_eur is not None and lost.loss_eur > ZERO
