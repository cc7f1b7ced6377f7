"""What the cooperative books for a job, one file per service: its lines in the quote, and its order in the plan.

Each file has `lines(sheet)`, what the service costs on paper, and `order(desk)`, what the process asks for: one
request, one per item, or nothing. A new file is known at once.
"""

import pkgutil
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from typing import Any, Protocol, cast

from domain.plans.context import PlanContext
from domain.quoting.models import ServiceLine
from domain.quoting.sheet import QuoteInput


class Bookable(Protocol):
    """One service's file in this folder."""

    def lines(self, sheet: QuoteInput) -> Iterator[ServiceLine]:
        """What it costs on paper; nothing when it is not wished."""
        ...

    def order(self, desk: PlanContext) -> Any:
        """The request to the service, None, or the requests by item: the plan's field says which."""
        ...


@cache
def bookable() -> dict[str, Bookable]:
    """Every service that is booked, in the order in which the quote shows them."""
    first = ("insurance", "van_rental", "equipment", "travel", "workspace", "special_request")
    names = [found.name for found in pkgutil.iter_modules(__path__)]
    modules = {name: import_module(f"{__name__}.{name}") for name in (*first, *names)}
    return {name: cast(Bookable, module) for name, module in modules.items() if hasattr(module, "order")}
