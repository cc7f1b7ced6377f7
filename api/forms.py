"""What a step's request and result look like, for whoever edits one or does it by hand."""

import pkgutil
from functools import cache
from importlib import import_module
from typing import Any

import activities
from activities.step import Step


@cache
def steps() -> dict[str, Step[Any, Any]]:
    """What every service states about itself, by its word; no list is kept by hand."""
    modules = (import_module(f"activities.{found.name}") for found in pkgutil.iter_modules(activities.__path__))
    known = (getattr(module, "STEP", None) for module in modules)
    return {step.name: step for step in known if isinstance(step, Step)}


def request_schema(service: str) -> dict[str, Any]:
    """JSON Schema of a service's request; empty for a service this program does not know any more."""
    step = steps().get(service)
    return step.request.model_json_schema() if step else {}


def editable(service: str) -> list[str]:
    """The request fields a replay may change."""
    step = steps().get(service)
    return sorted(step.editable) if step else []


def next_verb(service: str, operation: str | None) -> str | None:
    """The verb a replay tries: the one that parked, else the first."""
    step = steps().get(service)
    if operation or step is None:
        return operation
    return step.verbs[0].name if step.verbs else None
