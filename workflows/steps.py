"""What every step goes through: tried, parked, replayed or done by hand or skipped, undone. Knows no service by
name.

A step is run by one strand at a time. At each border (before every verb, and while it waits) three things may
end or restart it: the job is being stopped, its time has passed, or its request was changed.
"""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, TypeVar

from temporalio import workflow
from temporalio.common import RetryPolicy
from temporalio.exceptions import ActivityError
from temporalio.workflow import ActivityCancellationType, ActivityHandle

from activities.step import Step, Verb
from domain.job import Decision, JobFile, Problem, StepState, StepStateName, Waiting
from domain.message import Message
from domain.orders import NO_ITEM, StepOrder, order_key, step_name
from workflows.memory import Notebook
from workflows.problems import NOT_YET, ask, explain, is_cancelled

R = TypeVar("R", bound=Message)
B = TypeVar("B", bound=Message)

MARGIN = timedelta(seconds=1)
"""A try is never given less time than this, even when its limit is now."""


class Withdrawn(Exception):
    """The job is being stopped; every strand ends at its next border."""


class Renew(Exception):
    """The history is long and nothing is under way: the process goes on in a new one, from its own file."""


class _Ended(Exception):
    """The step is over without (or beside) its verbs: done by hand, skipped, missed, failed, superseded."""


class _Again(Exception):
    """The request was changed: from the start, with a new revision."""


class Steps:
    """The steps of one process."""

    def __init__(self, notebook: Notebook, entity: str) -> None:
        self.notebook = notebook
        self.entity = entity
        self.decisions: dict[str, Decision] = {}
        self.winding_down = False
        self.broken: BaseException | None = None
        self._known: dict[str, Step[Any, Any]] = {}
        self._wanted: dict[str, Message] = {}
        self._nudged: set[str] = set()
        self._abandoned: set[str] = set()
        self._in_flight: dict[str, ActivityHandle[Any]] = {}
        self._locks: dict[str, asyncio.Lock] = {}
        self._activities = 0

    # -- what the process calls ------------------------------------------------------------------------------

    @property
    def file(self) -> JobFile:
        """The file the steps are part of."""
        return self.notebook.file

    async def take(
        self, step: Step[R, B], request: R | None, item: str = NO_ITEM, until: datetime | None = None
    ) -> B | None:
        """Hold, and wait for the answer where the step asks somebody. None when nothing was asked for or the
        step ended without a booking. After `until` a parked or unanswered step is missed."""
        if request is None:
            return None
        state = self._open(step, request, item, until)
        async with self._lock(state):
            if state.state in ("waiting", "trying", "parked"):
                await self._run(step, state, "held")
        return self._booking(step, state)

    async def confirm(self, step: Step[R, B], item: str = NO_ITEM) -> B | None:
        """Buy or bind what was held; None when the step is not held any more."""
        state = self.file.steps.get(step_name(step.name, item))
        if state is None:
            return None
        async with self._lock(state):
            if state.state in ("held", "trying", "parked"):
                await self._run(step, state, "done")
        return self._booking(step, state)

    async def do(
        self, step: Step[R, B], request: R | None, item: str = NO_ITEM, until: datetime | None = None
    ) -> B | None:
        """Take and confirm without a pause between."""
        await self.take(step, request, item, until)
        return await self.confirm(step, item) if request is not None else None

    def nudge(self, step: str) -> None:
        """Somebody may have answered; the tables know."""
        self._nudged.add(step)

    def abandon(self, step: str) -> None:
        """The step's question has answered itself; it ends as superseded."""
        self._abandoned.add(step)

    def decide(self, decision: Decision) -> None:
        """A person decided; the parked step goes on from there."""
        self.decisions[decision.step] = decision

    def stop(self) -> None:
        """Every strand ends at its next border; a pause between tries ends now, a running try is awaited."""
        for handle in self._in_flight.values():
            handle.cancel()

    @property
    def quiet(self) -> bool:
        """Whether nothing is under way and nobody's decision is waiting to be carried out."""
        return not (self._in_flight or self.decisions or self._wanted or self._abandoned)

    async def renew_when_long(self, longest: int) -> None:
        """End every wait with Renew once the history is long and can be cut without losing anything."""

        def due() -> bool:
            info = workflow.info()
            long = info.get_current_history_length() > longest if longest else info.is_continue_as_new_suggested()
            return long and self.quiet and self.notebook.all_written and workflow.all_handlers_finished()

        await workflow.wait_condition(due)
        self.broken = Renew()

    def knows(self, step: str) -> Step[Any, Any] | None:
        """What the named step states about itself."""
        return self._known.get(step)

    async def amend(self, step: Step[R, B], item: str, request: R, until: datetime | None = None) -> None:
        """The request changed: whoever runs the step starts again with it; a held or done one is renewed."""
        state = self.file.steps.get(step_name(step.name, item))
        if state is None:
            self._wanted[step_name(step.name, item)] = request
            return
        if state.request == request.model_dump(mode="json"):
            return
        state.decide_by = until or state.decide_by
        if state.state in ("waiting", "trying", "parked"):
            self._wanted[state.step] = request
            return
        upto = state.state
        async with self._lock(state):
            if upto in ("held", "done"):
                self._wanted[state.step] = request
                await self._run(step, state, upto)

    async def ask(self, step: Step[R, B], item: str, request: R, problem: str) -> None:
        """What is signed changes only by a person's hand: with evidence the new request holds, else the old."""
        state = self.file.steps[step_name(step.name, item)]
        if state.request == request.model_dump(mode="json"):
            return
        async with self._lock(state):
            state.undoing = True
            try:
                await self._parked(step, state, ask(problem, self.notebook.now()))
            except _Ended:
                if state.by_hand:
                    state.request = request.model_dump(mode="json")
            self._close(state, "done")

    def held_until(self) -> dict[str, datetime]:
        """Until when each partner's hold lasts that can be prolonged."""
        holds = {}
        for name, state in self.file.steps.items():
            ends = (state.booking or {}).get("expires_at")
            if state.state == "held" and ends and self._known[name].extend:
                holds[name] = _instant(ends)
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
                    raise Withdrawn from error
                state.booking = {**(state.booking or {}), "expires_at": None}
                self.notebook.tell("step.hold_lapsed", step=name, problem=explain(error, self.notebook.now()).text)
            self._close(state, "held")

    async def undo(self, name: str) -> None:
        """Give back what the step holds or bought. Done by hand: a person must, with the evidence in sight."""
        step, state = self._known[name], self.file.steps[name]
        if name not in self.file.undo or step.release is None:
            return
        async with self._lock(state):
            state.undoing = True
            try:
                if state.by_hand:
                    await self._park_undo_by_hand(step, state)
                else:
                    await self._perform(step, state, step.release)
                self._close(state, "undone")
            except _Ended:
                self.notebook.changed()
            self.file.undo.remove(name)

    async def correct(self, step: Step[R, B], item: str, problem: str, **params: str) -> bool:
        """Ask a person whether what binds is to be corrected. True when it was, False when it stays as it is."""
        state = self.file.steps[step_name(step.name, item)]
        if step.correct is None:
            return False
        async with self._lock(state):
            state.undoing = True
            try:
                await self._parked(step, state, ask(problem, self.notebook.now(), **params))
                await self._perform(step, state, step.correct)
            except _Ended:
                if state.state == "skipped":
                    self._close(state, "done")
                    return False
            else:
                self._close(state, "undone")
            return True

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

    def _lock(self, state: StepState) -> asyncio.Lock:
        return self._locks.setdefault(state.step, asyncio.Lock())

    def _booking(self, step: Step[R, B], state: StepState) -> B | None:
        if state.booking is None or state.state not in ("held", "done"):
            return None
        return step.booking.model_validate(state.booking)

    def order(self, step: Step[R, B], state: StepState) -> StepOrder[R]:
        """The order as it stands: the same key for every try and every replay of the same request."""
        job_id = self.file.job_id
        return StepOrder[step.request](  # type: ignore[name-defined]  # the step names its request's type
            job_id=job_id,
            service=step.name,
            item=state.item,
            revision=state.revision,
            replaces=order_key(job_id, step.name, state.item, state.revision - 1) if state.revision > 1 else None,
            entity=self.entity,
            request=step.request.model_validate(state.request),
        )

    async def _run(self, step: Step[R, B], state: StepState, upto: str) -> None:
        """Every verb up to `held` or `done`; from the start when the request changes on the way."""
        fresh = state.state != "held"
        while True:
            try:
                self._apply_wanted(step, state)
                if fresh or state.operation is None:
                    await self._hold(step, state)
                if upto == "done" or not step.confirm:
                    await self._bind(step, state)
                return
            except _Again:
                fresh = True
            except _Ended:
                return

    async def _hold(self, step: Step[R, B], state: StepState) -> None:
        booking: B | None = None
        if step.hold:
            booking = await self._perform(step, state, step.hold)
            await self._release_replaced(step, state)
        if step.answer and not (booking is not None and step.answered and step.answered(booking)):
            await self._until_answered(step, state, step.answer)
        self._close(state, "held" if step.confirm else "done")

    async def _bind(self, step: Step[R, B], state: StepState) -> None:
        for verb in step.confirm:
            await self._perform(step, state, verb)
        self._close(state, "done")

    def _apply_wanted(self, step: Step[R, B], state: StepState) -> None:
        wanted = self._wanted.pop(state.step, None)
        if wanted is None:
            return
        state.request = wanted.model_dump(mode="json")
        state.revision += 1
        state.booking = None
        self.notebook.tell("step.changed", step=state.step, revision=str(state.revision))

    async def _release_replaced(self, step: Step[R, B], state: StepState) -> None:
        """After the new order is held, the one it replaces is given back."""
        if state.revision == 1 or step.release is None:
            return
        current = self.order(step, state)
        old = current.model_copy(update={"revision": state.revision - 1, "replaces": None})
        await self._perform(step, state, step.release, order=old, keep_booking=True)

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
        if step.release and not state.undoing and state.step not in self.file.undo:
            self.file.undo.append(state.step)
        if state.state == "parked" and state.operation == verb.name and state.problem:
            await self._parked(step, state, state.problem)
        while True:
            self._border(state)
            try:
                booking = await self._try(state, verb, order or self.order(step, state))
            except ActivityError as error:
                if is_cancelled(error):
                    raise Withdrawn from error
                await self._parked(step, state, explain(error, self.notebook.now()))
                continue
            if not keep_booking and not state.undoing and booking is not None:
                state.booking = booking.model_dump(mode="json")
            state.problem = None
            return booking

    async def _try(self, state: StepState, verb: Verb[R, B], order: StepOrder[R], *final: str) -> B:
        """One attempt, with the engine's retries inside it."""
        state.state, state.operation, state.problem, state.waiting = "trying", verb.name, None, None
        state.attempt = max(state.attempt, 1)
        self.notebook.changed()
        handle = workflow.start_activity_method(
            verb.call,
            order,
            activity_id=self._activity_id(state, verb, order),
            summary=f"{state.step}: {verb.name}, attempt {state.attempt}",
            start_to_close_timeout=verb.patience.one_try,
            schedule_to_close_timeout=self._time_left(state),
            retry_policy=RetryPolicy(
                initial_interval=verb.patience.first_pause,
                backoff_coefficient=verb.patience.growth,
                maximum_interval=verb.patience.longest_pause,
                maximum_attempts=verb.patience.tries,
                non_retryable_error_types=list(final),
            ),
            cancellation_type=ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
        )
        self._in_flight[handle_key := f"{state.step}/{verb.name}"] = handle
        try:
            return await handle
        finally:
            del self._in_flight[handle_key]

    def _activity_id(self, state: StepState, verb: Verb[R, B], order: StepOrder[R]) -> str:
        self._activities += 1
        return f"{state.step}.{verb.name}.{order.revision}.{state.attempt}.{self._activities}"

    def _time_left(self, state: StepState) -> timedelta | None:
        if state.decide_by is None or state.undoing or self.winding_down:
            return None
        return max(state.decide_by - self.notebook.now(), MARGIN)

    # -- waiting ---------------------------------------------------------------------------------------------

    async def wait(self, ready: Callable[[], bool], until: datetime | None = None) -> bool:
        """Wait for something, at most until an instant. False when the instant came first."""

        def done() -> bool:
            return self.broken is not None or ready()

        timeout = None if until is None else until - self.notebook.now()
        if timeout is not None and timeout <= timedelta(0):
            return ready()
        try:
            await workflow.wait_condition(done, timeout=timeout)
        except TimeoutError:
            return False
        if self.broken:
            raise self.broken
        return True

    def interrupted(self, state: StepState | None = None) -> bool:
        """Whether a border has something to say."""
        if self.file.stopping and not self.winding_down:
            return True
        return state is not None and (state.step in self._wanted or state.step in self._abandoned)

    def _border(self, state: StepState) -> None:
        if self.file.stopping and not self.winding_down:
            raise Withdrawn
        if state.step in self._abandoned:
            self._abandoned.discard(state.step)
            self._close(state, "superseded")
            raise _Ended
        if state.step in self._wanted and not state.undoing:
            raise _Again

    async def _until_answered(self, step: Step[R, B], state: StepState, verb: Verb[R, B]) -> None:
        """Wait for the person's or the bank's answer, reminding on the way; the tables hold the truth."""
        request = state.request
        answer_by = _instant(request["answer_by"])
        reminders = [at for at in map(_instant, request.get("remind_at", ())) if at > self.notebook.now()]
        while True:
            state.state, state.operation = "waiting", verb.name
            state.waiting = Waiting(who=step.answered_by or "partner", until_at=answer_by)
            self.notebook.changed()
            until = min([answer_by, *reminders[:1]])
            answered = await self.wait(lambda: state.step in self._nudged or self.interrupted(state), until)
            self._border(state)
            self._nudged.discard(state.step)
            if not answered and reminders and reminders[0] <= self.notebook.now() < answer_by:
                reminders.pop(0)
                await self._remind(step, state)
            elif await self._answer(step, state, verb, last=self.notebook.now() >= answer_by):
                return

    async def _answer(self, step: Step[R, B], state: StepState, verb: Verb[R, B], last: bool) -> bool:
        """Read the answer. After the last moment there is none: the step is missed or parked."""
        try:
            booking = await self._try(state, verb, self.order(step, state), NOT_YET)
        except ActivityError as error:
            if is_cancelled(error):
                raise Withdrawn from error
            problem = explain(error, self.notebook.now())
            if problem.type == NOT_YET and not last:
                return False
            if last and step.too_late:
                await self._miss(step, state)
            await self._parked(step, state, problem)
            return False
        state.booking, state.problem = booking.model_dump(mode="json"), None
        return True

    async def _remind(self, step: Step[R, B], state: StepState) -> None:
        if step.remind is None:
            return
        try:
            await self._try(state, step.remind, self.order(step, state))
            self.notebook.tell("step.reminded", step=state.step)
        except ActivityError as error:
            if is_cancelled(error):
                raise Withdrawn from error
            problem = explain(error, self.notebook.now())
            self.notebook.tell("step.reminder_failed", step=state.step, problem=problem.text)

    # -- parked ----------------------------------------------------------------------------------------------

    async def _parked(self, step: Step[R, B], state: StepState, problem: Problem) -> None:
        """Wait for a person's decision; return when the verb is to be tried again."""
        state.state, state.problem, state.waiting = "parked", problem, None
        self.notebook.tell("step.parked", step=state.step, problem=problem.type, **problem.params)
        while True:
            until = min(filter(None, (state.postponed_until_at, self._limit(state))), default=None)
            decided = await self.wait(lambda: state.step in self.decisions or self.interrupted(state), until)
            self._border(state)
            if decided:
                if self._apply(step, state, self.decisions.pop(state.step)):
                    return
            elif state.postponed_until_at and state.postponed_until_at <= self.notebook.now():
                state.postponed_until_at = None
                self._next_attempt(state)
                return
            else:
                await self._miss(step, state)

    def _limit(self, state: StepState) -> datetime | None:
        return None if state.undoing or self.winding_down else state.decide_by

    def _apply(self, step: Step[R, B], state: StepState, decision: Decision) -> bool:
        """Carry out a decision. True when the verb is to be tried again now."""
        self.notebook.tell(f"step.decided.{decision.kind}", step=state.step, by=decision.by, reason=decision.reason)
        if decision.kind == "postpone":
            state.postponed_until_at = decision.until_at
            return False
        if decision.kind == "replay":
            self._next_attempt(state)
            if decision.request is not None and decision.request != state.request:
                self._wanted[state.step] = step.request.model_validate(decision.request)
                raise _Again
            return True
        if decision.kind == "by_hand":
            state.by_hand, state.evidence = True, decision.evidence
            if decision.result is not None and not state.undoing:
                state.booking = step.booking.model_validate(decision.result).model_dump(mode="json")
            self._close(state, "undone" if state.undoing else "done")
        else:
            self._close(state, "skipped" if decision.kind == "skip" else "failed")
        raise _Ended

    def _next_attempt(self, state: StepState) -> None:
        state.attempt += 1
        state.state, state.problem = "trying", None
        self.notebook.changed()

    async def _miss(self, step: Step[R, B], state: StepState) -> None:
        """The step's time has passed."""
        state.decide_by = None
        if step.too_late:
            await self._perform(step, state, step.too_late, keep_booking=True)
        self._close(state, "missed")
        self.notebook.tell("step.missed", step=state.step)
        raise _Ended

    async def _park_undo_by_hand(self, step: Step[R, B], state: StepState) -> None:
        problem = ask("DoneByHand", self.notebook.now(), evidence=state.evidence or "-")
        await self._parked(step, state, problem)

    def _close(self, state: StepState, name: StepStateName) -> None:
        state.state, state.waiting, state.problem, state.undoing = name, None, None, False
        self.notebook.changed()


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text)
