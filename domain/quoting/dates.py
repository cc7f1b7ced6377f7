"""By when what must be done, and when people are paid."""

from collections.abc import Iterator
from datetime import date, time
from decimal import Decimal

from domain.parties import CrewMember
from domain.periods import instant, last_day_on
from domain.quoting.sheet import QuoteInput, under_contract
from domain.rules.deadlines import CrewDays, Deadline, deadlines, monthly_pay_on, pay_on, short_notice
from domain.rules.pay_periods import PayDay, pay_by_month, pay_months


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


def pay_days(sheet: QuoteInput, person: CrewMember, gross: Decimal) -> tuple[PayDay, ...]:
    """When somebody is paid how much of a gross: by the month, or once; nothing while there are no days."""
    return tuple(_pay_days(sheet, person, gross))


def _pay_days(sheet: QuoteInput, person: CrewMember, gross: Decimal) -> Iterator[PayDay]:
    if not sheet.days_of(person):
        return
    months, policy = pay_months(sheet.days_of(person)), sheet.context.pay_days
    for month, part in zip(months, pay_by_month(gross, months), strict=True):
        on = pay_on(month, policy) if month is months[-1] else monthly_pay_on(month, policy)
        yield PayDay(last_on=last_day_on(month), pay_on=on, gross_eur=part)


def starts_soon(sheet: QuoteInput) -> bool:
    """Whether the first guard would be past if the job were declared at noon of the quote's day."""
    return sheet.first_start_at is not None and short_notice(sheet.first_start_at, instant(sheet.on, time(12)))
