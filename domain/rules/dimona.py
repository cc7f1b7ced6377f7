"""What social security must be told of a contract: in how many periods, and what when its days change."""

from collections.abc import Iterable
from datetime import date

from domain.dimona import DimonaDeclaration, DimonaPeriod
from domain.periods import quarter

STUDENT = "STU"


def next_told(
    wanted: DimonaDeclaration, there: DimonaPeriod | None, today: date, *, start_by_update: bool = True
) -> DimonaDeclaration | None:
    """The next declaration on the way from what social security has to what it must have; None when it has it.

    Other days or hours of a period that did not begin are an UPDATE. A student's start is never changed, nor who
    works for whom: cancelled, and declared anew. What has begun on its own day is neither moved nor cancelled: the
    new days are declared beside it. Source: socialsecurity.be, Dimona, "declarations, modifications,
    cancellations"; "Dimona pour les étudiants", ed. 2021-4 (the start of an IN cannot be changed, hours are changed
    by UPDATE), consulted 30-11-2026. That an UPDATE may move the start of somebody who is no student is unverified:
    the stored official pages confirm it for the end date only, so it is a setting (`start_by_update`).
    """
    if there is None or there.cancelled:
        return wanted
    if there.covers(wanted):
        return None
    both = (there.enterprise_number, there.national_number)
    same_people = both == (wanted.enterprise_number, wanted.national_number)
    if same_people and there.start_on == wanted.start_on:
        return _update(wanted, there)
    if there.start_on < today:
        return wanted
    if same_people and wanted.worker_type != STUDENT and start_by_update:
        return _update(wanted, there)
    return _cancel(wanted, there)


def stretches(
    days: Iterable[date], taken: Iterable[tuple[date, date]] = (), *, by_quarter: bool = False
) -> tuple[tuple[date, date], ...]:
    """The first and last day of each period that a contract is declared in.

    One, as long as nothing is `taken`: no two open periods of the same employer and person overlap, so the days
    between others' are declared around them, and a day of theirs is declared already. A student is declared once a
    quarter. Source: ONSS/RSZ, instructions 2017-3; "Dimona pour les étudiants", ed. 2021-4.
    """
    others = sorted(taken)
    found: list[tuple[date, date]] = []
    for day in sorted(set(days)):
        if any(first <= day <= last for first, last in others):
            continue
        begun = found[-1] if found else None
        if begun is None or _apart(begun[1], day, others, by_quarter=by_quarter):
            found.append((day, day))
        else:
            found[-1] = (begun[0], day)
    return tuple(found)


def _apart(before: date, day: date, others: list[tuple[date, date]], *, by_quarter: bool) -> bool:
    crossed = any(before < last and first < day for first, last in others)
    return crossed or (by_quarter and quarter(before) != quarter(day))


def _cancel(wanted: DimonaDeclaration, there: DimonaPeriod) -> DimonaDeclaration:
    """What is there is cancelled in the name of those it is about."""
    nothing = dict.fromkeys(("start_on", "end_on", "start_hour", "end_hour", "planned_hours"))
    who = {"enterprise_number": there.enterprise_number, "national_number": there.national_number}
    return wanted.model_copy(update={"action": "CANCEL", "period": there.period, **who, **nothing})


def _update(wanted: DimonaDeclaration, there: DimonaPeriod) -> DimonaDeclaration:
    """A student's start stays out of an UPDATE: it is no field that changes."""
    same = wanted.worker_type == STUDENT
    return wanted.model_copy(
        update={
            "action": "UPDATE",
            "period": there.period,
            "start_on": None if same else wanted.start_on,
        }
    )
