"""A service small enough to see every rule of steps at work: it keeps toys, and can be told to fail."""

import asyncio
from datetime import datetime, timedelta

from temporalio import activity, workflow

from activities.step import Patience, Step, Verb
from domain.errors import NotYet, PartnerDown, Refusal
from domain.job import Decision, JobFile, JobInput, Taken
from domain.message import Message
from domain.orders import StepOrder
from workflows.activity_calls import JobStopped
from workflows.decisions import check_decision
from workflows.projection import Projection
from workflows.steps import Steps


class ToyRequest(Message):
    """A toy is wanted."""

    colour: str
    answer_by: datetime | None = None
    remind_at: tuple[datetime, ...] = ()


class ToyBooking(Message):
    """The toy that is kept."""

    toy: str


class NoToyLeft(Refusal):
    """There is none."""

    text = "No {colour} toy is left."


class ToyBox:
    """The partner: counts every effect, and fails as told."""

    def __init__(self) -> None:
        self.effects: list[str] = []
        self.refuse: set[str] = set()
        self.down = 0
        self.answers: set[str] = set()
        self.slow: asyncio.Event | None = None
        self.begun = asyncio.Event()

    @activity.defn(name="toy.hold")
    async def hold(self, order: StepOrder[ToyRequest]) -> ToyBooking:
        """Keep a toy."""
        if order.request.colour in self.refuse:
            raise NoToyLeft(colour=order.request.colour)
        if self.down:
            self.down -= 1
            raise PartnerDown("toys", "closed")
        self.begun.set()
        if self.slow:
            await self.slow.wait()
        self.effects.append(f"hold {order.key}")
        return ToyBooking(toy=order.request.colour)

    @activity.defn(name="toy.accept")
    async def accept(self, order: StepOrder[ToyRequest]) -> ToyBooking:
        """Read the answer."""
        if order.key not in self.answers:
            raise NotYet("no answer")
        return ToyBooking(toy=f"{order.request.colour}, accepted")

    @activity.defn(name="toy.remind")
    async def remind(self, order: StepOrder[ToyRequest]) -> ToyBooking:
        """Ask again."""
        self.effects.append(f"remind {order.key}")
        return ToyBooking(toy="")

    @activity.defn(name="toy.confirm")
    async def confirm(self, order: StepOrder[ToyRequest]) -> ToyBooking:
        """Take it."""
        self.effects.append(f"confirm {order.key}")
        return ToyBooking(toy=f"{order.request.colour}, taken")

    @activity.defn(name="toy.release")
    async def release(self, order: StepOrder[ToyRequest]) -> ToyBooking:
        """Put it back."""
        self.effects.append(f"release {order.key}")
        return ToyBooking(toy="")


QUICK = Patience(one_try=timedelta(seconds=5), tries=2, first_pause=timedelta(milliseconds=50))
STEP = Step(
    name="toy",
    request=ToyRequest,
    booking=ToyBooking,
    hold=Verb(ToyBox.hold, QUICK),
    confirm=(Verb(ToyBox.confirm, QUICK),),
    release=Verb(ToyBox.release, QUICK),
    editable={"colour": "nobody else paints it"},
)
ASKING = Step(
    name="asking",
    request=ToyRequest,
    booking=ToyBooking,
    hold=Verb(ToyBox.hold, QUICK),
    answer=Verb(ToyBox.accept, QUICK),
    answered_by="client",
    remind=Verb(ToyBox.remind, QUICK),
    release=Verb(ToyBox.release, QUICK),
)


@workflow.defn(name="Toys")
class Toys:
    """Takes a toy, and perhaps asks for another."""

    @workflow.init
    def __init__(self, job: JobInput) -> None:
        self._notebook = Projection(JobFile(job_id=job.job_id), job.shift)
        self._steps = Steps(self._notebook, "house")
        self._go = False

    @workflow.run
    async def run(self, job: JobInput) -> JobFile:
        """One toy, and one question when the plan has one."""
        notes = asyncio.create_task(self._notebook.keep())
        plan = job.plan
        wanted = ToyRequest(colour=plan.title)
        asked = None
        if plan.agreement:
            asked = ToyRequest(
                colour="asked", answer_by=plan.agreement.answer_by, remind_at=plan.agreement.remind_at
            )
        try:
            await asyncio.gather(
                self._steps.do(STEP, wanted, until=plan.confirm_by), self._steps.take(ASKING, asked)
            )
        except JobStopped:
            self._steps.winding_down = True
            for name in reversed(list(self._notebook.file.undo)):
                await self._steps.undo(name)
        await workflow.wait_condition(lambda: workflow.all_handlers_finished() and self._notebook.all_written)
        notes.cancel()
        return self._notebook.file

    @workflow.update
    async def decide(self, decision: Decision) -> Taken:
        """A person decides."""
        check_decision(self._notebook.file, self._steps, decision)
        self._steps.decide(decision)
        return Taken(state="taken")

    @workflow.update
    async def stop(self) -> None:
        """Withdraw."""
        self._notebook.file.stopping = "stop"
        self._steps.stop()

    @workflow.signal
    def answered(self, step: str) -> None:
        """A nudge."""
        self._steps.nudge(step)

    @workflow.query
    def file(self) -> JobFile:
        """For the tests only."""
        return self._notebook.file
