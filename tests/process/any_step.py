"""One step of any service by itself, whose partner says no to the first try: what decisions are tried on."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from temporalio import activity, workflow
from temporalio.common import RawValue
from temporalio.exceptions import ApplicationError

from activities import (
    agreement,
    debt_collection,
    employment_contract,
    equipment,
    expenses,
    insurance,
    invoicing,
    prefinancing,
    special_request,
    travel,
    van_rental,
    wages,
    workspace,
)
from activities.step import Step
from domain.job import Decision, JobFile, Taken
from domain.message import Message
from workflows.decisions import check_decision
from workflows.projection import Projection
from workflows.redo import RedoableSteps

STEPS: Mapping[str, Step[Any, Any]] = {
    step.name: step
    for step in (
        agreement.STEP, prefinancing.STEP, travel.STEP, van_rental.STEP, equipment.STEP, insurance.STEP,
        workspace.STEP, employment_contract.STEP, wages.STEP, expenses.STEP, invoicing.STEP,
        special_request.STEP, debt_collection.HANDING_OVER,
    )
}  # fmt: skip


class OneStep(Message):
    """Which service, and what is asked of it."""

    job_id: str
    service: str
    request: dict[str, Any]
    shift: timedelta


class SaysNoOnce:
    """Every partner: no to a job's first try, then whatever it has for the service."""

    def __init__(self, bookings: Mapping[str, dict[str, Any]]) -> None:
        self._bookings = bookings
        self.asked: list[tuple[str, str, int]] = []
        """Job, verb and revision of every call."""

    @activity.defn(dynamic=True)
    async def answer(self, args: Sequence[RawValue]) -> dict[str, Any] | None:
        """Any verb of any service."""
        service, _, verb = activity.info().activity_type.partition(".")
        if service not in STEPS:
            return None
        order = activity.payload_converter().from_payload(args[0].payload, dict)
        first = not self.of(order["job_id"])
        self.asked.append((order["job_id"], verb, order["revision"]))
        if first:
            raise ApplicationError("not today", type="PartnerRefused", non_retryable=True)
        return order.get("by_hand") or self._bookings[service]

    def of(self, job_id: str) -> list[tuple[str, int]]:
        """Verb and revision of every call for one job."""
        return [(verb, revision) for job, verb, revision in self.asked if job == job_id]


@workflow.defn(name="AnyStep")
class AnyStep:
    """Takes and binds one thing, and gives back what ended without its booking."""

    @workflow.init
    def __init__(self, asked: OneStep) -> None:
        self._notebook = Projection(JobFile(job_id=asked.job_id), asked.shift)
        self._steps = RedoableSteps(self._notebook, "house")

    @workflow.run
    async def run(self, asked: OneStep) -> JobFile:
        """To the end of the step, whatever people decide about it."""
        notes = asyncio.create_task(self._notebook.keep())
        answers = asyncio.create_task(self._answered(asked.service))
        step = STEPS[asked.service]
        await self._steps.do(step, step.request.model_validate(asked.request))
        await self._steps.give_back_ended(asked.service, wanted=True)
        await self._steps.close_books(prefinancing.STEP)
        await workflow.wait_condition(lambda: workflow.all_handlers_finished() and self._notebook.all_written)
        notes.cancel()
        answers.cancel()
        return self._notebook.file

    async def _answered(self, name: str) -> None:
        """Whoever is asked answers at once."""
        while True:
            await workflow.wait_condition(lambda: self._steps.waits(name) and self._is_asked(name))
            self._steps.nudge(name)
            await workflow.sleep(0.1)

    def _is_asked(self, name: str) -> bool:
        return self._notebook.file.steps[name].state == "waiting"

    @workflow.update
    async def decide(self, decision: Decision) -> Taken:
        """A person decides."""
        check_decision(self._notebook.file, self._steps, decision)
        self._steps.decide(decision)
        return Taken(state="taken")

    @workflow.query
    def file(self) -> JobFile:
        """For the tests only."""
        return self._notebook.file
