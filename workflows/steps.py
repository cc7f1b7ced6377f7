"""What every step goes through, as the process calls it: taken, confirmed, renewed, undone. Knows no service by
name. A step is run by one strand at a time.
"""

from datetime import datetime
from typing import Any, TypeVar

from temporalio import workflow
from temporalio.exceptions import ActivityError

from activities.step import Step
from domain.job import Decision, StepState, StepStateName
from domain.message import Message
from domain.orders import NO_ITEM, step_name
from workflows.activity_calls import JobStopped
from workflows.answers import instant
from workflows.borders import Again, BindsAlready, Changing, Ended
from workflows.problems import explain, is_cancelled
from workflows.renewing import Renewing

R = TypeVar("R", bound=Message)
B = TypeVar("B", bound=Message)

UNDER_WAY: frozenset[StepStateName] = frozenset({"waiting", "trying", "parked"})
KEEP_THEIR_NAME: frozenset[StepStateName] = frozenset({"missed", "skipped", "failed", "superseded"})


class Steps(Renewing):
    """The steps of one process."""

    async def take(
        self, step: Step[R, B], request: R | None, item: str = NO_ITEM, until: datetime | None = None
    ) -> B | None:
        """Hold, and wait for the answer where the step asks somebody. None when nothing was asked for or the
        step ended without a booking. After `until` a parked or unanswered step is missed."""
        if request is None:
            return None
        state, since = self._open(step, request, item, until), self._wish_count
        async with self._lock(state):
            self._open_anew(state, request, since)
            if state.state in UNDER_WAY:
                await self._run(step, state, "held")
        return self._booking(step, state)

    async def confirm(self, step: Step[R, B], item: str = NO_ITEM, until: datetime | None = None) -> B | None:
        """Buy or bind what was held; None when the step is not held any more. `until` as for `take`."""
        state = self.file.steps.get(step_name(step.name, item))
        if state is None:
            return None
        state.decide_by = until
        async with self._lock(state):
            if state.state in ("held", *UNDER_WAY):
                await self._run(step, state, "done")
        return self._booking(step, state)

    async def do(
        self, step: Step[R, B], request: R | None, item: str = NO_ITEM, until: datetime | None = None
    ) -> B | None:
        """Take and confirm without a pause between."""
        await self.take(step, request, item, until)
        return await self.confirm(step, item, until) if request is not None else None

    def abandon(self, step: str) -> None:
        """The step's question has answered itself; it ends as superseded."""
        state = self.file.steps.get(step)
        if state and state.state in UNDER_WAY:
            self._abandoned.add(step)

    def decide(self, decision: Decision) -> None:
        """A person decided; the parked step goes on from there."""
        self.decisions[decision.step] = decision

    def stop(self) -> None:
        """Every strand ends at its next border; a pause between tries ends now, a running try is awaited, and what
        takes milliseconds too: whether it happened is then known.

        What is being given back already goes on to its end, however often somebody says stop.
        """
        if self.winding_down:
            return
        for key, handle in self._in_flight.items():
            if key not in self._quick:
                handle.cancel()

    def waits(self, step: str) -> bool:
        """Whether the step is under way and not held yet."""
        state = self.file.steps.get(step)
        return state is not None and state.state in UNDER_WAY

    def is_open(self, step: str) -> bool:
        """Whether the step was ever begun."""
        return step in self.file.steps

    def knows(self, step: str) -> Step[Any, Any] | None:
        """What the named step states about itself."""
        return self._known.get(step)

    async def amend(self, step: Step[R, B], item: str, request: R, until: datetime | None = None) -> None:
        """The request changed: whoever runs the step starts again with it; a held or done one is renewed."""
        name = step_name(step.name, item)
        state = self.file.steps.get(name)
        which = self._wish(name, request)
        if state is None:
            return
        state.decide_by = until or state.decide_by
        if state.request == request.model_dump(mode="json"):
            del self._wanted[name]
            return
        async with self._lock(state):
            self._wish_again(state, request, which)
            await self._heed(step, state)
        if state.step in self.file.bound and (late := self._wanted.pop(name, None)) is not None:
            await self.change(step, item, step.request.model_validate(late))

    async def _heed(self, step: Step[R, B], state: StepState) -> None:
        """Take up a changed request that nobody who ran the step took up; what has ended without it stays so."""
        if state.step in self.file.bound:
            return  # it was signed, or done by hand, while the change waited for its turn: people are asked
        if state.state in ("held", "done") and state.step in self._wanted:
            await self._run(step, state, state.state)
        self._wanted.pop(state.step, None)

    def held_until(self) -> dict[str, datetime]:
        """Until when each partner's hold lasts that can be prolonged."""
        holds = {}
        for name, state in self.file.steps.items():
            ends = (state.booking or {}).get("expires_at")
            if state.state == "held" and ends and self._known[name].extend:
                holds[name] = instant(ends)
        return holds

    async def extend(self, name: str) -> None:
        """Prolong one partner's hold. A hold that cannot be prolonged lapses, and the story says so."""
        step, state = self._known[name], self.file.steps[name]
        if step.extend is None:
            return
        async with self._lock(state):
            if state.state != "held":
                return
            try:
                booking = await self._try(state, step.extend, self.order(step, state))
                state.booking = booking.model_dump(mode="json")
            except ActivityError as error:
                if is_cancelled(error):
                    raise JobStopped from error
                state.booking = {**(state.booking or {}), "expires_at": None}
                self.notebook.tell("step.hold_lapsed", step=name, problem=explain(error, self.notebook.now()).text)
            self._close(state, "held")

    async def undo(self, name: str) -> None:
        """Give back what the step holds or bought. Done by hand: a person must, with the evidence in sight.

        A step that was missed, skipped or failed keeps that name; a lost answer may have taken something.
        """
        if name not in self.file.undo:
            return
        step, state = self._known[name], self.file.steps[name]
        if not step.goes_back:
            return
        async with self._lock(state):
            self._forget_wishes(name)
            if name not in self.file.undo:
                return  # it was signed, or given back, while this waited for its turn
            before = state.state
            ended = before if before in KEEP_THEIR_NAME else "undone"
            await self._book_by_hand(step, state)  # stopped in between, it was not booked yet
            state.undoing, state.said_back = True, None
            state.proposed.pop(state.revision, None)  # what a proposal adds is this very order
            state.given_up, state.proposed = {**state.given_up, **state.proposed}, {}
            try:
                await self._release_given_up(step, state)
                if state.by_hand:
                    await self._park_undo_by_hand(step, state)
                if step.release and (not state.by_hand or workflow.patched("undo-the-order-too")):
                    await self._perform(step, state, step.release)  # a lost answer may have taken it
                await self._book_back(step, state)
                self._close(state, ended)
            except Changing:  # wanted again, otherwise: people are asked about that, and it stays what it was
                self._close(state, before)
                return
            except BindsAlready as found:
                self._turns_out_signed(step, state, found.revision)
                self._close(state, "held")
                self.found_signed(name)
                return
            except Ended:
                await self._book_back(step, state)
                self._close(state, state.state if state.state == "skipped" else "undone")
            self.file.undo.remove(name)
            self._given_back_at[name] = self._wish_count

    async def give_back_ended(self, name: str, wanted: bool) -> None:
        """What ended without its booking, or is not wanted any more, may still have taken something."""
        state = self.file.steps.get(name)
        if state and not wanted and self._nothing_held(state):
            self._close(state, "superseded")
        if state and (not wanted or state.state in KEEP_THEIR_NAME):
            await self.undo(name)

    def close_open(self) -> None:
        """Nobody runs these steps any more: they are not to be decided about, and hold nothing for anybody."""
        for state in self.file.steps.values():
            if state.state in UNDER_WAY or self._nothing_held(state):
                self._close(state, "superseded")

    def _nothing_held(self, state: StepState) -> bool:
        """Held in name only, as a wish that waits for its day: there is nothing to give back."""
        return state.state == "held" and state.step not in (*self.file.undo, *self.file.bound)

    # -- one step --------------------------------------------------------------------------------------------

    def _open(self, step: Step[R, B], request: R, item: str, until: datetime | None) -> StepState:
        name = step_name(step.name, item)
        self._known[name] = step
        if name not in self.file.steps:
            moved = self._wanted.pop(name, request)
            self.file.steps[name] = StepState(
                service=step.name,
                item=item,
                request=moved.model_dump(mode="json"),
                essential=step.essential,
                skippable=step.skippable,
            )
        state = self.file.steps[name]
        state.decide_by = until
        self.notebook.changed()
        return state

    def _booking(self, step: Step[R, B], state: StepState) -> B | None:
        if state.booking is None or state.state not in ("held", "done"):
            return None
        return step.booking.model_validate(state.booking)

    async def _run(self, step: Step[R, B], state: StepState, upto: str) -> None:
        """Every verb up to `held` or `done`; from the start when the request changes on the way."""
        fresh = state.state != "held"
        while True:
            self._next_round()
            try:
                alone = self._read_last(step, state)
                changed = self._take_up(state)  # before anything waits, because a wish interrupts every wait
                fresh = (fresh or changed is not None) and not alone
                if state.state == "parked" and state.problem:
                    await self._parked(step, state, state.problem)
                if changed == "edited" and not alone:
                    await self._give_back_edited(step, state)
                elif changed and step.people_only:
                    await self._call_off(step, state)
                if fresh:
                    await self._hold(step, state)
                if upto == "done" or not step.confirm:
                    await self._bind(step, state)
                if state.step not in self._wanted:
                    return
                await self._changed_too_late(state)
                fresh = True
            except Again:
                fresh = True
            except (Changing, BindsAlready) as found:
                if isinstance(found, BindsAlready):
                    self._wishes[state.step] = step.request.model_validate(state.request)
                    self._turns_out_signed(step, state, found.revision)
                    self.signed_meanwhile(state.step)
                if not await self._settle(step, state):
                    return
                fresh = False  # what binds is not taken from its start
            except Ended:
                await self._book_by_hand(step, state)
                await self._release_replaced(step, state)
                return

    async def _release_replaced(self, step: Step[R, B], state: StepState) -> None:
        """Done by hand instead: what an earlier request took is not wanted any more either."""
        if state.state == "done" and state.given_up and workflow.patched("old-order-when-by-hand"):
            try:
                await self._release_given_up(step, state)
            except Changing:  # wanted otherwise meanwhile: people are asked, and what is left goes back first
                self.notebook.changed()
            self._close(state, "done")

    async def _changed_too_late(self, state: StepState) -> None:
        """The request changed while the last verb was under way: what is bound is put to a person."""
        if state.step in self.file.bound:
            self._wishes[state.step] = self._wanted.pop(state.step)
            self.signed_meanwhile(state.step)
            raise Changing

    async def _go_on(self, step: Step[R, B], state: StepState) -> None:
        await self._run(step, state, "done")

    async def _hold(self, step: Step[R, B], state: StepState) -> None:
        booking: B | None = None
        if step.hold:
            booking = await self._perform(step, state, step.hold)
            await self._release_given_up(step, state)
        known = booking is not None and step.answered is not None and step.answered(booking)
        if step.answer and not step.answers_last and not known:
            await self._until_answered(step, state, step.answer)
        self._close(state, "held" if step.confirm else "done")

    async def _bind(self, step: Step[R, B], state: StepState) -> None:
        for verb in step.confirm:
            await self._perform(step, state, verb)
            self._past_return(step, state)
        if step.answer and step.answers_last:
            await self._until_answered(step, state, step.answer)
        self._close(state, "done")
