"""The orders for people: contract, expenses and wage of each crew member."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Literal

from domain.money import ZERO
from domain.orders import month_item
from domain.parties import CrewMember, DeclaredDay
from domain.periods import end_of_day, first_start_at, last_day_on
from domain.plans.context import PlanContext
from domain.quoting.models import ExpensePlanned, Pay
from domain.quoting.sheet import under_contract
from domain.rules.deadlines import guards, monthly_pay_on, pay_on, statement_by
from domain.rules.pay_periods import pay_by_month, pay_months
from domain.services.employment_contract import EmploymentContractRequest, WorkDay
from domain.services.expenses import ExpenseLine, ExpensesRequest
from domain.services.wages import WagesRequest

STATEMENT_WITHIN = timedelta(days=5)
"""House rule: the statements of a pay day and of the bank day after have come by then, over any holiday weekend.
They wake whoever waits for them; looking unasked is for the case that a call got lost."""


def contracts(desk: PlanContext) -> dict[str, EmploymentContractRequest]:
    """One contract offered to each crew member who is employed."""
    return {person.item: _contract(desk, person, desk.quote.pay_of(person.item)) for person in desk.employed}


def _contract(desk: PlanContext, person: CrewMember, pay: Pay) -> EmploymentContractRequest:
    days = list(desk.sheet.days_of(person))
    starts_at = first_start_at(days)
    warned = guards(starts_at)
    return EmploymentContractRequest(
        person_id=desk.person_id(person.item),
        member=person.member,
        function=_function(desk, person, pay),
        artistic=pay.artistic,
        manual=pay.manual,
        status=_status(desk, person),
        days=tuple(
            WorkDay(
                starts_at=day.starts_at,
                ends_at=day.ends_at,
                place=day.place,
                break_minutes=day.break_minutes,
                timezone=day.clock,
            )
            for day in days
        ),
        gross_eur=pay.gross.amount_eur,
        joint_committee=pay.joint_committee,
        fixed_term_reason=person.fixed_term_reason,
        language=pay.language,
        courtesy_translation=pay.courtesy_translation,
        starts_at=starts_at,
        answer_by=starts_at,
        remind_at=desk.still_ahead(warned.remind_at, warned.call_at, warned.loud_at),
        pay_days=pay.pay_days,
    )


def _function(desk: PlanContext, person: CrewMember, pay: Pay) -> str:
    """What the contract calls the function, in its own language; own words stay as they are."""
    usual = desk.sheet.profile.function(person.function)
    return usual.label.in_language(pay.language) if usual else pay.function


def _status(desk: PlanContext, person: CrewMember) -> Literal["employee", "student", "standing_contract"]:
    """The status on the contract; somebody already under contract gets an assignment note only."""
    if under_contract(person):
        return "standing_contract"
    return "student" if person.status == "student" else "employee"


def wages(desk: PlanContext) -> dict[str, WagesRequest]:
    """The wages of each crew member who is employed: one, or one a month when the work lasts more than a month.

    The last one goes by the crew member's short name: it settles what is left of the contract's pay.
    """
    made = {person.item: _wages(desk, person, desk.quote.pay_of(person.item)) for person in desk.employed}
    return {item: wage for of_person in made.values() for item, wage in of_person.items()}


def _wages(desk: PlanContext, person: CrewMember, pay: Pay) -> dict[str, WagesRequest]:
    months = pay_months(desk.sheet.days_of(person))
    parts, whole = pay_by_month(pay.gross.amount_eur, months), len(months) == 1
    found: dict[str, WagesRequest] = {}
    for month, part in zip(months, parts, strict=True):
        last = month is months[-1]
        item = person.item if last else month_item(person.item, month[0].date)
        earlier = sum((one.gross_eur for one in found.values()), ZERO)
        wage = _wage(desk, person, pay, month, last=last).model_copy(update={"gross_eur": part})
        ends_on = None if whole else last_day_on(months[-1])
        found[item] = wage.model_copy(update={"earlier_eur": earlier, "contract_ends_on": ends_on})
    return found


def _wage(
    desk: PlanContext, person: CrewMember, pay: Pay, days: Sequence[DeclaredDay], *, last: bool
) -> WagesRequest:
    """What is paid for these days, with the contract's gross; the last pay of a contract is promised earlier."""
    policy = desk.refs.context.pay_days
    latest_on = monthly_pay_on(days, policy)
    on = pay_on(days, policy) if last else latest_on
    look_at, latest_at = end_of_day(on) + STATEMENT_WITHIN, statement_by(latest_on)
    assert pay.chain is not None, "whoever is employed has a pay chain"
    return WagesRequest(
        person_id=desk.person_id(person.item),
        gross_eur=pay.gross.amount_eur,
        chain=pay.chain,
        withholding=pay.withholding,
        days=len(days),
        minutes=sum((day.worked for day in days), timedelta(0)) // timedelta(minutes=1),
        last_day_on=last_day_on(days),
        pay_on=on,
        answer_by=latest_at,
        remind_at=(look_at,) if look_at < latest_at else (),
        function=_function(desk, person, pay),
        joint_committee=pay.joint_committee,
        language=pay.language,
        first_day_on=min(day.date for day in days),
        leaving=last and not under_contract(person),
    )


def expenses(desk: PlanContext) -> dict[str, ExpensesRequest]:
    """One expense note per crew member who expects expenses; paid on the day of the wage."""
    by_person: dict[str, list[ExpensePlanned]] = {}
    for planned in desk.quote.expenses:
        by_person.setdefault(planned.item, []).append(planned)
    crew = {person.item: person for person in desk.declaration.crew}
    return {item: _note(desk, crew[item], lines) for item, lines in by_person.items()}


def _note(desk: PlanContext, person: CrewMember, planned: list[ExpensePlanned]) -> ExpensesRequest:
    days, policy = list(desk.sheet.days_of(person)), desk.refs.context.pay_days
    look_at = end_of_day(pay_on(days, policy)) + STATEMENT_WITHIN
    latest_at = statement_by(monthly_pay_on(days, policy))
    return ExpensesRequest(
        person_id=desk.person_id(person.item),
        lines=tuple(_line(one) for one in planned),
        pay_on=pay_on(days, policy),
        answer_by=latest_at,
        remind_at=(look_at,) if look_at < latest_at else (),
    )


def _line(planned: ExpensePlanned) -> ExpenseLine:
    return ExpenseLine(
        kind="kilometres" if planned.kind == "bike" else planned.kind,
        label=planned.label,
        amount_eur=planned.amount.amount_eur,
        on=planned.on,
        rate_id=next(iter(planned.amount.rate_ids), None),
    )
