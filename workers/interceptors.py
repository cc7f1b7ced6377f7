"""What surrounds every activity: its order is remembered, each try is written down, a refusal is told apart.

The order's answer and the line it adds to the story are one transaction, so a lost answer is found again by
the order's key and an effect never happens without its story.
"""

import asyncio
import os
import socket
import traceback
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from datetime import datetime, timedelta
from typing import Any, Literal, get_type_hints

import structlog
from pydantic import BaseModel
from temporalio import activity
from temporalio.exceptions import ApplicationError, ApplicationErrorCategory
from temporalio.worker import ActivityInboundInterceptor, ExecuteActivityInput, Interceptor

from activities.step import Clock, Step
from domain.errors import NotYet, PartnerDown, PartnerPaused, Refusal
from domain.job import INFRASTRUCTURE_DOWN, RefusalDetails, Remembered
from domain.message import Message
from domain.orders import EARLIER, StepOrder
from domain.partner_codes import decider
from engine.calendar import told_the_time
from engine.first_tries import first_try
from engine.outages import outage
from storage.core.database import Database
from storage.core.read_once import Together, reading_once
from storage.execution.attempts import Attempt, Attempts, Outcome
from storage.execution.order_attempts import OrderAttempts
from storage.execution.orders import request_hash
from storage.jobs.parties import parties
from workers import infrastructure
from workers.kept_together import kept_together

log = structlog.get_logger(__name__)

ASK_AGAIN_FIRST = timedelta(minutes=15)
ASK_AGAIN_LAST = timedelta(hours=6)
"""An answer that comes hours later is asked for less and less often; the webhook is the fast way."""
TECHNICAL = 4000
"""Characters of a technical cause that ops get to read."""
WORKER = f"{socket.gethostname()}:{os.getpid()}"
SIGN_OF_LIFE_EVERY = 2.0
"""Seconds; a running try that shows no sign of life is given to another worker."""

Role = Literal["effect", "answer", "service"]
"""An effect's answer is remembered and never asked for again; an answer may differ next time; a service verb
(reminding, prolonging) leaves no line in the story."""


def roles(steps: list[Step[Any, Any]]) -> dict[str, Role]:
    """What each activity is to its order, read from what the services state about themselves."""
    found: dict[str, Role] = {}
    for step in steps:
        effects = (step.hold, step.release, step.correct, step.too_late, *step.confirm)
        found |= {f"{step.name}.{verb.name}": "effect" for verb in effects if verb}
        found |= {f"{step.name}.{verb.name}": "service" for verb in (step.remind, step.extend) if verb}
        if step.answer:
            found[f"{step.name}.{step.answer.name}"] = "answer"
    return found


class OnDuty(Interceptor):
    """Surrounds every activity of a worker."""

    def __init__(self, orders: OrderAttempts, attempts: Attempts, clock: Clock, roles: Mapping[str, Role]) -> None:
        self._orders = orders
        self._attempts = attempts
        self._clock = clock
        self._roles = roles

    def intercept_activity(self, next: ActivityInboundInterceptor) -> ActivityInboundInterceptor:
        """Put ourselves around each activity."""
        return _Surrounded(next, self._orders, self._attempts, self._clock, self._roles)


class _Surrounded(ActivityInboundInterceptor):
    def __init__(
        self,
        next: ActivityInboundInterceptor,
        orders: OrderAttempts,
        attempts: Attempts,
        clock: Clock,
        roles: Mapping[str, Role],
    ) -> None:
        super().__init__(next)
        self._orders = orders
        self._attempts = attempts
        self._clock = clock
        self._roles = roles

    async def execute_activity(self, input: ExecuteActivityInput) -> Any:
        """Remember, write down, tell apart."""
        info = activity.info()
        order = input.args[0] if input.args and isinstance(input.args[0], StepOrder) else None
        role = self._roles.get(info.activity_type)
        async with told_apart(info):
            with told_the_time(order.asked_at if order else None):
                if order is None or role is None:
                    async with _signs_of_life(info):
                        return await super().execute_activity(input)
                return await self._ordered(input, info, order, role)

    async def _ordered(
        self, input: ExecuteActivityInput, info: activity.Info, order: StepOrder[Any], role: Role
    ) -> Any:
        operation = info.activity_type.partition(".")[2]
        this = _attempt(info, order, self._clock.now())
        told = Remembered.model_validate_json(order.note) if order.note else None
        first = False
        if role == "service":
            if told is not None:
                await self._orders.remember(told)
            await self._attempts.opened(this)
        else:
            wanted = request_hash(order.request)
            once = role == "effect"
            stored, first = await self._orders.begin(this, order.key, operation, wanted, once=once, told=told)
            if stored is not None and role == "effect":
                return _as_answer(input, stored.answer)
        if first:
            input.args = [order.model_copy(update={"first_try_of": operation}), *input.args[1:]]
        database = self._orders.database
        async with self._failure_written_down(this), _signs_of_life(info), kept_together(database):
            with reading_once(_parties(database, order)), first_try(order.key if first else None):
                answer = await super().execute_activity(input)
            if role == "service":
                await self._attempts.closed(this, self._clock.now(), "done")
            else:
                story = answer.story_values() if isinstance(answer, Message) else {}
                if order.replaced:
                    story = {**story, EARLIER: str(order.revision)}
                await self._orders.end(this, order.key, operation, answer or {}, story, self._clock.now())
        return answer

    @asynccontextmanager
    async def _failure_written_down(self, this: Attempt) -> AsyncIterator[None]:
        try:
            yield
        except BaseException as error:
            technical = None if isinstance(error, NotYet | Refusal) else _trace(error)
            ours = infrastructure.is_infrastructure(error)
            await self._attempts.closed(
                this,
                self._clock.now(),
                _outcome(error),
                error_type=INFRASTRUCTURE_DOWN if ours else type(error).__name__,
                error_text=type(error).__name__ if ours else str(error),
                technical=technical,
            )
            raise


def _parties(database: Database, order: StepOrder[Any]) -> Together:
    """What nearly every step reads, in one trip as soon as it reads any of it."""
    return parties(database, order.job_id, order.entity, getattr(order.request, "person_id", None))


def _attempt(info: activity.Info, order: StepOrder[Any], at: datetime) -> Attempt:
    return Attempt(
        workflow_id=info.workflow_id or "-",
        run_id=info.workflow_run_id or "-",
        activity_id=info.activity_id,
        try_no=info.attempt,
        job_id=order.job_id,
        order_key=order.key,
        operation=info.activity_type,
        worker=WORKER,
        started_at=at,
    )


@asynccontextmanager
async def told_apart(info: activity.Info) -> AsyncIterator[None]:
    """Turn what a service raises into what the engine understands: retry, ask again later, or park at once."""
    try:
        yield
    except Refusal as no:
        details = RefusalDetails(params=no.params, decided_by=decider(no))
        raise ApplicationError(
            str(no), details, type=type(no).__name__, non_retryable=True, category=ApplicationErrorCategory.BENIGN
        ) from no
    except PartnerPaused as paused:
        details = RefusalDetails(params={"partner": paused.partner})
        raise ApplicationError(
            str(paused),
            details,
            type="PartnerPaused",
            non_retryable=True,
            category=ApplicationErrorCategory.BENIGN,
        ) from paused
    except NotYet as later:
        wait = later.ask_again_in or _growing(info)
        raise ApplicationError(
            str(later),
            RefusalDetails(),
            type="NotYet",
            next_retry_delay=wait,
            category=ApplicationErrorCategory.BENIGN,
        ) from later
    except PartnerDown as down:
        details = RefusalDetails(params={"partner": down.partner}, technical=str(down))
        raise ApplicationError(
            str(down),
            details,
            type="PartnerDown",
            non_retryable=down.too_long,
            next_retry_delay=down.retry_after,
            category=ApplicationErrorCategory.BENIGN,
        ) from down
    except (ApplicationError, asyncio.CancelledError):
        raise
    except Exception as mistake:  # all that is left: our own trouble is tried again, a fault of ours is parked
        if infrastructure.is_infrastructure(mistake):
            outage.tell(mistake, activity=info.activity_type, workflow_id=info.workflow_id)
            raise infrastructure.failure(_trace(mistake)) from mistake
        log.exception("activity_failed", activity=info.activity_type, workflow_id=info.workflow_id)
        raise ApplicationError(
            "Something unexpected happened.", RefusalDetails(technical=_trace(mistake)), type=type(mistake).__name__
        ) from mistake


def _growing(info: activity.Info) -> timedelta | None:
    """When asking again makes sense, where nobody said so; None where the process waits, and counts, itself."""
    policy = info.retry_policy
    if policy is not None and "NotYet" in (policy.non_retryable_error_types or ()):
        return None
    wait: timedelta = min(ASK_AGAIN_FIRST * 2 ** (info.attempt - 1), ASK_AGAIN_LAST)
    return wait


@asynccontextmanager
async def _signs_of_life(info: activity.Info) -> AsyncIterator[None]:
    """Heartbeat while the try runs, so that a killed worker is noticed in seconds."""
    if not info.heartbeat_timeout:
        yield
        return

    async def beat() -> None:
        while True:
            activity.heartbeat()
            await asyncio.sleep(SIGN_OF_LIFE_EVERY)

    beating = asyncio.create_task(beat())
    try:
        yield
    finally:
        beating.cancel()
        with suppress(asyncio.CancelledError):
            await beating


def _outcome(error: BaseException) -> Outcome:
    if isinstance(error, NotYet):
        return "not_yet"
    if isinstance(error, Refusal):
        return "refused"
    return "cancelled" if isinstance(error, asyncio.CancelledError) else "failed"


def _trace(error: BaseException) -> str:
    return "".join(traceback.format_exception(error))[-TECHNICAL:]


def _as_answer(input: ExecuteActivityInput, stored: dict[str, Any]) -> Any:
    hint = get_type_hints(input.fn).get("return")
    return hint.model_validate(stored) if isinstance(hint, type) and issubclass(hint, BaseModel) else None
