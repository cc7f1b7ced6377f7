"""Waiting for the money of one invoice, over months: its own process, because it outlives the job's other steps.

The truth is in the payments table, read at every wake-up; a signal is only a nudge. Which stage comes when is
an activity's answer: this process knows no law and no rate.
"""

import asyncio
from datetime import timedelta
from typing import Any

from temporalio import workflow
from temporalio.common import RetryPolicy
from temporalio.exceptions import ActivityError, FailureError

from activities.debt_collection import STAGES, DebtCollection
from activities.step import Step
from domain import workflow_ids
from domain.job import OPEN_STATES, CollectionEnded, CollectionInput, Decision, JobFile, StepState, Taken
from domain.orders import StepOrder, step_name
from domain.services.debt_collection import (
    ClosedStage,
    DebtCollectionRequest,
    DunningStage,
    OpenBalance,
    StageKind,
    StageRequest,
)
from workflows.borders import Renew
from workflows.decisions import check_decision
from workflows.problems import is_cancelled
from workflows.projection import PAUSE_IN_MEMORY, Projection
from workflows.steps import Steps

OUR_OWN_TABLES = RetryPolicy(maximum_interval=timedelta(minutes=1))
ASKED_THRICE = RetryPolicy(maximum_attempts=3)
LATE_COSTS = ("late_costs", "late_costs_left")
"""Asked once the principal is paid: when it is owed again, the stages are gone through again."""
ONE_SIGN = "0123456789abcdefghijklmnopqrstuvwxyz"
"""An item has no room for more than one sign that tells the turn."""
LOOK_AGAIN = timedelta(days=30)
"""Without a stage ahead, the balance is read this often even if no nudge comes."""
RESTING = "instalments"
"""Why a stage ended that was asked about when the client began to pay in parts: it may be asked again."""
ASK_COUNSEL = timedelta(days=7)
"""A lawyer or a bailiff who holds a dossier is asked this often even if their own word never arrives."""


@workflow.defn(name="DebtCollection")
class DebtCollectionWorkflow:
    """The collection of one invoice, from its due day to paid, credited or written off."""

    @workflow.init
    def __init__(self, collection: CollectionInput) -> None:
        self._collection = collection
        self._file = collection.carried or JobFile(job_id=collection.job_id)
        self._notebook = Projection(self._file, collection.shift)
        self._steps = Steps(self._notebook, collection.entity)
        self._steps.know(self._stage_of)
        self._nudged = False
        self._with_counsel = False

    def _stage_of(self, state: StepState) -> Step[Any, Any]:
        return next(step for kind, step in STAGES.items() if state.item == self._item(kind))

    @workflow.run
    async def run(self, collection: CollectionInput) -> str:
        """Look, wait, remind, until nothing is owed any more or two persons give it up."""
        notes = asyncio.create_task(self._notebook.keep())
        renewal = asyncio.create_task(self._steps.renew_when_long(collection.longest_history))
        life = asyncio.create_task(self._lived())
        try:
            await self._notebook.beside(life)
        except Renew:
            workflow.continue_as_new(collection.model_copy(update={"carried": self._file}))
        await self._notebook.until_written()
        notes.cancel()
        renewal.cancel()
        return life.result()

    async def _lived(self) -> str:
        await self._until_nothing_is_owed()
        left = [state for state in self._file.steps.values() if state.state in OPEN_STATES]
        if left and workflow.patched("no-open-stage"):
            self._steps.close_open()  # a stage that was carried here, and answered itself before it was taken up
        return await self._settle()

    async def _until_nothing_is_owed(self) -> None:
        while not (balance := await self._look()).settled:
            stage = balance.next_stage
            self._file.next_at = stage.at if stage else self._notebook.now() + LOOK_AGAIN
            self._file.next_why = stage.kind if stage else None
            self._notebook.changed()
            until = self._file.next_at
            if balance.with_counsel:
                until = min(until, self._notebook.now() + ASK_COUNSEL)
            if balance.look_at is not None:
                until = min(until, balance.look_at)
            nudged = await self._steps.wait(lambda: self._nudged, until=until)
            if not nudged and stage and until == self._file.next_at and not balance.resting:
                await self._carry_out(stage)

    async def _look(self) -> OpenBalance:
        """Where the money stands, once lawyer and bailiff have been asked how far they are."""
        balance = await self._balance()
        self._with_counsel = balance.with_counsel
        if balance.with_counsel and await self._hear():
            return await self._balance()
        return balance

    async def _hear(self) -> bool:
        """Whether anything new was heard. Who cannot be reached now is asked again later: money is watched on."""
        try:
            heard = await workflow.execute_activity_method(
                DebtCollection.hear,
                self._order().model_copy(update={"asked_at": self._notebook.now()}),
                summary=f"{self._collection.request.number}: lawyer and bailiff are asked",
                start_to_close_timeout=timedelta(seconds=30),
                schedule_to_close_timeout=timedelta(minutes=2),
                retry_policy=ASKED_THRICE,
            )
        except ActivityError as error:
            if is_cancelled(error):
                raise
            workflow.logger.warning("lawyer or bailiff could not be asked: %s", error.cause)
            return False
        return heard.answers > 0

    async def _balance(self) -> OpenBalance:
        self._nudged = False
        return await workflow.execute_local_activity_method(
            DebtCollection.look,
            self._order().model_copy(update={"asked_at": self._notebook.now()}),
            start_to_close_timeout=timedelta(seconds=20),
            retry_policy=OUR_OWN_TABLES,
            local_retry_threshold=PAUSE_IN_MEMORY,
        )

    def _order(self) -> StepOrder[DebtCollectionRequest]:
        request = self._collection.request.model_copy(update={"closed": self._closed()})
        return StepOrder[DebtCollectionRequest](
            job_id=self._collection.job_id,
            service="debt_collection",
            item=request.invoice_id.lower(),
            entity=self._collection.entity,
            request=request,
            revision=self._collection.turn,
        )

    def _item(self, kind: StageKind) -> str:
        turn = "" if self._collection.turn == 1 else ONE_SIGN[self._collection.turn % len(ONE_SIGN)]
        return f"{self._collection.request.invoice_id.lower()}-{kind.replace('_', '-')}{turn}"

    def _closed(self) -> tuple[ClosedStage, ...]:
        """The stages that are over, also by hand or given up: planned again, they would come up for ever."""
        states = {kind: self._file.steps.get(step_name(STAGES[kind].name, self._item(kind))) for kind in STAGES}
        return tuple(
            ClosedStage(kind=kind, by_hand=state.by_hand, borne_by=(state.booking or {}).get("borne_by"))
            for kind, state in states.items()
            if state is not None and state.state not in OPEN_STATES and state.ended_with != RESTING
        )

    async def _carry_out(self, stage: DunningStage) -> None:
        """One stage; if the money comes while it waits for a person's decision, it has answered itself."""
        step, item = STAGES[stage.kind], self._item(stage.kind)
        request = StageRequest(collection=self._collection.request, stage=stage)
        if step.owed:  # given up before it was known that nobody would ask again
            self._steps.retake(step_name(step.name, item))
        if (before := self._file.steps.get(step_name(step.name, item))) is not None:
            before.ended_with = None
        resting, work = False, asyncio.create_task(self._steps.do(step, request, item))
        while not work.done():
            again = self._notebook.now() + ASK_COUNSEL if self._with_counsel else None
            await self._steps.wait(lambda: work.done() or self._nudged, until=again)
            if not work.done() and self._answered_itself(balance := await self._look(), stage):
                resting = balance.resting and not balance.settled
                self._steps.abandon(step_name(step.name, item))
        await work
        if resting and not self._file.steps[step_name(step.name, item)].booking:
            self._file.steps[step_name(step.name, item)].ended_with = RESTING  # asked again, should the plan break

    def _answered_itself(self, balance: OpenBalance, stage: DunningStage) -> bool:
        """The money came, instalments were agreed to, or an answer of lawyer or bailiff asks something else."""
        following = balance.next_stage
        overtaken = following is not None and following.on_answer and following.kind != stage.kind
        owed_again = stage.kind in LATE_COSTS and not balance.settled and balance.open_eur > 0
        return balance.settled or overtaken or owed_again or balance.resting

    async def _settle(self) -> str:
        """Close the books of the collection and tell the job."""
        settlement = await workflow.execute_activity_method(
            DebtCollection.settle,
            self._order(),
            summary=f"{self._collection.request.number}: settled",
            start_to_close_timeout=timedelta(seconds=20),
            retry_policy=OUR_OWN_TABLES,
        )
        request = self._collection.request
        ended = CollectionEnded(invoice_id=request.invoice_id, number=request.number, outcome=settlement.outcome)
        job = workflow.get_external_workflow_handle(workflow_ids.of_job(self._collection.job_id))
        try:
            await job.signal("collection_settled", ended)
        except FailureError:
            self._notebook.tell("collection.job_had_ended", number=request.number)
        return settlement.outcome

    @workflow.signal
    def money_moved(self) -> None:
        """A payment, a credit note or a dispute was booked; the tables know which. Only a nudge."""
        self._nudged = True

    @workflow.signal
    def answered(self, step: str) -> None:
        """A paused partner goes on; the step that waited looks again. Only a nudge."""
        self._steps.nudge(step)

    @workflow.update
    async def decide(self, decision: Decision) -> Taken:
        """A person decides about a parked stage."""
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
