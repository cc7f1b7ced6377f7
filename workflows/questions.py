"""Questions to people about what binds: asked, answered in their own words, and carried out.

What is signed stays in force until an amendment is signed by both. A wish to change it stands beside the step; a
later wish takes its place, and the question is asked anew with it. One that asks for what is signed anyway has
answered itself.
"""

from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from temporalio import workflow
from temporalio.exceptions import ActivityError

from activities.step import Step
from domain.decisions import DecisionKind
from domain.job import Binding, Problem, StepState
from domain.message import Message
from domain.orders import step_name
from domain.questions import Outcome, same_substance
from workflows.activity_calls import JobStopped
from workflows.answers import instant
from workflows.borders import Again, Changing, Ended, NotAmended
from workflows.by_hand import ByHand
from workflows.problems import ask, explain, is_cancelled

R = TypeVar("R", bound=Message)
B = TypeVar("B", bound=Message)

UNDER_WAY = frozenset({"waiting", "trying", "parked"})
CHANGES, UNANSWERED = "SignedContractChanges", "AmendmentUnanswered"
FOR_THE_ADVISER = 4
"""House rule: a person has three quarters of the time there is to sign, the adviser the last quarter."""


class Questions(ByHand):
    """Asks people about what is signed, issued or done by hand."""

    settled: Callable[[str, Outcome], None] = staticmethod(lambda step, outcome: None)
    """Who carries the job is told at once what became of a signed request."""

    signed_meanwhile: Callable[[str], None] = staticmethod(lambda step: None)
    """Who carries the job is told that a request was signed while another one was wanted: people are asked, and who
    runs the step waits for them."""

    found_signed: Callable[[str], None] = staticmethod(lambda step: None)
    """Who carries the job is told that something it gave back turns out to be signed: people are asked about it."""

    async def change(self, step: Step[R, B], item: str, wanted: R | None) -> None:
        """What is signed should become something else, or nothing any more: a person is asked, once at a time."""
        name = step_name(step.name, item)
        state, asked = self.file.steps[name], name in self._wishes
        if not asked and (wanted is None or same_substance(state.request, wanted.model_dump(mode="json"))):
            return
        self._wishes[name] = wanted
        self._known[name] = step
        if self._is_done_first(step, state, wanted):
            if not asked:
                await self._ask_afterwards(step, state)
            return
        self._changing.add(name)
        if state.signed is None and not state.undoing:
            for verb in step.confirm:  # a declaration that is still tried is for days that may not be any more
                if handle := self._in_flight.get(f"{name}/{verb.name}/{state.revision}"):
                    handle.cancel()
        if asked:
            return
        async with self._lock(state):
            if name in self._wishes and await self._settle(step, state):
                await self._go_on(step, state)

    def _is_done_first(self, step: Step[R, B], state: StepState, wanted: R | None) -> bool:
        """Whether what follows from the signature is under way, and right for the wish as well."""
        if step.holds_for is None or wanted is None or state.undoing or state.signed is not None:
            return False
        if state.state not in UNDER_WAY or state.step in self._changing:
            return False
        alike = step.holds_for(step.request.model_validate(state.request), wanted)
        return alike and workflow.patched(f"done-before-asked:{state.step}")

    async def _ask_afterwards(self, step: Step[R, B], state: StepState) -> None:
        """Once it is done; whoever was told not to start meanwhile is asked nothing."""
        async with self._lock(state):
            if state.step not in self._wishes or self.stopped:
                return
            if state.state == "done" and await self._settle(step, state):
                await self._go_on(step, state)
            elif self._wishes.pop(state.step, None) is not None:
                self.settled(state.step, "dropped")

    def is_asked(self, step: str) -> bool:
        """Whether people are asked about this step, or sign an amendment to it."""
        return step in self._wishes

    def people_decide(self, step: str) -> bool:
        """Whether people are asked about it now, so that nobody else carries it on."""
        return step in self._wishes and self.file.steps[step].undoing

    async def tell_not_to_start(self, step: Step[R, B], item: str) -> None:
        """The work begins and nothing is agreed for it: the person is told, beside the question that stays open."""
        state = self.file.steps[step_name(step.name, item)]
        wanted = self._wishes.get(state.step)
        if step.too_late is None or wanted is None:
            return
        beside = self._amending(state, wanted)
        try:
            await self._try(beside, step.too_late, self.order(step, beside))
        except ActivityError as error:
            if is_cancelled(error):
                raise JobStopped from error
            problem = explain(error, self.notebook.now())
            self.notebook.tell("step.reminder_failed", step=state.step, problem=problem.text)

    async def _go_on(self, step: Step[R, B], state: StepState) -> None:
        """What is agreed is carried out: the verbs that bind, as often as they are needed."""
        raise NotImplementedError

    async def _settle(self, step: Step[R, B], state: StepState) -> bool:
        """Ask until it is answered. True when there is something to do for what is agreed now."""
        left = state.state != "done"
        problem = ask(CHANGES, self.notebook.now())
        while True:
            self._changing.discard(state.step)
            wanted = self._wishes[state.step]
            if wanted is None:
                self._close_question(state, "dropped", left)
                return False
            if same_substance(state.request, wanted.model_dump(mode="json")):
                return self._close_question(state, "dropped", left)
            state.wanted = wanted.model_dump(mode="json")
            try:
                state.undoing = True
                await self._release_given_up(step, state)
                answer = await self._answer_to(step, state, problem)
                outcome = await self._carry_out(step, state, answer, step.request.model_validate(state.wanted))
            except Changing:
                problem = ask(CHANGES, self.notebook.now())
                state.attempt += 1  # an answer to the earlier question is none to this one
                continue
            except NotAmended as no:
                problem = no.problem
                state.attempt += 1
                continue
            if outcome == "amended" and state.step in self._changing:
                left = True
                self.settled(state.step, outcome)
                continue
            return self._close_question(state, outcome, left or outcome == "amended")

    def _close_question(self, state: StepState, outcome: Outcome, left: bool) -> bool:
        """The question is closed; whoever carries the job learns how."""
        asked = state.wanted is not None
        del self._wishes[state.step]
        self._changing.discard(state.step)
        state.wanted = None
        self._close(state, "undone" if outcome == "ended" else "held" if left else "done")
        if asked:
            self.notebook.tell(f"step.settled.{outcome}", step=state.step)
        self.settled(state.step, outcome)
        return left and outcome != "ended"

    async def _answer_to(self, step: Step[R, B], state: StepState, problem: Problem) -> DecisionKind:
        """Put one question to people; what they answer."""
        state.undoing, by_hand_before = True, state.by_hand
        state.by_hand = False
        self._given.pop(state.step, None)
        try:
            await self._parked(step, state, problem, question=True)
        except Ended:
            self.notebook.changed()
        finally:  # also where the question is left: wanted otherwise meanwhile, or the job stops
            state.by_hand, state.undoing = by_hand_before, True
        return self._given.pop(state.step, "keep")

    async def _carry_out(self, step: Step[R, B], state: StepState, answer: DecisionKind, wanted: R) -> Outcome:
        if answer == "amend":
            await self._amend_signed(step, state, wanted)
            return "amended"
        if answer == "by_hand":
            if workflow.patched(f"amended-by-hand:{state.step}:{state.attempt}"):
                await self._amended_outside(step, state, wanted)
            return "amended"
        if answer == "end" and step.correct and await self._corrected(step, state):
            return "ended"
        if answer in ("end", "keep") and step.stay:
            await self._stays(step, state, wanted)
        return "kept"

    async def _corrected(self, step: Step[R, B], state: StepState) -> bool:
        """Take back what binds. False when a person says that it stays as it is after all."""
        assert step.correct is not None
        try:
            await self._perform(step, state, step.correct)
        except Ended:
            if state.state == "skipped":
                state.undoing = True
                return False
            await self._book_back(step, state)
        return True

    async def _stays(self, step: Step[R, B], state: StepState, wanted: R) -> None:
        """What is signed counts again; whoever does that by hand, or leaves it, has seen to it."""
        assert step.stay is not None
        order = self.order(step, self._amending(state, wanted))
        try:
            await self._perform(step, state, step.stay, order=order, keep_booking=True)
        except Ended:
            state.undoing = True

    # -- an amendment ----------------------------------------------------------------------------------------

    def _amending(self, state: StepState, wanted: Message) -> StepState:
        """The step as an amendment would have it, under an order of its own."""
        state.last_revision = max(state.last_revision, state.revision) + 1
        signed = Binding(revision=state.revision, request=state.request, booking=state.booking)
        update = {"signed": signed, "revision": state.last_revision, "request": wanted.model_dump(mode="json")}
        return state.model_copy(update=update)

    async def _amend_signed(self, step: Step[R, B], state: StepState, wanted: R) -> None:
        """Drawn up, signed by the person, signed by the cooperative; until then what is signed stays in force."""
        by, until = self._time_to_sign(state, wanted)
        while True:
            drawn = self._amending(state, wanted.model_copy(update={"answer_by": by}))
            state.signed, state.revision, state.request = drawn.signed, drawn.revision, drawn.request
            state.booking, state.undoing, state.decide_by = None, False, until
            try:
                for verb in (step.hold, step.answer, *step.confirm[:1]):
                    if verb is not None and verb is step.answer:
                        await self._until_answered(step, state, verb)
                    elif verb is not None:
                        await self._perform(step, state, verb)
                self._in_force(state, wanted)
                return None
            except Again:
                self._back_to_signed(state)
                wanted = step.request.model_validate(self._edited.pop(state.step))
            except Ended:
                self._back_to_signed(state)
                if self._given.pop(state.step, None) == "by_hand":
                    return await self._amended_outside(step, state, wanted)
                raise NotAmended(ask(UNANSWERED, self.notebook.now())) from None
            except BaseException:
                self._back_to_signed(state)
                raise

    async def _amended_outside(self, step: Step[R, B], state: StepState, wanted: R) -> None:
        """A person has the amendment that both signed: it is in force as if it had been signed here."""
        if step.amended_by_hand is None:
            return
        drawn = self._amending(state, wanted)
        order = self.order(step, drawn)
        try:
            booking = await self._perform(step, state, step.amended_by_hand, order=order, keep_booking=True)
        except Ended:  # it is not to be kept so: the question stands as before
            raise NotAmended(ask(UNANSWERED, self.notebook.now())) from None
        state.revision, state.request = drawn.revision, drawn.request
        state.booking = booking.model_dump(mode="json")
        self._in_force(state, wanted)

    def _in_force(self, state: StepState, wanted: Message) -> None:
        state.signed, state.undoing = None, False
        state.decide_by = instant(str(state.request["starts_at"])) if "starts_at" in state.request else None

    def _back_to_signed(self, state: StepState) -> None:
        """The amendment came to nothing: what was signed is what binds. Its order is given back."""
        signed = state.signed
        if signed is None:
            return
        state.given_up = {**state.given_up, state.revision: state.request}
        state.revision, state.request, state.booking = signed.revision, signed.request, signed.booking
        state.signed, state.undoing = None, True

    def _time_to_sign(self, state: StepState, wanted: Message) -> tuple[datetime, datetime]:
        """Until when the person signs, and until when it can be settled at all: before the first of both starts."""
        now = self.notebook.now()
        new = wanted.model_dump(mode="json")
        starts = [instant(one["starts_at"]) for one in (state.request, new) if one.get("starts_at")]
        ahead = [start for start in starts if start > now]
        if not ahead or instant(new["starts_at"]) <= now:
            raise NotAmended(ask(UNANSWERED, now))
        until = min(ahead)
        return until - (until - now) / FOR_THE_ADVISER, until

    # -- other questions -------------------------------------------------------------------------------------

    async def _ask(self, step: Step[R, B], state: StepState, problem: str) -> bool:
        """Whether something signed is right: corrected by hand with proof, or left as it is."""
        before = state.state
        answer: DecisionKind | None
        try:
            answer = await self._answer_to(step, state, ask(problem, self.notebook.now()))
        except Changing:  # moved meanwhile: people are asked about the new wish instead, and nobody answered this
            answer = None
            self.notebook.tell("step.settled.replaced", step=state.step)
        self._close(state, before)
        self._tell_answered(state, problem, answer)
        return answer == "by_hand"

    async def correct(self, step: Step[R, B], item: str, problem: str, **params: str) -> bool:
        """Ask a person whether what binds is to be corrected. True when it was, False when it stays as it is.

        Changing when it is wanted again after all, otherwise than it was: then that is asked instead.
        """
        state = self.file.steps[step_name(step.name, item)]
        if step.correct is None:
            return False
        if state.step in self._wishes or (state.step in self.file.bound and state.state in UNDER_WAY):
            self._wishes[state.step] = None  # whoever asks about a change, or is at work on it, leaves
            self._changing.add(state.step)
        async with self._lock(state):
            self._wishes.pop(state.step, None)
            self._changing.discard(state.step)
            if state.state == "undone":
                return True
            whole, over = state.state == "done", state.state == "missed"
            state.wanted, state.undoing = None, True
            if state.given_up and state.last_revision:
                await self._release_given_up(step, state)
            self._given.pop(state.step, None)
            state.said_back = None
            try:
                await self._parked(step, state, ask(problem, self.notebook.now(), **params), question=True)
                await self._perform(step, state, step.correct)
            except Changing:
                self._close(state, "done" if whole else "held")
                raise
            except Ended:
                stays = state.state == "skipped"
                await self._book_back(step, state)
            else:
                stays = False
            if not stays:
                self._close(state, "undone")
            begun = stays and not whole and not over and workflow.patched(f"kept-is-carried-out:{state.step}")
            if stays:
                self._close(state, "held" if begun else "done")
            self._tell_answered(state, problem, self._given.pop(state.step, None))
            if begun:
                await self._go_on(step, state)
            return not stays
