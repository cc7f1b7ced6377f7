"""Letting a process look at the tables now. What it cannot be told at once is kept and told again, so that an
answer never waits for the next time somebody would have asked."""

from datetime import timedelta
from uuid import uuid4

import structlog
from pydantic import BaseModel, ValidationError

from api.container import Container
from api.ports.process import ProcessUnreachable
from domain import workflow_ids
from engine.outages import outage
from storage.execution.webhooks import Webhook
from storage.jobs.steps import StepRow

LISTENING = frozenset({"waiting", "trying", "parked"})
"""States in which a step may look for an answer; a partner's event about any other would wake it for nothing."""
HANDED_OVER = "hand_over"
"""A dossier goes on long after this verb is done: the collection asks lawyer and bailiff what it is about."""
OURS = "allin"
"""The sender of what we tell ourselves."""
A_MOMENT = timedelta(seconds=5)
"""Whoever received an event is given this long to pass it on, before others do."""

log = structlog.get_logger()


class PartnerEvent(BaseModel):
    """What the sweep needs of an event; `api.partners.webhooks` says what partners send."""

    reference: str | None = None


class Later(BaseModel):
    """A nudge that is still to be given."""

    workflow_id: str
    steps: tuple[str, ...] = ()
    """None of them: money moved."""


async def nudge(home: Container, job_id: str, step: str) -> None:
    """Let the process that carries a step look at the tables now, or as soon as it can be reached."""
    try:
        await deliver(home, job_id, step)
    except ProcessUnreachable as error:
        await later(home, workflow_ids.of_job(job_id), step, why=error)


async def money_moved(home: Container, workflow_id: str) -> None:
    """Let a collection look at its money now, or as soon as it can be reached."""
    try:
        await home.process.money_moved(workflow_id)
    except ProcessUnreachable as error:
        await later(home, workflow_id, why=error)


async def deliver(home: Container, job_id: str, step: str) -> None:
    """Let the process that carries a step look now, unless it waits for nobody, or for the bank.

    A bank tells by its statements, and whoever takes those over wakes the steps they are about. ProcessUnreachable
    when it cannot be told.
    """
    await _wake(home, job_id, step, (await home.steps.known_by_name([(job_id, step)])).get((job_id, step)))


async def _wake(home: Container, job_id: str, step: str, row: StepRow | None) -> None:
    if row is None:
        await home.process.nudge(workflow_ids.of_job(job_id), step)
    else:
        waiting = row.file.waiting
        if row.state in LISTENING and not (waiting and waiting.who == "bank"):
            await home.process.nudge(row.workflow_id, step)
        elif row.file.operation == HANDED_OVER:
            await home.process.money_moved(row.workflow_id)


async def later(home: Container, workflow_id: str, *steps: str, why: Exception) -> None:
    """Keep a nudge for the sweep."""
    outage.tell(why, part="nudge")
    told = Later(workflow_id=workflow_id, steps=steps)
    await home.webhooks.keep(OURS, uuid4().hex, told.model_dump_json().encode(), home.now())


async def sweep(home: Container) -> int:
    """Pass on what nobody passed on yet; how many. Ends at the first that cannot be reached: so are the others."""
    passed = 0
    for event in await home.webhooks.unhandled(before=home.now() - A_MOMENT):
        try:
            outcome = await _passed_on(home, event)
        except ProcessUnreachable as error:
            outage.tell(error, part="webhooks")
            break
        await home.webhooks.handled(event.partner, event.event_id, home.now(), outcome)
        passed += 1
    return passed


async def _passed_on(home: Container, event: Webhook) -> str:
    """Tell whom it is about; what came of it. ProcessUnreachable."""
    try:
        if event.partner == OURS:
            own = Later.model_validate_json(event.body)
            tell = home.process.nudge(own.workflow_id, *own.steps) if own.steps else None
            await (tell or home.process.money_moved(own.workflow_id))
            return "done"
        return await pass_on(home, PartnerEvent.model_validate_json(event.body).reference)
    except ValidationError:
        return "unreadable"


async def pass_on(home: Container, reference: str | None) -> str:
    """Nudge the process of the order a partner names; what came of it. ProcessUnreachable."""
    key = (reference or "").partition(":")[0]
    found = await home.steps.of_order(key)
    if found is None:
        return "no order of ours"
    await _wake(home, *found)
    return "done"
