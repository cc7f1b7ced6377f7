"""Questions to people and banks: the link went out, now their answer is awaited, with reminders on the way."""

from datetime import datetime, timedelta
from typing import TypeVar

from temporalio import workflow
from temporalio.exceptions import ActivityError

from activities.step import Step, Verb
from domain.job import StepState, Waiting
from domain.message import Message
from workflows.activity_calls import JobStopped
from workflows.borders import NotAmended
from workflows.partner_answers import PartnerAnswers
from workflows.problems import NOT_YET, PARTNER_PAUSED, ask, explain, is_cancelled

ANSWER_ANEW, ANSWER_ANEW_BEFORE = timedelta(days=8), timedelta(days=5)
"""What a replay after the last moment gives the person or the bank: the days a batch and a statement take, over
Easter too. Processes that began earlier keep the five days they knew."""

R = TypeVar("R", bound=Message)
B = TypeVar("B", bound=Message)


class Answers(PartnerAnswers):
    """Waits for answers; the tables hold the truth, a nudge only says that looking may be worth it."""

    def nudge(self, step: str) -> None:
        """Somebody may have answered; the tables know."""
        self._nudged.add(step)

    async def _until_answered(self, step: Step[R, B], state: StepState, verb: Verb[R, B]) -> None:
        """Wait for the person's or the bank's answer, reminding on the way; the tables hold the truth."""
        answer_by, reminders = self._awaited(step, state)
        if state.operation == verb.name:
            self._nudged.add(state.step)  # taken up again: an answer may have come meanwhile
        while True:
            attempt = state.attempt
            state.state, state.operation = "waiting", verb.name
            state.waiting = Waiting(who=step.answered_by or "partner", until_at=answer_by)
            self.notebook.changed()
            until = min([answer_by, *reminders[:1]])
            answered = await self.wait(lambda: state.step in self._nudged or self.interrupted(state), until)
            self._border(state)
            self._nudged.discard(state.step)
            if not answered and reminders and reminders[0] <= self.notebook.now() < answer_by:
                reminders.pop(0)
                if await self._answer(step, state, verb, last=False):
                    return
                await self._remind(step, state)
            elif await self._answer(step, state, verb, last=self.notebook.now() >= answer_by):
                return
            if state.attempt > attempt:
                anew = ANSWER_ANEW if workflow.patched("answer-anew-over-easter") else ANSWER_ANEW_BEFORE
                answer_by = max(answer_by, self.notebook.now() + anew)

    def _awaited(self, step: Step[R, B], state: StepState) -> tuple[datetime, list[datetime]]:
        """Until when the answer is awaited, and when people are reminded, or the answer is looked at, before."""
        now = self.notebook.now()
        if step.awaits is not None:
            *looks, last = step.awaits(step.request.model_validate(state.request), now)
            return last, looks
        reminders = map(instant, state.request.get("remind_at", ()))
        return instant(state.request["answer_by"]), [at for at in reminders if at > now]

    async def _answer(self, step: Step[R, B], state: StepState, verb: Verb[R, B], last: bool) -> bool:
        """Read the answer. After the last moment there is none: the step is missed or parked."""
        try:
            booking = await self._try(state, verb, self.order(step, state), NOT_YET)
        except ActivityError as error:
            if is_cancelled(error):
                raise JobStopped from error
            problem = explain(error, self.notebook.now())
            if problem.type in (NOT_YET, PARTNER_PAUSED) and not last:
                return False
            if state.signed is not None and problem.type == "PersonRefused":
                raise NotAmended(ask("AmendmentRefused", self.notebook.now(), **problem.params)) from error
            if last and state.signed is not None:
                raise NotAmended(ask("AmendmentUnanswered", self.notebook.now())) from error
            if last and step.too_late:
                await self._miss(step, state)
            await self._parked(step, state, problem)
            self._nudged.add(state.step)  # a replay looks at once
            return False
        state.booking, state.problem = booking.model_dump(mode="json"), None
        if self._late_proof.was_looking(state):
            self.notebook.tell("step.proof_came", step=state.step)
        return True

    async def _remind(self, step: Step[R, B], state: StepState) -> None:
        if step.remind is None:
            return
        try:
            await self._try(state, step.remind, self.order(step, state))
            self.notebook.tell("step.reminded", step=state.step)
        except ActivityError as error:
            if is_cancelled(error):
                raise JobStopped from error
            problem = explain(error, self.notebook.now())
            self.notebook.tell("step.reminder_failed", step=state.step, problem=problem.text)


def instant(text: str) -> datetime:
    """An instant as it stands in a stored request."""
    return datetime.fromisoformat(text)
