"""Drawing what comes back: debtors before lawyer, bailiff and court, answers to invoices, names on accounts.

Thrown with dice of their own, so that what was drawn before stays as it was.
"""

from collections.abc import Sequence
from typing import Any, get_args

from allin.lives.dice import Dice
from allin.lives.life import (
    Answering,
    Claiming,
    Course,
    Happening,
    Holding,
    Incident,
    Kill,
    Manner,
)

LATE = (40, 75, None)
"""When somebody who is to meet lawyer and bailiff pays by itself, in days after the due day."""
AFTER = (0, 0.02, 0.05, 0.1, 0.3, 1)


def reacting(dice: Dice, drawn: Course) -> Course:
    """The same course, with all that comes back in it."""
    minds = [one.model_copy(update={"manner": _debtor(dice, one.manner)}) for one in drawn.changes_of_mind]
    more: dict[str, Any] = {
        "people": tuple(_debtor(dice, one) for one in drawn.people),
        "changes_of_mind": tuple(minds),
        "answers": tuple(_answer(dice) for _ in range(dice.one(0, 0, 0, 0, 1, 1, 2, 3))),
        "holders": tuple(_holders(dice, drawn.people)),
        "kills": tuple(Kill(at=one.at, after_seconds=dice.one(*AFTER)) for one in drawn.kills),
    }
    if dice.chance(0.25):  # it is late with everything, so that it meets them all
        late = dice.one(*LATE)
        paying = [
            one.model_copy(update={"pays_after_days": late}) for one in more["people"] if one.role == "client"
        ]
        more |= {"people": (*(one for one in more["people"] if one.role != "client"), *paying), "payments": ()}
    incidents = tuple(_incident(dice) for _ in range(dice.one(0, 0, 0, 0, 1, 1, 2)))
    if incidents:
        outcomes = (dice.one(None, None, *get_args(Claiming.model_fields["outcome"].annotation)) for _ in incidents)
        told = tuple(Claiming(outcome=one) for one in outcomes if one is not None)
        more |= {"incidents": incidents, "claims": (*drawn.claims, *told)}
    return drawn.model_copy(update=more)


def _incident(dice: Dice) -> Incident:
    """Something happens while the job is under way or just after it, mostly told at once."""
    landmark = dice.one("engaged", "taking_place", "taking_place", "performed", "collecting")
    return Incident(
        at=Happening.model_validate({"landmark": landmark, "hours": dice.one(0, 3, 12, 30)}),
        kind=dice.one("accident", "damage", "theft", "no_show"),
        about=dice.one("equipment", "vehicle", "others"),
        days_ago=dice.one(0, 0, 0, 1, 5, 12),
    )


def _debtor(dice: Dice, manner: Manner) -> Manner:
    """How a client meets lawyer, bailiff, court and seizure."""
    if manner.role != "client":
        return manner
    field = {name: dice.one(*_choices(name)) for name in ("on_lawyer", "on_summons", "on_court", "on_seizure")}
    more: dict[str, Any] = {"keeps_plan": dice.chance(0.6), "dividend_percent": dice.one(0, 0, 3, 25, 100)}
    return manner.model_copy(update=field | more)


def _choices(name: str) -> Sequence[str]:
    return [str(one) for one in get_args(Manner.model_fields[name].annotation)]


def _answer(dice: Dice) -> Answering:
    told: dict[str, Any] = {"document": dice.one(0, 0, 0, 1, 2)}
    if dice.chance(0.2):
        told |= {"code": dice.one("AB", "AP", "RE"), "reason": "SV", "after_hours": dice.hours()}
        return Answering(layer=dice.one("network", "provider"), **told)
    told["code"] = dice.one("AB", "IP", "UQ", "CA", "RE", "RE", "AP", "PD")
    told["reason"] = dice.one("NON", "PPD") if told["code"] == "PD" else dice.one("NON", "PRI", "QTY")
    return Answering(after_hours=dice.one(1, 20, 48, 200, 900), **told)


def _holders(dice: Dice, people: Sequence[Manner]) -> list[Holding]:
    """Now and then somebody's account bears another name, or its bank does not say."""
    if not dice.chance(0.2):
        return []
    return [
        Holding(
            email=dice.one(*(manner.email for manner in people if manner.role != "client")),
            holder=dice.one("close", "other", "other", "unanswered"),
            given_back=dice.one(0, 1, 2),
            new_account_after_hours=dice.one(None, 2, 20, 100),
        )
    ]
