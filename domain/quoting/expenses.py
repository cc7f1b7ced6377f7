"""The expenses a job expects, by the rates of their day."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from domain.figures import Figure, figure
from domain.money import ZERO
from domain.quoting.models import ExpensePlanned
from domain.quoting.sheet import QuoteInput
from domain.rules.expenses import bike_kilometres, kilometres, per_diem
from domain.wish import Bearer
from domain.wishes import ExpenseWish


def planned_expenses(sheet: QuoteInput) -> tuple[ExpensePlanned, ...]:
    """Every expected expense with its amount, in declared order."""
    return tuple(_planned(sheet))


def _planned(sheet: QuoteInput) -> Iterator[ExpensePlanned]:
    wish = sheet.declaration.expenses
    for line in wish.lines if wish is not None and wish.taken else ():
        on = line.on or _first_day(sheet, line.crew)
        amount = _amount(sheet, line, on)
        yield ExpensePlanned(item=line.crew, kind=line.kind, label=line.label, on=on, amount=amount)


def _first_day(sheet: QuoteInput, item: str) -> date:
    person = next(one for one in sheet.declaration.crew if one.item == item)
    return min((day.date for day in sheet.days_of(person)), default=sheet.last_day_on)


def _amount(sheet: QuoteInput, line: ExpenseWish, on: date) -> Figure:
    """By the rate of the day; a rate nobody has entered yet gives a provisional figure."""
    if line.kind == "kilometres":
        return kilometres(Decimal(line.kilometres or 0), on, provisional=True)
    if line.kind == "bike":
        return bike_kilometres(Decimal(line.kilometres or 0), on, provisional=True)
    if line.kind == "per_diem":
        return per_diem(line.days, on, abroad=bool(sheet.abroad), provisional=True)
    return figure("receipt", "Receipt", line.amount_eur or ZERO, "as you expect it; paid by the receipt")


def expenses_total(planned: tuple[ExpensePlanned, ...]) -> Figure:
    """All expected expenses together, with the rates behind them."""
    amounts = [one.amount for one in planned]
    total = figure(
        "expenses", "Expenses", sum((a.amount_eur for a in amounts), ZERO), "{count} expected", count=len(amounts)
    )
    return total.model_copy(
        update={
            "rate_ids": tuple(dict.fromkeys(rate_id for amount in amounts for rate_id in amount.rate_ids)),
            "source": "; ".join(dict.fromkeys(amount.source for amount in amounts if amount.source)),
            "verified": all(amount.verified for amount in amounts),
            "provisional": any(amount.provisional for amount in amounts),
        }
    )


def expenses_bearer(sheet: QuoteInput) -> Bearer:
    """Who bears the expenses: as declared, else as the profile says."""
    wish = sheet.declaration.expenses
    return (wish.borne_by if wish else None) or sheet.profile.bearer("expenses")
