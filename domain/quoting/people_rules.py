"""What the law says of one crew member: a student's hours, a further fixed term, allowances for expenses."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from domain.parties import CrewMember, DeclaredDay
from domain.periods import hours_of
from domain.quoting.models import Notice
from domain.quoting.sheet import QuoteInput
from domain.rates import last_known
from domain.rules.expenses import NOTES, TRIP_HOURS, ExpenseFinding, check_kilometres, check_per_diem
from domain.rules.student import quota_hours
from domain.wishes import ExpenseWish

FURTHER_TERM = "law of 3 July 1978, art. 10"
JOURNEY_DAYS = 2
"""Abroad, the day before and the day after count as days away. House rule."""


@dataclass(frozen=True)
class StudentHours:
    """How far a student's quota is used by this job, as far as the cooperative knows."""

    hours: int
    counted: int
    quota: int
    source: str

    @property
    def total(self) -> int:
        """Together."""
        return self.hours + self.counted

    def in_places(self, sheet: QuoteInput, person: CrewMember) -> dict[str, str]:
        """The values of a sentence about it."""
        counts = {"hours": self.hours, "counted": self.counted, "total": self.total, "quota": self.quota}
        return {name: str(count) for name, count in counts.items()} | {"item": sheet.name_of(person.item)}


def student_hours(sheet: QuoteInput, person: CrewMember) -> StudentHours | None:
    """What a student's days take of the quota of their year; None for everybody else.

    The quota is of a calendar year: of days over New Year, the year they take most of counts. What is counted
    already is of the first day's year. Source: law of 10 April 2025.
    """
    days = sheet.days_of(person)
    if person.status != "student" or not days:
        return None
    row, _ = last_known("student_quota", sheet.last_day_of(person))
    first = min(day.date.year for day in days)
    counted = {first: sheet.record(person).student_hours}
    by_year = {
        year: StudentHours(
            quota_hours(day for day in days if day.date.year == year),
            counted.get(year, 0),
            int(row.value),
            row.source,
        )
        for year in sorted({day.date.year for day in days})
    }
    return max(by_year.values(), key=lambda one: one.total)


def notices(sheet: QuoteInput, n: int, person: CrewMember) -> Iterator[Notice]:
    """What is good to know about one person."""
    if (hours := student_hours(sheet, person)) is not None:
        text = (
            "{item}: {hours} hours count against the quota of students; with us that makes {total} of {quota} this "
            "year. Work elsewhere counts too: student@work tells what is left."
        )
        yield Notice(
            code="student_quota",
            text=text,
            params=hours.in_places(sheet, person),
            field=f"crew.{n}.status",
            source=hours.source,
        )
    record = sheet.record(person)
    employed = person.status in ("employee", "student", "ask")
    if employed and record.earlier_contracts and not person.fixed_term_reason and record.earlier_since_on:
        text = (
            "{item} had {count} fixed-term contracts with us since {on}. Say why one more is justified (the "
            "production, its dates, the role): without a reason it may be taken for an open-ended one."
        )
        yield Notice(
            code="further_term",
            text=text,
            params={
                "item": sheet.name_of(person.item),
                "count": str(record.earlier_contracts),
                "on": record.earlier_since_on.isoformat(),
            },
            field=f"crew.{n}.fixed_term_reason",
            source=FURTHER_TERM,
        )


def expense_findings(sheet: QuoteInput) -> Iterator[tuple[int, ExpenseFinding]]:
    """What the rules say of the expected expenses, by line."""
    wish = sheet.declaration.expenses
    for n, line in enumerate(wish.lines if wish is not None and wish.taken else ()):
        person = next((one for one in sheet.declaration.crew if one.item == line.crew), None)
        if person is not None and sheet.days_of(person):
            found = [*_of_line(sheet, person, line), *_of_day(sheet, person, line)]
            yield from ((n, one) for one in found)


def _of_day(sheet: QuoteInput, person: CrewMember, line: ExpenseWish) -> list[ExpenseFinding]:
    """What is spent after the work is done would be paid before it is spent."""
    last = sheet.last_day_of(person)
    if line.on is None or line.on <= last:
        return []
    text = "{label} is dated {on}, after the last day of {item}: expenses are paid with the pay of those days."
    told = {"label": line.label, "on": line.on.isoformat(), "item": sheet.name_of(person.item)}
    return [ExpenseFinding(rule="after_work", text=text, source=NOTES, blocking=True, params=told)]


def _trips(days: Sequence[DeclaredDay]) -> dict[date, int]:
    """By the first of each month, the days on which somebody is away long enough for a meal."""
    months: dict[date, int] = {}
    for day in days:
        if hours_of(day.duration) >= TRIP_HOURS:
            first = day.date.replace(day=1)
            months[first] = months.get(first, 0) + 1
    return months


def _of_line(sheet: QuoteInput, person: CrewMember, line: ExpenseWish) -> list[ExpenseFinding]:
    days = sheet.days_of(person)
    on = line.on or min(day.date for day in days)
    lines = sheet.declaration.expenses.lines if sheet.declaration.expenses else ()
    alike = [one for one in lines if (one.kind, one.crew) == (line.kind, line.crew)]
    if line.kind == "per_diem":
        asked = sum(one.days for one in alike)
        if sheet.abroad:
            return check_per_diem(asked, on, abroad=True, away={on: len(days) + JOURNEY_DAYS})
        return check_per_diem(asked, on, away=_trips(days))
    if line.kind == "kilometres":
        drives = any(van.taken and van.driver == line.crew for van in sheet.declaration.van_rental)
        driven = Decimal(sum(one.kilometres or 0 for one in alike))
        return check_kilometres(driven, on, vehicle_of_employer=drives)
    return []
