"""Pay and expenses that came back from the bank: not on the account, whatever the calendar says."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from api.wording.timeline import Line
from domain.job import StepState
from domain.orders import split_step

PAID = frozenset({"wages", "expenses"})


def came_back(steps: Iterable[StepState], lines: Iterable[Line]) -> frozenset[str]:
    """The steps whose payment the bank gave back, and that were not paid again."""
    found = {one.step for one in steps if one.problem is not None and one.problem.type == "PaymentReturned"}
    for line in lines:
        service, _, what = line.kind.partition(".")
        if service in PAID and line.step and what == "returned_late":
            found.add(line.step)
        elif service in PAID and line.step and what == "paid_again":
            found.discard(line.step)
    return frozenset(one for one in found if split_step(one)[0] in PAID)


def signed_at(booking: Mapping[str, Any] | None) -> datetime | None:
    """When the last of both signed a contract; None when nobody wrote it down."""
    told = [(booking or {}).get(name) for name in ("person_signed_at", "cooperative_signed_at")]
    return max((datetime.fromisoformat(str(one)) for one in told if one), default=None)
