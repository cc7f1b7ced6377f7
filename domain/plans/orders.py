"""All orders of a plan side by side, each under its step's name."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Final, get_args, get_origin

from domain.message import Message
from domain.money import ZERO
from domain.orders import step_name
from domain.plan import JobPlan


def _requests() -> Iterator[tuple[str, type[Message], bool]]:
    """Every service of a plan: its word, the type of its request, and whether there is one per item.

    A service's field is named as the file of its request: `workspace` is in `domain/services/workspace.py`.
    """
    for name, field in JobPlan.model_fields.items():
        for kind in (field.annotation, *get_args(field.annotation)):
            if getattr(kind, "__module__", "") == f"domain.services.{name}":
                yield name, kind, get_origin(field.annotation) is dict


SINGLE: Final = tuple(service for service, _, several in _requests() if not several)
PER_ITEM: Final = tuple(service for service, _, several in _requests() if several)
BOUGHT: Final = frozenset(service for service, kind, _ in _requests() if "ceiling_eur" in kind.model_fields)
"""What costs up to a ceiling is bought, and can be given back."""


def orders_of(plan: JobPlan) -> dict[str, Message]:
    """Every request of a plan by step name, in the order of the process."""
    return dict(_orders(plan))


def _orders(plan: JobPlan) -> Iterator[tuple[str, Message]]:
    for service in SINGLE:
        request = getattr(plan, service)
        if request is not None:
            yield service, request
    for service in PER_ITEM:
        for item, request in getattr(plan, service).items():
            yield step_name(service, item), request


def most_it_costs(request: Message | None) -> Decimal:
    """What an order may cost at most: its ceiling, its gross, its expenses; 0 for what costs nothing itself."""
    for field in ("ceiling_eur", "gross_eur"):
        amount = getattr(request, field, None)
        if isinstance(amount, Decimal):
            return amount
    lines = getattr(request, "lines", ())
    return sum((line.amount_eur for line in lines if hasattr(line, "amount_eur")), ZERO)
