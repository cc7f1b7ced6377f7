"""What social security must be told when the days of a signed contract change."""

from datetime import date

from domain.services.employment_contract import DimonaDeclaration, DimonaPeriod

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
