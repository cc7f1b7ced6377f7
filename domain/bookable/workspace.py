"""A room by the day: what it costs on paper, and the order for it."""

from collections.abc import Iterator
from datetime import date

from domain.figures import figure
from domain.money import cents
from domain.plans.context import PlanContext
from domain.quoting.lines import priced_line, words
from domain.quoting.models import ServiceLine
from domain.quoting.sheet import QuoteInput
from domain.rates import rate
from domain.services.workspace import WorkspaceRequest, WorkspaceWish


def lines(sheet: QuoteInput) -> Iterator[ServiceLine]:
    """What it costs on paper."""
    wish = sheet.declaration.workspace
    if wish is None:
        return
    row, people = rate("workspace_day", sheet.last_day_on), people_in(sheet, wish)
    days = max(len(room_days(sheet, wish)), 1)
    why = "{day} per day, {days} days"
    price = figure("price", "Price", cents(row.value * days), why, row, day=row.value, days=days)
    places = {"people": people, "city": wish.city or "?", "days": days}
    about = words("about_room", "room for {people}, {city}, {days} days", **places)
    yield priced_line(sheet, "workspace", "-", about, wish, price)


def room_days(sheet: QuoteInput, wish: WorkspaceWish) -> tuple[date, ...]:
    """The days a room is needed, in order: as declared, else the days of the job."""
    return tuple(sorted(wish.days or {day.date for day in sheet.days}))


def people_in(sheet: QuoteInput, wish: WorkspaceWish) -> int:
    """How many people the room must take: as declared, else the crew."""
    return wish.people or max(len(sheet.declaration.crew), 1)


def order(desk: PlanContext) -> WorkspaceRequest | None:
    """One order for one room, for all its days."""
    wish = desk.declaration.workspace
    if wish is None or not wish.taken:
        return None
    return WorkspaceRequest(
        days=room_days(desk.sheet, wish),
        city=wish.city or "",
        people=people_in(desk.sheet, wish),
        ceiling_eur=desk.ceilings("workspace")["-"],
        hold_until_at=desk.hold_until_at,
    )
