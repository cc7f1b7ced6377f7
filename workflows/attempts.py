"""Trying one verb: with the engine's retries inside an attempt, and a person's decision between attempts.

At each border (before every verb, and while a step waits) three things may end or restart a step: the job is
being stopped, its time has passed, or its request was changed.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

from temporalio import workflow
from temporalio.exceptions import ActivityError

from activities.step import Step, Verb
from domain.decisions import DecisionKind
from domain.job import Decision, Problem, StepState
from domain.message import Message
from domain.orders import StepOrder
from workflows.activity_calls import JobStopped
from workflows.binding import StepLock
from workflows.borders import Again, BindsAlready, Changing, Ended, GoesInCircles, NotAmended
from workflows.late_proof import LateProof
from workflows.leaning import Leaning
from workflows.pauses import DEBT_AWAITED, LOOK_AGAIN_FIRST, LOOK_AGAIN_LAST, TAKINGS_AWAITED, Pauses
from workflows.problems import PARTNER_PAUSED, ask, asked_anew, by_hand_result, explain, is_cancelled
from workflows.projection import Projection
from workflows.told import tell_decided, tell_parked
from workflows.wake_up_timer import WakeUpTimer

R = TypeVar("R", bound=Message)
B = TypeVar("B", bound=Message)

MOST_ROUNDS = 50
"""For the process and for each of its steps, between two things that happen. A sound process needs a handful."""


class Attempts(Pauses):
    """What one step needs to try its verbs, wait, and listen to people."""

    def __init__(self, notebook: Projection, entity: str) -> None:
        super().__init__(notebook, entity)
        self.decisions: dict[str, Decision] = {}
        self.listening: set[str] = set()
        self.broken: BaseException | None = None
        self._known: dict[str, Step[Any, Any]] = {}
        self._wanted: dict[str, Message] = {}
        """Requests of a moved job that whoever runs the step has not taken up yet."""
        self._edited: dict[str, Message] = {}
        """Requests a person edited with a decision, not taken up yet."""
        self._nudged = {one.step for one in self.file.steps.values() if one.state == "waiting"}
        """Who is to look at the tables now; in a new history everybody who waits, in case nobody heard a nudge."""
        self._late_proof = LateProof(notebook, self._nudged)
        self._awaiting = set()
        self._abandoned: set[str] = set()
        self._retaken: set[str] = set()
        """Missed steps that a moved job wants again."""
        self._wishes: dict[str, Message | None] = {}
        """What people are asked about: what a signed request is to become, None for nothing any more."""
        self._changing: set[str] = set()
        """Signed steps with a wish that whoever runs them has not heard yet."""
        self._given: dict[str, DecisionKind] = {}
        """The last decision about a step, for whoever asked a question."""
        self._recording: set[str] = set()
        """Steps of which what was done by hand is being booked: a wish waits until it is."""
        self._leaning = Leaning(notebook)
        self._locks: dict[str, StepLock] = {}
        self._alarm = WakeUpTimer(notebook)
        self._standing = 0
        """How many done steps look again at what they lean on, or begin anew without it."""
        self._rounds, self._rounds_since = 0, (0, 0)

    def know(self, which: Callable[[StepState], Step[Any, Any]]) -> None:
        """What each step of a carried file states about itself, also before the process takes it again."""
        for state in self.file.steps.values():
            self._known.setdefault(state.step, which(state))

    def _lock(self, state: StepState) -> StepLock:
        return self._locks.setdefault(state.step, StepLock())

    # -- one verb --------------------------------------------------------------------------------------------

    async def _perform(
        self,
        step: Step[R, B],
        state: StepState,
        verb: Verb[R, B],
        order: StepOrder[R] | None = None,
        keep_booking: bool = False,
    ) -> B:
        """Try one verb until it succeeds or a person ends it."""
        if step.release and not state.undoing and state.step not in (*self.file.undo, *self.file.bound):
            self.file.undo.append(state.step)
        again = LOOK_AGAIN_FIRST
        while True:
            self._next_round()
            self._border(state)
            if verb.name in state.by_hand_verbs:
                return step.booking.model_validate(state.booking)
            try:
                booking = await self._try(state, verb, order or self.order(step, state))
            except ActivityError as error:
                if is_cancelled(error):
                    self._border(state)
                    if self._leaning.looks_again(state):
                        continue
                    raise JobStopped from error
                problem = explain(error, self.notebook.now())
                if self._leaning.lost(step, state, problem):
                    raise Again from error
                if (signed := self._found_signed(step, state, verb, order, problem)) is not None:
                    raise BindsAlready(signed) from error
                if problem.type == PARTNER_PAUSED and not self._too_late(state):
                    await self._until_resumed(state, problem, again)
                    again = min(again * 2, LOOK_AGAIN_LAST)
                elif problem.type in (DEBT_AWAITED, TAKINGS_AWAITED):
                    await self._until_money_came(state, problem)
                else:
                    await self._parked(step, state, problem)
                continue
            if not keep_booking and not state.undoing and booking is not None:
                state.booking = booking.model_dump(mode="json")
            state.problem = None
            self._leaning.looks_again(state)
            return booking

    # -- waiting ---------------------------------------------------------------------------------------------

    async def wait(self, ready: Callable[[], bool], until: datetime | None = None) -> bool:
        """Wait for something, at most until an instant. False when the instant came first."""
        self._next_round()

        def done() -> bool:
            return self.broken is not None or ready()

        if until is not None and until <= self.notebook.now():
            return ready()
        if until is None:
            await workflow.wait_condition(done)
        elif not await self._alarm.until(until, done):
            return False
        if self.broken:
            raise self.broken
        return True

    def _next_round(self) -> None:
        """Count the rounds since something last happened; GoesInCircles when they can only be a mistake."""
        since = (workflow.info().get_current_history_length(), self._activities)
        self._rounds = self._rounds + 1 if since == self._rounds_since else 1
        self._rounds_since = since
        if self._rounds > MOST_ROUNDS + MOST_ROUNDS * len(self.file.steps):
            busy = ", ".join(sorted({*self._wanted, *self._edited, *self._abandoned, *self._nudged})) or "-"
            raise GoesInCircles(f"{self._rounds} rounds without anything new; wishes and nudges: {busy}")

    def interrupted(self, state: StepState | None = None) -> bool:
        """Whether the border has something to say."""
        return self._interruption(state) is not None

    def _border(self, state: StepState) -> None:
        """End or restart the step where there is a reason to."""
        reason = self._interruption(state)
        if reason is Ended:
            self._abandoned.discard(state.step)
            self._close(state, "superseded")
        if reason is not None:
            raise reason

    def _interruption(self, state: StepState | None) -> type[JobStopped | Ended | Again | Changing] | None:
        """Why the step must not go on as it is; None when it may.

        Waiting and crossing a border ask this one question: whoever is woken by a reason leaves by it, and never
        waits for the same thing again. What is given back or put to a person, and what binds, goes on to its end.
        """
        if self.stopped:
            return JobStopped
        if state is None or state.step in self._recording:
            return None
        if state.step in self._changing and state.step in self.file.bound:
            return Changing
        if state.undoing:
            return None
        if state.step in self._edited:
            return Again
        if state.step in self.file.bound:
            return None
        if state.step in self._abandoned:
            return Ended
        return Again if state.step in self._wanted else None

    # -- parked ----------------------------------------------------------------------------------------------

    async def _parked(self, step: Step[R, B], state: StepState, problem: Problem, question: bool = False) -> None:
        """Wait for a person's decision; return when the verb is to be tried again.

        A question (whether what binds is corrected) is only ever answered by a person: postponed, it is asked
        again, never done.
        """
        self._border(state)  # a step that is to end or to start over anyway asks nobody
        asked_anew(state)
        given, problem = problem, self._late_proof.parked(step, state, problem, question)
        if problem is given and given is not state.problem:
            tell_parked(self.notebook, state, problem)
        state.state, state.problem, state.waiting = "parked", problem, None
        if problem is not given and workflow.patched("found-unchanged-is-written"):
            self.notebook.changed()  # nothing is told, and whoever may decide must see it parked all the same
        self.decisions.pop(state.step, None)
        self.listening.add(state.step)
        try:
            await self._decided(step, state, question)
        finally:
            self.listening.discard(state.step)
            self._late_proof.ended(state)

    async def _decided(self, step: Step[R, B], state: StepState, question: bool) -> None:
        """What was decided is carried out before anything else that came with it is heeded."""
        while True:
            await self._until_concerned(state)
            if decision := self.decisions.pop(state.step, None):
                if self._apply(step, state, decision):
                    return
                continue
            self._border(state)
            if self._late_proof.looks(state):
                return
            if state.postponed_until_at and state.postponed_until_at <= self.notebook.now():
                state.postponed_until_at, state.until_partner = None, None
                self.notebook.changed()
                if not question:
                    self._next_attempt(state)
                    return
            elif self._too_late(state):
                await self._miss(step, state)

    async def _until_concerned(self, state: StepState) -> None:
        """Until a parked step has something new: a decision, a reason to leave it, its time, another time."""
        limit = self._limit(state)

        def concerned() -> bool:
            told = state.step in self.decisions or self._late_proof.may_be_there(state)
            return told or self.interrupted(state) or self._limit(state) != limit

        await self.wait(concerned, min(filter(None, (state.postponed_until_at, limit)), default=None))

    def _apply(self, step: Step[R, B], state: StepState, decision: Decision) -> bool:
        """Carry out a decision. True when the verb is to be tried again now."""
        tell_decided(self.notebook, step, state, decision)
        self._given[state.step] = decision.kind
        if decision.kind == "postpone":
            state.postponed_until_at, state.until_partner = decision.until_at, decision.until_partner
            self.notebook.changed()
            return False
        state.decided = state.attempt
        if decision.kind == "replay":
            self._next_attempt(state)
            if decision.request is not None and decision.request != state.request:
                self._edited[state.step] = step.request.model_validate(decision.request)
                raise Again
            return True
        if decision.kind in ("amend", "end", "credit"):
            self._next_attempt(state)
            return True
        if decision.kind == "by_hand":
            return self._by_hand(step, state, decision)
        self._close(state, "skipped" if decision.kind in ("skip", "keep") else "failed")
        raise Ended

    def _by_hand(self, step: Step[R, B], state: StepState, decision: Decision) -> bool:
        """What a person did is equal to what we would have done. True when the verb is done and others follow."""
        state.by_hand, state.evidence = True, decision.evidence
        state.recorded = state.undoing  # what was given back or answered is carried out by whoever asked
        state.evidence_reference = decision.reference
        state.said_back = decision.result if step.asks_back(state) else None
        if not state.undoing and (decision.result is not None or state.booking is None):
            state.booking = step.booking.model_validate(by_hand_result(state, decision)).model_dump(mode="json")
        if not state.undoing and state.operation in step.by_hand_goes_on:
            state.by_hand_verbs.append(state.operation)
            self._next_attempt(state)
            return True
        self._bound_by_hand(step, state)
        self._goes_back_by_hand(step, state)
        self._close(state, "undone" if state.undoing else "done")
        raise Ended

    async def _miss(self, step: Step[R, B], state: StepState) -> None:
        """The step's time has passed."""
        state.decide_by = None
        state.ended_with = state.problem.type if state.problem else None
        if state.signed is not None:
            raise NotAmended(ask("AmendmentUnanswered", self.notebook.now()))
        if step.too_late:
            told = await self._perform(step, state, step.too_late, keep_booking=True)
            if step.binds and told is not None and step.binds(told):
                self._past_return(step, state)  # the answer to the signature got lost
        self._close(state, "missed")
        self.notebook.tell("step.missed", step=state.step)
        raise Ended
