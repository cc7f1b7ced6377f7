"""What somebody sensible does when the drawn course is used up: each time something else, drawn by the seed."""

from collections.abc import Sequence
from decimal import Decimal

from allin.lives.dice import Dice
from allin.lives.life import Deciding, DecisionKind
from domain.money import ZERO

ENOUGH = 12
"""A step that was decided so often and parks again hangs, whatever anybody decides."""
PLAIN: tuple[DecisionKind, ...] = ("replay", "edited", "by_hand", "skip", "fail")
YES_OR_NO: dict[str, tuple[DecisionKind, ...]] = {
    "BailiffNeedsDecision": ("edited", "skip"),
    "WriteOffNeedsDecision": ("edited", "postpone"),
    "PaymentReturned": ("by_hand", "replay"),
    "LossNotSaid": ("edited", "edited", "by_hand", "skip"),
    "NotCovered": ("skip", "by_hand"),
    "ReportedOutside": ("by_hand", "skip"),
    "DocumentsAsked": ("replay", "by_hand", "skip"),
    "InsurerPaysNothingYet": ("by_hand", "skip"),
    "RestNeedsBearer": ("edited", "by_hand"),
}
"""What asks for a yes: given with the next try; a no is its own verb, and a write-off can only wait. Pay that came
back goes out again in vain as long as nobody enters another account: then it is paid outside."""
SETTLED_BY_TIME = frozenset({"receivable", "wages_due", "expenses_due", "late_costs", "reserved", "prefinanced"})
"""Accounts that are emptied by what still comes: a client's money, a payment at the bank, a claim."""
BEARERS = ("activity", "sector", "community")
WHO = {"ops": "omar", "advisor": "iris", "finance": "fatima"}
"""Whom a problem names, by the login of the demonstration; a member decides under the own login."""


def decision(problem: str, asked: Sequence[DecisionKind], told: str, times: int, dice: Dice) -> Deciding:
    """What is decided about a step that has parked so many times; the dice are the step's, thrown anew each time.

    `asked`: the answers of its question, none when it failed. `told`: the open accounts of a job that cannot close.
    """
    after = dice.one(0.5, 2, 6, 20)
    if asked:
        return Deciding(kind=_turned(dice, [one for one in asked if one != "postpone"], times), after_hours=after)
    if problem in YES_OR_NO:
        return Deciding(kind=_turned(dice, YES_OR_NO[problem], times), after_hours=after)
    if problem == "AccountsNotSettled":
        return Deciding(kind=_about_books(told, times), after_hours=after)
    gentle = ("replay", *(one for one in PLAIN[:4] if dice.chance(0.7))) if times < 2 else PLAIN
    return Deciding(kind=_turned(dice, list(dict.fromkeys(gentle)), times), after_hours=after, factor=1)


def _turned(dice: Dice, possible: Sequence[DecisionKind], times: int) -> DecisionKind:
    """Another one each time, beginning anywhere and going round."""
    return possible[(dice.number(0, len(possible) - 1) + times) % len(possible)]


def open_accounts(told: str) -> dict[str, str]:
    """`result 70.00; receivable 60.00` as what stands on each account."""
    pairs = (part.strip().rpartition(" ") for part in told.split(";") if part.strip())
    return {name: amount for name, _, amount in pairs}


def _about_books(told: str, times: int) -> DecisionKind:
    """A client's money is decided about elsewhere, what is awaited comes; then somebody bears what is left."""
    left = {name for name, amount in open_accounts(told).items() if Decimal(amount) != ZERO}
    awaited = "client_credit" in left or bool(left & SETTLED_BY_TIME)
    return "postpone" if awaited and times % 4 != 3 else "edited"


def bearer(dice: Dice) -> str:
    """Who bears a loss."""
    return dice.one(*BEARERS)


def decider(named: str, member: str, dice: Dice) -> tuple[str, ...]:
    """Who decides, one after the other until somebody may: whom the problem names, or operations at once."""
    first = member if named == "member" else WHO.get(named, "omar")
    return tuple(dict.fromkeys((first, "iris", "omar"))) if dice.chance(0.5) else ("omar",)
