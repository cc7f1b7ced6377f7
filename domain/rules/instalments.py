"""The parts of a debt and their days, and whether an agreed plan is kept."""

from calendar import monthrange
from datetime import date, timedelta
from decimal import ROUND_DOWN, Decimal
from typing import Final

from domain.instalments import InstalmentPlan, Pace
from domain.message import Message
from domain.money import CENT, ZERO, Eur
from domain.periods import ONE_DAY, is_bank_day, next_office_day
from domain.services.debt_collection import Instalment

GRACE: Final = timedelta(days=7)
"""House rule: a part may come a week late before the plan is broken."""
MOST_PARTS: Final = 24
"""House rule."""
A_WEEK: Final = timedelta(days=7)


class NoSuchPlan(ValueError):
    """The parts asked for cannot be made."""


class PlanStanding(Message):
    """How an agreed plan stands on a day."""

    paid_eur: Eur
    """Paid since the agreement."""
    due_eur: Eur
    """What the parts that are due by now ask for."""
    next_part: Instalment | None
    """The first part that is not paid in full; None when all are."""
    missing_eur: Eur = ZERO
    """What is missing of that part."""
    breaks_on: date | None = None
    """The day on which that part makes the plan fall, when it does not come."""
    broken: bool = False


def split(total: Decimal, count: int, first_on: date, pace: Pace) -> tuple[Instalment, ...]:
    """Equal parts of whole cents; the last one takes the remainder. Raises NoSuchPlan."""
    if not 2 <= count <= MOST_PARTS:
        raise NoSuchPlan(f"from 2 to {MOST_PARTS} parts")
    part = (total / count).quantize(CENT, ROUND_DOWN)
    if part <= 0:
        raise NoSuchPlan("each part is at least a cent")
    amounts = [part] * (count - 1) + [total - part * (count - 1)]
    return tuple(Instalment(on=_nth(first_on, n, pace), amount_eur=amount) for n, amount in enumerate(amounts))


def _nth(first_on: date, n: int, pace: Pace) -> date:
    """The same day of each week or month; the last of a month that is too short."""
    if pace == "week":
        return first_on + n * A_WEEK
    years, month = divmod(first_on.month - 1 + n, 12)
    year = first_on.year + years
    return date(year, month + 1, min(first_on.day, monthrange(year, month + 1)[1]))


def standing_of(plan: InstalmentPlan, open_eur: Decimal, on: date, tolerance_eur: Decimal = ZERO) -> PlanStanding:
    """How the plan stands: whatever came in since the agreement pays the earliest parts first.

    A part that is not there when its grace is over and the statements of those days have come breaks the plan.
    """
    paid = max(plan.total_eur - open_eur, ZERO)
    due = sum((part.amount_eur for part in plan.parts if part.on <= on), ZERO)
    asked = ZERO
    for part in plan.parts:
        asked += part.amount_eur
        if asked - paid > tolerance_eur:
            breaks_on = _informed(part.on + GRACE + ONE_DAY)
            missing = min(asked - paid, part.amount_eur)
            return PlanStanding(
                paid_eur=paid,
                due_eur=due,
                next_part=part,
                missing_eur=missing,
                breaks_on=breaks_on,
                broken=on >= breaks_on,
            )
    return PlanStanding(paid_eur=paid, due_eur=due, next_part=None)


def _informed(on: date) -> date:
    """The day itself or the next one on which people work and banks have told of the days before."""
    day = next_office_day(on)
    while not is_bank_day(day):
        day = next_office_day(day + ONE_DAY)
    return day
