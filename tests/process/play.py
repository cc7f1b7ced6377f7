"""A small process with one step of each nature, strung as a job strings them: for the machine of every course."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta

from temporalio import activity, workflow
from temporalio.exceptions import ApplicationError

from activities.step import Patience, Step, Verb
from domain.job import Decision, JobFile, StepState, Taken
from domain.message import Message
from domain.orders import StepOrder
from domain.proposed_move import Proposal
from workflows.activity_calls import JobStopped
from workflows.borders import Changing, Renew
from workflows.decisions import check_decision
from workflows.projection import Projection
from workflows.redo import RedoableSteps, check_redo
from workflows.strands import Strands


class Wish(Message):
    """What is wanted of a service."""

    colour: str = "red"
    answer_by: datetime | None = None
    remind_at: tuple[datetime, ...] = ()


class Got(Message):
    """What came of it."""

    thing: str = ""
    expires_at: datetime | None = None
    signed: bool = False
    """A contract that the cooperative has signed, as who tells the person not to start finds it."""


Order = StepOrder[Wish]
HERE = Patience(at_hand=True)


class Services:
    """Only the names: the test answers for them."""

    @activity.defn(name="booking.hold")
    async def hold(self, order: Order) -> Got:
        """Hold it."""
        raise NotImplementedError

    @activity.defn(name="booking.extend")
    async def extend(self, order: Order) -> Got:
        """Hold it longer."""
        raise NotImplementedError

    @activity.defn(name="booking.pay")
    async def pay(self, order: Order) -> Got:
        """Pay for it."""
        raise NotImplementedError

    @activity.defn(name="booking.buy")
    async def buy(self, order: Order) -> Got:
        """Buy it."""
        raise NotImplementedError

    @activity.defn(name="booking.give_back")
    async def give_back(self, order: Order) -> Got:
        """Give it back."""
        raise NotImplementedError

    @activity.defn(name="asking.ask")
    async def ask(self, order: Order) -> Got:
        """Ask the client."""
        raise NotImplementedError

    @activity.defn(name="asking.accept")
    async def accept(self, order: Order) -> Got:
        """Read the client's answer."""
        raise NotImplementedError

    @activity.defn(name="asking.remind")
    async def remind(self, order: Order) -> Got:
        """Remind the client."""
        raise NotImplementedError

    @activity.defn(name="asking.drop")
    async def drop(self, order: Order) -> Got:
        """Take the question back."""
        raise NotImplementedError

    @activity.defn(name="contract.offer")
    async def offer(self, order: Order) -> Got:
        """Offer a contract."""
        raise NotImplementedError

    @activity.defn(name="contract.signs")
    async def signs(self, order: Order) -> Got:
        """Read the person's signature."""
        raise NotImplementedError

    @activity.defn(name="contract.sign")
    async def sign(self, order: Order) -> Got:
        """Sign for the cooperative."""
        raise NotImplementedError

    @activity.defn(name="contract.declare")
    async def declare(self, order: Order) -> Got:
        """Declare it."""
        raise NotImplementedError

    @activity.defn(name="contract.withdraw")
    async def withdraw(self, order: Order) -> Got:
        """Take the offer back."""
        raise NotImplementedError

    @activity.defn(name="contract.terminate")
    async def terminate(self, order: Order) -> Got:
        """End it by agreement."""
        raise NotImplementedError

    @activity.defn(name="contract.take_off")
    async def take_off(self, order: Order) -> Got:
        """Tell the person not to start."""
        raise NotImplementedError

    @activity.defn(name="invoice.issue")
    async def issue(self, order: Order) -> Got:
        """Number it."""
        raise NotImplementedError

    @activity.defn(name="invoice.send")
    async def send(self, order: Order) -> Got:
        """Send it."""
        raise NotImplementedError

    @activity.defn(name="invoice.credit")
    async def credit(self, order: Order) -> Got:
        """Credit it."""
        raise NotImplementedError


EDITABLE = dict.fromkeys({"colour"}, "nobody else says it")
BOOKING = Step(
    name="booking", request=Wish, booking=Got, editable=EDITABLE,
    hold=Verb(Services.hold), extend=Verb(Services.extend), confirm=(Verb(Services.pay), Verb(Services.buy)),
    release=Verb(Services.give_back), by_hand_goes_on=frozenset({"pay"}),
)  # fmt: skip
ASKING = Step(
    name="asking", request=Wish, booking=Got, editable=EDITABLE, essential=True, answered_by="client",
    hold=Verb(Services.ask), answer=Verb(Services.accept, HERE), remind=Verb(Services.remind),
    release=Verb(Services.drop, HERE),
)  # fmt: skip
CONTRACT = Step(
    name="contract", request=Wish, booking=Got, editable=EDITABLE, essential=True, skippable=False,
    answered_by="collaborator",
    hold=Verb(Services.offer), answer=Verb(Services.signs, HERE),
    confirm=(Verb(Services.sign), Verb(Services.declare)), release=Verb(Services.withdraw),
    correct=Verb(Services.terminate), too_late=Verb(Services.take_off), binds_already="AlreadySigned",
    binds=lambda booking: booking.signed,
)  # fmt: skip
INVOICE = Step(
    name="invoice", request=Wish, booking=Got, editable=EDITABLE, essential=True, skippable=False,
    confirm=(Verb(Services.issue, HERE), Verb(Services.send)), correct=Verb(Services.credit),
    by_hand_goes_on=frozenset({"send"}),
)  # fmt: skip
STEPS: dict[str, Step[Wish, Got]] = {step.name: step for step in (BOOKING, ASKING, CONTRACT, INVOICE)}


class Change(Message):
    """A service is wanted otherwise, or not at all."""

    service: str
    wish: Wish | None
    until: datetime | None = None


class PlayInput(Message):
    """What the process starts from, and goes on with in a new history."""

    job_id: str
    shift: timedelta = timedelta(0)
    carried: JobFile | None = None
    longest_history: int = 0
    wanted: dict[str, Change] = {}
    go: bool = False


class Proposed(Message):
    """Perhaps wanted otherwise: held beside, until somebody says yes or no."""

    change: Change
    in_one_stroke: bool = False
    """The new instead of the old, or neither changes."""


@workflow.defn(name="Play", sandboxed=False)
class Play:
    """Four services, taken as a job takes them."""

    @workflow.init
    def __init__(self, play: PlayInput) -> None:
        self._notebook = Projection(play.carried or JobFile(job_id=play.job_id), play.shift)
        self._steps = RedoableSteps(self._notebook, "house")
        self._steps.know(lambda state: STEPS[state.service])
        self._steps.busy = lambda: self._asking is not None and not self._asking.done()
        self._steps.found_signed = self._found_signed
        self._strands = Strands(self._steps, self._border)
        self._until_at: dict[str, datetime | None] = {}
        self._wanted: dict[str, Change] = dict(play.wanted)
        self._asking: asyncio.Task[None] | None = None
        self._said: bool | None = None
        self._go, self._over = play.go, False

    @workflow.run
    async def run(self, play: PlayInput) -> JobFile:
        """Until it is told to be over, or stopped."""
        notes = asyncio.create_task(self._notebook.keep())
        renewal = asyncio.create_task(self._steps.renew_when_long(play.longest_history))
        for name, change in self._wanted.items():
            self._until_at[name] = change.until
            self._strands.beside(self._live(change))
        try:
            await self._notebook.beside(asyncio.create_task(self._lived()))
        except Renew:
            more = {"carried": self._notebook.file, "wanted": self._wanted, "go": self._go}
            workflow.continue_as_new(play.model_copy(update=more))
        await self._notebook.until_written()
        notes.cancel()
        renewal.cancel()
        return self._notebook.file

    async def _lived(self) -> None:
        try:
            await self._until(lambda: self._over)
            await self._strands.finished()
        except JobStopped:
            await self._give_everything_back()
        self._steps.close_open()

    def _border(self) -> None:
        if self._steps.stopped:
            raise JobStopped

    async def _until(self, ready: Callable[[], bool]) -> None:
        await self._steps.wait(lambda: bool(self._steps.interrupted() or ready()))
        self._border()

    async def _live(self, change: Change) -> None:
        step, name = STEPS[change.service], change.service
        await self._steps.take(step, change.wish, until=self._until_at[name])
        await self._until(lambda: self._go)
        if name in self._wanted:
            await self._steps.confirm(step, until=self._until_at[name])
        if step.release and (not step.essential or self._notebook.file.steps[name].state == "failed"):
            await self._steps.give_back_ended(name, name in self._wanted)
        if name in self._wanted and name in self._notebook.file.bound and not self._steps.is_done(name):
            await self._let_go(name)  # signed after all, and nothing came of it

    async def _remove(self, name: str) -> None:
        self._steps.abandon(name)
        await self._steps.undo(name)

    def _found_signed(self, name: str) -> None:
        """What was to be given back binds: it is asked about, by whoever stops the process or beside it."""
        if not self._steps.winding_down and name not in self._wanted:
            self._strands.beside(self._let_go(name))

    async def _let_go(self, name: str) -> None:
        """What binds is not wanted any more; wanted again meanwhile, that is asked instead."""
        with suppress(Changing):
            await self._steps.correct(STEPS[name], "-", "SignedContract")

    async def _give_everything_back(self) -> None:
        await self._strands.ended()
        self._steps.winding_down = True
        self._steps.stopped_short(keep=[])
        for name in reversed(list(self._notebook.file.undo)):
            await self._steps.undo(name)
        for name in list(self._notebook.file.bound):
            await self._steps.correct(STEPS[name], "-", "SignedContract")

    async def _proposed(self, proposed: Proposed, before: StepState | None) -> None:
        """As a job does while a move waits for its yes."""
        change, name = proposed.change, proposed.change.service
        step, wish = STEPS[name], change.wish or Wish()
        await self._steps.hold_beside(step, "-", wish)
        if before is not None:
            self._strands.beside(self._steps.amend(step, "-", wish, until=change.until))
        await self._until(lambda: self._said is not None or self._over)
        said, self._said = self._said, None
        if said and proposed.in_one_stroke and before is None and not self._steps.waits(name):
            said = await self._steps.swap(step, "-", wish)
        self._notebook.file.proposal = None
        if said:
            self._in_force(change, before is not None)
            return
        if before is not None:
            await self._steps.take_back(step, before)
        await self._steps.let_go_beside(name)

    @workflow.update
    async def propose(self, proposed: Proposed) -> None:
        """A move that needs a yes."""
        name = proposed.change.service
        self._said = None
        waits = Proposal(operation_id="move", by="ann", until_at=workflow.now() + AGES)
        self._notebook.file.proposal = waits
        asked = name == "asking" and self._steps.is_done(name)
        before = self._notebook.file.steps[name].model_copy(deep=True) if asked else None
        (self._asking,) = self._strands.beside(self._proposed(proposed, before))

    @propose.validator
    def _propose_allowed(self, proposed: Proposed) -> None:
        self._change_allowed(proposed.change)
        name = proposed.change.service
        if self._asking is not None and not self._asking.done():
            raise ApplicationError("another move waits", type="MoveWaits")
        if name not in self._wanted or name in self._notebook.file.bound:
            raise ApplicationError("nothing of it can be held beside", type="NothingToHold")

    @workflow.update
    async def answer_move(self, yes: bool) -> None:
        """Whoever is asked about a move says yes or no."""
        self._said = yes

    @workflow.update
    async def change(self, change: Change) -> None:
        """A move that needs nobody's yes; one that waits for it is not wanted any more."""
        if self._asking is not None and not self._asking.done():
            self._said = False
            self._strands.beside(self._after(self._asking, change))
        else:
            self._in_force(change)

    async def _after(self, asking: "asyncio.Task[None]", change: Change) -> None:
        await asyncio.wait([asking])
        if not self._steps.stopped:
            self._in_force(change)

    def _in_force(self, change: Change, renewed: bool = False) -> None:
        """Renewed, given back, added, or asked about."""
        name, step = change.service, STEPS[change.service]
        self._until_at[name] = change.until
        known = name in self._wanted
        bound = name in self._notebook.file.bound
        if change.wish is None:
            self._wanted.pop(name, None)
            self._strands.beside(self._let_go(name) if bound else self._remove(name))
            return
        self._wanted[name] = change
        if not known and not bound:
            self._strands.beside(self._live(change))
        elif bound:
            self._strands.beside(self._steps.change(step, "-", change.wish))
        elif not renewed:
            self._strands.beside(self._steps.amend(step, "-", change.wish, until=change.until))

    @change.validator
    def _change_allowed(self, change: Change) -> None:
        if self._steps.stopped or self._steps.winding_down or self._over:
            raise ApplicationError("it is being stopped", type="AlreadyStopping")

    @workflow.update
    async def decide(self, decision: Decision) -> Taken:
        """A person decides."""
        check_decision(self._notebook.file, self._steps, decision)
        self._steps.decide(decision)
        return Taken(state="taken")

    @decide.validator
    def _decide_allowed(self, decision: Decision) -> None:
        check_decision(self._notebook.file, self._steps, decision)

    @workflow.update
    async def redo(self, decision: Decision) -> None:
        """What is done is done anew."""
        self._strands.beside(self._steps.redo(decision))

    @redo.validator
    def _redo_allowed(self, decision: Decision) -> None:
        check_redo(self._notebook.file, self._steps, decision)

    @workflow.update
    async def extend(self) -> None:
        """Holds are prolonged."""
        for name in self._steps.held_until():
            self._strands.beside(self._steps.extend(name))

    @workflow.update
    async def go(self) -> None:
        """What is held is bought."""
        self._go = True

    @workflow.update
    async def finish(self) -> None:
        """Nothing more is wanted of it."""
        self._go = self._over = True

    @workflow.update
    async def stop(self) -> None:
        """Withdrawn."""
        self._notebook.file.stopping = "stop"
        self._steps.stop()

    @workflow.signal
    def answered(self, step: str) -> None:
        """A nudge."""
        self._steps.nudge(step)

    def file(self) -> JobFile:
        """For the test."""
        return self._notebook.file

    def states(self) -> dict[str, StepState]:
        """For the test, which has the process in its hand."""
        return self._notebook.file.steps


AGES = timedelta(days=300)
"""Longer than any play."""
