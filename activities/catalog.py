"""Every service's STEP, found by its file: a new `activities/<word>.py` with a STEP is known everywhere at once."""

import pkgutil
from functools import cache
from importlib import import_module
from typing import Any

import activities
from activities.step import Step
from domain.collection_state import is_stage


@cache
def stated() -> dict[str, dict[str, Step[Any, Any]]]:
    """What every service states about itself, by its word and, where it has several kinds of step, by stage;
    the stage is empty for its usual step."""
    modules = (import_module(f"activities.{found.name}") for found in pkgutil.iter_modules(activities.__path__))
    found: dict[str, dict[str, Step[Any, Any]]] = {}
    for module in modules:
        one, several = getattr(module, "STEP", None), getattr(module, "STAGES", None)
        if isinstance(one, Step):
            found.setdefault(one.name, {})[""] = one
        elif isinstance(several, dict) and all(isinstance(step, Step) for step in several.values()):
            for stage, step in several.items():
                found.setdefault(step.name, {})[stage] = step
    return found


@cache
def steps() -> dict[str, Step[Any, Any]]:
    """The usual step of every service that has one, by its word."""
    return {service: forms[""] for service, forms in stated().items() if "" in forms}


@cache
def every_step() -> tuple[Step[Any, Any], ...]:
    """All of them, those of another kind than their service's usual one included."""
    return tuple({id(step): step for forms in stated().values() for step in forms.values()}.values())


def step_of(service: str, item: str = "-") -> Step[Any, Any] | None:
    """What the service states about the step with this item; None for one this program does not know any more."""
    forms = stated().get(service, {})
    stages = sorted((stage for stage in forms if not stage or is_stage(item, stage)), key=len)
    return forms[stages[-1]] if stages else None


def services_of(partner: str) -> tuple[str, ...]:
    """The services that have something done at a partner."""
    return tuple(
        service for service, forms in stated().items() if any(partner in step.partners for step in forms.values())
    )


def partner_behind(service: str, item: str = "-") -> str:
    """Who stands behind a step when a try does not say it itself."""
    step = step_of(service, item)
    return step.partners[0] if step and step.partners else "partner"


def is_for_people(service: str) -> bool:
    """Whether people signed, received or were paid what the service's usual step brought."""
    step = steps().get(service)
    return step is not None and step.is_for_people()


def on_paper(service: str) -> bool:
    """Whether the request of the service's usual step is printed on a paper that somebody signs or receives."""
    step = steps().get(service)
    return step is not None and step.on_paper


@cache
def bookings() -> tuple[Step[Any, Any], ...]:
    """The steps that are renewed by a move and given back by a withdrawal, in the order in which they are renewed.

    Running jobs were recorded with this order: a new service comes after the named ones, wherever its letter is.
    """
    first = ("insurance", "equipment", "van_rental", "travel", "special_request", "workspace")
    found = {service: step for service, step in steps().items() if step.is_booking()}
    return tuple(found[service] for service in (*first, *(each for each in found if each not in first)))
