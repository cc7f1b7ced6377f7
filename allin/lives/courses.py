"""Drawing what everybody does and when; about one life in four goes as everybody hoped."""

from datetime import date, timedelta
from typing import Any, get_args

from allin.lives.dice import Dice
from allin.lives.life import (
    AnswerToMove,
    Approving,
    ChangeOfMind,
    Claiming,
    Course,
    Deciding,
    DecisionKind,
    DimonaResult,
    Fault,
    FaultKind,
    Kill,
    Landmark,
    Manner,
    Moment,
    Move,
    Outcome,
    Paying,
    Payment,
    Reporting,
    Returning,
    Who,
    Withdraw,
)

HOPED = 0.25
"""The share of lives in which everybody does what was hoped."""
PARTNERS = ("railway", "vans", "dimona", "signature", "insurer", "supplier", "peppol", "mail", "bank")


def course(dice: Dice, declaration: dict[str, Any], member: Who) -> Course:
    """Who does what, and when."""
    if dice.chance(HOPED):
        return Course(people=tuple(_manners(dice, declaration, member, calm=True)))
    people = _manners(dice, declaration, member, calm=False)
    return Course(
        people=tuple(people),
        changes_of_mind=tuple(_minds(dice, people)),
        approving=Approving(granted=dice.one(True, True, True, True, False, None), after_hours=dice.hours()),
        moves=tuple(_moves(dice, declaration)),
        withdraw=Withdraw(at=_moment(dice)) if dice.chance(0.15) else None,
        report=_report(dice),
        decisions=tuple(_decision(dice) for _ in range(dice.number(0, 4))),
        payments=tuple(_payment(dice) for _ in range(dice.number(0, 2))),
        faults=tuple(_fault(dice) for _ in range(dice.one(0, 0, 1, 2, 4))),
        kills=(Kill(at=_moment(dice)),) if dice.chance(0.1) else (),
        dimona=tuple(_dimona(dice, people)),
        returns=tuple(_returns(dice, people)),
        claims=_claims(dice, declaration),
        second_says_no=dice.one(0, 0, 0, 0, 1, 2),
    )


def hoped(drawn: Course) -> bool:
    """Whether everybody does what was hoped."""
    plain = {"email", "role", "given_name", "family_name"}
    people = tuple(Manner(**one.model_dump(include=plain)) for one in drawn.people)
    return drawn == Course(people=people)


def calm(drawn: Course) -> Course:
    """The same without anything that partners do wrong and without kills."""
    return drawn.model_copy(update={"faults": (), "kills": ()})


def _manners(dice: Dice, declaration: dict[str, Any], member: Who, *, calm: bool) -> list[Manner]:
    people = [
        Manner(email=member.email, role="member", given_name=member.given_name, family_name=member.family_name)
    ]
    if mail := declaration["client"].get("email"):
        people.append(Manner(email=mail, role="client"))
    people += [
        Manner(email=person["email"], role="collaborator") for person in declaration["crew"] if person.get("email")
    ]
    return people if calm else [_as_drawn(dice, manner) for manner in people]


def _as_drawn(dice: Dice, manner: Manner) -> Manner:
    """Most answer, some late; a few refuse, want changes or stay silent."""
    behaviour = dice.one(*("answers",) * 12, "refuses", "asks_for_changes", "silent")
    after = dice.hours() if dice.chance(0.4) else None
    drawn: dict[str, Any] = {"behaviour": behaviour, "after_hours": after}
    if manner.role == "client":
        drawn["pays_after_days"] = dice.one(0, 0, -5, 3, 16, 40, 75, None)
        drawn["on_summons"] = dice.one("pays", "pays", "contests", "silent")
    return manner.model_copy(update=drawn)


def _minds(dice: Dice, people: list[Manner]) -> list[ChangeOfMind]:
    """Whoever did not answer may do so later; whoever would have may change their mind."""
    changed = []
    for manner in people:
        if dice.chance(0.6 if manner.behaviour != "answers" else 0.05):
            other = dice.one("answers", "answers", "answers", "refuses", "asks_for_changes", "silent")
            moment = Moment(landmark=dice.one("declared", "agreeing", *get_args(Landmark)), hours=dice.hours())
            changed.append(ChangeOfMind(at=moment, manner=manner.model_copy(update={"behaviour": other})))
    return changed


def _moment(dice: Dice) -> Moment:
    return Moment(landmark=dice.one(*get_args(Landmark)), hours=dice.one(0, 0, 1, 6, 24, 60))


def _moves(dice: Dice, declaration: dict[str, Any]) -> list[Move]:
    return [_move(dice, declaration) for _ in range(dice.one(0, 0, 0, 1, 1, 2))]


def _move(dice: Dice, declaration: dict[str, Any]) -> Move:
    at, changes = _moment(dice), _changed(dice, declaration)
    answer = dice.one("as_they_are", "yes", *get_args(AnswerToMove))
    return Move(at=at, changes=changes, answer=answer, answered_after_hours=dice.one(0, 1, 3, 12, 40))


def _changed(dice: Dice, declaration: dict[str, Any]) -> dict[str, Any]:
    """Other days, another price, place, crew, or a wish more or less."""
    what = dice.one("days", "days", "price", "place", "crew", "leave_out", "hours")
    days = declaration["days"]
    if what == "price":
        return {"price_eur": dice.eur(900, 9000)}
    if what == "place":
        return {"days": [{**day, "place": "Namur"} for day in days]}
    if what == "hours":
        return {"days": [{**day, "starts": "11:00", "ends": "18:00"} for day in days]}
    if what == "leave_out":
        return dict.fromkeys(("van_rental", "equipment", "travel"))
    if what == "crew":
        return {"crew": _other_crew(dice, declaration["crew"])}
    by = timedelta(days=dice.one(-1, 1, 1, 2, 7, 7, 30))
    moved = [{**day, "date": (date.fromisoformat(day["date"]) + by).isoformat()} for day in days]
    crew = [{name: value for name, value in person.items() if name != "days"} for person in declaration["crew"]]
    return {"days": moved, "crew": crew}


def _other_crew(dice: Dice, crew: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Somebody leaves, somebody comes, or both."""
    kept = list(crew)
    if len(kept) > 1 and dice.chance(0.5):
        kept.pop()
    if len(kept) == len(crew) or dice.chance(0.5):
        mail = f"late-{crew[-1].get('email', 'one@crew.example')}"
        kept.append({"item": "late", "name": "Dora Maes", "email": mail, "function": "musician", "share": 1})
    return kept


def _report(dice: Dice) -> Reporting | None:
    if dice.chance(0.3):
        return None
    outcome: Outcome = dice.one("as_declared", "as_declared", "as_declared", "changed", "did_not_happen")
    landmark = dice.one(*("taking_place",) * 20, *get_args(Landmark))
    return Reporting(at=Moment(landmark=landmark, hours=dice.one(0, 3, 12, 30)), outcome=outcome)


def _decision(dice: Dice) -> Deciding:
    return Deciding(
        kind=dice.one(*get_args(DecisionKind)), after_hours=dice.hours(), factor=dice.one(0.5, 1, 1.1, 2)
    )


def _payment(dice: Dice) -> Payment:
    return Payment(
        how=dice.one(*get_args(Paying)),
        days_after_due=dice.one(-10, 0, 0, 1, 12, 45),
        rest_after_days=dice.one(None, 2, 10, 40),
        refund_comes_back=dice.chance(0.2),
    )


def _dimona(dice: Dice, people: list[Manner]) -> list[DimonaResult]:
    """Now and then social security refuses, warns or waits, whatever is declared."""
    if not dice.chance(0.15):
        return []
    who = dice.one(*(manner.email for manner in people if manner.role != "client"))
    return [DimonaResult(email=who, result=dice.one("W", "B", "B", "S"), times=dice.one(1, 1, 2))]


def _claims(dice: Dice, declaration: dict[str, Any]) -> tuple[Claiming, ...]:
    """Where a job may be called off under cover, what the insurer makes of it."""
    covered = "cancellation" in declaration.get("insurance", {}).get("covers", ())
    return (Claiming(outcome=dice.one("settled", "refused", "silent")),) if covered and dice.chance(0.7) else ()


def _returns(dice: Dice, people: list[Manner]) -> list[Returning]:
    """Now and then somebody's account is closed when the money comes."""
    if not dice.chance(0.12):
        return []
    who = dice.one(*(manner.email for manner in people if manner.role != "client"))
    return [
        Returning(
            email=who,
            times=dice.one(1, 1, 2),
            first=dice.one("debit", "return"),
            new_account_after_hours=dice.one(None, 2, 20, 100),
        )
    ]


def _fault(dice: Dice) -> Fault:
    kind = dice.one(*get_args(FaultKind))
    more: dict[str, Any] = {"retry_after": 1} if kind == "503" else {}
    more |= {"answer": dice.one("504", "cut")} if kind == "execute_then_fail" else {}
    return Fault(partner=dice.one(*PARTNERS), fault=kind, times=dice.one(1, 1, 2, 30), **more)
