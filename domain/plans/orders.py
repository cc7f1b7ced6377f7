"""All orders of a plan side by side, each under its step's name."""

from collections.abc import Iterator
from decimal import Decimal

from domain.message import Message
from domain.money import ZERO
from domain.orders import step_name
from domain.plan import JobPlan

SINGLE = ("agreement", "prefinancing", "insurance", "equipment", "workspace")
PER_ITEM = (
    "van_rental",
    "travel",
    "employment_contract",
    "expenses",
    "wages",
    "invoicing",
    "special_request",
)


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
