"""The worker: every process and every service, each bound to its stores and its partner."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from importlib.metadata import version
from typing import Any

from temporalio.client import Client
from temporalio.worker import Worker

from activities.memory import Memory
from activities.step import Step
from storage.execution.attempts import Attempts
from storage.execution.order_attempts import Tries
from storage.execution.regular_work import RegularWork
from storage.jobs.jobs import Jobs
from workers import bookings, money, people
from workers.bank_desk import bank_desk, nudger
from workers.bulk import bulk_replay
from workers.interceptors import OnDuty, roles
from workers.isolation import workflow_runner
from workers.morning import MorningDuty
from workers.partner_duty import PartnerDuty
from workers.site import OnSite
from workflows.bulk_replay import BulkReplayWorkflow
from workflows.debt_collection import DebtCollectionWorkflow
from workflows.job import JobWorkflow
from workflows.morning import MorningWorkflow
from workflows.partner_watch import PartnerWatchWorkflow

__all__ = ["STEPS", "OnSite", "activities", "build_worker"]

STEPS: tuple[Step[Any, Any], ...] = (*bookings.STEPS, *people.STEPS, *money.STEPS)
ACTIVITIES_AT_ONCE = 40
"""Mostly waiting for partners; more would only queue up at our own database."""
EAGER = 9
"""Activities that start in the same breath as the decision to take them: the fan-out of an ordinary job."""
TAKEN_OVER_AFTER = timedelta(seconds=1)
"""How long a dead worker's jobs wait before any worker may take them."""
RELEASE = version("all-inclusive")
"""Shown beside each piece of work; unsaid, the SDK would read and compile every module once more: four seconds."""


def build_worker(client: Client, site: OnSite) -> Worker:
    """A worker that serves every process and every service."""
    duty = OnDuty(Tries(site.database), Attempts(site.database), site.clock, roles(list(STEPS)))
    return Worker(
        client,
        task_queue=site.settings.task_queue,
        workflows=[JobWorkflow, DebtCollectionWorkflow, MorningWorkflow, BulkReplayWorkflow, PartnerWatchWorkflow],
        activities=activities(client, site),
        workflow_runner=workflow_runner(),
        interceptors=[duty],
        max_cached_workflows=site.settings.max_cached_workflows,
        max_concurrent_activities=ACTIVITIES_AT_ONCE,
        max_eager_activity_reservations_per_workflow_task=EAGER,
        sticky_queue_schedule_to_start_timeout=TAKEN_OVER_AFTER,
        graceful_shutdown_timeout=timedelta(seconds=2),
        build_id=RELEASE,
    )


def activities(client: Client, site: OnSite) -> list[Callable[..., Awaitable[Any]]]:
    """Every activity of every service, bound to what it works with."""
    morning = MorningDuty(bank_desk(site), nudger(client), site.clock, RegularWork(site.database))
    duty = PartnerDuty(site.database, site.partners, site.calendar, client, site.settings.task_queue)
    site.watch.on_trouble = duty.trouble
    desks = (morning, bulk_replay(client, site), duty)
    services = (*bookings.services(site), *people.services(client, site), *money.services(client, site), *desks)
    found = [Memory(Jobs(site.database)).remember]
    return found + [method for service in services for method in _defined(service)]


def _defined(service: object) -> list[Callable[..., Awaitable[Any]]]:
    """The methods of a service that are activities."""
    methods = (getattr(service, name) for name in dir(service) if not name.startswith("_"))
    return [method for method in methods if hasattr(method, "__temporal_activity_definition")]
