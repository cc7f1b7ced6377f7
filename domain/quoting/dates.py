"""By when what must be done, and when people are paid."""

from datetime import date, time

from domain.parties import CrewMember
from domain.periods import instant
from domain.quoting.sheet import QuoteInput, under_contract
from domain.rules.deadlines import CrewDays, Deadline, deadlines, pay_on, short_notice


def legal_deadlines(sheet: QuoteInput, *, invoiced: bool) -> tuple[Deadline, ...]:
    """Every deadline of the job, the earliest first; none while the job has no days."""
    if not sheet.days:
        return ()
    crew = [_crew_days(sheet, person) for person in sheet.declaration.crew if sheet.days_of(person)]
    return tuple(deadlines(sheet.days, crew, invoiced=invoiced, policy=sheet.context.pay_days))


def _crew_days(sheet: QuoteInput, person: CrewMember) -> CrewDays:
    return CrewDays(
        item=person.item,
        days=tuple(sheet.days_of(person)),
        under_contract=under_contract(person),
        employed=person.status != "self_employed",
    )


def pay_day(sheet: QuoteInput, person: CrewMember) -> date | None:
    """The bank day on which somebody's pay must be booked."""
    days = sheet.days_of(person)
    return pay_on(list(days), sheet.context.pay_days) if days else None


def starts_soon(sheet: QuoteInput) -> bool:
    """Whether the first guard would be past if the job were declared at noon of the quote's day."""
    return sheet.first_start_at is not None and short_notice(sheet.first_start_at, instant(sheet.on, time(12)))
