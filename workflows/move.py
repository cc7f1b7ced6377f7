"""What a moved job means for each step: renewed, given back, added, or put to a person."""

from collections.abc import Awaitable, Callable, Coroutine
from datetime import date, datetime, timedelta
from typing import Any

from activities import agreement, employment_contract, prefinancing, travel
from activities.catalog import bookings, step_of
from activities.step import Step
from domain.job import Approval, StepState
from domain.message import Message
from domain.orders import NO_ITEM, step_name
from domain.plan import JobPlan
from domain.services.employment_contract import EmploymentContractRequest
from workflows.steps import Steps

Travels = Callable[[str, EmploymentContractRequest | None], Awaitable[bool]]
"""Whether the ticket of a crew member, whose contract would be this one, follows a move."""
FUND_LIMIT = "fund_limit"
"""The rule that asks an adviser to lift the fund's limits of this member and client."""
BOOKINGS: tuple[Step[Any, Any], ...] = bookings()
MOVED: tuple[Step[Any, Any], ...] = (agreement.STEP, prefinancing.STEP, *BOOKINGS)
"""What can be renewed without touching anything signed."""


def stated(state: StepState) -> Step[Any, Any]:
    """What the service of a step states about it; KeyError for a service this program does not know."""
    step = step_of(state.service, state.item)
    if step is None:
        raise KeyError(state.service)
    return step


def requests(plan: JobPlan, service: str) -> dict[str, Message]:
    """The plan's requests to one service by item."""
    found: Message | dict[str, Message] | None = getattr(plan, service)
    if found is None:
        return {}
    return found if isinstance(found, dict) else {NO_ITEM: found}


def amendments(
    steps: Steps, old: JobPlan, new: JobPlan, signed: list[str], travels: Travels | None = None
) -> list[Coroutine[Any, Any, None]]:
    """Everything that must happen to the steps that exist; added ones are the process's own business.

    `travels` waits until it is known whether somebody's ticket follows the move.
    """
    work: list[Coroutine[Any, Any, None]] = []
    for step in MOVED:
        for item in requests(old, step.name):
            wanted = requests(new, step.name).get(item)
            if wanted is None:
                work.append(give_back(steps, step, item))
            elif step is travel.STEP and travels is not None:
                work.append(_follow(steps, item, wanted, new, travels))
            else:
                work.append(_renew(steps, step, item, wanted, new))
    for slug in old.employment_contract:
        offer = new.employment_contract.get(slug)
        if offer is None and slug not in signed:
            work.append(give_back(steps, employment_contract.STEP, slug))
        elif offer is None:
            continue
        elif slug in signed:
            continue  # who has signed is asked about by the process, which knows what stays owed
        else:
            work.append(steps.amend(employment_contract.STEP, slug, offer, until=offer.starts_at))
    return work


def added(old: JobPlan, new: JobPlan, service: str) -> dict[str, Any]:
    """The requests of the new plan whose item the old one did not have."""
    before = requests(old, service)
    return {item: request for item, request in requests(new, service).items() if item not in before}


def limit(step: Step[Any, Any], plan: JobPlan) -> datetime:
    """Until when a step may still be decided about, counted back from the first start."""
    return plan.first_start_at - (step.decide_before_start or timedelta(0))


async def _renew(steps: Steps, step: Step[Any, Any], item: str, wanted: Message, new: JobPlan) -> None:
    await steps.amend(step, item, wanted, until=limit(step, new))


async def _follow(steps: Steps, item: str, wanted: Message, new: JobPlan, travels: Travels) -> None:
    if steps.is_open(step_name(travel.STEP.name, item)):
        going = await travels(item, new.employment_contract.get(item))
    else:
        going = True  # nothing is booked yet: what is booked later waits for the traveller anyway
    if going:
        await _renew(steps, travel.STEP, item, wanted, new)


async def give_back(steps: Steps, step: Step[Any, Any], item: str) -> None:
    name = step_name(step.name, item)
    steps.abandon(name)
    await steps.undo(name)


def midnight(day: date) -> datetime:
    """The day's first instant in UTC: early enough for anything that must go out on it."""
    return datetime.fromisoformat(f"{day.isoformat()}T00:00:00+00:00")


def lifted(plan: JobPlan, approval: Approval) -> JobPlan:
    """The plan once an adviser has said yes to a limit of the fund; any other answer changes nothing in it."""
    if approval.rule != FUND_LIMIT or not approval.granted or plan.prefinancing is None:
        return plan
    reservation = plan.prefinancing.model_copy(update={"approved_by": approval.by})
    return plan.model_copy(update={"prefinancing": reservation})
