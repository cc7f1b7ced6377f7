"""Contracts of one person whose days lie between each other's: each day is declared, and by one period."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from activities.employment_contract import EmploymentContract
from domain.errors import NotYet
from domain.orders import StepOrder
from domain.rules.asked_work import AskedWork
from domain.services.employment_contract import (
    DimonaNotThere,
    DimonaRefused,
    EmploymentContractRequest,
    Engagement,
    WorkDay,
)
from storage.jobs.deadlines import StoredDeadline
from storage.jobs.jobs import Jobs
from storage.services.employment_contract import Engagements
from tests.databases import a_declaration
from tests.services.office import Office
from tests.services.test_declared_work import both_signed, by_hand
from tests.services.test_employment_contract import office, order, service, unmet, woken

__all__ = ["office", "service", "woken"]

Order = StepOrder[EmploymentContractRequest]
WEDNESDAYS = ("2026-03-04", "2026-03-11", "2026-03-18", "2026-03-25")
BRUSSELS = ZoneInfo("Europe/Brussels")


def days(*on: str, hours: int = 3) -> tuple[WorkDay, ...]:
    """From 14:00 on each of these days."""
    starts = [datetime.fromisoformat(f"{day}T14:00").replace(tzinfo=BRUSSELS) for day in on]
    return tuple(
        WorkDay(starts_at=start, ends_at=start + timedelta(hours=hours), place="Liège") for start in starts
    )


async def job(office: Office, *on: str, hours: int = 3, **more: Any) -> Order:
    """A job of Bob's on these days, whose deadlines say what they are about."""
    worked = days(*on, hours=hours)
    wanted = order(office, days=worked, starts_at=worked[0].starts_at, **more)
    facts = {"item": "bob", "due_at": worked[0].starts_at, "basis": "law"}
    about = AskedWork.of("liege", wanted.request)
    due = [StoredDeadline(kind=kind, about=about, **facts) for kind in ("dimona", "contract_signed")]
    kept = await Jobs(office.database).declare(a_declaration(deadlines=due))
    return wanted.model_copy(update={"job_id": kept.job_id})


async def declared(service: EmploymentContract, office: Office, wanted: Order) -> Engagement:
    """Until social security has all of it."""
    for _ in range(12):
        try:
            return await service.declare(wanted)
        except NotYet:
            office.clock.wait(minutes=15)
    raise AssertionError("it is never declared")


async def engaged(service: EmploymentContract, office: Office, wanted: Order) -> Engagement:
    await both_signed(service, office, wanted)
    return await declared(service, office, wanted)


async def ended(service: EmploymentContract, office: Office, wanted: Order) -> None:
    """By agreement, until social security has said yes to all of it."""
    for _ in range(12):
        try:
            await service.terminate(wanted)
            return
        except NotYet:
            office.clock.wait(minutes=15)
    raise AssertionError("it never ends")


async def there(service: EmploymentContract, numbers: Sequence[str]) -> list[tuple[str, str]]:
    """What social security has under these numbers, first to last day; nothing of what was cancelled."""
    found = [await service._dimona.period(number) for number in numbers]
    held = [(str(one.start_on), str(one.end_on)) for one in found if one is not None and not one.cancelled]
    return sorted(held)


async def a_series_around_a_single_day(service: EmploymentContract, office: Office) -> tuple[Order, Order]:
    """Tuesday the 10th is declared first, then the four Wednesdays."""
    single, series = await job(office, "2026-03-10"), await job(office, *WEDNESDAYS)
    await engaged(service, office, single)
    await engaged(service, office, series)
    return single, series


async def test_a_series_of_wednesdays_is_declared_around_the_tuesday_of_another_job(
    service: EmploymentContract, office: Office
) -> None:
    single, series = await job(office, "2026-03-10"), await job(office, *WEDNESDAYS)
    first = await engaged(service, office, single)
    told = await engaged(service, office, series)
    assert await there(service, [first.dimona_period or ""]) == [("2026-03-10", "2026-03-10")]
    assert await there(service, told.dimona_periods) == [("2026-03-04", "2026-03-04"), ("2026-03-11", "2026-03-25")]
    assert (told.dimona_result, told.assignment_note) == ("A", False)
    assert told.story_values()["dimona"] == " + ".join(told.dimona_periods)
    for wanted in (single, series):
        assert await unmet(office, wanted.job_id) == []
    for receipt in ("dimona-receipt-20260304-bob.pdf", "dimona-receipt-20260311-bob.pdf"):
        assert (await office.papers.read(series.job_id, receipt)).startswith(b"%PDF")
    again = await service.declare(series)
    assert again.dimona_periods == told.dimona_periods


async def test_a_day_that_is_another_jobs_too_is_not_declared_twice(
    service: EmploymentContract, office: Office
) -> None:
    """Wednesday the 11th in both: the series leans on the period that is there."""
    single, series = await job(office, "2026-03-11"), await job(office, *WEDNESDAYS)
    first = await engaged(service, office, single)
    told = await engaged(service, office, series)
    own = [number for number in told.dimona_periods if number != first.dimona_period]
    assert await there(service, own) == [("2026-03-04", "2026-03-04"), ("2026-03-18", "2026-03-25")]
    assert first.dimona_period in told.dimona_periods


async def test_two_contracts_declared_in_the_same_moment_both_end_up_declared(
    service: EmploymentContract, office: Office
) -> None:
    """The first answer is still out when the second is lodged: its refusal is answered by declaring around it."""
    single, series = await job(office, "2026-03-10"), await job(office, *WEDNESDAYS)
    for wanted in (single, series):
        await both_signed(service, office, wanted)
    for wanted in (single, series):
        with pytest.raises(NotYet):
            await service.declare(wanted)
    office.clock.wait(minutes=15)
    first, told = await declared(service, office, single), await declared(service, office, series)
    assert await there(service, [first.dimona_period or ""]) == [("2026-03-10", "2026-03-10")]
    assert await there(service, told.dimona_periods) == [("2026-03-04", "2026-03-04"), ("2026-03-11", "2026-03-25")]


async def test_a_single_day_that_ends_leaves_its_period_to_the_series_that_leans_on_it(
    service: EmploymentContract, office: Office
) -> None:
    single, series = await job(office, "2026-03-11"), await job(office, *WEDNESDAYS)
    first = await engaged(service, office, single)
    await engaged(service, office, series)
    await ended(service, office, single)
    assert await there(service, [first.dimona_period or ""]) == [("2026-03-11", "2026-03-11")], "Bob works that day"
    await ended(service, office, series)
    told = await service.declare(series)
    assert await there(service, [first.dimona_period or "", *told.dimona_periods]) == []


async def test_a_series_that_ends_takes_all_its_periods_back_and_leaves_the_other_job_alone(
    service: EmploymentContract, office: Office
) -> None:
    single, series = await a_series_around_a_single_day(service, office)
    told = await service.declare(series)
    await ended(service, office, series)
    assert await there(service, told.dimona_periods) == []
    kept = await service.declare(single)
    assert await there(service, [kept.dimona_period or ""]) == [("2026-03-10", "2026-03-10")]


async def test_a_series_that_ends_in_the_middle_is_declared_until_its_last_day_of_work(
    service: EmploymentContract, office: Office
) -> None:
    _, series = await a_series_around_a_single_day(service, office)
    told = await service.declare(series)
    office.clock.at = datetime(2026, 3, 12, 9, 0, tzinfo=BRUSSELS)
    await ended(service, office, series)
    assert await there(service, told.dimona_periods) == [("2026-03-04", "2026-03-04"), ("2026-03-11", "2026-03-11")]


async def amended(
    service: EmploymentContract, office: Office, signed: Order, *on: str, revision: int = 2
) -> Engagement:
    """Both sign other days."""
    worked = days(*on)
    request = signed.request.model_copy(update={"days": worked, "starts_at": worked[0].starts_at})
    changes = {"revision": revision, "replaces": signed.key, "request": request, "amends": signed.request}
    return await engaged(service, office, signed.model_copy(update=changes))


async def test_a_series_moved_by_a_week_is_declared_around_the_same_tuesday(
    service: EmploymentContract, office: Office
) -> None:
    _, series = await a_series_around_a_single_day(service, office)
    before = await service.declare(series)
    told = await amended(service, office, series, "2026-03-05", "2026-03-12", "2026-03-19")
    assert await there(service, told.dimona_periods) == [("2026-03-05", "2026-03-05"), ("2026-03-12", "2026-03-19")]
    gone = [number for number in before.dimona_periods if number not in told.dimona_periods]
    assert await there(service, gone) == []


async def test_a_single_day_moved_onto_a_day_between_two_wednesdays_leans_on_the_series(
    service: EmploymentContract, office: Office
) -> None:
    """The 10th was its own and the series was declared around it; the 12th lies within the series."""
    single, series = await a_series_around_a_single_day(service, office)
    before = await service.declare(single)
    told = await amended(service, office, single, "2026-03-12")
    assert told.dimona_result == "A"
    assert await there(service, told.dimona_periods) == [("2026-03-11", "2026-03-25")]
    assert await there(service, [before.dimona_period or ""]) == [("2026-03-10", "2026-03-10")], "the series has it"
    await ended(service, office, series)
    assert await there(service, told.dimona_periods) == [("2026-03-12", "2026-03-12")], "Bob works that day still"


async def test_a_plain_contract_moved_over_another_jobs_day_is_declared_around_it(
    service: EmploymentContract, office: Office
) -> None:
    single, later = await job(office, "2026-03-10"), await job(office, "2026-03-17", "2026-03-18")
    await engaged(service, office, single)
    await engaged(service, office, later)
    told = await amended(service, office, later, "2026-03-09", "2026-03-11")
    assert await there(service, told.dimona_periods) == [("2026-03-09", "2026-03-09"), ("2026-03-11", "2026-03-11")]


async def test_a_student_is_declared_once_a_quarter_with_the_hours_of_that_quarter(
    service: EmploymentContract, office: Office
) -> None:
    """3 h 30 a day: 7 hours in March, and a started hour of 3.5 counts as 4 in April."""
    student = await job(office, "2026-03-30", "2026-03-31", "2026-04-01", status="student")
    half_past = [
        day.model_copy(update={"ends_at": day.ends_at + timedelta(minutes=30)}) for day in student.request.days
    ]
    request = student.request.model_copy(update={"days": tuple(half_past)})
    told = await engaged(service, office, student.model_copy(update={"request": request}))
    assert await there(service, told.dimona_periods) == [("2026-03-30", "2026-03-31"), ("2026-04-01", "2026-04-01")]
    found = [await service._dimona.period(number) for number in told.dimona_periods]
    assert {str(one.start_on): one.planned_hours for one in found if one} == {"2026-03-30": 7, "2026-04-01": 4}


async def test_a_students_hours_over_new_year_count_in_the_year_they_are_worked(
    service: EmploymentContract, office: Office
) -> None:
    student = await job(office, "2026-12-30", "2026-12-31", "2027-01-04", hours=4, status="student")
    told = await engaged(service, office, student)
    assert await there(service, told.dimona_periods) == [("2026-12-30", "2026-12-31"), ("2027-01-04", "2027-01-04")]
    register = Engagements(office.database)
    counted = [await register.student_hours("p-bob", year, except_job="-") for year in (2025, 2026, 2027, 2028)]
    assert counted == [0, 8, 4, 0]


async def test_a_part_that_is_refused_is_told_and_lodged_anew_alone(
    service: EmploymentContract, office: Office
) -> None:
    single, series = await job(office, "2026-03-10"), await job(office, *WEDNESDAYS)
    await engaged(service, office, single)
    await both_signed(service, office, series)
    await office.admin("dimona/results", result="B", code="90001-100")
    with pytest.raises(DimonaRefused):
        await declared(service, office, series)
    assert "dimona" in await unmet(office, series.job_id)
    told = await declared(service, office, series)
    assert await there(service, told.dimona_periods) == [("2026-03-04", "2026-03-04"), ("2026-03-11", "2026-03-25")]
    assert await unmet(office, series.job_id) == []


async def test_by_hand_the_periods_around_another_job_are_entered_under_their_numbers(
    service: EmploymentContract, office: Office
) -> None:
    """Declared on the portal: the 4th, and the 11th to the 25th, around the 10th of another job."""
    single, series = await job(office, "2026-03-10"), await job(office, *WEDNESDAYS)
    await engaged(service, office, single)
    outside = await job(office, *WEDNESDAYS)  # its periods stand for what somebody declared on the portal
    numbers = (await engaged(service, office, outside)).dimona_periods
    await Engagements(office.database).note(outside.key, withdrawn_at=office.clock.now())
    with pytest.raises(DimonaNotThere):
        await service.book_by_hand(by_hand(series, numbers[0]))
    assert await unmet(office, series.job_id) == ["dimona"]
    done = await service.book_by_hand(by_hand(series, f"{numbers[0]}, {numbers[1]}"))
    assert (done.dimona_result, done.dimona_periods) == ("A", numbers)
    assert await unmet(office, series.job_id) == []
