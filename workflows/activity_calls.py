"""How a verb is carried out: sent out to whichever worker is free, or done at hand by the one that decides."""

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

from temporalio import workflow
from temporalio.common import RetryPolicy
from temporalio.exceptions import ActivityError, FailureError
from temporalio.workflow import ActivityCancellationType, ActivityHandle

from activities.step import Step, Verb
from domain.job import JobFile, StepState
from domain.message import Message
from domain.orders import StepOrder, order_key
from workflows.projection import Projection

R = TypeVar("R", bound=Message)
B = TypeVar("B", bound=Message)

SIGN_OF_LIFE = timedelta(seconds=5)
"""A running try that shows no sign of life for this long is given to another worker."""


MARGIN = timedelta(seconds=1)
"""A try is never given less time than this, even when its limit is now."""


class JobStopped(Exception):
    """The job is being stopped; every strand ends at its next border."""


@dataclass(frozen=True)
class Terms:
    """What one attempt is given besides its order."""

    activity_id: str
    summary: str
    time_left: timedelta | None
    final: tuple[str, ...]
    """Failures after which trying again cannot help."""


def sent_out(verb: Verb[R, B], order: StepOrder[R], terms: Terms) -> ActivityHandle[B]:
    """For whichever worker is free, with signs of life."""
    return workflow.start_activity_method(
        verb.call,
        order,
        activity_id=terms.activity_id,
        summary=terms.summary,
        start_to_close_timeout=verb.patience.one_try,
        heartbeat_timeout=SIGN_OF_LIFE,
        schedule_to_close_timeout=terms.time_left,
        retry_policy=_retries(verb, terms),
        cancellation_type=ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
    )


def at_hand(verb: Verb[R, B], order: StepOrder[R], terms: Terms) -> ActivityHandle[B]:
    """In the same breath: what only touches our own tables costs a third of an errand's events and no waiting."""
    return workflow.start_local_activity_method(
        verb.call,
        order,
        activity_id=terms.activity_id,
        summary=terms.summary,
        start_to_close_timeout=verb.patience.one_try,
        schedule_to_close_timeout=terms.time_left,
        retry_policy=_retries(verb, terms),
        cancellation_type=ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
    )


def wrapped(activity_type: str) -> ActivityError:
    """The failure of something done at hand, in the form an errand's has; raised from its cause."""
    return ActivityError(
        activity_type,
        scheduled_event_id=0,
        started_event_id=0,
        identity="",
        activity_type=activity_type,
        activity_id="",
        retry_state=None,
    )


def _retries(verb: Verb[R, B], terms: Terms) -> RetryPolicy:
    return RetryPolicy(
        initial_interval=verb.patience.first_pause,
        backoff_coefficient=verb.patience.growth,
        maximum_interval=verb.patience.longest_pause,
        maximum_attempts=verb.patience.tries,
        non_retryable_error_types=list(terms.final),
    )


class ActivityCalls:
    """Carries out one attempt after the other."""

    def __init__(self, notebook: Projection, entity: str) -> None:
        self.notebook = notebook
        self.entity = entity
        self.winding_down = False
        self._in_flight: dict[str, ActivityHandle[Any]] = {}
        self._quick: set[str] = set()
        """What is done at hand now: awaited by a stop, never cut short, so that it is known whether it happened."""
        self._activities = 0
        self._asking: set[str] = set()
        """Steps that wait for a partner's answer between two tries."""

    @property
    def file(self) -> JobFile:
        """The file the steps are part of."""
        return self.notebook.file

    @property
    def stopped(self) -> bool:
        """Whether the process is being stopped, and its strands are still to end."""
        return self.file.stopping is not None and not self.winding_down

    def order(self, step: Step[R, B], state: StepState) -> StepOrder[R]:
        """The order as it stands: the same key for every try and every replay of the same request."""
        job_id = self.file.job_id
        replaced = state.signed.revision if state.signed else max(state.given_up, default=0)
        return StepOrder[step.request](  # type: ignore[name-defined]  # the step names its request's type
            job_id=job_id,
            service=step.name,
            item=state.item,
            revision=state.revision,
            replaces=order_key(job_id, step.name, state.item, replaced) if replaced else None,
            amends=None if state.signed is None else step.request.model_validate(state.signed.request),
            evidence=None if state.signed is None else state.evidence,
            entity=self.entity,
            keeps=state.keeps,
            request=step.request.model_validate(state.request),
        )

    async def _try(self, state: StepState, verb: Verb[R, B], order: StepOrder[R], *final: str) -> B:
        """One attempt, with the engine's retries inside it."""
        state.state, state.operation, state.problem, state.waiting = "trying", verb.name, None, None
        state.attempt = max(state.attempt, 1)
        self.notebook.changed()
        await asyncio.sleep(0)  # whatever else happens in this same instant is written down with it
        if self.stopped:
            raise JobStopped
        terms = self._terms(state, verb, order, final)
        if verb.patience.at_hand:
            self.notebook.at_hand += 1
            self._quick.add(handle_key := self._handle_key(state, verb))
            try:
                asked = order.model_copy(update={"asked_at": self.notebook.now()})
                return await self._finished(state, verb, at_hand(verb, asked, terms))
            finally:
                self.notebook.at_hand -= 1
                self._quick.discard(handle_key)
        with self.notebook.taken_along() as note:
            told = note.model_dump_json() if note else None
            carrying = order.model_copy(update={"note": told})
            return await self._finished(state, verb, sent_out(verb, carrying, terms))

    def _handle_key(self, state: StepState, verb: Verb[R, B]) -> str:
        return f"{state.step}/{verb.name}/{state.revision}"

    async def _finished(self, state: StepState, verb: Verb[R, B], handle: ActivityHandle[B]) -> B:
        self._in_flight[handle_key := self._handle_key(state, verb)] = handle
        try:
            return await handle
        except ActivityError:
            raise
        except asyncio.CancelledError as not_set_out:  # stopped in the very instant in which it would set out
            raise JobStopped from not_set_out
        except FailureError as failure:  # what is done at hand fails without the wrapping of an errand
            raise wrapped(f"{state.service}.{verb.name}") from failure
        finally:
            del self._in_flight[handle_key]

    def _terms(self, state: StepState, verb: Verb[R, B], order: StepOrder[R], final: tuple[str, ...]) -> Terms:
        return Terms(
            activity_id=self._activity_id(state, verb, order),
            summary=f"{state.step}: {verb.name}, attempt {state.attempt}",
            time_left=self._time_left(state),
            final=final,
        )

    def _activity_id(self, state: StepState, verb: Verb[R, B], order: StepOrder[R]) -> str:
        self._activities += 1
        return f"{state.step}.{verb.name}.{order.revision}.{state.attempt}.{self._activities}"

    def _time_left(self, state: StepState) -> timedelta | None:
        if state.decide_by is None or state.undoing or self.winding_down:
            return None
        return max(state.decide_by - self.notebook.now(), MARGIN)

    def _limit(self, state: StepState) -> datetime | None:
        return None if state.undoing or self.winding_down else state.decide_by

    def _too_late(self, state: StepState) -> bool:
        limit = self._limit(state)
        return limit is not None and limit <= self.notebook.now()
