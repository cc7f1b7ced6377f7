"""The worker: every process and every service, each bound to its stores and its partner."""

from collections.abc import Awaitable, Callable, Iterator
from datetime import timedelta
from importlib.metadata import version
from typing import Any

from temporalio.client import Client
from temporalio.worker import Worker

from activities.catalog import every_step
from activities.debt_collection import DebtCollection
from activities.insurance_incident import IncidentClaims
from activities.memory import Memory
from activities.step import Step
from storage.execution.attempts import Attempts
from storage.execution.order_attempts import OrderAttempts
from storage.execution.regular_work import RegularWork
from storage.jobs.jobs import Jobs
from workers import bookings, money, people
from workers.answers import answers_desk
from workers.bank_desk import bank_desk, nudger
from workers.bulk import bulk_replay
from workers.interceptors import OnDuty, roles
from workers.isolation import plain_runner, workflow_runner
from workers.morning import MorningDuty
from workers.partner_duty import PartnerDuty
from workers.processes import PROCESSES
from workers.site import OnSite

__all__ = ["STEPS", "OnSite", "activities", "build_worker"]

STEPS: tuple[Step[Any, Any], ...] = every_step()
ACTIVITIES_AT_ONCE = 40
"""Mostly waiting for partners; more would only queue up at our own database."""
EAGER = 9
"""Activities that start in the same breath as the decision to take them: the fan-out of an ordinary job."""
GRACE = timedelta(seconds=2)
"""What runs when a worker is told to end may finish within this time."""
TAKEN_OVER_AFTER = timedelta(seconds=1)
"""How long a dead worker's jobs wait before any worker may take them."""
RELEASE = version("all-inclusive")
"""Shown beside each piece of work; unsaid, the SDK would read and compile every module once more: four seconds."""


def build_worker(client: Client, site: OnSite, *, watched: bool = False, grace: timedelta = GRACE) -> Worker:
    """A worker that serves every process and every service; `watched` runs workflow code in the sandbox.

    When it ends, what runs has `grace` to finish.
    """
    duty = OnDuty(OrderAttempts(site.database), Attempts(site.database), site.clock, roles(list(STEPS)))
    return Worker(
        client,
        task_queue=site.settings.task_queue,
        workflows=PROCESSES,
        activities=activities(client, site),
        workflow_runner=workflow_runner() if watched else plain_runner(),
        interceptors=[duty],
        max_cached_workflows=site.settings.max_cached_workflows,
        max_concurrent_activities=ACTIVITIES_AT_ONCE,
        max_eager_activity_reservations_per_workflow_task=EAGER,
        sticky_queue_schedule_to_start_timeout=TAKEN_OVER_AFTER,
        graceful_shutdown_timeout=grace,
        build_id=RELEASE,
    )


def activities(client: Client, site: OnSite) -> list[Callable[..., Awaitable[Any]]]:
    """Every activity of every service, bound to what it works with."""
    rounds, answers = RegularWork(site.database), answers_desk(site, client)
    morning = MorningDuty(bank_desk(site), nudger(client), site.clock, rounds, answers)
    duty = PartnerDuty(site.database, site.partners, site.calendar, client, site.settings.task_queue)
    site.watch.on_trouble = duty.trouble
    replays = bulk_replay(client, site)
    services = (*bookings.services(site), *people.services(client, site), *money.services(client, site))
    own = (morning.go_round, replays.look, replays.carry_out, replays.note, duty.look, duty.wake)
    return [Memory(Jobs(site.database)).remember, *own, *(verb for one in services for verb in _verbs(one))]


def _verbs(service: object) -> Iterator[Callable[..., Awaitable[Any]]]:
    """The methods of a service that are activities: the verbs its STEP states, and what a collection looks at."""
    kind, seen = type(service), set()
    for verb in (verb for step in every_step() for verb in step.verbs):
        name = verb.call.__name__
        if getattr(kind, name, None) is verb.call and name not in seen:
            seen.add(name)
            yield getattr(service, name)
    if isinstance(service, DebtCollection):
        yield from (service.look, service.settle, service.hear)
    if isinstance(service, IncidentClaims):
        yield from (service.leave_unclaimed, service.end_claim)
