"""What social security must be told when the days of a signed contract change."""

from datetime import date
from typing import Any

import pytest

from domain.dimona import DimonaDeclaration, DimonaPeriod
from domain.rules.dimona import next_told

TENTH, ELEVENTH = date(2026, 2, 10), date(2026, 2, 11)
EMPLOYER, BOB, DORA = "1000000021", "88022999990", "90010112345"


def wanted(**changes: Any) -> DimonaDeclaration:
    told = {
        "action": "IN", "enterprise_number": EMPLOYER, "national_number": BOB, "worker_type": "OTH",
        "joint_committee": "304", "start_on": ELEVENTH, "end_on": ELEVENTH,
    }  # fmt: skip
    return DimonaDeclaration.model_validate(told | changes)


def there(**changes: Any) -> DimonaPeriod:
    kept = {
        "period": "P-1", "enterprise_number": EMPLOYER, "national_number": BOB, "start_on": TENTH, "end_on": TENTH,
    }  # fmt: skip
    return DimonaPeriod.model_validate(kept | changes)


STUDENT = {"worker_type": "STU", "planned_hours": 8}


@pytest.mark.parametrize(
    ("told", "kept", "today", "action"),
    [
        ({}, None, date(2026, 2, 2), "IN"),
        ({}, {"cancelled": True}, date(2026, 2, 2), "IN"),
        ({}, {"start_on": ELEVENTH, "end_on": ELEVENTH}, date(2026, 2, 2), None),
        ({}, {}, date(2026, 2, 2), "UPDATE"),
        ({}, {}, TENTH, "UPDATE"),
        ({}, {}, ELEVENTH, "IN"),
        ({"end_on": date(2026, 2, 12)}, {"start_on": ELEVENTH, "end_on": ELEVENTH}, ELEVENTH, "UPDATE"),
        (STUDENT, {"planned_hours": 8}, date(2026, 2, 2), "CANCEL"),
        (STUDENT, {"start_on": ELEVENTH, "end_on": ELEVENTH, "planned_hours": 6}, date(2026, 2, 2), "UPDATE"),
        ({"national_number": DORA}, {"start_on": ELEVENTH, "end_on": ELEVENTH}, date(2026, 2, 2), "CANCEL"),
        ({"national_number": DORA}, {}, ELEVENTH, "IN"),
        ({"enterprise_number": "0999999922"}, {}, date(2026, 2, 2), "CANCEL"),
    ],
)
def test_the_next_declaration_on_the_way(
    told: dict[str, Any], kept: dict[str, Any] | None, today: date, action: str | None
) -> None:
    found = next_told(wanted(**told), None if kept is None else there(**kept), today)
    assert (found.action if found else None) == action


def test_an_update_says_the_new_days_of_the_period_that_is_there() -> None:
    found = next_told(wanted(), there(), date(2026, 2, 2))
    assert found is not None
    assert (found.period, found.start_on, found.end_on) == ("P-1", ELEVENTH, ELEVENTH)


def test_a_students_start_is_no_part_of_an_update() -> None:
    found = next_told(
        wanted(**STUDENT), there(start_on=ELEVENTH, end_on=ELEVENTH, planned_hours=6), date(2026, 2, 2)
    )
    assert found is not None
    assert (found.start_on, found.planned_hours) == (None, 8)


def test_who_was_declared_is_cancelled_in_their_own_name() -> None:
    found = next_told(wanted(national_number=DORA), there(), date(2026, 2, 2))
    assert found is not None
    assert (found.action, found.period, found.national_number, found.start_on) == ("CANCEL", "P-1", BOB, None)


def test_where_an_update_may_not_move_the_start_it_is_cancelled_and_declared_anew() -> None:
    told = next_told(wanted(), there(start_on=date(2026, 2, 9)), date(2026, 2, 2), start_by_update=False)
    assert told is not None
    assert (told.action, told.period, told.start_on) == ("CANCEL", there().period, None)
