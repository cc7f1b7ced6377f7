"""What each verb of each service would do, told without doing it: partners are only looked at, by the order's key.

A test takes every statement at its word: it replays the step and compares the partner's own list of calls.
"""

import pkgutil
from collections.abc import Mapping
from importlib import import_module
from typing import Any

from pydantic import ValidationError

from activities.step import Step
from domain.decision_preview import Foreseen, StepAsked
from domain.orders import StepOrder
from workers.foresight.drawing import Look
from workers.site import OnSite
from workers.wiring import STEPS

MODULES = [import_module(f"{__name__}.{found.name}") for found in pkgutil.iter_modules(__path__)]
LOOKS: Mapping[str, Look] = {
    name: look for module in MODULES for name, look in getattr(module, "LOOKS", {}).items()
}
"""By activity: `travel.hold`. A test names the verb nobody described."""


class WorkerPreviews:
    """Foresees what a verb would do at this installation; satisfies the API's Foresight."""

    def __init__(self, site: OnSite) -> None:
        self._site = site

    async def foresee(self, asked: StepAsked) -> Foreseen:
        """What the verb would do; what it only reads does nothing."""
        look = LOOKS.get(f"{asked.service}.{asked.verb}")
        if look is None:
            return Foreseen()
        try:
            order = _order(asked)
        except ValidationError as error:
            first = error.errors()[0]
            return Foreseen(outcome="cannot", why=f"{'.'.join(map(str, first['loc']))}: {first['msg']}")
        return Foreseen() if order is None else await look(self._site, order)


def _order(asked: StepAsked) -> StepOrder[Any] | None:
    step = next((one for one in STEPS if one.name == asked.service and _has(one, asked.verb)), None)
    if step is None:
        return None
    return StepOrder[step.request](  # type: ignore[name-defined]  # the step names its request's type
        job_id=asked.job_id,
        service=asked.service,
        item=asked.item,
        revision=asked.revision,
        replaces=asked.replaces,
        entity=asked.entity,
        keeps=asked.keeps,
        request=step.request.model_validate(asked.request),
    )


def _has(step: Step[Any, Any], verb: str) -> bool:
    return verb in (one.name for one in step.verbs)
